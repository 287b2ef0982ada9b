"""PubMed XML. The records are invented."""

import random
import subprocess
import sys
import zlib

import pytest
from extractors.readers.samples import deletions, documents, notes, records, unreadable, written

from isthmus.extractors.readers import Kind
from isthmus.extractors.reading import Deletion, UnreadableFile
from isthmus.graph.model import Document, DocumentKind, Modality

DOCTYPE = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
FULL = """\
<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="1">101</PMID>
    <DateRevised><Year>2022</Year><Month>01</Month><Day>02</Day></DateRevised>
    <Article PubModel="Print-Electronic">
      <Journal>
        <ISSN IssnType="Print">0000-0000</ISSN>
        <JournalIssue CitedMedium="Print"><PubDate><Year>2021</Year><Month>Mar</Month></PubDate></JournalIssue>
        <Title>Journal of Invented Findings</Title><ISOAbbreviation>J Inv Find</ISOAbbreviation>
      </Journal>
      <ArticleTitle>Effect of <i>APOE</i> on Ca<sup>2+</sup> and H<sub>2</sub>O
        in   glia &amp; neurons.</ArticleTitle>
      <ELocationID EIdType="doi" ValidYN="Y">10.1000/ABC.1</ELocationID>
      <ELocationID EIdType="doi" ValidYN="N">10.1000/wrong</ELocationID>
      <Abstract>
        <AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Glia age.</AbstractText>
        <AbstractText Label="WHAT WE DID" NlmCategory="METHODS">We counted.</AbstractText>
        <AbstractText NlmCategory="RESULTS">They fell by 3&#160;%.</AbstractText>
        <AbstractText Label="UNLABELLED">So it is.</AbstractText>
        <AbstractText Label="EMPTY"></AbstractText>
        <CopyrightInformation>Nobody.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="Y">
        <Author ValidYN="Y"><LastName>Fenwick</LastName><ForeName>Ada Mary</ForeName><Initials>AM</Initials></Author>
        <Author ValidYN="Y"><LastName>Okonkwo</LastName><ForeName>Olu-Ben</ForeName><Suffix>Jr</Suffix></Author>
        <Author ValidYN="N"><LastName>Fenwik</LastName></Author>
        <Author ValidYN="Y"><CollectiveName>The Glia Group</CollectiveName></Author>
      </AuthorList>
      <Language>eng</Language>
      <PublicationTypeList>
        <PublicationType UI="D016428">Journal Article</PublicationType>
        <PublicationType UI="D016449">Randomized Controlled Trial</PublicationType>
      </PublicationTypeList>
      <ArticleDate DateType="Electronic"><Year>2020</Year><Month>12</Month><Day>07</Day></ArticleDate>
    </Article>
    <MeshHeadingList>
      <MeshHeading><DescriptorName UI="D1" MajorTopicYN="N">Neuroglia</DescriptorName></MeshHeading>
      <MeshHeading><DescriptorName UI="D2" MajorTopicYN="Y">Asthma</DescriptorName>
        <QualifierName UI="Q1" MajorTopicYN="N">drug therapy</QualifierName></MeshHeading>
    </MeshHeadingList>
    <OtherAbstract Type="Publisher" Language="spa"><AbstractText>La glia.</AbstractText></OtherAbstract>
  </MedlineCitation>
  <PubmedData>
    <ArticleIdList><ArticleId IdType="pubmed">101</ArticleId><ArticleId IdType="pmc">PMC77</ArticleId>
      <ArticleId IdType="doi">10.1000/abc.1</ArticleId></ArticleIdList>
    <ReferenceList><Reference><ArticleIdList><ArticleId IdType="pmc">PMC9999</ArticleId></ArticleIdList></Reference>
    </ReferenceList>
  </PubmedData>
</PubmedArticle>
"""


