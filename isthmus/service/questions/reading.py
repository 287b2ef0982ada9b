"""A question to its plan: by the chat model where there is one and as far as it holds, else by the rules."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import ValidationError

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.names import AmbiguousName
from isthmus.service.questions.cues import NUMBERS
from isthmus.service.questions.model import NONE, PlanForm, messages
from isthmus.service.questions.names import name_in
from isthmus.service.questions.plan import (
    FAMILIES,
    MAX_HOPS,
    TOP,
    UNDIRECTED,
    End,
    Ignored,
    Mode,
    Part,
    QueryPlan,
    Role,
    Source,
)
from isthmus.service.questions.rules import read_by_rules
from isthmus.service.questions.spans import WORD, visible

if TYPE_CHECKING:
    from isthmus.extractors.chat.asking import Ask
    from isthmus.extractors.lexicon.lexicon import Lexicon

# What a plan of each mode is made of, beside the mode.
FIELDS: dict[Mode, tuple[str, ...]] = {
    Mode.CLOSED: ("a", "c", "sign", "top", "max_hops", "as_of"),
    Mode.OPEN: ("a", "category", "sign", "new", "top", "as_of"),
    Mode.BRIDGE: ("a", "c", "top", "max_hops", "as_of"),
    Mode.GAPS: ("top", "as_of"),
    Mode.ENTITY: ("a", "top", "as_of"),
    Mode.EVIDENCE: ("a", "c", "category", "relation", "role", "top", "as_of"),
    Mode.WHY: ("a", "c", "top", "max_hops", "as_of"),
    Mode.BACKTEST: ("as_of", "until"),
}
_SUBFIELD = "modality:"

E = TypeVar("E", bound=StrEnum)


class DoesNotHold(UsageError):
    """A part of a model's plan that the question or the graph does not bear out."""


class Read(NamedTuple):
    """A part of the model's plan that holds, and where in the question it stands, where it does."""

    value: Any
    span: tuple[int, int] | None = None


def read_question(question: str, store: Store, lexicon: Lexicon, ask: Ask[PlanForm] | None = None) -> QueryPlan:
    """The plan of a question, which says of each part whether a rule or the model read it.

    Args:
        question: as a person typed it. It is data: whatever it says, a plan is all that comes of it.
        store: the graph.
        lexicon: for names that the graph writes otherwise.
        ask: the way to ask a chat model; without one the rules read the question.

    Raises:
        UnreadableQuestion, AmbiguousName, UnknownName, BadPlan, OutOfRange: where neither makes a plan of it.
    """
    try:
        ruled: QueryPlan | UsageError = read_by_rules(question, store, lexicon)
    except UsageError as error:
        ruled = error
    if ask is None:
        return _or_raise(ruled)
    from isthmus.extractors.chat.asking import NoAnswer

    text = visible(question)
    try:
        form = ask(messages(text)).filled
    except NoAnswer as error:
        return _with_note(_or_raise(ruled), f"{error}: the rules read the question")
    try:
        return _checked(text, form, ruled if isinstance(ruled, QueryPlan) else None, store, lexicon)
    except AmbiguousName:
        raise
    except UsageError as error:
        return _with_note(_or_raise(ruled), f"the model's plan does not hold ({error}): the rules read the question")


def _or_raise(ruled: QueryPlan | UsageError) -> QueryPlan:
    if isinstance(ruled, IsthmusError):
        raise ruled
    return ruled


def _with_note(plan: QueryPlan, note: str) -> QueryPlan:
    return plan.model_copy(update={"notes": (*plan.notes, note)})


def _checked(text: str, form: PlanForm, ruled: QueryPlan | None, store: Store, lexicon: Lexicon) -> QueryPlan:
    """The model's plan with what holds of it, and what the rules say in the place of what does not."""
    mode = _member(Mode, form.mode)
    values: dict[str, Any] = {}
    parts, notes = [Part(field="mode", source=Source.MODEL)], []
    same_mode = ruled is not None and ruled.mode is mode
    for field in FIELDS[mode]:
        try:
            read = _part(field, text, form, mode, store, lexicon)
        except DoesNotHold as error:
            read = None
            notes.append(f"{field}: {error}" + ("; taken from the rules" if same_mode else "; left out"))
            if ruled is not None and same_mode:
                values[field] = getattr(ruled, field)
                parts += [part for part in ruled.parts if part.field == field]
        if read is not None and read.value is not None:
            values[field] = read.value
            start, end = read.span or (None, None)
            parts.append(
                Part(field=field, source=Source.MODEL, text=text[start:end] if read.span else "", start=start, end=end)
            )
    for field, defaults in (("top", TOP), ("max_hops", MAX_HOPS)):
        if field in FIELDS[mode] and values.get(field) is None:
            values[field] = defaults[mode]
            parts.append(Part(field=field, source=Source.DEFAULT))
    if mode is Mode.EVIDENCE:
        values["role"] = _role(values, ruled.role if ruled is not None and same_mode else None)
    try:
        plan = QueryPlan(question=text, mode=mode, parts=tuple(parts), notes=tuple(notes), **values)
    except ValidationError as error:
        raise DoesNotHold(str(error.errors()[0]["msg"])) from None
    passed_over = tuple(_passed_over(plan, ruled))
    if passed_over and plan.a is None:
        raise DoesNotHold(f"it makes nothing of “{passed_over[0].text}”")
    return plan.model_copy(update={"ignored": passed_over})


