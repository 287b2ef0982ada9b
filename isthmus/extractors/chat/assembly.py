"""What stood the test, as mentions, statements and evidence: a reading by itself, or added to what is known already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from isthmus.extractors.chat.checking import Checked, Dropped, Fault, Located, LocatedStatement
from isthmus.extractors.chat.passage import Passage
from isthmus.extractors.readers.visible_text import one_line
from isthmus.extractors.text.clinical import with_standing
from isthmus.extractors.text.context import context_of
from isthmus.extractors.text.mentions import Found
from isthmus.extractors.text.rules import GROUPS
from isthmus.extractors.text.sentences import Sentence, document_sentences
from isthmus.extractors.ungrounded import ungrounded_id
from isthmus.graph.model import (
    ANYWHERE,
    Assertion,
    Context,
    DocumentKind,
    Entity,
    Evidence,
    Experiencer,
    Extraction,
    Mention,
    Statement,
    merge_entities,
)
from isthmus.graph.vocabulary import Category

# A model's own confidence is not calibrated, so it is not asked for: every checked finding gets the same score.
MENTION_SCORE = 0.7
STATEMENT_SCORE = 0.6

Ground = Callable[[str, Category], Entity | None]
Span = tuple[int, int]


class Reading(NamedTuple):
    """A passage and what a model found in it."""

    passage: Passage
    checked: Checked


@dataclass(frozen=True, slots=True)
class Assembled:
    """An extraction, what of the model's findings is in it, and what had to be dropped."""

    extraction: Extraction
    kept: int
    dropped: tuple[Dropped, ...]


def assemble(base: Extraction, extractor: str, ground: Ground, readings: Iterable[Reading]) -> Assembled:
    """The extraction with a model's findings added; ``extractor`` is written on the evidence.

    Nothing that is there is taken out, whatever the model says or leaves out: so a text that misleads the model can hide
    nothing. A name that ``base`` knows keeps its concept, here and wherever else the document names it so; ``ground``
    is for the others. A name that the model finds too gets at least ``MENTION_SCORE``.
    """
    return _Assembly(base, extractor, ground).of(list(readings))