def article(pmid=1, title="Tau.", citation="", version=1, date="<Year>2020</Year>", inside="", abstract="Tau binds."):
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><Article><Journal><JournalIssue>'
        f"<PubDate>{date}</PubDate></JournalIssue></Journal><ArticleTitle>{title}</ArticleTitle>"
        f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract>{inside}</Article>{citation}</MedlineCitation>"
        "</PubmedArticle>\n"
    )


def pubmed(*parts):
    return f"{DOCTYPE}<PubmedArticleSet>\n{''.join(parts)}</PubmedArticleSet>\n"


@pytest.fixture
def only(tmp_path):
    """The one document of a file with these parts."""

    def read(*parts):
        [document] = documents(written(tmp_path / "pubmed.xml", pubmed(*parts)))
        return document

    return read


def test_a_full_record_is_read(only):
    document = only(FULL)
    assert document.id == "pmid:101"
    assert (document.kind, document.modality) == (DocumentKind.ARTICLE, Modality.LITERATURE)
    assert document.title == "Effect of APOE on Ca2+ and H2O in glia & neurons."
    assert [(section.label, section.text) for section in document.sections] == [
        ("background", "Glia age."),
        ("what we did", "We counted."),
        ("results", "They fell by 3 %."),
        ("", "So it is."),
    ]
    assert document.date == "2020-12-07"
    assert document.journal == "Journal of Invented Findings"
    assert document.authors == ("Fenwick AM", "Okonkwo OB Jr", "The Glia Group")
    assert document.mesh == ("Neuroglia", "Asthma", "Asthma/drug therapy")
    assert document.publication_types == ("Journal Article", "Randomized Controlled Trial")
    assert document.xrefs == ("doi:10.1000/abc.1", "pmc:PMC77")
    assert (document.language, document.source, document.retracted) == ("eng", "pubmed.xml", False)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("indented", [False, True])
def test_every_way_to_serve_a_record_gives_the_same_document(tmp_path, packed, indented):
    record = (
        FULL
        if indented
        else "".join(line.strip() + " " * (line.endswith("H<sub>2</sub>O")) for line in FULL.splitlines())
    )
    path = written(tmp_path / "pubmed.xml", pubmed(record), packed=packed)
    [document] = documents(path)
    [expected] = documents(written(tmp_path / "other.xml", pubmed(FULL)))
    assert document.digest == expected.digest
    assert documents(path) == [document]


def test_a_bare_medline_citation_is_read(tmp_path):
    inner = FULL[FULL.index("<MedlineCitation") : FULL.index("<PubmedData>")]
    [document] = documents(written(tmp_path / "x.xml", f"<MedlineCitationSet>{inner}</MedlineCitationSet>"))
    assert (document.id, document.xrefs) == ("pmid:101", ("doi:10.1000/abc.1",))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("CO<sub>2</sub> and 10<sup>-3</sup> M", "CO2 and 10-3 M"),
        ("<b>Bold</b> and <i>in <u>vivo</u></i>.", "Bold and in vivo."),
        ("H\n  <sub>2</sub>\n  O", "H2 O"),
        ("A&#x200b;&#xad;β-amyloid&#x2009;42", "Aβ-amyloid 42"),
        ("p &lt; 0.05 &amp; q", "p < 0.05 & q"),
        ("<mml:math><mml:msup><mml:mi>x</mml:mi>\n <mml:mn>2</mml:mn></mml:msup></mml:math> fits", "x2 fits"),
        (
            '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>a</mi><mi>b</mi></mfrac>'
            '<annotation encoding="TeX">\\frac ab</annotation></math>',
            "a/b",
        ),
        ("<mml:math><mml:msqrt><mml:mn>3</mml:mn></mml:msqrt><mml:mtext> or so</mml:mtext></mml:math>", "√3 or so"),
        ("Tau<!-- hidden --> binds<?hidden?>.", "Tau binds."),
        ("<![CDATA[a < b]]>", "a < b"),
    ],
)
def test_markup_in_titles_and_abstracts_becomes_plain_text(only, markup, text):
    document = only(article(title=markup, abstract=markup))
    assert document.text == f"{text} {text}"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("<Year>2019</Year><Month>Feb</Month><Day>16</Day>", "2019-02-16"),
        ("<Year>2019</Year><Month>02</Month><Day>6</Day>", "2019-02-06"),
        ("<Year>2019</Year><Month>Feb</Month>", "2019-02"),
        ("<Year>2019</Year><Season>Winter</Season>", "2019"),
        ("<Year>2019</Year><Month>Feb</Month><Day>30</Day>", "2019-02"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998-12"),
        ("<MedlineDate>Fall 1999</MedlineDate>", "1999"),
        ("<MedlineDate>2000 Mar 15-31</MedlineDate>", "2000-03-15"),
        ("<MedlineDate>unknown</MedlineDate>", ""),
        ("", ""),
    ],
)
def test_dates_go_down_to_the_day_where_they_can(only, date, expected):
    assert only(article(date=date)).date == expected


