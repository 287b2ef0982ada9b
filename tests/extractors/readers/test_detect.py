"""Which reader a file is for."""

import gzip

import pytest
from extractors.readers.samples import records, written

from isthmus.extractors.readers import Kind, detect, inputs, read
from isthmus.extractors.reading import UnreadableFile

PUBMED = "<PubmedArticleSet><PubmedArticle></PubmedArticle></PubmedArticleSet>"
BY_CONTENT = [
    (PUBMED, Kind.PUBMED),
    (
        f'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "x" "http://127.0.0.1:9/x.dtd">\n{PUBMED}',
        Kind.PUBMED,
    ),
    ("<PubmedBookArticleSet/>", Kind.PUBMED),
    ("<MedlineCitationSet><MedlineCitation/></MedlineCitationSet>", Kind.PUBMED),
    ("<DeleteCitation><PMID>1</PMID></DeleteCitation>", Kind.PUBMED),
    ("12345|t|Tau.\n12345|a|Binds.\n", Kind.PUBTATOR),
    ("PMC77|t|Tau.\n", Kind.PUBTATOR),
    ("!gaf-version: 2.2\nUniProtKB\tP1\n", Kind.GAF),
    ("ncbi_gene_id\tgene_symbol\thpo_id\thpo_name\n1\tA\tHP:1\tx\n", Kind.HPO),
    ("#description: x\ndatabase_id\tdisease_name\tqualifier\thpo_id\n", Kind.HPO),
    ("DATE ADDED\tPUBMEDID\tDISEASE/TRAIT\n1\t2\t3\n", Kind.GWAS),
    ("uid,findings,impression\n1,a,b\n2,c,d\n", Kind.REPORT),
    ("uid;Findings;Impression\n1;a;b\n2;c;d\n", Kind.REPORT),
    ("uid\tFINDINGS\tIMPRESSION\n1\ta\tb\n2\tc\td\n", Kind.REPORT),
    ('"uid","report_text"\n"1","a"\n"2","b"\n', Kind.REPORT),
    ("MRI BRAIN\nFINDINGS: a\nIMPRESSION: b\n", Kind.REPORT),
    ("# Tau\n\nBinds, as we saw, to tubulin.\n", Kind.TEXT),
    ("---\ntitle: Tau\n---\nBinds.\n", Kind.TEXT),
    ("A single line.", Kind.TEXT),
    ("<5% of cells died.", Kind.TEXT),
    ("Tau, amyloid, and more.\nIron, zinc, and copper.\nOne, two, and three.\nThat, we think, is all.\n", Kind.TEXT),
    ("BACKGROUND: a\nMETHODS: b\nFINDINGS: c\nINTERPRETATION: d\n", Kind.TEXT),
]


@pytest.mark.parametrize(("content", "kind"), BY_CONTENT)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_kind_is_told_by_the_content(tmp_path, content, kind, packed, mark):
    assert detect(written(tmp_path / "file", mark + content.encode(), packed=packed)) is kind


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@pytest.mark.parametrize(("content", "kind"), BY_CONTENT)
def test_line_ends_make_no_difference(tmp_path, content, kind, line_end):
    assert detect(written(tmp_path / "file", content.replace("\n", line_end))) is kind


def test_pubmed_xml_in_utf_16_is_still_pubmed(tmp_path):
    assert detect(written(tmp_path / "file", PUBMED.encode("utf-16"))) is Kind.PUBMED


def test_a_table_is_one_where_its_columns_are_named_beside_it(tmp_path):
    path = written(tmp_path / "pairs.csv", "gene,disease\nA,B\n")
    written(tmp_path / "pairs.yaml", "subject: gene\nobject: disease\npredicate: associated_with\n")
    assert detect(path) is Kind.TABLE


