"""The fast profile's tagger in small: it learns from annotated and from taught sentences, is written, and reads the same."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs torch: make setup-train")

import numpy as np  # noqa: E402

from isthmus.extractors.lexicon.lexicon import Lexicon  # noqa: E402
from isthmus.extractors.models.fast_tagger import hidden_states, read_weights  # noqa: E402
from isthmus.extractors.training import fast_tagger  # noqa: E402
from isthmus.extractors.training.corpora import CORPORA, AnnotatedText  # noqa: E402
from isthmus.extractors.training.examples import Example, examples  # noqa: E402
from isthmus.extractors.training.tagger import OFFSETS, measure, spans, tensors  # noqa: E402
from isthmus.extractors.training.unlabelled import joined  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of torch's own ways

DRUGS = ("zorbaxin", "melitrant", "quavidone", "ferulast", "droxepal", "tivamol", "sepracin", "ondrival", "kelutide")
ILLS = ("scurry fever", "marsh palsy", "glass lung", "amber gout", "night tremor", "salt blindness", "river ague")
SAYING = ("{drug} eased {ill} in a month.", "We gave {drug} to people who had {ill}.", "{ill} was due to {drug}.")
BC5CDR = next(number for number, corpus in enumerate(CORPORA) if corpus.name == "bc5cdr")


class AllKnowing(torch.nn.Module):
    """Gives every first piece the tag that ``answers`` has for it, by the pieces of the window."""

    def __init__(self, rows: list[Example]) -> None:
        super().__init__()
        self.answers = {tuple(row.pieces.tolist()): row for row in rows}

    def forward(self, pieces, lexicon, shape, mask):
        tags = torch.zeros((*pieces.shape, int(OFFSETS[-1])))
        for number, (row, kept) in enumerate(zip(pieces.tolist(), mask.sum(1).tolist(), strict=True)):
            known = self.answers[tuple(row[1 : kept - 1])]
            for place, tag in zip(known.first[:-1] + 1, known.tags, strict=True):
                tags[number, place, OFFSETS[BC5CDR] + tag] = 9.0
        return tags, torch.zeros((len(pieces), len(CORPORA)))


@pytest.fixture(scope="module")
def rows() -> list[Example]:
    made = []
    for drug in DRUGS:
        for ill in ILLS:
            for saying in SAYING:
                text = saying.format(drug=drug, ill=ill)
                found = [(text.index(name), text.index(name) + len(name)) for name in (drug, ill)]
                labelled = tuple((*span, label) for span, label in zip(found, ("Chemical", "Disease"), strict=True))
                made.append(AnnotatedText(f"s{len(made)}", text, tuple(sorted(labelled)), "bc5cdr"))
    order = np.random.default_rng(0).permutation(len(made))
    return list(examples([made[place] for place in order], BC5CDR, CORPORA[BC5CDR].labels, Lexicon.open()))


@pytest.mark.parametrize("taught", [False, True], ids=["from annotators", "from a teacher"])
def test_it_learns_is_written_and_reads_the_same(rows, taught, tmp_path: Path) -> None:
    learned, held_out = rows[:140], rows[140:]
    if taught:
        lessons = [
            fast_tagger.Lesson(_without_corpus(lesson.row), lesson.taught)
            for lesson in fast_tagger.teach(AllKnowing(learned), learned)
        ]
    else:
        lessons = [fast_tagger.Lesson(row, None) for row in learned]
    model = fast_tagger.train(lessons, held_out, epochs=8, rate=4e-3, out=tmp_path, tokens=512)
    assert measure(model, held_out)["bc5cdr"] > 0.8

    fast_tagger.export(tmp_path / "mean.pt", tmp_path)
    weights = read_weights(tmp_path / "fast_tagger.npz")
    row = held_out[0]
    batch = tensors([row], None)
    hidden = hidden_states(*(batch[name][0].numpy() for name in ("pieces", "lexicon", "shape")), weights)
    ours = hidden @ weights["tags.weight"] + weights["tags.bias"]
    with torch.no_grad():
        theirs, _ = model.eval()(*(batch[name] for name in ("pieces", "lexicon", "shape", "mask")))
    assert ours == pytest.approx(theirs[0].numpy(), abs=0.2)  # eight bits move a logit a little
    own = slice(*OFFSETS[BC5CDR : BC5CDR + 2])
    assert spans(ours[row.first[:-1] + 1, own].argmax(-1).tolist()) == spans(row.tags.tolist())


def _without_corpus(row: Example) -> Example:
    """As a text that nobody annotated."""
    nothing = np.zeros_like(row.tags)
    return Example(row.document, fast_tagger.UNLABELLED, row.pieces, row.first, row.lexicon, row.shape, nothing)


def test_sentences_of_a_paper_are_put_together_up_to_a_length() -> None:
    assert joined(["One.", "Two.", "A longer one."], longest=9) == ["One. Two.", "A longer one."]
    assert joined([]) == []
