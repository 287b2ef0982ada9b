"""Judged sentences of machine-read statements (``indra_curations``, and reviewers' verdicts) as evidence, and measures.

Each statement is known by how many sentences each reader has for it. Their papers are not known, so that each sentence
is a paper of its own; a row tells of one of them whether it says the statement (``tag`` is ``correct``).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.belief import EvidenceArrays, Readers, believe, reader_of, weigh

PROGRAMS = ("reach", "sparser", "trips", "rlimsp", "medscan", "isi")
CURATED = "given"  # hprd, signor, biopax, bel, trrust: read by people
MOST_SENTENCES = 30  # of one reader for one statement that count: what chance leaves of 30 errors is nothing
FOLDS = 5
BINS = 15

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judged:
    """``counts`` (n_statements, n_readers): sentences of each reader (the programs, then people) for a statement.

    Per judged sentence: ``statement``, ``reader`` (index into the columns of ``counts``), ``right``, ``fold``. No two folds
    share a statement or a paper. ``indra`` is INDRA's own belief in each statement. ``programs`` are the readers that were
    judged: people's tables, the last column, never are.
    """

    programs: tuple[str, ...]
    counts: NDArray[np.int64]
    indra: Floats
    statement: NDArray[np.int64]
    reader: NDArray[np.int64]
    right: NDArray[np.bool_]
    fold: NDArray[np.int64]

    @property
    def statement_right(self) -> NDArray[np.bool_]:
        """Whether one of a statement's judged sentences says it."""
        right = np.zeros(len(self.counts), dtype=np.bool_)
        np.logical_or.at(right, self.statement, self.right)
        return right

    @property
    def statement_fold(self) -> NDArray[np.int64]:
        """The fold of each statement."""
        fold = np.zeros(len(self.counts), dtype=np.int64)
        fold[self.statement] = self.fold
        return fold


def read_judged(data: Path | None, seed: int = 0, verdicts: Path | None = None) -> Judged:
    """The judged sentences, each once, in folds drawn by ``seed``; with those of ``isthmus review export`` after them."""
    rows: dict[tuple[object, object], dict[str, Any]] = {}
    for row in [*(_indra_rows(data) if data else ()), *(_verdict_rows(verdicts) if verdicts else ())]:
        rows.setdefault((row["pa_hash"], row["source_hash"]), row)  # several curators agree on all but none
    judged = list(rows.values())
    programs = (*PROGRAMS, *sorted({row["source_api"] for row in judged} - {*PROGRAMS}))
    numbers = {key: number for number, key in enumerate(dict.fromkeys(row["pa_hash"] for row in judged))}
    counts = np.zeros((len(numbers), len(programs) + 1), dtype=np.int64)
    indra = np.zeros(len(numbers))
    statement = np.array([numbers[row["pa_hash"]] for row in judged], dtype=np.int64)
    reader = np.array([programs.index(row["source_api"]) for row in judged], dtype=np.int64)
    for number, column, row in zip(statement, reader, judged, strict=True):
        for source, n in row["source_counts"].items():
            place = programs.index(source) if source in programs else len(programs)
            counts[number, place] = max(counts[number, place], min(n, MOST_SENTENCES))
        counts[number, column] = max(counts[number, column], 1)
        indra[number] = row["belief"]
    right = np.array([row["tag"] == "correct" for row in judged], dtype=np.bool_)
    folds = _folds(statement, [row["pmid"] for row in judged], seed)
    return Judged(programs, counts, indra, statement, reader, right, folds)


def _indra_rows(data: Path) -> Iterator[dict[str, Any]]:
    path = data / "corpora" / "indra_curations" / "curated_half.jsonl"
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _verdict_rows(file: Path) -> Iterator[dict[str, Any]]:
    """Without those on rows of tables, whose belief is their own."""
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        if row["reader"] != CURATED:
            yield row | {
                "pa_hash": row["statement"],
                "source_hash": row["evidence"],
                "source_api": row["reader"],
                "pmid": row["document"],
            }


def _folds(statement: NDArray[np.int64], papers: list[str], seed: int) -> NDArray[np.int64]:
    """Rows joined by a statement or a paper, through however many others, come into one fold."""
    neighbours: dict[object, list[object]] = defaultdict(list)
    for number, paper in zip(statement.tolist(), papers, strict=True):
        neighbours[number].append(paper)
        neighbours[paper].append(number)
    cluster: dict[object, int] = {}
    for start in neighbours:
        waiting = [] if start in cluster else [start]
        number = cluster.get(start, len(cluster))
        while waiting:
            each = waiting.pop()
            if each not in cluster:
                cluster[each] = number
                waiting.extend(neighbours[each])
    names = sorted(set(cluster.values()))
    drawn = dict(
        zip(np.random.default_rng(seed).permutation(names).tolist(), np.arange(len(names)) % FOLDS, strict=True)
    )
    return np.array([drawn[cluster[number]] for number in statement.tolist()])


def beliefs(
    counts: NDArray[np.int64], readers: Readers, curated: float, other: float, programs: Sequence[str] = PROGRAMS
) -> Floats:
    """The product's belief in each statement of which these are the counts; ``curated`` is people's probability."""
    row, column = np.nonzero(counts)
    times = counts[row, column]
    statement, column = np.repeat(row, times), np.repeat(column, times)
    reader = np.array([reader_of(name) for name in (*programs, CURATED)])[column]
    none = np.zeros(len(column), dtype=np.bool_)
    score = np.where(column == len(programs), curated, 1.0)
    number = np.arange(len(column))
    pieces = EvidenceArrays(statement, number, number, none, reader, weigh(score, reader, none, none, readers))
    return believe(pieces, len(counts), readers, other)


def auroc(right: NDArray[np.bool_], forecast: Floats) -> float:
    """The chance that what is right has the higher forecast than what is not; ties count half."""
    from scipy.stats import rankdata

    n_right = int(right.sum())
    ranks = rankdata(forecast)[right].sum() - n_right * (n_right + 1) / 2
    return float(ranks / (n_right * (len(right) - n_right)))


def bins(right: NDArray[np.bool_], forecast: Floats) -> list[tuple[float, float, int]]:
    """Mean forecast, share that is right, and number, of each of ``BINS`` bins of equal mass."""
    parts = np.array_split(np.argsort(forecast, kind="stable"), BINS)
    return [(float(forecast[part].mean()), float(right[part].mean()), len(part)) for part in parts]


def calibration_error(right: NDArray[np.bool_], forecast: Floats) -> float:
    """Expected calibration error: the mean over ``bins`` of how far the forecast is from the share, by number."""
    return sum(abs(mean - share) * n for mean, share, n in bins(right, forecast)) / len(right)


def expected_by_chance(forecast: Floats, draws: int = 200) -> float:
    """The calibration error that a perfect forecast of these values has, for there are not more rows."""
    generator = np.random.default_rng(0)
    return float(
        np.mean([calibration_error(generator.random(len(forecast)) < forecast, forecast) for _ in range(draws)])
    )


def measures(right: NDArray[np.bool_], forecast: Floats) -> dict[str, float]:
    """The three measures of a forecast, and the share that is right."""
    return {
        "n": len(right),
        "right": round(float(right.mean()), 3),
        "auroc": round(auroc(right, forecast), 3),
        "ece": round(calibration_error(right, forecast), 3),
        "ece_by_chance": round(expected_by_chance(forecast), 3),
        "brier": round(float(np.mean((right - forecast) ** 2)), 3),
    }
