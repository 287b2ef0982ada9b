"""Training, export and reading, end to end, on two hundred made-up sentences: whether the way works, not how well."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs torch: make setup-train")

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402

from isthmus.extractors.lexicon.lexicon import Lexicon  # noqa: E402
from isthmus.extractors.training import export, relations, tagger  # noqa: E402
from isthmus.extractors.training.corpora import CORPORA, AnnotatedText  # noqa: E402
from isthmus.extractors.training.examples import Example, examples  # noqa: E402
from isthmus.extractors.training.relation_corpora import Linked  # noqa: E402
from isthmus.graph.vocabulary import Category  # noqa: E402

# torch, transformers and onnx warn of their own ways of exporting.
pytestmark = pytest.mark.filterwarnings("ignore")

DRUGS = (
    "zorbaxin",
    "melitrant",
    "quavidone",
    "ferulast",
    "droxepal",
    "tivamol",
    "sepracin",
    "ondrival",
    "kelutide",
    "ramiprox",
)
ILLS = (
    "scurry fever",
    "marsh palsy",
    "glass lung",
    "amber gout",
    "night tremor",
    "salt blindness",
    "river ague",
    "dune rash",
)
SAYING = (
    "{drug} eased {ill} in a month.",
    "We gave {drug} to people who had {ill}.",
    "{ill} was brought on by {drug}.",
)
BC5CDR = next(number for number, corpus in enumerate(CORPORA) if corpus.name == "bc5cdr")


def _texts() -> list[AnnotatedText]:
    made = []
    for number, (drug, ill, saying) in enumerate(itertools.product(DRUGS, ILLS, SAYING)):
        text = saying.format(drug=drug, ill=ill)
        spans = (
            (text.index(drug), text.index(drug) + len(drug), "Chemical"),
            (text.index(ill), text.index(ill) + len(ill), "Disease"),
        )
        made.append(AnnotatedText(f"s{number}", text, tuple(sorted(spans)), "bc5cdr"))
    return made[:200]


def _examples() -> dict[str, list[Example]]:
    rows = list(examples(_texts(), BC5CDR, CORPORA[BC5CDR].labels, Lexicon.open()))
    return {"train": rows[:160], "dev": rows[160:]}


def _linked() -> list[Linked]:
    made = []
    for text in _texts():
        mentions = tuple(
            (start, end, Category.CHEMICAL_ENTITY if label == "Chemical" else Category.DISEASE, label == "Disease")
            for start, end, label in text.spans
        )
        joined = {(0, 1): "CID"} if "brought on" in text.text else {}
        made.append(Linked(text.id, text.text, "bc5cdr", mentions, joined, ("drug", "ill")))
    return made


def test_the_tagger_learns_is_exported_and_reads(tmp_path: Path) -> None:
    made = _examples()
    model = tagger.train(made, epochs=6, rate=3e-4, out=tmp_path, tokens=1024, share=1.0)
    assert tagger.measure(model, made["dev"])["bc5cdr"] > 0.8
    export.export_tagger(tmp_path / "mean.pt", tmp_path)
    session = onnxruntime.InferenceSession(str(tmp_path / "tagger.onnx"))
    batch = tagger.tensors(made["dev"][:1], None)
    tags, _ = session.run(["tags", "gate"], {name: batch[name].numpy() for name in export.INPUTS})
    with torch.no_grad():
        wanted, _ = model.eval()(*(batch[name] for name in export.INPUTS))
    # Eight bits move a logit a little, and no clear answer.
    assert np.mean(tags.argmax(-1) == wanted.numpy().argmax(-1)) > 0.9


def test_the_reader_of_relations_learns_and_is_exported(tmp_path: Path) -> None:
    linked = _linked()
    documents = {"train": linked[::2], "dev": linked[1::2]}
    made = {split: relations.make_windows(rows) for split, rows in documents.items()}
    relations.train(documents, made, start=None, epochs=6, rate=3e-4, out=tmp_path)
    model = relations.PairReader(relations.free_of_dropout(relations.compact_encoder()))
    model.load_state_dict(torch.load(tmp_path / "mean.pt", weights_only=True))
    assert relations.measure(model, documents["dev"], made["dev"])["bc5cdr"] > 0.8
    export.export_relations(tmp_path / "mean.pt", tmp_path)
    assert {path.name for path in tmp_path.glob("relations.*")} == {"relations.onnx", "relations.npz"}
