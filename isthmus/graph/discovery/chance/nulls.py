"""Nulls: how large a degree-weighted path count is by chance, given the degrees of the two ends.

Chance is a graph rewired with every degree kept in every layer (``rewire``). Counts between nodes chosen evenly over
degrees, in a few such copies, give each metapath a distribution with few parameters (``gamma_hurdle``), and that gives
every pair a p-value: the probability that a rewired graph joins two nodes of these degrees, within the layer of the
first hop and within that of the last, by as large a count or a larger one.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Self, cast
from zipfile import BadZipFile

import numpy as np
from numpy.typing import ArrayLike, NDArray

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.discovery.chance.gamma_hurdle import GammaHurdle, fit_gamma_hurdle
from isthmus.graph.discovery.chance.null_counts import CountsBetween, canonical, choose_ends
from isthmus.graph.discovery.chance.null_samples import no_samples, sample_counts
from isthmus.graph.discovery.chance.rewire import rewirings
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.dwpc import DAMPING
from isthmus.graph.discovery.walks.metapaths import Hop, Metapath, enumerate_metapaths
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.steps import checkpoint, step

COPIES = 12
ENDS = 48  # nodes chosen for each hop
_TOGETHER = 400  # metapaths fitted together: bounds the memory that their null counts take
_FORMAT = 1
_FITTING = "fitting null models, in metapaths"

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


class NoNull(UsageError):
    """A metapath whose null was not fitted."""


class UnreadableNulls(IsthmusError):
    """A file that does not hold nulls, or those of another version."""


@dataclass(frozen=True, eq=False)
class Nulls:
    """The null of each of some metapaths; that of a metapath is that of its reverse too.

    ``metapaths`` are in the form of ``canonical``, the rows of ``fitted``. ``layers``, one for each, are a hash of the
    layers that the metapath walks and of the settings: a null holds as long as it does not change.
    """

    metapaths: tuple[Metapath, ...]
    fitted: GammaHurdle
    layers: tuple[str, ...]
    damping: float

    @cached_property
    def _rows(self) -> Mapping[tuple[Hop, ...], tuple[int, bool]]:
        """The row of each metapath and of its reverse, and whether it is the reverse."""
        rows = {metapath.reversed.hops: (row, True) for row, metapath in enumerate(self.metapaths)}
        return rows | {metapath.hops: (row, False) for row, metapath in enumerate(self.metapaths)}

    def __contains__(self, metapath: Metapath) -> bool:
        """Whether it is known."""
        return metapath.hops in self._rows

    def p_values(
        self,
        metapath: Metapath,
        source_degrees: ArrayLike,
        target_degrees: ArrayLike,
        counts: ArrayLike,
        *,
        more: bool = False,
    ) -> Floats:
        """The p-value of each degree-weighted path count of a metapath.

        Args:
            metapath: in either direction.
            source_degrees: of the node that it starts from, in the layer of its first hop; any shape.
            target_degrees: of the node where it ends, in the layer of its last hop; broadcast with the others.
            counts: degree-weighted path counts with the damping of these nulls.
            more: whether only chance that gives more than the count is meant, not also as much; the two differ where
                many pairs have the same count, as those without a path do.

        Returns:
            The common shape, in (0, 1]; 1 where the count is 0, or with ``more`` how likely there is a path.

        Raises:
            NoNull: for a metapath that was not fitted.
        """
        return self.p_values_of([metapath], *np.broadcast_arrays(source_degrees, target_degrees, counts), more=more)

    def p_values_of(
        self,
        metapaths: Sequence[Metapath],
        source_degrees: ArrayLike,
        target_degrees: ArrayLike,
        counts: ArrayLike,
        *,
        more: bool = False,
    ) -> Floats:
        """The same for one count of each of many metapaths (or for many of one), in one go.

        ``metapaths`` runs along the first axis of the others, which have a common shape.
        """
        shape = np.shape(counts)
        rows, u, v = self._located(metapaths, source_degrees, target_degrees)
        values = np.broadcast_to(np.asarray(counts, dtype=np.float64), shape).ravel()
        p = self.fitted.joined_probability(rows, u, v) if more else np.ones(len(values))
        some = np.flatnonzero(values > 0.0)
        undamped = values[some] * np.exp(self.damping * (u[some] + v[some]))
        p[some] = self.fitted.tail(rows[some], u[some], v[some], undamped, more=more)
        return p.reshape(shape)

    def joined_probability(self, metapath: Metapath, source_degrees: ArrayLike, target_degrees: ArrayLike) -> Floats:
        """How likely chance joins nodes of these degrees by the metapath at all, in (0, 1]."""
        source, target = np.broadcast_arrays(source_degrees, target_degrees)
        rows, u, v = self._located([metapath], source, target)
        return self.fitted.joined_probability(rows, u, v).reshape(source.shape)

    def expected(self, metapath: Metapath, source_degrees: ArrayLike, target_degrees: ArrayLike) -> Floats:
        """The mean degree-weighted path count between nodes of these degrees under chance, > 0."""
        return self.expected_of([metapath], *np.broadcast_arrays(source_degrees, target_degrees))

    def expected_of(
        self, metapaths: Sequence[Metapath], source_degrees: ArrayLike, target_degrees: ArrayLike
    ) -> Floats:
        """The same for one pair of degrees of each of many metapaths, in one go; as in ``p_values_of``."""
        rows, u, v = self._located(metapaths, source_degrees, target_degrees)
        mean = self.fitted.joined_probability(rows, u, v) * self.fitted.conditional_mean(rows, u, v)
        return cast("Floats", (mean * np.exp(-self.damping * (u + v))).reshape(np.shape(source_degrees)))

    def _located(
        self, metapaths: Sequence[Metapath], source_degrees: ArrayLike, target_degrees: ArrayLike
    ) -> tuple[NDArray[np.intp], Floats, Floats]:
        """Rows, and the logarithms of the degrees at the canonical ends, flat."""
        try:
            places = [self._rows[metapath.hops] for metapath in metapaths]
        except KeyError:
            unknown = next(metapath for metapath in metapaths if metapath not in self)
            raise NoNull(f"no null was fitted for {unknown.text}: fit it before asking for p-values") from None
        u = np.log(np.maximum(np.asarray(source_degrees, dtype=np.float64), 1.0))
        v = np.log(np.maximum(np.asarray(target_degrees, dtype=np.float64), 1.0))
        each = max(u.size // max(len(places), 1), 1)
        rows = np.repeat(np.array([row for row, _ in places], dtype=np.intp), each)
        turned = np.repeat(np.array([turn for _, turn in places], dtype=np.bool_), each)
        u, v = u.ravel(), v.ravel()
        return rows, np.where(turned, v, u), np.where(turned, u, v)

    def save(self, file: Path) -> None:
        """Write them as .npz."""
        arrays = {field.name: getattr(self.fitted, field.name) for field in fields(self.fitted)}
        with file.open("wb") as out:
            np.savez(
                out,
                format=np.array(_FORMAT),
                damping=np.array(self.damping),
                metapaths_text=np.array([_spelled(metapath) for metapath in self.metapaths], dtype=np.str_),
                layers_text=np.array(self.layers, dtype=np.str_),
                **arrays,
            )

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read what ``save`` wrote.

        Raises:
            UnreadableNulls: where the file holds something else.
        """
        try:
            with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
                if int(arrays["format"]) != _FORMAT:
                    raise UnreadableNulls(f"{file} is of another version: delete it, and it is made anew")
                return cls(
                    metapaths=tuple(_read(str(text)) for text in arrays["metapaths_text"]),
                    fitted=GammaHurdle(*(arrays[field.name] for field in fields(GammaHurdle))),
                    layers=tuple(str(text) for text in arrays["layers_text"]),
                    damping=float(arrays["damping"]),
                )
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise UnreadableNulls(f"{file} does not hold nulls ({error}): delete it, and it is made anew") from error


