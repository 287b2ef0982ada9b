"""What changed between two editions of a hypothesis: its figures, its paths, and the statements whose belief moved, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field

from isthmus.service.answers import PathAnswer, Told
from isthmus.service.hypotheses.edition import ROUNDING, parts_of
from isthmus.service.hypotheses.hypothesis import Edition
from isthmus.service.hypotheses.subgraph import KeptStatement, Subgraph
from isthmus.service.panel.dossier import Role
from isthmus.service.panel.report import Report


class Cause(StrEnum):
    """Why a statement's belief moved."""

    NEW_EVIDENCE = "new_evidence"
    LOST_EVIDENCE = "lost_evidence"
    RETRACTION = "retraction"
    VERDICT = "verdict"
    VERDICT_TAKEN_BACK = "verdict_taken_back"
    DENIAL = "denial"


class Why(Told):
    """One reason: the evidence, document, verdict or statement that it lies in, and words for a person."""

    cause: Cause
    id: str
    text: str


class StatementMoved(Told):
    """A statement of either edition that is believed otherwise, or is in one of them only."""

    id: str
    text: str
    role: Role
    before: float | None
    after: float | None
    why: list[Why]


class FigureMoved(Told):
    """A number of the report that is another one now."""

    name: str
    before: float | str | None
    after: float | str | None


class Side(Told):
    """Which edition is compared."""

    created: str
    graph_hash: str
    version: str


class Difference(Told):
    """All that is other. ``paths`` are told by the names of their nodes and what joins them."""

    hypothesis: str
    before: Side
    after: Side
    figures: list[FigureMoved]
    paths_gained: list[str]
    paths_lost: list[str]
    statements: list[StatementMoved] = Field(description="those of paths and between the ends first")

    @property
    def nothing(self) -> bool:
        """Whether the two editions say the same."""
        return not (self.figures or self.paths_gained or self.paths_lost or self.statements)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """What is other in the second of two editions (see ``edition_of``)."""
    (old, old_edition), (new, new_edition) = parts_of(before), parts_of(after)
    lost, gained = _paths(old), _paths(new)
    return Difference(
        hypothesis=new_edition.id,
        before=_side(old_edition),
        after=_side(new_edition),
        figures=list(_figures(old, old_edition, new, new_edition)),
        paths_gained=[text for key, text in gained.items() if key not in lost],
        paths_lost=[text for key, text in lost.items() if key not in gained],
        statements=_statements(old_edition.subgraph, new_edition.subgraph),
    )


def _side(edition: Edition) -> Side:
    return Side(created=edition.created, graph_hash=edition.graph_hash, version=edition.version)


def _figures(old: Report, old_edition: Edition, new: Report, new_edition: Edition) -> Iterator[FigureMoved]:
    names = ("score", "p_value", "q_value", "belief", "sign")
    pairs: list[tuple[str, float | str | None, float | str | None]] = [
        (name, getattr(old_edition.scores, name, None), getattr(new_edition.scores, name, None)) for name in names
    ]
    pairs.append(("verdict", old.verdict, new.verdict))
    pairs += [
        (name, getattr(old, name).value, getattr(new, name).value)
        for name in ("novelty", "plausibility", "testability")
    ]
    pairs.append(("direct statements", len(old.known.direct), len(new.known.direct)))
    pairs.append(("named together", old.known.named_together, new.known.named_together))
    for name, one, other in pairs:
        close = isinstance(one, float) and isinstance(other, float) and abs(one - other) <= ROUNDING
        if one != other and not close:
            yield FigureMoved(name=name, before=one, after=other)


def _paths(report: Report) -> dict[tuple[str, ...], str]:
    return {tuple(hop.id for hop in path.statements): path_text(path) for path in report.paths}


def path_text(path: PathAnswer) -> str:
    """The nodes of a path and what joins them.

    Each hop is told in its own direction: ``A -inhibits-> B <-causes- C``.
    """
    told = path.nodes[0].name
    for hop, before, after in zip(path.statements, path.nodes, path.nodes[1:], strict=False):
        word = hop.predicate.replace("_", " ")
        told += f" -{word}-> {after.name}" if hop.subject == before.id else f" <-{word}- {after.name}"
    return told


