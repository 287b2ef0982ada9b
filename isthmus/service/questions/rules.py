"""A question to its plan by rules: cue words, names of the graph, years and limits, wherever in the question they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.names import UnknownName
from isthmus.service.questions.cues import Kind
from isthmus.service.questions.draft import Draft
from isthmus.service.questions.names import names_in, near, the_entity
from isthmus.service.questions.plan import End, Mode, QueryPlan, Role, UnreadableQuestion
from isthmus.service.questions.relations import (
    CONDITION,
    agent_and_patient,
    nobody_acts,
    relation_of,
    role_of,
    sign_of,
)
from isthmus.service.questions.spans import Span, chosen, cue_spans, left_over, visible

if TYPE_CHECKING:
    from isthmus.extractors.lexicon.lexicon import Lexicon

LONGEST_QUESTION = 1000  # characters
_TO = re.compile(r"\bto (?:the )?$", re.IGNORECASE)
_YES_NO = re.compile(
    r"(?:^|[.?!;,]\s+)\W*(?:and |so |but |please )?(?:is|are|was|were|does|do|did|has|have)\b", re.IGNORECASE
)
_HAS = re.compile(r"\b(?:has|have|had|shows?|presents?|of|in|with)\b", re.IGNORECASE)
_THROUGH = re.compile(r"\b(?:through|via|by way of|by means of) (?:the )?$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom (?:the )?$", re.IGNORECASE)
_WANTS_AN_ANSWER = (Kind.MODE, Kind.VERB, Kind.LINK, Kind.CATEGORY)


def read_by_rules(question: str, store: Store, lexicon: Lexicon) -> QueryPlan:
    """The plan of a question. What each part came from, and what was passed over, is said in it.

    Raises:
        UnreadableQuestion: for words that do not say what is wanted, and for too many of them.
        AmbiguousName, UnknownName: for a name that is no one entity of the graph.
        BadPlan, OutOfRange: for a question that lacks a part, or asks for too much.
    """
    text = visible(question)
    if not text or len(text) > LONGEST_QUESTION:
        raise UnreadableQuestion(f"a question has 1 to {LONGEST_QUESTION} characters")
    draft = Draft(text, chosen([*cue_spans(text), *names_in(text, store, lexicon)]))
    _take_hints(draft)
    _pass_over_middles(draft)
    mode = _mode(draft, store)
    fill = {
        Mode.CLOSED: _two_ends,
        Mode.WHY: _two_ends,
        Mode.EVIDENCE: _evidence,
        Mode.OPEN: _open,
        Mode.ENTITY: _one_end,
        Mode.BRIDGE: _bridge,
    }.get(mode)
    if fill is not None:
        fill(draft)
    draft.take_limits(mode)
    return draft.plan(mode, left_over(text, draft.spans))


def _take_hints(draft: Draft) -> None:
    """In "the gene PD" the category says which PD is meant, and is not what is asked for."""
    for name in draft.of(Kind.NAME):
        for span in draft.of(Kind.CATEGORY):
            between = draft.text[span.end : name.start] if span.end <= name.start else draft.text[name.end : span.start]
            plural = span.text.casefold().endswith("s")
            if between == " " and not plural and any(span.value.includes(one.category) for one in name.value.choices):
                draft.hint(name, span)


def _pass_over_middles(draft: Draft) -> None:
    """In "genes that act on X through Y" nothing can be asked of Y: a plan has two ends, and no middle."""
    names = draft.of(Kind.NAME)
    ends = [name for name in names if _FROM.search(draft.text[: name.start]) or _TO.search(draft.text[: name.start])]
    if len(names) > len(ends) == 2 and _FROM.search(draft.text[: ends[0].start]):
        for name in names:
            if name not in ends:
                draft.pass_over(name, "what lies between two ends cannot be asked for")
    enough = 1 if draft.of(Kind.CATEGORY) else 2
    for name in reversed(names):
        if len(draft.of(Kind.NAME)) > enough and _THROUGH.search(draft.text[: name.start]):
            draft.pass_over(name, "what lies between two ends cannot be asked for")


def _mode(draft: Draft, store: Store) -> Mode:
    """What is asked. Raises ``UnreadableQuestion``, or ``UnknownName`` where a name is wanted and no known one is there."""
    cued = draft.modes()
    names = draft.of(Kind.NAME)
    if Mode.BACKTEST in cued or (draft.of(Kind.JUDGE) and draft.of(Kind.PROPOSAL)):
        return draft.decide(Mode.BACKTEST, Kind.JUDGE, Kind.PROPOSAL)
    subfields = len(_subfields(draft))
    if Mode.BRIDGE in cued or Mode.GAPS in cued or (not names and len(draft.of(Kind.FIELD)) > 1):
        if subfields > 1:
            return draft.decide(Mode.BRIDGE)
        if Mode.GAPS in cued or "gap" in draft.text.casefold():
            return draft.decide(Mode.GAPS)
        raise UnreadableQuestion("a bridge is between two subfields: name both")
    known = [span for span in names if span.value.choices]
    if not known and not any(draft.of(kind) for kind in _WANTS_AN_ANSWER):
        raise UnreadableQuestion("it is not clear what this asks of the graph")
    _need_names(draft, names, store)
    if len(names) > 1:
        return _mode_of_two(draft, cued)
    return _mode_of_one(draft, cued)


def _need_names(draft: Draft, names: Sequence[Span], store: Store) -> None:
    """Where a name is lacking, other words of the question are what nobody knows the name of."""
    lacking = 2 if _says_path(draft) or _asks_what_links(draft) or Mode.WHY in draft.modes() else 1
    if len(names) >= lacking:
        return
    unknown = [draft.text[start:end] for start, end in left_over(draft.text, draft.spans)]
    if unknown and (lacking == 2 or not names):
        raise UnknownName(unknown[0], near(unknown[0], store))
    if not names:
        raise UnreadableQuestion("name a gene, drug, disease, cell… of the graph")


def _mode_of_two(draft: Draft, cued: set[Mode]) -> Mode:
    modal = bool(draft.of(Kind.MODAL))
    says_how = any(span.text.casefold() == "how" for span in draft.of(Kind.MODE))
    says = bool(draft.of(Kind.VERB)) or (bool(draft.of(Kind.LINK)) and _YES_NO.search(draft.text) is not None)
    if Mode.WHY in cued and not _depends(draft):
        return draft.decide(Mode.WHY)
    if _says_path(draft):
        return draft.decide(Mode.CLOSED)
    if Mode.EVIDENCE in cued:
        return draft.decide(Mode.EVIDENCE)
    if says and not says_how and not modal:
        return draft.decide(Mode.EVIDENCE)
    return draft.decide(Mode.CLOSED, Kind.MODAL, *(() if says else (Kind.LINK,)))


def _mode_of_one(draft: Draft, cued: set[Mode]) -> Mode:
    category = draft.of(Kind.CATEGORY)
    says = draft.of(Kind.VERB) or draft.of(Kind.LINK)
    proposes = draft.of(Kind.MODAL) or draft.of(Kind.NEW) or Mode.OPEN in cued
    if proposes and (category or says):
        return draft.decide(Mode.OPEN, Kind.MODAL)
    if category and _phenotype_role(draft) is not None and not says:
        return draft.decide(Mode.EVIDENCE)
    if says or (category and Mode.EVIDENCE in cued):
        return draft.decide(Mode.EVIDENCE)
    if not (category or cued) and left_over(draft.text, draft.spans):
        raise UnreadableQuestion("it is not clear what this asks of the graph")
    return draft.decide(Mode.OPEN if category else Mode.ENTITY)


def _depends(draft: Draft) -> bool:
    """Whether one thing is said to depend on another, not a path or link on what speaks for it."""
    cues = [span for span in draft.of(Kind.MODE) if span.value is Mode.WHY]
    only = all(span.text.casefold().startswith("depend") for span in cues)
    return only and not draft.of(Kind.LINK) and not _says_path(draft)


def _says_path(draft: Draft) -> bool:
    paths = any(span.value is Mode.CLOSED and span.text.casefold() != "how" for span in draft.of(Kind.MODE))
    return paths or bool(draft.of(Kind.HOPS))


def _asks_what_links(draft: Draft) -> bool:
    """Whether a question is of the form "what links X to Y", not "what is linked to X"."""
    return any(
        re.search(r"\bwhat (?:else )?(?:could |might |may |would |can )?$", draft.text[: span.start], re.IGNORECASE)
        and " to" not in span.text
        for span in draft.of(Kind.LINK)
    ) or any(draft.text[span.start : span.end].casefold().startswith("links") for span in draft.of(Kind.LINK))


def _end(draft: Draft, span: Span) -> tuple[End, Entity]:
    entity = the_entity(span, draft.hint_of(span))
    return End(text=span.text, id=entity.id, name=entity.name, category=entity.category), entity


def _ends(draft: Draft, spans: Sequence[Span]) -> list[Entity]:
    entities = []
    for field, span in zip(("a", "c"), spans, strict=False):
        end, entity = _end(draft, span)
        draft.take(field, end, span)
        entities.append(entity)
    return entities


def _in_order(draft: Draft) -> list[Span]:
    """The two names, from A to C."""
    first, second = draft.of(Kind.NAME)[:2]
    if _FROM.search(draft.text[: second.start]):
        first, second = second, first
    verb = draft.verb()
    return list(agent_and_patient(draft.text, first, second, verb)) if verb else [first, second]


def _two_ends(draft: Draft) -> None:
    source, target = _ends(draft, _in_order(draft))
    verb = draft.verb()
    if verb is not None:
        sign = sign_of(verb.value, target.category, source.category)
        if sign is not None:
            draft.take("sign", sign, verb)
        else:
            draft.use(verb)


def _one_end(draft: Draft) -> None:
    _ends(draft, draft.of(Kind.NAME)[:1])


def _evidence(draft: Draft) -> None:
    names = draft.of(Kind.NAME)
    if len(names) > 1:
        source, target = _ends(draft, _in_order(draft))
        relation = relation_of(draft, (source if nobody_acts(draft) else target).category)
        role = role_of(draft, None, relation, source.category)
    else:
        (only,) = _ends(draft, names)
        category = draft.take_category()
        of_symptom = _phenotype_role(draft)
        if of_symptom is not None and not draft.of(Kind.VERB):
            draft.put("relation", Predicate.HAS_PHENOTYPE)
            draft.put("role", of_symptom)
            return
        role = role_of(draft, names[0], None, only.category)
        relation = relation_of(draft, only.category if role is Role.OBJECT else category)
    draft.put("role", Role.EITHER if relation is None or draft.undirected(relation) else role)


def _open(draft: Draft) -> None:
    (name,) = draft.of(Kind.NAME)[:1]
    (entity,) = _ends(draft, [name])
    category = draft.take_category()
    verb, sign = draft.verb(), None
    if verb is not None:
        role = role_of(draft, name, None, entity.category)
        pair = (entity.category, category) if role is not Role.SUBJECT else (category, entity.category)
        sign = sign_of(verb.value, *pair)
        if sign is not None:
            draft.take("sign", sign, verb)
        else:
            draft.use(verb)
    if category is None:
        sought = (
            Category.DRUG if sign == "therapeutic" and CONDITION.includes(entity.category) else Category.NAMED_THING
        )
        draft.put("category", sought, default=True)
    for span in draft.of(Kind.NEW)[:1]:
        draft.take("new", True, span)
    for span in draft.of(Kind.LINK):
        draft.use(span)


def _phenotype_role(draft: Draft) -> Role | None:
    """Whether the question is for the symptoms of a disease, or the diseases of a symptom."""
    categories, names = draft.of(Kind.CATEGORY), draft.of(Kind.NAME)
    if not (categories and names and names[0].value.choices and _HAS.search(draft.text)):
        return None
    asked, named = categories[0].value, names[0].value.choices[0].category
    if asked is Category.PHENOTYPIC_FEATURE and Category.DISEASE.includes(named):
        return Role.SUBJECT
    if asked is Category.DISEASE and Category.PHENOTYPIC_FEATURE.includes(named):
        return Role.OBJECT
    return None


def _subfields(draft: Draft) -> list[Span | tuple[int, int]]:
    """What may be a side of a bridge, in order: names, kinds of research, categories; else words that nothing took."""
    sides: list[Span | tuple[int, int]] = [
        span for span in draft.spans if span.kind in (Kind.NAME, Kind.FIELD, Kind.CATEGORY)
    ]
    if len(sides) < 2:
        sides += left_over(draft.text, draft.spans)
    return sorted(sides, key=lambda side: side[0] if isinstance(side, tuple) else side.start)


def _bridge(draft: Draft) -> None:
    for field, side in zip(("a", "c"), _subfields(draft), strict=False):
        if isinstance(side, tuple):
            draft.take_words(field, *side)
        elif side.kind is Kind.NAME:
            draft.take(field, _side(side), side)
        else:
            text = f"modality:{side.value}" if side.kind is Kind.FIELD else str(side.value)
            draft.take(field, End(text=text, category=side.value if side.kind is Kind.CATEGORY else None), side)


def _side(span: Span) -> End:
    """A subfield is all that its words stand for. Raises ``UnknownName``."""
    if not span.value.choices and not span.value.near:
        raise UnknownName(span.text, ())
    return End(text=span.text)
