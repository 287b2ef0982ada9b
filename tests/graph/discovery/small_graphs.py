"""Graphs small enough to check by eye, written as lines, and a random one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from isthmus.graph.belief import reader_of
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import Metapath
from isthmus.graph.model import Context, Modality, Statement
from isthmus.graph.stores.columns import GraphColumns, first_of_group
from isthmus.graph.vocabulary import Category, Predicate

PREFIXES = {
    "drug": Category.DRUG,
    "chem": Category.SMALL_MOLECULE,
    "food": Category.FOOD,
    "gene": Category.GENE,
    "dis": Category.DISEASE,
    "phen": Category.PHENOTYPIC_FEATURE,
    "cell": Category.CELL,
    "path": Category.PATHWAY,
    "var": Category.SEQUENCE_VARIANT,
    "fam": Category.GENE_FAMILY,
    "complex": Category.MACROMOLECULAR_COMPLEX,
}


@dataclass(frozen=True)
class Said:
    """One piece of evidence for a statement: ``Said("drug:a inhibits gene:g", belief=0.5, year=2001)``."""

    triple: str
    belief: float = 1.0
    year: int = 0
    document: str = ""
    negated: bool = False
    species: str = ""
    cell: str = ""
    author: str = ""
    modality: Modality = Modality.LITERATURE

    @property
    def statement(self) -> Statement:
        subject, predicate, obj = self.triple.split()
        context = Context(species=self.species, cell=self.cell)
        return Statement.of(subject, Predicate(predicate), obj, negated=self.negated, context=context)


def columns(*said: Said | str, alone: Iterable[str] = ()) -> GraphColumns:
    """The columns of a graph in which this was said; an entity's category is the prefix of its id."""
    facts = sorted((one if isinstance(one, Said) else Said(one) for one in said), key=lambda one: one.statement.id)
    statements = {fact.statement.id: fact.statement for fact in facts}
    ids = sorted({end for one in statements.values() for end in (one.subject, one.object)} | set(alone))
    order = sorted(statements)
    entity = {identifier: number for number, identifier in enumerate(ids)}
    documents = {name: number for number, name in enumerate(sorted({fact.document for fact in facts}))}
    authors = {fact.document: fact.author for fact in facts}
    groups = first_of_group([authors[name] for name in documents])
    known = [statements[identifier] for identifier in order]
    places = [(one.context.species, one.context.cell, one.context.anatomy) for one in known]
    contexts = sorted(set(places))
    return GraphColumns(
        graph_hash="test",
        version="test",
        entity_ids=ids,
        names=[identifier.split(":")[1] for identifier in ids],
        categories=np.array([list(Category).index(PREFIXES[i.split(":")[0]]) for i in ids], dtype=np.int16),
        statement_ids=order,
        subjects=np.array([entity[one.subject] for one in known], dtype=np.int32),
        objects=np.array([entity[one.object] for one in known], dtype=np.int32),
        predicates=np.array([list(Predicate).index(one.predicate) for one in known], dtype=np.int16),
        negated=np.array([one.negated for one in known], dtype=np.bool_),
        contexts=contexts,
        statement_context=np.array([contexts.index(place) for place in places], dtype=np.int32),
        document_ids=list(documents),
        document_authors=[authors[name] for name in documents],
        evidence_statement=np.array([order.index(fact.statement.id) for fact in facts], dtype=np.int32),
        evidence_document=np.array([documents[fact.document] for fact in facts], dtype=np.int32),
        evidence_group=groups[[documents[fact.document] for fact in facts]],
        evidence_review=np.zeros(len(facts), dtype=np.bool_),
        evidence_modality=np.array([list(Modality).index(fact.modality) for fact in facts], dtype=np.int8),
        evidence_reader=np.full(len(facts), reader_of("table/1"), dtype=np.int16),
        evidence_year=np.array([fact.year for fact in facts], dtype=np.int16),
        evidence_score=np.array([fact.belief for fact in facts], dtype=np.float64),
    )


def graph(*said: Said | str, as_of: int | None = None, alone: Iterable[str] = ()) -> Snapshot:
    """The snapshot of a graph in which this was said."""
    return Snapshot.from_columns(columns(*said, alone=alone), as_of)


SCHEMA = (
    ("drug", Predicate.INHIBITS, "gene"),
    ("drug", Predicate.ACTIVATES, "gene"),
    ("drug", Predicate.TREATS, "dis"),
    ("drug", Predicate.SIMILAR_TO, "drug"),
    ("gene", Predicate.ASSOCIATED_WITH, "dis"),
    ("gene", Predicate.INTERACTS_WITH, "gene"),
    ("gene", Predicate.REGULATES, "gene"),
    ("dis", Predicate.SIMILAR_TO, "dis"),
)


def random_facts(
    seed: int, sizes: dict[str, int], density: float, beliefs: Sequence[float] = (1.0,), schema: Sequence = SCHEMA
) -> list[Said]:
    """A random graph over a schema, with each possible edge present at about the same rate and nothing to itself."""
    generator = np.random.default_rng(seed)
    facts = {}
    for source, predicate, target in schema:
        for left, right in product(range(sizes[source]), range(sizes[target])):
            if generator.random() < density and (source, left) != (target, right):
                belief = float(generator.choice(beliefs))
                said = Said(f"{source}:{left:03d} {predicate.value} {target}:{right:03d}", belief)
                facts.setdefault(said.statement.id, said)
    return list(facts.values())


def counts_by_enumeration(snapshot: Snapshot, source: int, metapath: Metapath, damping: float) -> np.ndarray:
    """The degree-weighted path count from its definition: every path, one by one."""
    counts = np.zeros(len(snapshot.members[metapath.categories[-1]]))

    def walk(node: int, visited: tuple[int, ...], weight: float) -> None:
        if len(visited) == len(metapath) + 1:
            counts[snapshot.positions[node]] += weight
            return
        hop = metapath.hops[len(visited) - 1]
        layer = snapshot.layers[hop]
        row = layer.beliefs[[snapshot.positions[node]]].toarray()[0]
        for place in np.flatnonzero(row):
            following = int(snapshot.members[hop.target][place])
            if following not in visited:
                degrees = layer.source_degrees[snapshot.positions[node]] * layer.target_degrees[place]
                walk(following, (*visited, following), weight * row[place] * float(degrees) ** -damping)

    if snapshot.kind(source) is metapath.categories[0]:
        walk(source, (source,), 1.0)
    return counts