def test_curated_statements_under_the_usual_names_need_no_map(tmp_path):
    path = written(
        tmp_path / "curated.tsv.gz",
        "pmid\test_year\tsubject\trelation\tobject\tevidence\n"
        '17\t2004\tp(HGNC:6893)\t->\tbp(GO:"neuron death")\tTau made neurons die.\n',
        packed=True,
    )
    assert detect(path) is Kind.TABLE
    [part] = records(path)
    [evidence] = part.evidence
    assert (evidence.document, evidence.year, evidence.text) == ("pmid:17", 2004, "Tau made neurons die.")


def test_a_table_that_lacks_one_of_the_usual_names_is_not_guessed_at(tmp_path):
    with pytest.raises(UnreadableFile, match="columns nobody has named"):
        detect(written(tmp_path / "pairs.tsv", "subject\tobject\nA:1\tB:2\n"))


@pytest.mark.parametrize("name", ["x_nodes.tsv", "x_nodes.tsv.gz"])
def test_kgx_is_told_by_name_and_header(tmp_path, name):
    path = written(tmp_path / name, "id\tcategory\nA:1\tbiolink:Gene\n", packed=name.endswith("gz"))
    assert detect(path) is Kind.KGX


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"gene,disease\nA,B\nC,D\n", "is a table whose columns nobody has named"),
        (b"gene;disease;score\nA;B;1\nC;D;2\nE;F;3\n", "is a table whose columns nobody has named"),
        (b"gene\tdisease\nA\tB\nC\tD\n", "is a table whose columns nobody has named"),
        (b"name\tdescription\nA\tB\nC\tD\n", "is a table whose columns nobody has named"),
        (b"<html><body>404</body></html>", "is XML or HTML without PubMed records"),
        (b"<article><front/></article>", "is XML or HTML without PubMed records"),
        (b'{"id": 1}\n{"id": 2}\n', "is JSON"),
        (b'[{"id": 1}]', "is JSON"),
        (b"%PDF-1.7\nstream", "is a PDF"),
        (b"PK\x03\x04\x14\x00word/document.xml", "is a ZIP archive"),
        (b"{\\rtf1\\ansi Tau.}", "is an RTF document"),
        (b"\xff\xfeT\x00a\x00u\x00", "is UTF-16 text. Save it as UTF-8"),
        (bytes(range(256)) * 40, "is none of the kinds that can be read (pubmed, pubtator"),
        (b"\x1f\x8b", "is a damaged gzip file"),
    ],
)
def test_what_is_none_of_the_kinds_is_refused_with_a_reason(tmp_path, content, message):
    path = written(tmp_path / ("file.csv" if content.startswith(b"gene,") else "file"), content)
    with pytest.raises(UnreadableFile) as refused:
        detect(path)
    assert str(refused.value).startswith(f"{path} ")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_kind_can_be_given(tmp_path):
    [record] = records(written(tmp_path / "note", "Dr. Ada Fenwick\nFindings:\nOld infarct.\n"), Kind.TEXT)
    assert record.title == "Dr. Ada Fenwick"


def test_a_file_that_is_no_good_is_told_when_its_records_are_asked_for(tmp_path):
    nothing_yet = read(written(tmp_path / "file", b""), lambda curie: None)
    with pytest.raises(UnreadableFile, match="is empty"):
        next(nothing_yet)


def test_a_folder_is_its_files_in_order_without_the_hidden_ones(tmp_path):
    for name in ("b.txt", "a/c.txt", ".git/config", "a/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        written(tmp_path / name, "x")
    assert inputs([tmp_path, tmp_path / "b.txt"]) == [tmp_path / "a" / "c.txt", tmp_path / "b.txt"]


def test_a_pair_of_kgx_files_is_one_input_and_a_column_map_is_none(tmp_path):
    for name in ("x_nodes.tsv", "x_edges.tsv", "lone_nodes.tsv", "pairs.csv", "pairs.yaml", "other.yaml"):
        written(tmp_path / name, "x")
    assert [path.name for path in inputs([tmp_path])] == ["lone_nodes.tsv", "other.yaml", "pairs.csv", "x_edges.tsv"]


def test_a_path_that_does_not_exist_is_told(tmp_path):
    with pytest.raises(UnreadableFile, match="does not exist"):
        inputs([tmp_path / "absent"])
