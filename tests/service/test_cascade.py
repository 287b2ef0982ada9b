"""The cascade: asked only what is doubtful, best first, within a budget; nothing is paid twice."""

from dataclasses import replace

import pytest
import stamina
from compact_reading import COMPACT, document, extraction
from langchain_openai import ChatOpenAI
from local_model import Response, running_model
from service.cascading import (
    CONFIRMED,
    COST,
    EMPTY,
    INHIBITS,
    MODEL,
    PLENTY,
    SILENT,
    TREATS,
    UNSURE,
    WHOLE,
    claim,
    form,
    ground,
    many,
    passage,
    run,
)

from isthmus.extractors.chat.passage import GAP
from isthmus.graph.model import Assertion, Context, Extraction
from isthmus.graph.vocabulary import Predicate
from isthmus.service.answers_kept import AnswerFolder
from isthmus.service.budget import SPENT, Budget, Price
from isthmus.service.cascade import Cascade
from isthmus.service.language_model import ModelAdviser
from isthmus.service.preflight import Estimate


def test_what_is_sure_is_not_asked_and_done_with(cascade, asked):
    sure = extraction(document(TREATS), {0: [("Selegiline", Predicate.TREATS, "tremor", 0.97)]})
    done = run(cascade(EMPTY), sure)
    assert asked == []
    assert done["pmid:1"] == replace(sure, extractor=WHOLE)


def test_only_the_doubtful_sentences_are_sent(cascade, asked):
    claims = UNSURE | {1: [("Selegiline", Predicate.TREATS, "tremor", 0.97)]}
    run(cascade(EMPTY), extraction(document(INHIBITS, TREATS, SILENT), claims))
    assert [passage(request) for request in asked] == [f"{INHIBITS}{GAP}{SILENT}"]
    assert "tools" not in asked[0]


def test_what_the_model_confirms_is_a_second_piece_of_evidence_for_the_same_statement(cascade):
    before = extraction(document(INHIBITS), UNSURE, {"MAOB": 0.6})
    after = run(cascade(CONFIRMED), before)["pmid:1"]
    assert after.statements == before.statements
    assert [(piece.extractor, piece.score) for piece in after.evidence] == [(COMPACT, 0.5), (MODEL, 0.6)]
    assert [mention.score for mention in after.mentions] == [0.97, 0.7]
    assert (after.extractor, after.reason) == (WHOLE, "")


def test_what_is_confirmed_keeps_the_place_where_it_was_seen(cascade):
    before = extraction(document(INHIBITS), UNSURE)
    (statement,), (piece,) = before.statements, before.evidence
    in_rats = replace(statement, context=Context(species="NCBITaxon:10116"))
    before = replace(before, statements=(in_rats,), evidence=(replace(piece, statement=in_rats.id),))
    after = run(cascade(CONFIRMED), before)["pmid:1"]
    assert after.statements == (in_rats,)
    assert [each.statement for each in after.evidence] == [in_rats.id] * 2


def test_a_statement_that_was_missed_is_added_between_the_known_concepts(cascade):
    before = extraction(document(SILENT))
    answer = form(claim("Rasagiline", "associated_with", "COMT", SILENT, assertion="speculated"))
    after = run(cascade(answer), before)["pmid:1"]
    (statement,), (piece,) = after.statements, after.evidence
    assert {statement.subject, statement.object} == {"CHEBI:63620", "HGNC:2228"}
    assert (piece.assertion, piece.text) == (Assertion.SPECULATED, SILENT)
    assert after.mentions == before.mentions


def test_a_statement_of_mice_holds_for_mice(cascade):
    sentence = "Rasagiline and COMT were measured in mice."
    found = [{"quote": "mice", "category": "OrganismTaxon"}]
    before = extraction(document(sentence))
    answer = form(claim("Rasagiline", "affects", "COMT", sentence), mentions=tuple(found))
    first = run(cascade(answer), before)["pmid:1"]
    assert [mention.text for mention in first.mentions] == ["Rasagiline", "COMT", "mice"]
    assert [statement.context.species for statement in first.statements] == ["NCBITaxon:10090"]


def test_silence_of_the_model_takes_nothing_back(cascade):
    before = extraction(document(INHIBITS), UNSURE)
    after = run(cascade(EMPTY), before)["pmid:1"]
    assert after == replace(before, extractor=WHOLE)


def test_a_name_known_to_be_of_another_category_is_dropped_and_counted(cascade):
    before = extraction(document(INHIBITS), UNSURE)
    wrong = claim("Rasagiline", "treats", "MAOB", INHIBITS, object_category="Disease")
    made = cascade(form(wrong))
    after = run(made, before)["pmid:1"]
    assert after.statements == before.statements
    assert after.reason == "1 findings dropped: the name is known to be of another category (1)"
    assert made.summary()["dropped"] == {"the name is known to be of another category": 1}


def test_questions_are_put_by_gain_per_token_over_all_documents(cascade, asked):
    def one(number: int, score: float) -> Extraction:
        claims = {0: [("Rasagiline", Predicate.INHIBITS, "MAOB", score)]}
        return extraction(document(f"{INHIBITS[:-1]} assay {number}.", id_=f"pmid:{number}"), claims)

    run(cascade(EMPTY), one(1, 0.3), one(2, 0.5), one(3, 0.21), one(4, 0.65))
    assert [passage(request).split()[-1] for request in asked] == ["4.", "2.", "1.", "3."]


