"""Other people's categories and predicates, read as ours."""

import pytest

from isthmus.extractors.readers.biolink import PredicateReading, read_categories, read_predicate
from isthmus.extractors.readers.build_biolink import hierarchy
from isthmus.graph.vocabulary import Category, Predicate


@pytest.mark.parametrize("category", Category)
def test_our_own_categories_are_read_as_they_are(category):
    assert read_categories((category.curie,)) == read_categories((category.value,))
    assert read_categories((category.curie,)).category is category
    assert not read_categories((category.curie,)).outside


@pytest.mark.parametrize(
    ("words", "category", "outside"),
    [
        (("small molecule",), Category.SMALL_MOLECULE, ()),
        (("BIOLINK:small_molecule",), Category.SMALL_MOLECULE, ()),
        (("biolink:ChemicalSubstance",), Category.CHEMICAL_ENTITY, ("biolink:ChemicalSubstance",)),
        (("biolink:MolecularMixture",), Category.CHEMICAL_ENTITY, ("biolink:MolecularMixture",)),
        (("biolink:Gene", "biolink:Protein"), Category.GENE, ()),
        (("biolink:Protein", "biolink:Gene"), Category.PROTEIN, ()),
        (("biolink:Drug", "myOwnThing"), Category.DRUG, ("myOwnThing",)),
        ((), Category.NAMED_THING, ()),
        ((" ",), Category.NAMED_THING, ()),
    ],
)
def test_several_categories_are_one(words, category, outside):
    reading = read_categories(words)
    assert (reading.category, reading.outside) == (category, outside)


@pytest.mark.parametrize("predicate", Predicate)
def test_our_own_predicates_are_read_by_name_and_by_slot_with_qualifiers(predicate):
    assert read_predicate(predicate.value) == PredicateReading(predicate)
    assert read_predicate(predicate.curie, dict(predicate.definition.qualifiers)) == PredicateReading(predicate)


@pytest.mark.parametrize(
    ("word", "predicate", "turned", "outside"),
    [
        ("biolink:treated_by", "treats", True, False),
        ("biolink:expresses", "expressed_in", True, False),
        ("has phenotype", "has_phenotype", False, False),
        ("Treats", "treats", False, False),
        ("biolink:positively_regulates", "increases", False, True),
        ("biolink:entity_negatively_regulates_entity", "decreases", False, True),
        ("biolink:approved_for_treatment_by", "treats", True, True),
        ("biolink:increases_abundance_of", "increases", False, True),
        ("inhibitor", "inhibits", False, True),
        ("inverse agonist", "inhibits", False, True),
        ("Partial agonist", "activates", False, True),
        ("substrate", "substrate_of", False, True),
        ("frobnicates", "related_to", False, True),
        ("", "related_to", False, True),
    ],
)
def test_other_words_are_turned_or_their_nearest_ancestor(word, predicate, turned, outside):
    assert read_predicate(word) == PredicateReading(Predicate(predicate), turned, outside)


@pytest.mark.parametrize(
    ("aspect", "direction", "of_subject", "predicate", "outside"),
    [
        ("activity", "increased", "", "activates", False),
        ("activity", "downregulated", "", "inhibits", False),
        ("expression", "decreased", "", "decreases_expression_of", False),
        ("activity_or_abundance", "increased", "", "increases", False),
        ("", "decreased", "", "decreases", False),
        ("secretion", "increased", "", "increases", True),
        ("degradation", "increased", "", "decreases", True),
        ("methylation", "increased", "", "affects", True),
        ("activity", "sideways", "", "affects", True),
        ("activity", "decreased", "increased", "inhibits", True),
        ("activity", "decreased", "decreased", "activates", True),
        ("degradation", "increased", "decreased", "increases", True),
        ("activity", "decreased", "sideways", "affects", True),
    ],
)
def test_qualifiers_say_which_way_something_is_affected(aspect, direction, of_subject, predicate, outside):
    qualifiers = {
        "object_aspect_qualifier": aspect,
        "object_direction_qualifier": direction,
        "subject_direction_qualifier": of_subject,
    }
    assert read_predicate("biolink:affects", qualifiers) == PredicateReading(Predicate(predicate), outside=outside)


def test_qualifiers_of_what_is_turned_round_are_only_kept():
    reading = read_predicate("biolink:affected_by", {"object_direction_qualifier": "increased"})
    assert reading == PredicateReading(Predicate.AFFECTS, turned=True, outside=True)


def test_the_hierarchy_keeps_what_descends_from_the_two_roots():
    model = {
        "version": "0",
        "classes": {"named thing": None, "small animal": {"is_a": "named thing", "mixins": ["pet"]}, "pet": {}},
        "slots": {
            "related to": {},
            "feeds": {"is_a": "related to", "inverse": "fed by"},
            "fed by": {"is_a": "related to"},
            "has weight": {},
        },
    }
    assert hierarchy(model) == {
        "version": "0",
        "classes": {"NamedThing": [], "SmallAnimal": ["NamedThing", "Pet"]},
        "predicates": {
            "related_to": {"parents": [], "inverse": ""},
            "feeds": {"parents": ["related_to"], "inverse": "fed_by"},
            "fed_by": {"parents": ["related_to"], "inverse": "feeds"},
        },
    }


def test_the_shipped_hierarchy_is_what_the_package_makes(tmp_path, monkeypatch):
    pytest.importorskip("biolink_model", reason="pip install biolink-model")
    from isthmus.extractors.readers import build_biolink

    monkeypatch.setattr(build_biolink, "TARGET", tmp_path / "made.json")
    shipped = (build_biolink.Path(build_biolink.__file__).parent / "data" / "biolink.json").read_bytes()
    build_biolink.main()
    assert (tmp_path / "made.json").read_bytes() == shipped
