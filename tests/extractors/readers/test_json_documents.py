"""Documents as JSON: every form is read, what is wrong with one is told and harms no other."""

import gzip
import json

import pytest

from isthmus.extractors.readers import Kind, detect, read
from isthmus.extractors.reading import Note, Unreadable, UnreadableFile
from isthmus.graph.model import Document

ONE = {"id": "lab:note-7", "title": "On tau", "text": "Tau spreads\nin mice.", "date": "2024-03", "authors": ["Ada B."]}
TWO = {
    "title": "On SNCA",
    "abstract": "SNCA is made.",
    "sections": [{"label": "Results", "text": "It clumps."}],
    "year": 2020,
}


def records(tmp_path, content, name="sent.json"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    assert detect(path) is Kind.DOCUMENTS
    return list(read(path, lambda curie: None))


@pytest.mark.parametrize(
    "content",
    [
        [ONE, TWO],
        {"documents": [ONE, TWO]},
        "\n".join(json.dumps(each) for each in (ONE, TWO)).encode(),
        gzip.compress(json.dumps([ONE, TWO]).encode()),
    ],
    ids=["list", "object", "lines", "packed"],
)
def test_every_form_is_read(tmp_path, content):
    one, two = records(tmp_path, content)
    assert (one.id, one.date, one.authors) == ("lab:note-7", "2024-03", ("Ada B.",))
    assert one.text == "On tau Tau spreads in mice."
    assert two.id.startswith("sha256:")
    assert (two.date, two.text) == ("2020", "On SNCA SNCA is made. It clumps.")
    assert [section.label for section in two.sections] == ["abstract", "results"]


def test_a_single_object_is_a_document(tmp_path):
    [one] = records(tmp_path, ONE)
    assert isinstance(one, Document)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "two words"}, "id: "),
        ({"id": "x" * 300}, "id: "),
        ({"date": "soon"}, "date: "),
        ({"year": 99999}, "year: "),
        ({"title": "", "text": " \u200b "}, "neither title nor text"),
        ({"authors": "Ada"}, "authors: "),
        ({"sections": [{"label": "x"}]}, "sections.0.text: "),
        ({"text": "FINDINGS:\nThe hippocampus is small.\n\nIMPRESSION:\nAtrophy."}, "clinical report"),
    ],
)
def test_what_is_wrong_with_one_is_told_and_harms_no_other(tmp_path, change, reason):
    bad, good = records(tmp_path, [{**ONE, **change}, TWO])
    assert isinstance(bad, Unreadable)
    assert reason in bad.reason
    assert bad.record.startswith("document 1")
    assert good.title == "On SNCA"


def test_a_line_that_is_cut_and_a_value_that_is_no_object_are_told(tmp_path):
    content = b"\n".join((json.dumps(ONE).encode(), b'{"title": "cut', b"3"))
    one, *others = records(tmp_path, content)
    assert isinstance(one, Document)
    assert [each.record for each in others] == ["document 2", "document 3"]


def test_fields_that_are_not_known_are_counted(tmp_path):
    *_, note = records(tmp_path, [{**ONE, "impact": 3}, {**TWO, "impact": 4}])
    assert note == Note("field of a document that is not known", "impact", 2)


@pytest.mark.parametrize("content", [b'{"documents": []}', b'{"documents": 3}', b'{"title": '])
def test_a_file_without_documents_is_refused(tmp_path, content):
    path = tmp_path / "sent.json"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"no JSON|holds no document"):
        list(read(path, lambda curie: None))
