"""What is said of an entity, or between two: the statements that a plan asks for, with their sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.signs import PathSign, Push, path_sign
from isthmus.graph.model import Evidence, Statement
from isthmus.graph.stores.protocol import StatementRow, Store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.answers import SENTENCES_SHOWN, EntityName, Sentence, Told
from isthmus.service.questions.plan import End, QueryPlan, Role

MOST_READ = 2_000  # statements, those with most evidence: more are counted and not read
BESIDES_SHOWN = 5
_PREDICATES = list(Predicate)
_CATEGORIES = list(Category)

Numbers = NDArray[np.int64]
_Claim: TypeAlias = tuple[Predicate, tuple[str, str]]


class StatementAnswer(Told):
    """One statement with its best sentences. ``negated``: it is denied."""

    id: str
    subject: EntityName
    predicate: Predicate
    object: EntityName
    negated: bool
    belief: float | None = Field(description="absent for what is denied, as of a year")
    evidence_count: int
    first_year: int | None
    evidence: list[Sentence]


class StatementsAnswer(Told):
    """The statements that were asked for, best believed first, and what else joins the two ends."""

    a: EntityName
    c: EntityName | None
    as_of: int | None
    found: int = Field(description="how many there are, those that deny among them")
    denied: int = Field(description="how many of them deny")
    statements: list[StatementAnswer]
    besides: list[StatementAnswer] = Field(description="other statements between the two ends")
    reason: str = Field("", description="why there is none to tell of")


class EntityAnswer(Told):
    """What the graph holds of one entity."""

    entity: EntityName
    as_of: int | None
    synonyms: list[str]
    xrefs: list[str]
    found: int = Field(description="statements of it")
    relations: dict[str, int] = Field(description="of these, how many by predicate, most first")
    statements: list[StatementAnswer] = Field(description="the best believed")


def answer_statements(store: Store, snapshot: Snapshot, plan: QueryPlan) -> StatementsAnswer:
    """The statements that a plan of the mode ``evidence`` asks for, as of the snapshot's year."""
    a, c = _number(snapshot, plan.a), _number(snapshot, plan.c)
    wanted = np.empty(0, dtype=np.int64) if a is None or (plan.c and c is None) else _wanted(snapshot, plan, a, c)
    besides = np.empty(0, dtype=np.int64)
    if a is not None and c is not None:
        besides = np.setdiff1d(_between(snapshot, a, c, Role.EITHER), wanted)
    return StatementsAnswer(
        a=_name(plan.a),
        c=_name(plan.c) if plan.c else None,
        as_of=snapshot.as_of,
        found=len(wanted),
        denied=int(np.count_nonzero(snapshot.columns.negated[wanted])),
        statements=_tell(store, snapshot, a, wanted, plan.top),
        besides=_tell(store, snapshot, a, besides, BESIDES_SHOWN),
        reason="" if len(wanted) else _reason(plan, len(besides)),
    )


def answer_entity(store: Store, snapshot: Snapshot, plan: QueryPlan) -> EntityAnswer:
    """What the graph holds of the entity of a plan of the mode ``entity``."""
    a = _number(snapshot, plan.a)
    wanted = np.empty(0, dtype=np.int64) if a is None else _between(snapshot, a, None, Role.EITHER)
    counted = Counter(_PREDICATES[place].value for place in snapshot.columns.predicates[wanted].tolist())
    name = _name(plan.a)
    entity = store.entities([name.id])[name.id]
    return EntityAnswer(
        entity=name,
        as_of=snapshot.as_of,
        synonyms=list(entity.synonyms),
        xrefs=list(entity.xrefs),
        found=len(wanted),
        relations=dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))),
        statements=_tell(store, snapshot, a, wanted, plan.top),
    )


def direct_signs(snapshot: Snapshot, a: str) -> dict[str, set[PathSign]]:
    """By entity that an affirmed statement joins to A, which ways these statements push; as of the snapshot's year."""
    node = snapshot.index.get(a)
    signs: dict[str, set[PathSign]] = defaultdict(set)
    if node is None:
        return signs
    columns = snapshot.columns
    for number in _between(snapshot, node, None, Role.EITHER).tolist():
        forward = columns.subjects[number] == node
        other = int(columns.objects[number] if forward else columns.subjects[number])
        push = Push(_PREDICATES[columns.predicates[number]], bool(forward))
        if not columns.negated[number]:
            signs[snapshot.ids[other]].add(
                path_sign([push], [snapshot.node(node).category, snapshot.node(other).category])
            )
    return signs


def _number(snapshot: Snapshot, end: End | None) -> int | None:
    return None if end is None else snapshot.index.get(end.id)


def _name(end: End | None) -> EntityName:
    assert end is not None
    assert end.category is not None
    return EntityName(id=end.id, name=end.name, category=end.category)


def _wanted(snapshot: Snapshot, plan: QueryPlan, a: int, c: int | None) -> Numbers:
    """The numbers of the statements of the plan's relation, way round and category."""
    columns = snapshot.columns
    found = _between(snapshot, a, c, plan.role or Role.EITHER)
    if plan.predicates:
        places = np.array([_PREDICATES.index(one) for one in plan.predicates])
        found = found[np.isin(columns.predicates[found], places)]
    if plan.category is not None and c is None:
        other = np.where(columns.subjects[found] == a, columns.objects[found], columns.subjects[found])
        includes = np.array([plan.category.includes(one) for one in _CATEGORIES])
        found = found[includes[columns.categories[other]]]
    return found


