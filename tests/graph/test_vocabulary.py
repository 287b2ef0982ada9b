"""Laws of the closed vocabulary."""

import itertools

import pytest

from isthmus.graph.vocabulary import PARENTS, PREDICATES, Category, Predicate, Sign

INVERSES = {definition.inverse: predicate for predicate, definition in PREDICATES.items()}


@pytest.mark.parametrize("predicate", Predicate)
def test_every_predicate_is_defined(predicate):
    assert predicate.curie.startswith("biolink:")
    assert predicate.definition.inverse
    assert predicate.relationship_type.lower() == predicate.value


@pytest.mark.parametrize("predicate", Predicate)
def test_the_inverse_of_the_inverse_is_the_predicate(predicate):
    assert INVERSES[predicate.definition.inverse] is predicate


@pytest.mark.parametrize("predicate", Predicate)
def test_a_predicate_is_symmetric_where_it_is_its_own_inverse_and_only_there(predicate):
    assert predicate.symmetric == (predicate.definition.inverse == predicate.value.replace("_", " "))


def test_only_canonical_directions_are_predicates():
    spoken = {predicate.value.replace("_", " ") for predicate in Predicate}
    assert not spoken & {definition.inverse for definition in PREDICATES.values() if not definition.symmetric}


def test_biolink_slot_and_qualifiers_tell_any_two_predicates_apart():
    said = [(definition.biolink, definition.qualifiers) for definition in PREDICATES.values()]
    assert len(set(said)) == len(said) == len(Predicate)


@pytest.mark.parametrize(
    ("predicate", "sign"),
    [
        (Predicate.ACTIVATES, Sign.POSITIVE),
        (Predicate.INHIBITS, Sign.NEGATIVE),
        (Predicate.DECREASES_EXPRESSION_OF, Sign.NEGATIVE),
        (Predicate.TREATS, Sign.NEGATIVE),
        (Predicate.CAUSES, Sign.POSITIVE),
        (Predicate.BINDS, Sign.UNKNOWN),
        (Predicate.PART_OF, Sign.UNKNOWN),
    ],
)
def test_a_predicate_moves_its_object_one_way(predicate, sign):
    assert predicate.sign is sign


def test_the_sign_agrees_with_the_direction_that_biolink_is_told():
    ways = {"increased": Sign.POSITIVE, "decreased": Sign.NEGATIVE}
    for predicate, definition in PREDICATES.items():
        way = dict(definition.qualifiers).get("object_direction_qualifier")
        if way:
            assert predicate.sign is ways[way]


# -- categories ---------------------------------------------------------------------------------------------------


def ancestors(category):
    while (category := PARENTS.get(category)) is not None:
        yield category


@pytest.mark.parametrize("category", Category)
def test_every_category_goes_back_to_the_root(category):
    line = [category, *ancestors(category)]
    assert line[-1] is Category.NAMED_THING
    assert category.depth == len(line) - 1
    assert all(each.includes(category) for each in line)


def test_of_two_categories_that_include_one_another_one_is_a_drug():
    """To a question a drug is any chemical; otherwise the order has no circles."""
    for one, other in itertools.combinations(Category, 2):
        if one.includes(other) and other.includes(one):
            assert Category.DRUG in (one, other)


def test_inclusion_is_passed_on():
    for a, b, c in itertools.product(Category, repeat=3):
        if a.includes(b) and b.includes(c) and Category.DRUG not in (a, b):
            assert a.includes(c), (a, b, c)


@pytest.mark.parametrize(
    ("asked", "found", "answer"),
    [
        (Category.DRUG, Category.SMALL_MOLECULE, True),
        (Category.DRUG, Category.CHEMICAL_ENTITY, True),
        (Category.DRUG, Category.FOOD, False),
        (Category.DRUG, Category.GENE, False),
        (Category.CHEMICAL_ENTITY, Category.FOOD, True),
        (Category.SMALL_MOLECULE, Category.DRUG, False),
        (Category.DISEASE_OR_PHENOTYPIC_FEATURE, Category.PHENOTYPIC_FEATURE, True),
        (Category.DISEASE, Category.PHENOTYPIC_FEATURE, False),
        (Category.ANATOMICAL_ENTITY, Category.CELL, True),
    ],
)
def test_a_question_for_a_category_wants_its_descendants(asked, found, answer):
    assert asked.includes(found) is answer
