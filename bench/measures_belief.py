"""Belief against judged sentences it was not fitted on: `python -m bench.measures_belief`.

Beside ours stand INDRA's own belief and the noisy-or that was here before (each sentence as right as its program's were in
the other folds, all independent). *Statements*: is one of its judged sentences right? *Sentences*: is this one? There ours
is belief times the chance that a sound statement's sentence says it. Prints one JSON document.
"""

from __future__ import annotations

import json

import numpy as np

from bench.data import shared_data
from bench.fit_belief import held_out_beliefs
from bench.judged_statements import FOLDS, PROGRAMS, Judged, bins, measures, read_judged
from isthmus.graph.belief import Floats

CURATED_ERROR = 0.05  # of a curated source, in the form before: nobody had measured it
SENTENCES = ((1, 1), (2, 3), (4, 9), (10, 29), (30, 10**9))


def noisy_or(judged: Judged) -> Floats:
    """The form before, with error rates from the other folds."""
    belief = np.zeros(len(judged.counts))
    for number in range(FOLDS):
        error = np.full(len(PROGRAMS) + 1, CURATED_ERROR)
        for program in range(len(PROGRAMS)):
            right = judged.right[(judged.reader == program) & (judged.fold != number)]
            error[program] = 1.0 - (right.sum() + 1) / (len(right) + 2)
        out = judged.statement_fold == number
        belief[out] = 1.0 - np.prod(error ** judged.counts[out], axis=1)
    return belief


def forecasts(judged: Judged) -> dict[str, tuple[Floats, Floats]]:
    """Of each form, the belief in each statement and the forecast of each judged sentence; ours is held out."""
    before = noisy_or(judged)
    return {
        "noisy_or": (before, before[judged.statement]),
        "indra": (judged.indra, judged.indra[judged.statement]),
        "ours": held_out_beliefs(judged),
    }


def by_sentences(judged: Judged, belief: Floats) -> list[dict[str, float | str]]:
    """Belief and truth of statements with so many sentences."""
    total = judged.counts.sum(axis=1)
    groups = [((least, most), (total >= least) & (total <= most)) for least, most in SENTENCES]
    return [
        {
            "sentences": f"{least}+" if most > 10**6 else f"{least}-{most}",
            "n": int(some.sum()),
            "believed": round(float(belief[some].mean()), 3),
            "right": round(float(judged.statement_right[some].mean()), 3),
        }
        for (least, most), some in groups
    ]


def main() -> None:
    """Measure and print."""
    judged = read_judged(shared_data())
    found = forecasts(judged)
    belief = found["ours"][0]
    sentences = {name: each for name, (_, each) in found.items()} | {"our_belief_alone": belief[judged.statement]}
    figures: dict[str, object] = {
        "statements": {name: measures(judged.statement_right, each) for name, (each, _) in found.items()},
        "sentences": {name: measures(judged.right, each) for name, each in sentences.items()},
        "by_number_of_sentences": by_sentences(judged, belief),
        "reliability": {
            name: [[round(mean, 3), round(share, 3), n] for mean, share, n in bins(judged.statement_right, each)]
            for name, (each, _) in found.items()
        },
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
