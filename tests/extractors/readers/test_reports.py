"""Radiology reports. Every patient and physician is invented."""

import gzip

import pytest
from extractors.readers.samples import documents, notes, records, unreadable, written

from isthmus.extractors.readers import Kind
from isthmus.extractors.readers.report_sections import is_report, parts, section_of
from isthmus.extractors.reading import UnreadableFile
from isthmus.graph.model import DocumentKind, Modality

REPORT = """\
Patient: Fenwick, Ada Mary        MRN: 4822113
DOB: 4/5/1931   Date of exam: 14 March 2019
Referring physician: Dr. Olu Okonkwo

MRI BRAIN WITHOUT CONTRAST

CLINICAL HISTORY:
94-year-old lady of Dr. Okonkwo with suspected Parkinson
disease. Mrs. Fenwick fell on March 2.

TECHNIQUE: 3 T. T1, T2 and FLAIR.
COMPARISON: None.

FINDINGS:
Prominent Virchow-Robin spaces. Meningioma of 3.2 x 1.1 cm. No change since 2/3/2018
at Brookfield Hospital.

IMPRESSION:
1. Meningioma.
2. Fenwick should return in a year.

Electronically signed by: Ian
Halloran, MD
"""


@pytest.fixture
def report(tmp_path):
    [document] = documents(written(tmp_path / "one.txt", REPORT), Kind.REPORT)
    return document


def test_a_report_is_cut_into_its_sections_without_personal_data(report):
    assert [(section.label, section.text) for section in report.sections] == [
        (
            "history",
            "[AGE over 89]-year-old lady of Dr. [NAME] with suspected Parkinson disease. Mrs. [NAME] fell on [DATE].",
        ),
        ("technique", "3 T. T1, T2 and FLAIR."),
        (
            "findings",
            "Prominent Virchow-Robin spaces. Meningioma of 3.2 x 1.1 cm. No change since [DATE] 2018 at [PLACE].",
        ),
        ("impression", "1. Meningioma. 2. [NAME] should return in a year. Electronically signed by: [NAME], MD"),
    ]


def test_a_report_says_what_it_is_and_when_to_the_year(report):
    assert (report.kind, report.modality) == (DocumentKind.REPORT, Modality.IMAGING)
    assert (report.title, report.date, report.source) == ("MRI BRAIN WITHOUT CONTRAST", "2019", "one.txt")


def test_nothing_of_the_person_is_left_anywhere_in_the_records(tmp_path):
    everything = repr(records(written(tmp_path / "one.txt", REPORT), Kind.REPORT))
    for word in ("Fenwick", "FENWICK", "Ada", "Okonkwo", "Halloran", "4822113", "1931", "March", "94", "Brookfield"):
        assert word not in everything


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("one.txt", "one.txt"),
        ("brain_mri_07.txt", "brain_mri_07.txt"),
        ("fenwick_ada_brain.txt", "[NAME] Brain.txt"),
        ("4822113.txt", "ID: [ID].txt"),
        ("mri_48221.txt", "Mri ID: [ID].txt"),
    ],
)
def test_a_file_named_after_the_patient_is_not_named_in_the_document(tmp_path, name, source):
    [document] = documents(written(tmp_path / name, REPORT), Kind.REPORT)
    assert document.source == source


def test_what_was_taken_out_is_counted_by_kind(tmp_path):
    counted = notes(
        written(tmp_path / "one.txt", "Dr. Olu Okonkwo\nFINDINGS: Seen 3/4/2019 and 5/4/2019."), Kind.REPORT
    )
    assert counted == {("personal data taken out", "date"): 2, ("personal data taken out", "name"): 1}


def test_reading_again_gives_the_same_document(tmp_path):
    path = written(tmp_path / "one.txt", REPORT)
    assert documents(path, Kind.REPORT) == documents(path, Kind.REPORT)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_of_other_systems_make_no_difference(tmp_path, report, ending):
    [document] = documents(written(tmp_path / "one.txt", REPORT.replace("\n", ending)), Kind.REPORT)
    assert document == report


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FINDINGS: a\nIMPRESSION: b", [("findings", " a\n"), ("impression", " b")]),
        ("Findings:\na\nConclusion\nb", [("findings", "\na\n"), ("impression", "\nb")]),
        ("## Findings\na\n**Impression:** b", [("findings", "\na\n"), ("impression", " b")]),
        ("Reason for Exam: a FINDINGS: b", [("history", " a "), ("findings", " b")]),
        ("FINDINGS AND IMPRESSION: a", [("findings", " a")]),
        ("EXAMINATION: CT\nINDICATION: a", [("title", " CT\n"), ("history", " a")]),
        ("IMPRESSION - a", [("impression", " a")]),
        ("IMPRESSION: a\nADDENDUM: b", [("impression", " a\n"), ("addendum", " b")]),
        (
            "There are no\nfindings\nin the technique: axial.",
            [("", "There are no\nfindings\nin the technique: axial.")],
        ),
        ("Findings were normal.", [("", "Findings were normal.")]),
    ],
)
def test_headings_part_a_report(text, expected):
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("column", "section"),
    [
        ("findings", "findings"),
        (" Clinical_History ", "history"),
        ("ReasonForExam", "history"),
        ('"IMPRESSION:"', "impression"),
        ("report_text", "findings"),
        ("patient", ""),
        ("MeSH", ""),
    ],
)
def test_columns_are_known_however_they_are_spelled(column, section):
    assert section_of(column) == section


