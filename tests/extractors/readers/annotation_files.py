"""What the tests of the annotation readers share: a lexicon of a few concepts, files as people write them, readings."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from isthmus.extractors.reading import Note, Record, Unreadable
from isthmus.graph.model import Document, Entity, Evidence, Extraction, Statement, merge_entities
from isthmus.graph.vocabulary import Category

APP = Entity(
    "HGNC:620", "APP", Category.GENE, ("AD1",), ("ENSEMBL:ENSG00000142192", "NCBIGene:351", "UniProtKB:P05067")
)
BACE1 = Entity("HGNC:933", "BACE1", Category.GENE, (), ("NCBIGene:23621", "UniProtKB:P56817"))
ALZHEIMER = Entity("MONDO:0004975", "Alzheimer disease", Category.DISEASE, (), ("OMIM:104300", "EFO:0000249"))
SEIZURE = Entity("HP:0001250", "Seizure", Category.PHENOTYPIC_FEATURE)
ADULT_ONSET = Entity("HP:0003581", "Adult onset", Category.PHENOTYPIC_FEATURE)
BINDING = Entity("GO:0005515", "protein binding", Category.MOLECULAR_ACTIVITY)
CLEARANCE = Entity("GO:0097242", "amyloid-beta clearance", Category.BIOLOGICAL_PROCESS)

CONCEPTS = (APP, BACE1, ALZHEIMER, SEIZURE, ADULT_ONSET, BINDING, CLEARANCE)
BY_CURIE = {curie: concept for concept in CONCEPTS for curie in (concept.id, *concept.xrefs)}


def canonical(curie: str) -> Entity | None:
    return BY_CURIE.get(curie)


def names(name: str, category: Category) -> Entity | None:
    """Finds a concept by its name, as the lexicon does."""
    found = next((concept for concept in CONCEPTS if concept.name.lower() == name.lower()), None)
    return found if found is not None and category.includes(found.category) else None


@dataclass(frozen=True)
class Reading:
    """All that a reader made of a file."""

    extractions: tuple[Extraction, ...]
    unreadable: tuple[Unreadable, ...]
    notes: Mapping[tuple[str, str], int]

    @property
    def statements(self) -> dict[str, Statement]:
        return {each.id: each for extraction in self.extractions for each in extraction.statements}

    @property
    def evidence(self) -> list[Evidence]:
        return [each for extraction in self.extractions for each in extraction.evidence]

    @property
    def entities(self) -> dict[str, Entity]:
        return merge_entities(each for extraction in self.extractions for each in extraction.entities)

    @property
    def cited(self) -> dict[str, Document]:
        return {each.id: each for extraction in self.extractions for each in extraction.cited}

    @property
    def facts(self) -> set[tuple[str, str, str]]:
        """Subject, predicate, object; the predicate of a negated statement begins with "not "."""
        return {
            (each.subject, f"{'not ' if each.negated else ''}{each.predicate}", each.object)
            for each in self.statements.values()
        }

    def of(self, predicate: str) -> list[Evidence]:
        """The evidence for the statements of one predicate."""
        return [each for each in self.evidence if self.statements[each.statement].predicate == predicate]

    @property
    def only(self) -> tuple[Statement, Evidence]:
        (statement,), (evidence,) = self.statements.values(), self.evidence
        return statement, evidence


def gathered(records: Iterable[Record]) -> Reading:
    extractions, unreadable, notes = [], [], {}
    for record in records:
        match record:
            case Extraction():
                extractions.append(record)
            case Unreadable():
                unreadable.append(record)
            case Note():
                notes[record.topic, record.text] = record.count
            case _:
                raise AssertionError(f"a table gave {record}")
    return Reading(tuple(extractions), tuple(unreadable), notes)


def tsv(rows: Iterable[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def row(columns: Sequence[str], **cells: str) -> list[str]:
    """Cells by the names of their columns; the others are empty."""
    unknown = set(cells) - set(columns)
    assert not unknown, unknown
    return [cells.get(column, "") for column in columns]


def save(path: Path, text: str) -> Path:
    """The text as UTF-8, packed where the name says so."""
    data = text.encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines as an editor numbers them."""
    return enumerate(lines, start=1)
