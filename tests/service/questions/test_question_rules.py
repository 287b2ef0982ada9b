"""Questions in plain language become plans by rules: the right ones, whatever the order, and nothing hidden."""

from itertools import permutations
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.lexicon import lexicon
from isthmus.service.names import AmbiguousName, UnknownName
from isthmus.service.questions.plan import (
    EXAMPLES,
    MAX_HOPS,
    TOP,
    BadPlan,
    End,
    Mode,
    OutOfRange,
    QueryPlan,
    Source,
    UnreadableQuestion,
    sentence,
)
from isthmus.service.questions.rules import LONGEST_QUESTION, read_by_rules

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "questions"
PARKINSON = End(text="PD", id="MONDO:0005180", name="Parkinson disease", category=Category.DISEASE)


def listed(half):
    return yaml.safe_load((FOLDER / f"{half}.yaml").read_text(encoding="utf-8"))


def expected(row):
    """The plan of a row with the mode's own limits where it names none."""
    if "error" in row:
        return row["error"]
    limits = {"top": TOP.get(Mode(row["mode"])), "max_hops": MAX_HOPS.get(Mode(row["mode"]))}
    return {name: value for name, value in {**limits, **row}.items() if name != "question" and value is not None}


@pytest.fixture
def read(asked_store):
    return lambda question: read_by_rules(question, asked_store, lexicon())


@pytest.fixture
def found(read):
    def plan_or_error(question):
        try:
            return read(question).asked()
        except IsthmusError as error:
            return type(error).__name__

    return plan_or_error


def test_there_are_sixty_questions_half_of_them_written_before_the_rules():
    assert [len(listed(half)) for half in ("seen", "unseen")] == [30, 30]
    assert len({row["question"] for half in ("seen", "unseen") for row in listed(half)}) == 60


@pytest.mark.parametrize("row", [*listed("seen"), *listed("later")], ids=lambda row: row["question"])
def test_a_question_that_the_rules_know_becomes_its_plan(row, found):
    assert found(row["question"]) == expected(row)


def test_nine_in_ten_questions_that_were_written_before_the_rules_become_their_plans(found):
    right = sum(found(row["question"]) == expected(row) for row in listed("unseen"))
    assert right >= 27


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_the_message_says_one_can_ask_can_be_asked(example, read):
    assert sentence(read(example))


@pytest.mark.parametrize("order", list(permutations(("as of 2005", "top 5", "which drugs might help ALS"))))
def test_the_order_of_the_parts_does_not_matter(order, read):
    assert read(", ".join(order)).asked() == {
        "mode": "open",
        "a": "MONDO:0004976",
        "category": "Drug",
        "sign": "therapeutic",
        "top": 5,
        "as_of": 2005,
    }


@pytest.mark.parametrize(
    ("question", "role", "a", "c"),
    [
        ("Does rasagiline inhibit MAOB?", "subject", "CHEBI:63620", "HGNC:6834"),
        ("Is MAOB inhibited by rasagiline?", "subject", "CHEBI:63620", "HGNC:6834"),
        ("Is it known that rasagiline inhibited MAOB?", "subject", "CHEBI:63620", "HGNC:6834"),
        ("What inhibits MAOB?", "object", "HGNC:6834", None),
        ("What is inhibited by rasagiline?", "subject", "CHEBI:63620", None),
        ("What does rasagiline inhibit?", "subject", "CHEBI:63620", None),
        ("What is MAOB inhibited by?", "object", "HGNC:6834", None),
        ("MAOB inhibitors", "object", "HGNC:6834", None),
        ("Which cells express TREM2?", "subject", "HGNC:17761", None),
        ("Do microglia express TREM2?", "subject", "HGNC:17761", "CL:0000129"),
        ("Is TREM2 expressed in microglia?", "subject", "HGNC:17761", "CL:0000129"),
        ("Is dopamine lowered in Parkinson disease?", "either", "CHEBI:18243", "MONDO:0005180"),
    ],
)
def test_who_acts_on_whom(question, role, a, c, read):
    plan = read(question)
    assert (plan.mode, plan.role, plan.a.id, plan.c and plan.c.id) == (Mode.EVIDENCE, role, a, c)


@pytest.mark.parametrize(
    ("question", "sign"),
    [
        ("Which drugs might make Parkinson disease worse?", PathSign.HARMFUL),
        ("Which drugs might worsen Parkinson disease?", PathSign.HARMFUL),
        ("Which drugs may make Parkinson disease better?", PathSign.THERAPEUTIC),
        ("Which drugs could reduce Parkinson disease?", PathSign.THERAPEUTIC),
        ("Which drugs could reduce dopamine?", PathSign.NEGATIVE),
        ("Which drugs could raise dopamine?", PathSign.POSITIVE),
        ("Which drugs might affect dopamine?", None),
        ("Which diseases might metformin help?", PathSign.THERAPEUTIC),
    ],
)
def test_the_sign_that_is_wanted(question, sign, read):
    assert read(question).sign is sign


@pytest.mark.parametrize(
    ("words", "year"),
    [
        ("as of 2005", 2005),
        ("before 2005", 2004),
        ("in 2005", 2005),
        ("by the end of 2005", 2005),
        ("in the 1990s", 1999),
    ],
)
def test_the_year_that_is_meant(words, year, read):
    assert read(f"What links metformin to MTOR {words}?").as_of == year