class _Assembly:
    def __init__(self, base: Extraction, extractor: str, ground: Ground) -> None:
        self._base, self._document, self._extractor, self._ground = base, base.document, extractor, ground
        self._entities: dict[str, Entity] = {entity.id: entity for entity in base.entities}
        self._mentions: dict[Span, Mention] = {}
        for mention in base.mentions:
            self._mentions.setdefault((mention.start, mention.end), mention)
        self._by_words: dict[str, str] = {one_line(m.text).casefold(): m.entity for m in reversed(base.mentions)}
        self._added: list[Entity] = []
        self._statements: dict[str, Statement] = {}
        self._evidence: list[Evidence] = []
        self._dropped: list[Dropped] = []
        self._kept = 0

    def of(self, readings: list[Reading]) -> Assembled:
        report = self._document.kind is DocumentKind.REPORT
        sentences = next(document_sentences([self._document])) if report and readings else []
        for passage, checked in readings:
            self._dropped.extend(checked.dropped)
            for name in checked.mentions:
                if self._wanted(name):
                    self._kept += self._mention(passage, name, sentences) is not None
            for statement in checked.statements:
                self._state(passage, statement, sentences)
        known = {(each.start, each.end) for each in self._base.mentions}
        fresh = sorted(span for span in self._mentions if span not in known)
        mentions = [
            *(self._with_score(each) for each in self._base.mentions),
            *(self._mentions[span] for span in fresh),
        ]
        extraction = replace(
            self._base,
            entities=tuple(merge_entities([*self._base.entities, *self._added]).values()),
            mentions=tuple(sorted(mentions, key=lambda each: (each.start, -each.end)) if fresh else mentions),
            statements=tuple({each.id: each for each in (*self._base.statements, *self._statements.values())}.values()),
            evidence=tuple(dict.fromkeys([*self._base.evidence, *self._evidence])),
        )
        return Assembled(extraction, self._kept, tuple(self._dropped))

    def _with_score(self, mention: Mention) -> Mention:
        """A known mention, with the score that a second reader gave it where it is the one that was meant."""
        current = self._mentions[mention.start, mention.end]
        return replace(mention, score=current.score) if current.entity == mention.entity else mention

    def _wanted(self, name: Located) -> bool:
        """A name by itself is taken where it stands beside all others, or is one of them."""
        span = name.start, name.end
        return span in self._mentions or not any(start < span[1] and span[0] < end for start, end in self._mentions)

    def _mention(self, passage: Passage, name: Located, sentences: list[Sentence]) -> Mention | None:
        span = name.start, name.end
        known = self._mentions.get(span)
        if known is not None:
            if not _alike(known.category, name.category):
                self._drop(Fault.OTHER_CATEGORY, known.text)
                return None
            self._mentions[span] = replace(known, score=max(known.score, MENTION_SCORE))
            return self._mentions[span]
        text = self._document.text[slice(*span)]
        concept = self._concept(text, name.category)
        mention = Mention(
            *span,
            text=text,
            category=concept.category,
            entity=concept.id,
            sentence=passage.covering(*span)[0][0],
            score=MENTION_SCORE,
            xrefs=concept.xrefs,
        )
        if sentences:
            ((mention, _),) = with_standing(
                self._document.text, sentences, [(mention, Found(*span, concept, MENTION_SCORE))]
            )
        mention = replace(mention, sentence=self._ordinal(passage, span))
        self._added.append(concept)
        self._mentions[span] = mention
        return mention

    def _ordinal(self, passage: Passage, span: Span) -> int:
        """The sentence's number as it is counted here: an extractor may have left sentences out."""
        number, sentence = passage.covering(*span)[0]
        counted = (m.sentence for m in self._base.mentions if sentence.start <= m.start < sentence.end)
        return next(counted, number)

    def _concept(self, text: str, category: Category) -> Entity:
        name = one_line(text)
        known = self._entities.get(self._by_words.get(name.casefold(), ""))
        if known is not None and _alike(known.category, category):
            return known
        return self._ground(name, category) or Entity(ungrounded_id(name, category), name, category)

    def _state(self, passage: Passage, located: LocatedStatement, sentences: list[Sentence]) -> None:
        ends = [self._mention(passage, name, sentences) for name in (located.subject, located.object)]
        subject, obj = ends
        if subject is None or obj is None:
            return
        if subject.entity == obj.entity:
            self._drop(Fault.ONE_CONCEPT, subject.text)
            return
        if any(each.standing.experiencer is not Experiencer.PATIENT for each in (subject, obj)):
            self._drop(Fault.OF_A_RELATIVE, subject.text)
            return
        negated = located.assertion is Assertion.NEGATED or subject.standing.negated or obj.standing.negated
        said = Statement.of(subject.entity, located.predicate, obj.entity, negated=negated)
        statement = self._known(said, located) or replace(said, context=self._context(located, said))
        assertion = Assertion.NEGATED if negated and located.assertion is Assertion.AFFIRMED else located.assertion
        self._statements[statement.id] = statement
        self._evidence.append(self._piece(passage, replace(located, assertion=assertion), statement, subject))
        self._kept += 1

    def _known(self, said: Statement, located: LocatedStatement) -> Statement | None:
        """The same statement of the same sentence, wherever the first reader saw it hold."""
        start, end = located.sentence
        here = {
            piece.statement
            for piece in self._base.evidence
            if piece.start is not None and piece.end is not None and piece.start < end and start < piece.end
        }
        same = (each for each in self._base.statements if each.id in here and replace(each, context=ANYWHERE) == said)
        return next(same, None)

    def _context(self, located: LocatedStatement, said: Statement) -> Context:
        """Where it holds, by what its sentence names."""
        start, end = located.sentence
        around = (each for each in self._mentions.values() if start <= each.start and each.end <= end)
        return context_of(around, self._document.text, (said.subject, said.object))

    def _piece(self, passage: Passage, located: LocatedStatement, statement: Statement, subject: Mention) -> Evidence:
        spans = (located.subject.start, located.subject.end), (located.object.start, located.object.end)
        # A symmetric statement may have been turned round: the spans follow its ends.
        subject_span, object_span = spans if statement.subject == subject.entity else spans[::-1]
        start, end = located.sentence
        return Evidence(
            statement.id,
            self._document.id,
            self._document.text[start:end],
            self._extractor,
            STATEMENT_SCORE,
            assertion=located.assertion,
            year=self._document.year,
            start=start,
            end=end,
            subject_span=subject_span,
            object_span=object_span,
            section=passage.covering(start, end)[0][1].section,
        )

    def _drop(self, fault: Fault, words: str) -> None:
        dropped = Dropped(fault, words)  # once, though a statement's name is a mention too
        if dropped not in self._dropped:
            self._dropped.append(dropped)


def _alike(one: Category, other: Category) -> bool:
    """Whether two readers may mean the same kind of thing: a gene and its protein are."""
    group = GROUPS.get(one)
    return one.includes(other) or other.includes(one) or (group is not None and group is GROUPS.get(other))


def dropped_note(dropped: Iterable[Dropped]) -> str:
    """How many findings do not count, and why; empty where none was dropped."""
    faults = Counter(str(item.fault) for item in dropped)
    return f"{faults.total()} findings dropped: {_listed(faults)}" if faults else ""


def unread_note(unread: Counter[str]) -> str:
    """How many passages had no answer, and why; empty where all had one."""
    return f"{unread.total()} passages without an answer: {_listed(unread)}" if unread else ""


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{what} ({count})" for what, count in counts.most_common())
