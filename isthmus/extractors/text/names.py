"""The names of a document: the tagger says which spans are names and of what kind, the lexicon what they mean.

Where both see the same span the tagger needs to be less sure. Kinds that the tagger was never taught (processes,
pathways, activities, behaviour, devices) come from the lexicon alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from isthmus.extractors.grounding.ground import ground
from isthmus.extractors.grounding.kinds import family
from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.tagger import KINDS, TaggedSpan, TaggerInput, tag
from isthmus.extractors.text.abbreviations import find_abbreviations
from isthmus.extractors.text.mentions import Found, find_mentions, located
from isthmus.graph.model import Mention
from isthmus.graph.vocabulary import Category

# Least probability of a span that the lexicon knows too, and of one that it does not: best on the dev sets, to a twentieth.
KNOWN, UNKNOWN = 0.45, 0.85
_C = Category
LEAST: dict[Category, tuple[float, float]] = {
    _C.GENE: (KNOWN, 0.9),
    _C.CELL: (0.36, UNKNOWN),
    _C.CELLULAR_COMPONENT: (0.36, UNKNOWN),
    _C.CHEMICAL_ENTITY: (KNOWN, 0.75),
    _C.FOOD: (0.65, 0.9),
    # Fewer corpora annotate these, and the tagger is less sure of itself.
    _C.ORGANISM_TAXON: (0.55, 0.7),
    _C.PHENOMENON: (0.65, 0.8),
    _C.ANATOMICAL_ENTITY: (0.65, 0.8),
    _C.PROCEDURE: (0.65, 0.6),
}
# Sentences of a text: the models were taught on abstracts, so in less than that what the lexicon knows stands.
FEWEST = 4
TAUGHT = frozenset(category for kind in KINDS for category in family(kind))

Named = list[tuple[Mention, Found]]


@dataclass(frozen=True, slots=True)
class Tagging:
    """A tagger, and by kind the least probability of its spans that the lexicon knows and of those that it does not."""

    tag: Callable[[Sequence[TaggerInput], int], list[list[TaggedSpan]]]
    least: Mapping[Category, tuple[float, float]]
    otherwise: tuple[float, float]


TAGGING = Tagging(tag, LEAST, (KNOWN, UNKNOWN))


def find_names(
    texts: Sequence[str],
    sentences: Sequence[Sequence[tuple[int, int]]],
    lexicon: Lexicon,
    threads: int = 0,
    tagging: Tagging = TAGGING,
) -> list[Named]:
    """The mentions of each text in order of their start, longer first; each lies within one of its sentences."""
    known = [find_mentions(text, spans, lexicon) for text, spans in zip(texts, sentences, strict=True)]
    inputs = [
        TaggerInput(text, spans, [(m.start, m.end, m.category) for m, found in names if not found.inner])
        for text, spans, names in zip(texts, sentences, known, strict=True)
    ]
    tagged = tagging.tag(inputs, threads)
    found = [
        list(located(text, _merged(text, names, spans, bounds, lexicon, tagging), bounds))
        for text, names, spans, bounds in zip(texts, known, tagged, sentences, strict=True)
    ]
    return [
        with_all_known(names, theirs) if len(bounds) < FEWEST else names
        for names, theirs, bounds in zip(found, known, sentences, strict=True)
    ]


def with_all_known(named: Named, known: Named) -> Named:
    """Names, and those that the lexicon knows where the tagger saw nothing."""
    taken = {place for mention, _ in named for place in range(mention.start, mention.end)}
    more = [each for each in known if taken.isdisjoint(range(each[0].start, each[0].end))]
    return sorted([*named, *more], key=lambda each: (each[0].start, -each[0].end))


def _merged(
    text: str,
    known: Named,
    tagged: Iterable[TaggedSpan],
    sentences: Sequence[tuple[int, int]],
    lexicon: Lexicon,
    tagging: Tagging,
) -> Iterator[Found]:
    at = {(found.start, found.end) for _, found in known if not found.inner}
    least = tagging.least
    sure = [
        span
        for span in tagged
        if span.score >= least.get(span.category, tagging.otherwise)[(span.start, span.end) not in at]
    ]
    sure = _with_short_forms(text, sentences, sure)
    taken: set[int] = set()
    for each in ground(text, sure, sentences, lexicon, known):
        span = each.span
        taken.update(range(span.start, span.end))
        yield Found(span.start, span.end, each.entity, span.score)
    for _, found in known:
        untaught = found.inner or found.entity.category not in TAUGHT
        if untaught and taken.isdisjoint(range(found.start, found.end)):
            yield found


def _with_short_forms(text: str, sentences: Sequence[tuple[int, int]], sure: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """The names, and each short form of a name wherever it stands: the tagger sees capitals, the document says what they mean."""
    named: dict[str, TaggedSpan] = {}
    for span in sure:
        named.setdefault(text[span.start : span.end].lower(), span)
    longs = {
        definition.short: named[definition.long.lower()]
        for definition in find_abbreviations(text, sentences)
        if definition.long.lower() in named
    }
    found = [
        replace(span, category=longs[name].category) if (name := text[span.start : span.end]) in longs else span
        for span in sure
    ]
    taken = {place for span in sure for place in range(span.start, span.end)}
    for short, long in longs.items():
        for place in re.finditer(rf"(?<!\w){re.escape(short)}(?!\w)", text):
            if taken.isdisjoint(range(*place.span())):
                taken.update(range(*place.span()))
                found.append(TaggedSpan(*place.span(), long.category, long.score))
    return sorted(found, key=lambda span: span.start)
