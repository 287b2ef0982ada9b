"""What all tables have in common: ids of papers, years, kinds of ids, separators of rows, and facts gathered in parts."""

from __future__ import annotations

import pytest
from annotation_files import gathered, save
from hypothesis import given
from hypothesis import strategies as st

from isthmus.extractors.readers import tabular
from isthmus.extractors.readers.publications import publication_id, year_in
from isthmus.extractors.readers.tabular import (
    BadRow,
    Fact,
    RowPassedOver,
    Table,
    content_id,
    read_facts,
    tab_separated,
    table_document,
)
from isthmus.extractors.readers.tally import OTHERS, Tally
from isthmus.extractors.readers.terms import category_of, described, named, no_names, remembering
from isthmus.graph.model import Document, DocumentKind, Entity, Modality
from isthmus.graph.vocabulary import Category, Predicate

GENE, ILL = Entity("X:1", "one", Category.GENE), Entity("X:2", "two", Category.DISEASE)


# -- papers --


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("PMID:25231870", "pmid:25231870"),
        ("PMID: 25231870", "pmid:25231870"),
        ("25231870", "pmid:25231870"),
        ("25231870.0", "pmid:25231870"),
        ("pubmed:0012", "pmid:12"),
        ("PMID:0", ""),
        ("PMC123", "pmc:PMC123"),
        ("PMCID:pmc123", "pmc:PMC123"),
        ("doi:10.1000/ABC(1)", "doi:10.1000/abc(1)"),
        ("https://doi.org/10.1000/abc", "doi:10.1000/abc"),
        ("OMIM:619340", ""),
        ("GO_REF:0000024", ""),
        ("", ""),
        ("PMID:12x", ""),
    ],
)
def test_a_paper_has_one_id_however_it_is_written(text, identifier):
    assert publication_id(text) == identifier


@given(st.integers(1, 999_999_999))
def test_an_id_of_a_paper_is_read_as_itself(number):
    assert publication_id(f"pmid:{number}") == f"pmid:{number}"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("20140723", 2014),
        ("2014-07-23", 2014),
        ("23-Jul-2014", 2014),
        ("HPO:somebody[2010-06-18]", 2010),
        ("1799", None),
        ("12014", None),
        ("soon", None),
    ],
)
def test_a_year_is_found_in_a_date(text, year):
    assert year_in(text) == year


# -- terms --


@pytest.mark.parametrize(
    ("curie", "category"),
    [
        ("NCBIGene:1", Category.GENE),
        ("uniprotkb:P1", Category.PROTEIN),
        ("HP:0000001", Category.PHENOTYPIC_FEATURE),
        ("Orphanet:93", Category.DISEASE),
        ("MESH:D000001", Category.NAMED_THING),
        ("nothing", Category.NAMED_THING),
    ],
)
def test_a_prefix_tells_the_kind_of_thing(curie, category):
    assert category_of(curie) is category


def test_what_the_lexicon_knows_is_described_by_it_and_asked_once():
    asked = []

    def lexicon(curie):
        asked.append(curie)
        return GENE if curie == "NCBIGene:9" else None

    lookup = remembering(lexicon)
    assert [described(lookup, "NCBIGene:9", "nine").id for _ in range(3)] == ["X:1"] * 3
    assert described(lookup, "HP:0000009", "") == Entity("HP:0000009", "HP:0000009", Category.PHENOTYPIC_FEATURE)
    assert described(lookup, "HP:0000009", "mark", Category.DISEASE).category is Category.DISEASE
    assert asked == ["NCBIGene:9", "HP:0000009"]


def test_a_name_that_nobody_knows_is_ungrounded():
    assert not named(no_names, "Blorb 1", Category.GENE).grounded
    assert named(lambda name, category: GENE, "Blorb 1", Category.GENE) is GENE


# -- rows --


@pytest.mark.parametrize("text", ["a\tb\nc\td\n", "a\tb\r\nc\td\r\n", "\ufeffa\tb\nc\td", "a\tb\n\n  \nc\td\n\n"])
def test_line_ends_marks_and_blank_lines_change_no_row(tmp_path, text):
    rows = list(tab_separated(save(tmp_path / "rows.tsv", text)))
    assert [cells for _, cells in rows] == [["a", "b"], ["c", "d"]]
    assert [number for number, _ in rows] == [1, 2 if "\n\n" not in text else 4]


