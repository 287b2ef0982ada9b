"""Texts that nobody annotated, for a small model to learn from a larger one's answers on them.

No document of a development set is among them, nor a text that begins as one does.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from isthmus.extractors.readers.pubmed import read
from isthmus.extractors.training.corpora import CORPORA, AnnotatedText
from isthmus.graph.model import Document, Entity

SHORTEST = 30  # characters of a sentence
LONGEST_JOINED = 900  # characters of sentences of one paper put together
_BEGINNING = 120  # letters and digits that tell texts apart


def unlabelled_texts(data: Path, canonical: Callable[[str], Entity | None]) -> list[AnnotatedText]:
    """Each text once: abstracts, those of GutBrainIE's machine-made part and of DrugProt, evidence sentences by paper.

    ``canonical`` is the lexicon's, for the readers of abstracts. Annotations that a source has are left out.
    """
    held_back = [text for corpus in CORPORA for text in corpus.read(data, "dev")]
    ids = {text.id for text in held_back}
    seen = {_beginning(text.text) for text in held_back}
    found: list[AnnotatedText] = []
    for identifier, text in _texts(data, canonical):
        beginning = _beginning(text)
        if identifier not in ids and beginning not in seen:
            seen.add(beginning)
            found.append(AnnotatedText(identifier, text, (), ""))
    return found


def _beginning(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())[:_BEGINNING]


def _texts(data: Path, canonical: Callable[[str], Entity | None]) -> Iterator[tuple[str, str]]:
    for record in read(data / "ingest" / "gut_brain_1567.pubmed.xml.gz", canonical):
        if isinstance(record, Document):
            yield record.id.removeprefix("pmid:"), record.text.replace("\n", " ")
    articles = json.loads((data / "corpora" / "gutbrainie" / "bronze_articles.json").read_text(encoding="utf-8"))
    for identifier, article in articles.items():
        yield identifier, f"{article['title']} {article['abstract']}"
    for article in _json_lines(data / "corpora" / "drugprot" / "train.jsonl"):
        yield article["id"], f"{article['title']} {article['abstract']}"
    papers: dict[str, dict[str, None]] = {}
    with gzip.open(data / "statements" / "neurodegeneration_bel_to_2010.tsv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            papers.setdefault(row["pmid"], {})[(row["evidence"] or "").strip()] = None
    for row in _json_lines(data / "corpora" / "indra_curations" / "curated_half.jsonl"):
        papers.setdefault(str(row["pmid"]), {})[row["evidence_text"] or ""] = None
    for identifier, sentences in papers.items():
        for text in joined([each for each in sentences if len(each) > SHORTEST]):
            yield identifier, text


def _json_lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def joined(sentences: list[str], longest: int = LONGEST_JOINED) -> list[str]:
    """Sentences put together in order, a new text begun where one would be longer than ``longest`` characters."""
    texts: list[str] = []
    for sentence in sentences:
        if texts and len(texts[-1]) + 1 + len(sentence) <= longest:
            texts[-1] += f" {sentence}"
        else:
            texts.append(sentence)
    return texts
