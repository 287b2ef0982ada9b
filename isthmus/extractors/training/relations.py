"""Train the reader of relations: one encoder over the whole text, a pair's own view of it, one set of labels a corpus.

    python -m isthmus.extractors.training.relations --data ../shared/data --start tagger/mean.pt --out relations

An entity is pooled from its mentions (log-sum-exp), a pair attends to the text by itself, and a grouped bilinear form
decides, after Zhou et al. 2021, "Document-level relation extraction with adaptive thresholding and localized context
pooling" (doi:10.1609/aaai.v35i16.17717); the attention is learned here instead of being the encoder's own.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from isthmus.extractors.models.pairs import (
    BLOCK,
    FEATURES,
    HEADS,
    LABELS,
    OFFSET,
    SYMMETRIC,
    WINDOW,
    candidates,
    in_window,
    pair_features,
    reading_windows,
)
from isthmus.extractors.models.words import FIRST, LAST, LEXICON_FEATURES, SHAPES, lexicon_features, read_words, shapes
from isthmus.extractors.text.sentences import split_many
from isthmus.extractors.training.encoder import autocast, compact_encoder, free_of_dropout
from isthmus.extractors.training.relation_corpora import Linked, read_all


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a document with its candidate pairs.

    ``places``: (mention, [first piece, end piece, entity row]); ``sentence``: (length,) of each piece, -1 for marks;
    ``pairs``: (n, [subject row, object row]) with ``wanted`` their labels and ``known`` their features.
    """

    document: int
    head: str
    pieces: NDArray[np.int64]
    lexicon: NDArray[np.int64]
    shape: NDArray[np.int64]
    sentence: NDArray[np.int64]
    places: NDArray[np.int64]
    entities: tuple[int, ...]
    pairs: NDArray[np.int64]
    known: NDArray[np.float32]
    wanted: NDArray[np.int64]


def make_windows(documents: Sequence[Linked]) -> list[Window]:
    """Every window of every document that has at least one candidate pair."""
    made: list[Window] = []
    for number, (document, sentences) in enumerate(
        zip(documents, split_many(document.text for document in documents), strict=True)
    ):
        words = read_words(document.text)
        lexicon = lexicon_features(words, [mention[:3] for mention in document.mentions])
        shape = shapes(document.text, words)
        ends = [end for _, end in sentences]
        for low, high in reading_windows(words, sentences, WINDOW):
            entities = in_window(words, low, high, sentences, document.mentions)
            found = list(candidates(entities, document.head))
            if not found:
                continue
            rows = {entity: row for row, entity in enumerate(entities)}
            of_piece = np.repeat(np.arange(low, high), np.diff(words.first[low : high + 1]))
            made.append(
                Window(
                    number,
                    document.head,
                    np.array([FIRST, *words.pieces[words.first[low] : words.first[high]], LAST], dtype=np.int64),
                    np.array([0, *lexicon[of_piece], 0], dtype=np.int64),
                    np.array([0, *shape[of_piece], 0], dtype=np.int64),
                    np.array([-1, *np.searchsorted(ends, words.start[of_piece], side="right"), -1], dtype=np.int64),
                    np.array(
                        [(p.first, p.last, rows[e]) for e, named in entities.items() for p in named.places],
                        dtype=np.int64,
                    ),
                    tuple(entities),
                    np.array([(rows[a], rows[b]) for a, b in found], dtype=np.int64),
                    np.stack([pair_features(entities[a], entities[b], len(sentences)) for a, b in found]),
                    np.array([_label(document, a, b) for a, b in found], dtype=np.int64),
                )
            )
    return made


def _label(document: Linked, subject: int, obj: int) -> int:
    label = document.relations.get((subject, obj))
    if label is None and document.head in SYMMETRIC:
        label = document.relations.get((obj, subject))
    return HEADS[document.head].index(label) if label else 0


