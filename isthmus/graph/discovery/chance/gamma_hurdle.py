"""How degree-weighted path counts are distributed under a null, as a function of the degrees at the two ends.

Himmelstein et al. (2023, doi:10.1093/gigascience/giad047) fit a gamma-hurdle, P(X >= x) = λ * Q(α, β x), to the
permuted counts of each pair of degrees apart. Here its parameters are smooth functions of u = log d_source and
v = log d_target, so that a few copies and a few hundred nodes are enough for all degrees. With Y = X * (d_source *
d_target) ** damping, in which the damping of the two ends is undone,

    P(Y > 0) = λ = 1 - exp(-Λ),  log Λ            = u + v + β · (1, u, v, uv, u², v²)
    E[Y] = λ m,                  log λ m          = u + v + γ · (1, u, v, uv, u², v²)
    Var[Y | Y > 0] = (c m)²,     log c²           = -h + δ · (1, u, v, uv, u², v², h),  h = log(1 + Λ)

Λ is what the number of paths would be if it was a Poisson number, d_source * d_target how it grows as long as nothing
saturates, and h how the spread of a sum of so many equal parts would go. Coefficients are fitted by Newton's method
under a normal prior around 0. That the tail beyond zero is not a gamma is put right last: the survival of Q among the
null counts themselves, for few and for many expected paths apart, is tabled, and continued beyond the largest by a
generalised Pareto tail, which never is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

Terms = Callable[[Floats], tuple[Floats, Floats, Floats]]

_STEPS = 30
_PRIOR = np.array([10.0, 0.5, 0.5, 0.1, 0.1, 0.1])  # standard deviations of the coefficients
_SPREAD_PRIOR = np.array([10.0, 0.3, 0.3, 0.1, 0.05, 0.05, 0.5])
_PARTS = 4  # of the null counts, by the number of paths expected
_FEWEST = 150  # null counts that a part needs for a table of its own
_SURVIVAL = np.array(
    [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.004, 0]
)
_TAIL = 0.02  # of the null counts, those by which the tail beyond all of them is judged
_SHAPE = 0.2  # how that tail bends away from an exponential's, as it does where a few hubs make many of the paths
_FEWEST_TAIL = 10
_LEAST = 1e-300


@dataclass(frozen=True, eq=False, slots=True)
class Samples:
    """Null counts of several metapaths, in cells of pairs of nodes with nearly the same two degrees.

    ``trials`` and ``joined`` (how many of them have Y > 0), and the mean logarithms ``source_logs`` and ``target_logs``
    of the degrees, are of shape (n_metapaths, n_cells); cells that a metapath does not have have no trials. The counts
    above zero are ``values``, with ``rows`` (the metapath, ascending), ``cells`` and the logarithms of their own
    degrees, all of shape (n_values,).
    """

    trials: Floats
    joined: Floats
    source_logs: Floats
    target_logs: Floats
    rows: Places
    cells: Places
    u: Floats
    v: Floats
    values: Floats


@dataclass(frozen=True, eq=False, slots=True)
class GammaHurdle:
    """The fitted distributions of several metapaths.

    ``joined`` and ``mean``, shape (n, 6), and ``spread``, (n, 7), are the coefficients β, γ and δ. ``expected``, shape
    (n, parts), is the log Λ that each part stands for; ``reaching`` and ``beyond``, (n, parts, n_knots), tell how likely
    -log Q is at least, and more than, one of the ``knots``, as logarithms, and ``decay``, (n, parts), the rate at
    which that goes on after the last.
    """

    joined: Floats
    mean: Floats
    spread: Floats
    expected: Floats
    knots: Floats
    reaching: Floats
    beyond: Floats
    decay: Floats

    def __len__(self) -> int:
        """How many metapaths there are."""
        return len(self.joined)

    def take(self, rows: Places) -> Self:
        """The distributions of some of the metapaths."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def joining(cls, parts: list[Self]) -> Self:
        """One after the other."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))

    def joined_probability(self, rows: Places, u: Floats, v: Floats) -> Floats:
        """λ, in (0, 1], of the metapath in each row for the logarithms of the two degrees, all of shape (n,)."""
        probability: Floats = -np.expm1(-np.exp(_log_hazard(self.joined[rows], u, v)))
        return probability

    def conditional_mean(self, rows: Places, u: Floats, v: Floats) -> Floats:
        """E[Y | Y > 0], in the same way."""
        return np.exp(_log_mean(self.mean[rows], u, v, _log_hazard(self.joined[rows], u, v)))

    def tail(self, rows: Places, u: Floats, v: Floats, values: Floats, *, more: bool = False) -> Floats:
        """P(Y >= value), or with ``more`` P(Y > value), in (0, 1], for values above zero; all of shape (n,)."""
        hazard = _log_hazard(self.joined[rows], u, v)
        excess = _excess(self.mean[rows], self.spread[rows], u, v, hazard, values)
        expected = self.expected[rows]
        upper = np.clip((expected < hazard[:, None]).sum(axis=1), 1, expected.shape[1] - 1)
        each = np.arange(len(rows))
        low, high = expected[each, upper - 1], expected[each, upper]
        share = np.clip((hazard - low) / np.maximum(high - low, 1e-9), 0.0, 1.0)
        logs = (1.0 - share) * self._log_survival(rows, upper - 1, excess, more)
        logs += share * self._log_survival(rows, upper, excess, more)
        probability: Floats = -np.expm1(-np.exp(hazard)) * np.exp(logs)
        return np.clip(probability, _LEAST, 1.0)

    def _log_survival(self, rows: Places, part: Places, excess: Floats, more: bool) -> Floats:
        """Linear between the knots; values that many null counts have are knots, at which it falls at once."""
        knots, reaching, beyond = self.knots[rows, part], self.reaching[rows, part], self.beyond[rows, part]
        each, last = np.arange(len(rows)), knots.shape[1] - 1
        right = (knots < excess[:, None]).sum(axis=1)
        left = np.maximum(right - 1, 0)
        start = np.where(right == 0, 0.0, beyond[each, left])
        low = np.where(right == 0, 0.0, knots[each, left])
        after, right = right > last, np.minimum(right, last)
        width = knots[each, right] - low
        share = np.where(width > 0.0, (excess - low) / np.where(width > 0.0, width, 1.0), 1.0)
        logs = start + share * (reaching[each, right] - start)
        if more:
            logs = np.where(knots[each, right] == excess, beyond[each, right], logs)
        further = np.log1p(_SHAPE * np.maximum(excess - knots[:, -1], 0.0) * self.decay[rows, part]) / _SHAPE
        result: Floats = np.where(after, beyond[:, -1] - further, logs)
        return result


def fit_gamma_hurdle(samples: Samples) -> GammaHurdle:
    """The distribution of each metapath, from its null counts; one without any has λ alone, and a tail of 1."""
    joined = _fit_joined(samples)
    hazard = _log_hazard(joined, samples.source_logs, samples.target_logs)
    own_hazard = _log_hazard(joined[samples.rows], samples.u, samples.v)
    mean = _fit_mean(samples, hazard)
    fitted = np.exp(_log_mean(mean[samples.rows], samples.u, samples.v, own_hazard))
    spread = _fit_spread(samples, hazard, _cell_sums(samples, (samples.values / fitted - 1.0) ** 2))
    excess = _excess(mean[samples.rows], spread[samples.rows], samples.u, samples.v, own_hazard, samples.values)
    return GammaHurdle(joined, mean, spread, *_tables(samples, own_hazard, excess))


def _features(u: Floats, v: Floats, *more: Floats) -> Floats:
    return np.stack((np.ones_like(u), u, v, u * v, u * u, v * v, *more), axis=-1)


def _log_hazard(coefficients: Floats, u: Floats, v: Floats) -> Floats:
    """The logarithm of Λ; coefficients of shape (n, 6), and degrees of shape (n,) or (n, n_cells)."""
    return np.clip(u + v + _linear(coefficients, _features(u, v)), -60.0, 30.0)


def _log_mean(coefficients: Floats, u: Floats, v: Floats, hazard: Floats) -> Floats:
    """The logarithm of E[Y | Y > 0]."""
    log_mean: Floats = u + v + _linear(coefficients, _features(u, v)) - np.log(-np.expm1(-np.exp(hazard)))
    return log_mean


def _linear(coefficients: Floats, features: Floats) -> Floats:
    each = coefficients if features.ndim == coefficients.ndim else coefficients[:, None, :]
    product: Floats = np.einsum("...f,...f->...", features, each)
    return product


def _excess(mean: Floats, spread: Floats, u: Floats, v: Floats, hazard: Floats, values: Floats) -> Floats:
    """-log Q(α, α y / m): how far out a value is, 0 or more. Rounded, so that equal values stay equal."""
    h = np.logaddexp(0.0, hazard)
    log_square = -h + _linear(spread, _features(u, v, h))
    shape = np.exp(-np.clip(log_square, -14.0, 4.0))
    beyond = gammaincc(shape, shape * values / np.exp(_log_mean(mean, u, v, hazard)))
    excess: Floats = np.round(-np.log(np.maximum(beyond, _LEAST)), 7) + 0.0
    return excess


def _cell_sums(samples: Samples, values: Floats) -> Floats:
    """Shape (n_metapaths, n_cells): the sum of what the values of each cell have."""
    shape = samples.trials.shape
    sums = np.bincount(samples.rows * shape[1] + samples.cells, weights=values, minlength=shape[0] * shape[1])
    return sums.reshape(shape).astype(np.float64)


def _fit_joined(samples: Samples) -> Floats:
    """Binomial regression with a complementary log-log link."""
    offset = samples.source_logs + samples.target_logs
    # Half a pair more than were joined, so that what never happened is not impossible.
    chance = samples.trials * np.exp(offset)
    joined = samples.joined + 0.5 * chance / np.maximum(chance.sum(axis=1, keepdims=True), 1e-300)
    joined = np.minimum(joined, samples.trials)

    def terms(linear: Floats) -> tuple[Floats, Floats, Floats]:
        hazard = np.exp(np.clip(offset + linear, -60.0, 30.0))
        probability = -np.expm1(-hazard)
        likelihood = joined * np.log(probability) - (samples.trials - joined) * hazard
        slope = (joined - samples.trials * probability) * hazard / probability
        return likelihood, slope, samples.trials * hazard**2 * np.exp(-hazard) / probability

    # The cells' own log Λ beyond the offset, weighed by how much each tells.
    share = (joined + 0.05) / np.maximum(samples.trials + 0.1, 0.1)
    weight = samples.trials * share * (1.0 - share) + 1e-9
    start = (weight * (np.log(-np.log1p(-share)) - offset)).sum(axis=1) / weight.sum(axis=1)
    return _most_likely(_features(samples.source_logs, samples.target_logs), start, _PRIOR, terms)


def _fit_mean(samples: Samples, hazard: Floats) -> Floats:
    """Regression of E[Y] with a logarithmic link; a cell tells as much as joined pairs are expected in it."""
    # Within a cell degrees differ a little: what is averaged is the ratio to what each value's own degrees lead one to.
    ratios = _cell_sums(samples, samples.values / np.exp(samples.u + samples.v)) / np.maximum(samples.trials, 1.0)
    weight = samples.trials * -np.expm1(-np.exp(hazard))
    total = (weight * ratios).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
    start = np.log(np.where(total > 0.0, total, 1.0))
    weight[total <= 0.0] = 0.0
    features = _features(samples.source_logs, samples.target_logs)
    return _most_likely(features, start, _PRIOR, _gamma_terms(ratios, weight))


def _fit_spread(samples: Samples, hazard: Floats, squares: Floats) -> Floats:
    """Gamma regression of the squared deviations with a logarithmic link."""
    h = np.logaddexp(0.0, hazard)
    weight = samples.joined
    ratios = np.maximum(squares / np.maximum(weight, 1.0), 1e-8) * np.exp(h)
    start = (weight * np.log(ratios)).sum(axis=1) / np.maximum(weight.sum(axis=1), 1.0)
    features = _features(samples.source_logs, samples.target_logs, h)
    return _most_likely(features, np.clip(start, -12.0, 4.0), _SPREAD_PRIOR, _gamma_terms(ratios, weight))


def _gamma_terms(response: Floats, weight: Floats) -> Terms:
    def terms(linear: Floats) -> tuple[Floats, Floats, Floats]:
        ratio = response * np.exp(-np.clip(linear, -60.0, 60.0))
        return -weight * (linear + ratio), weight * (ratio - 1.0), weight * ratio

    return terms


def _most_likely(features: Floats, start: Floats, prior: Floats, terms: Terms) -> Floats:
    """Coefficients with the highest likelihood under a normal prior around 0, by damped Newton steps.

    ``terms`` gives, for the linear part in each cell, the logarithm of the likelihood, its derivative, and minus its
    (expected) second derivative. ``start`` is where the first coefficient, a constant's, sets out.
    """
    coefficients = np.zeros((len(features), features.shape[-1]))
    coefficients[:, 0] = start
    damping = np.full(len(features), 1e-3)
    likelihood, slope, weight = terms(_linear(coefficients, features))
    best = likelihood.sum(axis=1) - 0.5 * ((coefficients / prior) ** 2).sum(axis=1)
    for _ in range(_STEPS):
        gradient = np.einsum("mcf,mc->mf", features, slope) - coefficients / prior**2
        information = np.matmul(features.transpose(0, 2, 1), features * weight[..., None]) + np.diag(prior**-2)
        diagonal = np.einsum("mff->mf", information)
        diagonal *= 1.0 + damping[:, None]
        tried = coefficients + np.linalg.solve(information, gradient[..., None])[..., 0]
        new_likelihood, new_slope, new_weight = terms(_linear(tried, features))
        value = new_likelihood.sum(axis=1) - 0.5 * ((tried / prior) ** 2).sum(axis=1)
        better = value > best
        gain = np.where(better, value - best, 0.0).max(initial=0.0)
        coefficients[better], best[better] = tried[better], value[better]
        slope[better], weight[better] = new_slope[better], new_weight[better]
        damping = np.where(better, damping / 5.0, np.minimum(damping * 10.0, 1e6))
        if gain < 1e-3:
            break
    return coefficients


def _tables(samples: Samples, hazard: Floats, excess: Floats) -> tuple[Floats, ...]:
    """``expected``, ``knots``, ``reaching``, ``beyond`` and ``decay`` of ``GammaHurdle``."""
    n = len(samples.trials)
    expected = np.tile(np.arange(_PARTS, dtype=np.float64), (n, 1))
    tables = np.zeros((3, n, _PARTS, len(_SURVIVAL)))
    decay = np.ones((n, _PARTS))
    bounds = np.searchsorted(samples.rows, np.arange(n + 1))
    for row in np.flatnonzero(np.diff(bounds)).tolist():
        mine = slice(bounds[row], bounds[row + 1])
        order = np.argsort(hazard[mine])
        parts = min(_PARTS, max(1, len(order) // _FEWEST))
        for number, chosen in enumerate(np.array_split(order, parts)):
            expected[row, number:] = hazard[mine][chosen].mean() + np.arange(_PARTS - number)
            table, decay[row, number:] = _table(excess[mine][chosen])
            tables[:, row, number:] = table[:, None, :]
    return expected, *tables, decay


def _table(excess: Floats) -> tuple[Floats, float]:
    """Knots, the logarithms of the shares of values that reach and that exceed each, and the rate of the tail."""
    ascending = np.sort(excess)
    n = len(ascending)
    rank = np.clip(n - np.round(_SURVIVAL * n).astype(np.intp), 0, n - 1)
    knots = ascending[rank]
    reaching = n - np.searchsorted(ascending, knots, side="left")
    exceeding = n - np.searchsorted(ascending, knots, side="right")
    over = ascending[max(0, n - 1 - max(int(_TAIL * n), _FEWEST_TAIL)) :]
    over = over[over > over[0]] - over[0]
    # A gamma's own tail has rate 1; so many exceedances of it are added, that a handful of counts does not decide.
    rate = (len(over) + 5.0) / (over.sum() + 5.0)
    # Half a count more than there are: none of them is impossible, and all of them are all.
    shares = np.log((np.stack((reaching, exceeding)) + 0.5) / (n + 0.5))
    return np.vstack((knots, shares)), float(np.clip(rate, 0.1, 1.0))
