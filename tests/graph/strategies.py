"""Generated documents from small pools, so that ids, sentences and facts collide as they do in real corpora."""

from dataclasses import replace

from hypothesis import strategies as st

from isthmus.graph.model import (
    Annotation,
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
)
from isthmus.graph.vocabulary import Category, Predicate

ENTITY_IDS = ("HGNC:1", "HGNC:2", "MONDO:1", "CHEBI:1", "text:some finding")
DOCUMENT_IDS = ("pmid:1", "pmid:2", "doi:10.1/x", "sha256:00")
CITED_IDS = (*DOCUMENT_IDS, "pmid:8", "pmid:9")
NAMES = ("alpha", "Beta", "gamma ray", "δ-secretase")
SENTENCES = ("One acts on the other.", "Häufig beides zugleich.", "")
SCORES = (0.0, 0.25, 0.5, 0.9, 1.0)
PREDICATES = (Predicate.INHIBITS, Predicate.INTERACTS_WITH, Predicate.TREATS)


def entities(ids: st.SearchStrategy[str] = st.sampled_from(ENTITY_IDS)) -> st.SearchStrategy[Entity]:
    """Descriptions that contradict and complete one another."""
    words = st.lists(st.sampled_from(NAMES), max_size=2).map(tuple)
    return st.builds(
        Entity,
        ids,
        st.sampled_from(NAMES),
        st.sampled_from((Category.NAMED_THING, Category.GENE, Category.CHEMICAL_ENTITY, Category.DRUG)),
        words,
        st.lists(st.sampled_from(("MESH:D1", "UMLS:C1")), max_size=1).map(tuple),
        st.lists(st.just("biolink:Wonder"), max_size=1).map(tuple),
    )


def statements() -> st.SearchStrategy[Statement]:
    """Few enough that papers agree and contradict."""
    ids = st.sampled_from(ENTITY_IDS[:3])
    return st.builds(
        lambda subject, predicate, obj, negated, context: Statement.of(
            subject, predicate, obj, negated=negated, context=context
        ),
        ids,
        st.sampled_from(PREDICATES),
        ids,
        st.booleans(),
        st.sampled_from((Context(), Context(species="NCBITaxon:9606"))),
    )


AUTHORS = ((), ("Ada Writer", "Max Other"), ("Bo Third",))


def documents(ids: st.SearchStrategy[str] = st.sampled_from(DOCUMENT_IDS)) -> st.SearchStrategy[Document]:
    """Documents that were read."""
    return st.builds(
        Document,
        ids,
        st.sampled_from((DocumentKind.ARTICLE, DocumentKind.ANNOTATIONS)),
        st.sampled_from((Modality.LITERATURE, Modality.GENOMICS)),
        st.sampled_from(("A title", "Ein Titel", "")),
        st.lists(st.builds(Section, st.just("abstract"), st.sampled_from(SENTENCES)), max_size=2).map(tuple),
        st.sampled_from(("", "2011", "2011-02", "2011-02-03")),
        st.booleans(),
        authors=st.sampled_from(AUTHORS),
        publication_types=st.sampled_from(((), ("Journal Article", "Review"))),
        annotations=st.sampled_from(((), (Annotation(0, 1, "A", Category.GENE, "HGNC:1"),))),
    )


def stubs() -> st.SearchStrategy[Document]:
    """Publications that rows cite."""
    return st.builds(
        Document,
        st.sampled_from(CITED_IDS),
        st.just(DocumentKind.CITATION),
        st.just(Modality.LITERATURE),
        st.sampled_from(("", "Cited")),
        date=st.sampled_from(("", "1999")),
        retracted=st.booleans(),
        authors=st.sampled_from(AUTHORS),
    )


@st.composite
def extractions(
    draw: st.DrawFn, document: st.SearchStrategy[Document] | None = None, part: int = 0, extractor: str = "drawn/1"
) -> Extraction:
    """Whatever one document part might say; sometimes an id is used and not described, sometimes nothing is said."""
    read = draw(documents() if document is None else document)
    facts = draw(st.lists(statements(), max_size=4, unique_by=lambda each: each.id))
    places = st.one_of(st.just(read.id), st.sampled_from(CITED_IDS))
    evidence = [
        draw(
            st.builds(
                Evidence,
                st.just(fact.id),
                places,
                st.sampled_from(SENTENCES),
                st.sampled_from(("compact/2", "openai:some-model/1", "table/1")),
                st.sampled_from(SCORES),
                st.sampled_from(Assertion),
                st.sampled_from((None, 1999, 2011)),
            )
        )
        for fact in facts
        for _ in range(draw(st.integers(1, 2)))
    ]
    mentions = st.builds(
        Mention,
        st.just(0),
        st.just(1),
        st.just("x"),
        st.just(Category.GENE),
        st.sampled_from(ENTITY_IDS),
        st.integers(0, 3),
        st.just(1.0),
    )
    return Extraction(
        read,
        extractor,
        tuple(draw(st.lists(entities(), max_size=4))),
        tuple(draw(st.lists(mentions, max_size=4))),
        tuple(facts),
        tuple(evidence),
        tuple(draw(st.lists(stubs(), max_size=2))),
        part,
    )


@st.composite
def versions(draw: st.DrawFn, document: str, number: int) -> list[Extraction]:
    """One version of a document, in one or two parts. ``number`` makes its digest its own."""
    read = replace(draw(documents(st.just(document))), journal=f"version {number}")
    return [draw(extractions(st.just(read), part)) for part in range(draw(st.integers(1, 2)))]


@st.composite
def corpora(draw: st.DrawFn) -> list[Extraction]:
    """Several documents, each in one version."""
    ids = draw(st.lists(st.sampled_from(DOCUMENT_IDS), min_size=1, max_size=3, unique=True))
    return [part for document in ids for part in draw(versions(document, 0))]


@st.composite
def histories(draw: st.DrawFn) -> list[list[Extraction] | str]:
    """What happens to a store over time: versions of documents come, and documents (by id) are withdrawn."""
    steps: list[list[Extraction] | str] = []
    for number in range(draw(st.integers(1, 5))):
        document = draw(st.sampled_from(DOCUMENT_IDS[:3]))
        steps.append(document if draw(st.integers(0, 3)) == 0 else draw(versions(document, number)))
    return steps


def shuffled_batches(draw: st.DataObject, extractions: list[Extraction]) -> list[list[Extraction]]:
    """The same extractions in another order and cut into other batches."""
    order = draw.draw(st.permutations(extractions))
    batches: list[list[Extraction]] = [[]]
    for extraction in order:
        if draw.draw(st.booleans()):
            batches.append([])
        batches[-1].append(extraction)
    return batches
