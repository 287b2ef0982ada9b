"""Error rates of readers and the weight of a second one, from judged sentences: `python -m bench.fit_belief`.

With ``--verdicts FILE`` the rows of ``isthmus review export FILE`` teach as well, and the readers that they judge are fitted too.

INDRA's likelihood (Gyori et al. 2017; Bachman et al. 2023, doi:10.15252/msb.202211325): a statement is sound with the
belief that its evidence gives; of a sound one each judged sentence says it but for its reader's chance error, of an
unsound one none does. Belief is the product's own function. Weak priors hold what few rows speak of: Gaussians over log
odds, named below. Prints the parameters as JSON; those of ``isthmus/graph/belief.py`` are these, rounded.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from bench.data import shared_data
from bench.judged_statements import FOLDS, PROGRAMS, Judged, beliefs, read_judged
from isthmus.graph.belief import READERS, Floats, Reader, Readers

START = dict(zip(PROGRAMS, (0.5, 0.55, 0.15, 0.1, 0.5, 0.5), strict=True))  # errors of the programs
START_REST = (0.05, 0.5, 0.8)  # error of people, other reader, share
ISI_ERROR = 0.4  # likely beforehand: its rows are few
LEAST_DOUBT = 0.01  # the error of a reader whose figure says that it has none

STEP = 1e-4  # of the optimiser, in log odds: belief is rounded, and smaller steps would see that


@dataclass(frozen=True)
class Fitted:
    """``errors`` of one sentence by each of the ``programs``; ``curated`` that of people; the two weights of dependence."""

    programs: tuple[str, ...]
    errors: tuple[float, ...]
    curated: float
    other_reader: float
    systematic: float

    @classmethod
    def of(cls, programs: tuple[str, ...], log_odds: Floats) -> Fitted:
        """From what the optimiser moves."""
        *errors, curated, other, systematic = expit(log_odds).tolist()
        return cls(programs, tuple(errors), curated, other, systematic)

    @property
    def readers(self) -> Readers:
        """The product's readers with these rates."""
        rates = dict(zip(self.programs, self.errors, strict=True))
        return [
            Reader(each.name, 1.0 - rates[each.name], self.systematic) if each.name in rates else each
            for each in READERS
        ]

    def believe(self, counts: NDArray[np.int64]) -> Floats:
        """Belief in statements with so many sentences of each reader."""
        return beliefs(counts, self.readers, 1.0 - self.curated, self.other_reader, self.programs)

    @property
    def sentence_right(self) -> Floats:
        """Of each program, the chance that one sentence of a sound statement says it."""
        error = np.array(self.errors)
        return (1.0 - error) / (1.0 - self.systematic * error)


def fit(judged: Judged, held_out: int | None = None) -> Fitted:
    """The likeliest parameters, without the rows of one fold."""
    used = judged.statement_fold != (-1 if held_out is None else held_out)
    rows = used[judged.statement]
    statement, reader, right = judged.statement[rows], judged.reader[rows], judged.right[rows]
    some_right = np.zeros(len(used), dtype=np.bool_)
    np.logical_or.at(some_right, statement, right)

    start = logit([*(START.get(name, known_error(name)) for name in judged.programs), *START_REST])

    def loss(log_odds: Floats) -> float:
        fitted = Fitted.of(judged.programs, log_odds)
        sound = fitted.believe(judged.counts[used])
        says = np.clip(fitted.sentence_right[reader], 1e-6, 1.0 - 1e-6)
        logs = np.zeros(len(used))
        np.add.at(logs, statement, np.log(np.where(right, says, 1.0 - says)))
        likelihood = sound * np.exp(logs[used]) + (1.0 - sound) * ~some_right[used]
        return -float(np.log(np.maximum(likelihood, 1e-12)).sum()) + _doubt(judged.programs, log_odds)

    return Fitted.of(judged.programs, minimize(loss, start, method="L-BFGS-B", options={"eps": STEP}).x)


def known_error(reader: str) -> float:
    """The error of one sentence by a reader, as the product has it now."""
    return max(LEAST_DOUBT, 1.0 - next(each.surest for each in READERS if each.name == reader))


def _doubt(programs: Sequence[str], log_odds: Floats) -> float:
    """How far from what is likely beforehand: isi has 7 rows, people's own errors none, a verdict's reader a few."""
    curated, other, systematic = log_odds[len(programs) :]
    likely = {name: known_error(name) for name in programs if name not in START} | {"isi": ISI_ERROR}
    away = sum(((log_odds[programs.index(name)] - logit(error)) / 0.7) ** 2 for name, error in likely.items())
    return 0.5 * float(
        away + ((curated - logit(0.05)) / 0.5) ** 2 + (other / 2.0) ** 2 + ((systematic - logit(0.8)) / 1.0) ** 2
    )


def held_out_beliefs(judged: Judged) -> tuple[Floats, Floats]:
    """Belief in each statement, and the chance that each judged sentence says its own, by a fit that saw neither."""
    of_statement = np.zeros(len(judged.counts))
    of_sentence = np.zeros(len(judged.statement))
    for number in range(FOLDS):
        fitted = fit(judged, number)
        out = judged.statement_fold == number
        of_statement[out] = fitted.believe(judged.counts[out])
        rows = judged.fold == number
        of_sentence[rows] = of_statement[judged.statement[rows]] * fitted.sentence_right[judged.reader[rows]]
    return of_statement, of_sentence


def main() -> None:
    """Fit on all rows and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--verdicts", type=Path, help="JSON lines of isthmus review export")
    fitted = fit(read_judged(shared_data(), verdicts=options.parse_args().verdicts))
    print(
        json.dumps(
            {
                "error": {name: round(each, 3) for name, each in zip(fitted.programs, fitted.errors, strict=True)},
                "error_of_curated_sources": round(fitted.curated, 3),
                "SYSTEMATIC": round(fitted.systematic, 3),
                "OTHER_READER": round(fitted.other_reader, 3),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
