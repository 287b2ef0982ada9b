"""Small dossiers made by hand: a drug, two genes, a disease, a cell, and what a few made-up sentences say of them."""

from __future__ import annotations

from collections.abc import Iterable

from isthmus.graph.model import (
    Assertion,
    Context,
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Modality,
    Section,
    Statement,
)
from isthmus.graph.stores.protocol import StatementRow
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.panel.dossier import Dossier, Exhibit, Role

DRUG = Entity("CHEBI:1", "velorine", Category.SMALL_MOLECULE, ("VLR-7",))
KINASE = Entity("HGNC:1", "KINX1", Category.GENE, ("kinase X1",))
CARRIER = Entity("HGNC:2", "TRPQ", Category.GENE, ("transporter Q",))
DISEASE = Entity("MONDO:1", "Harlan disease", Category.DISEASE, ("HD",))
TREMOR = Entity("HP:1", "tremor", Category.PHENOTYPIC_FEATURE)
GLIA = Entity("CL:1", "Tarn cell", Category.CELL)
RAT = Entity("NCBITaxon:10116", "rat", Category.ORGANISM_TAXON, ("rats",))
ENTITIES = (DRUG, KINASE, CARRIER, DISEASE, TREMOR, GLIA, RAT)


def paper(
    number: int,
    text: str,
    *,
    modality: Modality = Modality.LITERATURE,
    kind: DocumentKind = DocumentKind.ARTICLE,
    retracted: bool = False,
) -> Document:
    return Document(
        f"pmid:{number}", kind, modality, f"Title {number}", (Section("", text),), "2010", retracted=retracted
    )


def exhibit(
    statement: Statement,
    *sentences: str | tuple[str, Assertion],
    role: Role = Role.PATH,
    belief: float = 0.9,
    first: int = 1,
    contradicts: str = "",
) -> Exhibit:
    """A statement with one sentence from each of the papers ``first``, ``first`` + 1 and so on."""
    told = [
        (each, Assertion.NEGATED if statement.negated else Assertion.AFFIRMED) if isinstance(each, str) else each
        for each in sentences
    ]
    evidence = tuple(
        Evidence(statement.id, f"pmid:{first + number}", text, "by hand", 0.9, assertion, 2010)
        for number, (text, assertion) in enumerate(told)
    )
    return Exhibit(StatementRow(statement, belief, len(evidence), 2010), role, evidence, contradicts)


def dossier(exhibits: Iterable[Exhibit], **modalities: Modality) -> Dossier:
    """``modalities`` are of papers by number, ``p3=Modality.CLINICAL``; the others are of the literature."""
    held = list(exhibits)
    documents = {
        one.document: paper(
            int(one.document.removeprefix("pmid:")),
            one.text,
            modality=modalities.get(f"p{one.document.removeprefix('pmid:')}", Modality.LITERATURE),
            kind=DocumentKind.REPORT
            if modalities.get(f"p{one.document.removeprefix('pmid:')}") is Modality.CLINICAL
            else DocumentKind.ARTICLE,
        )
        for each in held
        for one in each.evidence
    }
    return Dossier(
        DRUG, DISEASE, (), {each.id: each for each in held}, {each.id: each for each in ENTITIES}, documents, "0" * 32
    )


LOWERS = Statement(DRUG.id, Predicate.INHIBITS, KINASE.id, context=Context(species=RAT.id))
CAUSES = Statement(KINASE.id, Predicate.CAUSES, DISEASE.id)
SPARES = LOWERS.negate()
EXPRESSED = Statement(KINASE.id, Predicate.EXPRESSED_IN, GLIA.id)
SHAKES = Statement(DISEASE.id, Predicate.HAS_PHENOTYPE, TREMOR.id)
REPORTED = Statement(DRUG.id, Predicate.TREATS, TREMOR.id)


def small() -> Dossier:
    """A path of two hops with a denial of its first, one expression, one symptom and one clinical report."""
    return dossier(
        [
            exhibit(
                LOWERS, "Velorine inhibits KINX1 in cultured slices.", "VLR-7 blocked kinase X1 within 20 minutes."
            ),
            exhibit(CAUSES, ("KINX1 may cause Harlan disease.", Assertion.SPECULATED), first=3, belief=0.4),
            exhibit(
                SPARES,
                "Velorine did not inhibit KINX1 in old rats.",
                role=Role.OPPOSITE,
                first=4,
                contradicts=LOWERS.id,
            ),
            exhibit(EXPRESSED, "KINX1 is expressed in Tarn cells.", role=Role.AROUND, first=5),
            exhibit(SHAKES, "Tremor is common in Harlan disease.", role=Role.AROUND, first=6),
            exhibit(REPORTED, "Tremor was treated with velorine.", role=Role.AROUND, first=7),
        ],
        p5=Modality.SINGLE_CELL,
        p7=Modality.CLINICAL,
    )
