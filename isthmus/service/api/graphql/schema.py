"""What can be asked and said by GraphQL. Each resolver calls what the REST route of the same name calls."""

from __future__ import annotations

from typing import Annotated

import strawberry

from isthmus.graph.stores.cursor import write_cursor
from isthmus.graph.verdict import VerdictKind
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api.dependencies import NotFound
from isthmus.service.api.graphql.context import Info
from isthmus.service.api.graphql.found import Bridges, Candidate, Gaps, Path
from isthmus.service.api.graphql.hypotheses import Event, Hypothesis
from isthmus.service.api.graphql.pages import (
    LARGEST_PAGE,
    After,
    BadRequest,
    Connection,
    First,
    Top,
    bounded,
    connection,
    page_info,
    position,
    slice_after,
    worded,
)
from isthmus.service.api.graphql.types import (
    Document,
    Entity,
    SearchConnection,
    SearchEdge,
    Statement,
    Verdict,
    document_of,
    entity_of,
    told_verdicts,
)
from isthmus.service.asking import answer_candidates, answer_paths
from isthmus.service.gaps import answer_bridges, answer_gaps
from isthmus.service.hypotheses.kept import all_living, find, living, move, page_of
from isthmus.service.hypotheses.status import Status
from isthmus.service.lexicon import lexicon
from isthmus.service.review.told import MovedAnswer
from isthmus.service.review.verdicts import give

MOST_TOP = 200

Name = Annotated[str, strawberry.argument(description="a CURIE or a name")]
From = Annotated[str, strawberry.argument(name="from", description="a CURIE or a name")]
For = Annotated[str, strawberry.argument(name="for", description="a CURIE or a name")]
AsOf = Annotated[int | None, strawberry.argument(description="the graph as it was at the end of that year")]
New = Annotated[bool, strawberry.argument(description="leave out what a statement joins to it already")]
Kin = Annotated[bool, strawberry.argument(description="rank its parents, lookalikes and family too")]


