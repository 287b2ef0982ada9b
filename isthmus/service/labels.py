"""The checksum of identifiers: an id and its label must not be names of two different things.

Identifiers get lost in spreadsheets and are made up by language models, but seldom together with a fitting label
(docs/decisions/0003-id-and-label.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from isthmus.graph.model import Extraction
from isthmus.service.lexicon import lexicon

_WORD = re.compile(r"[^\W_]{3,}")
_BEGINNING = 4  # letters: "hypoxemia" and "hypoxia" may be one thing, "hypoxia" and "asthma" are not


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An id whose label is the name of something else."""

    id: str
    label: str
    means: str
    label_means: str

    def __str__(self) -> str:
        return (
            f"{self.id} is {self.means!r}, but stands here as {self.label!r}, which is {self.label_means}: "
            "correct the id or the name"
        )


@lru_cache(maxsize=1 << 16)
def mismatch(curie: str, label: str) -> Mismatch | None:
    """What is wrong with an id and its label; None where they may belong together.

    Only where the lexicon knows both, to different entities, and no word of the label begins like one of the entity's
    names: sources spell and choose names differently. Of Hetionet's 38,868 known nodes that calls 11 into question.
    """
    words = lexicon()
    entity = words.canonical(curie)
    if entity is None or entity.name == label or words.check(curie, label):
        return None
    known = {beginning for form in (entity.name, *entity.synonyms) for beginning in _beginnings(form)}
    others = [each.entity for each in words.candidates(label)]
    if not others or any(each.id == entity.id for each in others) or known.intersection(_beginnings(label)):
        return None
    return Mismatch(curie, label, entity.name, others[0].id)


def _beginnings(name: str) -> Iterable[str]:
    return (word.lower()[:_BEGINNING] for word in _WORD.findall(name))


def mismatches(extraction: Extraction) -> list[Mismatch]:
    """The entities of an extraction whose id and label do not belong together."""
    return [found for each in extraction.entities if (found := mismatch(each.id, each.name)) is not None]


def without(extraction: Extraction, wrong: Collection[str]) -> Extraction:
    """An extraction without the entities of these ids, and without what is said of them."""
    if not wrong:
        return extraction
    dropped = {each.id for each in extraction.statements if each.subject in wrong or each.object in wrong}
    return replace(
        extraction,
        entities=tuple(each for each in extraction.entities if each.id not in wrong),
        mentions=tuple(each for each in extraction.mentions if each.entity not in wrong),
        statements=tuple(each for each in extraction.statements if each.id not in dropped),
        evidence=tuple(each for each in extraction.evidence if each.statement not in dropped),
    )
