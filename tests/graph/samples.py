"""A small world of our own for the tests of the graph: a few concepts and papers that speak of them."""

from dataclasses import dataclass

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
    merge_entities,
)
from isthmus.graph.vocabulary import Category, Predicate

APP = Entity("HGNC:620", "APP", Category.GENE, ("AD1", "amyloid beta precursor protein"), ("NCBIGene:351",))
BACE1 = Entity("HGNC:933", "BACE1", Category.GENE, ("beta-secretase 1",))
ALZHEIMER = Entity("MONDO:0004975", "Alzheimer disease", Category.DISEASE, ("Alzheimer's disease",), ("MESH:D000544",))
PARKINSON = Entity("MONDO:0005180", "Parkinson disease", Category.DISEASE, ("shaking palsy",), ("MESH:D010300",))
VERUBECESTAT = Entity("CHEBI:90928", "verubecestat", Category.SMALL_MOLECULE, ("MK-8931",))


@dataclass(frozen=True)
class Claim:
    """One sentence's worth of a sample paper."""

    subject: Entity
    predicate: Predicate
    object: Entity
    score: float = 0.8
    assertion: Assertion = Assertion.AFFIRMED
    negated: bool = False
    document: str = ""  # the publication that says it, where that is another
    year: int | None = 2020
    text: str = ""

    @property
    def statement(self) -> Statement:
        return Statement.of(self.subject.id, self.predicate, self.object.id, negated=self.negated)

    @property
    def sentence(self) -> str:
        verb = f"{'does not ' if self.negated else ''}{self.predicate.replace('_', ' ')}"
        return self.text or f"{self.subject.name} {verb} {self.object.name}."


BACE1_CUTS_APP = Claim(BACE1, Predicate.ACTIVATES, APP)
DRUG_INHIBITS_BACE1 = Claim(VERUBECESTAT, Predicate.INHIBITS, BACE1, score=0.9)
DRUG_TREATS_ALZHEIMER = Claim(VERUBECESTAT, Predicate.TREATS, ALZHEIMER, score=0.6)
APP_CAUSES_ALZHEIMER = Claim(APP, Predicate.CAUSES, ALZHEIMER, score=0.7)
FOUR_FACTS = (BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, DRUG_TREATS_ALZHEIMER, APP_CAUSES_ALZHEIMER)


def paper(
    document: str,
    *claims: Claim,
    names: tuple[Entity, ...] = (),
    entities: tuple[Entity, ...] = (),
    cited: tuple[Document, ...] = (),
    title: str = "",
    date: str = "2020",
    retracted: bool = False,
    extractor: str = "sample/1",
    part: int = 0,
    reason: str = "",
    authors: tuple[str, ...] | None = None,
    publication_types: tuple[str, ...] = (),
) -> Extraction:
    """A paper that makes these claims, one a sentence, names ``names`` in its last sentence, and describes ``entities``."""
    sentences = [claim.sentence for claim in claims] + [f"Also {entity.name}." for entity in names]
    value = Document(
        document,
        DocumentKind.ARTICLE,
        Modality.LITERATURE,
        title or f"Report {document}",
        (Section("abstract", " ".join(sentences)),),
        date=date,
        retracted=retracted,
        journal="Journal of Samples",
        authors=("Ada Writer", f"Leader of {document}") if authors is None else authors,
        publication_types=publication_types,
        source="samples.xml",
    )
    mentions, evidence = [], []
    offset = len(value.title) + 1
    for ordinal, (sentence, claim) in enumerate(zip(sentences, (*claims, *names), strict=True)):
        named = (claim.subject, claim.object) if isinstance(claim, Claim) else (claim,)
        for entity in named:
            start = value.text.find(entity.name, offset)
            if start >= 0:
                mentions.append(
                    Mention(start, start + len(entity.name), entity.name, entity.category, entity.id, ordinal, 1.0)
                )
        if isinstance(claim, Claim):
            evidence.append(evidence_of(claim, document, extractor, (offset, offset + len(sentence))))
        offset += len(sentence) + 1
    used = [entity for claim in claims for entity in (claim.subject, claim.object)]
    return Extraction(
        value,
        extractor,
        tuple(merge_entities([*used, *names, *entities]).values()),
        tuple(mentions),
        tuple({claim.statement.id: claim.statement for claim in claims}.values()),
        tuple(evidence),
        cited,
        part,
        reason or ("" if claims or names or entities else "no sentence names anything"),
    )


def evidence_of(claim: Claim, document: str, extractor: str, span: tuple[int, int] | None = None) -> Evidence:
    """The claim's sentence as evidence."""
    return Evidence(
        claim.statement.id,
        claim.document or document,
        claim.sentence,
        extractor,
        claim.score,
        claim.assertion,
        claim.year,
        *(span or (None, None)),
        section="abstract" if span else "",
    )


def table(
    document: str,
    *claims: Claim,
    cited: tuple[Document, ...] = (),
    entities: tuple[Entity, ...] = (),
    part: int = 0,
    extractor: str = "table/1",
    title: str = "Annotations",
    retracted: bool = False,
) -> Extraction:
    """A file of rows: no running text, each row cites the paper that says it."""
    return Extraction(
        Document(document, DocumentKind.ANNOTATIONS, Modality.GENOMICS, title, retracted=retracted, source="rows.tsv"),
        extractor,
        tuple(
            merge_entities(
                [entity for claim in claims for entity in (claim.subject, claim.object)] + list(entities)
            ).values()
        ),
        statements=tuple({claim.statement.id: claim.statement for claim in claims}.values()),
        evidence=tuple(evidence_of(claim, document, extractor) for claim in claims),
        cited=cited,
        part=part,
        reason="" if claims or entities else "the table has no rows",
    )


def citation(document: str, **known: object) -> Document:
    """A publication known only because a row cites it."""
    return Document(document, DocumentKind.CITATION, Modality.LITERATURE, **known)  # type: ignore[arg-type]
