"""Train what tells whether a sentence supports a statement, and write it as one file of arrays.

    python -m isthmus.extractors.training.verification --data ../shared/data --cache features.npz [--verdicts FILE]

Takes a minute of one core for the features and half of one for the rest. Chance plays a part only in which features a split
of a tree may use: seeds 1 to 3.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.session import FOLDER
from isthmus.extractors.models.verification import WEIGHTS, as_matrix, boosted, joined, linear, worded
from isthmus.extractors.training.judged_claims import Judged, read_judged
from isthmus.extractors.verification.features import claim_features
from isthmus.extractors.verification.grams import BUCKETS

CROSS_FITS = 5
Floats = NDArray[np.float64]
Grams = Sequence[NDArray[np.int32]]
Fitted = dict[str, NDArray[Any]]


def fit_linear(features: Floats, right: NDArray[np.bool_]) -> Fitted:
    """Logistic regression over standardised features."""
    mean = np.nan_to_num(np.nanmean(features, axis=0))
    scale = np.nan_to_num(np.nanstd(features, axis=0))
    scale[scale < 1e-9] = 1.0
    scaled = np.clip(np.nan_to_num((features - mean) / scale), -5, 5)
    model = LogisticRegression(C=0.01, max_iter=500).fit(scaled, right)
    return {"mean": mean, "scale": scale, "slope": model.coef_[0], "intercept": model.intercept_[0]}


def fit_trees(features: Floats, right: NDArray[np.bool_], seeds: Sequence[int]) -> Fitted:
    """Boosted trees, the mean of several runs that each see a random third of the features at a split."""
    models = [
        HistGradientBoostingClassifier(
            max_iter=160,
            learning_rate=0.04,
            max_leaf_nodes=10,
            min_samples_leaf=15,
            l2_regularization=5.0,
            max_features=0.3,
            early_stopping=False,
            random_state=seed,
        ).fit(features, right)
        for seed in seeds
    ]
    return as_arrays(models)


def as_arrays(models: Sequence[HistGradientBoostingClassifier]) -> Fitted:
    """All trees of all models in the arrays that ``boosted`` walks through, each model with its share of the sum."""
    columns: dict[str, list[NDArray[Any]]] = {
        name: [] for name in ("feature", "threshold", "left", "right", "nan_left", "value")
    }
    roots, at = [], 0
    for model in models:
        for (tree,) in model._predictors:
            nodes = tree.nodes
            inner = nodes["is_leaf"] == 0
            roots.append(at)
            columns["feature"].append(nodes["feature_idx"])
            columns["threshold"].append(nodes["num_threshold"])
            columns["left"].append(np.where(inner, nodes["left"] + at, 0))
            columns["right"].append(np.where(inner, nodes["right"] + at, 0))
            columns["nan_left"].append(nodes["missing_go_to_left"] == 1)
            columns["value"].append(np.where(inner, 0.0, nodes["value"]) / len(models))
            at += len(nodes)
    kinds = {"feature": np.int16, "left": np.int32, "right": np.int32, "nan_left": np.bool_}
    held: Fitted = {name: np.concatenate(parts).astype(kinds.get(name, np.float64)) for name, parts in columns.items()}
    baseline = float(np.mean([model._baseline_prediction for model in models]))
    return {**held, "root": np.array(roots, dtype=np.int32), "baseline": np.array(baseline)}


def fit_words(grams: Grams, right: NDArray[np.bool_]) -> Fitted:
    """Logistic regression over hashed words, each row of length 1."""
    counts = np.array([len(own) for own in grams])
    values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts)
    rows = csr_matrix((values, np.concatenate(grams), np.concatenate([[0], counts.cumsum()])), (len(grams), BUCKETS))
    model = LogisticRegression(C=3.0, solver="liblinear", random_state=1).fit(rows, right)
    return {"gram_slope": model.coef_[0].astype(np.float16), "gram_intercept": model.intercept_[0]}


@dataclass(frozen=True, slots=True)
class Taught:
    """What is known of rows: ``numbers`` of shape (n, n_names), ``grams`` of each, whether it is ``right``, its ``fold``."""

    numbers: Floats
    grams: Grams
    right: NDArray[np.bool_]
    fold: NDArray[np.int64]

    def of(self, rows: NDArray[np.bool_]) -> Taught:
        """Some of the rows."""
        grams = [own for own, chosen in zip(self.grams, rows, strict=True) if chosen]
        return Taught(self.numbers[rows], grams, self.right[rows], self.fold[rows])


def fit(rows: Taught) -> Fitted:
    """The three models over all rows, and how to join them, learned from their answers on folds that they had not seen."""
    views = np.zeros((len(rows.right), 3))
    for number in range(CROSS_FITS):
        out = rows.fold % CROSS_FITS == number
        views[out] = np.stack(answers(rows.of(out), fit_models(rows.of(~out), seeds=(1,))), axis=1)
    join = LogisticRegression(C=1.0).fit(views, rows.right)
    whole = fit_models(rows, seeds=(1, 2, 3))
    return whole | {"join": join.coef_[0], "join_bias": join.intercept_[0]}


def fit_models(rows: Taught, seeds: Sequence[int]) -> Fitted:
    """The arrays of the three models."""
    linear_part = fit_linear(rows.numbers, rows.right)
    return linear_part | fit_trees(rows.numbers, rows.right, seeds) | fit_words(rows.grams, rows.right)


def answers(rows: Taught, weights: Fitted) -> list[Floats]:
    """The log odds of each of the three models."""
    return [linear(rows.numbers, weights), boosted(rows.numbers, weights), worded(rows.grams, weights)]


def calibration_error(belief: Floats, right: NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error over bins of equal mass: mean of |mean belief - share right|, weighted by size."""
    order = np.argsort(belief, kind="stable")
    gaps = (abs(belief[part].mean() - right[part].mean()) * len(part) for part in np.array_split(order, bins))
    return float(sum(gaps) / len(belief))