@pytest.mark.parametrize(
    "text",
    [
        "FINDINGS: a\nIMPRESSION: b",
        "MRI\n\nTechnique:\na\n\nFindings:\nb",
        "Patient: X\nImpression: a",
        "HISTORY: a FINDINGS: b",
    ],
)
def test_a_report_is_known_by_its_headings(text):
    assert is_report(text)


@pytest.mark.parametrize(
    "text",
    [
        "BACKGROUND: a\nMETHODS: b\nFINDINGS: c\nINTERPRETATION: d",
        "# On tau\n\n## History\n\na\n\n## Conclusion\n\nb",
        "A note on technique: it matters.\nConclusion: yes.",
        "My first impression\nwas wrong.",
    ],
)
def test_an_article_is_no_report(text):
    assert not is_report(text)


TABLE = (
    "id,patient_name,physician,Study Date,exam,Indication,FINDINGS,impression\n"
    "R-10442,Ada Fenwick,Olu Okonkwo,2019-03-14,MRI brain,fall,"
    '"Fenwick: old infarct,\nleft. See R-10442.",No change per Okonkwo.\n'
    "R-10443,Bo Lind,Olu Okonkwo,14/03/2020,CT head,None.,Normal.,n/a\n"
)


def test_each_row_of_a_table_is_a_report(tmp_path):
    first, second = documents(written(tmp_path / "reports.csv", TABLE))
    assert [(section.label, section.text) for section in first.sections] == [
        ("history", "fall"),
        ("findings", "[NAME]: old infarct, left. See [ID]."),
        ("impression", "No change per [NAME]."),
    ]
    assert (first.title, first.date) == ("MRI brain", "2019")
    assert [(section.label, section.text) for section in second.sections] == [("findings", "Normal.")]
    assert (second.title, second.date) == ("CT head", "2020")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_tables_come_with_any_delimiter_packed_or_not(tmp_path, delimiter, packed, mark):
    content = mark + delimiter.join(["findings", "impression\nOld infarct.", "No change.\n"]).encode()
    [document] = documents(written(tmp_path / "reports", content, packed=packed))
    assert document.text == " Old infarct. No change."


def test_a_column_with_whole_reports_is_cut_at_their_headings(tmp_path):
    path = written(tmp_path / "r.csv", 'id,report\n1,"HISTORY: fall FINDINGS: Old infarct. IMPRESSION: No change."\n')
    [document] = documents(path, Kind.REPORT)
    assert [section.label for section in document.sections] == ["history", "findings", "impression"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"2,only two", "has 2 cells where the header has 3"),
        (b"2,a,b,c", "has 4 cells"),
        (b'2,"never closed,a', "Is a quotation mark left open"),
        (b'2,a "quote",b "c,', "has 4 cells"),
        (b"2,\xe9t\xe9,b", "is not UTF-8"),
    ],
)
def test_a_malformed_row_is_named_and_the_others_are_kept(tmp_path, bad, reason):
    content = b'id,findings,impression\n1,first,"one\nmore"\n' + bad + b'\n3,"third, row",c\n4,"fourth\nrow",d\n'
    path = written(tmp_path / "r.csv", content)
    assert [document.sections[0].text for document in documents(path)] == ["first", "third, row", "fourth row"]
    [fault] = unreadable(path)
    assert (fault.source, fault.record) == ("r.csv", "line 4")
    assert reason in fault.reason


def test_a_quotation_mark_that_measures_inches_does_no_harm(tmp_path):
    path = written(tmp_path / "r.csv", 'id,findings,impression\n1,a 5" tube,ok\n2,b,c\n')
    assert [document.sections[0].text for document in documents(path)] == ['a 5" tube', "b"]


def test_a_row_without_text_is_named(tmp_path):
    [fault] = unreadable(written(tmp_path / "r.csv", "id,findings,impression\n1,a,b\n2,,None.\n"))
    assert (fault.record, fault.reason) == ("record 2, line 3", "has no text in any of its sections")


def test_reports_that_say_the_same_are_one_document_and_counted(tmp_path):
    path = written(tmp_path / "r.csv", "id,findings,impression\n1,Normal.,b\n2,Normal.,b\n3,Normal.,b\n")
    assert len({document.id for document in documents(path)}) == 1
    assert notes(path)["same report again", "r.csv: reports that say the same, word for word, are one"] == 2


def test_a_table_cut_short_keeps_its_first_rows(tmp_path):
    rows = "".join(f"{number},finding {number * 7919 % 9973} of {number},b\n" for number in range(20_000))
    whole = gzip.compress(f"id,findings,impression\n{rows}".encode())
    path = written(tmp_path / "r.csv.gz", whole[: len(whole) // 2])
    read, faults = documents(path), unreadable(path)
    assert 5_000 < len(read) < 15_000
    assert faults[-1].record.startswith("after line")
    assert "damaged gzip" in faults[-1].reason


@pytest.mark.parametrize("content", ["Dear colleague,\nall is well.\n", "id,name\n1,a\n", "Findings\n\nImpression\n"])
def test_a_file_without_a_section_is_no_report(tmp_path, content):
    with pytest.raises(UnreadableFile, match=r"x\.txt has no section such as FINDINGS"):
        records(written(tmp_path / "x.txt", content), Kind.REPORT)


def test_the_real_reports_are_read(shared_data):
    path = shared_data / "imaging" / "iu_xray_reports_half.csv"
    read = documents(path)
    assert len(read) == 1867
    assert {fault.reason for fault in unreadable(path)} == {"has no text in any of its sections"}
    assert documents(path) == read