def test_quotation_marks_are_characters_like_any_other(tmp_path):
    (row,) = tab_separated(save(tmp_path / "rows.tsv", 'a "b\t"c\n'))
    assert row == (1, ['a "b', '"c'])


def test_the_same_content_is_the_same_document_packed_or_not(tmp_path):
    plain, packed = save(tmp_path / "a.tsv", "x\ty\n"), save(tmp_path / "b.tsv.gz", "x\ty\n")
    assert content_id(plain) == content_id(packed)
    assert content_id(plain) != content_id(save(tmp_path / "c.tsv", "x\tz\n"))
    assert content_id(plain, packed) != content_id(plain)


# -- facts --


def table(tmp_path, rows):
    path = save(tmp_path / "rows.tsv", "anything\n")
    document = table_document(path, "rows", Modality.GENOMICS)
    return Table(document, "test/1", ("what", "year"), [(number + 2, row) for number, row in enumerate(rows)])


def link(row, **more):
    return Fact(GENE, Predicate.ASSOCIATED_WITH, ILL, row["what"], 0.5, year=int(row["year"] or 2000), **more)


def test_facts_are_gathered_in_parts_each_with_all_that_it_uses(tmp_path, monkeypatch):
    monkeypatch.setattr(tabular, "PART_ROWS", 4)
    found = gathered(read_facts(table(tmp_path, [[str(number), ""] for number in range(10)]), lambda row: [link(row)]))
    assert [(each.part, len(each.evidence)) for each in found.extractions] == [(0, 4), (1, 4), (2, 2)]
    for extraction in found.extractions:
        assert {entity.id for entity in extraction.entities} == {"X:1", "X:2"}
        assert {each.statement for each in extraction.evidence} == {each.id for each in extraction.statements}


def test_a_symmetric_fact_said_both_ways_round_is_one(tmp_path):
    def both(row):
        fact = link(row)
        return [fact, Fact(ILL, fact.predicate, GENE, fact.text, fact.score, year=fact.year)]

    (extraction,) = gathered(read_facts(table(tmp_path, [["a", ""]]), both)).extractions
    assert (len(extraction.statements), len(extraction.evidence)) == (1, 1)


def test_of_a_bad_row_nothing_goes_in(tmp_path):
    def parse(row):
        yield link(row)
        if row["what"] == "bad":
            raise BadRow("something is wrong")
        if row["what"] == "dull":
            raise RowPassedOver("nothing to see")

    found = gathered(read_facts(table(tmp_path, [["a", ""], ["bad", ""], ["dull", ""], ["b", ""]]), parse))
    assert [each.text for each in found.evidence] == ["a", "b"]
    assert [(each.source, each.record, each.reason) for each in found.unreadable] == [
        ("rows.tsv", "line 3", "something is wrong")
    ]
    assert found.notes == {("rows passed over", "rows.tsv: nothing to see"): 1}


def test_empty_cells_beyond_the_last_column_are_nothing_and_others_are_a_mistake(tmp_path):
    found = gathered(read_facts(table(tmp_path, [["a", "", "", ""], ["b", "", "x"], ["c"]]), lambda row: [link(row)]))
    assert [each.text for each in found.evidence] == ["a"]
    assert [each.reason for each in found.unreadable] == [
        "3 columns where 2 are expected",
        "1 columns where 2 are expected",
    ]


def test_no_rows_are_an_empty_document_with_a_reason(tmp_path):
    (extraction,) = gathered(read_facts(table(tmp_path, []), lambda row: [link(row)])).extractions
    assert extraction.empty
    assert extraction.reason == "no rows below the header"


def test_a_paper_is_described_by_what_the_table_knows_of_it(tmp_path):
    known = Document("pmid:1", DocumentKind.CITATION, Modality.GENOMICS, "Its title")
    found = gathered(
        read_facts(
            table(tmp_path, [["a", ""]]), lambda row: [link(row, publications=("pmid:1", "pmid:2"), citations=(known,))]
        )
    )
    assert found.cited["pmid:1"] is known
    assert found.cited["pmid:2"] == Document("pmid:2", DocumentKind.CITATION, Modality.GENOMICS)


def test_a_tally_names_the_first_texts_and_counts_the_rest(monkeypatch):
    monkeypatch.setattr("isthmus.extractors.readers.tally.MOST_TEXTS", 2)
    tally = Tally()
    for text in "abcabcd":
        tally.add("letters", text)
    assert [(note.text, note.count) for note in tally.notes()] == [("a", 2), ("b", 2), (OTHERS, 3)]
