"""Relations that the trained reader sees in a document, as pairs of mentions with a predicate.

Between two entities one statement is kept, the surest that is not merely an association. What carries it are the
sentences that name both, those first at which the reader looked; where none does, the nearest two.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from isthmus.extractors.models.pairs import ALLOWED
from isthmus.extractors.models.relations import BY_MENTION, PairInput, PairReading, read_pairs
from isthmus.extractors.text.names import FEWEST
from isthmus.extractors.text.predicates import meaning
from isthmus.extractors.text.rules import WEAK
from isthmus.graph.model import Mention
from isthmus.graph.vocabulary import Predicate

# Least probability of a pair: where the F1 of each corpus's dev set is best.
LEAST: dict[str, float] = {"biored": 0.5, "bc5cdr": 0.65, "drugprot": 0.4, "gutbrainie": 0.3}
SUPPORT = 0.3  # least probability by BC5CDR's labels that what BioRED's call a cause needs: the one is stricter
# What BioRED relates it relates better than GutBrainIE, which has more kinds of things.
LEFT_OUT = {"gutbrainie": ALLOWED["biored"]}
MOST_SENTENCES = 3  # of evidence for one statement of one document
FARTHEST = (
    3  # sentences that a passage of evidence may span; of names further apart the sentence that was looked at more
)


@dataclass(frozen=True, slots=True)
class Link:
    """``subject`` and ``object`` as named in the evidence, sentences ``first`` to ``last``; ``score`` in [0, 1]."""

    subject: Mention
    predicate: Predicate
    object: Mention
    score: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Reading:
    subject: str
    predicate: Predicate
    object: str
    score: float
    attention: Sequence[float]
    places: tuple[tuple[Mention, Mention], ...]


def links(text: str, sentences: Sequence[tuple[int, int]], mentions: Sequence[Mention], threads: int = 0) -> list[Link]:
    """Every relation between the mentions of a text; none where it is too short to be judged."""
    if len(sentences) < FEWEST:  # it sees relations in any lone sentence
        return []
    numbers: dict[str, int] = {}
    rows = [(m.start, m.end, m.category, numbers.setdefault(m.entity, len(numbers))) for m in mentions]
    entities = list(numbers)
    of: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        of[mention.entity].append(mention)
    pairs: dict[frozenset[str], list[_Reading]] = defaultdict(list)
    given = PairInput(text, sentences, rows)
    readings = read_pairs(given, tuple(LEAST), min(SUPPORT, *LEAST.values()), LEFT_OUT)
    caused = {
        frozenset((reading.subject, reading.object))
        for reading in readings
        if reading.head == "bc5cdr" and reading.score >= SUPPORT
    }
    for reading in readings:
        if reading.score >= LEAST[reading.head]:
            for one in _resolved(reading, mentions, entities, of):
                pair = frozenset((one.subject, one.object))
                alone = reading.head == "biored" and one.predicate is Predicate.CAUSES
                if not alone or frozenset((reading.subject, reading.object)) in caused:
                    pairs[pair].append(one)
    return [link for found in pairs.values() for link in _evidence(_best(found))]


def _resolved(
    reading: PairReading, mentions: Sequence[Mention], entities: Sequence[str], of: dict[str, list[Mention]]
) -> Iterator[_Reading]:
    if reading.head in BY_MENTION:
        subject, obj = mentions[reading.subject], mentions[reading.object]
        places: tuple[tuple[Mention, Mention], ...] = ((subject, obj),)
    else:
        ours, theirs = of[entities[reading.subject]], of[entities[reading.object]]
        subject, obj = ours[0], theirs[0]
        places = tuple(_meeting(ours, theirs))
    said = meaning(reading.head, reading.label, subject.category, obj.category)
    if said is None or subject.entity == obj.entity:
        return
    if said.turned:
        subject, obj = obj, subject
        places = tuple((second, first) for first, second in places)
    yield _Reading(subject.entity, said.predicate, obj.entity, reading.score, reading.attention.tolist(), places)


def _meeting(ours: Sequence[Mention], theirs: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """In each sentence that names both the two nearest mentions; where there is none, the nearest of all."""
    here: dict[int, list[Mention]] = defaultdict(list)
    for mention in theirs:
        here[mention.sentence].append(mention)
    together: dict[int, tuple[Mention, Mention]] = {}
    for one in ours:
        for other in here.get(one.sentence, ()):
            pair = one, other
            if one.sentence not in together or _apart(pair) < _apart(together[one.sentence]):
                together[one.sentence] = pair
    if together:
        yield from together.values()
    else:
        yield min(_neighbours(ours, theirs), key=_apart)


def _neighbours(ours: Sequence[Mention], theirs: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Each of ours with the last of theirs before it and the first behind it."""
    starts = [mention.start for mention in theirs]
    for one in ours:
        place = bisect_left(starts, one.start)
        yield from ((one, other) for other in theirs[max(place - 1, 0) : place + 1])


def _apart(pair: tuple[Mention, Mention]) -> tuple[int, int]:
    a, b = pair
    return abs(a.sentence - b.sentence), max(a.start, b.start) - min(a.end, b.end)


def _best(found: Sequence[_Reading]) -> list[_Reading]:
    """The readings of the surest statement, merely "associated" or "affects" only where nothing stronger is there."""
    strong = [one for one in found if one.predicate not in WEAK] or list(found)
    top = max(strong, key=lambda one: one.score)
    said = top.subject, top.predicate, top.object
    return [one for one in strong if (one.subject, one.predicate, one.object) == said]


def _evidence(readings: Sequence[_Reading]) -> Iterator[Link]:
    """One link a passage, the surest reading's score, at most ``MOST_SENTENCES`` of them."""
    passages: dict[tuple[int, int], tuple[float, float, Link]] = {}
    for one in readings:
        for subject, obj in one.places:
            first, last = sorted((subject.sentence, obj.sentence))
            looked = one.attention[first] + one.attention[last]
            if last - first >= FARTHEST:
                first = last = max(first, last, key=one.attention.__getitem__)
            row = one.score, looked, Link(subject, one.predicate, obj, one.score, first, last)
            passages[first, last] = max(passages.get((first, last), row), row, key=lambda row: row[:2])
    ranked = sorted(passages.values(), key=lambda row: row[:2], reverse=True)
    yield from (link for _, _, link in ranked[:MOST_SENTENCES])
