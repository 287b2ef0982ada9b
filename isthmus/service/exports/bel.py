"""The graph as a BEL script, one statement for each piece of evidence (BEL 2, https://language.bel.bio).

What BEL's words do not say goes out beside the statement, in annotations: our own predicate where BEL's is wider, belief,
context, how the sentence puts it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TextIO

from isthmus.graph.model import Assertion, Document, Entity
from isthmus.graph.stores.protocol import Store
from isthmus.service.exports.bel_terms import Said, is_named_exactly, namespace_of, quoted, relation
from isthmus.service.exports.files import Exported, whole_files
from isthmus.service.exports.walk import Claim, Seen, Sourced, claims, entities, unseen

AT_A_TIME = 500  # statements whose entities are in memory
ANNOTATIONS = (
    "Anatomy",
    "Assertion",
    "Belief",
    "Cell",
    "Extractor",
    "FirstYear",
    "Predicate",
    "Retracted",
    "Score",
    "Species",
    "Year",
)
_CITED_AS = {"pmid": "PubMed", "pmc": "PubMed Central", "doi": "DOI"}
NO_SENTENCE = "(no sentence is kept)"
DENIED = "denied statements that BEL has no way to deny, left out"
WIDER = "statements that BEL says more widely, with the predicate as an annotation"
NOT_A_KIND = "ends of statements of a kind that BEL has no function for, written as abundances"
ALONE = "entities in no statement that was written, left out"


def export_bel(
    store: Store, folder: Path, name: str = "isthmus", *, least_belief: float = 0.0, seen: Seen = unseen
) -> Exported:
    """Write the graph, streamed, into one file of a folder. See ``write.write``. Raises ``CannotWrite``.

    ``nodes`` are the entities in the statements, ``edges`` the statements of the script.
    """
    file_name = f"{name}.bel"
    notes: Counter[str] = Counter()
    named: set[str] = set()
    with whole_files(folder, file_name) as (file,):
        known = _write_head(file, store, seen)
        edges = 0
        for claim, said, ends in _sayable(store, least_belief, seen, notes):
            named.update(entity.id for entity in ends)
            notes[WIDER] += not said.exact
            notes[NOT_A_KIND] += sum(not is_named_exactly(entity) for entity in ends)
            for sourced in claim.sources:
                file.write(_statement(claim, said, sourced))
                edges += 1
    notes[ALONE] = known - len(named)
    return Exported(len(named), edges, (folder / file_name,), +notes)


def _write_head(file: TextIO, store: Store, seen: Seen) -> int:
    """The document's properties and definitions. Returns how many entities there are."""
    namespaces: set[str] = set()
    count = 0
    for entity in entities(store, seen):
        namespaces.add(namespace_of(entity)[0])
        count += 1
    properties = {
        "Name": "Isthmus",
        "Version": "1.0.0",
        "Description": f"Knowledge graph {store.graph_hash()}",
        "Authors": "Isthmus",
    }
    file.writelines(f"SET DOCUMENT {key} = {quoted(value)}\n" for key, value in properties.items())
    file.write("\n")
    file.writelines(f'DEFINE NAMESPACE {each} AS PATTERN ".+"\n' for each in sorted(namespaces))
    file.write("\n")
    file.writelines(f'DEFINE ANNOTATION {each} AS PATTERN ".+"\n' for each in ANNOTATIONS)
    return count


def _sayable(
    store: Store, least_belief: float, seen: Seen, notes: Counter[str]
) -> Iterator[tuple[Claim, Said, tuple[Entity, Entity]]]:
    everything = claims(store, least_belief, seen)
    while batch := list(islice(everything, AT_A_TIME)):
        known = store.entities(
            {end for each in batch for end in (each.row.statement.subject, each.row.statement.object)}
        )
        for claim in batch:
            statement = claim.row.statement
            ends = known.get(statement.subject), known.get(statement.object)
            if ends[0] is None or ends[1] is None:  # taken out a moment ago
                continue
            said = relation(statement, ends[0], ends[1])
            if said is None:
                notes[DENIED] += 1
            else:
                yield claim, said, (ends[0], ends[1])


def _statement(claim: Claim, said: Said, sourced: Sourced) -> str:
    kept = _annotations(claim, said, sourced)
    lines = [
        "",
        f"SET Citation = {_citation(sourced.document)}",
        f"SET Evidence = {quoted(sourced.evidence.text.strip() or NO_SENTENCE)}",
        *(f"SET {name} = {quoted(value)}" for name, value in kept.items()),
        said.text,
        *(f"UNSET {name}" for name in kept),
    ]
    return "\n".join(lines) + "\n"


def _annotations(claim: Claim, said: Said, sourced: Sourced) -> Mapping[str, str]:
    row, evidence = claim.row, sourced.evidence
    context = row.statement.context
    values = {
        "Anatomy": context.anatomy,
        "Assertion": evidence.assertion.value if evidence.assertion is not Assertion.AFFIRMED else "",
        "Belief": repr(row.belief),
        "Cell": context.cell,
        "Extractor": evidence.extractor,
        "FirstYear": str(row.first_year or ""),
        "Predicate": "" if said.exact else f"{'not ' if row.statement.negated else ''}{row.statement.predicate}",
        "Retracted": "true" if sourced.document.retracted else "",
        "Score": repr(evidence.score),
        "Species": context.species,
        "Year": str(evidence.year or ""),
    }
    return {name: value for name, value in values.items() if value.strip()}


def _citation(document: Document) -> str:
    prefix, _, local = document.id.partition(":")
    kind = _CITED_AS.get(prefix)
    reference = document.id if kind is None else local
    return f"{{{quoted(kind or 'Other')}, {quoted(document.title or document.id)}, {quoted(reference)}}}"
