"""The graph as RDF with provenance: one nanopublication a statement, in TriG.

Each has four named graphs (https://nanopub.net/guidelines): the head, the assertion (what the statement says, by the
Biolink model), the provenance (the sentences and papers it was derived from, by PROV-O) and the publication info. What
entities are called lies in a graph of its own. A statement that is denied is no triple between its ends: only the
association says it, with ``biolink:negated``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from isthmus import __version__
from isthmus.graph.model import Document, Entity, Evidence
from isthmus.graph.stores.protocol import StatementRow, Store
from isthmus.service.exports.files import Exported, whole_files
from isthmus.service.exports.iris import OWN, iri
from isthmus.service.exports.walk import Claim, Seen, claims, entities, unseen

PREFIXES = {
    "np": "http://www.nanopub.org/nschema#",
    "prov": "http://www.w3.org/ns/prov#",
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "biolink": "https://w3id.org/biolink/vocab/",
    "isthmus": f"{OWN}vocabulary:",
    **{
        part: f"{OWN}{part}:"
        for part in ("nanopub", "head", "assertion", "provenance", "info", "association", "evidence")
    },
}
ENTITIES = f"{OWN}entities"
_CURIES = frozenset(["biolink"])  # values that are written as a prefix and a name
_ESCAPES = {
    **{code: f"\\u{code:04X}" for code in (*range(32), 127)},
    **{ord(sign): f"\\{letter}" for sign, letter in {"\\": "\\", '"': '"', "\n": "n", "\r": "r", "\t": "t"}.items()},
}


def export_rdf(
    store: Store, folder: Path, name: str = "isthmus", *, least_belief: float = 0.0, seen: Seen = unseen
) -> Exported:
    """Write the graph, streamed, into one file of a folder. See ``write.write``. Raises ``CannotWrite``."""
    file_name = f"{name}.trig"
    nodes = edges = 0
    with whole_files(folder, file_name) as (file,):
        file.writelines(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
        file.write(f"\n<{ENTITIES}> {{\n")
        for entity in entities(store, seen):
            file.write(_described(f"<{iri(entity.id)}>", _entity(entity)))
            nodes += 1
        file.write("}\n")
        for claim in claims(store, least_belief, seen):
            file.write(_nanopublication(claim))
            edges += 1
    return Exported(nodes, edges, (folder / file_name,))


def literal(text: str) -> str:
    r"""A text as TriG writes it.

    >>> print(literal('a "b"' + chr(10)))
    "a \"b\"\n"
    """
    return f'"{text.translate(_ESCAPES)}"'


def _entity(entity: Entity) -> Iterator[str]:
    yield f"a {entity.category.curie}"
    yield f"rdfs:label {literal(entity.name)}"
    yield f"dct:identifier {literal(entity.id)}"
    yield from (f"skos:altLabel {literal(each)}" for each in entity.synonyms)
    yield from (f"skos:exactMatch <{iri(each)}>" for each in entity.xrefs)
    yield from (f"isthmus:given_category {literal(each)}" for each in entity.given_categories)


def _nanopublication(claim: Claim) -> str:
    key = claim.row.statement.id
    head = [
        "a np:Nanopublication",
        f"np:hasAssertion assertion:{key}",
        f"np:hasProvenance provenance:{key}",
        f"np:hasPublicationInfo info:{key}",
    ]
    about = [f"prov:wasAttributedTo <{OWN}software:{__version__}>", f"dct:identifier {literal(key)}"]
    return "\n" + "".join(
        f"{graph}:{key} {{\n{triples}}}\n"
        for graph, triples in (
            ("head", _described(f"nanopub:{key}", head)),
            ("assertion", _assertion(claim.row)),
            ("provenance", _provenance(claim)),
            ("info", _described(f"nanopub:{key}", about)),
        )
    )


def _assertion(row: StatementRow) -> str:
    said, context = row.statement, row.statement.context
    properties = [
        "a biolink:Association",
        f"biolink:subject <{iri(said.subject)}>",
        f"biolink:predicate {said.predicate.curie}",
        f"biolink:object <{iri(said.object)}>",
        f"biolink:negated {str(said.negated).lower()}",
        f"isthmus:predicate {literal(said.predicate)}",
    ]
    for qualifier, value in said.predicate.definition.qualifiers:
        properties.append(f"biolink:{qualifier} {value if value.partition(':')[0] in _CURIES else literal(value)}")
    if context.species:
        properties.append(f"biolink:species_context_qualifier <{iri(context.species)}>")
    places = filter(None, (context.cell, context.anatomy))
    properties += [f"biolink:anatomical_context_qualifier <{iri(place)}>" for place in places]
    triple = f"  <{iri(said.subject)}> {said.predicate.curie} <{iri(said.object)}> .\n"
    return _described(f"association:{said.id}", properties) + ("" if said.negated else triple)


def _provenance(claim: Claim) -> str:
    row = claim.row
    properties = [f"prov:wasDerivedFrom evidence:{each.evidence.id}" for each in claim.sources]
    properties += [
        f'biolink:has_confidence_score "{row.belief!r}"^^xsd:double',
        f"biolink:evidence_count {row.evidence_count}",
    ]
    if row.first_year:
        properties.append(f"isthmus:first_year {_year(row.first_year)}")
    documents = {each.document.id: each.document for each in claim.sources}
    return (
        _described(f"assertion:{row.statement.id}", properties)
        + "".join(_described(f"evidence:{each.evidence.id}", _evidence(each.evidence)) for each in claim.sources)
        + "".join(_described(f"<{iri(key)}>", _document(documents[key])) for key in sorted(documents))
    )


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield "a prov:Entity"
    yield f"prov:hadPrimarySource <{iri(evidence.document)}>"
    yield f"prov:wasAttributedTo <{iri(f'extractor:{evidence.extractor}')}>"
    yield f"biolink:supporting_text {literal(evidence.text)}"
    yield f'biolink:extraction_confidence_score "{evidence.score!r}"^^xsd:double'
    yield f"isthmus:assertion {literal(evidence.assertion)}"
    if evidence.year:
        yield f"biolink:supporting_document_year {evidence.year}"
    if evidence.section:
        yield f"biolink:supporting_text_section_type {literal(evidence.section)}"
    if evidence.original:
        yield f"biolink:original_predicate {literal(evidence.original)}"
    if evidence.start is not None and evidence.end is not None:
        yield f"isthmus:start {evidence.start}"
        yield f"isthmus:end {evidence.end}"


def _document(document: Document) -> Iterator[str]:
    yield f"dct:identifier {literal(document.id)}"
    if document.title:
        yield f"dct:title {literal(document.title)}"
    if document.date:
        yield f"dct:issued {literal(document.date)}"
    if document.retracted:
        yield "isthmus:retracted true"


def _year(year: int) -> str:
    return f'"{year:04d}"^^xsd:gYear'


def _described(thing: str, properties: Iterable[str]) -> str:
    listed = " ;\n    ".join(properties)
    return f"  {thing} {listed} .\n"
