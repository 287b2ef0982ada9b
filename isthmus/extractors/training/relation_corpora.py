"""Corpora with relations, as documents with entities and the pairs that their annotators joined.

An entity is a set of mentions: of one identifier where the corpus links whole documents (BioRED, BC5CDR), a single
mention where it links names in a sentence (DrugProt, GutBrainIE). Splits are by document.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from isthmus.extractors.models.pairs import HEADS
from isthmus.extractors.training.corpora import held_out
from isthmus.graph.vocabulary import Category

_C = Category
CATEGORIES: dict[str, Category] = {
    # BioRED, BC5CDR
    "GeneOrGeneProduct": _C.GENE,
    "DiseaseOrPhenotypicFeature": _C.DISEASE,
    "ChemicalEntity": _C.CHEMICAL_ENTITY,
    "SequenceVariant": _C.SEQUENCE_VARIANT,
    "OrganismTaxon": _C.ORGANISM_TAXON,
    "CellLine": _C.CELL_LINE,
    "Chemical": _C.CHEMICAL_ENTITY,
    "Disease": _C.DISEASE,
    # DrugProt
    "CHEMICAL": _C.CHEMICAL_ENTITY,
    "GENE-Y": _C.GENE,
    "GENE-N": _C.GENE,
    # GutBrainIE
    "DDF": _C.DISEASE,
    "chemical": _C.CHEMICAL_ENTITY,
    "drug": _C.CHEMICAL_ENTITY,
    "dietary supplement": _C.FOOD,
    "food": _C.FOOD,
    "microbiome": _C.PHENOMENON,
    "bacteria": _C.ORGANISM_TAXON,
    "human": _C.POPULATION,
    "animal": _C.POPULATION,
    "anatomical location": _C.ANATOMICAL_ENTITY,
    "biomedical technique": _C.PROCEDURE,
    "statistical technique": _C.INFORMATION_CONTENT_ENTITY,
    "gene": _C.GENE,
}


@dataclass(frozen=True, slots=True)
class Linked:
    """A document with its entities and relations.

    ``mentions`` are (start, end, category, entity), with entities numbered from 0; ``relations`` maps a pair of
    entities, subject first, to the label of ``HEADS[head]``. Pairs of a symmetric head are in either order.
    """

    id: str
    text: str
    head: str
    mentions: tuple[tuple[int, int, Category, int], ...]
    relations: dict[tuple[int, int], str]
    names: tuple[str, ...]


def read_linked_pubtator(path: Path, head: str) -> Iterator[Linked]:
    """BioRED and BC5CDR."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    for block in blocks:
        lines = [line for line in block.splitlines() if line]
        if len(lines) < 2:
            continue
        identifier, _, title = lines[0].partition("|t|")
        text = f"{title} {lines[1].partition('|a|')[2]}"
        numbers: dict[str, int] = {}
        mentions: list[tuple[int, int, Category, int]] = []
        relations: dict[tuple[int, int], str] = {}
        for columns in (line.split("\t") for line in lines[2:]):
            if columns[1].isdigit():
                if len(columns) < 6 or columns[4] not in CATEGORIES:
                    continue
                for given in columns[5].replace("|", ",").split(","):
                    if given.strip() not in ("", "-1", "-"):
                        number = numbers.setdefault(given.strip(), len(numbers))
                        mentions.append((int(columns[1]), int(columns[2]), CATEGORIES[columns[4]], number))
            elif columns[2] in numbers and columns[3] in numbers and columns[1] in HEADS[head]:
                relations[numbers[columns[2]], numbers[columns[3]]] = columns[1]
        yield Linked(identifier, text, head, tuple(mentions), relations, tuple(numbers))


def read_drugprot(path: Path, split: str) -> Iterator[Linked]:
    """DrugProt, our own split; the first relation stands where a pair has several."""
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if held_out(record["id"]) != (split == "dev"):
            continue
        numbers = {entity["id"]: number for number, entity in enumerate(record["entities"])}
        mentions = tuple(
            (entity["start"], entity["end"], CATEGORIES[entity["type"]], numbers[entity["id"]])
            for entity in record["entities"]
        )
        relations: dict[tuple[int, int], str] = {}
        for relation in record["relations"]:
            label = "AGONIST" if relation["type"].startswith("AGONIST") else relation["type"]
            relations.setdefault((numbers[relation["head"]], numbers[relation["tail"]]), label)
        text = f"{record['title']} {record['abstract']}"
        yield Linked(record["id"], text, "drugprot", mentions, relations, tuple(numbers))


def read_gutbrainie_links(folder: Path, split: str) -> Iterator[Linked]:
    """GutBrainIE: the experts' documents, and the students' for training."""
    for name in ("platinum", "gold"):
        for identifier, article in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")).items():
            if held_out(identifier) == (split == "dev"):
                yield _gutbrainie(identifier, article["metadata"], article["entities"], article["relations"])
    if split == "train":
        entities, relations = _rows(folder / "silver_entities.csv"), _rows(folder / "silver_relations.csv")
        articles = json.loads((folder / "silver_articles.json").read_text(encoding="utf-8"))
        for identifier, article in articles.items():
            if not held_out(identifier):
                yield _gutbrainie(identifier, article, entities[identifier], relations[identifier])


def _rows(path: Path) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="|"):
            found[row["pmid"]].append(row)
    return found


def _gutbrainie(
    identifier: str, article: dict[str, str], entities: Iterable[dict[str, str]], rows: Iterable[dict[str, str]]
) -> Linked:
    shift = {"title": 0, "abstract": len(article["title"]) + 1}
    numbers: dict[tuple[int, int], int] = {}
    mentions: list[tuple[int, int, Category, int]] = []
    for row in entities:
        start = shift[row["location"]] + int(row["start_idx"])
        end = shift[row["location"]] + int(row["end_idx"]) + 1
        if (start, end) not in numbers:
            numbers[start, end] = len(numbers)
            mentions.append((start, end, CATEGORIES[row["label"]], numbers[start, end]))
    relations: dict[tuple[int, int], str] = {}
    for row in rows:
        ends = [
            (
                shift[row[f"{side}_location"]] + int(row[f"{side}_start_idx"]),
                shift[row[f"{side}_location"]] + int(row[f"{side}_end_idx"]) + 1,
            )
            for side in ("subject", "object")
        ]
        if ends[0] in numbers and ends[1] in numbers and row["predicate"] in HEADS["gutbrainie"]:
            relations.setdefault((numbers[ends[0]], numbers[ends[1]]), row["predicate"])
    names = tuple(f"{start}-{end}" for start, end in numbers)
    text = f"{article['title']} {article['abstract']}"
    return Linked(identifier, text, "gutbrainie", tuple(mentions), relations, names)


def read_all(data: Path, split: str) -> Iterator[Linked]:
    """Every document with relations of one split."""
    corpora = data / "corpora"
    yield from read_linked_pubtator(corpora / "biored" / f"{split}.pubtator", "biored")
    yield from read_linked_pubtator(corpora / "bc5cdr" / f"{split}.pubtator", "bc5cdr")
    yield from read_drugprot(corpora / "drugprot" / "train.jsonl", split)
    yield from read_gutbrainie_links(corpora / "gutbrainie", split)
