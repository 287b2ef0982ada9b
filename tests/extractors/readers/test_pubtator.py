"""PubTator text."""

import pytest
from extractors.readers.samples import documents, notes, unreadable, written

from isthmus.extractors.readers import Kind
from isthmus.extractors.reading import UnreadableFile

TWO = "1234|t|Tau  binds.\n1234|a|It does | so.\n1234\t0\t3\tTau\tGene\t4137\n\n77|t|Iron.\n77|a|\n77\tCID\tD1\tD2\n"


def test_titles_and_abstracts_are_kept_to_the_character(tmp_path):
    first, second = documents(written(tmp_path / "two.pubtator", TWO))
    assert (first.id, first.text) == ("pmid:1234", "Tau  binds. It does | so.")
    assert first.text[0:3] == "Tau"
    assert (second.id, second.title, second.sections) == ("pmid:77", "Iron.", ())


def test_annotations_are_counted_and_not_read(tmp_path):
    path = written(tmp_path / "two.pubtator", TWO)
    assert notes(path) == {("annotations passed over", "two.pubtator: annotation lines are not read"): 2}
    assert unreadable(path) == []


@pytest.mark.parametrize(
    ("given_id", "identifier"),
    [("0012", "pmid:12"), ("PMC77", "pmc:PMC77"), ("0", "sha256:"), ("note-1", "sha256:"), ("١٢", "sha256:")],
)
def test_an_id_is_a_pmid_a_pmc_id_or_the_content(tmp_path, given_id, identifier):
    [document] = documents(written(tmp_path / "one", f"{given_id}|t|Tau.\n"), Kind.PUBTATOR)
    assert document.id.startswith(identifier)


def test_the_abstract_may_come_first(tmp_path):
    [document] = documents(written(tmp_path / "one", "1|a|Body.\n1|t|Tau.\n"))
    assert document.text == "Tau. Body."


def test_a_second_title_is_a_second_document(tmp_path):
    assert len(documents(written(tmp_path / "two", "1|t|Tau.\n1|t|Iron.\n"))) == 2


def test_bad_lines_are_named_and_the_documents_kept(tmp_path):
    path = written(tmp_path / "bad", b"1|t|Tau.\nno line of these\n1|a|\xe9t\xe9\n2|a|no title\n3|t|Iron.\r\n")
    assert [document.text for document in documents(path)] == ["Tau. ", "Iron. "]
    assert [(fault.record, fault.reason.split(" ")[:2]) for fault in unreadable(path)] == [
        ("line 2", ["is", "no"]),
        ("line 3", ["is", "not"]),
        ("line 4", ["document", "2"]),
    ]


def test_a_file_cut_short_keeps_what_came_before(tmp_path):
    lines = "".join(f"{number}|t|Title {number * 7919 % 9973}\n{number}|a|Body.\n" for number in range(1, 20_001))
    path = written(tmp_path / "cut.gz", lines, packed=True)
    path.write_bytes(path.read_bytes()[:-20_000])
    assert len(documents(path)) > 1_000
    assert "damaged gzip" in unreadable(path)[-1].reason


@pytest.mark.parametrize("content", ["Some prose.\n", "1234\t0\t3\tTau\tGene\t4137\n"])
def test_a_file_without_a_document_is_refused(tmp_path, content):
    path = written(tmp_path / "none", content)
    with pytest.raises(UnreadableFile, match=r"holds no PubTator document: a line like"):
        documents(path, Kind.PUBTATOR)


@pytest.mark.parametrize(
    ("name", "count"), [("bc5cdr/dev", 489), ("biored/dev", 84), ("ncbi_disease/dev", 100), ("bc5cdr/train", 490)]
)
def test_annotations_of_real_corpora_point_into_our_text(shared_data, name, count):
    path = shared_data / "corpora" / f"{name}.pubtator"
    read = {document.id: document for document in documents(path)}
    assert len(read) == count
    checked = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) > 4 and cells[1].isdigit():
            assert read[f"pmid:{cells[0]}"].text[int(cells[1]) : int(cells[2])] == cells[3]
            checked += 1
    assert checked > 500
