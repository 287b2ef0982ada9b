"""Backtest: how well the past of a graph would have foretold what came after.

The graph is rebuilt as of the end of the year ``cut``: statements, beliefs, entities, and everything that is learned
(weights of the fusion, affinity of texts, embedding). Positives are the pairs of entities, both known by then, that a
statement first joined in ``cut + 1`` to ``until``; what says parts, copies and parents (``slices.NO_DISCOVERY``) is none.
Negatives are positives with one end, either, replaced: by any entity of the same category (``same_category``), or by one of
the same category and of like degree (``degree_matched``), so that degree tells nothing. Where the graph holds pairs that
until then were only denied (a failed trial, a negative finding), these are negatives too (``refuted``), against all
positives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from isthmus.errors import UsageError
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.baselines import baseline_scores
from isthmus.graph.discovery.ranking.candidates import fast_scores, scores_from
from isthmus.graph.discovery.ranking.features import FEATURES
from isthmus.graph.discovery.ranking.fusion import Fusion, fusion_of
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.discovery.ranking.pair_graph import PairGraph
from isthmus.graph.discovery.ranking.ranking_measures import (
    Interval,
    auroc,
    auroc_interval,
    average_precision_interval,
    normalised_entropy,
    own_ranks,
    precision_recall_curve,
    roc_curve,
)
from isthmus.graph.discovery.ranking.slices import Draw, History, Pairs
from isthmus.graph.stores.columns import GraphColumns, MentionColumns
from isthmus.graph.vocabulary import Category
from isthmus.steps import checkpoint

SCORE = "isthmus"
AHEAD = 4  # years that a slice has where nothing else is said
HITS_AT = (1, 3, 10)
ENTROPY_AT = 10
LISTS = 50  # of the best candidates, for the entropy
BINS = 10
MOST_POSITIVES = 2_000  # of more, a sample

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


class NoSlice(UsageError):
    """A backtest of years in which the graph holds nothing to foretell, or nothing to foretell it from."""


@dataclass(frozen=True, slots=True)
class Method:
    """How one way of scoring did against one sort of negatives.

    ``reciprocal_rank`` and ``hits`` (by k) are means over positives, each ranked among the negatives drawn for it.
    """

    name: str
    auroc: Interval
    average_precision: Interval
    reciprocal_rank: float
    hits: Mapping[str, float]
    roc: tuple[tuple[float, float], ...]
    precision_recall: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One sort of negatives, and how every method did against them, the score first."""

    negatives: str
    n_negatives: int
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Part of the positives with the negatives drawn for them (``same_category``): the AUROC of the score and of degree."""

    by: str
    name: str
    positives: int
    score: float
    degree_product: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs that scored alike: the mean probability that was foretold for them, and the share that came true."""

    foretold: float
    observed: float
    pairs: int


