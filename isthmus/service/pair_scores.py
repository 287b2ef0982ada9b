"""``isthmus score``: a table of pairs in, the same rows with their scores out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import orjson
from pydantic import Field

from isthmus.errors import UsageError
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import PairScore, score_pairs
from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.service.answers import Told
from isthmus.service.names import AmbiguousName, UnknownName, resolve
from isthmus.service.texts import sentences_of

ADDED = ("score", "p_value", "components")


class UnusablePairs(UsageError):
    """A file of pairs that cannot be scored; the message names the file and what it lacks."""


@dataclass(frozen=True, slots=True)
class PairTable:
    """Rows as they were read, each as long as ``columns``."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


def read_pairs(path: Path) -> PairTable:
    """A tab-separated file with at least the columns ``a`` and ``c``. Raises ``UnusablePairs``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", restval="")
            columns = tuple(reader.fieldnames or ())
            if not {"a", "c"} <= set(columns):
                seen = ", ".join(columns) or "nothing"
                raise UnusablePairs(
                    f"{path.name} needs the columns a and c, separated by tabs; its header holds {seen}."
                )
            rows = tuple({name: row[name] for name in columns} for row in reader)
    except OSError as error:
        raise UnusablePairs(f"{path}: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnusablePairs(f"{path.name} is not a tab-separated UTF-8 text: {error}.") from None
    return PairTable(path.name, columns, rows)


class PairAnswer(Told):
    """What the graph says of a pair. ``problem`` says why it could not be scored; then there is no score."""

    a: str
    c: str
    score: float | None = Field(description="0 where nothing joins the two")
    p_value: float | None = None
    q_value: float | None = Field(None, description="over all pairs that were asked for together")
    known: bool = Field(False, description="whether a statement joins them directly")
    components: dict[str, float] = Field({}, description="the parts of the score; they add up to it")
    problem: str = ""


def answer_scores(
    pairs: Sequence[tuple[str, str]],
    store: Store,
    snapshot: Snapshot,
    canonical: Callable[[str], Entity | None],
) -> list[PairAnswer]:
    """The score of each pair of CURIEs or names, in their order.

    An entity that is in the graph, but was not yet as of the snapshot's year, is joined to nothing.
    """
    known: dict[str, str | UsageError] = {}
    ends: list[tuple[int, int] | None] = []
    problems: list[str] = []
    for pair in pairs:
        found = [_find(name, known, store, canonical) for name in pair]
        problems.append("; ".join(str(one) for one in found if isinstance(one, UsageError)))
        nodes = [snapshot.index.get(one, -1) for one in found if isinstance(one, str)]
        ends.append((nodes[0], nodes[1]) if len(nodes) == 2 else None)
    scorable = sorted({pair for pair in ends if pair is not None and min(pair) >= 0 and pair[0] != pair[1]})
    sentences = sentences_of(store, snapshot) if scorable else None
    scores = dict(zip(scorable, score_pairs(snapshot, scorable, named=sentences), strict=True))
    return [
        _told(pair, problem, end is not None, scores.get(end) if end is not None else None)
        for pair, problem, end in zip(pairs, problems, ends, strict=True)
    ]


def _told(pair: tuple[str, str], problem: str, found: bool, score: PairScore | None) -> PairAnswer:
    a, c = pair
    if not found:
        return PairAnswer(a=a, c=c, score=None, problem=problem)
    if score is None:
        return PairAnswer(a=a, c=c, score=0.0, p_value=1.0, q_value=1.0)
    p = 1.0 if score.p_value is None else score.p_value
    q = 1.0 if score.q_value is None else score.q_value
    components = dict(score.components)
    return PairAnswer(a=a, c=c, score=score.score, p_value=p, q_value=q, known=score.known, components=components)


def score_rows(
    table: PairTable, store: Store, snapshot: Snapshot, canonical: Callable[[str], Entity | None]
) -> tuple[PairTable, list[str]]:
    """The table with ``score``, ``p_value`` and ``components``, and a line for each row that could not be scored.

    Such a row keeps its place with an empty score: a score of 0 says that nothing joins the two.
    """
    scores = answer_scores([(row["a"], row["c"]) for row in table.rows], store, snapshot, canonical)
    failures = [f"{table.name}, line {line}: {one.problem}" for line, one in enumerate(scores, start=2) if one.problem]
    rows = tuple({**row, **_cells(one)} for row, one in zip(table.rows, scores, strict=True))
    columns = (*(name for name in table.columns if name not in ADDED), *ADDED)
    return replace(table, columns=columns, rows=rows), failures


def _cells(one: PairAnswer) -> dict[str, str]:
    if one.score is None:
        return dict.fromkeys(ADDED, "")
    return {
        "score": repr(one.score),
        "p_value": repr(one.p_value),
        "components": orjson.dumps(one.components).decode(),
    }


def write_rows(table: PairTable, out: TextIO) -> None:
    """The table as tab-separated text."""
    writer = csv.DictWriter(out, table.columns, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    writer.writerows(table.rows)


def _find(
    name: str, known: dict[str, str | UsageError], store: Store, canonical: Callable[[str], Entity | None]
) -> str | UsageError:
    if name not in known:
        try:
            known[name] = resolve(name, store, canonical).id
        except (AmbiguousName, UnknownName) as error:
            known[name] = error
    return known[name]
