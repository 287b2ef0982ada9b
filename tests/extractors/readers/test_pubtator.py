"""PubTator text."""

import pytest
from extractors.readers.samples import documents, notes, unreadable, written

from isthmus.extractors.readers import Kind
from isthmus.extractors.reading import UnreadableFile
from isthmus.graph.model import Annotation
from isthmus.graph.vocabulary import Category

TWO = "1234|t|Tau  binds.\n1234|a|It does | so.\n1234\t0\t3\tTau\tGene\t4137\n\n77|t|Iron.\n77|a|\n77\tCID\tD1\tD2\n"


def test_titles_and_abstracts_are_kept_to_the_character(tmp_path):
    first, second = documents(written(tmp_path / "two.pubtator", TWO))
    assert (first.id, first.text) == ("pmid:1234", "Tau  binds. It does | so.")
    assert first.text[0:3] == "Tau"
    assert (second.id, second.title, second.sections) == ("pmid:77", "Iron.", ())


def test_annotations_go_along_and_relations_are_counted(tmp_path):
    path = written(tmp_path / "two.pubtator", TWO)
    first, second = documents(path)
    assert first.annotations == (Annotation(0, 3, "Tau", Category.GENE, "NCBIGene:4137"),)
    assert second.annotations == ()
    assert {topic: count for (topic, _), count in notes(path).items()} == {
        "annotations reused": 1,
        "annotations passed over": 1,
    }
    assert unreadable(path) == []


@pytest.mark.parametrize(
    ("kind", "identifiers", "entity"),
    [
        ("Gene", "5562;5563", "NCBIGene:5562"),
        ("Disease", "D010300", "MESH:D010300"),
        ("Disease", "OMIM:168600|MESH:D010300", "OMIM:168600"),
        ("Chemical", "MESH:C054369", "MESH:C054369"),
        ("Species", "10090", "NCBITaxon:10090"),
        ("CellLine", "CVCL:0030", "Cellosaurus:CVCL_0030"),
        ("ProteinMutation", "tmVar:p|SUB|A|30|P;HGVS:p.A30P;RS#:104893878", "dbSNP:rs104893878"),
        ("SNP", "rs429358", "dbSNP:rs429358"),
    ],
)
def test_identifiers_become_curies(tmp_path, kind, identifiers, entity):
    path = written(tmp_path / "one", f"1|t|Some name.\n1\t5\t9\tname\t{kind}\t{identifiers}\n")
    [document] = documents(path)
    assert [one.entity for one in document.annotations] == [entity]


@pytest.mark.parametrize(
    "line",
    [
        "1\t5\t9\tname\tGene\t-",
        "1\t5\t9\tname\tGene",
        "1\t5\t9\tname\tChromosome\t9",
        "1\t5\t9\tname\tDisease\t-1",
        "1\t5\t9\tname\tDNAMutation\tc.88G>C",
        "2\t5\t9\tname\tGene\t4137",
        "1\t\u0665\t9\tname\tGene\t4137",
        "1\t5\t" + "9" * 50 + "\tname\tGene\t4137",
        "1\t5\t9\tnams\tGene\t4137",
        "1\t9\t5\t\tGene\t4137",
    ],
    ids=[
        "nothing",
        "no column",
        "other kind",
        "minus one",
        "no rs number",
        "other document",
        "digits of Arabic",
        "far away",
        "other text",
        "backwards",
    ],
)
def test_what_stands_for_nothing_is_passed_over_and_counted(tmp_path, line):
    path = written(tmp_path / "one", f"1|t|Some name.\n{line}\n")
    [document] = documents(path)
    assert document.annotations == ()
    assert sum(notes(path).values()) == 1
    assert unreadable(path) == []


def test_of_annotations_that_overlap_the_longer_stays(tmp_path):
    marked = "1\t5\t9\tname\tGene\t1\n1\t0\t9\tSome name\tDisease\tD010300\n1\t0\t4\tSome\tGene\t2\n"
    [document] = documents(written(tmp_path / "one", f"1|t|Some name.\n{marked}"))
    assert [one.text for one in document.annotations] == ["Some name"]


def test_a_document_that_is_annotated_otherwise_is_another_version(tmp_path):
    texts = ["1|t|Some name.\n", "1|t|Some name.\n1\t5\t9\tname\tGene\t1\n", "1|t|Some name.\n1\t5\t9\tname\tGene\t2\n"]
    found = [documents(written(tmp_path / f"{number}", text))[0] for number, text in enumerate(texts)]
    assert len({one.digest for one in found}) == 3
    assert len({one.id for one in found}) == 1


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
