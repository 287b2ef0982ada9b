"""A table of associations: what the map of its columns may say, and what each row becomes."""

import pytest
from annotation_files import canonical, gathered, names, save, tsv

from isthmus.extractors.readers.association_table import BadColumnMap, ColumnMap, read
from isthmus.extractors.reading import UnreadableFile
from isthmus.graph.model import Assertion
from isthmus.graph.vocabulary import Category

LINK = "subject=gene,object=disease"


def reading(tmp_path, text, columns=LINK, name="links.tsv"):
    return gathered(read(save(tmp_path / name, text), canonical, ColumnMap.parse(columns), names))


# -- the map --


def test_a_map_is_written_on_the_command_line_or_in_yaml(tmp_path):
    written = ColumnMap.parse("subject=gene, object=disease,predicate=treats,subject_name='a, b',year=2019")
    lines = "# which column is which\nsubject: gene\nobject: disease\npredicate: treats\nsubject_name: \"'a, b'\"\nyear: 2019\n"
    assert ColumnMap.load(save(tmp_path / "map.yaml", lines)) == written
    assert (written.predicate, written.subject_name, written.year) == ("treats", "'a, b'", "2019")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("object=disease", "names no subject"),
        ("subject=gene", "names no object"),
        ("subject=gene,object", "'object' is not FIELD=COLUMN"),
        ("subject=gene,object=disease,colour=red", "unknown fields: colour. Known: subject"),
        (f"{LINK},modality=astrology", "unknown modality 'astrology'. Choose from: literature"),
        (f"{LINK},separator=and", "'and' is not one character"),
    ],
)
def test_a_map_that_no_table_could_follow_says_what_is_wrong(text, reason):
    with pytest.raises(BadColumnMap) as error:
        ColumnMap.parse(text)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("subject: [gene", "map.yaml is not YAML"),
        ("just words", "map.yaml does not map fields to columns"),
        ("subject: [gene, symbol]\nobject: disease", "'subject' is not one column"),
        ("a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nsubject: &c [*b,*b,*b,*b]\nobject: [*c,*c,*c,*c]", "is not one column"),
    ],
)
def test_yaml_that_is_no_map_is_refused_in_one_line(tmp_path, text, reason):
    with pytest.raises(BadColumnMap) as error:
        ColumnMap.load(save(tmp_path / "map.yaml", text))
    assert reason in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


def test_the_map_of_the_demo_is_one(fixtures):
    folder = fixtures.parent.parent / "isthmus" / "service" / "demo"
    assert ColumnMap.load(folder / "associations.yaml").subject_category == "subject_category"


# -- rows --


def test_a_row_is_a_statement_between_the_graphs_own_entities(tmp_path):
    found = reading(tmp_path, "gene\tdisease\nNCBIGene:351\tOMIM:104300\n")
    statement, evidence = found.only
    assert (statement.subject, statement.predicate, statement.object) == (
        "HGNC:620",
        "associated_with",
        "MONDO:0004975",
    )
    assert evidence.text == "APP associated with Alzheimer disease"
    assert evidence.document == found.extractions[0].document.id


def test_every_column_goes_where_the_map_says(tmp_path):
    table = tsv(
        [
            ["gene", "effect", "disease", "paper", "when", "sure", "not", "said"],
            ["NCBIGene:351", "causes", "OMIM:104300", "PMID:5; 6|10.1000/X", "May 2001", "0.25", "no", "It does."],
            ["NCBIGene:23621", "causes", "OMIM:104300", "", "", "", "yes", ""],
        ]
    )
    columns = f"{LINK},predicate=effect,publication=paper,year=when,score=sure,negated=not,text=said,modality=imaging"
    found = reading(tmp_path, table, columns)
    assert found.facts == {
        ("HGNC:620", "causes", "MONDO:0004975"),
        ("HGNC:933", "not causes", "MONDO:0004975"),
    }
    said = [each for each in found.evidence if each.text == "It does."]
    assert {each.document for each in said} == {"pmid:5", "pmid:6", "doi:10.1000/x"}
    assert {(each.year, each.score) for each in said} == {(2001, 0.25)}
    (negated,) = [each for each in found.evidence if each.assertion is Assertion.NEGATED]
    assert (negated.text, negated.year, negated.score) == ("BACE1 not causes Alzheimer disease", None, 0.7)
    assert found.extractions[0].document.modality == "imaging"


