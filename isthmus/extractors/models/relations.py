"""The reader of relations: which pairs of a document's entities are related, how, and how sure that is.

One encoder reads a window; every pair then takes its own view of it (``training/relations.py`` says after whom). The
encoder is an int8 ONNX file, the pairs' part is small and is computed here; pairs of a drug and a gene are read a second
time by themselves (``marks.py``). Corpora that link whole documents see an entity with all its mentions, those that link
names in a sentence see each mention by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.models.marks import MARKED, combined, marked, read_marked
from isthmus.extractors.models.pairs import (
    BLOCK,
    HEADS,
    OFFSET,
    WINDOW,
    EntityPlaces,
    Place,
    candidates,
    in_window,
    pair_features,
    reading_windows,
)
from isthmus.extractors.models.session import open_session, open_weights
from isthmus.extractors.models.words import FIRST, LAST, Words, lexicon_features, read_words, shapes
from isthmus.graph.vocabulary import Category

BY_MENTION = frozenset({"drugprot", "gutbrainie"})
POSSIBLE = 0.001  # probability of a pair that is worth a second reading
MOST_MARKED = 12  # second readings of one sentence
MOST_IN_TEXT = 200  # pairs of one text; a book of drugs and genes must not take hours
NOTHING: Mapping[str, Set[tuple[int, int]]] = {}
Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class PairInput:
    """A text, its sentences in characters, and its mentions as (start, end, category, number of the entity)."""

    text: str
    sentences: Sequence[tuple[int, int]]
    mentions: Sequence[tuple[int, int, Category, int]]


@dataclass(frozen=True, slots=True)
class PairReading:
    """One pair as one corpus would annotate it.

    ``subject``, ``object``: numbers of entities, or of mentions where the corpus is in ``BY_MENTION``. ``label`` is the
    likeliest that is not "none" and ``score`` the probability that any holds, in [0, 1]. ``attention``: shape
    (n_sentences,), how much of the pair's view lies in each sentence, sums to at most 1.
    """

    head: str
    subject: int
    object: int
    label: str
    score: float
    attention: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Window:
    low: int
    high: int
    inputs: NDArray[np.int64]  # (3, length): pieces, lexicon and shape
    hidden: NDArray[np.float32]
    sentence: NDArray[np.int64]


def read_pairs(
    given: PairInput,
    heads: Sequence[str] = tuple(HEADS),
    least: float = 0.05,
    left_out: Mapping[str, Set[tuple[int, int]]] = NOTHING,
) -> list[PairReading]:
    """Every pair of one text that may be related with at least probability ``least``. Raises ``MissingModel``.

    ``left_out``: pairs of kinds (of ``pairs.KIND_OF``, subject first) that a head is not asked about.
    """
    words = read_words(given.text)
    own = [(start, end, category, number) for number, (start, end, category, _) in enumerate(given.mentions)]
    best: dict[tuple[str, int, int], PairReading] = {}
    allowance = iter(range(MOST_IN_TEXT))
    for window in _windows(given, words):
        for head in heads:
            mentions = own if head in BY_MENTION else given.mentions
            entities = in_window(words, window.low, window.high, given.sentences, mentions)
            asked = [
                (a, b)
                for a, b in candidates(entities, head)
                if (entities[a].kind, entities[b].kind) not in left_out.get(head, ())
            ]
            for reading in _readings(window, entities, asked, head, len(given.sentences), allowance):
                key = head, reading.subject, reading.object
                if reading.score >= least and (key not in best or best[key].score < reading.score):
                    best[key] = reading
    return list(best.values())


def _windows(given: PairInput, words: Words) -> Iterator[_Window]:
    session = open_session("relations")
    lexicon = lexicon_features(words, [mention[:3] for mention in given.mentions])
    shape = shapes(given.text, words)
    ends = [end for _, end in given.sentences]
    for low, high in reading_windows(words, given.sentences, WINDOW):
        of_piece = np.repeat(np.arange(low, high), np.diff(words.first[low : high + 1]))
        inputs = np.zeros((4, 1, len(of_piece) + 2), dtype=np.int64)
        inputs[0, 0] = [FIRST, *words.pieces[words.first[low] : words.first[high]], LAST]
        inputs[1, 0, 1:-1], inputs[2, 0, 1:-1] = lexicon[of_piece], shape[of_piece]
        inputs[3] = 1
        (hidden,) = session.run(["hidden"], dict(zip(("pieces", "lexicon", "shape", "mask"), inputs, strict=True)))
        sentence = np.array([-1, *np.searchsorted(ends, words.start[of_piece], side="right"), -1], dtype=np.int64)
        yield _Window(low, high, inputs[:3, 0], hidden[0], sentence)


def _readings(
    window: _Window,
    entities: dict[int, EntityPlaces],
    pairs: Sequence[tuple[int, int]],
    head: str,
    n_sentences: int,
    allowance: Iterator[int],
) -> Iterator[PairReading]:
    if not pairs:
        return
    rows = {entity: row for row, entity in enumerate(entities)}
    ends = np.array([(rows[a], rows[b]) for a, b in pairs])
    known = np.stack([pair_features(entities[a], entities[b], n_sentences) for a, b in pairs])
    logits, attention = _judge(open_weights("relations"), window, list(entities.values()), ends, known, head)
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    if head == MARKED:
        places = [(entities[a].places[0], entities[b].places[0]) for a, b in pairs]
        _look_again(window, places, chances, allowance)
    inside = (window.sentence[:, None] == np.arange(n_sentences)).astype(np.float32)
    for (a, b), chance, place in zip(pairs, chances, attention @ inside, strict=True):
        label = HEADS[head][int(chance[1:].argmax()) + 1]
        yield PairReading(head, a, b, label, float(1 - chance[0]), place)


def _look_again(
    window: _Window, pairs: Sequence[tuple[Place, Place]], chances: NDArray[np.float32], allowance: Iterator[int]
) -> None:
    """Let the second reading speak, in place, of pairs that the first does not rule out: the likeliest of a sentence.

    Each takes one from the ``allowance``.
    """
    likeliest: list[int] = []
    of_sentence: Counter[int] = Counter()
    for number in np.argsort(chances[:, 0], kind="stable"):
        sentence = pairs[number][0].sentence
        if chances[number, 0] <= 1 - POSSIBLE and of_sentence[sentence] < MOST_MARKED:
            of_sentence[sentence] += 1
            likeliest.append(int(number))
    asked = [number for number, _ in zip(likeliest, allowance, strict=False)]
    if asked:
        seen = read_marked([marked(window.inputs, window.sentence, *pairs[number]) for number in asked])
        chances[asked] = combined(chances[asked], seen)


def _judge(
    weights: Weights,
    window: _Window,
    entities: Sequence[EntityPlaces],
    ends: NDArray[np.int64],
    known: NDArray[np.float32],
    head: str,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logits (n_pairs, n_labels of the head) and attention (n_pairs, length); the same as ``PairReader.pairs``."""
    hidden = window.hidden
    pooled, inside = _pooled(hidden, entities, window.sentence)
    first, second = ends[:, 0], ends[:, 1]
    # A product with two things side by side is a sum of two products, and an entity's is the same in all its pairs.
    query = _half(weights, "query", pooled, 0)[first] + _half(weights, "query", pooled, 1)[second]
    scores = (query + weights["query.bias"]) @ hidden.T / hidden.shape[1] ** 0.5
    scores += weights["side"][inside[first] + 2 * inside[second]]
    attention = np.exp(scores - scores.max(axis=1, keepdims=True))
    attention /= attention.sum(axis=1, keepdims=True)
    context = attention @ hidden
    ours, theirs = (
        np.tanh(_half(weights, side, pooled, 0)[which] + _half(weights, side, context, 1) + weights[f"{side}.bias"])
        for side, which in (("subject", first), ("object", second))
    )
    blocks = ours.reshape(len(ends), -1, BLOCK, 1) * theirs.reshape(len(ends), -1, 1, BLOCK)
    view = np.concatenate(
        [blocks.reshape(len(ends), -1), np.tanh(known @ weights["known.weight"].T + weights["known.bias"])], 1
    )
    own = slice(OFFSET[head], OFFSET[head] + len(HEADS[head]))
    return view @ weights["out.weight"][own].T + weights["out.bias"][own], attention


def _pooled(
    hidden: NDArray[np.float32], entities: Sequence[EntityPlaces], sentence: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Entities (n, width) by log-sum-exp over mentions; and (n, length), 1 where a piece's sentence names the entity."""
    pooled = np.empty((len(entities), hidden.shape[1]), dtype=np.float32)
    inside = np.zeros((len(entities), len(sentence)), dtype=np.int64)
    for row, entity in enumerate(entities):
        mentions = np.stack([hidden[place.first : place.last].mean(0) for place in entity.places])
        top = mentions.max(0)
        pooled[row] = np.log(np.exp(mentions - top).sum(0)) + top
        inside[row] = np.isin(sentence, [sentence[place.first] for place in entity.places])
    return pooled, inside


def _half(weights: Weights, name: str, values: NDArray[np.float32], half: int) -> NDArray[np.float32]:
    """The product of ``values`` (n, width) with the left or the right half of a weight over two things."""
    width = values.shape[1]
    return values @ weights[f"{name}.weight"][:, half * width : (half + 1) * width].T
