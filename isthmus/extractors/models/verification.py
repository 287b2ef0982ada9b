"""Whether a sentence supports a statement, as a calibrated probability.

A linear model and boosted trees over the numbers of ``extractors/verification`` and a linear model over its hashed words,
joined by a logistic regression that was fitted on answers for sentences that none of the three had seen
(``training/verification.py``). All of it is one small file of arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.session import FOLDER, MissingModel
from isthmus.extractors.verification.claim import Claim
from isthmus.extractors.verification.features import Known, claim_features

WEIGHTS = "verification.npz"
SUBJECT_MISSING, OBJECT_MISSING = "subject how NOT_FOUND", "object how NOT_FOUND"
# The most that a text gets which names neither side: readers hardly ever gave such rows to a curator, so none was learned.
UNNAMED = 0.05
# The most where the word that joins the two names is denied: that share of the training rows of the kind was right
# ("not only", "failed to reduce"). Plain denials are too few among them to be learned.
DENIED = 0.32
Arrays = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float64]


def beliefs(claims: Sequence[Claim], lexicon: Lexicon) -> Floats:
    """Shape (n_claims,): the probability that each text supports its statement, in (0, 1). Raises ``MissingModel``."""
    if not claims:
        return np.empty(0)
    return judge(claim_features(claims, lexicon), _weights())


def judge(known: Sequence[Known], weights: Arrays) -> Floats:
    """Probabilities, shape (n,), of what is known of each claim."""
    numbers = as_matrix([one.numbers for one in known], [str(name) for name in weights["names"]])
    grams = [one.grams for one in known]
    belief = joined([linear(numbers, weights), boosted(numbers, weights), worded(grams, weights)], weights)
    unnamed = np.array([one.numbers[SUBJECT_MISSING] and one.numbers[OBJECT_MISSING] for one in known], dtype=bool)
    denied = np.array([one.numbers["path negated"] >= 1 for one in known], dtype=bool)
    most = np.where(unnamed, UNNAMED, np.where(denied, DENIED, 1.0))
    capped: Floats = np.minimum(belief, most)
    return capped


def joined(log_odds: Sequence[Floats], weights: Arrays) -> Floats:
    """One probability, shape (n,), of the log odds of the three models, each of shape (n,)."""
    result: Floats = 1 / (1 + np.exp(-(np.stack(log_odds, axis=1) @ weights["join"] + weights["join_bias"])))
    return result


def as_matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    """Shape (n_rows, n_names)."""
    return np.array([[row[name] for name in names] for row in rows], dtype=np.float64).reshape(len(rows), len(names))


def worded(grams: Sequence[NDArray[np.int32]], weights: Arrays) -> Floats:
    """Log odds, shape (n,), by hashed words: the sum of their weights over the root of their number."""
    slope = weights["gram_slope"].astype(np.float64)
    sums = [slope[own].sum() / max(len(own), 1) ** 0.5 for own in grams]
    result: Floats = np.array(sums) + weights["gram_intercept"]
    return result


def linear(features: Floats, weights: Arrays) -> Floats:
    """Log odds, shape (n,), by the linear model; what is unknown counts as the mean."""
    scaled = (features - weights["mean"]) / weights["scale"]
    result: Floats = np.clip(np.nan_to_num(scaled), -5, 5) @ weights["slope"] + weights["intercept"]
    return result


def boosted(features: Floats, weights: Arrays) -> Floats:
    """Log odds, shape (n,), by the trees, whose nodes lie in arrays: ``left`` is 0 in a leaf, ``root`` is where each begins.

    At a node a row goes left where its feature is at most the threshold; where it is NaN, as ``nan_left`` says.
    """
    feature, threshold = weights["feature"], weights["threshold"]
    left, right, nan_left = weights["left"], weights["right"], weights["nan_left"]
    node = np.repeat(weights["root"][None, :], len(features), axis=0)
    rows = np.arange(len(features))[:, None]
    while (inner := left[node] > 0).any():
        value = features[rows, feature[node]]
        goes_left = np.where(np.isnan(value), nan_left[node], value <= threshold[node])
        node = np.where(inner, np.where(goes_left, left[node], right[node]), node)
    result: Floats = weights["value"][node].sum(axis=1) + weights["baseline"]
    return result


@lru_cache(maxsize=1)
def _weights() -> Arrays:
    path = FOLDER / WEIGHTS
    if not path.is_file():
        raise MissingModel(f"{path} is missing: install Isthmus anew from a complete checkout or wheel.")
    with np.load(path, allow_pickle=False) as held:
        return {name: held[name] for name in held.files}