def test_a_year_to_start_from_cannot_be_asked_for_and_that_is_said(read):
    plan = read("What links metformin to MTOR since 2005?")
    assert plan.as_of is None
    assert [(one.text, "not from one on" in one.reason) for one in plan.ignored] == [("since 2005", True)]


@pytest.mark.parametrize(
    ("words", "hops"),
    [("in two steps", 2), ("of at most 4 hops", 4), ("through a single intermediate", 2), ("up to 3 steps", 3)],
)
def test_how_far_a_path_may_go(words, hops, read):
    plan = read(f"Which paths lead from metformin to SNCA {words}?")
    assert (plan.mode, plan.max_hops, plan.top) == (Mode.CLOSED, hops, 10)


@pytest.mark.parametrize("words", ["in 9 steps", "in 0 hops", "top 5000", "show 0"])
def test_a_limit_out_of_range_is_refused(words, read):
    with pytest.raises(OutOfRange, match="from 1 to"):
        read(f"paths from metformin to SNCA, {words}")


def test_each_part_says_which_words_it_came_from(read):
    question = "Show the top 3 routes from Glucophage to “Parkinson disease” before 2011"
    plan = read(question)
    for part in plan.parts:
        assert part.source is Source.RULE if part.text else part.source in (Source.DEFAULT, Source.RULE)
        if part.start is not None:
            assert part.text in question[part.start : part.end]
    assert {part.field for part in plan.parts} == set(plan.asked())
    told = {part.field: part.text for part in plan.parts}
    assert told["a"] == "Glucophage"
    assert told["c"] == "Parkinson disease"
    assert told["top"] == "top 3" or told["top"] == "the top 3"
    assert told["as_of"] == "before 2011"


def test_what_a_plan_has_no_room_for_is_said(read):
    plan = read("Which genes may act on Parkinson disease through autophagy, quietly?")
    assert plan.asked()["a"] == PARKINSON.id
    assert [one.text for one in plan.ignored] == ["autophagy", "quietly"]


def test_a_name_of_two_things_gives_the_choices(read):
    with pytest.raises(AmbiguousName) as caught:
        read("Which drugs might help AD?")
    assert {entity.id for entity in caught.value.choices} == {"MONDO:0004975", "MONDO:0004980"}


def test_a_name_that_the_graph_does_not_hold_is_no_part_to_pass_over(read):
    with pytest.raises(UnknownName, match="zonisamide"):
        read("Does zonisamide treat Parkinson disease?")
    with pytest.raises(UnknownName, match="Huntington disease"):
        read("which drugs might help huntingtons?")


def test_a_kind_before_a_name_says_which_one_is_meant(read, asked_store):
    plan = read("What does the gene MAOB lower?")
    assert plan.category is None
    assert plan.asked()["a"] == "HGNC:6834"


@pytest.mark.parametrize("question", ["", " ", "?!", "hello", "x" * (LONGEST_QUESTION + 1), "How good were you?"])
def test_what_asks_nothing_gets_examples(question, read):
    with pytest.raises(UnreadableQuestion, match="One can ask"):
        read(question)


def test_a_backtest_needs_its_year(read):
    with pytest.raises(BadPlan, match="which year"):
        read("How good were the proposals?")


def test_hidden_characters_change_nothing(read):
    assert read("What links​ metfor­min\n to MTOR?").asked() == read("What links metformin to MTOR?").asked()


def test_every_part_of_every_plan_says_whence_it_came(read):
    for row in listed("seen"):
        if "error" not in row:
            plan = read(row["question"])
            assert {part.field for part in plan.parts} == set(plan.asked())


WORDS = """what which drugs genes links help might metformin SNCA AD of the by in 2005 top 0 7 hops gap bridge how good
proposals imaging “ " ' ( ) : ; -- DROP MATCH (n) DELETE n:x as before is inhibited"""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_text_is_a_plan_or_a_mistake_that_is_explained(read, text):
    try:
        plan = read(text)
    except UsageError:
        return
    assert sentence(plan)
    for part in (*plan.parts, *plan.ignored):
        if part.start is not None:
            assert part.text in plan.question[part.start : part.end]


def test_a_plan_is_frozen_whole_and_in_range():
    plan = QueryPlan(question="?", mode=Mode.OPEN, a=PARKINSON, category=Category.DRUG)
    with pytest.raises(ValidationError):
        plan.mode = Mode.GAPS
    for lacking in (
        {"mode": Mode.OPEN, "category": Category.DRUG},
        {"mode": Mode.CLOSED, "a": PARKINSON},
        {"mode": Mode.OPEN, "a": PARKINSON},
    ):
        with pytest.raises(BadPlan):
            QueryPlan(question="?", **lacking)
    for wrong in ({"top": 0}, {"top": 201}, {"max_hops": 5}, {"as_of": 12}, {"cypher": "MATCH (n)"}):
        with pytest.raises(ValidationError):
            QueryPlan(question="?", mode=Mode.ENTITY, a=PARKINSON, **wrong)


def test_a_relation_takes_in_its_kin():
    plan = QueryPlan(question="?", mode=Mode.EVIDENCE, a=PARKINSON, relation=Predicate.CAUSES)
    assert plan.predicates == (Predicate.CAUSES, Predicate.CONTRIBUTES_TO, Predicate.PREDISPOSES_TO)