@dataclass(frozen=True, slots=True)
class HubBias:
    """How evenly the best ``at`` of many lists are spread over all candidates, in [0, 1]: low where hubs take every list."""

    lists_for: str
    of: str
    at: int
    lists: int
    score: float
    degree: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a backtest found; ``to_json`` gives the same as plain values."""

    cut: int
    until: int
    graph_hash: str
    seed: int
    entities: int
    edges: int
    positives: int
    positives_in_all: int
    refuted: int
    fusion_cuts: tuple[int, ...]
    fusion_positives: int
    weights: Mapping[str, float]
    trials: tuple[Trial, ...]
    strata: tuple[Stratum, ...]
    calibration: tuple[Bin, ...]
    hub_bias: tuple[HubBias, ...]

    def to_json(self) -> dict[str, Any]:
        """Numbers, texts, lists and dictionaries only."""
        return asdict(self)


def backtest(
    columns: GraphColumns,
    cut: int,
    until: int | None = None,
    *,
    named: Named | None = None,
    mentions: MentionColumns | None = None,
    each: int = 30,
    resamples: int = 200,
    seed: int = 0,
) -> Backtest:
    """Rank as of the end of ``cut``, and compare with what came up to the end of ``until``.

    Args:
        columns: the graph.
        cut: the last year that is known.
        until: the last year that is looked at; ``AHEAD`` years after the cut where not given, or the last there is.
        named: the sentences of the graph; without them nothing is known from text.
        mentions: who is named where, for the baselines by document; the documents of the evidence where not given.
        each: negatives of each sort for every positive.
        resamples: of the bootstrap over positives.
        seed: of the draws and the bootstrap.

    Raises:
        NoSlice: where the graph has no dated statements by ``cut``, or no pair to foretell after it.
    """
    history = History.of(columns)
    until = _checked(history, cut, until)
    snapshot = Snapshot.from_columns(columns, cut)
    positives = history.between(snapshot, until)
    if len(positives) == 0:
        raise NoSlice(
            f"no two entities known by {cut} were first joined in {cut + 1} to {until}: choose another cut, or a later end"
        )
    in_all = len(positives)
    if in_all > MOST_POSITIVES:
        positives = positives[np.sort(np.random.default_rng(seed).permutation(in_all)[:MOST_POSITIVES])]
    test = _Test(snapshot, history, until, named, mentions, positives, resamples, seed)
    degrees = PairGraph.of(snapshot).degrees
    drawn: dict[str, tuple[Pairs, Places]] = {
        "same_category": Draw(snapshot, history, until).negatives(positives, each, seed),
        "degree_matched": Draw(snapshot, history, until, degrees).negatives(positives, each, seed),
    }
    refuted = history.refuted(snapshot, until)
    fusion = fusion_of(snapshot, named)
    return Backtest(
        cut=cut,
        until=until,
        graph_hash=columns.graph_hash,
        seed=seed,
        entities=int(snapshot.exists.sum()),
        edges=snapshot.n_edges,
        positives=len(positives),
        positives_in_all=in_all,
        refuted=len(refuted),
        fusion_cuts=fusion.cuts,
        fusion_positives=fusion.positives,
        weights=dict(zip(FEATURES, fusion.weights.tolist(), strict=True)),
        trials=(
            *(test.trial(name, *one) for name, one in drawn.items() if len(one[0])),
            *((test.trial("refuted", refuted, None),) if len(refuted) else ()),
        ),
        strata=tuple(test.strata(*drawn["same_category"])),
        calibration=_calibration(test, fusion, *drawn["same_category"], each),
        hub_bias=tuple(_hub_bias(snapshot, named, seed)),
    )


def _checked(history: History, cut: int, until: int | None) -> int:
    first, last = history.years
    if last == 0:
        raise NoSlice("no statement of the graph is dated: a backtest needs evidence with years")
    if not first <= cut < last:
        raise NoSlice(f"the graph's statements are of {first} to {last}: choose a cut from {first} to {last - 1}")
    until = min(cut + AHEAD, last) if until is None else until
    if until <= cut:
        raise NoSlice(f"the slice ends in {until}, which is not after the cut {cut}: choose a later end")
    return until


@dataclass(frozen=True, eq=False, slots=True)
class _Test:
    """What all trials of one backtest share."""

    snapshot: Snapshot
    history: History
    until: int
    named: Named | None
    mentions: MentionColumns | None
    positives: Pairs
    resamples: int
    seed: int

    def scores(self, pairs: Pairs) -> dict[str, Floats]:
        """By every method, the score first."""
        own = {SCORE: fast_scores(self.snapshot, pairs, named=self.named)}
        return own | dict(baseline_scores(self.snapshot, pairs[:, 0], pairs[:, 1], self.mentions))

    def trial(self, name: str, negatives: Pairs, owner: Places | None) -> Trial:
        """Every method against one sort of negatives."""
        n = len(self.positives)
        checkpoint(f"scoring, negatives: {name.replace('_', ' ')}")
        scores = self.scores(np.concatenate((self.positives, negatives)))
        generator = np.random.default_rng(self.seed)
        drawn = generator.integers(0, n, (self.resamples, n))
        methods = []
        for number, (method, values) in enumerate(scores.items()):
            checkpoint(f"measuring, negatives: {name.replace('_', ' ')}", number, len(scores))
            positive, negative = values[:n], values[n:]
            ranks = own_ranks(positive, negative, owner)
            methods.append(
                Method(
                    name=method,
                    auroc=auroc_interval(positive, negative, drawn),
                    average_precision=average_precision_interval(positive, negative, owner, drawn),
                    reciprocal_rank=float((1.0 / ranks).mean()),
                    hits={str(k): float((ranks <= k).mean()) for k in HITS_AT},
                    roc=roc_curve(positive, negative),
                    precision_recall=precision_recall_curve(positive, negative),
                )
            )
        return Trial(name, len(negatives), tuple(methods))

    def strata(self, negatives: Pairs, owner: Places) -> list[Stratum]:
        """Positives by how many papers support them later, and by the larger degree of their ends."""
        n = len(self.positives)
        pairs = np.concatenate((self.positives, negatives))
        score = fast_scores(self.snapshot, pairs, named=self.named)
        degrees = PairGraph.of(self.snapshot).degrees
        product = degrees[pairs].astype(np.float64).prod(axis=1)
        papers = _papers(self.snapshot.columns, self.positives, self.until)
        larger = degrees[self.positives].max(axis=1)
        low, high = np.quantile(larger, [1 / 3, 2 / 3])
        parts = [
            ("importance", "1 paper", papers <= 1),
            ("importance", "2 papers or more", papers > 1),
            ("degree", f"up to {low:.0f}", larger <= low),
            ("degree", f"{low:.0f} to {high:.0f}", (larger > low) & (larger <= high)),
            ("degree", f"over {high:.0f}", larger > high),
        ]
        found = []
        for by, name, mine in parts:
            theirs = mine[owner]
            if mine.any() and theirs.any():
                figures = [auroc(values[:n][mine], values[n:][theirs]) for values in (score, product)]
                found.append(Stratum(by, name, int(mine.sum()), *figures))
        return found


def _papers(columns: GraphColumns, pairs: Pairs, until: int) -> Places:
    """How many documents support each pair by the end of the slice."""
    n = len(columns.categories)
    keys = pairs[:, 0] * n + pairs[:, 1]
    pieces = np.flatnonzero(
        (columns.evidence_score > 0.0) & (columns.evidence_year > 0) & (columns.evidence_year <= until)
    )
    statement = columns.evidence_statement[pieces]
    ends = columns.subjects[statement].astype(np.int64), columns.objects[statement].astype(np.int64)
    key = np.minimum(*ends) * n + np.maximum(*ends)
    mine = np.isin(key, keys) & ~columns.negated[statement]
    both = np.unique(np.stack((key[mine], columns.evidence_document[pieces][mine].astype(np.int64))), axis=1)[0]
    return np.searchsorted(both, keys, side="right") - np.searchsorted(both, keys, side="left")


def _calibration(test: _Test, fusion: Fusion, negatives: Pairs, owner: Places, each: int) -> tuple[Bin, ...]:
    """Probabilities foretold by a logistic curve that is fitted to the slice just before the cut (Platt 1999).

    They are of a pair among one positive and ``each`` of its negatives, not of any two entities. Nothing where the slice
    before is empty, or the weights are the default ones because there is too little past.
    """
    snapshot, cut = test.snapshot, test.snapshot.as_of or 0
    first, _ = test.history.years
    if not fusion.cuts or cut - AHEAD < first:
        return ()
    before = snapshot.at(cut - AHEAD)
    then = test.history.between(before, cut)
    other, _ = Draw(before, test.history, cut).negatives(then, each, test.seed)
    if len(then) == 0 or len(other) == 0:
        return ()
    a, b = _logistic(scores_from(before, then, fusion, test.named), scores_from(before, other, fusion, test.named))
    now = np.concatenate((test.positives, negatives))
    score = fast_scores(snapshot, now, named=test.named)
    foretold = 1.0 / (1.0 + np.exp(-np.clip(a + b * score, -500, 500)))
    joined = np.arange(len(now)) < len(test.positives)
    return tuple(
        Bin(float(foretold[some].mean()), float(joined[some].mean()), len(some))
        for some in np.array_split(np.argsort(foretold, kind="stable"), BINS)
        if len(some)
    )


def _logistic(positive: Floats, negative: Floats) -> tuple[float, float]:
    """Intercept and slope of the chance to be a positive, by maximum likelihood with a slight ridge."""
    x = np.concatenate((positive, negative))
    y = np.arange(len(x)) < len(positive)

    def loss(values: Floats) -> float:
        z = values[0] + values[1] * x
        return float(np.logaddexp(0.0, np.where(y, -z, z)).sum() + 0.01 * (values**2).sum())

    found = minimize(loss, np.zeros(2), method="L-BFGS-B")
    return float(found.x[0]), float(found.x[1])


def _hub_bias(snapshot: Snapshot, named: Named | None, seed: int) -> list[HubBias]:
    """Disease-Entropy and Drug-Entropy: lists of diseases for drugs, and of drugs for diseases."""
    generator = np.random.default_rng(seed)
    connected = snapshot.degrees > 0
    found = []
    for asked, of in ((Category.DRUG, Category.DISEASE), (Category.DISEASE, Category.DRUG)):
        sources = np.flatnonzero(snapshot.mask(asked) & connected)
        targets = np.flatnonzero(snapshot.mask(of) & connected)
        if len(sources) < 2 or len(targets) <= ENTROPY_AT:
            continue
        sources = np.sort(generator.permutation(sources)[:LISTS])
        pairs = np.stack((np.repeat(sources, len(targets)), np.tile(targets, len(sources))), axis=1)
        score = fast_scores(snapshot, pairs, named=named).reshape(len(sources), -1)
        degree = np.broadcast_to(snapshot.degrees[targets].astype(np.float64), score.shape)
        spread = [
            normalised_entropy(np.bincount(best.ravel(), minlength=len(targets)).astype(np.float64))
            for best in (np.argsort(-values, axis=1, kind="stable")[:, :ENTROPY_AT] for values in (score, degree))
        ]
        found.append(HubBias(asked.value, of.value, ENTROPY_AT, len(sources), *spread))
    return found
