"""What one row of a KGX file says, in our words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from isthmus.extractors.readers.biolink import PredicateReading, read_categories, read_predicate
from isthmus.extractors.readers.publications import publication_id, year_in
from isthmus.extractors.readers.tabular import BadRow, Row
from isthmus.graph.model import ANYWHERE, Assertion, Context, Entity, Evidence, Statement

EXTRACTOR = "kgx/1"
DEFAULT_BELIEF = 0.8  # of an edge whose source gives none: as a curated record without review
HUMAN = "NCBITaxon:9606"  # what is not said of another species
_TRUE, _FALSE = frozenset({"true", "t", "yes", "1"}), frozenset({"", "false", "f", "no", "0"})

NameOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class NodeRow:
    """An entity; ``outside`` are its categories outside the vocabulary."""

    entity: Entity
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """A statement with its evidence; ``outside`` is its predicate where that is outside the vocabulary."""

    statement: Statement
    evidence: list[Evidence] = field(default_factory=list)
    outside: str = ""


def read_node(row: Row) -> NodeRow:
    """The node of a row. Raises ``BadRow`` where it has no id."""
    identifier = row["id"].strip()
    if not identifier:
        raise BadRow("the node has no id")
    reading = read_categories(tuple(listed(row.get("category", ""))))
    name = row.get("name", "").strip() or identifier
    synonyms = tuple(sorted(set(listed(row.get("synonym", ""))) - {name}))
    xrefs = tuple(sorted(set(listed(row.get("xref", ""))) - {identifier}))
    return NodeRow(Entity(identifier, name, reading.category, synonyms, xrefs, reading.outside), reading.outside)


def ends(row: Row) -> tuple[str, str]:
    """Subject and object of an edge, as its source has them. Raises ``BadRow`` where one is missing."""
    subject, obj = row["subject"].strip(), row["object"].strip()
    for end, identifier in (("subject", subject), ("object", obj)):
        if not identifier:
            raise BadRow(f"the edge has no {end}")
    return subject, obj


def read_edge(row: Row, document: str, name_of: NameOf) -> EdgeRow:
    """The statement of an edge, with one piece of evidence for each publication, else for the graph itself.

    Args:
        row: the cells by their columns.
        document: id of the graph, which speaks where no publication is given.
        name_of: the name of a node, for a sentence where the source gives none.

    Raises:
        BadRow: an end, the predicate, ``negated`` or ``belief`` cannot be read.
    """
    subject, obj = ends(row)
    word = row["predicate"].strip()
    if not word:
        raise BadRow("the edge has no predicate")
    qualifiers = _qualifiers(row)
    reading = read_predicate(word, qualifiers)
    negated = truth(row.get("negated", ""))
    first, second = (obj, subject) if reading.turned else (subject, obj)
    statement = Statement.of(first, reading.predicate, second, negated=negated, context=_context(qualifiers))
    original = " ".join((word, *(f"{name}={value}" for name, value in qualifiers.items()))) if reading.outside else ""
    papers = _papers(row.get("publications", "")) or [document]
    texts = _texts(row.get("supporting_text", ""), len(papers)) or [
        _in_words(name_of(subject), name_of(obj), word, reading, negated)
    ] * len(papers)
    years = _years(row.get("year", ""), len(papers))
    score = _share(_belief(row.get("belief", "")), len(papers))
    assertion = Assertion.NEGATED if negated else Assertion.AFFIRMED
    evidence = [
        Evidence(statement.id, paper, text, EXTRACTOR, score, assertion, year, original=original)
        for paper, text, year in zip(papers, texts, years, strict=True)
    ]
    return EdgeRow(statement, evidence, original)


def listed(cell: str) -> Iterator[str]:
    """The values of a cell that may hold several."""
    return (part.strip() for part in cell.split("|") if part.strip())


def _qualifiers(row: Row) -> Mapping[str, str]:
    return {
        name: value.strip()
        for name, value in row.items()
        if value.strip() and (name.endswith("_qualifier") or name == "qualified_predicate")
    }


def truth(cell: str) -> bool:
    """What the cell of ``negated`` says; empty is false. Raises ``BadRow``."""
    word = cell.strip().lower()
    if word not in _TRUE and word not in _FALSE:
        raise BadRow(f"negated {cell.strip()[:40]!r} is neither true nor false")
    return word in _TRUE


def _context(qualifiers: Mapping[str, str]) -> Context:
    """Where the edge holds, as far as Biolink's qualifiers say one place."""
    species = qualifiers.get("species_context_qualifier", "")
    place = qualifiers.get("anatomical_context_qualifier", "")
    species = "" if species == HUMAN or "|" in species else species
    place = "" if "|" in place else place
    if not species and not place:
        return ANYWHERE
    is_cell = place.startswith("CL:")
    return Context(species, cell=place if is_cell else "", anatomy="" if is_cell else place)


def _papers(cell: str) -> list[str]:
    """The documents that a cell names: papers in our way of writing, others (a trial, a book) as they are written."""
    found: list[str] = []
    for part in listed(cell):
        pieces = [piece for piece in re.split(r"[;,]\s*", part) if piece]
        ids = [publication_id(piece) for piece in pieces]
        found += ids if all(ids) else [publication_id(part) or part]
    return list(dict.fromkeys(found))


def _texts(cell: str, papers: int) -> list[str]:
    """A text for each paper: as many as there are papers, or one for all of them, since sentences hold "|" themselves."""
    texts = list(listed(cell))
    if not texts:
        return []
    return texts if len(texts) == papers else [cell.strip()] * papers


def _years(cell: str, papers: int) -> list[int | None]:
    years = [year_in(part) for part in listed(cell)]
    return years if len(years) == papers else [years[0] if years else None] * papers


def _in_words(subject: str, obj: str, word: str, reading: PredicateReading, negated: bool) -> str:
    """The edge as a sentence: in the source's own word where ours says less."""
    verb = re.sub(r"^biolink:", "", word, flags=re.IGNORECASE) if reading.outside else reading.predicate.value
    if reading.turned and not reading.outside:
        subject, obj = obj, subject
    return f"{subject} {'not ' if negated else ''}{verb.replace('_', ' ')} {obj}"


def _belief(cell: str) -> float | None:
    """The edge's belief; None where the source gives none. Raises ``BadRow``."""
    if not cell.strip():
        return None
    try:
        belief = float(cell)
    except ValueError:
        raise BadRow(f"belief {cell.strip()[:40]!r} is no number") from None
    if not 0.0 <= belief <= 1.0:
        raise BadRow(f"belief {belief} is not between 0 and 1")
    return belief


def _share(belief: float | None, papers: int) -> float:
    """The score of each paper, such that together (noisy-or, as if independent) they have the edge's belief.

    >>> _share(0.75, 1), _share(0.75, 2), _share(None, 2)
    (0.75, 0.5, 0.8)
    """
    if belief is None:
        return DEFAULT_BELIEF
    return belief if papers == 1 else round(1.0 - (1.0 - belief) ** (1.0 / papers), 9)
