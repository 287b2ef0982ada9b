"""What words ask for: the closed lists by which a question is read. English only; the lists are in ``cues.yaml``.

Each cue is a pattern with a kind and a value. Where two overlap, the longer one is what the words mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.graph.model import Modality
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.questions.plan import Mode


class Kind(StrEnum):
    """What a stretch of a question is taken for."""

    NAME = "name"
    CATEGORY = "category"
    FIELD = "field"  # a kind of research
    VERB = "verb"
    LINK = "link"
    MODE = "mode"
    JUDGE = "judge"  # "how good": with what was proposed, a backtest
    PROPOSAL = "proposal"
    MODAL = "modal"  # what may be, not what is said
    NEW = "new"
    YEAR = "year"
    BEFORE = "before"
    SINCE = "since"
    TOP = "top"
    HOPS = "hops"


class Verb(NamedTuple):
    """What a verb says of its object: by relation, and by the sign of a path, for a disease or symptom and for the rest.

    ``condition_first``: which of the two holds where the object is not known. ``nominal``: the subject is what the noun
    stands for ("inhibitors of"). ``inverted``: the relation reads as the passive does ("is expressed in").
    """

    condition: Predicate
    other: Predicate
    condition_sign: PathSign | None = None
    other_sign: PathSign | None = None
    condition_first: bool = False
    nominal: bool = False
    inverted: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Verb:
        """From its row in the list."""
        condition, other = (PathSign(row[name]) if name in row else None for name in ("condition_sign", "other_sign"))
        flags = (bool(row.get(name)) for name in ("condition_first", "nominal", "inverted"))
        return cls(Predicate(row["condition"]), Predicate(row["other"]), condition, other, *flags)


class Cue(NamedTuple):
    """A pattern, and what it means; of a pattern with a group ``n``, ``year`` or ``decade``, that group is the value.

    ``more`` is added to a number.
    """

    kind: Kind
    value: Any
    pattern: re.Pattern[str]
    more: int = 0


_UNITS = "one two three four five six seven eight nine ten eleven twelve"
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
NUMBERS = {word: number for number, word in enumerate(f"{_UNITS} {_TEENS}".split(), start=1)} | {
    "a dozen": 12,
    "thirty": 30,
    "fifty": 50,
    "a hundred": 100,
    "single": 1,
}
_N = rf"(?P<n>\d{{1,6}}|{'|'.join(NUMBERS)})"
_ONE = _N.replace("single", "single|an|a")
_MOST = r"(?:at most|no more than|not more than|up to|only|max(?:imum)?(?: of)?|fewer than)"
_NO_HOPS = r"(?![\w-]| ?(?:hops?|steps?|edges?|jumps?|of the))"
_ASK = r"(?:list|show(?: me)?|give me|name|find|suggest)"
_BEST = r"(?:top|first|best|strongest|likeliest|leading|highest)"
_OF_YEAR = r"(?: (?:the )?(?:end|start|beginning|close) of)?(?: the)?(?: years?)?"
_YEAR = r"(?P<year>1[0-9]{3}|20[0-9]{2}|2100)\b(?!s)"
_IN = r"(?:as known in|as it was in|as of|by|until|till|up to|through|in|during|at|no later than|not later than|of|for)"

# Numbers and years, with the words that say what they limit.
_LIMITS: tuple[tuple[Kind, Any, int, str], ...] = (
    (Kind.YEAR, None, 0, rf"(?:(?:known |seen |published )?{_IN}{_OF_YEAR} )?{_YEAR}"),
    (Kind.YEAR, None, 0, r"(?:(?:in|by|during|as of|until) )?the (?:end of the )?(?P<decade>1[0-9]{2}|20[0-9])0s"),
    (Kind.BEFORE, None, 0, rf"(?:before|prior to|earlier than|pre-?|older than)\s*{_OF_YEAR.lstrip()} ?{_YEAR}"),
    (Kind.SINCE, None, 0, rf"(?:since|after|later than|post-?|from){_OF_YEAR} {_YEAR}"),
    (
        Kind.HOPS,
        None,
        0,
        rf"(?:(?:of|in|within|with|using|through|over|by) )?(?:{_MOST} )?{_N}[- ](?:hops?|steps?|edges?|jumps?|statements? long|"
        r"links? long)(?: (?:at most|or fewer|or less|max(?:imum)?|paths?))?",
    ),
    (
        Kind.HOPS,
        None,
        1,
        rf"(?:through|via|over|by way of|with) (?:{_MOST} )?(?:a )?{_ONE} "
        r"(?:intermediates?|intermediate \w+|nodes?|steps? between)",
    ),
    (Kind.TOP, None, 0, rf"(?:the )?{_BEST} {_N}{_NO_HOPS}"),
    (Kind.TOP, None, 0, rf"(?:the )?{_N} (?:{_BEST}|most \w+)(?= )"),
    (Kind.TOP, None, 0, rf"(?:{_MOST}|limit(?:ed)?(?: (?:it )?to)?|{_ASK})(?: the)? {_N}{_NO_HOPS}"),
    (Kind.TOP, 1, 0, rf"the (?:single )?{_BEST}(?= (?:path|route|candidate|link|gap|bridge)\b)"),
)


@cache
def cues() -> tuple[Cue, ...]:
    """Every cue, read once."""
    return tuple(_compiled(_lists()))


@cache
def fillers() -> frozenset[str]:
    """Words that join the others and ask for nothing by themselves, folded."""
    return frozenset(_lists()["fillers"].split())


@cache
def _lists() -> dict[str, Any]:
    text = files("isthmus.service.questions").joinpath("cues.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def _compiled(lists: Mapping[str, Any]) -> Iterator[Cue]:
    named = ((Kind.CATEGORY, Category, "categories"), (Kind.FIELD, Modality, "fields"), (Kind.MODE, Mode, "modes"))
    for kind, of, name in named:
        for value, words in lists[name].items():
            yield Cue(kind, of(value), _whole_words("|".join(words)))
    for row in lists["verbs"]:
        yield Cue(Kind.VERB, Verb.of(row), _whole_words("|".join(row["words"])))
    for kind, words in lists["others"].items():
        yield Cue(Kind(kind), True, _whole_words("|".join(words)))
    for kind, value, more, pattern in _LIMITS:
        yield Cue(kind, value, _whole_words(pattern), more)


def _whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)
