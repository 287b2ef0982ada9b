"""The fast profile's tagger: its layers against a plain reckoning, and what it makes of texts."""

import numpy as np
import pytest

from isthmus.extractors.models import fast_tagger
from isthmus.extractors.models.session import MissingModel
from isthmus.extractors.models.tagger import KINDS, LEAST_WEIGHT, TaggerInput, spans_of
from isthmus.extractors.models.tags import CORPORA
from isthmus.extractors.models.words import read_words
from isthmus.graph.vocabulary import Category

WIDTH, GAPS = 4, (1, 3)


@pytest.fixture
def small():
    """A tagger of two layers of width four with random weights."""
    chance = np.random.default_rng(0)

    def draw(*shape):
        return chance.normal(size=shape).astype(np.float32)

    weights = {
        "pieces": chance.integers(-127, 128, size=(10, WIDTH), dtype=np.int8),
        "pieces.scale": chance.uniform(0.01, 0.02, size=10).astype(np.float32),
        "lexicon.weight": draw(3, WIDTH),
        "shape.weight": draw(3, WIDTH),
        "norm.weight": draw(WIDTH),
        "norm.bias": draw(WIDTH),
        "gaps": np.array(GAPS),
    }
    for number in range(len(GAPS)):
        weights |= {
            f"layers.{number}.mix.weight": draw(3 * WIDTH, WIDTH),
            f"layers.{number}.mix.bias": draw(WIDTH),
            f"layers.{number}.norm.weight": draw(WIDTH),
            f"layers.{number}.norm.bias": draw(WIDTH),
        }
    return weights


def normal(row, gain, shift):
    return (row - row.mean()) / np.sqrt(row.var() + 1e-5) * gain + shift


def one_by_one(pieces, lexicon, shape, weights):
    """What ``hidden_states`` gives, a piece and a neighbour at a time."""
    x = [
        normal(
            weights["pieces"][piece] * weights["pieces.scale"][piece]
            + weights["lexicon.weight"][known]
            + weights["shape.weight"][form],
            weights["norm.weight"],
            weights["norm.bias"],
        )
        for piece, known, form in zip(pieces, lexicon, shape, strict=True)
    ]
    for number, gap in enumerate(GAPS):
        left, own, right = np.split(weights[f"layers.{number}.mix.weight"], 3)
        mixed = []
        for place, row in enumerate(x):
            total = row @ own + weights[f"layers.{number}.mix.bias"]
            if place - gap >= 0:
                total = total + x[place - gap] @ left
            if place + gap < len(x):
                total = total + x[place + gap] @ right
            rows = row + np.maximum(total, 0)
            mixed.append(normal(rows, weights[f"layers.{number}.norm.weight"], weights[f"layers.{number}.norm.bias"]))
        x = mixed
    return np.array(x)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 9])
def test_each_piece_is_mixed_with_its_neighbours(small, length):
    """Also in texts that are shorter than a gap."""
    chance = np.random.default_rng(length)
    pieces, lexicon, shape = (chance.integers(0, n, size=length) for n in (10, 3, 3))
    ours = fast_tagger.hidden_states(pieces, lexicon, shape, small)
    assert ours == pytest.approx(one_by_one(pieces, lexicon, shape, small), abs=1e-4)


def test_the_corpora_that_annotate_a_kind_are_averaged_by_their_likeness():
    words = read_words("gout")
    sizes = [2 * len(labels) + 1 for labels in CORPORA.values()]
    first = dict(zip(CORPORA, np.cumsum([0, *sizes[:-1]]), strict=True))
    logits = np.full((1, sum(sizes)), -50.0, dtype=np.float32)
    for place in first.values():
        logits[0, place] = 0.0  # "no name" everywhere
    logits[0, first["bc5cdr"] + 2 * CORPORA["bc5cdr"].index("Disease") + 1] = np.log(3.0)  # but 3 to 1 in one corpus
    gate = np.full(len(CORPORA), -50.0, dtype=np.float32)
    gate[list(CORPORA).index("bc5cdr")] = 0.0  # which the text resembles
    (span,) = spans_of(words, logits, gate)
    others = len(KINDS[Category.DISEASE]) - 1
    assert (span.start, span.end, span.category) == (0, 4, Category.DISEASE)
    assert span.score == pytest.approx(0.75 / (1 + others * LEAST_WEIGHT), abs=1e-4)


def test_names_that_no_lexicon_knows_are_seen():
    text = (
        "We studied forty patients with quillart syndrome. Half of them were treated with zorbaxin hydrochloride. "
        "Patients with quillart syndrome who were given zorbaxin hydrochloride had less pain."
    )
    (found,) = fast_tagger.tag_fast([TaggerInput(text, [(0, len(text))], [])])
    kinds = {(text[span.start : span.end], span.category) for span in found}
    assert {("quillart syndrome", Category.DISEASE), ("zorbaxin hydrochloride", Category.CHEMICAL_ENTITY)} <= kinds


def test_an_answer_does_not_depend_on_what_is_read_beside_it():
    texts = ["Aspirin helped against migraine.", "The mice were given levodopa for a week, and then none."]
    inputs = [TaggerInput(text, [(0, len(text))], []) for text in texts]
    assert fast_tagger.tag_fast(inputs) == [fast_tagger.tag_fast([each])[0] for each in inputs]


@pytest.mark.parametrize("text", ["", " ", "\u200f", "."])
def test_a_text_without_words_has_no_names(text):
    assert fast_tagger.tag_fast([TaggerInput(text, [], [])]) == [[]]


def test_missing_weights_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(fast_tagger, "FOLDER", tmp_path)
    fast_tagger._weights.cache_clear()
    with pytest.raises(MissingModel, match=r"fast_tagger\.npz is missing"):
        fast_tagger.tag_fast([TaggerInput("Aspirin", [(0, 7)], [])])
