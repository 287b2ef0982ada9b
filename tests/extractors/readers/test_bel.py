"""BEL terms and relations as curated tables hold them."""

import pytest
from annotation_files import canonical, gathered, names, save, tsv

from isthmus.extractors.readers.association_table import ColumnMap, read
from isthmus.extractors.readers.bel import entity_of, is_term, relation
from isthmus.graph.vocabulary import Category
from isthmus.service.exports.bel_terms import quoted


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("p(HGNC:APP)", True),
        ('bp(GO:"amyloid-beta clearance")', True),
        ("act(p(HGNC:BACE1), ma(pep))", True),
        ("composite(p(HGNC:APP), a(CHEBI:zinc))", True),
        ("HGNC:620", False),
        ("amyloid (senile)", False),
        ("tau (p)", False),
        ("", False),
    ],
)
def test_a_bel_term_is_told_from_a_name(text, answer):
    assert is_term(text) is answer


@pytest.mark.parametrize(
    ("term", "curie"),
    [
        ("p(HGNC:620)", "HGNC:620"),
        ("p(HGNC:APP)", "HGNC:620"),
        ('p(HGNC:"APP")', "HGNC:620"),
        ("r(HGNC:BACE1)", "HGNC:933"),
        ('p(HGNC:APP, var("p.Lys670Asn"))', "HGNC:620"),
        ("p(HGNC:APP, pmod(Ph, Thr, 668))", "HGNC:620"),
        ("act(p(HGNC:BACE1), ma(pep))", "HGNC:933"),
        ('tloc(p(HGNC:APP), fromLoc(GO:"x"), toLoc(GO:"y"))', "HGNC:620"),
        ('bp(GO:"amyloid-beta clearance")', "GO:0097242"),
        ('path(MESH:"Alzheimer disease")', "MONDO:0004975"),
        ("p(UNIPROT:P05067)", "HGNC:620"),
        ("g(DBSNP:rs12)", "dbSNP:rs12"),
        ("a(CHEBI:15422)", "CHEBI:15422"),
        ('a(CHEBI:"imaginary acid")', "text:chemical-entity/imaginary-acid"),
        ('path(MESHD:"Dream Fever, Late")', "text:disease/dream-fever-late"),
        ('act(a(CHEBI:"\\"q\\", of 3 \\\\ 4"), ma(cat))', "text:chemical-entity/q-of-3-4"),
    ],
)
def test_a_term_names_the_thing_inside(term, curie):
    assert entity_of(term, canonical, names).id == curie


def test_a_name_in_quotes_is_what_was_put_into_them():
    name = 'a "third" way, by C:\\x'
    assert entity_of(f"path(MESHD:{quoted(name)})", canonical, names).name == name


@pytest.mark.parametrize(
    ("term", "category"),
    [
        ("complex(p(HGNC:APP), p(HGNC:BACE1))", Category.MACROMOLECULAR_COMPLEX),
        ("composite(p(HGNC:APP), a(CHEBI:zinc))", Category.NAMED_THING),
        ("deg(p(HGNC:APP))", Category.NAMED_THING),
        ("rxn(reactants(p(HGNC:APP)), products(p(HGNC:BACE1)))", Category.NAMED_THING),
    ],
)
def test_a_term_of_several_things_or_of_an_absence_is_none_of_them(term, category):
    found = entity_of(term, canonical, names)
    assert not found.grounded
    assert (found.name, found.category) == (term, category)


@pytest.mark.parametrize(
    ("word", "obj", "predicate", "turned", "negated", "more"),
    [
        ("->", "p(HGNC:APP)", "increases", False, False, False),
        ("=|", "p(HGNC:APP)", "decreases", False, False, True),
        ("decreases", "act(p(HGNC:BACE1), ma(pep))", "inhibits", False, False, False),
        ("increases", "kin(p(HGNC:APP))", "activates", False, False, False),
        ("->", "r(HGNC:APP)", "increases_expression_of", False, False, False),
        ("-|", "m(MIRBASE:x)", "decreases_expression_of", False, False, False),
        ("--", "act(p(HGNC:BACE1))", "associated_with", False, False, False),
        ("->", "deg(p(HGNC:APP))", "decreases", False, False, True),
        ("-|", "deg(p(HGNC:APP))", "increases", False, False, True),
        ("--", "deg(p(HGNC:APP))", "associated_with", False, False, False),
        ("cnc", "p(HGNC:APP)", "affects", False, True, False),
        ("hasMember", "p(HGNC:APP)", "part_of", True, False, False),
        ("isA", "p(HGNC:APP)", "subclass_of", False, False, False),
    ],
)
def test_a_relation_says_what_it_does_to_its_object(word, obj, predicate, turned, negated, more):
    assert relation(word, obj) == (predicate, turned, negated, more)


def test_a_table_of_bel_is_a_table_of_associations(tmp_path):
    rows = [
        ["subject", "relation", "object", "pmid", "said"],
        ["a(CHEBI:15422)", "-|", "act(p(HGNC:BACE1))", "7", "One blocks the other."],
        ["p(HGNC:BACE1)", "hasVariant", "g(DBSNP:rs12)", "8", "It comes in two kinds."],
        ["p(HGNC:APP)", "cnc", 'path(MESH:"Alzheimer disease")', "9", "Nothing changed."],
    ]
    columns = "subject=subject,predicate=relation,object=object,publication=pmid,text=said"
    found = gathered(read(save(tmp_path / "bel.tsv", tsv(rows)), canonical, ColumnMap.parse(columns), names))
    assert found.facts == {
        ("CHEBI:15422", "inhibits", "HGNC:933"),
        ("dbSNP:rs12", "variant_of", "HGNC:933"),
        ("HGNC:620", "not affects", "MONDO:0004975"),
    }
    assert {(each.document, each.text) for each in found.evidence} == {
        ("pmid:7", "One blocks the other."),
        ("pmid:8", "It comes in two kinds."),
        ("pmid:9", "Nothing changed."),
    }
    assert not found.notes


def test_what_is_degraded_is_the_object_and_what_degrades_is_not(tmp_path):
    rows = [["subject", "relation", "object"], ["p(HGNC:BACE1)", "->", "deg(p(HGNC:APP))"]]
    rows.append(["deg(p(HGNC:APP))", "->", "p(HGNC:BACE1)"])
    columns = ColumnMap.parse("subject=subject,predicate=relation,object=object")
    found = gathered(read(save(tmp_path / "bel.tsv", tsv(rows)), canonical, columns, names))
    assert found.facts == {
        ("HGNC:933", "decreases", "HGNC:620"),
        ("text:named-thing/deg-p-hgnc-app", "increases", "HGNC:933"),
    }
    assert [each.original for each in found.of("decreases")] == ["->"]