class PairReader(nn.Module):
    """A window with entities to the logits of every head's labels, for each pair."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.lexicon = nn.Embedding(LEXICON_FEATURES, width, padding_idx=0)
        self.shape = nn.Embedding(SHAPES, width, padding_idx=0)
        self.query = nn.Linear(2 * width, width)
        self.side = nn.Parameter(torch.zeros(4))
        self.subject, self.object = nn.Linear(2 * width, width), nn.Linear(2 * width, width)
        self.known = nn.Linear(FEATURES, 64)
        self.out = nn.Linear(width * BLOCK + 64, len(LABELS))
        self.dropout = nn.Dropout(0.2)

    def hidden(self, pieces: Tensor, lexicon: Tensor, shape: Tensor, mask: Tensor) -> Tensor:
        """(batch, length) each to (batch, length, width)."""
        words = self.encoder.embeddings.word_embeddings(pieces) + self.lexicon(lexicon) + self.shape(shape)
        return self.encoder(inputs_embeds=words, attention_mask=mask).last_hidden_state

    def pairs(self, hidden: Tensor, window: Window) -> tuple[Tensor, Tensor]:
        """Logits (n_pairs, n_labels) and attention (n_pairs, length) of one window's pairs."""
        entities, inside = _pooled(hidden, window)
        ends = torch.from_numpy(window.pairs)
        subject, obj = entities[ends[:, 0]], entities[ends[:, 1]]
        scores = self.query(torch.cat([subject, obj], 1)) @ hidden.T / hidden.shape[1] ** 0.5
        attention = (scores.float() + self.side[inside[ends[:, 0]] + 2 * inside[ends[:, 1]]]).softmax(1)
        context = attention.to(hidden.dtype) @ hidden
        ours = torch.tanh(self.subject(self.dropout(torch.cat([subject, context], 1))))
        theirs = torch.tanh(self.object(self.dropout(torch.cat([obj, context], 1))))
        blocks = ours.view(len(ends), -1, BLOCK, 1) * theirs.view(len(ends), -1, 1, BLOCK)
        known = torch.tanh(self.known(torch.from_numpy(window.known)))
        return self.out(torch.cat([self.dropout(blocks.flatten(1)), known.to(blocks.dtype)], 1)).float(), attention


def _pooled(hidden: Tensor, window: Window) -> tuple[Tensor, Tensor]:
    """Entities (n, width) by log-sum-exp over mentions; and (n, length), 1 where a piece's sentence names the entity."""
    n = len(window.entities)
    sums = torch.cat([hidden.new_zeros(1, hidden.shape[1]), hidden.float().cumsum(0)])
    first, last, entity = torch.from_numpy(window.places).unbind(1)
    mentions = (sums[last] - sums[first]) / (last - first).unsqueeze(1)
    top = torch.full((n, hidden.shape[1]), -1e9).scatter_reduce(
        0, entity[:, None].expand_as(mentions), mentions.detach(), "amax"
    )
    summed = torch.zeros_like(top).index_add(0, entity, (mentions - top[entity]).exp())
    sentence = torch.from_numpy(window.sentence)
    inside = torch.zeros((n, int(sentence.max()) + 2), dtype=torch.int64)
    inside[entity, sentence[first]] = 1
    inside[:, -1] = 0  # of the marks
    return (summed.log() + top).to(hidden.dtype), inside[:, sentence]


def padded(rows: Sequence[Window]) -> tuple[Tensor, ...]:
    """Pieces, lexicon, shape and mask of a batch."""
    length = max(len(row.pieces) for row in rows)
    made = np.zeros((4, len(rows), length), dtype=np.int64)
    for number, row in enumerate(rows):
        n = len(row.pieces)
        made[:3, number, :n] = row.pieces, row.lexicon, row.shape
        made[3, number, :n] = 1
    return tuple(torch.from_numpy(made).unbind(0))


def batches(rows: Sequence[Window], most: int, seed: int) -> Iterator[list[Window]]:
    """Windows of like length together, in random order."""
    chance = random.Random(seed)
    made: list[list[Window]] = [[]]
    for row in sorted(rows, key=lambda row: len(row.pieces) + 30 * chance.random()):
        if made[-1] and (len(made[-1]) + 1) * len(row.pieces) > most:
            made.append([])
        made[-1].append(row)
    chance.shuffle(made)
    yield from made


@torch.no_grad()
def predict(model: PairReader, rows: Sequence[Window]) -> dict[int, NDArray[np.float32]]:
    """Probabilities (n_pairs, n_labels of its head) of each window's pairs, by its place in ``rows``."""
    model.eval()
    found: dict[int, NDArray[np.float32]] = {}
    order = {id(row): place for place, row in enumerate(rows)}
    for batch in batches(rows, 8192, 0):
        with autocast():
            hidden = model.hidden(*padded(batch))
            for number, row in enumerate(batch):
                logits, _ = model.pairs(hidden[number, : len(row.pieces)], row)
                low = OFFSET[row.head]
                found[order[id(row)]] = logits[:, low : low + len(HEADS[row.head])].softmax(1).numpy()
    model.train()
    return found


