"""Plain text and Markdown."""

import pytest
from extractors.readers.samples import documents, notes, written
from hypothesis import example, given
from hypothesis import strategies as st

from isthmus.extractors.readers import Kind
from isthmus.extractors.readers.visible_text import paragraphs
from isthmus.extractors.reading import UnreadableFile
from isthmus.graph.model import DocumentKind, Modality


def read_text(path, content):
    [document] = documents(written(path, content), Kind.TEXT)
    return document


def test_the_first_line_is_the_title_and_the_rest_one_section(tmp_path):
    document = read_text(tmp_path / "note.txt", "Tau binds tubulin\n\nIt does so\nin neurons.\n\nAnd in glia.\n")
    assert document.text == "Tau binds tubulin It does so in neurons.\n\nAnd in glia."
    assert (document.kind, document.modality, document.source) == (DocumentKind.NOTE, Modality.LITERATURE, "note.txt")
    assert document.id.startswith("sha256:")
    assert document.date == ""


def test_markdown_headings_part_the_sections(tmp_path):
    document = read_text(
        tmp_path / "note.md",
        "# Tau #\n\nBefore.\n\n## Methods\n\nA.\n\nResults\n-------\n\nB.\n\n```\n# no heading\n```\n\n### Empty\n",
    )
    assert document.title == "Tau"
    assert [(section.label, section.text) for section in document.sections] == [
        ("", "Before."),
        ("methods", "A."),
        ("results", "B.\n\n``` # no heading ```"),
    ]


def test_front_matter_gives_title_date_and_id(tmp_path):
    document = read_text(
        tmp_path / "note.md",
        '---\ntitle: "Tau: a note"\ndate: 2024-02-29\nid: doi:10.1000/ABC\ntags:\n  - tau\n---\n# Heading\n\nBody.\n',
    )
    assert (document.title, document.date, document.id) == ("Tau: a note", "2024-02-29", "doi:10.1000/abc")
    assert [(section.label, section.text) for section in document.sections] == [("heading", "Body.")]


@pytest.mark.parametrize(
    ("front", "title", "date"),
    [
        ("title: >-\n  Tau\n  in glia\ndate: 2024", "Tau in glia", "2024"),
        ("title: Tau\ndate: 2024-02-29T10:22:05Z", "Tau", "2024-02-29"),
        ("title: Tau\ndate: 2024-02-29 10:22", "Tau", "2024-02-29"),
    ],
)
def test_front_matter_of_other_programs_is_read(tmp_path, front, title, date):
    document = read_text(tmp_path / "note.md", f"---\n{front}\n---\nBody.\n")
    assert (document.title, document.date, document.text) == (title, date, f"{title} Body.")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("date: 2023-02-30", "note.md: date '2023-02-30' is not YYYY, YYYY-MM or YYYY-MM-DD"),
        ("id: PMID 12", "note.md: id 'PMID 12' is none of pmid:, pmc:, doi:, sha256:"),
    ],
)
def test_front_matter_that_cannot_be_used_is_told(tmp_path, line, told):
    path = written(tmp_path / "note.md", f"---\ntitle: Tau\n{line}\n---\nBody.\n")
    assert notes(path, Kind.TEXT) == {("front matter", told): 1}
    [document] = documents(path, Kind.TEXT)
    assert document.date == ""
    assert document.id.startswith("sha256:")


@pytest.mark.parametrize("start", ["---\nA line between rules.\n---\n", "---\ntitle: never closed\n", "---\n---\n"])
def test_a_rule_at_the_top_is_no_front_matter(tmp_path, start):
    document = read_text(tmp_path / "note.md", f"{start}Body.\n")
    for word in ("Body", *(["never closed"] if "never" in start else [])):
        assert word in document.text


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfTau\n\nBinds.", b"Tau\r\n\r\nBinds.", b"Tau\r\rBinds.", b"Ta\x00u\n\nBi\xc2\xadnds."]
)
def test_marks_line_ends_and_hidden_characters_change_nothing(tmp_path, content):
    plain = read_text(tmp_path / "note.txt", "Tau\n\nBinds.")
    assert read_text(tmp_path / "note.txt", content) == plain


@pytest.mark.parametrize("name", ["note.txt", "note.txt.gz"])
def test_text_may_be_packed(tmp_path, name):
    [document] = documents(written(tmp_path / name, "Tau\n\nBinds.", packed=name.endswith("gz")), Kind.TEXT)
    assert document.text == "Tau Binds."


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "holds no text"),
        (b"\x00\xe2\x80\x8b", "holds no text"),
        ("Tau".encode("utf-16"), "is UTF-16 text. Save it as UTF-8"),
        (b"a \xe9t\xe9", "is not UTF-8 text (byte 2). Save it as UTF-8"),
    ],
)
def test_a_file_without_readable_text_is_refused_with_its_name(tmp_path, content, told):
    path = written(tmp_path / "note.txt", content)
    with pytest.raises(UnreadableFile) as refused:
        documents(path, Kind.TEXT)
    assert str(refused.value) == f"{path} {told}"


def test_the_id_follows_the_text_and_not_the_file(tmp_path):
    first = read_text(tmp_path / "a.txt", "Tau\n\nBinds.")
    assert read_text(tmp_path / "b.txt", "Tau\n\nBinds.").id == first.id
    assert read_text(tmp_path / "c.txt", "Tau\n\nBinds!").id != first.id


@example("1\n- ")  # a mark with nothing behind it is no list
@given(st.text(alphabet="ab \n\t-*#|1.", max_size=80))
def test_joining_lines_keeps_the_words_and_their_order(text):
    joined = paragraphs(text)
    assert joined.split() == text.split()
    assert paragraphs(joined) == joined
