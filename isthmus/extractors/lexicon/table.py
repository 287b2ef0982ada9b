"""The compiled lexicon on disk: a marisa-trie of written names, and numpy columns beside it, all memory-mapped.

``names.marisa``      every written form once; a form's number is its key in the trie
``posting_hash``      uint32, sorted: the hash of a form's key (``normalise.read_name``)
``posting_name``      uint32: the form's number
``posting_entity``    uint32: entity number << 4 | case matters << 3 | rank
``entity_name``       uint32: the form's number of each entity's preferred name
``entity_category``   uint8: index into ``list(Category)``
``entity_xrefs``      uint8: how many CURIEs each entity has, at most 255; the first is its own id
``xref_form``, ``xref_number``  uint16, uint32: the CURIEs (``curies.Forms``), entity after entity
``lexicon.json``      forms, counts, versions of the sources, and the hash of all the other files
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
import orjson
from numpy.typing import NDArray

from isthmus.errors import IsthmusError
from isthmus.extractors.lexicon.concepts import Concept
from isthmus.extractors.lexicon.curies import Forms
from isthmus.extractors.lexicon.normalise import key_hash, read_name
from isthmus.graph.vocabulary import Category

FORMAT = 2
MOST_XREFS = 255
COLUMNS = (
    "posting_hash",
    "posting_name",
    "posting_entity",
    "entity_name",
    "entity_category",
    "entity_xrefs",
    "xref_form",
    "xref_number",
)
# Of ``posting_entity``: ranks are those of ``concepts``.
ENTITY_SHIFT, CASE_MATTERS, RANK_MASK = 4, 8, 7


class LexiconMissing(IsthmusError):
    """There is no compiled lexicon, or it is broken: the message says how to build one."""


class TooManyForms(IsthmusError):
    """The sources use more namespaces than a table holds."""


@dataclass(frozen=True, slots=True)
class Table:
    """The compiled lexicon, mapped. Columns as the module's docstring says."""

    names: Any  # marisa_trie.Trie, which has no types
    forms: Forms
    version: str
    sources: dict[str, str]
    posting_hash: NDArray[np.uint32]
    posting_name: NDArray[np.uint32]
    posting_entity: NDArray[np.uint32]
    entity_name: NDArray[np.uint32]
    entity_category: NDArray[np.uint8]
    entity_xrefs: NDArray[np.uint8]
    xref_form: NDArray[np.uint16]
    xref_number: NDArray[np.uint32]


def open_table(folder: Path) -> Table:
    """Map a compiled lexicon. Raises ``LexiconMissing``."""
    rebuild = "build it with `python -m isthmus.extractors.lexicon.build --sources DIR --out DIR`"
    try:
        about = orjson.loads((folder / "lexicon.json").read_bytes())
        if about["format"] != FORMAT:
            raise LexiconMissing(f"the lexicon in {folder} has format {about['format']}, not {FORMAT}: {rebuild}")
        names = marisa_trie.Trie()
        names.mmap(str(folder / "names.marisa"))
        forms = Forms.of(((head, width) for head, width in about["forms"]), about["words"])
        columns = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in COLUMNS}
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise LexiconMissing(f"no usable lexicon in {folder} ({error}): {rebuild}") from error
    return Table(names=names, forms=forms, version=about["version"], sources=about["sources"], **columns)


def write_table(concepts: Sequence[Concept], folder: Path, sources: dict[str, str]) -> str:
    """Compile concepts, in the order given, into ``folder`` (made where missing). Returns the version.

    The same concepts in the same order give the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = marisa_trie.Trie(sorted({form for concept in concepts for form in (concept.name, *concept.names)}))
    names.save(str(folder / "names.marisa"))
    forms = Forms()
    columns = {**_posting_columns(concepts, names), **_entity_columns(concepts, names, forms)}
    for column in COLUMNS:
        np.save(folder / f"{column}.npy", columns[column], allow_pickle=False)
    digest = hashlib.sha256(orjson.dumps([forms.forms, forms.words]))
    for file in ("names.marisa", *(f"{column}.npy" for column in COLUMNS)):
        digest.update((folder / file).read_bytes())
    version = digest.hexdigest()[:16]
    about = {
        "format": FORMAT,
        "version": version,
        "forms": forms.forms,
        "words": forms.words,
        "sources": sources,
        "entities": len(concepts),
        "names": len(names),
        "postings": len(columns["posting_hash"]),
        "xrefs": len(columns["xref_number"]) - len(concepts),
    }
    (folder / "lexicon.json").write_bytes(
        orjson.dumps(about, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"
    )
    return version


def _posting_columns(concepts: Sequence[Concept], names: Any) -> dict[str, NDArray[Any]]:  # noqa: ANN401 - untyped trie
    rows: list[tuple[int, int, int]] = []
    for number, concept in enumerate(concepts):
        for form, use in concept.names.items():
            posting = number << ENTITY_SHIFT | (CASE_MATTERS if use.case_matters else 0) | use.rank
            rows.extend((value, names[form], posting) for value in key_hashes(form))
    rows.sort()
    table = np.array(rows, dtype=np.uint32).reshape(-1, 3)
    return {
        "posting_hash": np.ascontiguousarray(table[:, 0]),
        "posting_name": np.ascontiguousarray(table[:, 1]),
        "posting_entity": np.ascontiguousarray(table[:, 2]),
    }


def key_hashes(form: str) -> set[int]:
    """The hashes under which a form is found: of its key, and of its key with the last word in the singular."""
    name = read_name(form)
    return {key_hash(key) for key in (name.key, name.stem) if key}


def _entity_columns(concepts: Sequence[Concept], names: Any, forms: Forms) -> dict[str, NDArray[Any]]:  # noqa: ANN401
    categories = {category: number for number, category in enumerate(Category)}
    codes: list[int] = []
    counts: list[int] = []
    for concept in concepts:
        curies = [concept.id, *sorted(concept.xrefs - {concept.id})[: MOST_XREFS - 1]]
        codes.extend(forms.add(curie) for curie in curies)
        counts.append(len(curies))
    if len(forms.forms) > 1 + np.iinfo(np.uint16).max:
        raise TooManyForms(f"{len(forms.forms)} forms of CURIEs, 65,536 fit: drop a namespace")
    packed = np.array(codes, dtype=np.uint64)
    return {
        "entity_name": np.array([names[concept.name] for concept in concepts], dtype=np.uint32),
        "entity_category": np.array([categories[concept.category] for concept in concepts], dtype=np.uint8),
        "entity_xrefs": np.array(counts, dtype=np.uint8),
        "xref_form": (packed >> np.uint64(32)).astype(np.uint16),
        "xref_number": (packed & np.uint64(0xFFFFFFFF)).astype(np.uint32),
    }
