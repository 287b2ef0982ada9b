"""Where sentences end, and where they do not."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isthmus.extractors.text.sentences import LONGEST, document_sentences, sentence_spans, split_many
from isthmus.graph.model import Document, DocumentKind, Modality, Section


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Levels rose, as shown in Fig. 2 and Table 3.",
        "Cells were kept at approx. 37 C.",
        "We grew E. coli in broth.",
        "We used H. pylori, B. breve and L. plantarum.",
        "C. elegans and D. melanogaster were used.",
        "Bifidobacterium animalis subsp. lactis was given.",
        "Lactobacillus spp. were found.",
        "Streptococcus sp. was found.",
        "Saline was given i.v. before surgery.",
        "Apomorphine (1 mg s.c.) was given.",
        "The dose was 0.5 mg/kg.",
        "Symptoms improved (P < .05).",
        "The p value was < .05.",
        "The sample was diluted 1:100.",
        "Smith et al. reported a rise.",
        "Aspirin vs. placebo was tested.",
        "Drugs, e.g. aspirin, were given.",
        "Drugs (i.e. aspirin) were given.",
        "Dr. Jones saw the patient.",
        "The U.S. cohort was large.",
        "See ref. 12 for details.",
        "Rats (n = 10; Charles River, Inc.) were used.",
        "It was seen in vitro.",
        "The temperature was 4 °C.",
        "Was it IL-6?",
        "It was not!",
        '"It works."',
    ],
)
def test_a_full_stop_inside_is_no_end_and_the_one_after_is(sentence):
    assert split(f"{sentence} The rest was seen later.") == [sentence, "The rest was seen later."]


@pytest.mark.parametrize(
    "text",
    [
        "Pain fell. α-Synuclein spread.",
        "Pain fell. 16S rRNA was read.",
        "Carriers had APOE ε4. Others had none.",
        "The value was 3.5. Then it fell.",
        "BACKGROUND: Pain is bad. METHODS: We looked at it.",
    ],
)
def test_a_sentence_may_begin_or_end_with_a_symbol(text):
    assert split(text) == [f"{text[: text.index('. ')]}.", text[text.index(". ") + 2 :]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First point\n\nSecond point", ["First point", "Second point"]),
        ("Findings:\n- a small bleed\n- no mass", ["Findings:", "- a small bleed", "- no mass"]),
        ("1. No mass\n2. Old infarct", ["1. No mass", "2. Old infarct"]),
        ("# Methods\nWe looked at mice", ["# Methods", "We looked at mice"]),
        ("a line that goes\non in the next", ["a line that goes\non in the next"]),
        ("One.\r\n\r\nTwo.", ["One.", "Two."]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_the_layout_of_a_text_bounds_its_sentences(text, expected):
    assert split(text) == expected


def test_no_sentence_goes_over_the_end_of_a_section_or_of_the_title():
    sections = (Section("background", "Pain is common and"), Section("methods", "we looked at mice. They slept."))
    document = Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, "On pain in mice", sections)
    (found,) = document_sentences([document])
    text = document.text
    assert [(text[each.start : each.end], each.section) for each in found] == [
        ("On pain in mice", "title"),
        ("Pain is common and", "background"),
        ("we looked at mice.", "methods"),
        ("They slept.", "methods"),
    ]


def test_a_text_is_split_the_same_alone_and_among_others():
    texts = ["One here. Two here.", "", "Three? Four.", "E. coli grew. It died."]
    assert list(split_many(texts, batch_size=2)) == [sentence_spans(text) for text in texts]


def test_a_run_of_words_without_an_end_is_cut_at_spaces():
    text = "neuron " * 2000
    spans = sentence_spans(text)
    assert max(end - start for start, end in spans) <= LONGEST
    assert "".join(text[start:end].replace(" ", "") for start, end in spans) == "neuron" * 2000


# Whatever a file may hold: control characters, emoji with joiners, combining marks, right-to-left text, long runs.
PIECES = [
    "IL-6", ". ", "\r\n", "\n\n", "é", "e\u0301", "👩‍🔬", "שלום", "\u202e", "\x00", "…", "?", " ", "(", "ﬁ",
]  # fmt: skip
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=300) | st.lists(st.sampled_from(PIECES), max_size=60).map(
    "".join
)


@settings(deadline=None, max_examples=150)
@given(ANY_TEXT)
@example("=" * 300 + " x. Y")
@example("\x85\u2028A. B")
def test_any_text_is_split_without_loss_or_overlap(text):
    spans = sentence_spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    inside = {place for start, end in spans for place in range(start, end)}
    assert all(place in inside for place, character in enumerate(text) if not character.isspace())
