"""Answers of bounded size for readers that pay by the character: what is left out is said, and what is cited is listed."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from pydantic import Field

from isthmus.errors import UsageError
from isthmus.service.answers import Told

LONGEST_TEXT = 1000  # characters of one sentence, title or name
MOST_CHARACTERS = 40_000  # of an answer as JSON, where nothing else is asked for: about ten thousand tokens

Value = dict[str, Any]
Shrink = tuple[str, int]
"""A list of an answer, by the names on the way to it with dots between, and how few of its items are enough."""

_LIST_KEYS = {  # of lists of ids, or of objects with an id
    "statements": "statements",
    "statement_ids": "statements",
    "claim_statement_ids": "statements",
    "direct": "statements",
    "evidence": "evidence",
    "evidence_ids": "evidence",
    "documents": "documents",
    "minimal": "documents",
    "latest": "documents",
}
_ID_KEYS = {"statement_id": "statements", "weakest": "statements", "document": "documents"}
_PAPER = "paper"  # the ground whose id is a document's


class AnswerTooLong(UsageError):
    """An answer that does not fit, however much is left out."""


class Citations(Told):
    """Everything that the answer rests on, each id once; `evidence` and `entity` look them up."""

    statements: list[str]
    evidence: list[str]
    documents: list[str]


class Bounded(Told):
    """What every answer has beside the answer itself."""

    citations: Citations = Field(description="ids to cite")
    cut: list[str] = Field(description="what was left out to keep the answer short; empty: it is whole")


def bounded(
    value: Value,
    shrinks: Sequence[Shrink],
    most: int = MOST_CHARACTERS,
    tidy: Callable[[Value], Value] | None = None,
) -> Value:
    """The answer in at most ``most`` characters of JSON, with ``citations`` and ``cut``.

    Characters that do not show are taken out, since text of papers could hide words in them that only a model reads; texts
    over ``LONGEST_TEXT`` are cut. Where the answer is still too long, the lists of ``shrinks`` lose their last items, one
    list after the other, none below its least; lists hold the best first.

    Args:
        value: the answer as JSON has it.
        shrinks: which lists may be shortened, the least missed first.
        most: characters.
        tidy: takes out what is of no use any more once lists were shortened.

    Raises:
        AnswerTooLong: where the shortest form is still too long.
    """
    shortened: list[int] = []
    shown: Value = _plain(value, shortened)
    cut = [f"{len(shortened)} texts shown only up to {LONGEST_TEXT} characters"] if shortened else []
    told = _told(shown, cut)
    for shrink in shrinks:
        if _size(told) > most:
            told = _fitted(shown, shrink, most, cut, tidy)
            shown = {name: each for name, each in told.items() if name in shown}
            cut = told["cut"]
    if _size(told) > most:
        raise AnswerTooLong(
            f"the answer does not fit into {most:,} characters: ask for fewer with top, or raise max_characters"
        )
    return told


def plain(text: str) -> str:
    """The text without characters that do not show: control and format characters, tags, private use; white space stays."""
    return "".join(one for one in text if one in "\t\n" or one.isspace() or unicodedata.category(one)[0] != "C")


def cited(value: Any) -> Citations:  # noqa: ANN401 - anything JSON can say
    """The ids of all statements, evidence and documents that an answer names, in the order that it names them."""
    found: dict[str, dict[str, None]] = {"statements": {}, "evidence": {}, "documents": {}}
    for kind, identifier in _ids(value):
        found[kind][identifier] = None
    return Citations(**{kind: list(ids) for kind, ids in found.items()})


def _fitted(
    shown: Value, shrink: Shrink, most: int, cut: Sequence[str], tidy: Callable[[Value], Value] | None
) -> Value:
    """With no more of one list taken away than has to be; with its least, where even that does not fit."""
    path, least = shrink
    steps = path.split(".")
    full = max(map(len, _lists(shown, steps)), default=0)
    if full <= least:
        return _told(shown, list(cut))

    def kept(keep: int) -> Value:
        less: Value = _shortened(shown, steps, keep)
        return _told(tidy(less) if tidy else less, [*cut, f"{path}: the first {keep} of up to {full}"])

    # Size grows with what is kept, so that the most that fits is found by halving.
    fits = bisect_right(range(least, full), most, key=lambda keep: _size(kept(keep)))
    return kept(least + max(fits - 1, 0))


def _told(shown: Value, cut: list[str]) -> Value:
    return {**shown, "citations": cited(shown).model_dump(), "cut": cut}


def _size(value: Value) -> int:
    return len(orjson.dumps(value).decode())


def _plain(value: Any, shortened: list[int]) -> Any:  # noqa: ANN401
    """Notes in ``shortened`` the length of each text that was cut."""
    if isinstance(value, str):
        shown = value if value.isascii() and value.isprintable() else plain(value)
        if len(shown) > LONGEST_TEXT:
            shortened.append(len(shown))
            return f"{shown[:LONGEST_TEXT].rstrip()}…"
        return shown
    if isinstance(value, Mapping):
        return {name: _plain(each, shortened) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, shortened) for each in value]
    return value


def _lists(value: Any, path: Sequence[str]) -> Iterator[list[Any]]:  # noqa: ANN401
    """Every list that a path leads to; on the way it goes into each item."""
    if isinstance(value, list):
        if not path:
            yield value
        else:
            for each in value:
                yield from _lists(each, path)
    elif isinstance(value, Mapping) and path:
        yield from _lists(value.get(path[0]), path[1:])


def _shortened(value: Any, path: Sequence[str], keep: int) -> Any:  # noqa: ANN401
    """A copy in which the lists that the path leads to have at most ``keep`` items."""
    if isinstance(value, list):
        return [_shortened(each, path, keep) for each in value] if path else value[:keep]
    if isinstance(value, Mapping) and path and path[0] in value:
        return {**value, path[0]: _shortened(value[path[0]], path[1:], keep)}
    return value


def _ids(value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    if isinstance(value, list):
        for each in value:
            yield from _ids(each)
    if not isinstance(value, Mapping):
        return
    if value.get("ground") == _PAPER:
        yield "documents", value["id"]
    for name, each in value.items():
        if name in _ID_KEYS and isinstance(each, str):
            yield _ID_KEYS[name], each
        elif name in _LIST_KEYS and isinstance(each, list):
            yield from _listed(_LIST_KEYS[name], each)
        yield from _ids(each)


def _listed(kind: str, items: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for one in items:
        identifier = one.get("id") if isinstance(one, Mapping) else one
        if isinstance(identifier, str):
            yield kind, identifier