@pytest.mark.parametrize(
    ("citation", "inside", "retracted"),
    [
        (
            "",
            "<PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList>",
            True,
        ),
        ('<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"/></CommentsCorrectionsList>', "", True),
        (
            '<CommentsCorrectionsList><CommentsCorrections RefType="RetractedandRepublishedIn"/></CommentsCorrectionsList>',
            "",
            True,
        ),
        ('<CommentsCorrectionsList><CommentsCorrections RefType="RetractionOf"/></CommentsCorrectionsList>', "", False),
        (
            '<CommentsCorrectionsList><CommentsCorrections RefType="ExpressionOfConcernIn"/></CommentsCorrectionsList>',
            "",
            False,
        ),
        (
            "",
            "<PublicationTypeList><PublicationType>Retraction of Publication</PublicationType></PublicationTypeList>",
            False,
        ),
        ("", "", False),
    ],
)
def test_the_retracted_paper_is_marked_and_not_the_notice(only, citation, inside, retracted):
    assert only(article(citation=citation, inside=inside)).retracted is retracted


def test_a_deletion_names_each_withdrawn_citation(tmp_path):
    deleted = "<DeleteCitation>\n<PMID Version='1'>7</PMID><PMID>none</PMID><PMID>08</PMID></DeleteCitation>"
    path = written(tmp_path / "x.xml", pubmed(article(1), deleted))
    assert deletions(path) == ["pmid:7", "pmid:8"]
    assert records(path)[-1] == Deletion("pmid:8")
    [fault] = unreadable(path)
    assert "its PMID is 'none'" in fault.reason


def test_a_book_chapter_is_read(only):
    document = only(
        "<PubmedBookArticle><BookDocument><PMID>55</PMID><ArticleIdList><ArticleId IdType='doi'>10.1000/B</ArticleId>"
        "</ArticleIdList><Book><BookTitle>Invented Disorders</BookTitle><PubDate><Year>1999</Year></PubDate>"
        "<AuthorList Type='editors'><Author><LastName>Editor</LastName></Author></AuthorList></Book>"
        "<ArticleTitle>On <i>Tau</i></ArticleTitle><Language>eng</Language>"
        "<AuthorList Type='authors'><Author><LastName>Fenwick</LastName><ForeName>Ada</ForeName></Author></AuthorList>"
        "<PublicationType>Review</PublicationType>"
        "<Abstract><AbstractText Label='Clinical'>Tau binds.</AbstractText></Abstract>"
        "<ContributionDate><Year>2001</Year><Month>Jul</Month><Day>4</Day></ContributionDate></BookDocument>"
        "<PubmedBookData/></PubmedBookArticle>"
    )
    assert (document.id, document.kind, document.journal) == ("pmid:55", DocumentKind.BOOK, "Invented Disorders")
    assert (document.title, document.date, document.xrefs) == ("On Tau", "1999", ("doi:10.1000/b",))
    assert (document.authors, document.publication_types) == (("Fenwick A",), ("Review",))
    assert document.sections[0].label == "clinical"


