"""How well somebody tells what the graph holds from decoys that chance made."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000  # of the bootstrap
_Z = NormalDist().inv_cdf(0.975)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ToldApart:
    """How well the real ones were told from the decoys.

    ``auroc``, in [0, 1], is the chance that a real one was thought likelier than a decoy (half where equal), with a 95 %
    interval by bootstrap over both sorts; the interval is None where it cannot be told (one item of a sort, or no overlap).
    ``accuracy`` is the share of right answers, an undecided one counted half, with Wilson's interval (1927,
    doi:10.1080/01621459.1927.10502953). ``d_prime = z(hits) - z(false alarms)`` with half an answer added to each side
    (Hautus 1995, doi:10.3758/BF03203619), so that it is finite: 0 is guessing.
    """

    real: int
    decoys: int
    auroc: float
    auroc_low: float | None
    auroc_high: float | None
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    d_prime: float


def told_apart(likely: Floats, decoy: NDArray[np.bool_], threshold: float) -> ToldApart | None:
    """The measures of one reviewer, or None where only one sort was answered.

    Args:
        likely: shape (n,), how likely each item was thought to be real, on any scale.
        decoy: shape (n,), whether it is one.
        threshold: above it an item was called real, below it a decoy; at it, neither.
    """
    real, false = likely[~decoy], likely[decoy]
    if not len(real) or not len(false):
        return None
    above = (real[:, None] > false).astype(np.float64) + 0.5 * (real[:, None] == false)
    low, high = _interval(above)
    hits, alarms = _called_real(real, threshold), _called_real(false, threshold)
    right = hits + len(false) - alarms
    accuracy_low, accuracy_high = wilson(right, len(likely))
    normal = NormalDist()
    return ToldApart(
        real=len(real),
        decoys=len(false),
        auroc=float(above.mean()),
        auroc_low=low,
        auroc_high=high,
        accuracy=right / len(likely),
        accuracy_low=accuracy_low,
        accuracy_high=accuracy_high,
        d_prime=normal.inv_cdf((hits + 0.5) / (len(real) + 1)) - normal.inv_cdf((alarms + 0.5) / (len(false) + 1)),
    )


def wilson(right: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of ``n``.

    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    """
    share = right / n
    middle = share + _Z**2 / (2 * n)
    width = _Z * float(np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n)))
    scale = 1 + _Z**2 / n
    return max((middle - width) / scale, 0.0), min((middle + width) / scale, 1.0)


def _called_real(likely: Floats, threshold: float) -> float:
    return float(np.count_nonzero(likely > threshold)) + 0.5 * float(np.count_nonzero(likely == threshold))


def _interval(above: Floats) -> tuple[float | None, float | None]:
    n_real, n_false = above.shape
    if min(n_real, n_false) < 2:
        return None, None
    generator = np.random.default_rng(0)
    real = generator.multinomial(n_real, np.full(n_real, 1.0 / n_real), size=DRAWS)
    false = generator.multinomial(n_false, np.full(n_false, 1.0 / n_false), size=DRAWS)
    drawn = ((real @ above) * false).sum(axis=1) / (n_real * n_false)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return (float(low), float(high)) if high > low else (None, None)