def test_a_column_that_has_no_name_is_not_meant_by_an_empty_field(tmp_path):
    """R writes row numbers under an empty header: row 1 was negated, and its year was 1."""
    found = reading(tmp_path, "\tgene\tdisease\n1\tNCBIGene:351\tOMIM:104300\n")
    statement, evidence = found.only
    assert not statement.negated
    assert (evidence.year, evidence.score) == (None, 0.7)


def test_what_is_no_column_holds_for_the_whole_table(tmp_path):
    columns = "subject=gene,object_name='Alzheimer disease',object_category=Disease,predicate=biomarker_for,score=0.4,year=1999"
    found = reading(tmp_path, "gene\nNCBIGene:351\n", columns)
    statement, evidence = found.only
    assert (statement.predicate, statement.object) == ("biomarker_for", "MONDO:0004975")
    assert (evidence.score, evidence.year) == (0.4, 1999)


def test_names_are_found_or_stay_ungrounded(tmp_path):
    columns = "subject_name=marker,subject_category=Gene,object_name=cell,object_category=Cell,predicate=expressed_in"
    found = reading(tmp_path, "marker\tcell\nBACE1\tGlow cell\nBLORB1\tGlow cell\n", columns)
    assert {subject for subject, _, _ in found.facts} == {"HGNC:933", "text:gene/blorb1"}
    assert found.entities["text:cell/glow-cell"].category is Category.CELL


def test_a_number_takes_the_prefix_of_its_column(tmp_path):
    columns = f"{LINK},subject_prefix=NCBIGene,object_prefix=OMIM"
    found = reading(tmp_path, "gene\tdisease\n351\t104300\n23621.0\tOMIM:104300\n", columns)
    assert {subject for subject, _, _ in found.facts} == {"HGNC:620", "HGNC:933"}
    assert {obj for _, _, obj in found.facts} == {"MONDO:0004975"}


def test_an_inverse_predicate_is_turned_round_and_its_sentence_is_not(tmp_path):
    found = reading(tmp_path, "disease\tdrug\nOMIM:104300\tX:1\n", "subject=disease,object=drug,predicate=treated_by")
    statement, evidence = found.only
    assert (statement.subject, statement.predicate, statement.object) == ("X:1", "treats", "MONDO:0004975")
    assert evidence.text == "Alzheimer disease treated by X:1"


def test_a_predicate_outside_the_vocabulary_is_kept_and_counted(tmp_path):
    table = "gene\thow\tdisease\nA:1\tfoo_bars\tB:1\nA:2\tfoo_bars\tB:1\nA:2\ttreats\tB:1\n"
    found = reading(tmp_path, table, f"{LINK},predicate=how")
    assert [(each.original, each.text) for each in found.of("related_to")] == [
        ("foo_bars", "A:1 foo bars B:1"),
        ("foo_bars", "A:2 foo bars B:1"),
    ]
    assert found.notes == {("predicate outside the vocabulary", "foo_bars read as related_to"): 2}


def test_cells_that_hold_several_are_associated_each_with_each(tmp_path):
    found = reading(tmp_path, "gene\tdisease\nA:1;A:2;A:1\tB:1; B:2\n", f"{LINK},separator=semicolon")
    assert len(found.facts) == 4


def test_a_drug_of_several_actions_does_each(tmp_path):
    table = "gene\thow\tdisease\nX:1\tinhibitor|substrate\tNCBIGene:351\nX:2\tagonist\tNCBIGene:351\n"
    found = reading(tmp_path, table, f"{LINK},predicate=how,separator=pipe")
    assert found.facts == {
        ("X:1", "inhibits", "HGNC:620"),
        ("X:1", "substrate_of", "HGNC:620"),
        ("X:2", "activates", "HGNC:620"),
    }
    assert {each.original for each in found.evidence} == {"inhibitor", "substrate", "agonist"}


def test_a_row_of_too_many_pairs_is_refused_and_the_others_are_in(tmp_path):
    many = ";".join(f"A:{number}" for number in range(200))
    found = reading(tmp_path, f"gene\tdisease\n{many}\t{many}\nA:1\tB:1\n", f"{LINK},separator=semicolon")
    assert [each.record for each in found.unreadable] == ["line 2"]
    assert "200 subjects with 200 objects" in found.unreadable[0].reason
    assert len(found.facts) == 1


