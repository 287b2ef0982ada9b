"""The tools: each asks what REST asks, of the same functions, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import Field

from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import StatementRow, Store
from isthmus.graph.vocabulary import Category
from isthmus.service.answers import EntityName
from isthmus.service.api.dependencies import NotFound
from isthmus.service.api.schemas import EntityOut, PageOut, SearchHitOut, StatementOut
from isthmus.service.asking import CandidatesAnswer, PathsAnswer, answer_candidates, answer_paths
from isthmus.service.gaps import BridgesAnswer, GapsAnswer, answer_bridges, answer_gaps
from isthmus.service.graphs import Graphs
from isthmus.service.lexicon import lexicon
from isthmus.service.mcp.answers import EntityAnswer, EvidenceAnswer, PaperAnswer
from isthmus.service.names import HalfAPair, resolve
from isthmus.service.panel.assemble import propose as proposed
from isthmus.service.panel.report import Report
from isthmus.service.why import (
    WhyAnswer,
    WhyCandidateAnswer,
    answer_why,
    answer_why_candidate,
    path_or_candidate,
)

STATEMENTS_READ = (
    500  # of an entity on each side, or of a pair in each direction, from which the most believed are shown
)

_CURIE_OR_NAME = "a CURIE or a name; an ambiguous name is refused with the identifiers to choose from"
_NAME = Field(min_length=1, max_length=500, description=_CURIE_OR_NAME)
Name = Annotated[str, _NAME]
From = Annotated[str, Field(alias="from", min_length=1, max_length=500, description=_CURIE_OR_NAME)]
For = Annotated[str, Field(alias="for", min_length=1, max_length=500, description=_CURIE_OR_NAME)]
MaxHops = Annotated[int, Field(ge=1, le=4, description="of a path")]
Top = Annotated[int, Field(ge=1, le=50, description="how many, the best first")]
AsOf = Annotated[int | None, Field(ge=1000, le=9999, description="the graph as it was at the end of that year")]
New = Annotated[bool, Field(description="leave out what a statement joins to it already")]
Kin = Annotated[bool, Field(description="rank its parents, lookalikes and family too")]


def search(
    graphs: Graphs,
    query: Annotated[str, Field(min_length=1, max_length=500, description="words; the last one may be unfinished")],
    category: Annotated[Category | None, Field(description="only of this one")] = None,
    top: Top = 20,
    cursor: Annotated[str, Field(max_length=200, description="from the answer before")] = "",
) -> PageOut[SearchHitOut]:
    """Find entities by the words of their names and synonyms, best first. Gives the identifiers that other tools take."""
    page = graphs.store.search(query, category=category, limit=top, cursor=cursor)
    return PageOut(items=[SearchHitOut.of(hit) for hit in page.items], cursor=page.cursor)


def entity(graphs: Graphs, name: Name, top: Top = 20) -> EntityAnswer:
    """What one entity is, and the statements about it, those believed most first. Ask `evidence` for their sentences."""
    store = graphs.store
    found = resolve(name, store, lexicon().canonical)
    rows, more = _statements(store, [(found.id, None), (None, found.id)], top)
    ends = _ends(store, rows)
    return EntityAnswer(
        entity=EntityOut.model_validate(found),
        statements=[StatementOut.of(row) for row in rows],
        others=[EntityName.of(one) for one in ends if one.id != found.id],
        more=more,
    )


def evidence(
    graphs: Graphs,
    statement: Annotated[str, Field(max_length=100, description="id of a statement")] = "",
    a: Annotated[str, Field(max_length=500, description="one end of a pair: a CURIE or a name")] = "",
    b: Annotated[str, Field(max_length=500, description="the other end")] = "",
    top: Top = 10,
) -> EvidenceAnswer:
    """The sentences behind one statement, or behind all statements between two entities, with the papers they are in."""
    if len({not statement, bool(a), bool(b)}) > 1:
        raise HalfAPair("name a statement by its id, or two entities by a and b")
    store = graphs.store
    if statement:
        row = store.statements([statement]).get(statement)
        if row is None:
            raise NotFound(
                f"No statement {statement} in this graph. paths, candidates and entity tell the ids of statements."
            )
        rows, more = [row], False
    else:
        ends = [resolve(name, store, lexicon().canonical).id for name in (a, b)]
        rows, more = _statements(store, {(ends[0], ends[1]): None, (ends[1], ends[0]): None}, top)
    told = store.evidence([row.statement.id for row in rows])
    statements = [StatementOut.of(row, told.get(row.statement.id, [])) for row in rows]
    documents = store.documents({one.document for pieces in told.values() for one in pieces})
    return EvidenceAnswer(
        entities=[EntityName.of(one) for one in _ends(store, rows)],
        statements=statements,
        documents=[
            PaperAnswer(id=one.id, title=one.title, year=one.year, retracted=one.retracted)
            for one in sorted(documents.values(), key=lambda one: one.id)
        ],
        more=more,
    )


def paths(
    graphs: Graphs,
    from_: From,
    to: Name,
    max_hops: MaxHops = 3,
    top: Top = 5,
    co_mention: Annotated[bool, Field(description="also who papers name with both, as where there is no path")] = False,
    as_of: AsOf = None,
) -> PathsAnswer:
    """The best paths between two entities, each hop with its belief and its sentences; p_value and q_value say how far
    beyond what the degrees alone explain, `weakest` names the hop to look at first.
    """
    store = graphs.store
    ends = [resolve(name, store, lexicon().canonical) for name in (from_, to)]
    return answer_paths(store, graphs.snapshot(as_of), *ends, max_hops=max_hops, top=top, co_mention=co_mention)


def candidates(
    graphs: Graphs,
    for_: For,
    category: Annotated[Category, Field(description="of what is ranked")] = Category.DRUG,
    top: Top = 10,
    new: New = False,
    kin: Kin = False,
    as_of: AsOf = None,
) -> CandidatesAnswer:
    """The entities of a category that rank best for one entity, each with its best few paths. A rank is a proposal, not a
    finding.
    """
    store = graphs.store
    found = resolve(for_, store, lexicon().canonical)
    return answer_candidates(store, graphs.snapshot(as_of), found, category, top=top, new=new, kin=kin)


def gaps(
    graphs: Graphs,
    a: Annotated[
        str, Field(max_length=500, description="a name, CURIE, category or modality:NAME; empty: the map")
    ] = "",
    b: Annotated[str, Field(max_length=500, description="the other subfield")] = "",
    top: Top = 10,
    as_of: AsOf = None,
) -> GapsAnswer | BridgesAnswer:
    """Which pairs of subfields ought to be linked and are not; with a and b, what would bridge these two."""
    if bool(a) != bool(b):
        raise HalfAPair("name two subfields, a and b, or neither for the whole map")
    store, snapshot = graphs.store, graphs.snapshot(as_of)
    if a:
        return answer_bridges(store, snapshot, a, b, lexicon().canonical, top=top)
    return answer_gaps(store, snapshot, top=top)


def propose(graphs: Graphs, from_: From, to: Name, max_hops: MaxHops = 3, as_of: AsOf = None) -> Report:
    """The report of a proposed link: the case, the dissent, what contradicts it, the weakest link, and the experiment that
    would decide it. Made by code from the evidence alone, with no language model; it is not kept.
    """
    store = graphs.store
    source, target = (resolve(name, store, lexicon().canonical) for name in (from_, to))
    return proposed(store, graphs.snapshot(as_of), source, target, max_hops=max_hops).report


def explain(
    graphs: Graphs,
    from_: Annotated[str, Field(alias="from", max_length=500, description="of a path: where it starts")] = "",
    to: Annotated[str, Field(max_length=500, description="of a path: where it ends")] = "",
    path: Annotated[int, Field(ge=1, le=200, description="which of the paths, from 1")] = 1,
    max_hops: MaxHops = 3,
    for_: Annotated[str, Field(alias="for", max_length=500, description="of a candidate: whom it is one for")] = "",
    candidate: Annotated[str, Field(max_length=500, description="of a candidate: which one")] = "",
    category: Annotated[Category, Field(description="of a candidate: what was ranked")] = Category.DRUG,
    new: New = False,
    kin: Kin = False,
    top: Annotated[int, Field(ge=1, le=1000, description="beyond this rank it counts as lost")] = 10,
    as_of: AsOf = None,
) -> WhyAnswer | WhyCandidateAnswer:
    """Why a path (from, to) or a candidate (for, candidate) stands where it does: where it would rank without each paper,
    group of authors or kind of research.
    """
    store = graphs.store
    ends = path_or_candidate(from_, to, for_, candidate)
    a, c = (resolve(name, store, lexicon().canonical) for name in ends)
    snapshot = graphs.snapshot(as_of)
    if from_:
        return answer_why(store, snapshot, a, c, number=path, max_hops=max_hops, top=top)
    return answer_why_candidate(store, snapshot, a, c, category, top=top, new=new, kin=kin)


def _statements(
    store: Store, sides: Iterable[tuple[str | None, str | None]], top: int
) -> tuple[list[StatementRow], bool]:
    """The statements from a subject or to an object that are believed most, and whether there are more."""
    found: dict[str, StatementRow] = {}
    more = False
    for subject, obj in sides:
        page = store.find_statements(subject=subject, obj=obj, limit=STATEMENTS_READ)
        found |= {row.statement.id: row for row in page.items}
        more |= bool(page.cursor)
    best = sorted(found.values(), key=lambda row: (-row.belief, row.statement.id))
    return best[:top], more or len(best) > top


def _ends(store: Store, rows: Sequence[StatementRow]) -> list[Entity]:
    """The subjects and objects, each once, in order."""
    ids = dict.fromkeys(end for row in rows for end in (row.statement.subject, row.statement.object))
    known = store.entities(ids)
    return [known[each] for each in ids if each in known]
