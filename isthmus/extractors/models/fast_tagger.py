"""The fast profile's tagger of names: the large tagger's tags from a few layers of convolutions, in plain numpy.

A word piece's vector, with what the lexicon and the word's shape add to it, is mixed layer by layer with those beside it,
as spaCy's tok2vec does; the layers have no attention, so a text costs time in proportion to its length. What the tags
mean is the large tagger's table ``KINDS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.models.session import FOLDER, MissingModel, one_core
from isthmus.extractors.models.tagger import TaggedSpan, TaggerInput, spans_of
from isthmus.extractors.models.words import FIRST, LAST, lexicon_features, read_words, shapes

WEIGHTS = "fast_tagger.npz"
_MATRICES = ("mix.weight", "tags.weight", "gate.weight")
_TINY = 1e-5  # as in torch's LayerNorm
Arrays = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float32]


def tag_fast(inputs: Sequence[TaggerInput], threads: int = 1) -> list[list[TaggedSpan]]:
    """The names of each text, none overlapping another, in order. On one core, whatever ``threads`` says.

    Raises ``MissingModel``.
    """
    weights = _weights()
    with one_core():
        return [_tagged(each, weights) for each in inputs]


def _tagged(given: TaggerInput, weights: Arrays) -> list[TaggedSpan]:
    words = read_words(given.text)
    if not len(words):
        return []
    of_word = np.repeat(np.arange(len(words)), np.diff(words.first))
    pieces = np.array([FIRST, *words.pieces, LAST], dtype=np.int64)
    lexicon, shape = np.zeros_like(pieces), np.zeros_like(pieces)
    lexicon[1:-1] = lexicon_features(words, given.known)[of_word]
    shape[1:-1] = shapes(given.text, words)[of_word]
    hidden = hidden_states(pieces, lexicon, shape, weights)
    tags = hidden[words.first[:-1] + 1] @ weights["tags.weight"] + weights["tags.bias"]
    gate = hidden.mean(axis=0) @ weights["gate.weight"] + weights["gate.bias"]
    return spans_of(words, tags, gate)


def hidden_states(
    pieces: NDArray[np.int64], lexicon: NDArray[np.int64], shape: NDArray[np.int64], weights: Arrays
) -> Floats:
    """The numbers of a text's pieces and of their features, each of shape (length,), to shape (length, width)."""
    vectors = weights["pieces"][pieces] * weights["pieces.scale"][pieces, None]
    vectors += weights["lexicon.weight"][lexicon] + weights["shape.weight"][shape]
    n, width = vectors.shape
    far = int(weights["gaps"].max())
    wide = np.zeros((n + 2 * far, width), dtype=np.float32)  # nothing stands before the text and after it
    x = wide[far : far + n]
    x[:] = _normal(vectors, "norm", weights)
    for number, gap in enumerate(weights["gaps"]):
        left, own, right = np.split(weights[f"layers.{number}.mix.weight"], 3)
        mixed = x @ own
        mixed += wide[far - gap : far - gap + n] @ left
        mixed += wide[far + gap : far + gap + n] @ right
        mixed += weights[f"layers.{number}.mix.bias"]
        x += np.maximum(mixed, 0, out=mixed)
        _normal(x, f"layers.{number}.norm", weights)
    return x


def _normal(x: Floats, name: str, weights: Arrays) -> Floats:
    """Each row with mean 0 and variance 1, then scaled and shifted; ``x`` is written over."""
    x -= x.mean(axis=1, keepdims=True)
    x /= np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + _TINY)[:, None]
    x *= weights[f"{name}.weight"]
    x += weights[f"{name}.bias"]
    return x


@lru_cache(maxsize=1)
def _weights() -> Arrays:
    path = FOLDER / WEIGHTS
    if not path.is_file():
        raise MissingModel(f"{path} is missing: install Isthmus anew from a complete checkout or wheel.")
    return read_weights(path)


def read_weights(path: Path) -> Arrays:
    """The arrays that ``training.fast_tagger.export`` wrote, in single precision, with matrices to multiply from the right.

    The pieces' vectors stay in eight bits: they are most of the model, and few of them are needed at once.
    """
    with np.load(path, allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    for name, value in arrays.items():
        if value.dtype == np.float16:
            turned = value.T if name.endswith(_MATRICES) else value
            arrays[name] = np.ascontiguousarray(turned, dtype=np.float32)
    return arrays