@pytest.mark.parametrize(
    ("title", "vernacular", "expected"),
    [
        ("", "", ""),
        ("[Not Available].", "<VernacularTitle>Die Tau.</VernacularTitle>", "Die Tau."),
        ("[Not Available].", "", "[Not Available]."),
        ("[On tau].", "<VernacularTitle>Die Tau.</VernacularTitle>", "[On tau]."),
    ],
)
def test_a_missing_title_is_made_up_for(only, title, vernacular, expected):
    assert only(article(title=title, inside=vernacular)).title == expected


def test_a_record_without_abstract_and_title_is_still_a_document(only):
    record = "<PubmedArticle><MedlineCitation><PMID>9</PMID><Article/></MedlineCitation></PubmedArticle>"
    document = only(record)
    assert (document.id, document.title, document.sections, document.date) == ("pmid:9", "", (), "")


def test_the_newest_version_of_a_paper_stands_whatever_the_order(tmp_path):
    path = written(tmp_path / "x.xml", pubmed(article(1, "One."), article(1, "Two.", version=2), article(1, "One.")))
    assert [document.title for document in documents(path)] == ["One.", "Two."]
    assert notes(path) == {("older versions", "x.xml: an older version after a newer one was passed over"): 1}


@pytest.mark.parametrize(
    ("bad", "record", "reason"),
    [
        (
            "<PubmedArticle><MedlineCitation><PMID>2</PMID></PubmedArticle>",
            "record 2, PMID 2",
            "is not well-formed XML",
        ),
        (article(2).replace("</PubmedArticle>", ""), "record 2, PMID 2", "closing tag </PubmedArticle> is missing"),
        (article("x"), "record 2, line", "its PMID is 'x'"),
        (article(""), "record 2, line", "has no PMID"),
        (article(0), "record 2, PMID 0", "its PMID is '0'"),
        (article(2, "&undefined;"), "record 2, PMID 2", "undefined"),
        (article(2, "\x01"), "record 2, PMID 2", "is not well-formed XML"),
        (article(2, "<b>" * 300 + "</b>" * 300), "record 2, PMID 2", "is not well-formed XML"),
        ("<PubmedArticle/>", "record 2, line", "has no MedlineCitation with an Article"),
        ("<PubmedBookArticle/>", "record 2, line", "has no BookDocument"),
        ("404 not found", "line 5", "what stands between the records is not a record: '404 not found'"),
    ],
)
def test_a_malformed_record_is_named_and_the_others_are_kept(tmp_path, bad, record, reason):
    path = written(tmp_path / "x.xml", pubmed(article(1), bad, article(3)))
    assert [document.id for document in documents(path)] == ["pmid:1", "pmid:3"]
    [fault] = unreadable(path)
    assert fault.source == "x.xml"
    assert fault.record.startswith(record)
    assert reason in fault.reason
    assert "\n" not in fault.reason


def test_bytes_that_are_no_utf8_lose_one_record(tmp_path):
    content = pubmed(article(1), article(2, "@t@"), article(3)).encode().replace(b"@", b"\xe9")
    path = written(tmp_path / "x.xml", content)
    assert [document.id for document in documents(path)] == ["pmid:1", "pmid:3"]
    assert unreadable(path)[0].record == "record 2, PMID 2"


def test_the_line_of_a_fault_is_that_of_the_file(tmp_path):
    path = written(
        tmp_path / "x.xml", pubmed(article(1), "\n\n", FULL.replace("<Language>eng</Language>", "<Language>eng"))
    )
    [fault] = unreadable(path)
    # the parser meets the fault where the article ends, still inside the language
    line = path.read_text().split("</Article>\n")[0].count("\n") + 1
    assert fault.reason.startswith(f"line {line}: is not well-formed XML")


