"""A sentence with one pair marked in it: the reader's second look at pairs that a corpus joins within a sentence.

The document's reading shares one pass among all pairs; here each pair has a pass of its own, in which every layer knows
which two names are meant (marks around them, after Soares et al. 2019, "Matching the Blanks",
doi:10.18653/v1/P19-1279). The two err differently, so what counts is a geometric mean of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from isthmus.extractors.models.pairs import Place
from isthmus.extractors.models.session import open_session, open_weights
from isthmus.extractors.models.words import FIRST, LAST

MARKED = "drugprot"  # the corpus whose pairs are read a second time
# Pieces that the encoder's vocabulary leaves unused: the subject begins, ends; the object begins, ends.
OPEN_SUBJECT, CLOSE_SUBJECT, OPEN_OBJECT, CLOSE_OBJECT = 1, 2, 3, 4
HIDDEN_SUBJECT, HIDDEN_OBJECT = 5, 6  # stand for every piece of a name that training hides
DOCUMENT = 0.25  # what the document's reading counts beside this one: best on the dev set, where .2 to .3 are alike
AROUND = 60  # pieces of the sentence that are kept on either side of the pair


@dataclass(frozen=True, slots=True)
class MarkedPair:
    """``inputs``: shape (3, length), pieces, lexicon and shape; ``subject``, ``object``: (opening, closing) mark."""

    inputs: NDArray[np.int64]
    subject: tuple[int, int]
    object: tuple[int, int]


def marked(inputs: NDArray[np.int64], sentence: NDArray[np.int64], subject: Place, obj: Place) -> MarkedPair:
    """The sentence of a pair with marks around its two names, which must not overlap.

    ``inputs``: shape (3, length) of a window, pieces, lexicon and shape; ``sentence``: (length,) of each piece, -1 for
    the marks at the window's ends; the places are the window's.
    """
    here = np.flatnonzero((sentence == sentence[subject.first]) | (sentence == sentence[obj.first]))
    low = max(int(here[0]), min(subject.first, obj.first) - AROUND)
    high = min(int(here[-1]) + 1, max(subject.last, obj.last) + AROUND)
    # Where one name ends and the other begins, the closing mark is first.
    marks = sorted(
        (
            (subject.first, 1, OPEN_SUBJECT),
            (subject.last, 0, CLOSE_SUBJECT),
            (obj.first, 1, OPEN_OBJECT),
            (obj.last, 0, CLOSE_OBJECT),
        )
    )
    cuts = [low, *(at for at, _, _ in marks), high]
    parts = [_column(FIRST)]
    at: dict[int, int] = {}
    length = 1
    for number, (begin, end) in enumerate(pairwise(cuts)):
        parts.append(inputs[:, begin:end])
        length += end - begin
        if number < len(marks):
            mark = marks[number][2]
            parts.append(_column(mark))
            at[mark] = length
            length += 1
    return MarkedPair(
        np.concatenate([*parts, _column(LAST)], axis=1),
        (at[OPEN_SUBJECT], at[CLOSE_SUBJECT]),
        (at[OPEN_OBJECT], at[CLOSE_OBJECT]),
    )


def _column(piece: int) -> NDArray[np.int64]:
    return np.array([[piece], [0], [0]], dtype=np.int64)


def read_marked(pairs: Sequence[MarkedPair]) -> NDArray[np.float32]:
    """Probabilities (n_pairs, n_labels of ``MARKED``). Raises ``MissingModel``.

    One pair a run: what eight bits round depends on what stands beside a sentence in its batch.
    """
    session, weights = open_session("marked"), open_weights("marked")
    seen = np.empty((len(pairs), weights["inner.weight"].shape[1]), dtype=np.float32)
    for number, pair in enumerate(pairs):
        given = dict(zip(("pieces", "lexicon", "shape"), pair.inputs[:, None], strict=True))
        given["mask"] = np.ones_like(given["pieces"])
        (hidden,) = session.run(["hidden"], given)
        seen[number] = hidden[0, [0, pair.subject[0], pair.object[0]]].ravel()
    inner = seen @ weights["inner.weight"].T + weights["inner.bias"]
    logits = _gelu(inner) @ weights["drugprot.weight"].T + weights["drugprot.bias"]
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
    return chances


def _gelu(values: NDArray[np.float32]) -> NDArray[np.float32]:
    soft: NDArray[np.float32] = values * ndtr(values)
    return soft


def combined(document: NDArray[np.float32], sentence: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weighted geometric mean of two readings' probabilities, (n_pairs, n_labels), each row summing to 1 again."""
    both = (document + 1e-6) ** DOCUMENT * (sentence + 1e-6) ** (1 - DOCUMENT)
    mean: NDArray[np.float32] = (both / both.sum(axis=1, keepdims=True)).astype(np.float32)
    return mean
