r"""Train the fast profile's tagger: layers of convolutions that learn from the corpora and from the large tagger's answers.

    python -m isthmus.extractors.training.fast_tagger --data ../shared/data --examples examples.pkl \
        --teacher tagger/mean.pt --out fast_tagger

The examples are those of the large tagger (``training.examples``), and so are the tags. Each word piece sees its
neighbours through residual layers, as spaCy's tok2vec does (https://spacy.io/api/architectures#HashEmbedCNN), some of them
with gaps so that few layers see far (Strubell et al. 2017, 10.18653/v1/D17-1283). On texts with a teacher the loss is
the cross-entropy with its probabilities (Hinton et al. 2015, arXiv:1503.02531).
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.words import LEXICON_FEATURES, SHAPES
from isthmus.extractors.training.corpora import CORPORA
from isthmus.extractors.training.encoder import autocast, compact_encoder, free_of_dropout
from isthmus.extractors.training.examples import Example, examples
from isthmus.extractors.training.tagger import MAIN, OFFSETS, Tagger, batches, measure, tensors
from isthmus.extractors.training.unlabelled import unlabelled_texts

WIDTH = 128
GAPS = (1, 2, 1, 4, 1)  # how far the neighbours are that a layer sees
VOCABULARY = 30_522
UNLABELLED = -1  # in place of a corpus's number
TEACHER_WEIGHT = 3.0  # of the teacher's answers, where the annotators' weigh 1
GATE_WEIGHT = 0.05
Taught = tuple[NDArray[np.float16], NDArray[np.float16]]  # logits of the tags (n_words, n_tags), of the corpora


@dataclass(frozen=True, slots=True)
class Lesson:
    """A window and, where it was asked, the teacher's answer to it."""

    row: Example
    taught: Taught | None

    @property
    def pieces(self) -> NDArray[np.int32]:
        """The window's word pieces, by whose number windows are put together."""
        return self.row.pieces


class Layer(nn.Module):
    """Each piece with the two that are ``gap`` to its left and right, added to itself."""

    def __init__(self, width: int, gap: int) -> None:
        super().__init__()
        self.gap = gap
        self.mix = nn.Linear(3 * width, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, length, width) to the same."""
        n, gap = x.shape[1], self.gap
        wide = nn.functional.pad(x, (0, 0, gap, gap))
        beside = torch.cat([wide[:, :n], x, wide[:, 2 * gap :]], dim=-1)
        return self.norm(x + torch.relu(self.mix(beside)))


class FastTagger(nn.Module):
    """Word pieces with their features to logits of every corpus's tags, and of the corpora, as ``Tagger`` does."""

    def __init__(self, width: int = WIDTH, gaps: Sequence[int] = GAPS) -> None:
        super().__init__()
        self.pieces = nn.Embedding(VOCABULARY, width)
        self.lexicon = nn.Embedding(LEXICON_FEATURES, width, padding_idx=0)
        self.shape = nn.Embedding(SHAPES, width, padding_idx=0)
        for table in (self.lexicon, self.shape):
            nn.init.normal_(table.weight, std=0.3)
            table.weight.data[0] = 0
        self.norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(Layer(width, gap) for gap in gaps)
        self.dropout = nn.Dropout(0.1)
        self.tags = nn.Linear(width, int(OFFSETS[-1]))
        self.gate = nn.Linear(width, len(CORPORA))

    def forward(self, pieces: Tensor, lexicon: Tensor, shape: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, length) each to (batch, length, tags) and (batch, corpora)."""
        kept = mask.unsqueeze(-1).float()
        x = self.norm(self.dropout(self.pieces(pieces) + self.lexicon(lexicon) + self.shape(shape))) * kept
        for layer in self.layers:
            x = layer(x) * kept
        pooled = x.sum(1) / kept.sum(1)
        return self.tags(self.dropout(x)), self.gate(pooled)


def begin_from(model: FastTagger, teacher: nn.Module) -> None:
    """The pieces' vectors are the teacher's, in the directions in which these differ most."""
    vectors = teacher.encoder.embeddings.word_embeddings.weight.detach().float()
    vectors = vectors - vectors.mean(0)
    width = model.pieces.embedding_dim
    directions = torch.linalg.svd(vectors.T @ vectors).U[:, :width]
    short = vectors @ directions
    model.pieces.weight.data.copy_(0.6 * short / short.std())


@torch.no_grad()
def teach(teacher: nn.Module, rows: Sequence[Example], tokens: int = 4096) -> list[Lesson]:
    """Each window with the teacher's answer."""
    teacher.eval()
    made: list[Lesson] = []
    for own in batches(rows, tokens, 0):
        batch = tensors(own, None)
        with autocast():
            tags, gate = teacher(batch["pieces"], batch["lexicon"], batch["shape"], batch["mask"])
        for row, of_row, of_text in zip(own, tags.float().numpy(), gate.float().numpy(), strict=True):
            at_words = of_row[row.first[:-1] + 1].astype(np.float16)
            made.append(Lesson(row, (at_words, of_text.astype(np.float16))))
    return made


