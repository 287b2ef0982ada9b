"""A model's server that fails: no document is lost, and the ledger says what is missing."""

from dataclasses import replace
from threading import Event

import pytest
from compact_reading import COMPACT, document, extraction
from local_model import Response, completion
from service.cascading import CONFIRMED, COST, EMPTY, INHIBITS, UNSURE, WHOLE, many, run

from isthmus.graph.vocabulary import Predicate
from isthmus.service.budget import Budget


@pytest.mark.parametrize(
    ("failure", "reason", "extractor"),
    [
        (completion("{mentions: oh no"), "the model's answer is not the form (1)", WHOLE),
        (
            completion('{"mentions": [{"quote": "MA', finish_reason="length"),
            "the model's answer is not the form",
            WHOLE,
        ),
        (completion("", refusal="I would rather not."), "the model refused (1)", WHOLE),
        (Response({"error": {"message": "slow down"}}, 429), "the model's server answered 429 (1)", COMPACT),
        (Response({"error": {"message": "broken"}}, 503), "the model's server answered 503 (1)", COMPACT),
    ],
)
def test_a_question_without_an_answer_leaves_the_compact_reading_and_a_reason(
    cascade, asked, failure, reason, extractor
):
    before = extraction(document(INHIBITS), UNSURE)
    after = run(cascade(failure), before)["pmid:1"]
    assert len(asked) == 3
    assert f"1 passages without an answer: {reason}" in after.reason
    assert replace(after, extractor=COMPACT, reason="") == before
    assert after.extractor == extractor


def test_a_useless_answer_is_paid_for_and_asked_again(cascade, asked):
    made = cascade(completion("{oh no", tokens=COST), CONFIRMED)
    after = run(made, extraction(document(INHIBITS), UNSURE))["pmid:1"]
    assert len(after.evidence) == 2
    assert made.account.requests == len(asked) == 2
    assert made.account.spent.total >= 2 * sum(COST)


def test_a_busy_server_costs_nothing_but_patience(cascade, asked):
    busy = Response({"error": {"message": "slow down"}}, 429, (("Retry-After", "0"),))
    made = cascade(busy, busy, CONFIRMED)
    assert len(run(made, extraction(document(INHIBITS), UNSURE))["pmid:1"].evidence) == 2
    assert made.account.spent.total == sum(COST)


def test_a_server_that_hangs_is_given_up_and_counted_at_the_most(cascade, asked):
    released = Event()

    def hang() -> Response:
        released.wait(30)
        return CONFIRMED

    made = cascade(hang, timeout=0.1)
    try:
        after = run(made, extraction(document(INHIBITS), UNSURE))["pmid:1"]
    finally:
        released.set()
    assert "the model's server did not answer" in after.reason
    assert len(after.evidence) == 1
    assert made.account.spent.output == 3 * 4_000


def test_a_wrong_key_ends_the_asking(cascade, asked):
    made = cascade(Response({"error": {"message": "Incorrect API key: sk-secret"}}, 401))
    done = run(made, *many(5))
    assert len(asked) == 1
    assert made.account.stopped == "the model's server answered 401"
    assert all("the model's server answered 401 (1)" in each.reason for each in done.values())
    assert {len(each.evidence) for each in done.values()} == {1}


def test_a_server_that_is_away_is_not_asked_for_every_document(cascade, asked):
    run(cascade(Response({}, 500)), *many(5))
    assert len(asked) == 2 * 3


def test_half_read_documents_say_so(cascade, asked):
    sentences = [f"Rasagiline inhibits MAOB in the {word} assay, {'as was seen before, ' * 30}n = {n}."
                 for n, word in enumerate(("first", "second", "third"))]  # fmt: skip
    before = extraction(document(*sentences), {n: [("Rasagiline", Predicate.INHIBITS, "MAOB", 0.5)] for n in range(3)})
    after = run(cascade(EMPTY, budget=Budget(8_500)), before)["pmid:1"]
    assert after.extractor == f"{WHOLE} 1/3"
    assert len(after.evidence) == 3
