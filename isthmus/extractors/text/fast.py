"""The fast profile: names by the lexicon and a tagger of a few layers, and the parser only where it is likely to pay.

The parser takes most of the time. It is asked where two names of kinds that may be related follow one another closely with
a word between them that tells of a relation; on real abstracts that is where most of what the patterns find is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.fast_tagger import tag_fast
from isthmus.extractors.text import versions
from isthmus.extractors.text.compact import CompactExtractor, Profile
from isthmus.extractors.text.names import TAGGING, Named, find_names
from isthmus.extractors.text.patterns import ADJECTIVES, PREPOSITIONAL, TRANSITIVE
from isthmus.extractors.text.rules import GROUPS, RULES, Group
from isthmus.extractors.text.sentences import split_by_rule
from isthmus.graph.model import Mention

# Other thresholds than the large tagger's gave no more on the dev sets.
FAST_TAGGING = replace(TAGGING, tag=tag_fast)
FARTHEST = 60  # characters between two names
# Forms that do not begin as their verb does.
_IRREGULAR = ("bound", "led", "drove", "arose")
_RELATED = frozenset(
    pair
    for rule in RULES
    for subject in rule.subjects
    for obj in rule.objects
    for pair in ((subject, obj), (obj, subject))
)


def fast_extractor(lexicon: Lexicon) -> CompactExtractor:
    """An extractor several times as fast as the default one, which finds less: ``docs/measurements.md`` says how much."""
    return CompactExtractor(lexicon, threads=1, profile=FAST)


def _names(
    texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]], lexicon: Lexicon, threads: int
) -> list[Named]:
    return find_names(texts, sentences, lexicon, threads, FAST_TAGGING)


def tells_of_a_relation(text: str, mentions: Iterable[Mention]) -> bool:
    """Whether two names that follow one another, of kinds that may be related, have a telling word between them."""
    return any(
        one.entity != other.entity
        and other.start - one.end <= FARTHEST
        and (_group(one), _group(other)) in _RELATED
        and _telling().search(text, one.end, other.start) is not None
        for one, other in pairwise(mentions)
    )


def _group(mention: Mention) -> Group:
    return GROUPS.get(mention.category, Group.OTHER)


@lru_cache(maxsize=1)
def _telling() -> re.Pattern[str]:
    words = {*TRANSITIVE, *(word for word, _ in PREPOSITIONAL), *(word for word, _ in ADJECTIVES)}
    stems = {*_IRREGULAR, *(word[:-1] if word[-1] in "ey" else word for word in words)}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(stems, key=len, reverse=True)))})", re.IGNORECASE)


FAST = Profile(versions.FAST, split_by_rule, _names, tells_of_a_relation, related=False)