def test_the_cap_stops_before_it_is_passed_and_what_was_paid_for_is_kept(cascade, asked):
    made = cascade(lambda: answer_to(asked[-1]), budget=Budget(20_000))
    done = run(made, *many(30))
    assert 1 < len(asked) < 9
    assert made.account.spent.total == len(asked) * sum(COST) <= 20_000
    assert made.account.stopped == SPENT
    read = [each for each in done.values() if each.extractor == WHOLE]
    assert len(read) == len(asked)
    assert all(len(each.evidence) == 2 for each in read)
    rest = [each for each in done.values() if each.extractor == COMPACT]
    assert len(rest) == 30 - len(asked)
    assert all(len(each.evidence) == 1 and each.reason == "" for each in rest)


def answer_to(request: dict) -> Response:
    return form(claim("Rasagiline", "inhibits", "MAOB", passage(request)))


def test_a_second_run_asks_only_what_was_not_answered(cascade, asked):
    def run_again() -> dict[str, Extraction]:
        return run(cascade(lambda: answer_to(asked[-1]), budget=Budget(20_000)), *many(12))

    first = run_again()
    paid = len(asked)
    assert 6 <= paid < 12
    second = run_again()
    assert len(asked) == 12
    assert {each.extractor for each in second.values()} == {WHOLE}
    third = run_again()
    assert len(asked) == 12
    assert third == second
    assert all(second[name] == one for name, one in first.items() if one.extractor == WHOLE)


def test_a_budget_in_money_is_kept(cascade, asked):
    price = Price(1.0, 10.0)  # a question costs 0.005
    made = cascade(lambda: answer_to(asked[-1]), budget=Budget(money=0.06), price=price)
    run(made, *many(10))
    assert 0 < len(asked) < 10
    assert made.account.money == pytest.approx(len(asked) * 0.005)
    assert made.account.money <= 0.06


def test_a_budget_too_small_for_any_question_asks_nothing(cascade, asked):
    made = cascade(EMPTY, budget=Budget(1_000))
    done = run(made, *many(3))
    assert asked == []
    assert {each.extractor for each in done.values()} == {COMPACT}
    assert made.plan.estimate().affordable_questions == 0


def test_documents_beyond_the_budget_do_not_wait(cascade):
    plan = cascade(EMPTY, budget=Budget(6_000)).plan
    handed_out = sum(len(plan.consider(each)) for each in many(200))
    assert handed_out > 190


def test_the_estimate_counts_what_there_is_to_ask_and_what_the_budget_is_good_for(cascade, asked):
    def estimate(budget: Budget) -> Estimate:
        made = cascade(EMPTY, budget=budget, price=Price(1.0, 10.0))
        assert len([each for one in many(4) for each in made.plan.consider(one)]) < 4
        return made.plan.estimate()

    plenty = estimate(PLENTY)
    assert (plenty.documents, plenty.questions, plenty.doubtful_sentences, plenty.answered_before) == (4, 4, 4, 0)
    assert (plenty.affordable_questions, plenty.affordable) == (4, plenty.total)
    assert plenty.total_money == pytest.approx((plenty.total.input + 10 * plenty.total.output) / 1e6)
    half = estimate(Budget(plenty.total.total // 2))
    assert (half.questions, half.affordable_questions) == (4, 2)
    assert asked == []


def test_the_bill_is_what_the_server_says(cascade, asked):
    made = cascade(lambda: answer_to(asked[-1]))
    run(made, *many(4))
    assert made.summary()["requests"] == 4
    assert made.summary()["tokens"] == {"input": 4 * COST[0], "output": 4 * COST[1]}


def test_a_document_that_comes_twice_is_handed_out_twice(cascade):
    made = cascade(EMPTY)
    before = extraction(document(INHIBITS), UNSURE)
    assert made.plan.consider(before) == []
    assert made.plan.consider(before) == [before]
    assert len(list(made.ask())) == 1


def test_a_real_model_within_a_budget_loses_no_document_and_adds_nothing_that_is_not_there(tmp_path):
    """The model is too small to be of use; what it says must still be in the text, or not come through."""
    before = extraction(document(INHIBITS), UNSURE)
    with running_model() as address, stamina.set_testing(True, attempts=1):
        model = ChatOpenAI(
            model="smollm2",
            base_url=address,
            api_key="none",
            max_retries=0,
            max_tokens=300,
            temperature=0,
            frequency_penalty=0.6,
        )
        answers = AnswerFolder(tmp_path)
        made = Cascade(
            ModelAdviser(model, MODEL, ground, answers, reads_reports=True), COMPACT, Budget(30_000), Price()
        )
        after = run(made, before)["pmid:1"]
    assert set(before.statements) <= set(after.statements)
    assert set(before.evidence) <= set(after.evidence)
    assert all(after.document.text[each.start : each.end] == each.text for each in after.mentions)
    assert all(after.document.text[each.start : each.end] == each.text for each in after.evidence)
    assert made.account.requests >= 1
    assert 0 < made.account.spent.total <= 30_000
    assert "server" not in after.reason