def loss(model: FastTagger, lessons: Sequence[Lesson], chance: np.random.Generator, allowed: Tensor) -> Tensor:
    """Cross-entropy with the annotators' tags within their own corpus's, and with the teacher's answers in all."""
    batch = tensors([lesson.row for lesson in lessons], chance)
    with autocast():
        tags, gate = model(batch["pieces"], batch["lexicon"], batch["shape"], batch["mask"])
    tags, gate, total = tags.float(), gate.float(), torch.zeros(())
    annotated = batch["corpus"] != UNLABELLED
    if annotated.any():
        corpus = batch["corpus"][annotated]
        own = (tags[annotated] + allowed[corpus][:, None]).flatten(0, 1)
        total = total + nn.functional.cross_entropy(own, batch["wanted"][annotated].flatten(), ignore_index=-100)
        total = total + GATE_WEIGHT * nn.functional.cross_entropy(gate[annotated], corpus)
    taught = [(number, lesson) for number, lesson in enumerate(lessons) if lesson.taught is not None]
    if taught:
        total = total + len(taught) / len(lessons) * _from_teacher(tags, gate, taught)
    return total


def _from_teacher(tags: Tensor, gate: Tensor, taught: Sequence[tuple[int, Lesson]]) -> Tensor:
    """The mean over the words, and over the corpora's sets of tags, of the cross-entropy with the teacher's answers."""
    rows = torch.from_numpy(np.concatenate([np.full(len(lesson.row.tags), number) for number, lesson in taught]))
    places = torch.from_numpy(np.concatenate([lesson.row.first[:-1] + 1 for _, lesson in taught]))
    answers = [lesson.taught for _, lesson in taught if lesson.taught is not None]
    ours, theirs = tags[rows, places.long()], torch.from_numpy(np.concatenate([each for each, _ in answers])).float()
    sets = [slice(int(low), int(high)) for low, high in pairwise(OFFSETS)]
    of_tags = torch.stack([_cross_entropy(ours[:, own], theirs[:, own]) for own in sets]).mean()
    numbers = [number for number, _ in taught]
    of_gate = _cross_entropy(gate[numbers], torch.from_numpy(np.stack([each for _, each in answers])).float())
    return TEACHER_WEIGHT * of_tags + GATE_WEIGHT * of_gate


def _cross_entropy(ours: Tensor, theirs: Tensor) -> Tensor:
    return -(theirs.softmax(-1) * ours.log_softmax(-1)).sum(-1).mean()


