"""Look-ups: typed, bounded, over what one may see; and a model that calls them is heard with what it found."""

import json

import pytest
from local_model import Response, completion
from service.panel.dossiers import DRUG, TREMOR, dossier, exhibit, small
from service.panel.panelling import QUIET, claim_form, texts

from isthmus.graph.model import Context, Statement
from isthmus.graph.vocabulary import Predicate
from isthmus.service.panel.handles import Handles
from isthmus.service.panel.messages import MOST_ROWS
from isthmus.service.panel.seen import seen_by
from isthmus.service.panel.specialists import specialists
from isthmus.service.panel.tools import MOST_LINES, MOST_LOOKUPS, lookup_tools

HELD = small()
TOOLS = {each.name: each for each in lookup_tools(HELD, Handles(HELD))}


def lines(tool, **arguments):
    return TOOLS[tool].invoke(arguments).splitlines()[1:-1]


def test_statements_of_an_entity_by_any_of_its_names():
    assert len(lines("statements_of", entity="VLR-7")) == 3
    assert lines("statements_of", entity="velorine", predicate="treats") == [
        "s6 | velorine | treats | tremor | around it, belief 0.90"
    ]
    assert lines("statements_of", entity="nobody") == ["nothing"]


def test_evidence_and_denials_of_a_statement():
    assert lines("evidence_of", statement="s1") == [
        "e1 (2010, affirmed): Velorine inhibits KINX1 in cultured slices.",
        "e2 (2010, affirmed): VLR-7 blocked kinase X1 within 20 minutes.",
    ]
    assert lines("denials_of", statement="s1")[0].startswith("s3 | velorine | not inhibits | KINX1")
    assert lines("denials_of", statement="s5") == ["nothing"]
    assert lines("evidence_of", statement="s99") == ["nothing"]


def test_nothing_is_found_that_may_not_be_seen():
    seen = seen_by(specialists()["single_cell"], HELD)
    tools = {each.name: each for each in lookup_tools(seen, Handles(HELD))}
    assert "nothing" in tools["evidence_of"].invoke({"statement": "s1"})
    assert "s4 | KINX1" in tools["statements_of"].invoke({"entity": "KINX1"})
    assert "s1" not in tools["statements_of"].invoke({"entity": "KINX1"})


def crowded():
    """More statements of one drug than a table has rows."""
    contexts = [Context(anatomy=f"UBERON:{number}") for number in range(MOST_ROWS + 10)]
    side = [Statement(DRUG.id, Predicate.HAS_SIDE_EFFECT, TREMOR.id, context=each) for each in contexts]
    return dossier([exhibit(each, f"Velorine made rats shake, case {n}.", first=n + 1) for n, each in enumerate(side)])


def test_an_answer_is_bounded():
    held = crowded()
    tools = {each.name: each for each in lookup_tools(held, Handles(held))}
    told = tools["statements_of"].invoke({"entity": "velorine"}).splitlines()[1:-1]
    assert len(told) == MOST_LINES + 1
    assert told[-1] == "(5 more)"


def calling(name, arguments):
    call = {"id": "1", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
    message = {"role": "assistant", "content": "", "tool_calls": [call]}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    return Response(
        {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}
    )


@pytest.mark.parametrize(
    ("called", "answer"),
    [
        (("evidence_of", {"statement": "s28"}), "e28 (2010, affirmed): Velorine made rats shake, case 27."),
        (("evidence_of", {"statement": 5}), "cannot be looked up"),
        (("drop_table", {}), "there is no such tool"),
    ],
)
def test_a_model_may_look_up_what_its_table_had_no_room_for(run_panel, called, answer):
    held = crowded()
    statement = list(held.exhibits.values())[27].row.statement
    lookups = []

    def script(who, what, request):
        return {"claims": [claim_form(held, "Velorine has tremor as a side effect.", statement)], "no_evidence": False}

    def answering(request):
        lookups.append(request)
        return calling(*called) if len(lookups) == 1 else completion("that is all")

    ran = run_panel(script, held, only=("pharmacology",), tools=True, lookup=answering)
    assert len(lookups) == 2
    assert answer in lookups[1]["messages"][-1]["content"]
    assert answer in ran.asked[0][2]["messages"][-1]["content"]
    assert texts(ran.discussed.claims) == ["Velorine has tremor as a side effect."]


def test_a_model_cannot_look_things_up_for_ever(run_panel):
    lookups = []

    def answering(request):
        lookups.append(request)
        return calling("statements_of", {"entity": "velorine"})

    run_panel(lambda who, what, request: QUIET[what], crowded(), only=("pharmacology",), tools=True, lookup=answering)
    assert len(lookups) == MOST_LOOKUPS


def test_without_leave_nothing_is_looked_up(run_panel):
    lookups = []
    run_panel(lambda who, what, request: QUIET[what], crowded(), only=("pharmacology",), lookup=lookups.append)
    assert lookups == []