def _between(snapshot: Snapshot, a: int, c: int | None, role: Role) -> Numbers:
    """The numbers of the statements of A, or of A and C, with A in its role, that were said up to the snapshot's year.

    Of a symmetric predicate either end may stand first.
    """
    columns = snapshot.columns
    forward, backward = columns.subjects == a, columns.objects == a
    if c is not None:
        forward, backward = forward & (columns.objects == c), backward & (columns.subjects == c)
    ends = {Role.SUBJECT: forward, Role.OBJECT: backward}.get(role, forward | backward)
    if role is not Role.EITHER:
        symmetric = np.array([one.symmetric for one in _PREDICATES])
        ends = ends | ((forward | backward) & symmetric[columns.predicates])
    found: Numbers = np.flatnonzero(ends)
    return found[_pieces(snapshot, found) > 0]


def _pieces(snapshot: Snapshot, statements: Numbers) -> Numbers:
    """How many pieces of evidence each statement has, up to the snapshot's year."""
    columns = snapshot.columns
    first, last = (np.searchsorted(columns.evidence_statement, statements, side=side) for side in ("left", "right"))
    if snapshot.as_of is None:
        return np.asarray(last - first, dtype=np.int64)
    year = columns.evidence_year
    then = [np.count_nonzero((year[i:j] > 0) & (year[i:j] <= snapshot.as_of)) for i, j in zip(first, last, strict=True)]
    return np.array(then, dtype=np.int64)


def _tell(
    store: Store, snapshot: Snapshot, a: int | None, statements: Numbers, top: int | None
) -> list[StatementAnswer]:
    """The first ``top`` of the statements with their sentences, best believed first."""
    most = statements[np.argsort(-_pieces(snapshot, statements), kind="stable")[:MOST_READ]]
    rows = store.statements([snapshot.statement_ids[number] for number in most.tolist()])
    beliefs = _beliefs(snapshot, a, rows)
    shown = sorted(rows.values(), key=lambda row: (-(beliefs[row.statement.id] or 0.0), row.statement.id))[:top]
    ids = [row.statement.id for row in shown]
    evidence = {each: _then(told, snapshot.as_of) for each, told in store.evidence(ids).items()}
    titles = {one.id: one.title for one in store.documents(_documents(evidence)).values()}
    names = store.entities({end for row in shown for end in (row.statement.subject, row.statement.object)})
    return [
        StatementAnswer(
            id=row.statement.id,
            subject=EntityName.of(names[row.statement.subject]),
            predicate=row.statement.predicate,
            object=EntityName.of(names[row.statement.object]),
            negated=row.statement.negated,
            belief=beliefs[row.statement.id],
            evidence_count=len(told),
            first_year=min((one.year for one in told if one.year), default=None),
            evidence=[Sentence.of(one, titles.get(one.document, "")) for one in _best(told)],
        )
        for row in shown
        for told in (evidence.get(row.statement.id, []),)
    ]


def _documents(evidence: Mapping[str, Sequence[Evidence]]) -> set[str]:
    return {one.document for told in evidence.values() for one in _best(told)}


def _beliefs(snapshot: Snapshot, a: int | None, rows: Mapping[str, StatementRow]) -> dict[str, float | None]:
    """Belief in each: the store's own, or that of its claim at the end of the snapshot's year."""
    if snapshot.as_of is None or a is None:
        return {each: row.belief for each, row in rows.items()}
    then: dict[_Claim, float] = {}
    position, kind = snapshot.positions[a], snapshot.kind(a)
    for hop, layer in snapshot.layers.items():
        if hop.source is kind:
            places = slice(layer.beliefs.indptr[position], layer.beliefs.indptr[position + 1])
            for number, belief in zip(
                layer.statements[places].tolist(), layer.beliefs.data[places].tolist(), strict=True
            ):
                then[_claim_at(snapshot, number)] = belief
    return {each: None if row.statement.negated else then.get(_claim(row.statement)) for each, row in rows.items()}


def _claim(statement: Statement) -> _Claim:
    """What statements that differ in context only have in common."""
    ends = statement.subject, statement.object
    return statement.predicate, (min(ends), max(ends)) if statement.predicate.symmetric else ends


def _claim_at(snapshot: Snapshot, number: int) -> _Claim:
    columns = snapshot.columns
    ends = snapshot.ids[columns.subjects[number]], snapshot.ids[columns.objects[number]]
    predicate = _PREDICATES[columns.predicates[number]]
    return predicate, (min(ends), max(ends)) if predicate.symmetric else ends


def _then(evidence: Sequence[Evidence], as_of: int | None) -> list[Evidence]:
    return [one for one in evidence if as_of is None or (one.year is not None and one.year <= as_of)]


def _best(evidence: Sequence[Evidence]) -> list[Evidence]:
    return sorted(evidence, key=lambda one: (-one.score, one.year or 0, one.id))[:SENTENCES_SHOWN]


def _reason(plan: QueryPlan, besides: int) -> str:
    asked = "that says so" if plan.relation else "of this kind"
    other = f"; {besides} other statements join the two" if besides else ""
    return f"no statement {asked} in this graph{f' as of {plan.as_of}' if plan.as_of else ''}{other}"
