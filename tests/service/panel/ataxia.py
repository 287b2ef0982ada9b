"""A made-up link and all that is said of it: a drug, a gene in its way, a disease; denied, retracted, in mice and in rats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.model import (
    ANYWHERE,
    Assertion,
    Context,
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
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category, Predicate

REZANOL = Entity("CHEBI:990001", "rezanol", Category.DRUG, ("RZ-1",))
KAPX1 = Entity("HGNC:990001", "KAPX1", Category.GENE, ("kappa protein 1",))
LOMP2 = Entity("HGNC:990002", "LOMP2", Category.GENE)
SWELLING = Entity("GO:9900001", "glial swelling", Category.BIOLOGICAL_PROCESS)
ATAXIA = Entity("MONDO:9900001", "sandhill ataxia", Category.DISEASE, ("SHA",))
FEVER = Entity("MONDO:9900002", "hill fever", Category.DISEASE)
GAIT = Entity("HP:9900001", "gait drift", Category.PHENOTYPIC_FEATURE)
GLIA = Entity("CL:9900001", "ridge glia", Category.CELL)
MOUSE = Entity("NCBITaxon:10090", "Mus musculus", Category.ORGANISM_TAXON)
RAT = Entity("NCBITaxon:10116", "Rattus norvegicus", Category.ORGANISM_TAXON)
EVERYTHING = (REZANOL, KAPX1, LOMP2, SWELLING, ATAXIA, FEVER, GAIT, GLIA, MOUSE, RAT)

IN_MICE = Context(species=MOUSE.id)
IN_RATS = Context(species=RAT.id)


@dataclass(frozen=True)
class Said:
    """One sentence."""

    subject: Entity
    predicate: Predicate
    object: Entity
    text: str
    negated: bool = False
    context: Context = ANYWHERE
    score: float = 0.8
    supposed: bool = False

    @property
    def statement(self) -> Statement:
        return Statement.of(self.subject.id, self.predicate, self.object.id, negated=self.negated, context=self.context)


def source(
    name: str,
    year: int | None,
    *said: Said,
    retracted: bool = False,
    modality: Modality = Modality.LITERATURE,
    kind: DocumentKind = DocumentKind.ARTICLE,
    leader: str = "",
    reader: str = "mine/1",
) -> Extraction:
    """A document of these sentences; a paper's are found in its text, and it names what they are about."""
    document = Document(
        name,
        kind,
        modality,
        f"About {name}",
        (Section("", " ".join(one.text for one in said)),),
        date=str(year or ""),
        retracted=retracted,
        authors=(leader or f"Leader of {name}",),
    )
    mentions = [
        Mention(at, at + len(each.name), document.text[at : at + len(each.name)], each.category, each.id, place, 1.0)
        for place, one in enumerate(said)
        for each in (one.subject, one.object)
        if (at := document.text.lower().find(each.name.lower(), document.text.find(one.text))) >= 0
    ]
    evidence = [
        Evidence(
            one.statement.id,
            name,
            one.text,
            reader,
            one.score,
            Assertion.NEGATED if one.negated else Assertion.SPECULATED if one.supposed else Assertion.AFFIRMED,
            year,
        )
        for one in said
    ]
    used = [each for one in said for each in (one.subject, one.object)] + [
        each for one in said for each in (MOUSE, RAT) if each.id == one.context.species
    ]
    return Extraction(
        document,
        reader,
        tuple(merge_entities(used).values()),
        tuple(dict.fromkeys(mentions)),
        tuple({one.statement.id: one.statement for one in said}.values()),
        tuple(evidence),
    )


P = Predicate
BLOCKS = Said(REZANOL, P.INHIBITS, KAPX1, "In mice rezanol blocked KAPX1 at once.", context=IN_MICE)
BLOCKS_AGAIN = Said(REZANOL, P.INHIBITS, KAPX1, "Here too rezanol inhibits KAPX1.", context=IN_MICE)
BLOCKS_NOT = Said(REZANOL, P.INHIBITS, KAPX1, "We found that rezanol does not inhibit KAPX1.", negated=True, score=0.5)
DRIVES = Said(KAPX1, P.ACTIVATES, SWELLING, "KAPX1 drives glial swelling in rats.", context=IN_RATS)
CALMS = Said(KAPX1, P.INHIBITS, SWELLING, "In one colony KAPX1 inhibits glial swelling.", score=0.4)
LINKED = Said(KAPX1, P.ASSOCIATED_WITH, SWELLING, "KAPX1 goes with glial swelling in many cases.", score=0.6)
LEADS = Said(SWELLING, P.CONTRIBUTES_TO, ATAXIA, "Glial swelling contributes to sandhill ataxia.", score=0.7)
LEADS_PERHAPS = Said(SWELLING, P.CONTRIBUTES_TO, ATAXIA, "Glial swelling might add to sandhill ataxia.", supposed=True)
LEADS_RETRACTED = Said(SWELLING, P.CONTRIBUTES_TO, ATAXIA, "Glial swelling surely adds to sandhill ataxia.")
RAISES = Said(REZANOL, P.INCREASES, LOMP2, "Rezanol may raise LOMP2.", supposed=True, score=0.5)
CAUSES = Said(LOMP2, P.CAUSES, ATAXIA, "LOMP2 causes sandhill ataxia.", score=0.6)
EXPRESSED = Said(KAPX1, P.EXPRESSED_IN, GLIA, "KAPX1 is seen in ridge glia.")
SHOWS = Said(ATAXIA, P.HAS_PHENOTYPE, GAIT, "Sandhill ataxia comes with gait drift.")
TREATS = Said(REZANOL, P.TREATS, FEVER, "Rezanol is used in hill fever.")
SCAN = Said(GAIT, P.ASSOCIATED_WITH, ATAXIA, "Gait drift fits sandhill ataxia.")
TREATS_IT = Said(REZANOL, P.TREATS, ATAXIA, "Rezanol helped in sandhill ataxia.", score=0.3)
TREATS_IT_NOT = Said(REZANOL, P.TREATS, ATAXIA, "Rezanol did not help in sandhill ataxia.", negated=True, score=0.6)

SOURCES = (
    source("pmid:9001", 2001, BLOCKS),
    source("pmid:9002", 2004, BLOCKS_AGAIN, leader="Nora Holm"),
    source("pmid:9003", 2006, BLOCKS_NOT),
    source("pmid:9004", 2003, DRIVES, LINKED),
    source("pmid:9005", 2009, CALMS),
    source("pmid:9006", 2005, LEADS),
    source("pmid:9007", 2010, LEADS_PERHAPS),
    source("pmid:9008", 2008, LEADS_RETRACTED, retracted=True),
    source("pmid:9009", 2011, RAISES, CAUSES),
    source(
        "table:1", None, EXPRESSED, SHOWS, modality=Modality.GENOMICS, kind=DocumentKind.ANNOTATIONS, reader="table/1"
    ),
    source("pmid:9010", 2002, TREATS),
    source("report:1", 2012, SCAN, modality=Modality.IMAGING, kind=DocumentKind.REPORT),
)
TRIED = (source("pmid:9011", 2013, TREATS_IT), source("pmid:9012", 2014, TREATS_IT_NOT))


def store_of(folder: Path, sources: Sequence[Extraction] = SOURCES) -> Store:
    """A store that holds them."""
    store = open_store(f"sqlite:///{folder / 'ataxia.sqlite'}")
    store.write(sources)
    return store


def snapshot_of(store: Store, year: int | None = None) -> Snapshot:
    """Its graph, as it was at the end of a year."""
    return Snapshot.from_columns(store.columns(), year)