def train(
    lessons: Sequence[Lesson],
    dev: Sequence[Example],
    *,
    epochs: int,
    rate: float,
    out: Path,
    tokens: int = 4096,
    share: float = 0.2,
    teacher: nn.Module | None = None,
) -> FastTagger:
    """Train, keeping the mean of the weights of the last quarter of the steps. ``share``: see ``tagger.train``."""
    torch.manual_seed(1)
    model = FastTagger()
    if teacher is not None:
        begin_from(model, teacher)
    allowed = torch.full((len(CORPORA), int(OFFSETS[-1])), -1e4)
    for number in range(len(CORPORA)):
        allowed[number, OFFSETS[number] : OFFSETS[number + 1]] = 0
    rest = [parameter for name, parameter in model.named_parameters() if name != "pieces.weight"]
    optimizer = torch.optim.AdamW(
        [{"params": [model.pieces.weight], "lr": rate / 2, "weight_decay": 0.0}, {"params": rest, "lr": rate}],
        weight_decay=0.01,
        fused=True,
    )
    plan = [list(batches(_of_epoch(lessons, epoch, share), tokens, epoch)) for epoch in range(epochs)]
    total = sum(map(len, plan))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [rate / 2, rate], total_steps=total, pct_start=0.06, anneal_strategy="linear", cycle_momentum=False
    )
    mean = torch.optim.swa_utils.AveragedModel(model)
    chance, began, step = np.random.default_rng(1), time.time(), 0
    for epoch, todo in enumerate(plan):
        losses = []
        for rows in todo:
            value = loss(model, rows, chance, allowed)
            value.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            losses.append(value.item())
            step += 1
            if step > 0.75 * total and step % 10 == 0:
                mean.update_parameters(model)
        report = {"epoch": epoch, "loss": round(float(np.mean(losses)), 4), "seconds": round(time.time() - began)}
        print(json.dumps(report), flush=True)  # noqa: T201
        torch.save(model.state_dict(), out / "last.pt")
    model = mean.module if mean.n_averaged > 0 else model
    torch.save(model.state_dict(), out / "mean.pt")
    print(json.dumps({"mean": measure(model, dev)}), flush=True)  # noqa: T201
    return model


def _of_epoch(lessons: Sequence[Lesson], epoch: int, share: float) -> list[Lesson]:
    chance = random.Random(epoch)
    return [lesson for lesson in lessons if lesson.row.corpus < MAIN or chance.random() < share]


def export(weights: Path, folder: Path) -> None:
    """Write ``fast_tagger.npz``: the pieces' vectors in eight bits, each row with a scale, the rest in half precision."""
    held = {name: value.float().numpy() for name, value in torch.load(weights, weights_only=True).items()}
    vectors = held.pop("pieces.weight")
    scale = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    arrays: dict[str, NDArray[np.generic]] = {name: value.astype(np.float16) for name, value in held.items()}
    arrays["pieces"] = np.round(vectors / scale[:, None]).astype(np.int8)
    arrays["pieces.scale"] = scale.astype(np.float32)
    arrays["gaps"] = np.array(GAPS)
    np.savez_compressed(folder / "fast_tagger.npz", **arrays)  # type: ignore[arg-type]


def main() -> None:
    """Ask the teacher, train, and write what ships into ``--out``."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--examples", type=Path, required=True)
    options.add_argument("--teacher", type=Path, required=True, help="weights of the large tagger")
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--epochs", type=int, default=7)
    options.add_argument("--rate", type=float, default=2e-3)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    teacher = Tagger(free_of_dropout(compact_encoder()))
    teacher.load_state_dict(torch.load(given.teacher, weights_only=True))
    made = pickle.loads(given.examples.read_bytes())  # noqa: S301 - written by training.examples
    lexicon = Lexicon.open()
    unlabelled = list(examples(unlabelled_texts(given.data, lexicon.canonical), UNLABELLED, (), lexicon))
    lessons = [Lesson(row, None) for row in made["train"]] + teach(teacher, unlabelled)
    train(lessons, made["dev"], epochs=given.epochs, rate=given.rate, out=given.out, teacher=teacher)
    export(given.out / "mean.pt", given.out)


if __name__ == "__main__":
    main()
