"""What names mean in the literature where annotators have said so: ``encephalopathy`` is any disorder of the brain.

Compiled from training documents by ``training/used_names.py``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from isthmus.extractors.grounding.kinds import CHEMICALS, DISEASES, GENES
from isthmus.extractors.lexicon.normalise import read_name
from isthmus.graph.vocabulary import Category

_KINDS = (("chemical", CHEMICALS), ("disease", DISEASES), ("gene", GENES))
USED_NAMES = Path(__file__).parent / "data" / "used_names.tsv"


def usage_key(name: str) -> str:
    """What spellings of one name share: no case, no hyphens, a last word in the singular.

    >>> usage_key("Renal  injuries"), usage_key("renal injury")
    ('renalinjury', 'renalinjury')
    """
    read = read_name(name)
    return read.stem or read.key


def used_for(name: str, category: Category) -> str | None:
    """The CURIE that a name of a chemical, disease or gene mostly stands for, None where the documents do not say."""
    kind = next((kind for kind, family in _KINDS if category in family), None)
    return _table().get((kind, usage_key(name))) if kind else None


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str], str]:
    rows = (line.split("\t") for line in USED_NAMES.read_text(encoding="utf-8").splitlines())
    return {(kind, key): curie for kind, key, curie, _ in rows}
