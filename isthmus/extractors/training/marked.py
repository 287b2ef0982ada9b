r"""Train the second reading of drug-gene pairs: one sentence, one pair, marks around its two names.

    python -m isthmus.extractors.training.marked --data ../shared/data --nero annotation_results.txt \
        --start relations/mean.pt --out marked

The encoder begins as the reader of relations' own, sees the pairs of NERO first (two marked names and what joins them),
then DrugProt's, where half of the names are hidden: what joins a pair is said by the sentence, not by who they are.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from isthmus.extractors.models.marks import HIDDEN_OBJECT, HIDDEN_SUBJECT, MARKED, MarkedPair, marked
from isthmus.extractors.models.pairs import HEADS, Place
from isthmus.extractors.models.words import (
    FIRST,
    LAST,
    LEXICON_FEATURES,
    SHAPES,
    read_words,
    shapes,
)
from isthmus.extractors.training.encoder import autocast, compact_encoder, free_of_dropout
from isthmus.extractors.training.nero import KINDS as NERO_KINDS
from isthmus.extractors.training.nero import JoinedNames, Span, read_nero
from isthmus.extractors.training.relation_corpora import Linked, read_all
from isthmus.extractors.training.relations import make_windows

MASK = 103  # [MASK]
FIRST_WORD = 110  # below are the encoder's own marks
HIDDEN = 0.5  # share of names hidden from a step
BLURRED = {"nero": 0.03, MARKED: 0.05}  # share of pieces masked in a step
LONGEST = 136  # pieces of a marked sentence of NERO


@dataclass(frozen=True, slots=True)
class Question:
    """A marked pair and its label; ``key``: document, subject and object, where it measures."""

    pair: MarkedPair
    label: int
    key: tuple[int, int, int] = (0, 0, 0)

    @property
    def length(self) -> int:
        """Pieces."""
        return self.pair.inputs.shape[1]


def questions(documents: Sequence[Linked]) -> list[Question]:
    """The pairs of ``MARKED`` documents, as reading makes them."""
    made = []
    for window in make_windows(documents):
        inputs = np.stack([window.pieces, window.lexicon, window.shape])
        places = {
            int(row): Place(int(first), int(last), int(window.sentence[first]), int(row))
            for first, last, row in window.places
        }
        for (a, b), wanted in zip(window.pairs.tolist(), window.wanted, strict=True):
            key = window.document, window.entities[a], window.entities[b]
            made.append(Question(marked(inputs, window.sentence, places[a], places[b]), int(wanted), key))
    return made


def joined(pairs: Iterable[JoinedNames]) -> Iterator[Question]:
    """The pairs of NERO; what is too long for a sentence is left out."""
    for one in pairs:
        words = read_words(one.text)
        of_piece = np.repeat(np.arange(len(words)), np.diff(words.first))
        inputs = np.zeros((3, len(of_piece) + 2), dtype=np.int64)
        inputs[0] = [FIRST, *words.pieces, LAST]
        inputs[2, 1:-1] = shapes(one.text, words)[of_piece]  # NERO's classes are not ours: no names are known
        sentence = np.array([-1, *np.zeros(len(of_piece), dtype=np.int64), -1])
        subject, obj = (_place(words.start, words.first, span) for span in (one.subject, one.object))
        if subject.first < subject.last and obj.first < obj.last:
            made = marked(inputs, sentence, subject, obj)
            if made.inputs.shape[1] <= LONGEST:
                yield Question(made, one.kind)


def _place(starts: NDArray[np.int32], first: NDArray[np.int32], span: Span) -> Place:
    low, high = (int(place) for place in np.searchsorted(starts, span))
    return Place(int(first[low]) + 1, int(first[high]) + 1, 0, 0)


class MarkReader(nn.Module):
    """A marked sentence to the logits of one corpus's labels."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.lexicon = nn.Embedding(LEXICON_FEATURES, width, padding_idx=0)
        self.shape = nn.Embedding(SHAPES, width, padding_idx=0)
        self.inner = nn.Linear(3 * width, width)
        self.drugprot = nn.Linear(width, len(HEADS[MARKED]))
        self.nero = nn.Linear(width, len(NERO_KINDS))
        self.dropout = nn.Dropout(0.2)

    def hidden(self, pieces: Tensor, lexicon: Tensor, shape: Tensor, mask: Tensor) -> Tensor:
        """(batch, length) each to (batch, length, width)."""
        words = self.encoder.embeddings.word_embeddings(pieces) + self.lexicon(lexicon) + self.shape(shape)
        return self.encoder(inputs_embeds=words, attention_mask=mask).last_hidden_state

    def forward(self, batch: Sequence[Question], corpus: str) -> Tensor:
        """Logits (n_pairs, n_labels); while it trains names and pieces are hidden by chance."""
        hidden = self.hidden(*_padded(batch, blurred=BLURRED[corpus] if self.training else 0.0))
        row = torch.arange(len(batch))
        marks = torch.tensor([(0, question.pair.subject[0], question.pair.object[0]) for question in batch])
        seen = hidden[row[:, None], marks].flatten(1)
        out: Tensor = getattr(self, corpus)(self.dropout(nn.functional.gelu(self.inner(self.dropout(seen)))))
        return out.float()


