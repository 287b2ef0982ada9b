"""The chat model behind the same protocol as every other extractor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from isthmus.extractors.chat.asking import NoAnswer, ask, in_form
from isthmus.extractors.chat.checking import Checked, Dropped, Fault, Located, LocatedStatement, apart, check
from isthmus.extractors.chat.passage import Passage, passages
from isthmus.extractors.chat.prompt import correction_prompt, passage_prompt, system_prompt
from isthmus.extractors.readers.visible_text import one_line
from isthmus.extractors.ungrounded import ungrounded_id
from isthmus.graph.model import (
    Assertion,
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Statement,
    merge_entities,
)
from isthmus.graph.vocabulary import Category

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# A model's own confidence is not calibrated, so it is not asked for: every checked finding gets the same score.
MENTION_SCORE = 0.7
STATEMENT_SCORE = 0.6

Ground = Callable[[str, Category], Entity | None]


class ChatExtractor:
    """Reads with a LangChain chat model; keeps only what the text bears out.

    ``ground`` gives the concept that a name of a category means, or None. ``name`` is ``name/version``. Clinical
    reports are sent only with ``reads_reports``, which is for a model that runs on the same machine. Raises
    ``UnsuitableModel`` where the model cannot answer by a JSON schema; ``extract`` raises nothing.
    """

    def __init__(self, model: BaseChatModel, ground: Ground, name: str, *, reads_reports: bool = False) -> None:
        self.name = name
        self._model, self._ground, self._reads_reports = in_form(model), ground, reads_reports

    def extract(self, document: Document) -> Extraction:
        """Everything that the model finds and the text bears out.

        ``reason`` says what was dropped and which passages had no answer. When the model's server fails, nothing of the
        document is kept: half a reading would pass for a whole one.
        """
        if document.kind is DocumentKind.REPORT and not self._reads_reports:
            return Extraction(document, self.name, reason="clinical reports are not sent to a remote language model")
        parts = list(passages(document))
        if not parts:
            return Extraction(document, self.name, reason="no text")
        read: list[tuple[Passage, Checked]] = []
        unread: Counter[str] = Counter()
        for passage in parts:
            try:
                read.append((passage, self._read(passage)))
            except NoAnswer as failure:
                if failure.outage:
                    return Extraction(document, self.name, reason=f"{failure}: nothing of the document was kept")
                unread[str(failure)] += 1
        return _assemble(document, self.name, self._ground, read, unread)

    def _read(self, passage: Passage) -> Checked:
        """The model's findings in one passage; told once which of its quotes are not there. Raises ``NoAnswer``."""
        from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

        messages = [SystemMessage(system_prompt()), HumanMessage(passage_prompt(passage))]
        answer = ask(self._model, messages)
        checked = check(answer.findings, passage)
        wrong = [dropped.words for dropped in checked.dropped if dropped.mendable]
        if not wrong:
            return checked
        try:
            again = ask(self._model, [*messages, AIMessage(answer.words), HumanMessage(correction_prompt(wrong))])
        except NoAnswer:
            return checked
        return _both(checked, check(again.findings, passage))


def _both(first: Checked, second: Checked) -> Checked:
    """What stood the test in either answer; dropped is what the second one still got wrong."""
    statements = tuple(dict.fromkeys([*first.statements, *second.statements]))
    named = [name for statement in statements for name in (statement.subject, statement.object)]
    return Checked(tuple(apart(named, [*first.mentions, *second.mentions])), statements, second.dropped)


def _assemble(
    document: Document, extractor: str, ground: Ground, read: Iterable[tuple[Passage, Checked]], unread: Counter[str]
) -> Extraction:
    entities: list[Entity] = []
    mentions: list[Mention] = []
    statements: dict[str, Statement] = {}
    evidence: list[Evidence] = []
    dropped: list[Dropped] = []
    kept = 0
    for passage, checked in read:
        concepts = {
            name: _concept(document.text[name.start : name.end], name.category, ground) for name in checked.mentions
        }
        at = {(name.start, name.end): concept for name, concept in concepts.items()}
        entities.extend(concepts.values())
        mentions.extend(_mention(document, passage, name, concept) for name, concept in concepts.items())
        dropped.extend(checked.dropped)
        for located in checked.statements:
            subject = at[located.subject.start, located.subject.end]
            obj = at[located.object.start, located.object.end]
            if subject.id == obj.id:
                dropped.append(Dropped(Fault.ONE_CONCEPT, subject.name))
                continue
            statement = Statement.of(
                subject.id, located.predicate, obj.id, negated=located.assertion is Assertion.NEGATED
            )
            statements[statement.id] = statement
            evidence.append(_evidence(document, passage, located, statement, subject, extractor))
        kept += len(checked.mentions) + len(checked.statements)
    return Extraction(
        document,
        extractor,
        entities=tuple(merge_entities(entities).values()),
        mentions=tuple(mentions),
        statements=tuple(statements.values()),
        evidence=tuple(dict.fromkeys(evidence)),
        reason=_reason(kept, dropped, unread),
    )


def _concept(text: str, category: Category, ground: Ground) -> Entity:
    name = one_line(text)
    return ground(name, category) or Entity(ungrounded_id(name, category), name, category)


def _mention(document: Document, passage: Passage, name: Located, concept: Entity) -> Mention:
    return Mention(
        start=name.start,
        end=name.end,
        text=document.text[name.start : name.end],
        category=concept.category,
        entity=concept.id,
        sentence=passage.covering(name.start, name.end)[0][0],
        score=MENTION_SCORE,
        xrefs=concept.xrefs,
    )


def _evidence(
    document: Document,
    passage: Passage,
    located: LocatedStatement,
    statement: Statement,
    subject: Entity,
    extractor: str,
) -> Evidence:
    spans = (located.subject.start, located.subject.end), (located.object.start, located.object.end)
    # A symmetric statement may have been turned round: the spans follow its ends.
    subject_span, object_span = spans if statement.subject == subject.id else spans[::-1]
    start, end = located.sentence
    return Evidence(
        statement.id,
        document.id,
        document.text[start:end],
        extractor,
        STATEMENT_SCORE,
        assertion=located.assertion,
        year=document.year,
        start=start,
        end=end,
        subject_span=subject_span,
        object_span=object_span,
        section=passage.sentences[0][1].section,
    )


def _reason(kept: int, dropped: list[Dropped], unread: Counter[str]) -> str:
    parts = []
    if dropped:
        faults = Counter(str(item.fault) for item in dropped).most_common()
        parts.append(f"{len(dropped)} findings dropped: " + ", ".join(f"{fault} ({count})" for fault, count in faults))
    if unread:
        failures = ", ".join(f"{reason} ({count})" for reason, count in unread.most_common())
        parts.append(f"{unread.total()} passages without an answer: {failures}")
    if not parts and not kept:
        parts.append("the model found nothing")
    return "; ".join(parts)