def fit_nulls(
    snapshot: Snapshot,
    metapaths: Collection[Metapath],
    *,
    seed: int = 0,
    copies: int = COPIES,
    ends: int = ENDS,
    damping: float = DAMPING,
    known: Nulls | None = None,
    progress: Progress | None = None,
) -> Nulls:
    """The null of each metapath.

    Args:
        snapshot: the graph.
        metapaths: of 1 to 4 hops, in either direction.
        seed: equal seeds give equal nulls.
        copies: how many rewired copies.
        ends: how many nodes are chosen for each hop.
        damping: exponent of the degrees, 0 for none.
        known: nulls of this graph, or of an earlier state of it; of these, the ones whose layers are still the same
            are taken as they are.
        progress: called with the number of metapaths done and of all to be fitted.
    """
    wanted = sorted({canonical(metapath) for metapath in metapaths}, key=lambda one: (one.hops[1:-1], one.hops))
    digests = _digests(snapshot, wanted, (seed, copies, ends, damping))
    kept = (
        []
        if known is None
        else [row for row, one in enumerate(known.metapaths) if digests.get(one) == known.layers[row]]
    )
    reused = set() if known is None else {known.metapaths[row] for row in kept}
    missing = [one for one in wanted if one not in reused]
    fitted: list[GammaHurdle] = []
    if missing:
        with step("nulls.fit", metapaths=len(missing)):
            fitted += _fit(snapshot, missing, (seed, copies, ends, damping), progress)
    if known is not None:
        fitted.append(known.fitted.take(np.array(kept, dtype=np.intp)))
        missing += [known.metapaths[row] for row in kept]
    if not fitted:
        fitted = [fit_gamma_hurdle(no_samples())]
    return Nulls(tuple(missing), GammaHurdle.joining(fitted), tuple(digests[one] for one in missing), damping)