def measure(model: PairReader, documents: Sequence[Linked], rows: Sequence[Window]) -> dict[str, float]:
    """Best micro-F1 of each corpus over one threshold, with the annotators' own mentions."""
    answers = predict(model, rows)
    scored: dict[str, list[tuple[float, bool, bool]]] = defaultdict(list)
    wanted = Counter(document.head for document in documents for _ in document.relations)
    best: dict[tuple[int, int, int], tuple[float, bool, bool]] = {}
    for place, row in enumerate(rows):
        for (a, b), label, answer in zip(row.pairs, row.wanted, answers[place], strict=True):
            guess = int(answer[1:].argmax()) + 1
            key = (
                (row.document, *sorted((row.entities[a], row.entities[b])))
                if row.head in SYMMETRIC
                else (row.document, row.entities[a], row.entities[b])
            )
            value = (float(1 - answer[0]), guess == label, bool(label))
            best[key] = max(best.get(key, value), value)
    for (document, *_), value in best.items():
        scored[documents[document].head].append(value)
    figures = {}
    for head, values in scored.items():
        for name, column in ((head, 1), (f"{head} pairs", 2)):
            right, top, at = 0.0, 0.0, 0.0
            for n, value in enumerate(sorted(values, reverse=True), 1):
                right += value[column]
                f1 = 2 * right / (n + wanted[head])
                top, at = max((top, at), (f1, value[0]))
            figures[name] = round(top, 4)
            figures[f"{name} at"] = round(at, 2)
    return figures


def train(
    documents: dict[str, list[Linked]],
    made: dict[str, list[Window]],
    *,
    start: Path | None,
    epochs: int,
    rate: float,
    out: Path,
) -> PairReader:
    """Train; the mean of the weights of the last third of the steps is kept."""
    torch.manual_seed(1)
    model = PairReader(free_of_dropout(compact_encoder()))
    if start is not None:
        known = torch.load(start, weights_only=True)
        model.load_state_dict({k: v for k, v in known.items() if not k.startswith(("tags", "gate"))}, strict=False)
    body = [*model.encoder.parameters(), *model.lexicon.parameters(), *model.shape.parameters()]
    inner = {id(parameter) for parameter in body}
    new = [parameter for parameter in model.parameters() if id(parameter) not in inner]
    optimizer = torch.optim.AdamW([{"params": body, "lr": rate}, {"params": new, "lr": 4 * rate}], weight_decay=0.01)
    plan = [list(batches(made["train"], 4096, epoch)) for epoch in range(epochs)]
    total = sum(map(len, plan))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [rate, 4 * rate], total_steps=total, pct_start=0.06, anneal_strategy="linear", cycle_momentum=False
    )
    mean, began, step = torch.optim.swa_utils.AveragedModel(model), time.time(), 0
    for epoch, todo in enumerate(plan):
        losses = []
        for rows in todo:
            with autocast():
                hidden = model.hidden(*padded(rows))
                values = []
                for number, row in enumerate(rows):
                    logits, _ = model.pairs(hidden[number, : len(row.pieces)], row)
                    low = OFFSET[row.head]
                    own = logits[:, low : low + len(HEADS[row.head])]
                    # A text with many pairs counts more than one with few, but not by as much.
                    values.append(
                        nn.functional.cross_entropy(own, torch.from_numpy(row.wanted), reduction="sum")
                        / len(own) ** 0.5
                    )
            value = torch.stack(values).mean()
            value.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            losses.append(value.item())
            step += 1
            if step > 0.67 * total and step % 20 == 0:
                mean.update_parameters(model)
        report = {"epoch": epoch, "loss": round(float(np.mean(losses)), 4), "seconds": round(time.time() - began)}
        if epoch % 4 == 3 or epoch == epochs - 1:
            report |= measure(model, documents["dev"], made["dev"])
        print(json.dumps(report), flush=True)  # noqa: T201
        torch.save(model.state_dict(), out / "last.pt")
    if mean.n_averaged > 0:
        model = mean.module
    torch.save(model.state_dict(), out / "mean.pt")
    print(json.dumps({"mean": measure(model, documents["dev"], made["dev"])}), flush=True)  # noqa: T201
    return model


def main() -> None:
    """Train and save."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--start", type=Path, help="the tagger's weights, whose encoder knows the field")
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--epochs", type=int, default=16)
    options.add_argument("--rate", type=float, default=1e-4)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    documents = {split: list(read_all(given.data, split)) for split in ("train", "dev")}
    made = {split: make_windows(rows) for split, rows in documents.items()}
    print({split: Counter(row.head for row in rows) for split, rows in made.items()}, flush=True)  # noqa: T201
    train(documents, made, start=given.start, epochs=given.epochs, rate=given.rate, out=given.out)


if __name__ == "__main__":
    main()