def test_a_file_that_ends_inside_a_record_says_so(tmp_path):
    path = written(tmp_path / "x.xml", pubmed(article(1), article(2))[:-60])
    assert [document.id for document in documents(path)] == ["pmid:1"]
    assert "the file ends inside it, before </PubmedArticle>. Get the file again" in unreadable(path)[0].reason


def test_a_gzip_file_cut_short_keeps_its_first_records(tmp_path):
    words = random.Random(7)
    many = [article(n, abstract=f"{words.getrandbits(400):x}") for n in range(1, 3000)]
    path = written(tmp_path / "x.xml.gz", pubmed(*many), packed=True)
    path.write_bytes(path.read_bytes()[:-100_000])
    read = documents(path)
    assert 1000 < len(read) < 2990
    assert [document.id for document in read] == [f"pmid:{n}" for n in range(1, len(read) + 1)]
    assert "damaged gzip file" in unreadable(path)[-1].reason


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        ("<html><body>502 Bad Gateway</body></html>", "holds no PubMed record"),
        ("<eFetchResult><ERROR>no ids</ERROR></eFetchResult>", "holds no PubMed record"),
        ("just words", "holds no PubMed record"),
        (
            f'<!DOCTYPE PubmedArticleSet [<!ENTITY a "x">]>{article(1)}',
            "declares an entity, which is refused for safety",
        ),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_name(tmp_path, content, told):
    path = written(tmp_path / "x.xml", content)
    with pytest.raises(UnreadableFile) as refused:
        records(path, Kind.PUBMED)
    assert str(refused.value).startswith(str(path))
    assert told in str(refused.value)


def test_a_set_without_records_is_no_error(tmp_path):
    path = written(tmp_path / "x.xml", pubmed())
    assert notes(path) == {("no records", "x.xml is a PubMed file without records"): 1}


def test_all_real_records_are_read_the_same_way_twice(shared_data):
    counts = {"ingest/gut_brain_1567.pubmed.xml.gz": 1567, "samples/pubmed_xml/pubmed_results_polona.xml": 20}
    for name, count in {**counts, "samples/pubmed_xml/pubmed-29768149.xml": 1}.items():
        first = records(shared_data / name)
        assert len(first) == count
        assert all(isinstance(record, Document) for record in first)
        assert all(record.title and record.date for record in first)
        assert sum(not record.sections for record in first) <= 1
        assert records(shared_data / name) == first


LARGE = 200 * 2**20
# The kernel's own mark where there is one: getrusage starts a child at the peak of its parent.
MEASURE = """
import re, resource, sys
from pathlib import Path
from isthmus.extractors.readers import read
count = sum(1 for record in read(Path(sys.argv[1]), lambda curie: None))
status = Path("/proc/self/status")
kept = re.search(r"VmHWM:\\s+(\\d+)", status.read_text()) if status.exists() else None
print(count, kept[1] if kept else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def write_large(path, size):
    """Write about ``size`` bytes of records, packed; give their number."""
    words = random.Random(11)
    vocabulary = [f"{words.getrandbits(36):x}" for _ in range(5000)]
    packer = zlib.compressobj(1, wbits=31)
    taken = count = 0
    with path.open("wb") as file:
        file.write(packer.compress(f"{DOCTYPE}<PubmedArticleSet>".encode()))
        while taken < size:
            block = "".join(
                article(count + n, abstract=" ".join(words.choices(vocabulary, k=250))) for n in range(1, 101)
            ).encode()
            count, taken = count + 100, taken + len(block)
            file.write(packer.compress(block))
        file.write(packer.compress(b"</PubmedArticleSet>") + packer.flush())
    return count


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path):
    """200 MB stand for 1 GB, which takes a minute: whoever held the file, or its tree, would be far above the bound."""
    path = tmp_path / "large.xml.gz"
    count = write_large(path, LARGE)
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    read, peak_kb = map(int, done.stdout.split())
    assert read == count
    assert peak_kb * 1024 < 150 * 10**6
