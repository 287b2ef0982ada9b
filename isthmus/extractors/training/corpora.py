"""Annotated corpora as texts with labelled spans. Each corpus keeps its own labels: its annotators drew its lines.

Corpora are read where they lie; nothing of them ships with the project. Splits are by document.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from isthmus.extractors.models import tags

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """``spans`` are (start, end, label) in characters of ``text``; ``corpus`` names whose labels they are."""

    id: str
    text: str
    spans: tuple[Span, ...]
    corpus: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The labels that a corpus annotates, and its documents of one split."""

    name: str
    labels: tuple[str, ...]
    read: Callable[[Path, str], Iterator[AnnotatedText]]


def held_out(identifier: str, share: float = 0.2) -> bool:
    """Whether a document without an official split belongs to the dev side: a hash of its id decides, for ever."""
    return int(hashlib.sha256(identifier.encode()).hexdigest()[:8], 16) < share * 2**32


def read_pubtator(path: Path, corpus: str, renamed: dict[str, str]) -> Iterator[AnnotatedText]:
    """PubTator documents; a label outside of ``renamed`` is left out."""
    title = text = identifier = ""
    spans: list[Span] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        first, bar, rest = line.partition("|")
        columns = line.split("\t")
        if bar and rest[:2] == "t|" and first.isdigit():
            identifier, title, spans = first, rest[2:], []
        elif bar and rest[:2] == "a|" and first == identifier:
            text = f"{title} {rest[2:]}"
        elif len(columns) >= 5 and columns[1].isdigit():
            if columns[4] in renamed:
                spans.append((int(columns[1]), int(columns[2]), renamed[columns[4]]))
        elif not line.strip() and identifier:
            yield AnnotatedText(identifier, text, tuple(sorted(set(spans))), corpus)
            identifier = ""


def read_gutbrainie(folder: Path, split: str) -> Iterator[AnnotatedText]:
    """The expert documents of one side of our own split; the students' too, for training, where not in the dev side."""
    for name in ("platinum", "gold"):
        for identifier, article in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")).items():
            if held_out(identifier) == (split == "dev"):
                yield _gutbrainie(identifier, article["metadata"], article["entities"])
    if split == "train":
        rows = defaultdict(list)
        with (folder / "silver_entities.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="|"):
                rows[row["pmid"]].append(row)
        articles = json.loads((folder / "silver_articles.json").read_text(encoding="utf-8"))
        for identifier, article in articles.items():
            if not held_out(identifier):
                yield _gutbrainie(identifier, article, rows[identifier])


def _gutbrainie(identifier: str, article: dict[str, str], entities: Iterable[dict[str, str]]) -> AnnotatedText:
    shift = {"title": 0, "abstract": len(article["title"]) + 1}
    spans = {  # the end is the last character's own offset there
        (
            shift[row["location"]] + int(row["start_idx"]),
            shift[row["location"]] + int(row["end_idx"]) + 1,
            row["label"],
        )
        for row in entities
    }
    return AnnotatedText(identifier, f"{article['title']} {article['abstract']}", tuple(sorted(spans)), "gutbrainie")


def read_neurotrialner(folder: Path, split: str) -> Iterator[AnnotatedText]:
    """Records of neurological trials."""
    for record in json.loads((folder / f"{split}.json").read_text(encoding="utf-8")):
        entities = record["entities"] if isinstance(record["entities"], list) else ast.literal_eval(record["entities"])
        spans = {(each["start"], each["end"], each["type"]) for each in entities}
        yield AnnotatedText(record["nctid"], record["text"], tuple(sorted(spans)), "neurotrialner")


_NO_SPACE_BEFORE = frozenset(".,;:)]%?!'’”/-–")
_NO_SPACE_AFTER = frozenset("([/-–“")


def read_iob(folder: Path, corpus: str, split: str, labels: frozenset[str]) -> Iterator[AnnotatedText]:
    """Sentences of a word-per-line file; where the spaces were is guessed from the signs."""
    words: list[str] = []
    tags: list[str] = []
    path = folder / f"{split}.tsv"
    for number, line in enumerate([*path.read_text(encoding="utf-8", errors="replace").splitlines(), ""]):
        columns = line.split("\t")
        if len(columns) >= 2 and columns[0]:
            words.append(columns[0])
            tags.append(columns[-1])
        elif words:
            yield _sentence(f"{corpus}:{number}", corpus, words, tags, labels)
            words, tags = [], []


def _sentence(identifier: str, corpus: str, words: list[str], tags: list[str], labels: frozenset[str]) -> AnnotatedText:
    text, spans = "", list[Span]()
    for word, tag in zip(words, tags, strict=True):
        if text and word[0] not in _NO_SPACE_BEFORE and text[-1] not in _NO_SPACE_AFTER:
            text += " "
        start = len(text)
        text += word
        side, _, label = tag.partition("-")
        if side == "I" and spans and spans[-1][2] == label:
            spans[-1] = spans[-1][0], len(text), label
        elif side in ("B", "I"):
            spans.append((start, len(text), label))
    return AnnotatedText(identifier, text, tuple(span for span in spans if span[2] in labels), corpus)


def _pubtator(name: str, renamed: dict[str, str]) -> Callable[[Path, str], Iterator[AnnotatedText]]:
    def read(data: Path, split: str) -> Iterator[AnnotatedText]:
        return read_pubtator(data / "corpora" / name / f"{split}.pubtator", name, renamed)

    return read


def _iob(name: str, folder: str) -> Callable[[Path, str], Iterator[AnnotatedText]]:
    def read(data: Path, split: str) -> Iterator[AnnotatedText]:
        where = data / "corpora" / "ner_iob" / folder
        return read_iob(where, name, "devel" if split == "dev" else split, frozenset(tags.CORPORA[name]))

    return read


_READERS: dict[str, Callable[[Path, str], Iterator[AnnotatedText]]] = {
    "biored": _pubtator(
        "biored",
        {
            "GeneOrGeneProduct": "Gene",
            "DiseaseOrPhenotypicFeature": "Disease",
            "ChemicalEntity": "Chemical",
            "SequenceVariant": "Variant",
            "OrganismTaxon": "Species",
            "CellLine": "CellLine",
        },
    ),
    "bc5cdr": _pubtator("bc5cdr", {"Chemical": "Chemical", "Disease": "Disease"}),
    # Four ways of naming a disease: how a name is used is no category.
    "ncbi_disease": _pubtator(
        "ncbi_disease", dict.fromkeys(("SpecificDisease", "Modifier", "DiseaseClass", "CompositeMention"), "Disease")
    ),
    "gutbrainie": lambda data, split: read_gutbrainie(data / "corpora" / "gutbrainie", split),
    "neurotrialner": lambda data, split: read_neurotrialner(data / "corpora" / "neurotrialner", split),
    "bc2gm": _iob("bc2gm", "BC2GM-IOB"),
    "bionlp13cg": _iob("bionlp13cg", "BioNLP13CG-IOB"),
    "craft": _iob("craft", "CRAFT-IOB"),
    "anatem": _iob("anatem", "AnatEM-IOB"),
    "linnaeus": _iob("linnaeus", "linnaeus-IOB"),
    "bionlp13pc": _iob("bionlp13pc", "BioNLP13PC-IOB"),
}
CORPORA = tuple(Corpus(name, labels, _READERS[name]) for name, labels in tags.CORPORA.items())


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, the longest kept where several overlap: a word has one tag."""
    kept: list[Span] = []
    taken: set[int] = set()
    for start, end, label in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        places = range(start, end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append((start, end, label))
    return sorted(kept)
