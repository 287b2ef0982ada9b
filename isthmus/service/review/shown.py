"""What a reviewer is shown of a statement: its sentences with both ends marked, what was said of it, what the graph believes."""

from __future__ import annotations

from pydantic import Field

from isthmus.graph.model import Assertion, Entity
from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import Verdict, VerdictAbout, latest
from isthmus.service.answers import Told
from isthmus.service.review.agreement import VerdictAnswer
from isthmus.service.review.history import disagreed, latest_by_target
from isthmus.service.review.marking import marked
from isthmus.service.review.teaching import best_first
from isthmus.service.review.verdicts import UnknownTarget, target_of
from isthmus.service.review.wording import statement_text


class MarkedSentence(Told):
    """A piece of evidence. Marks count characters of ``text``; absent where a name's place cannot be told."""

    id: str
    document: str
    title: str
    year: int | None
    section: str
    retracted: bool
    text: str
    with_marks: str = Field(description="the text with its subject in «…» and its object in ‹…›")
    subject_mark: tuple[int, int] | None
    object_mark: tuple[int, int] | None
    assertion: Assertion
    extractor: str
    score: float


class ShownTarget(Told):
    """A statement or hypothesis with all that was said of it."""

    about: VerdictAbout
    id: str
    text: str = Field(description="empty for a hypothesis, and for a statement that the graph no longer holds")
    belief: float | None = Field(description="now, verdicts included; absent where there is none")
    disagreed: bool
    verdicts: list[VerdictAnswer] = Field(description="all that was ever said, oldest first")
    evidence: list[MarkedSentence] = Field(description="best first")


def answer_show(store: Store, target: str) -> ShownTarget:
    """A statement with its sentences and verdicts, or a hypothesis with its verdicts.

    A statement that is gone is shown as long as something was said of it. Raises ``UnknownTarget``.
    """
    said = store.verdicts(targets=[target])
    about = _about(store, target, said)
    row = store.statements([target]).get(target) if about is VerdictAbout.STATEMENT else None
    text, sentences = "", list[MarkedSentence]()
    if row is not None:
        ends = store.entities([row.statement.subject, row.statement.object])
        text = statement_text(row.statement, ends)
        sentences = _sentences(store, target, ends[row.statement.subject], ends[row.statement.object])
    return ShownTarget(
        about=about,
        id=target,
        text=text,
        belief=None if row is None else row.belief,
        disagreed=disagreed(latest_by_target(said).get(target, {})),
        verdicts=_told(said),
        evidence=sentences,
    )


def verdicts_on(store: Store, target: str) -> list[VerdictAnswer]:
    """All that was ever said of a target, oldest first; whether it counts."""
    return _told(store.verdicts(targets=[target]))


def _told(said: list[Verdict]) -> list[VerdictAnswer]:
    counting = {one.id for one in latest(said)}
    return [VerdictAnswer.of(one, counts=one.id in counting) for one in said]


def _about(store: Store, target: str, said: list[Verdict]) -> VerdictAbout:
    try:
        return target_of(store, target)
    except UnknownTarget:
        if said:
            return said[-1].about
        raise


def _sentences(store: Store, statement: str, subject: Entity, obj: Entity) -> list[MarkedSentence]:
    evidence = best_first(store.evidence([statement]).get(statement, []))
    documents = store.documents({one.document for one in evidence})
    told = []
    for one in evidence:
        document = documents.get(one.document)
        marks = marked(one, subject, obj, document)
        told.append(
            MarkedSentence(
                id=one.id,
                document=one.document,
                title=document.title if document else "",
                year=one.year,
                section=one.section,
                retracted=document.retracted if document else False,
                text=one.text,
                with_marks=marks.with_marks(),
                subject_mark=marks.subject,
                object_mark=marks.object,
                assertion=one.assertion,
                extractor=one.extractor,
                score=one.score,
            )
        )
    return told