def _part(field: str, text: str, form: PlanForm, mode: Mode, store: Store, lexicon: Lexicon) -> Read | None:
    """One part of the form, checked; ``None`` where it is left empty. Raises ``DoesNotHold`` or ``AmbiguousName``."""
    if field in ("a", "c"):
        return _end(getattr(form, field), text, mode, store, lexicon)
    if field in ("top", "max_hops", "as_of", "until"):
        return _number(field, getattr(form, field), text)
    if field == "new":
        return Read(True) if form.new else None
    name, kind = {
        "category": (form.category, Category),
        "relation": (form.relation, Predicate),
        "role": (form.a_is, Role),
        "sign": (form.sign, PathSign),
    }[field]
    if name.strip().casefold() in ("", NONE):
        return None
    found = _member(kind, name)
    if field == "relation" and found not in FAMILIES:
        raise DoesNotHold(f"{name!r} is none of the relations that can be asked for")
    return Read(found)


def _end(name: str, text: str, mode: Mode, store: Store, lexicon: Lexicon) -> Read | None:
    wanted = name.strip()
    if wanted.casefold() in ("", NONE):
        return None
    if mode is Mode.BRIDGE and (wanted.casefold().startswith(_SUBFIELD) or wanted in list(Category)):
        return Read(End(text=wanted))
    start = text.casefold().find(wanted.casefold())
    if start < 0:
        raise DoesNotHold(f"{wanted!r} does not stand in the question")
    span = start, start + len(wanted)
    if mode is Mode.BRIDGE:
        return Read(End(text=text[slice(*span)]), span)
    entity = name_in(text, span, store, lexicon)
    if entity is None:
        raise DoesNotHold(f"{wanted!r} is not in this graph")
    return Read(End(text=text[slice(*span)], id=entity.id, name=entity.name, category=entity.category), span)


def _number(field: str, value: int, text: str) -> Read | None:
    """A number that the question gives, in digits or as a word; a year may be the one before ("before 2005")."""
    if value == 0:
        return None
    words = [word.casefold() for word in WORD.findall(text)]
    given = {int(digits) for word in words for digits in _digits(word)} | {NUMBERS[w] for w in words if w in NUMBERS}
    if field in ("as_of", "until"):
        given |= {number - 1 for number in given}
    if field == "max_hops":
        given |= {number + 1 for number in given}
    if value not in given:
        raise DoesNotHold(f"{value} does not stand in the question")
    return Read(value)


def _digits(word: str) -> Iterator[str]:
    digits = "".join(letter if letter in "0123456789" else " " for letter in word).split()
    return (each for each in digits if len(each) <= 6)


def _member(kind: type[E], name: str) -> E:
    try:
        return kind(name.strip())
    except ValueError:
        raise DoesNotHold(f"{name!r} is no {kind.__name__.lower()}") from None


def _role(values: dict[str, Any], by_rules: Role | None) -> Role:
    """What A is: the subject of two, else as the model says, or the rules where it says nothing."""
    relation = values.get("relation")
    if relation is None or relation in UNDIRECTED:
        return Role.EITHER
    if values.get("c") is not None:
        return Role.SUBJECT
    role: Role = values.get("role") or by_rules or Role.EITHER
    return role


def _passed_over(plan: QueryPlan, ruled: QueryPlan | None) -> Iterator[Ignored]:
    """Names of the question that the rules know and the plan has no place for."""
    if ruled is None:
        return
    used = {end.key for end in (plan.a, plan.c) if end is not None}
    for part in ruled.parts:
        end = getattr(ruled, part.field) if part.field in ("a", "c") else None
        if (
            end is not None
            and part.start is not None
            and part.end is not None
            and end.key not in used
            and end.text not in used
        ):
            yield Ignored(text=part.text, start=part.start, end=part.end, reason="the model made nothing of it")