def _statements(old: Subgraph, new: Subgraph) -> list[StatementMoved]:
    before = {one.id: one for one in old.statements}
    after = {one.id: one for one in new.statements}
    names = {one.id: one.name for one in (*old.entities, *new.entities)}
    found = []
    for each in dict.fromkeys((*before, *after)):
        one, other = before.get(each), after.get(each)
        shown = other or one
        assert shown is not None
        moved = one is None or other is None or abs(one.belief - other.belief) > ROUNDING
        if not moved or (shown.role is Role.AROUND and (one is None or other is None)):
            continue  # which statements lie around is a choice: one that was not chosen need not have gone
        found.append(
            StatementMoved(
                id=each,
                text=_words(shown, names),
                role=shown.role,
                before=one.belief if one else None,
                after=other.belief if other else None,
                why=list(_why(each, one, other, old, new)),
            )
        )
    order = {role: place for place, role in enumerate(Role)}
    return sorted(found, key=lambda one: (order[one.role], -abs((one.after or 0.0) - (one.before or 0.0)), one.id))


def _why(
    statement: str, one: KeptStatement | None, other: KeptStatement | None, old: Subgraph, new: Subgraph
) -> Iterator[Why]:
    had = {each.id: each for each in one.evidence} if one else {}
    has = {each.id: each for each in other.evidence} if other else {}
    were = {each.id: each for each in old.documents}
    are = {each.id: each for each in new.documents}
    for each in (piece for piece in has.values() if piece.id not in had):
        document = are.get(each.document)
        if document is not None and document.retracted:
            yield Why(cause=Cause.RETRACTION, id=document.id, text=f"{document.title or document.id} is retracted")
        else:
            yield Why(cause=Cause.NEW_EVIDENCE, id=each.id, text=f"{each.document}: {each.text}")
    for each in (piece for piece in had.values() if piece.id not in has):
        yield Why(cause=Cause.LOST_EVIDENCE, id=each.id, text=f"{each.document}: {each.text}")
    for cited in dict.fromkeys(piece.document for piece in has.values() if piece.id in had):
        if cited in are and cited in were and are[cited].retracted and not were[cited].retracted:
            yield Why(cause=Cause.RETRACTION, id=cited, text=f"{are[cited].title or cited} was retracted")
    yield from _verdicts(statement, old, new)
    yield from _denials(one, other, old, new)


def _verdicts(statement: str, old: Subgraph, new: Subgraph) -> Iterator[Why]:
    had = {each.value().id: each for each in old.verdicts if each.target == statement}
    has = {each.value().id: each for each in new.verdicts if each.target == statement}
    for cause, some, others in ((Cause.VERDICT, has, had), (Cause.VERDICT_TAKEN_BACK, had, has)):
        for key, each in some.items():
            if key not in others:
                comment = f": {each.comment}" if each.comment else ""
                yield Why(cause=cause, id=key, text=f"{each.reviewer} said {each.kind.replace('_', ' ')}{comment}")


def _denials(one: KeptStatement | None, other: KeptStatement | None, old: Subgraph, new: Subgraph) -> Iterator[Why]:
    """The statement that says the opposite, where that is believed otherwise than before."""
    shown = other or one
    assert shown is not None
    opposite = shown.statement().negate().id
    beliefs = [next((each.belief for each in graph.statements if each.id == opposite), 0.0) for graph in (old, new)]
    if abs(beliefs[0] - beliefs[1]) > ROUNDING:
        yield Why(
            cause=Cause.DENIAL,
            id=opposite,
            text=f"its opposite was believed to {beliefs[0]:.2f}, now to {beliefs[1]:.2f}",
        )


def _words(one: KeptStatement, names: Mapping[str, str]) -> str:
    verb = f"{'does not: ' if one.negated else ''}{one.predicate.replace('_', ' ')}"
    return f"{names[one.subject]} {verb} {names[one.object]}"
