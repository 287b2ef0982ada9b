"""A panel that talks: what is backed comes through, each step hears what it should, and every cap ends it well."""

from threading import Event

import pytest
from local_model import Response
from service.panel.dossiers import CAUSES, EXPRESSED, LOWERS, REPORTED, SPARES, small
from service.panel.panelling import MODEL, claim_form, texts

from isthmus.service.budget import LONGEST_ANSWER, Budget
from isthmus.service.panel.discussion import Caps
from isthmus.service.panel.report import Strike, TurnKind

DOSSIER = small()
TRUE = claim_form(DOSSIER, "Velorine inhibits KINX1.", LOWERS, quote="Velorine inhibits KINX1")
STEP = claim_form(DOSSIER, "KINX1 may cause Harlan disease.", CAUSES)
DENIED = claim_form(DOSSIER, "Velorine does not inhibit KINX1.", SPARES, stance="contradicts")
FALSE = claim_form(DOSSIER, "Velorine activates KINX1.", LOWERS)


def proposing(*claims):
    return {"claims": list(claims), "no_evidence": not claims}


def questioning(claim="c1"):
    return {"questions": [{"claim": claim, "concern": "other_context", "question": "Was it in rats?"}]}


def test_what_is_backed_comes_through_with_its_judgement(run_panel):
    ran = run_panel(
        {
            ("pharmacology", "propose"): proposing(TRUE),
            ("literature", "propose"): proposing(STEP),
            ("chair", "judge"): {"verdict": "supported", "carrying": ["c1", "c2"], "against": []},
        }
    )
    discussed = ran.discussed
    assert texts(discussed.claims) == ["KINX1 may cause Harlan disease.", "Velorine inhibits KINX1."]
    assert [claim.model for claim in discussed.claims] == [MODEL, MODEL]
    assert discussed.judgement.verdict == "supported"
    assert discussed.judgement.reasons == [
        "for it: KINX1 may cause Harlan disease.",
        "for it: Velorine inhibits KINX1.",
    ]
    assert discussed.specialists == {"literature": MODEL, "pharmacology": MODEL, "chair": MODEL}
    assert discussed.with_models
    assert sorted(map(str, ran.heard)) == sorted(map(str, discussed.transcript))
    assert discussed.cost.requests == len(ran.asked)
    assert (discussed.cost.input_tokens, discussed.cost.output_tokens) == (1_000 * len(ran.asked), 100 * len(ran.asked))


def test_a_struck_claim_is_shown_and_counted_and_heard_by_nobody(run_panel):
    ran = run_panel({("pharmacology", "propose"): proposing(TRUE, FALSE), ("literature", "propose"): proposing(STEP)})
    assert [one.reasons for one in ran.discussed.struck] == [[Strike.WRONG_SIGN]]
    turn = next(
        each for each in ran.discussed.transcript if each.by == "pharmacology" and each.kind is TurnKind.PROPOSE
    )
    assert (turn.claims, turn.struck) == (2, 1)
    others = [request for who, what, request in ran.asked if (who, what) == ("literature", "cross_examine")]
    assert "Velorine inhibits KINX1." in others[0]["messages"][1]["content"]
    assert "activates" not in others[0]["messages"][1]["content"].partition("<claims")[2]


def test_who_is_doubted_may_take_back(run_panel):
    ran = run_panel(
        {
            ("pharmacology", "propose"): proposing(TRUE),
            ("literature", "propose"): proposing(STEP),
            ("literature", "cross_examine"): questioning("c2"),
            ("pharmacology", "revise"): {"withdraw": ["c2", "c1"], "claims": []},
        }
    )
    asked = next(request for who, what, request in ran.asked if (who, what) == ("pharmacology", "revise"))
    assert "Was it in rats?" in asked["messages"][1]["content"]
    assert texts(ran.discussed.claims)[0] == "KINX1 may cause Harlan disease."
    assert [(one.text, one.reasons) for one in ran.discussed.struck] == [
        ("Velorine inhibits KINX1.", [Strike.WITHDRAWN])
    ]


def test_a_struck_claim_may_be_put_right(run_panel):
    ran = run_panel(
        {
            ("pharmacology", "propose"): proposing(TRUE, FALSE),
            ("literature", "propose"): proposing(STEP),
            ("pharmacology", "revise"): {"withdraw": [], "claims": [DENIED, TRUE]},
        }
    )
    told = next(request for who, what, request in ran.asked if (who, what) == ("pharmacology", "revise"))
    assert "says the opposite of inhibits" in told["messages"][1]["content"]
    assert texts(ran.discussed.claims) == [
        "KINX1 may cause Harlan disease.",
        "Velorine inhibits KINX1.",
        "Velorine does not inhibit KINX1.",
    ]


def test_the_chair_cannot_call_settled_what_is_contested(run_panel):
    ran = run_panel(
        {
            ("pharmacology", "propose"): proposing(TRUE, DENIED),
            ("chair", "judge"): {"verdict": "supported", "carrying": ["c1", "c77"], "against": []},
        }
    )
    assert ran.discussed.judgement.verdict == "contested"
    assert ran.discussed.judgement.reasons[-1] == "against it: Velorine does not inhibit KINX1."


