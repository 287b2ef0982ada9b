"""How a claim may put each predicate: what may stand between subject and object, and between object and subject.

A claim says what it asserts if the words between its two names, taken whole, are one of these forms. A looser relation
says less, so it may stand for a closer one that is affirmed ("is linked to" for "causes"), but a denial of it says more
("is not linked to" is no way to say "does not cause"). The forms are data: ``claim_forms.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from isthmus.graph.vocabulary import Predicate, Sign
from isthmus.service.panel.claim_words import ACTIVITY, AMOUNT, AROUND, DENIAL, HEDGE

FORMS = Path(__file__).parent / "claim_forms.yaml"
_ASPECTS = {"activity": ACTIVITY, "amount": AMOUNT}
_ARTICLES = frozenset(("the", "a", "an"))
_LINKED = ("(?:associated|linked|connected) (?:with|to)", "(?:related|tied) to")
_AFFECTING = ("affect", "influence")
# Whose mere effect on the object may be told instead.
_MOVING = frozenset(
    {
        Predicate.ACTIVATES,
        Predicate.INHIBITS,
        Predicate.INCREASES,
        Predicate.DECREASES,
        Predicate.INCREASES_EXPRESSION_OF,
        Predicate.DECREASES_EXPRESSION_OF,
        Predicate.REGULATES,
    }
)


@dataclass(frozen=True, slots=True)
class _Verb:
    """``active`` is a pattern of its forms that a subject takes; ``noun`` and ``agent`` may be empty."""

    active: str
    past: str
    noun: str
    agent: str


@dataclass(frozen=True, slots=True)
class _Way:
    """How one predicate is put; see the head of the file."""

    verbs: tuple[str, ...]
    general: tuple[str, ...]
    aspects: frozenset[str]
    forward: tuple[str, ...]
    back: tuple[str, ...]
    tailed: tuple[str, ...]
    tail: str
    nominal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Patterns for words that are joined by single spaces.

    ``forward`` stands between subject and object, ``back`` between object and subject. ``bare`` stands between subject and
    object where words follow that begin with ``bare_tail``. Where the relation is a noun, ``nominal`` are the words up to the
    first of both, and ``nominal_between`` those between them. ``aspects`` of the object may follow it.
    """

    forward: re.Pattern[str]
    back: re.Pattern[str]
    bare: re.Pattern[str]
    bare_tail: re.Pattern[str]
    aspects: frozenset[str]
    nominal: re.Pattern[str] | None
    nominal_between: re.Pattern[str]


@cache
def grammar(predicate: Predicate, *, negated: bool) -> Grammar:
    """The forms of a predicate."""
    verbs, way = _verbs(), _ways()[predicate]
    own, general = [verbs[each] for each in way.verbs], [verbs[each] for each in way.general]
    of = f" (?:the )?(?:{_any(way.aspects)})(?: and (?:{_any(way.aspects)}))? of" if way.aspects else "(?!)"
    forward = [
        *(f"(?:{verb.active})(?:{of})?" for verb in own),
        *(f"(?:{verb.active}){of}" for verb in general),
        *(f"an? {verb.agent} (?:of|for)" for verb in own if verb.agent),
        *way.forward,
        *([] if negated else _looser(predicate, of)),
    ]
    past = "|".join(verb.past for verb in own)
    back = forward if predicate.symmetric else [*([f"(?:{past}) by"] if past else []), *way.back]
    nouns = "|".join(dict.fromkeys([*(verb.noun for verb in own if verb.noun), *way.nominal]))
    before = f"(?:(?:{_any(AROUND | HEDGE | DENIAL)}) )*"
    after = f"(?: (?:{_any(_ARTICLES)}))*"
    aspect = f"(?:(?:{_any(way.aspects)}) )?" if way.aspects else ""
    return Grammar(
        forward=_whole(before, forward, after),
        back=_whole(aspect + before, back, after),
        bare=_whole(before, [*(verb.active for verb in general), *way.tailed], after),
        bare_tail=re.compile(rf"(?:{way.tail or _any(way.aspects) or '(?!)'})(?![^ ])"),
        aspects=way.aspects,
        nominal=re.compile(rf"(?P<rest>(?:.*? )?)(?:{nouns}) (?:of|between)(?: the)?") if nouns else None,
        nominal_between=re.compile(f"(?:by|with|and|on|to){after}"),
    )


def _looser(predicate: Predicate, of: str) -> list[str]:
    """What says less than the predicate, and is true wherever that is."""
    affecting = [_verbs()[each].active for each in _AFFECTING] if predicate in _MOVING else []
    return [*(f"(?:{active})(?:{of})?" for active in affecting), *_LINKED]


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


def _whole(before: str, cores: Iterable[str], after: str) -> re.Pattern[str]:
    return re.compile(f"{before}(?:{'|'.join(cores) or '(?!)'}){after}")


@cache
def _data() -> Mapping[str, Any]:
    told: dict[str, Any] = yaml.safe_load(FORMS.read_text(encoding="utf-8"))
    return told


@cache
def _verbs() -> dict[str, _Verb]:
    return dict(map(_conjugated, _data()["verbs"]))


def _conjugated(line: str) -> tuple[str, _Verb]:
    base, past, noun, agent = line.split()
    forms = (base, f"{base}{'es' if base.endswith('s') else 's'}", past, f"{base.removesuffix('e')}ing")
    return base, _Verb("|".join(dict.fromkeys(forms)), past, noun.strip("-"), agent.strip("-"))


@cache
def _ways() -> dict[Predicate, _Way]:
    return {Predicate(name): _way(told) for name, told in _data()["forms"].items()}


def _way(told: Mapping[str, Any]) -> _Way:
    aspects = [_ASPECTS[each] for each in told.get("aspects", "").split()]
    return _Way(
        tuple(told.get("verbs", "").split()),
        tuple(told.get("general", "").split()),
        frozenset().union(*aspects),
        tuple(told.get("forward", ())),
        tuple(told.get("back", ())),
        tuple(told.get("tailed", ())),
        told.get("tail", ""),
        tuple(told.get("nominal", ())),
    )


@cache
def relation_words() -> frozenset[str]:
    """Every form of every verb: none of them may stand where it relates nothing that is asserted."""
    return frozenset(form for verb in _verbs().values() for form in _forms(verb))


@cache
def moving_words(sign: Sign) -> frozenset[str]:
    """The forms of verbs that move their object up or down, to say what is wrong where no form fits."""
    told = {Sign.POSITIVE: "raising", Sign.NEGATIVE: "lowering"}.get(sign)
    return frozenset(form for each in _data().get(told or "", "").split() for form in _forms(_verbs()[each]))


def _forms(verb: _Verb) -> list[str]:
    return [form for form in (*verb.active.split("|"), verb.past, verb.noun, verb.agent) if form]
