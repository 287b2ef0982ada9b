"""``isthmus score``: a table of pairs in, the same rows with their scores out."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import orjson

from isthmus.errors import UsageError
from isthmus.graph.discovery.candidates import score_pairs
from isthmus.graph.discovery.snapshot import Snapshot
from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.service.names import AmbiguousName, UnknownName, resolve

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


def score_rows(
    table: PairTable, store: Store, snapshot: Snapshot, canonical: Callable[[str], Entity | None]
) -> tuple[PairTable, list[str]]:
    """The table with ``score``, ``p_value`` and ``components``, and a line for each row that could not be scored.

    Such a row keeps its place with an empty score: a score of 0 says that there is no path.
    An entity that is in the graph, but was not yet as of the snapshot's year, has no path.
    """
    known: dict[str, str | UsageError] = {}
    failures: list[str] = []
    ends: list[tuple[int, int] | None] = []
    for line, row in enumerate(table.rows, start=2):
        found = [_find(row[column], known, store, canonical) for column in ("a", "c")]
        failures += [f"{table.name}, line {line}: {one}" for one in found if isinstance(one, UsageError)]
        nodes = [snapshot.index.get(one, -1) for one in found if isinstance(one, str)]
        ends.append((nodes[0], nodes[1]) if len(nodes) == 2 else None)
    scorable = sorted({pair for pair in ends if pair is not None and min(pair) >= 0 and pair[0] != pair[1]})
    scores = dict(zip(scorable, score_pairs(snapshot, scorable), strict=True))
    rows = []
    for row, pair in zip(table.rows, ends, strict=True):
        score = scores.get(pair) if pair is not None else None
        told = "" if pair is None else repr(score.score if score else 0.0)
        components = "" if pair is None else orjson.dumps(dict(score.components) if score else {}).decode()
        rows.append({**row, "score": told, "p_value": "", "components": components})
    columns = (*(name for name in table.columns if name not in ADDED), *ADDED)
    return replace(table, columns=columns, rows=tuple(rows)), failures


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