def _year(year: int | None) -> int | None:
    if year is not None and not 1000 <= year <= 9999:
        raise BadRequest(f"asOf is {year}: write a year with four digits")
    return year


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field(description="one entity by its identifier")
    async def entity(self, info: Info, id: strawberry.ID) -> Entity | None:
        """As ``/api/v1/entities/{curie}``."""
        found = await entity_of(info, id)
        if found is None:
            raise NotFound(f"No entity {id[:200]} in this graph. Look for it with search(query:).")
        return found

    @strawberry.field(description="entities by the words of their names and synonyms, best first")
    def search(
        self, info: Info, query: str, category: Category | None = None, first: First = 20, after: After = ""
    ) -> SearchConnection | None:
        """As ``/api/v1/search``."""
        worded("query", query)
        bounded("first", first, LARGEST_PAGE)
        start = int(position("search", after) or 0)
        page = info.context.store.search(query, category=category, limit=first, cursor=after)
        edges = [
            SearchEdge(
                cursor=write_cursor("search", str(start + place)),
                node=Entity.of(hit.entity),
                matched=hit.matched,
                statement_count=hit.statements,
            )
            for place, hit in enumerate(page.items, 1)
        ]
        return SearchConnection(
            edges=edges, page_info=page_info([one.cursor for one in edges], after=after, more=bool(page.cursor))
        )

    @strawberry.field(description="statements by their ends and predicate, by their ids")
    def statements(
        self,
        info: Info,
        subject: strawberry.ID | None = None,
        object: strawberry.ID | None = None,
        predicate: Predicate | None = None,
        first: First = 20,
        after: After = "",
    ) -> Connection[Statement] | None:
        """As ``/api/v1/statements``."""
        bounded("first", first, LARGEST_PAGE)
        position("statements", after)
        page = info.context.store.find_statements(
            subject=subject, obj=object, predicate=predicate, limit=first, cursor=after
        )
        items = [(write_cursor("statements", row.statement.id), Statement.of(row)) for row in page.items]
        return connection(items, after=after, more=bool(page.cursor))

    @strawberry.field(description="one statement by its identifier")
    async def statement(self, info: Info, id: strawberry.ID) -> Statement | None:
        """As ``/api/v1/statements/{id}``."""
        row = await info.context.loaders.statements.load(id)
        if row is None:
            raise NotFound(f"No statement {id[:200]} in this graph.")
        return Statement.of(row)

    @strawberry.field(description="one document by its identifier")
    async def document(self, info: Info, id: strawberry.ID) -> Document | None:
        """As ``/api/v1/documents/{id}``."""
        found = await document_of(info, id)
        if found is None:
            raise NotFound(f"No document {id[:200]} in this graph.")
        return found

    @strawberry.field(description="the best paths between two entities, each hop with its sentences")
    def paths(
        self, info: Info, from_: From, to: Name, max_hops: int = 3, top: Top = 10, as_of: AsOf = None
    ) -> list[Path] | None:
        """As ``/api/v1/paths``."""
        bounded("maxHops", max_hops, 4)
        bounded("top", top, MOST_TOP)
        asked = info.context
        source, target = asked.named(worded("from", from_)), asked.named(worded("to", to))
        snapshot = asked.graphs.snapshot(_year(as_of))
        told = answer_paths(asked.store, snapshot, source, target, max_hops=max_hops, top=top)
        return [Path.of(one) for one in told.paths]

    @strawberry.field(description="the entities of a category that rank best for one entity")
    def candidates(
        self,
        info: Info,
        for_: For,
        category: Category = Category.DRUG,
        top: Top = 20,
        new: New = False,
        kin: Kin = False,
        as_of: AsOf = None,
    ) -> list[Candidate] | None:
        """As ``/api/v1/candidates``, by what statements say."""
        bounded("top", top, MOST_TOP)
        asked = info.context
        entity = asked.named(worded("for", for_))
        snapshot = asked.graphs.snapshot(_year(as_of))
        told = answer_candidates(asked.store, snapshot, entity, category, top=top, new=new, kin=kin)
        return [Candidate.of(one) for one in told.candidates]

    @strawberry.field(description="which pairs of subfields ought to talk and do not")
    def gaps(self, info: Info, top: Top = 20, as_of: AsOf = None) -> Gaps | None:
        """As ``/api/v1/gaps`` without names."""
        bounded("top", top, MOST_TOP)
        asked = info.context
        return Gaps.of(answer_gaps(asked.store, asked.graphs.snapshot(_year(as_of)), top=top))

    @strawberry.field(description="what would bridge two subfields: names, CURIEs, categories or modality:NAME")
    def bridges(self, info: Info, a: str, b: str, top: Top = 20, as_of: AsOf = None) -> Bridges | None:
        """As ``/api/v1/gaps`` with two names."""
        bounded("top", top, MOST_TOP)
        asked = info.context
        snapshot = asked.graphs.snapshot(_year(as_of))
        told = answer_bridges(asked.store, snapshot, worded("a", a), worded("b", b), lexicon().canonical, top=top)
        return Bridges.of(told)

    @strawberry.field(description="one hypothesis by its identifier or the beginning of it")
    def hypothesis(self, info: Info, id: strawberry.ID) -> Hypothesis | None:
        """As ``/api/v1/hypotheses/{id}/history``; `report` is the rest."""
        store = info.context.store
        return Hypothesis.of(living(store, find(store, id[:200])))

    @strawberry.field(description="hypotheses by their ids; of one status the one that last moved first")
    def hypotheses(
        self, info: Info, status: Status | None = None, first: First = 20, after: After = ""
    ) -> Connection[Hypothesis] | None:
        """As ``/api/v1/hypotheses``."""
        bounded("first", first, LARGEST_PAGE)
        store = info.context.store
        if status is not None:
            found = [(one.hypothesis.id, one) for one in all_living(store, status)]
            shown, more = slice_after(found, "entries", first, after)
        else:
            position("entries", after)
            page = page_of(store, limit=first, cursor=after)
            shown = [(write_cursor("entries", one.hypothesis.id), one) for one in page.items]
            more = bool(page.cursor)
        return connection([(cursor, Hypothesis.of(one)) for cursor, one in shown], after=after, more=more)

    @strawberry.field(description="what reviewers said, oldest first: of one target, by one reviewer, or all")
    def verdicts(
        self,
        info: Info,
        target: strawberry.ID | None = None,
        reviewer: str | None = None,
        first: First = 20,
        after: After = "",
    ) -> Connection[Verdict] | None:
        """A page of them."""
        bounded("first", first, LARGEST_PAGE)
        said = info.context.store.verdicts(targets=None if target is None else [target], reviewer=reviewer)
        shown, more = slice_after([(str(one.id), one) for one in told_verdicts(said)], "verdicts", first, after)
        return connection(shown, after=after, more=more)


@strawberry.type
class Judged:
    """A verdict that was given, and how the belief in its statement moved; absent for a hypothesis."""

    verdict: Verdict
    belief_before: float | None
    belief_after: float | None


@strawberry.type
class Mutation:
    """What can be said; each needs the scope `review`."""

    @strawberry.mutation(description="judge a statement or hypothesis; belief moves at once")
    def give_verdict(
        self,
        info: Info,
        target: strawberry.ID,
        verdict: VerdictKind,
        reviewer: str,
        comment: str = "",
        evidence: str = "",
    ) -> Judged | None:
        """As ``POST /api/v1/verdicts``."""
        info.context.to_write(worded("reviewer", reviewer, 200))
        if len(comment) > 10_000:
            raise BadRequest("a comment may have 10,000 characters")
        moved = give(info.context.store, target, verdict, reviewer, comment=comment, evidence=evidence)
        told = MovedAnswer.of(moved)
        return Judged(
            verdict=Verdict.of(told.verdict, told.about, told.target),
            belief_before=told.belief_before,
            belief_after=told.belief_after,
        )

    @strawberry.mutation(description="let a hypothesis become something else")
    def move_hypothesis(self, info: Info, id: strawberry.ID, to: Status, by: str, comment: str = "") -> Event | None:
        """As ``POST /api/v1/hypotheses/{id}/events``."""
        info.context.to_write(worded("by", by, 200))
        if len(comment) > 10_000:
            raise BadRequest("a comment may have 10,000 characters")
        store = info.context.store
        return Event.of(move(store, find(store, id[:200]), to, who=by, comment=comment))
