"""Does the text really say it? Each finding of a model is located in its passage, or dropped with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from isthmus.extractors.chat.findings import Findings, FoundMention, FoundStatement
from isthmus.extractors.chat.passage import Passage
from isthmus.graph.model import Assertion
from isthmus.graph.vocabulary import Category, Predicate

Span = tuple[int, int]
Word = TypeVar("Word", bound=StrEnum)


class Fault(StrEnum):
    """Why a finding was dropped."""

    NOT_IN_TEXT = "quote not in the text"
    NOT_IN_SENTENCE = "name not in the quoted sentence"
    UNKNOWN_CATEGORY = "unknown category"
    UNKNOWN_PREDICATE = "unknown predicate"
    UNKNOWN_ASSERTION = "unknown assertion"
    SAME_WORDS = "subject and object are the same words"
    ONE_CONCEPT = "subject and object are one concept"
    OTHER_CATEGORY = "the name is known to be of another category"
    INSTRUCTION = "quoted from words that speak to a language model"
    OF_A_RELATIVE = "said of a relative of the patient"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A finding that does not count, and the words that were at fault."""

    fault: Fault
    words: str

    @property
    def mendable(self) -> bool:
        """Whether the model should be told and asked once more."""
        return self.fault in (Fault.NOT_IN_TEXT, Fault.NOT_IN_SENTENCE)


@dataclass(frozen=True, slots=True)
class Located:
    """A name at its place in the document."""

    start: int
    end: int
    category: Category

    def overlaps(self, other: Located) -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class LocatedStatement:
    """A relation with its two names and its sentence at their places in the document."""

    subject: Located
    predicate: Predicate
    object: Located
    assertion: Assertion
    sentence: Span


@dataclass(frozen=True, slots=True)
class Checked:
    """What stood the test, and what did not."""

    mentions: tuple[Located, ...] = ()
    statements: tuple[LocatedStatement, ...] = ()
    dropped: tuple[Dropped, ...] = field(default=())


def check(findings: Findings, passage: Passage) -> Checked:
    """Locate every finding in the passage; names that overlap are set ``apart``."""
    statements: list[LocatedStatement] = []
    mentions: list[Located] = []
    dropped: list[Dropped] = []
    for stated in findings.statements:
        statement = _statement(stated, passage)
        if isinstance(statement, Dropped):
            dropped.append(statement)
        else:
            statements.append(statement)
    for found in findings.mentions:
        located = _mention(found, passage)
        if isinstance(located, Dropped):
            dropped.append(located)
        else:
            mentions.extend(located)
    named = [name for statement in statements for name in (statement.subject, statement.object)]
    return Checked(tuple(apart(named, mentions)), tuple(statements), tuple(dropped))


def apart(first: Iterable[Located], then: Iterable[Located]) -> list[Located]:
    """Names in their order in the text: all of ``first``, and of ``then`` what overlaps nothing, the longest first.

    A name of a statement that lies inside another one's is kept, since its statement needs it.
    """
    kept = list({(name.start, name.end): name for name in first}.values())
    for name in sorted(then, key=lambda name: (name.start - name.end, name.start)):
        if not any(name.overlaps(other) for other in kept):
            kept.append(name)
    return sorted(kept, key=lambda name: (name.start, name.end))


def _mention(found: FoundMention, passage: Passage) -> list[Located] | Dropped:
    category = _member(Category, found.category)
    if category is None:
        return Dropped(Fault.UNKNOWN_CATEGORY, found.category)
    spans = passage.find(found.quote)
    if not spans:
        return Dropped(Fault.NOT_IN_TEXT, found.quote)
    sober = [
        span
        for span in spans
        if not any(passage.speaks_to_a_model(sentence) for _, sentence in passage.covering(*span))
    ]
    return [Located(*span, category) for span in sober] or Dropped(Fault.INSTRUCTION, found.quote)


def _statement(found: FoundStatement, passage: Passage) -> LocatedStatement | Dropped:
    predicate, assertion = _member(Predicate, found.predicate), _member(Assertion, found.assertion)
    if predicate is None:
        return Dropped(Fault.UNKNOWN_PREDICATE, found.predicate)
    if assertion is None:
        return Dropped(Fault.UNKNOWN_ASSERTION, found.assertion)
    categories = [_member(Category, name) for name in (found.subject_category, found.object_category)]
    subject_category, object_category = categories
    if subject_category is None or object_category is None:
        return Dropped(
            Fault.UNKNOWN_CATEGORY, found.subject_category if categories[0] is None else found.object_category
        )
    quoted = passage.find(found.sentence)
    if not quoted:
        return Dropped(Fault.NOT_IN_TEXT, found.sentence)
    subjects, objects = passage.find(found.subject, quoted[0]), passage.find(found.object, quoted[0])
    for name, places in ((found.subject, subjects), (found.object, objects)):
        if not places:
            return Dropped(Fault.NOT_IN_SENTENCE if passage.find(name) else Fault.NOT_IN_TEXT, name)
    pair = next(((s, o) for s in subjects for o in objects if s[1] <= o[0] or o[1] <= s[0]), None)
    if pair is None:
        return Dropped(Fault.SAME_WORDS, found.subject)
    sentences = passage.covering(*quoted[0])
    if any(passage.speaks_to_a_model(sentence) for _, sentence in sentences):
        return Dropped(Fault.INSTRUCTION, found.sentence)
    return LocatedStatement(
        Located(*pair[0], subject_category),
        predicate,
        Located(*pair[1], object_category),
        assertion,
        (sentences[0][1].start, sentences[-1][1].end),
    )


def _member(words: type[Word], word: str) -> Word | None:
    try:
        return words(word)
    except ValueError:
        return None