def _padded(batch: Sequence[Question], blurred: float) -> tuple[Tensor, ...]:
    made = np.zeros((4, len(batch), max(question.length for question in batch)), dtype=np.int64)
    for number, question in enumerate(batch):
        pair, n = question.pair, question.length
        made[:3, number, :n] = pair.inputs
        made[3, number, :n] = 1
        if blurred:
            for (opening, closing), hidden in ((pair.subject, HIDDEN_SUBJECT), (pair.object, HIDDEN_OBJECT)):
                if random.random() < HIDDEN:
                    made[0, number, opening + 1 : closing] = hidden
    pieces, *others = (torch.from_numpy(rows) for rows in made)
    if blurred:
        pieces = torch.where((torch.rand(pieces.shape) < blurred) & (pieces > FIRST_WORD), MASK, pieces)
    return pieces, *others


def batches(rows: Sequence[Question], most: int, seed: int) -> list[list[Question]]:
    """Pairs of like length together, at most ``most`` pieces, in random order."""
    chance = random.Random(seed)
    made: list[list[Question]] = [[]]
    for row in sorted(rows, key=lambda row: row.length + 30 * chance.random()):
        if made[-1] and (len(made[-1]) + 1) * row.length > most:
            made.append([])
        made[-1].append(row)
    chance.shuffle(made)
    return made


@torch.no_grad()
def predict(model: MarkReader, rows: Sequence[Question]) -> dict[tuple[int, int, int], NDArray[np.float32]]:
    """Probabilities (n_labels,) of each pair of ``MARKED``, by its key."""
    model.eval()
    found: dict[tuple[int, int, int], NDArray[np.float32]] = {}
    for batch in batches(rows, 8192, 0):
        with autocast():
            chances = model(batch, MARKED).softmax(1).numpy()
        found |= {question.key: chance for question, chance in zip(batch, chances, strict=True)}
    model.train()
    return found


def measure(model: MarkReader, rows: Sequence[Question], wanted: int) -> dict[str, float]:
    """Best micro-F1 over one threshold, typed and of pairs; ``wanted``: how many relations there are."""
    answers = predict(model, rows)
    judged = sorted(
        (
            (float(1 - answers[row.key][0]), row.label == int(answers[row.key][1:].argmax()) + 1, row.label > 0)
            for row in rows
        ),
        reverse=True,
    )
    ends = np.arange(1, len(judged) + 1) + wanted
    typed, pairs = (2 * np.cumsum([row[column] for row in judged]) / ends for column in (1, 2))
    return {"typed": round(float(typed.max()), 4), "pairs": round(float(pairs.max()), 4)}


def train(
    model: MarkReader, rows: Sequence[Question], corpus: str, *, epochs: int, rate: float, most: int
) -> dict[str, Tensor]:
    """One corpus, batches of at most ``most`` pieces; returns the mean of the weights of the last two fifths of the steps."""
    slow = list(model.encoder.parameters())
    inner = {id(parameter) for parameter in slow}
    fast = [parameter for parameter in model.parameters() if id(parameter) not in inner]
    optimizer = torch.optim.AdamW(
        [{"params": slow, "lr": rate}, {"params": fast, "lr": 4 * rate}], weight_decay=0.01, fused=True
    )
    plan = [batches(rows, most, epoch) for epoch in range(epochs)]
    total = sum(map(len, plan))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [rate, 4 * rate], total_steps=total, pct_start=0.1, anneal_strategy="linear", cycle_momentum=False
    )
    mean, began, step = torch.optim.swa_utils.AveragedModel(model), time.time(), 0
    for epoch, todo in enumerate(plan):
        losses = []
        for batch in todo:
            with autocast():
                loss = nn.functional.cross_entropy(model(batch, corpus), torch.tensor([row.label for row in batch]))
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            losses.append(loss.item())
            step += 1
            if step > 0.6 * total and step % 8 == 0:
                mean.update_parameters(model)
        report = {"corpus": corpus, "epoch": epoch, "loss": round(float(np.mean(losses)), 4)}
        print(json.dumps(report | {"seconds": round(time.time() - began)}), flush=True)  # noqa: T201
    weights: dict[str, Tensor] = (mean.module if mean.n_averaged > 0 else model).state_dict()
    return weights


def not_in(pairs: Iterable[JoinedNames], documents: Iterable[Linked]) -> Iterator[JoinedNames]:
    """The pairs whose sentence stands in none of the documents, spaces and signs aside."""
    held_out = " ".join(re.sub(r"\W+", "", document.text) for document in documents)
    return (one for one in pairs if re.sub(r"\W+", "", one.text) not in held_out)


def main() -> None:
    """Train and save."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--nero", type=Path, required=True, help="annotation_results.txt of the package NERO-nlp")
    options.add_argument("--start", type=Path, required=True, help="weights of the reader of relations")
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--epochs", type=int, default=5)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    random.seed(given.seed)
    documents = {
        split: [one for one in read_all(given.data, split) if one.head == MARKED] for split in ("train", "dev")
    }
    rows = {split: questions(own) for split, own in documents.items()}
    model = MarkReader(free_of_dropout(compact_encoder(attention="eager")))  # its backward pass is the faster one here
    known = torch.load(given.start, weights_only=True)
    shared = ("encoder", "lexicon", "shape")
    model.load_state_dict({k: v for k, v in known.items() if k.startswith(shared)}, strict=False)
    nero = list(joined(not_in(read_nero(given.nero), documents["dev"])))
    print({"nero": len(nero)} | {split: len(own) for split, own in rows.items()}, flush=True)  # noqa: T201
    train(model, nero, "nero", epochs=1, rate=1e-4, most=2048)
    torch.save(model.state_dict(), given.out / "nero.pt")
    model.load_state_dict(train(model, rows["train"], MARKED, epochs=given.epochs, rate=1.2e-4, most=1536))
    torch.save(model.state_dict(), given.out / "mean.pt")
    wanted = sum(len(document.relations) for document in documents["dev"])
    print(json.dumps(measure(model, rows["dev"], wanted)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
