"""Extractions as the compact extractor makes them, written by hand: scores are what these tests are about."""

from __future__ import annotations

from isthmus.extractors.text.sentences import document_sentences
from isthmus.graph.model import (
    Assertion,
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Modality,
    Section,
    Statement,
)
from isthmus.graph.vocabulary import Category, Predicate

COMPACT = "compact/test"
NAMES = {
    "Rasagiline": Entity("CHEBI:63620", "rasagiline", Category.SMALL_MOLECULE),
    "Selegiline": Entity("CHEBI:9086", "selegiline", Category.SMALL_MOLECULE),
    "MAOB": Entity("HGNC:6834", "MAOB", Category.GENE),
    "COMT": Entity("HGNC:2228", "COMT", Category.GENE),
    "tremor": Entity("HP:0001337", "tremor", Category.PHENOTYPIC_FEATURE),
    "akinesia": Entity("HP:0002304", "akinesia", Category.PHENOTYPIC_FEATURE),
    "striatum": Entity("UBERON:0002435", "striatum", Category.GROSS_ANATOMICAL_STRUCTURE),
    "Zetafix": Entity("text:drug:zetafix", "Zetafix", Category.DRUG),
}
Claim = tuple[str, Predicate, str, float]


def document(*sentences: str, id_: str = "pmid:1", kind: DocumentKind = DocumentKind.ARTICLE) -> Document:
    """A paper of these sentences, without a title."""
    return Document(id_, kind, Modality.LITERATURE, "", (Section("results", " ".join(sentences)),), date="2020")


def extraction(
    read: Document, claims: dict[int, list[Claim]] | None = None, scores: dict[str, float] | None = None
) -> Extraction:
    """What was found: every known name, and for sentence ``n`` its claims with their scores."""
    sentences = next(document_sentences([read]))
    mentions, statements, evidence = [], [], []
    for number, sentence in enumerate(sentences):
        words = read.text[sentence.start : sentence.end]
        for name, entity in NAMES.items():
            if name in words:
                start = sentence.start + words.index(name)
                score = (scores or {}).get(name, 0.97)
                mentions.append(
                    Mention(start, start + len(name), name, entity.category, entity.id, number, score, entity.xrefs)
                )
        for subject, predicate, obj, score in (claims or {}).get(number, []):
            statement = Statement.of(NAMES[subject].id, predicate, NAMES[obj].id)
            first, second = (subject, obj) if statement.subject == NAMES[subject].id else (obj, subject)
            spans = [
                (sentence.start + words.index(name), sentence.start + words.index(name) + len(name))
                for name in (first, second)
            ]
            statements.append(statement)
            evidence.append(
                Evidence(
                    statement.id,
                    read.id,
                    words,
                    COMPACT,
                    score,
                    Assertion.AFFIRMED,
                    2020,
                    sentence.start,
                    sentence.end,
                    spans[0],
                    spans[1],
                    sentence.section,
                )
            )
    described = {mention.entity for mention in mentions}
    return Extraction(
        read,
        COMPACT,
        tuple(entity for entity in NAMES.values() if entity.id in described),
        tuple(sorted(mentions, key=lambda mention: mention.start)),
        tuple(statements),
        tuple(evidence),
    )
