"""Judgements of single sentences: `python -m bench.measures_sentences [--part verify|clinical]`.

`verify`: does a sentence support a statement, on the held-out quarter of two judged corpora (by sentence and document):
area under the curve, calibration error over 15 bins of equal mass, and what a perfectly calibrated judge with the same
answers would have by chance alone; beside it how far the share of right statements of the same type gets one.
`clinical`: negated and historical findings of the held-out third of clinical sentences, beside the nearest-word rules
that NegEx began with. Both corpora are small: the figures of all rows, taught ones included, stand beside for what they
are.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from bench.data import shared_data
from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.verification import beliefs
from isthmus.extractors.text.clinical import standing
from isthmus.extractors.training.judged_claims import Judged, read_judged
from isthmus.graph.model import Standing

BINS = 15
PARTS_OF_SENTENCES = 3  # a third of the clinical sentences is held out
Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


def measure_verification(data: Path) -> dict[str, object]:
    """Figures of the held-out claims, all and by corpus."""
    judged = read_judged(data)
    held = [one for one in judged if one.held_out]
    belief = beliefs([one.claim for one in held], Lexicon.open())
    prior = type_share([one for one in judged if not one.held_out], held)
    parts = {"all": held} | {name: [one for one in held if one.corpus == name] for name in ("indra", "semmed")}
    return {
        name: {
            "rows": len(rows),
            "right": round(sum(one.right for one in rows) / len(rows), 3),
            "isthmus": _judged(belief[_places(held, rows)], rows),
            "share_of_type": _judged(prior[_places(held, rows)], rows),
        }
        for name, rows in parts.items()
    }


def type_share(taught: Sequence[Judged], asked: Sequence[Judged]) -> Floats:
    """The baseline: how often a statement of this type is right, with ten rows' worth of the mean."""
    mean = sum(one.right for one in taught) / len(taught)
    by_type: dict[str, list[bool]] = defaultdict(list)
    for one in taught:
        by_type[one.claim.type].append(one.right)
    shares = {name: (sum(rows) + 10 * mean) / (len(rows) + 10) for name, rows in by_type.items()}
    return np.array([shares.get(one.claim.type, mean) for one in asked])


def _places(all_rows: Sequence[Judged], rows: Sequence[Judged]) -> list[int]:
    wanted = {id(one) for one in rows}
    return [place for place, one in enumerate(all_rows) if id(one) in wanted]


def _judged(belief: Floats, rows: Sequence[Judged]) -> dict[str, float]:
    right = np.array([one.right for one in rows])
    return {
        "auroc": round(area_under_curve(belief, right), 4),
        "ece": round(calibration_error(belief, right), 4),
        "ece_of_a_perfect_judge": round(chance_error(belief), 4),
    }


def area_under_curve(belief: Floats, right: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """The chance that a right row has more belief than a wrong one; a tie counts half."""
    _, ranks, counts = np.unique(belief, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    positives = int(right.sum())
    above = middle[ranks][right].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(right) - positives)))


def calibration_error(belief: Floats, right: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """Expected calibration error over bins of equal mass: mean of |mean belief - share right|, weighted by size."""
    order = np.argsort(belief, kind="stable")
    gaps = (abs(belief[part].mean() - right[part].mean()) * len(part) for part in np.array_split(order, BINS))
    return float(sum(gaps) / len(belief))


def chance_error(belief: Floats, draws: int = 200) -> float:
    """The mean calibration error if every belief were exactly the chance of being right: what so few rows allow."""
    chance = np.random.default_rng(1)
    return float(np.mean([calibration_error(belief, chance.random(len(belief)) < belief) for _ in range(draws)]))


def measure_clinical(data: Path) -> dict[str, object]:
    """F1 of negated and of historical findings."""
    path = data / "corpora" / "clinical_assertion" / "train.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    held = [row for row in rows if _part(row["sentence"]) == 0]
    return {
        name: {
            "rows": len(some),
            "isthmus": _clinical_f1(some, standing),
            "nearest_word": _clinical_f1(some, nearest_word),
        }
        for name, some in (("held_out", held), ("all", rows))
    }


def _part(sentence: str) -> int:
    return int(hashlib.sha256(" ".join(sentence.lower().split()).encode()).hexdigest()[:8], 16) % PARTS_OF_SENTENCES


def nearest_word(sentence: str, start: int, end: int) -> Standing:
    """The baseline: a "no" within six words before the finding, a "history" or the like anywhere in the sentence."""
    before = " ".join(re.split(r"[.;:]\s", sentence[:start])[-1].split()[-6:])
    negated = re.search(r"\b(?:no|not|without|denie[sd]|negative|absence)\b", before, re.IGNORECASE) is not None
    past = re.search(r"\b(?:history|previous|prior|past|status post|s/p)\b", sentence, re.IGNORECASE) is not None
    return Standing(negated=negated, historical=past)


def _clinical_f1(rows: Sequence[dict[str, str]], judge: Callable[[str, int, int], Standing]) -> dict[str, float]:
    told = []
    for row in rows:
        start = place_of(row["sentence"], row["condition"])
        told.append(judge(row["sentence"], start, start + len(row["condition"])))
    return {
        "negated_f1": f1((one.negated, row["negation"] == "Negated") for one, row in zip(told, rows, strict=True)),
        "historical_f1": f1(
            (one.historical, row["temporality"] == "Historical") for one, row in zip(told, rows, strict=True)
        ),
    }


def place_of(sentence: str, condition: str) -> int:
    """Where the condition stands in capitals, else where it first stands."""
    found = sentence.find(condition.upper())
    return max(found if found >= 0 else sentence.lower().find(condition.lower()), 0)


def f1(pairs: Iterable[tuple[bool, bool]]) -> float:
    """F1 of (said, true) pairs."""
    rows = list(pairs)
    both = sum(said and true for said, true in rows)
    return round(2 * both / max(sum(said + true for said, true in rows), 1), 4)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--part", choices=["verify", "clinical"])
    given = options.parse_args()
    data = shared_data()
    figures: dict[str, object] = {}
    if given.part != "verify":
        figures["clinical"] = measure_clinical(data)
    if given.part != "clinical":
        figures["verify"] = measure_verification(data)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