@pytest.mark.parametrize(
    "judged",
    [
        {"verdict": "supported", "carrying": [], "against": []},
        {"verdict": "supported", "carrying": ["c2"], "against": []},
        {"verdict": "proven", "carrying": ["c1"], "against": []},
    ],
)
def test_a_verdict_without_a_claim_that_bears_it_is_none(run_panel, judged):
    ran = run_panel({("pharmacology", "propose"): proposing(TRUE, DENIED), ("chair", "judge"): judged})
    assert ran.discussed.judgement is None
    assert ran.discussed.specialists["chair"].startswith("rules: openai:m failed")


def test_no_evidence_is_an_answer(run_panel):
    ran = run_panel({("pharmacology", "propose"): proposing(TRUE)})
    assert ran.discussed.specialists["literature"] == f"{MODEL}: no evidence"
    assert texts(ran.discussed.claims) == ["Velorine inhibits KINX1."]


def test_without_a_model_each_part_is_made_from_its_evidence(run_panel):
    ran = run_panel({}, speaks=(), only=("literature", "genetics", "single_cell", "clinical", "chair"))
    assert ran.asked == []
    assert not ran.discussed.with_models
    assert ran.discussed.judgement is None
    assert ran.discussed.specialists["genetics"] == "evidence-only: no language model is configured"
    assert ran.discussed.specialists["chair"] == "rules: no language model is configured"
    seen = {
        each.by: {claim.statement_ids[0] for claim in ran.discussed.claims if claim.by == each.by}
        for each in ran.discussed.claims
    }
    assert EXPRESSED.id in seen["single_cell"]
    assert EXPRESSED.id not in seen["clinical"]
    assert LOWERS.id not in seen["single_cell"]


def test_one_specialist_alone_may_have_a_model(run_panel):
    ran = run_panel({("pharmacology", "propose"): proposing(TRUE)}, speaks=("pharmacology",))
    assert ran.discussed.specialists["pharmacology"] == MODEL
    assert ran.discussed.specialists["literature"].startswith("evidence-only")
    assert {claim.by for claim in ran.discussed.claims if not claim.model} == {"literature"}


def test_reports_are_not_told_to_a_model_that_may_not_have_them(run_panel):
    report = claim_form(DOSSIER, "Velorine treats tremor.", REPORTED, stance="context")
    script = {("clinical", "propose"): proposing(report), ("literature", "propose"): proposing(STEP)}
    away = run_panel(script, only=("literature", "clinical", "chair"))
    assert not any("Tremor was treated" in str(request) for *_, request in away.asked)
    assert [one.reasons for one in away.discussed.struck] == [[Strike.NOT_VISIBLE]]
    here = run_panel(script, only=("literature", "clinical", "chair"), reads_reports=True)
    assert "Velorine treats tremor." in texts(here.discussed.claims)


def test_rounds_are_as_many_as_allowed_and_no_more(run_panel):
    script = {
        ("pharmacology", "propose"): proposing(TRUE),
        ("literature", "propose"): proposing(STEP),
        ("literature", "cross_examine"): questioning("c2"),
    }
    for rounds in (0, 1, 3):
        ran = run_panel(script, caps=Caps(rounds=rounds))
        steps = [what for who, what, _ in ran.asked if who == "literature"]
        assert steps.count("cross_examine") == rounds
        assert [each.round for each in ran.discussed.transcript] == sorted(
            each.round for each in ran.discussed.transcript
        )


def test_a_spent_budget_ends_it_with_what_there_is(run_panel):
    ran = run_panel(
        {("pharmacology", "propose"): proposing(TRUE), ("literature", "propose"): proposing(STEP)},
        caps=Caps(budget=Budget(tokens=LONGEST_ANSWER + 4_000)),
    )
    assert ran.discussed.cost.stopped == "the budget is spent"
    assert ran.discussed.cost.input_tokens + ran.discussed.cost.output_tokens <= LONGEST_ANSWER + 4_000
    assert ran.discussed.judgement is None
    assert ran.discussed.specialists["chair"] == "rules: the budget is spent"
    assert ran.discussed.claims


def test_time_that_is_spent_ends_it_at_once(run_panel):
    released = Event()

    def script(who, what, request):
        if who == "literature":
            released.wait(20)
        return proposing(TRUE)

    try:
        ran = run_panel(script, caps=Caps(seconds=1.5))
    finally:
        released.set()
    assert ran.discussed.cost.stopped == "the time is spent"
    assert ran.discussed.cost.seconds < 10
    assert ran.discussed.cost.output_tokens >= LONGEST_ANSWER
    assert ran.discussed.specialists["pharmacology"] == MODEL
    assert ran.discussed.specialists["literature"].startswith(
        "evidence-only: openai:m was not heard: the time is spent"
    )


def test_a_server_that_is_away_leaves_the_evidence(run_panel):
    ran = run_panel(lambda *_: Response({"error": {"message": "broken"}}, 503))
    assert ran.discussed.judgement is None
    assert not ran.discussed.with_models
    assert ran.discussed.specialists["literature"] == (
        "evidence-only: openai:m failed: the model's server answered 503"
    )
    assert {claim.by for claim in ran.discussed.claims} == {"literature", "pharmacology"}