def test_a_part_does_not_grow_with_what_its_rows_say(tmp_path, monkeypatch):
    monkeypatch.setattr("isthmus.extractors.readers.tabular.PART_EVIDENCE", 100)
    cells = ";".join(f"A:{number}" for number in range(60))
    rows = "".join(f"{cells}\tB:{number}\n" for number in range(10))
    found = reading(tmp_path, f"gene\tdisease\n{rows}", f"{LINK},separator=semicolon")
    assert [len(each.evidence) for each in found.extractions] == [120] * 5
    assert [each.part for each in found.extractions] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("\tB:1\tcauses\t0.5", "the subject is empty"),
        ("A:1\t\tcauses\t0.5", "the object is empty"),
        ("A:1\tB:1\t\t0.5", "the predicate is empty"),
        ("A:1\tB:1\tcauses\thigh", "score 'high' is not a number"),
        ("A:1\tB:1\tcauses\t95", "score 95 is not between 0 and 1"),
        ("A:1\tB:1\tcauses\tnan", "score nan is not between 0 and 1"),
        ("A:1\tB:1", "2 columns where 4 are expected"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_the_others_are_in(tmp_path, row, reason):
    table = f"gene\tdisease\thow\tsure\nA:8\tB:8\tcauses\t0.5\n{row}\nA:9\tB:9\tcauses\t0.5\n"
    found = reading(tmp_path, table, f"{LINK},predicate=how,score=sure")
    (bad,) = found.unreadable
    assert (bad.source, bad.record) == ("links.tsv", "line 3")
    assert reason in bad.reason
    assert len(found.facts) == 2


# -- the file --


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        ("subject=geen,object=disease", "geen"),
        (f"{LINK},predicate=casues", "casues"),
        (f"{LINK},score=high", "high"),
        (f"{LINK},object_category=Diseaze", "Diseaze"),
    ],
)
def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path, columns, missing):
    with pytest.raises(UnreadableFile, match=f"column {missing} is missing. Columns seen: gene, disease"):
        reading(tmp_path, "gene\tdisease\nA:1\tB:1\n", columns)


def test_a_column_that_occurs_twice_cannot_be_meant(tmp_path):
    with pytest.raises(UnreadableFile, match="more than one column gene"):
        reading(tmp_path, "gene\tdisease\tgene\nA:1\tB:1\tA:2\n")
    assert len(reading(tmp_path, "gene\tdisease\tnote\tnote\nA:1\tB:1\tx\ty\n").facts) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gene,disease\nA:1,B:1\n", "links.csv"),
        ("gene;disease\nA:1;B:1\n", "links.csv"),
        ("gene|disease\nA:1|B:1\n", "links.txt"),
        ('"gene"\t"disease"\n"A:1"\t"B:1"\n', "links.tsv"),
        ("# made by hand, in May, by us\n# twice\ngene\tdisease\nA:1\tB:1\n", "links.tsv"),
        ("#gene\tdisease\nA:1\tB:1\n", "links.tsv"),
        ('gene,note,disease\nA:1,"a ""quoted"", word",B:1\n', "links.csv"),
        ('gene,note,disease\nA:1,a 5" pipe,B:1\n', "links.csv"),
    ],
)
def test_tables_are_read_however_they_are_separated_and_quoted(tmp_path, text, name):
    found = reading(tmp_path, text, name=name)
    assert found.facts == {("A:1", "associated_with", "B:1")}
    assert not found.unreadable


def test_a_quoted_cell_runs_over_lines_and_the_row_is_named_by_its_first(tmp_path):
    table = 'gene,said,disease,sure\nA:1,"first\nsecond",B:1,0.5\nA:2,"one\ntwo",B:1,9\nA:3,x,B:1,0.5\n'
    found = reading(tmp_path, table, f"{LINK},text=said,score=sure", "links.csv")
    assert [each.text for each in found.evidence] == ["first\nsecond", "x"]
    assert [each.record for each in found.unreadable] == ["line 4"]


def test_a_quotation_mark_left_open_loses_its_own_row_only(tmp_path):
    rows = [f"A:{number},B:{number}" for number in range(1000)]
    rows[500] = '"A:500,B:500'
    found = reading(tmp_path, "gene,disease\n" + "\n".join(rows) + "\n", name="links.csv")
    assert len(found.facts) == 999
    assert [(each.record, "quotation mark" in each.reason) for each in found.unreadable] == [("line 502", True)]


def test_a_line_that_is_not_utf8_is_named_and_the_others_are_in(tmp_path):
    (tmp_path / "links.csv").write_bytes(b"gene,disease\nA:1,B:1\nA:\xff,B:2\nA:3,B:3\n")
    found = gathered(read(tmp_path / "links.csv", canonical, ColumnMap.parse(LINK)))
    assert [each.record for each in found.unreadable] == ["line 3"]
    assert len(found.facts) == 2
