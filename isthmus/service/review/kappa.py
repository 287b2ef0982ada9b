"""Agreement beyond chance: Cohen's kappa of two reviewers, Fleiss' of more.

``kappa = (p_o - p_e) / (1 - p_e)``, where ``p_o`` is how often they agree and ``p_e`` how often they would if each gave
verdicts at random in the shares in which verdicts were given (Cohen 1960, doi:10.1177/001316446002000104: each reviewer's own
shares; Fleiss 1971, doi:10.1037/h0031619: those of all together). 1 is full agreement, 0 is what chance gives. Where all
verdicts are of one kind ``p_e`` is 1 and kappa is not defined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000  # of the bootstrap, at most
_MOST_NUMBERS = 10_000_000  # drawn in all
LEVEL = 0.95
_MOSTLY = 0.5  # of the draws that must have a kappa for there to be an interval
_ROUNDING = 1e-12

Floats = NDArray[np.float64]
Counts = NDArray[np.float64]
Draws = Callable[[Floats], Floats]  # shares of the items in each draw, to kappa in each


@dataclass(frozen=True, slots=True)
class Kappa:
    """``value`` in [-1, 1], None where it is not defined, and then ``reason`` says why.

    ``low`` and ``high`` hold 95 % of what other draws of such items would give (bootstrap over items, percentiles); None
    where the items do not tell: there is one, or all agree. ``agreed``, in [0, 1], is the share of agreement without
    regard to chance, ``items`` how many were compared.
    """

    value: float | None
    low: float | None
    high: float | None
    agreed: float | None
    items: int
    reason: str = ""


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> Kappa:
    """Cohen's kappa of two reviewers' verdicts on the same items, in the same order.

    >>> round(cohen_kappa(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"]).value, 3)
    0.5
    """
    kinds = {kind: number for number, kind in enumerate(sorted({*first, *second}))}
    pairs = np.zeros((len(first), len(kinds), len(kinds)))
    for item, (one, other) in enumerate(zip(first, second, strict=True)):
        pairs[item, kinds[one], kinds[other]] = 1.0
    if not len(first):
        return _undefined("no item was judged by both", 0, None)
    flat = pairs.reshape(len(first), -1)
    value, agreed = _cohen(flat.mean(axis=0)[None, :], len(kinds))
    return _kappa(value[0], agreed[0], len(first), lambda share: _cohen(share @ flat, len(kinds))[0])


def fleiss_kappa(counts: Counts) -> Kappa:
    """Fleiss' kappa.

    Args:
        counts: shape (n_items, n_kinds), how many reviewers gave each kind of verdict on each item. Items with fewer than
            two verdicts tell nothing and are left out. With a different number of reviewers an item (which Fleiss does
            not have) each item's agreement and each verdict count alike.
    """
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        return _undefined("no item was judged by two reviewers or more", 0, None)
    raters = counts.sum(axis=1)
    agreement = ((counts**2).sum(axis=1) - raters) / (raters * (raters - 1.0))
    value, agreed = _fleiss(np.full((1, len(counts)), 1.0 / len(counts)), counts, agreement)
    return _kappa(value[0], agreed[0], len(counts), lambda share: _fleiss(share, counts, agreement)[0])


def _cohen(shares: Floats, n_kinds: int) -> tuple[Floats, Floats]:
    """Kappa (NaN where not defined) and agreement of tables of shape (n_draws, n_kinds * n_kinds) that add up to 1."""
    tables = shares.reshape(len(shares), n_kinds, n_kinds)
    agreed = np.trace(tables, axis1=1, axis2=2)
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1)
    return _beyond(agreed, chance), agreed


def _fleiss(shares: Floats, counts: Counts, agreement: Floats) -> tuple[Floats, Floats]:
    """The same, for draws in which items have these shares: shape (n_draws, n_items)."""
    agreed = shares @ agreement
    verdicts = shares @ counts
    chance = ((verdicts / verdicts.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    return _beyond(agreed, chance), agreed


def _beyond(agreed: Floats, chance: Floats) -> Floats:
    left = 1.0 - chance
    return np.divide(agreed - chance, left, out=np.full_like(left, np.nan), where=left > _ROUNDING)


def _kappa(value: float, agreed: float, items: int, of_draws: Draws) -> Kappa:
    if np.isnan(value):
        return _undefined("all verdicts are of one kind: chance would agree as well", items, float(agreed))
    low, high = _interval(items, of_draws)
    return Kappa(float(value), low, high, float(agreed), items)


def _undefined(reason: str, items: int, agreed: float | None) -> Kappa:
    return Kappa(None, None, None, agreed, items, reason)


def _interval(items: int, of_draws: Draws) -> tuple[float | None, float | None]:
    if items < 2:
        return None, None
    generator = np.random.default_rng(0)
    draws = max(min(DRAWS, _MOST_NUMBERS // items), 200)
    values = of_draws(generator.multinomial(items, np.full(items, 1.0 / items), size=draws) / items)
    values = values[~np.isnan(values)]
    if len(values) < _MOSTLY * draws:
        return None, None
    low, high = np.quantile(values, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return (float(low), float(high)) if high > low else (None, None)
