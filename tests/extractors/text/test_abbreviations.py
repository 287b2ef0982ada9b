"""Definitions of short forms: what is one, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.extractors.text.abbreviations import find_abbreviations, is_short_form


def defined(text: str) -> list[tuple[str, str]]:
    return [(each.short, each.long) for each in find_abbreviations(text)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We studied amyotrophic lateral sclerosis (ALS).", "ALS", "amyotrophic lateral sclerosis"),
        ("With amyotrophic lateral sclerosis [ALS] it was", "ALS", "amyotrophic lateral sclerosis"),
        ("In the gut-brain axis (GBA) we saw", "GBA", "gut-brain axis"),
        ("Short-chain fatty acids (SCFAs) fell", "SCFAs", "Short-chain fatty acids"),
        ("many short chain fatty acid (SCFAs) rose", "SCFAs", "short chain fatty acid"),
        ("the dopamine transporter (DAT; a protein) was", "DAT", "dopamine transporter"),
        ("the dopamine transporter (DAT, SLC6A3) was", "DAT", "dopamine transporter"),
        # Digits and hyphens: the long form begins with its whole first word.
        (
            "1-methyl-4-phenyl-1,2,3,6-tetrahydropyridine (MPTP) was given",
            "MPTP",
            "1-methyl-4-phenyl-1,2,3,6-tetrahydropyridine",
        ),
        ("(2R,6R)-hydroxynorketamine (HNK) was given", "HNK", "(2R,6R)-hydroxynorketamine"),
        ("N-methyl-D-aspartate (NMDA) receptors", "NMDA", "N-methyl-D-aspartate"),
        ("non-steroidal anti-inflammatory drugs (NSAIDs)", "NSAIDs", "non-steroidal anti-inflammatory drugs"),
        ("glucagon-like peptide-1 (GLP-1) rose", "GLP-1", "glucagon-like peptide-1"),
        ("heat shock protein 70 (HSP70) rose", "HSP70", "heat shock protein 70"),
        ("attention-deficit/hyperactivity disorder (ADHD)", "ADHD", "attention-deficit/hyperactivity disorder"),
        # Greek letters stand for their names, on either side.
        ("tumor necrosis factor-α (TNF-α) rose", "TNF-α", "tumor necrosis factor-α"),
        ("tumour necrosis factor alpha (TNF-α) rose", "TNF-α", "tumour necrosis factor alpha"),
        ("interferon-γ (IFN-g) rose", "IFN-g", "interferon-γ"),
        ("transforming growth factor-β1 (TGF-β1)", "TGF-β1", "transforming growth factor-β1"),
        ("nuclear factor kappa B (NF-κB)", "NF-κB", "nuclear factor kappa B"),
        ("γ-aminobutyric acid (GABA) fell", "GABA", "γ-aminobutyric acid"),
        ("aggregates of α-synuclein (α-syn) spread", "α-syn", "α-synuclein"),
        # The long form in the brackets.
        ("PD (Parkinson disease) is common", "PD", "Parkinson disease"),
        # An aside inside, quotation marks around, a bracket that closes later.
        ('the "Parkinson disease" (PD) group', "PD", "Parkinson disease"),
        ("(also Parkinson disease (PD)) was seen", "PD", "Parkinson disease"),
    ],
)
def test_a_definition_is_found_with_its_whole_long_form(text, short, long):
    assert (short, long) in defined(text)


def test_a_definition_inside_another_long_form_is_found_beside_it():
    assert defined("patients with rapid eye movement (REM) sleep behavior disorder (RBD)") == [
        ("REM", "rapid eye movement"),
        ("RBD", "rapid eye movement (REM) sleep behavior disorder"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Sixteen patients (n = 16) were seen",
        "The rise was significant (P < 0.05) here",
        "The rise was significant (P=0.05) here",
        "This is shown below (Fig. 2) in mice",
        "They were mice (Jackson Laboratory, USA) of both sexes",
        "It took place in spring (2018) and later",
        "The odds rose (95% CI 1.2-1.9) with age",
        "Rats got 5 mg/kg (5 mg) each day",
        "It was given intravenously (twice) and well borne",
        "The central part (CNS) was cut",
        "Deep brain stimulation (of the STN) helped",
        "Aspirin (acetylsalicylic acid) was given",
        "Dopamine (DOPAMINE) was given",
        "The drug (however) was given",
        "the cost in dollars (US$ 5) was",
        "blood (serum) and urine",
        "()", "(A", "A)", "(A) (B)",
    ],
)  # fmt: skip
def test_a_bracket_that_defines_nothing_is_left_alone(text):
    assert defined(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(form, True) for form in ("TNF-α", "5-HT", "6-OHDA", "α-syn", "iPSCs", "p53")],
        *[(word, False) for word in ("however", "n = 5", "5 mg", "2018", "A", "MUCH-TOO-LONG")],
    ],
)
def test_a_short_form_has_a_capital_a_digit_or_a_greek_letter(text, expected):
    assert is_short_form(text) is expected


def test_a_definition_does_not_reach_over_the_end_of_a_sentence():
    text = "We saw Parkinson. Disease (PD) followed."
    assert find_abbreviations(text, [(0, 17), (18, len(text))]) == []
    assert defined(text) == [("PD", "Parkinson. Disease")]


@given(st.text(st.sampled_from("ab αBC(1-[]) \n'/\"é👩\u0301"), max_size=120))
def test_any_text_gives_forms_at_their_own_characters(text):
    for found in find_abbreviations(text):
        assert text[found.short_start : found.short_end] == found.short
        assert text[found.long_start : found.long_end] == found.long
        assert len(found.long) > len(found.short)
