"""Train the tagger of names: one compact encoder, one set of tags a corpus, and a gate that says whose lines to follow.

    python -m isthmus.extractors.training.examples --data ../shared/data --out examples.pkl
    python -m isthmus.extractors.training.tagger --examples examples.pkl --out tagger

A corpus's tags are learned from its own documents alone, since annotators of different corpora draw different lines.
The gate learns which corpus a text resembles; reading new text, the corpora's answers are weighed by it.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from isthmus.extractors.models.words import FIRST, LAST, LEXICON_FEATURES, SHAPES
from isthmus.extractors.training.corpora import CORPORA
from isthmus.extractors.training.encoder import autocast, compact_encoder, free_of_dropout
from isthmus.extractors.training.examples import Example

MAIN = 5  # the first corpora are read whole in each epoch, of the others a part
SIZES = [2 * len(corpus.labels) + 1 for corpus in CORPORA]
OFFSETS = np.concatenate(([0], np.cumsum(SIZES)))
_MASK = 103


class Tagger(nn.Module):
    """Word pieces with their features to logits of every corpus's tags, and of the corpora themselves."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.lexicon = nn.Embedding(LEXICON_FEATURES, width, padding_idx=0)
        self.shape = nn.Embedding(SHAPES, width, padding_idx=0)
        for table in (self.lexicon, self.shape):
            nn.init.normal_(table.weight, std=0.02)
            table.weight.data[0] = 0
        self.dropout = nn.Dropout(0.1)
        self.tags = nn.Linear(width, int(OFFSETS[-1]))
        self.gate = nn.Linear(width, len(CORPORA))

    def forward(self, pieces: Tensor, lexicon: Tensor, shape: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, length) each to (batch, length, tags) and (batch, corpora)."""
        words = self.encoder.embeddings.word_embeddings(pieces) + self.lexicon(lexicon) + self.shape(shape)
        hidden = self.encoder(inputs_embeds=self.dropout(words), attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * weight).sum(1) / weight.sum(1)
        return self.tags(self.dropout(hidden)), self.gate(pooled)


class OfPieces(Protocol):
    """What is put into batches by the number of its word pieces."""

    @property
    def pieces(self) -> NDArray[np.int32]:
        """Shape (n_pieces,)."""


Row = TypeVar("Row", bound=OfPieces)


def batches(rows: Sequence[Row], most: int, seed: int) -> Iterator[list[Row]]:
    """Rows of like length together, at most ``most`` pieces a batch with its padding, in random order."""
    chance = random.Random(seed)
    ordered = sorted(rows, key=lambda row: len(row.pieces) + chance.random() * 12)
    made: list[list[Row]] = [[]]
    for row in ordered:
        if made[-1] and (len(made[-1]) + 1) * (len(row.pieces) + 2) > most:
            made.append([])
        made[-1].append(row)
    chance.shuffle(made)
    yield from made


def tensors(rows: Sequence[Example], chance: np.random.Generator | None) -> dict[str, Tensor]:
    """A batch; with ``chance``, some pieces are hidden and some texts lose their lexicon features."""
    length = max(len(row.pieces) for row in rows) + 2
    shape = (len(rows), length)
    pieces, lexicon, shapes, mask = (np.zeros(shape, dtype=np.int64) for _ in range(4))
    wanted = np.full(shape, -100, dtype=np.int64)
    for number, row in enumerate(rows):
        n = len(row.pieces)
        of_word = np.repeat(np.arange(len(row.tags)), np.diff(row.first))
        pieces[number, : n + 2] = [FIRST, *row.pieces, LAST]
        mask[number, : n + 2] = 1
        lexicon[number, 1 : n + 1] = row.lexicon[of_word]
        shapes[number, 1 : n + 1] = row.shape[of_word]
        wanted[number, row.first[:-1] + 1] = row.tags + OFFSETS[row.corpus]
        if chance is not None:
            hidden = chance.random(n) < 0.03
            pieces[number, 1 : n + 1][hidden] = _MASK
            if chance.random() < 0.1:
                lexicon[number] = 0
    given = {"pieces": pieces, "lexicon": lexicon, "shape": shapes, "mask": mask, "wanted": wanted}
    corpora = np.array([row.corpus for row in rows])
    return {name: torch.from_numpy(value) for name, value in {**given, "corpus": corpora}.items()}


def loss(model: Tagger, batch: dict[str, Tensor], allowed: Tensor) -> Tensor:
    """Cross-entropy within each text's own corpus's tags, and of the gate."""
    with autocast():
        tags, gate = model(batch["pieces"], batch["lexicon"], batch["shape"], batch["mask"])
    tags = tags.float() + allowed[batch["corpus"]][:, None]
    of_tags = nn.functional.cross_entropy(tags.flatten(0, 1), batch["wanted"].flatten(), ignore_index=-100)
    return of_tags + 0.05 * nn.functional.cross_entropy(gate.float(), batch["corpus"])


def spans(tags: Sequence[int]) -> set[tuple[int, int, int]]:
    """(first word, end word, label) of every name that the tags mark."""
    found: set[tuple[int, int, int]] = set()
    start, label = 0, -1
    for place, tag in enumerate([*tags, 0]):
        goes_on = tag > 0 and tag % 2 == 0 and tag // 2 - 1 == label
        if goes_on:
            continue
        if label >= 0:
            found.add((start, place, label))
        start, label = place, (tag - 1) // 2 if tag > 0 else -1
    return found


@torch.no_grad()
def measure(model: Tagger, rows: Sequence[Example]) -> dict[str, float]:
    """Strict F1 over words of each corpus by its own tags, and how often the gate is right."""
    model.eval()
    counts: dict[int, Counter[str]] = {}
    for batch_rows in batches(rows, 8192, 0):
        batch = tensors(batch_rows, None)
        with autocast():
            tags, gate = model(batch["pieces"], batch["lexicon"], batch["shape"], batch["mask"])
        for row, row_tags, row_gate in zip(batch_rows, tags.float().numpy(), gate.float().numpy(), strict=True):
            low, high = OFFSETS[row.corpus], OFFSETS[row.corpus + 1]
            ours = spans(row_tags[row.first[:-1] + 1, low:high].argmax(-1).tolist())
            gold = spans(row.tags.tolist())
            counts.setdefault(row.corpus, Counter()).update(
                right=len(ours & gold),
                found=len(ours),
                wanted=len(gold),
                gate=int(row_gate.argmax() == row.corpus),
                n=1,
            )
    model.train()
    figures = {}
    for number, count in sorted(counts.items()):
        figures[CORPORA[number].name] = round(2 * count["right"] / max(count["found"] + count["wanted"], 1), 4)
        figures[f"{CORPORA[number].name} gate"] = round(count["gate"] / count["n"], 2)
    return figures


def train(
    made: dict[str, list[Example]],
    *,
    epochs: int,
    rate: float,
    out: Path,
    tokens: int,
    share: float,
    start: Path | None = None,
    times: Mapping[str, float] | None = None,
) -> Tagger:
    """Train, keeping the mean of the weights of the last third of the steps; a checkpoint after each epoch.

    ``times``: how often a corpus is read in an epoch, for those that are not read once (the main ones) or by ``share``.
    """
    torch.manual_seed(1)
    model = Tagger(free_of_dropout(compact_encoder()))
    if start is not None:
        model.load_state_dict(torch.load(start, weights_only=True))
    often = [(times or {}).get(corpus.name, 1.0 if number < MAIN else share) for number, corpus in enumerate(CORPORA)]
    allowed = torch.full((len(CORPORA), int(OFFSETS[-1])), -1e4)
    for number in range(len(CORPORA)):
        allowed[number, OFFSETS[number] : OFFSETS[number + 1]] = 0
    new = [*model.lexicon.parameters(), *model.shape.parameters(), *model.tags.parameters(), *model.gate.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": model.encoder.parameters(), "lr": rate}, {"params": new, "lr": 5 * rate}], weight_decay=0.01
    )
    plan = [list(batches(_of_epoch(made["train"], epoch, often), tokens, epoch)) for epoch in range(epochs)]
    total = sum(map(len, plan))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [rate, 5 * rate], total_steps=total, pct_start=0.06, anneal_strategy="linear", cycle_momentum=False
    )
    mean = torch.optim.swa_utils.AveragedModel(model)
    chance, began, step = np.random.default_rng(1), time.time(), 0
    for epoch, todo in enumerate(plan):
        losses = []
        for rows in todo:
            value = loss(model, tensors(rows, chance), allowed)
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
        if epoch % 3 == 2 or epoch == epochs - 1:
            report |= measure(model, made["dev"])
        print(json.dumps(report), flush=True)  # noqa: T201
        torch.save(model.state_dict(), out / "last.pt")
    if mean.n_averaged > 0:
        model = mean.module
    torch.save(model.state_dict(), out / "mean.pt")
    print(json.dumps({"mean": measure(model, made["dev"])}), flush=True)  # noqa: T201
    return model


def _of_epoch(rows: Sequence[Example], epoch: int, often: Sequence[float]) -> list[Example]:
    """The rows as often as their corpus is read: 1.5 is each once and half of them twice."""
    chance = random.Random(epoch)
    return [row for row in rows for _ in range(int(often[row.corpus] + chance.random()))]


def main() -> None:
    """Train and save."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--examples", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--epochs", type=int, default=12)
    options.add_argument("--rate", type=float, default=1.5e-4)
    options.add_argument("--tokens", type=int, default=4096)
    options.add_argument("--share", type=float, default=0.3, help="of the corpora beside the main ones, in each epoch")
    options.add_argument("--start", type=Path, help="weights to go on from")
    options.add_argument(
        "--times", nargs="*", default=[], metavar="CORPUS=N", help="how often a corpus is read in an epoch"
    )
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    made = pickle.loads(given.examples.read_bytes())  # noqa: S301 - written by training.examples
    times = {name: float(number) for name, _, number in (each.partition("=") for each in given.times)}
    train(
        made,
        epochs=given.epochs,
        rate=given.rate,
        out=given.out,
        tokens=given.tokens,
        share=given.share,
        start=given.start,
        times=times,
    )


if __name__ == "__main__":
    main()
