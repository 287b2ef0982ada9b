"""What a clinical sentence says of the finding between the bars, and what a report makes of it."""

import pytest

from isthmus.extractors.text.clinical import standing
from isthmus.graph.model import (
    PRESENT,
    Document,
    DocumentKind,
    Experiencer,
    Extraction,
    Modality,
    Section,
    Standing,
)
from isthmus.service.extraction_json import extraction_json


def told(marked: str) -> Standing:
    before, finding, after = marked.split("|")
    return standing(before + finding + after, len(before), len(before) + len(finding))


def report(findings: str) -> Document:
    return Document("sha256:1", DocumentKind.REPORT, Modality.IMAGING, "CT", (Section("findings", findings),))


def mention(extraction: Extraction, text: str) -> Standing:
    return next(each.standing for each in extraction.mentions if each.text.lower() == text)


@pytest.mark.parametrize(
    "marked",
    [
        "There is no |pleural effusion|.",
        "No focal consolidation, pneumothorax or |edema| is seen.",
        "He denies cough, chest pain, or |fever|.",
        "Lungs are clear without |wheezes|.",
        "The scan was negative for |stroke|.",
        "|Pneumonia| was ruled out.",
        "Her |headache| has resolved.",
        "The |fracture| is not seen on this view.",
        "|Rash|: none.",
        "She wasn't |dizzy|.",
        "There is a nodule but no evidence of |metastasis|.",
        "She has no history of |asthma|.",
    ],
)
def test_a_denied_finding(marked):
    assert told(marked).negated


@pytest.mark.parametrize(
    "marked",
    [
        "There is a small |pleural effusion|.",
        "No pneumothorax, but there is a |pleural effusion|.",
        "No significant change in the |pleural effusion|.",
        "He denies pain; |swelling| of the ankle is seen.",
        "Not only |edema| was found.",
        "A |pneumonia| cannot be excluded.",
        "No fever in a patient who presents with |cough|.",
        "|Nausea| without vomiting.",
        "We do not know the cause of her |anemia|.",
        "No abnormality. |Cardiomegaly|.",
        "No tenderness, |bowel sounds are normal|.",
    ],
)
def test_a_finding_that_is_there(marked):
    assert not told(marked).negated


@pytest.mark.parametrize(
    "marked",
    [
        "She has a history of |asthma|.",
        "Past medical history is positive for gout, |epilepsy| and glaucoma.",
        "Social history: |smoker|.",
        "Status post |nephrectomy|.",
        "Old |infarct| of the left thalamus.",
        "He had |shingles| three years ago.",
        "|Hypertension|.",
        "He does not use |tobacco|.",
        "Known |cirrhosis| and now fever.",
    ],
)
def test_a_finding_of_the_past(marked):
    assert told(marked).historical


@pytest.mark.parametrize(
    "marked",
    [
        "She presents with a two-day history of |cough|.",
        "History of present illness: |chest pain| since noon.",
        "He has a history of asthma and presents with |fever|.",
        "Acute |infarct| of the left thalamus.",
        "History of lymphoma, now |jaundice|.",
    ],
)
def test_a_finding_of_today(marked):
    assert not told(marked).historical


@pytest.mark.parametrize(
    ("marked", "experiencer"),
    [
        ("Her mother had |breast cancer|.", Experiencer.FAMILY),
        ("Family history: |diabetes| and stroke.", Experiencer.FAMILY),
        ("|Stroke| in his father.", Experiencer.FAMILY),
        ("There is a family history of |colon cancer|.", Experiencer.FAMILY),
        ("Mother died early; the patient has |asthma|.", Experiencer.PATIENT),
        ("Her husband reports that she has |fever|.", Experiencer.PATIENT),
        ("His mother states that he had a |seizure|.", Experiencer.PATIENT),
        ("A family history of gout and a personal history of |polyps|.", Experiencer.PATIENT),
    ],
)
def test_whose_finding_it_is(marked, experiencer):
    assert told(marked).experiencer is experiencer


@pytest.mark.parametrize(
    "marked",
    ["Rule out |pneumonia|.", "Return if |bleeding| occurs.", "Possible |fracture|.", "Suspicious for |lymphoma|."],
)
def test_a_finding_that_is_only_feared(marked):
    assert told(marked).hypothetical
    assert not told(marked).negated


def test_a_plain_finding_is_the_patients_and_present():
    assert told("Large |mass| in the right kidney.") == PRESENT


def test_any_span_of_any_sentence_has_a_standing():
    text = "((( no :;. \u202e history) of\n\n- 1) "
    assert all(isinstance(standing(text, i, j), Standing) for i in range(len(text)) for j in range(i, len(text)))


def test_mentions_of_a_report_carry_how_it_puts_them(extractor):
    extraction = extractor.extract(report("There is no pneumothorax. Old stroke. Her mother had breast cancer."))
    assert mention(extraction, "pneumothorax").negated
    assert mention(extraction, "stroke").historical
    assert mention(extraction, "breast cancer").experiencer is Experiencer.FAMILY
    line = extraction_json(extraction).decode()
    assert '"negated":true,"historical":false,"hypothetical":false,"experiencer":"patient"' in line


def test_what_a_paper_names_has_no_standing(extractor):
    paper = Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, "", (Section("", "No pneumonia was found."),))
    extraction = extractor.extract(paper)
    assert {each.standing for each in extraction.mentions} == {PRESENT}
    assert b"experiencer" not in extraction_json(extraction)


def test_a_relatives_disease_makes_no_statement(extractor):
    said = "{} amyloidosis caused cardiomyopathy."
    patient = extractor.extract(report(said.format("The patient's")))
    family = extractor.extract(report(said.format("Her mother's")))
    assert patient.statements
    assert not family.statements


def test_a_denied_finding_makes_a_negated_statement(extractor):
    extraction = extractor.extract(report("The patient's amyloidosis did not cause cardiomyopathy."))
    assert extraction.statements
    assert all(statement.negated for statement in extraction.statements)
