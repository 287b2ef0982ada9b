"""Texts and hashes in one piece of memory behave as the lists that they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.graph.stores.packed import PackedHashes, PackedTexts, place_of

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=12)
HASHES = st.lists(st.binary(min_size=16, max_size=16).map(bytes.hex), max_size=8)


@given(TEXTS, st.data())
def test_packed_texts_are_the_texts(texts, data):
    packed = PackedTexts.of(texts)
    assert list(packed) == [packed[place] for place in range(len(packed))] == texts
    cut = data.draw(st.slices(len(texts)))
    assert list(packed[cut]) == texts[cut]
    places = data.draw(st.lists(st.integers(0, max(len(texts) - 1, 0)), max_size=5 if texts else 0))
    assert list(packed.take(np.array(places, dtype=np.int64))) == [texts[place] for place in places]
    if texts:
        assert packed[-1] == texts[-1]


@given(HASHES)
def test_packed_hashes_are_the_hashes(hashes):
    packed = PackedHashes.of(hashes)
    assert list(packed) == [packed[place] for place in range(len(packed))] == hashes
    assert list(packed[1:]) == hashes[1:]


@given(TEXTS, st.text(st.characters(exclude_categories=["Cs"]), max_size=6))
def test_a_text_is_found_among_sorted_ones_or_not(texts, text):
    ordered = sorted(set(texts))
    expected = ordered.index(text) if text in ordered else None
    assert place_of(PackedTexts.of(ordered), text) == expected


def test_a_place_outside_is_an_error():
    with pytest.raises(IndexError):
        PackedTexts.of(["a"])[1]
    with pytest.raises(IndexError):
        PackedTexts.of([])[-1]
