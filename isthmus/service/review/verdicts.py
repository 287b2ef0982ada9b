"""Giving verdicts, taking them back, and seeing what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.errors import UsageError
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind, now_in_utc


class UnknownTarget(UsageError):
    """An id that is neither a statement nor a hypothesis. The API answers 404."""

    http_status = 404


class UnknownVerdictKind(UsageError):
    """A word that is no kind of verdict."""


class ForeignEvidence(UsageError):
    """Evidence that does not speak for the statement that is judged."""


class NothingToUndo(UsageError):
    """No verdict of this reviewer that could be taken back. The API answers 404."""

    http_status = 404


@dataclass(frozen=True, slots=True)
class Moved:
    """A verdict that was given or taken back, and the belief in its statement before and after; None of a hypothesis.

    After is None too where the graph no longer holds the statement.
    """

    verdict: Verdict
    before: float | None
    after: float | None


def verdict_kind(said: str) -> VerdictKind:
    """The kind that a word means, written with ``-``, ``_`` or a space. Raises ``UnknownVerdictKind``.

    >>> verdict_kind("Wrong-relation")
    <VerdictKind.WRONG_RELATION: 'wrong_relation'>
    """
    try:
        return VerdictKind(said.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError:
        kinds = ", ".join(kind.replace("_", "-") for kind in VerdictKind)
        raise UnknownVerdictKind(f"{said!r} is no verdict. Choose from {kinds}.") from None


def target_of(store: Store, identifier: str) -> VerdictAbout:
    """What the id is of. Raises ``UnknownTarget``."""
    if store.statements([identifier]):
        return VerdictAbout.STATEMENT
    if identifier and store.entry(EntryKind.HYPOTHESIS, identifier) is not None:
        return VerdictAbout.HYPOTHESIS
    raise UnknownTarget(
        f"{identifier[:80]!r} is no statement or hypothesis of this graph: `isthmus review list` shows what waits, with its id"
    )


def give(
    store: Store,
    target: str,
    kind: VerdictKind,
    reviewer: str,
    *,
    comment: str = "",
    evidence: str = "",
    about: VerdictAbout | None = None,
) -> Moved:
    """Keep what a reviewer says of a statement or hypothesis. It counts at once, in place of what they said before.

    Raises:
        UnknownTarget: there is none with this id, or it is not what it is said to be (``about``).
        ForeignEvidence: the evidence named is not that of the statement.
        UnusableVerdict: no reviewer.
    """
    found = target_of(store, target)
    if about not in (None, found):
        raise UnknownTarget(f"{target} is a {found} and no {about}: name it as what it is, or as target")
    if evidence and (found is not VerdictAbout.STATEMENT or evidence not in _evidence_ids(store, target)):
        raise ForeignEvidence(f"{evidence[:80]!r} is no evidence of {target}: `isthmus review show {target}` lists it")
    verdict = Verdict(target, found, kind, reviewer.strip(), comment.strip(), evidence, now_in_utc())
    before = belief_of(store, target)
    store.put_verdict(verdict)
    return Moved(verdict, before, belief_of(store, target))


def undo(store: Store, reviewer: str, target: str = "") -> Moved:
    """Take a reviewer's latest verdict back, of all or on one target; what they said of it before counts again.

    Raises:
        NothingToUndo: there is none.
    """
    given = store.verdicts(targets=[target] if target else None, reviewer=reviewer)
    if not given:
        where = f" on {target}" if target else ""
        raise NothingToUndo(f"{reviewer} has given no verdict{where}: name another with --reviewer, or another id")
    return _taken_back(store, given[-1])


def take_back(store: Store, identifier: str) -> Moved:
    """Take one verdict back, by its own id. Raises ``NothingToUndo``."""
    for verdict in store.verdicts():
        if verdict.id == identifier:
            return _taken_back(store, verdict)
    raise NothingToUndo(f"{identifier[:80]!r} is no verdict: `isthmus review show ID` lists those on a statement")


def _taken_back(store: Store, verdict: Verdict) -> Moved:
    before = belief_of(store, verdict.target)
    store.delete_verdict(verdict.id)
    return Moved(verdict, before, belief_of(store, verdict.target))


def belief_of(store: Store, target: str) -> float | None:
    """Belief in a statement; None of what is none, or is not in the graph."""
    row = store.statements([target]).get(target)
    return None if row is None else row.belief


def _evidence_ids(store: Store, statement: str) -> Sequence[str]:
    return [one.id for one in store.evidence([statement]).get(statement, [])]