def _fit(
    snapshot: Snapshot,
    missing: Sequence[Metapath],
    how: tuple[int, int, int, float],
    progress: Progress | None,
) -> Iterator[GammaHurdle]:
    """The nulls of metapaths in canonical form, some at a time; ``how`` as ``fit_nulls`` has it."""
    seed, copies, ends, damping = how
    hops = {hop for one in missing for way in (one, one.reversed) for hop in way.hops}
    generator = np.random.default_rng(seed)
    chosen = {hop: choose_ends(snapshot.layers[hop], ends, generator) for hop in sorted(hops)}
    rewired = []
    for copy in islice(rewirings(snapshot, seed=seed, hops=hops), copies):
        checkpoint(_FITTING, 0, len(missing))
        rewired.append(CountsBetween(copy, chosen, damping))
    for start in range(0, len(missing), _TOGETHER):
        checkpoint(_FITTING, start, len(missing))
        yield fit_gamma_hurdle(sample_counts(rewired, missing[start : start + _TOGETHER], chosen, damping))
        if progress is not None:
            progress(min(start + _TOGETHER, len(missing)), len(missing))


def nulls_of(
    snapshot: Snapshot,
    source: Category,
    target: Category,
    max_hops: int = 3,
    *,
    damping: float = DAMPING,
    known: Nulls | None = None,
    progress: Progress | None = None,
) -> Nulls:
    """The nulls of the metapaths between two kinds of node that are looked at, worked out once per snapshot.

    Raises:
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    source, target = sorted((source, target))
    key = ("nulls", source, target, max_hops, damping)
    with snapshot.memo.setdefault(("fitting", *key), threading.Lock()):  # who comes while it is fitted waits for that
        if key not in snapshot.memo:
            # Of too many metapaths others may be left out from the other end.
            there = enumerate_metapaths(snapshot.support, [source], [target], max_hops=max_hops).metapaths
            back = enumerate_metapaths(snapshot.support, [target], [source], max_hops=max_hops).metapaths
            snapshot.memo[key] = fit_nulls(snapshot, there + back, damping=damping, known=known, progress=progress)
    return cast("Nulls", snapshot.memo[key])


def combine(p: ArrayLike, axis: int = -1, weights: ArrayLike | None = None) -> Floats:
    """One p-value from several of the same pair, however they depend on each other.

    The Cauchy combination test (Liu & Xie 2020, doi:10.1080/01621459.2018.1554485): the weighted mean of
    tan((1/2 - p) π) has, in its tail, a standard Cauchy distribution. A p-value of 1 stands for "no path", which says
    nothing for and, where paths are rare, next to nothing against the pair: it counts as 1/2, the middle.

    Args:
        p: p-values in (0, 1].
        axis: along which they are combined.
        weights: >= 0, of a shape that is broadcast with ``p``; equal where not given.

    Returns:
        In (0, 1], without that axis; 1 where all are 1.
    """
    p = np.asarray(p, dtype=np.float64)
    weight = np.broadcast_to(1.0 if weights is None else np.asarray(weights, dtype=np.float64), p.shape)
    middle = np.clip(np.where(p < 1.0, p, 0.5), 1e-300, 1.0 - 1e-12)
    # Near 0 the tangent is 1 / (p π), without the rounding of 1/2 - p.
    parts = np.where(middle < 1e-9, 1.0 / (np.maximum(middle, 1e-300) * np.pi), np.tan((0.5 - middle) * np.pi))
    total = weight.sum(axis=axis)
    mean = (weight * parts).sum(axis=axis) / np.where(total > 0.0, total, 1.0)
    combined = np.where(mean > 1e9, 1.0 / (np.maximum(mean, 1.0) * np.pi), 0.5 - np.arctan(mean) / np.pi)
    return np.where((p < 1.0).any(axis=axis), np.clip(combined, 1e-300, 1.0), 1.0)


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """The false discovery rate at which each of these p-values, shape (n,), would be called, in (0, 1].

    Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x: the least p_(j) * n / j of those not smaller.
    """
    p = np.asarray(p, dtype=np.float64)
    order = np.argsort(p)
    q = p[order] * len(p) / np.arange(1, len(p) + 1)
    result = np.empty(len(p))
    result[order] = np.minimum(np.minimum.accumulate(q[::-1])[::-1], 1.0)
    return result


def _digests(snapshot: Snapshot, metapaths: Sequence[Metapath], settings: object) -> dict[Metapath, str]:
    """A hash of the layers that each metapath walks, and of the settings."""
    layers: dict[Hop, bytes] = {}
    for hop in {min(hop, hop.reversed) for metapath in metapaths for hop in metapath.hops}:
        beliefs = snapshot.layers[hop].beliefs
        digest = hashlib.blake2b(digest_size=16)
        for part in (beliefs.indptr, beliefs.indices, beliefs.data):
            digest.update(np.ascontiguousarray(part).tobytes())
        layers[hop] = digest.digest()
    start = hashlib.blake2b(repr((_FORMAT, settings)).encode(), digest_size=16)
    found = {}
    for metapath in metapaths:
        digest = start.copy()
        for hop in metapath.hops:
            digest.update(layers[min(hop, hop.reversed)])
        found[metapath] = digest.hexdigest()
    return found


def _spelled(metapath: Metapath) -> str:
    return ";".join(f"{hop.predicate} {int(hop.forward)} {hop.source} {hop.target}" for hop in metapath.hops)


def _read(text: str) -> Metapath:
    hops = []
    for part in text.split(";"):
        predicate, forward, source, target = part.split(" ")
        hops.append(Hop(Predicate(predicate), forward == "1", Category(source), Category(target)))
    return Metapath(tuple(hops))
