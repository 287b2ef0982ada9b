"""Metapaths: the kinds of path that a schema allows, by the categories they visit and the predicates between."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from isthmus.errors import UsageError
from isthmus.graph.vocabulary import Category, Predicate

MAX_HOPS = 4
MOST_METAPATHS = 2000

# Predicates that join a thing to its own parent, copy or relative: a path that leans on one says little.
TRIVIAL = frozenset({Predicate.SUBCLASS_OF, Predicate.SIMILAR_TO, Predicate.HOMOLOGOUS_TO, Predicate.IN_TAXON})

# Where the predicate's own name repeats what stands on either side of it.
_WORDS = {
    (Predicate.GENE_ASSOCIATED_WITH_CONDITION, True): "associated with",
    (Predicate.GENE_ASSOCIATED_WITH_CONDITION, False): "associated with",
}


class TooManyHops(UsageError):
    """A path length outside what the mathematics here covers exactly."""


class Hop(NamedTuple):
    """One typed step: from a kind of node over a predicate to a kind of node.

    ``forward`` is whether it is walked from subject to object; a symmetric predicate is always walked forward.
    """

    predicate: Predicate
    forward: bool
    source: Category
    target: Category

    @property
    def reversed(self) -> Hop:
        """The same edges walked the other way.

        >>> Hop(Predicate.TREATS, True, Category.DRUG, Category.DISEASE).reversed.words
        'treated by'
        """
        forward = self.predicate.symmetric or not self.forward
        return Hop(self.predicate, forward, self.target, self.source)

    @property
    def words(self) -> str:
        """The predicate, or its inverse, as one says it."""
        return predicate_words(self.predicate, self.forward)


@dataclass(frozen=True)
class Metapath:
    """A sequence of hops, each starting at the category where the last one ended."""

    hops: tuple[Hop, ...]

    def __len__(self) -> int:
        """How many hops it has."""
        return len(self.hops)

    @property
    def categories(self) -> tuple[Category, ...]:
        """The kinds of node it visits, one more than it has hops."""
        return (self.hops[0].source, *(hop.target for hop in self.hops))

    @property
    def reversed(self) -> Metapath:
        """The same paths walked from their other end."""
        return Metapath(tuple(hop.reversed for hop in reversed(self.hops)))

    @cached_property
    def text(self) -> str:
        """It in words.

        >>> inhibits = Hop(Predicate.INHIBITS, True, Category.DRUG, Category.GENE)
        >>> Metapath((inhibits, Hop(Predicate.ASSOCIATED_WITH, True, Category.GENE, Category.DISEASE))).text
        'Drug inhibits Gene associated with Disease'
        """
        return path_words(self.categories, [hop.words for hop in self.hops])


class Enumeration(NamedTuple):
    """The metapaths that are looked at, and how many more there were than ``MOST_METAPATHS``."""

    metapaths: tuple[Metapath, ...]
    left_out: int


def predicate_words(predicate: Predicate, forward: bool) -> str:
    """``inhibits`` or ``inhibited by``."""
    spoken = predicate.value.replace("_", " ") if forward else predicate.definition.inverse
    return _WORDS.get((predicate, forward), spoken)


def path_words(categories: Collection[Category], hops: Collection[str]) -> str:
    """Categories and hops in turn, the category's capitals apart.

    >>> path_words([Category.GENE, Category.BIOLOGICAL_PROCESS], ["participates in"])
    'Gene participates in Biological Process'
    """
    words = [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", category.value) for category in categories]
    return " ".join(word for pair in zip(words, [*hops, ""], strict=True) for word in pair).strip()


def enumerate_metapaths(
    support: Mapping[Hop, int],
    sources: Collection[Category],
    targets: Collection[Category],
    *,
    max_hops: int = 3,
    min_support: int = 1,
    most: int = MOST_METAPATHS,
) -> Enumeration:
    """Every metapath of at most ``max_hops`` hops that the schema allows, short ones first.

    Args:
        support: how many edges each hop has, both directions listed; a hop below ``min_support`` is not walked.
        sources: the categories a path may start at.
        targets: the categories it may end at; it may pass through them too.
        max_hops: 1 to 4.
        min_support: the fewest edges that make a hop worth walking, 1 or more.
        most: of more than so many the longest are left out, among these the ones whose rarest hop has fewest edges.

    Raises:
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    if not 1 <= max_hops <= MAX_HOPS:
        raise TooManyHops(f"paths of 1 to {MAX_HOPS} hops can be asked for, not {max_hops}: choose a number in between")
    leaving: dict[Category, list[Hop]] = defaultdict(list)
    for hop in sorted(support):
        if support[hop] >= min_support:
            leaving[hop.source].append(hop)
    distance = _hops_to(targets, leaving)
    found: list[tuple[Hop, ...]] = []
    prefixes: list[tuple[Hop, ...]] = [(hop,) for source in sorted(sources) for hop in leaving[source]]
    for length in range(1, max_hops + 1):
        reaching = [hops for hops in prefixes if hops[-1].target in targets]
        found += sorted(reaching, key=lambda hops: (-min(support[hop] for hop in hops), hops))
        left = max_hops - length - 1
        prefixes = [
            (*hops, hop)
            for hops in prefixes
            for hop in leaving[hops[-1].target]
            if distance.get(hop.target, MAX_HOPS) <= left
        ]
    return Enumeration(tuple(Metapath(hops) for hops in found[:most]), max(0, len(found) - most))


def _hops_to(targets: Collection[Category], leaving: Mapping[Category, list[Hop]]) -> dict[Category, int]:
    """The fewest hops from each category to a target; absent where none leads there."""
    distance = dict.fromkeys(targets, 0)
    for step in range(1, MAX_HOPS + 1):
        for category, hops in leaving.items():
            if category not in distance and any(distance.get(hop.target, step) < step for hop in hops):
                distance[category] = step
    return distance
