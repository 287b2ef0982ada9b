"""The second reading of drug-gene pairs: where the marks stand, what is asked, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from isthmus.extractors.models import relations
from isthmus.extractors.models.marks import (
    AROUND,
    CLOSE_OBJECT,
    CLOSE_SUBJECT,
    DOCUMENT,
    OPEN_OBJECT,
    OPEN_SUBJECT,
    MarkedPair,
    combined,
    marked,
    read_marked,
)
from isthmus.extractors.models.pairs import HEADS, Place
from isthmus.extractors.models.relations import PairInput, PairReading, read_pairs
from isthmus.extractors.models.words import FIRST, LAST
from isthmus.extractors.text.sentences import split_many
from isthmus.graph.vocabulary import Category

TEXT = (
    "Zorbaxin is a new drug. Zorbaxin inhibits GSK3B in neurons. We measured BDNF and IL6 after melitrant. "
    "Melitrant activates AMPK. No other effect was seen."
)
NAMES = (
    ("Zorbaxin", Category.CHEMICAL_ENTITY),
    ("melitrant", Category.CHEMICAL_ENTITY),
    ("Melitrant", Category.CHEMICAL_ENTITY),
    ("GSK3B", Category.GENE),
    ("BDNF", Category.GENE),
    ("IL6", Category.GENE),
    ("AMPK", Category.GENE),
)


def _given(text: str = TEXT, names: Sequence[tuple[str, Category]] = NAMES) -> PairInput:
    mentions = [(text.rindex(name), text.rindex(name) + len(name), category) for name, category in names]
    numbered = [(*mention, number) for number, mention in enumerate(sorted(mentions, key=lambda m: m[:2]))]
    return PairInput(text, next(iter(split_many([text]))), numbered)


def _window(*lengths: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pieces 1000, 1001, ... in sentences of these lengths, with the marks at a window's ends."""
    n = sum(lengths)
    pieces = [FIRST, *range(1000, 1000 + n), LAST]
    sentence = [-1, *np.repeat(np.arange(len(lengths)), lengths), -1]
    shape = [0, *(number % 7 for number in range(n)), 0]
    return np.array([pieces, [0] * (n + 2), shape]), np.array(sentence)


@pytest.mark.parametrize(
    ("subject", "obj"),
    [
        ((7, 9), (11, 12)),
        ((11, 12), (7, 9)),
        ((6, 7), (7, 9)),
        ((7, 9), (6, 7)),
        ((6, 8), (14, 16)),
        ((15, 16), (6, 7)),
    ],
    ids=["apart", "turned", "touching", "touching and turned", "at both edges", "at both edges, turned"],
)
def test_marks_stand_around_the_two_names_of_their_sentence(subject: tuple[int, int], obj: tuple[int, int]) -> None:
    inputs, sentence = _window(5, 10, 4)  # the second sentence is pieces 6 to 15 of the window
    made = marked(inputs, sentence, Place(*subject, 1, 0), Place(*obj, 1, 1))
    pieces = made.inputs[0].tolist()
    naive = [FIRST]
    for place in range(6, 17):
        naive += [CLOSE_SUBJECT] * (place == subject[1]) + [CLOSE_OBJECT] * (place == obj[1])
        naive += [OPEN_SUBJECT] * (place == subject[0]) + [OPEN_OBJECT] * (place == obj[0])
        naive += [int(inputs[0, place])] * (place < 16)
    assert pieces == [*naive, LAST]
    for (opening, closing), (first, last) in ((made.subject, subject), (made.object, obj)):
        assert pieces[opening + 1 : closing] == inputs[0, first:last].tolist()
    assert made.inputs[2][made.inputs[0] >= 1000].tolist() == inputs[2, 6:16].tolist()


def test_a_long_sentence_is_cut_around_its_pair() -> None:
    inputs, sentence = _window(400)
    made = marked(inputs, sentence, Place(200, 202, 0, 0), Place(210, 211, 0, 1))
    kept = made.inputs[0][made.inputs[0] >= 1000]
    assert (kept[0], kept[-1]) == (inputs[0, 200 - AROUND], inputs[0, 211 + AROUND - 1])
    assert made.inputs.shape == (3, len(kept) + 6)


def test_two_readings_meet_in_their_geometric_mean() -> None:
    one, other = np.array([[0.5, 0.5, 0.0]], np.float32), np.array([[0.1, 0.4, 0.5]], np.float32)
    mean = combined(one, other)[0]
    naive = np.array([a**DOCUMENT * b ** (1 - DOCUMENT) for a, b in ((0.5, 0.1), (0.5, 0.4), (1e-6, 0.5))])
    assert mean == pytest.approx(naive / naive.sum(), abs=1e-3)
    assert mean.sum() == pytest.approx(1)


def test_a_second_reading_gives_probabilities() -> None:
    inputs, sentence = _window(12)
    pairs = [marked(inputs, sentence, Place(2, 3, 0, 0), Place(at, at + 1, 0, 1)) for at in (5, 8)]
    chances = read_marked(pairs)
    assert chances.shape == (2, len(HEADS["drugprot"]))
    assert chances.sum(axis=1) == pytest.approx([1, 1])
    assert read_marked(pairs[1:])[0] == pytest.approx(chances[1], abs=1e-6)  # whatever it is asked beside


def _by_pair(readings: Sequence[PairReading]) -> dict[tuple[int, int], PairReading]:
    return {(one.subject, one.object): one for one in readings}


def test_only_likely_pairs_are_read_again_and_the_likeliest_of_a_sentence_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[MarkedPair] = []

    def sure(pairs: Sequence[MarkedPair]) -> NDArray[np.float32]:
        asked.extend(pairs)
        return np.tile(np.eye(len(HEADS["drugprot"]), dtype=np.float32)[1], (len(pairs), 1))

    monkeypatch.setattr(relations, "read_marked", sure)
    monkeypatch.setattr(relations, "POSSIBLE", 1.1)
    first = _by_pair(read_pairs(_given(), ["drugprot"], 0.0))
    assert len(first) == 4  # three sentences with a drug and a gene, one of them with two genes
    assert not asked
    monkeypatch.setattr(relations, "POSSIBLE", 0.0)
    monkeypatch.setattr(relations, "MOST_MARKED", 1)
    second = _by_pair(read_pairs(_given(), ["drugprot"], 0.0))
    assert len(asked) == 3
    changed = {pair for pair in first if second[pair].score != first[pair].score}
    two_genes = max((pair for pair in first if first[pair].subject == 4), key=lambda pair: first[pair].score)
    assert two_genes in changed
    assert len(changed) == 3
    assert {second[pair].label for pair in changed} == {"INHIBITOR"}


def test_names_inside_each_other_and_at_the_edges_of_a_text_are_read() -> None:
    text = "Zorbaxin kinase binds zorbaxin. It was tried. It was seen. We agree on GSK3B zorbaxin"
    end = len(text)
    mentions = [
        (0, 8, Category.CHEMICAL_ENTITY, 0),
        (0, 15, Category.GENE, 1),
        (22, 30, Category.CHEMICAL_ENTITY, 2),
        (end - 14, end - 9, Category.GENE, 3),
        (end - 8, end, Category.CHEMICAL_ENTITY, 4),
    ]
    found = _by_pair(read_pairs(PairInput(text, next(iter(split_many([text]))), mentions), ["drugprot"], 0.0))
    assert set(found) == {(2, 1), (4, 3)}
    assert all(0 <= one.score <= 1 for one in found.values())
