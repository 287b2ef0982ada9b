"""Annotated texts as training examples of the tagger: windows of word pieces with features and tags, made once."""

from __future__ import annotations

import argparse
import pickle
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.words import lexicon_features, read_words, shapes, windows
from isthmus.extractors.text.mentions import find_mentions
from isthmus.extractors.text.sentences import split_many
from isthmus.extractors.training.corpora import CORPORA, AnnotatedText, Corpus, without_overlaps

WINDOW = 254  # pieces of a window, less the two marks at its ends


@dataclass(frozen=True, slots=True)
class Example:
    """One window. ``tags`` has shape (n_words,): 0 outside, 2k+1 where label k begins, 2k+2 where it goes on."""

    document: str
    corpus: int
    pieces: NDArray[np.int32]
    first: NDArray[np.int32]
    lexicon: NDArray[np.int8]
    shape: NDArray[np.int8]
    tags: NDArray[np.int8]


def examples(
    texts: Sequence[AnnotatedText], number: int, labels: tuple[str, ...], lexicon: Lexicon
) -> Iterator[Example]:
    """Every window of every text."""
    for text, sentences in zip(texts, split_many(text.text for text in texts), strict=True):
        words = read_words(text.text)
        found = find_mentions(text.text, sentences, lexicon)
        known = lexicon_features(words, [(m.start, m.end, m.category) for m, each in found if not each.inner])
        shape = shapes(text.text, words)
        tags = np.zeros(len(words), dtype=np.int8)
        for start, end, label in without_overlaps(text.spans):
            low, high = np.searchsorted(words.start, [start, end])
            if low < high:
                tags[low], tags[low + 1 : high] = 2 * labels.index(label) + 1, 2 * labels.index(label) + 2
        for low, high in windows(words, sentences, WINDOW):
            first, last = words.first[low], words.first[high]
            yield Example(
                text.id,
                number,
                words.pieces[first:last],
                words.first[low : high + 1] - first,
                known[low:high],
                shape[low:high],
                tags[low:high],
            )


def packed(sentences: Sequence[AnnotatedText], longest: int = 900) -> list[AnnotatedText]:
    """Sentences that follow one another, joined into texts of up to ``longest`` characters."""
    joined: list[AnnotatedText] = []
    for sentence in sentences:
        if joined and ":" in sentence.id and len(joined[-1].text) + len(sentence.text) < longest:
            last = joined[-1]
            shift = len(last.text) + 1
            spans = (*last.spans, *((a + shift, b + shift, label) for a, b, label in sentence.spans))
            joined[-1] = AnnotatedText(last.id, f"{last.text} {sentence.text}", spans, last.corpus)
        else:
            joined.append(sentence)
    return joined


def prepare(data: Path, split: str, corpus: Corpus, number: int, lexicon: Lexicon, most: int) -> list[Example]:
    """The examples of one corpus; of a large one a random part of at most ``most`` documents or packed sentences."""
    texts = packed(list(corpus.read(data, split)))
    if len(texts) > most:
        texts = random.Random(0).sample(texts, most)
    return list(examples(texts, number, corpus.labels, lexicon))


def main() -> None:
    """Write the examples of both splits."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--most", type=int, default=1200, help="documents of a corpus at most")
    given = options.parse_args()
    lexicon = Lexicon.open()
    made = {
        split: [
            example
            for number, corpus in enumerate(CORPORA)
            for example in prepare(given.data, split, corpus, number, lexicon, given.most if split == "train" else 600)
        ]
        for split in ("dev", "train")
    }
    # Dev sets that figures are reported on are whole.
    given.out.write_bytes(pickle.dumps(made))
    for split, rows in made.items():
        for number, corpus in enumerate(CORPORA):
            own = [row for row in rows if row.corpus == number]
            print(split, corpus.name, len(own), sum(len(row.pieces) for row in own), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