def figures(belief: Floats, judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Area under the curve and calibration error, of all rows and of each corpus."""
    right = np.array([one.right for one in judged])
    parts = {"all": np.ones(len(judged), dtype=bool)}
    parts |= {name: np.array([one.corpus == name for one in judged]) for name in sorted({one.corpus for one in judged})}
    return {
        name: {
            "rows": int(rows.sum()),
            "auroc": round(float(roc_auc_score(right[rows], belief[rows])), 4),
            "ece": round(calibration_error(belief[rows], right[rows]), 4),
        }
        for name, rows in parts.items()
    }


def features_of(judged: Sequence[Judged], cache: Path | None) -> tuple[Taught, list[str]]:
    """What is known of all rows and the names of the numbers, from ``cache`` if it is there, written to it if not."""
    if cache is not None and cache.is_file():
        with np.load(cache) as held:
            numbers, names = held["features"], [str(name) for name in held["names"]]
            grams = np.split(held["grams"], held["counts"].cumsum()[:-1])
    else:
        rows = claim_features([one.claim for one in judged], Lexicon.open())
        names, grams = sorted(rows[0].numbers), [row.grams for row in rows]
        numbers = as_matrix([row.numbers for row in rows], names)
        if cache is not None:
            counts = np.array([len(own) for own in grams])
            np.savez_compressed(
                cache, features=numbers, names=np.array(names), grams=np.concatenate(grams), counts=counts
            )
    right, fold = (np.array([getattr(one, name) for one in judged]) for name in ("right", "fold"))
    return Taught(numbers, grams, right, fold), names


def main() -> None:
    """Fit on what is not held out, print the figures of what is, write the arrays."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--verdicts", type=Path, help="JSON lines of isthmus review export, to learn from as well")
    options.add_argument("--cache", type=Path, help="where the features are kept between runs of the same rows")
    options.add_argument("--out", type=Path, default=FOLDER / WEIGHTS)
    given = options.parse_args()
    judged = read_judged(given.data, given.verdicts)
    rows, names = features_of(judged, given.cache)
    held_out = np.array([one.held_out for one in judged])
    weights = fit(rows.of(~held_out)) | {"names": np.array(names)}
    np.savez_compressed(given.out, **weights)  # type: ignore[arg-type]  # an array may have any name
    belief = joined(answers(rows.of(held_out), weights), weights)
    print(json.dumps(figures(belief, [one for one in judged if one.held_out]), indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
