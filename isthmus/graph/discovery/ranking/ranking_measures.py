"""How well scores tell positives from negatives: AUROC, average precision, ranks, curves, intervals, entropy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

POINTS = 60  # of a curve that is drawn


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the 2.5th and 97.5th percentile of its bootstrap distribution."""

    value: float
    low: float
    high: float


def placements(positive: Floats, negative: Floats) -> Floats:
    """Shape (n_positives,): the share of negatives that each positive stands above, half where equal."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left") + np.searchsorted(ordered, positive, side="right")
    return below / (2.0 * len(ordered))


def auroc(positive: Floats, negative: Floats) -> float:
    """The chance that a positive scores above a negative, half where they are equal.

    >>> auroc(np.array([2.0, 1.0]), np.array([1.0, 0.0]))
    0.875
    """
    return float(placements(positive, negative).mean())


def auroc_interval(positive: Floats, negative: Floats, resamples: Places) -> Interval:
    """``auroc`` with the interval over ``resamples`` of the positives (rows), shape (n_resamples, n_positives)."""
    each = placements(positive, negative)
    return _interval(float(each.mean()), each[resamples].mean(axis=1))


def average_precision(positive: Floats, negative: Floats) -> float:
    """The mean precision at each positive, negatives of an equal score counted half before it.

    >>> average_precision(np.array([3.0, 1.0]), np.array([2.0]))
    0.8333333333333333
    """
    return float(_precisions(positive, negative, np.ones(len(positive)), np.ones(len(negative))).mean())


def average_precision_interval(positive: Floats, negative: Floats, owner: Places | None, resamples: Places) -> Interval:
    """``average_precision``; a positive that is drawn twice brings its negatives (``owner`` is their row) twice.

    Negatives without owners are those of all positives.
    """
    found = []
    for drawn in resamples:
        times = np.bincount(drawn, minlength=len(positive)).astype(np.float64)
        theirs = np.ones(len(negative)) if owner is None else times[owner]
        precision = _precisions(positive, negative, times, theirs)
        found.append(float((precision * times).sum() / times.sum()))
    return _interval(average_precision(positive, negative), np.array(found))


def _precisions(positive: Floats, negative: Floats, times: Floats, negative_times: Floats) -> Floats:
    """The precision at each positive, positives and negatives counted so many times; of equals half are before it."""
    own = _weight_from(positive, times, positive, equal=1.0)
    other = _weight_from(negative, negative_times, positive, equal=0.5)
    return own / np.maximum(own + other, 1e-300)


def _weight_from(values: Floats, weights: Floats, levels: Floats, *, equal: float) -> Floats:
    """The weight of the values above each level, and this share of that of the values equal to it."""
    order = np.argsort(values, kind="stable")
    total = np.concatenate(([0.0], np.cumsum(weights[order])))
    above = total[-1] - total[np.searchsorted(values[order], levels, side="right")]
    upto = total[-1] - total[np.searchsorted(values[order], levels, side="left")]
    return np.asarray(above + equal * (upto - above))


def own_ranks(positive: Floats, negative: Floats, owner: Places | None) -> Floats:
    """Shape (n_positives,): the rank of each positive, from 1, among the negatives drawn for it; ties at their middle."""
    if owner is None:
        return 1.0 + len(negative) * (1.0 - placements(positive, negative))
    above = (negative > positive[owner]).astype(np.float64) + 0.5 * (negative == positive[owner])
    return 1.0 + np.bincount(owner, weights=above, minlength=len(positive)).astype(np.float64)


def roc_curve(positive: Floats, negative: Floats) -> tuple[tuple[float, float], ...]:
    """At most ``POINTS`` points (false-positive rate, true-positive rate), from (0, 0) to (1, 1)."""
    levels = np.quantile(np.concatenate((positive, negative)), np.linspace(1.0, 0.0, POINTS - 1))
    points = [(0.0, 0.0)] + [(float((negative >= at).mean()), float((positive >= at).mean())) for at in levels]
    return tuple(dict.fromkeys(points))


def precision_recall_curve(positive: Floats, negative: Floats) -> tuple[tuple[float, float], ...]:
    """At most ``POINTS`` points (recall, precision), by recall."""
    levels = np.quantile(positive, np.linspace(1.0, 0.0, POINTS))
    hits = [(int((positive >= at).sum()), int((negative >= at).sum())) for at in levels]
    return tuple(dict.fromkeys((found / len(positive), found / (found + false)) for found, false in hits))


def normalised_entropy(counts: Floats) -> float:
    """Entropy of how often each was chosen over that of all as often, in [0, 1]; 0 where one takes all or nothing is.

    >>> normalised_entropy(np.array([1.0, 1.0])), normalised_entropy(np.array([2.0, 0.0]))
    (1.0, 0.0)
    """
    total = counts.sum()
    if len(counts) < 2 or total == 0:
        return 0.0
    share = counts[counts > 0] / total
    return max(float(-(share * np.log(share)).sum() / np.log(len(counts))), 0.0)


def _interval(value: float, drawn: Floats) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5]) if len(drawn) else (value, value)
    return Interval(value, float(low), float(high))
