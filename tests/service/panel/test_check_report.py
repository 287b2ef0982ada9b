"""A report that was tampered with gives itself away, whatever was done to it."""

import ast
import copy
import json
from pathlib import Path

import pytest
from service.panel.ataxia import ATAXIA, FEVER, GAIT, REZANOL, SOURCES, TRIED, snapshot_of, store_of

from isthmus.service.panel import check_report
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.check_report import FaultKind, UnreadableReport, check, read_report
from isthmus.service.panel.formats import ReportFormat
from isthmus.service.panel.render import render

MODEL = "tests:parrot"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with store_of(tmp_path_factory.mktemp("checked"), SOURCES + TRIED) as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(store):
    """A report with a struck claim and a claim by a model, as a JSON object."""
    made = propose(store, snapshot_of(store), REZANOL, ATAXIA, top=8).report
    value = json.loads(render(made, ReportFormat.JSON))
    value["with_models"] = True
    value["case"].append(
        {**value["case"][0], "text": "A model says that it stops KAPX1.", "model": MODEL, "by": "genetics"}
    )
    value["modalities"][0]["claims"] += 1
    struck = {key: value["case"][1][key] for key in ("statement_ids", "evidence_ids", "quote")}
    value["struck"] = [
        {
            **struck,
            "text": "Nobody said this.",
            "by": "genetics",
            "model": MODEL,
            "reasons": ["wrong_sign"],
            "explanation": "no",
        }
    ]
    value["struck_counts"] = {"wrong_sign": 1}
    return value


def kinds(value, store=None):
    return {fault.kind for fault in check(value, store).faults}


def test_a_report_as_it_was_made_has_no_fault(whole, store):
    found = check(whole, store)
    assert found.faults == []
    assert found.claims == sum(len(whole[name]) for name in ("case", "dissent", "contradicting"))
    assert found.citations > found.claims


def by_model(value):
    return next(one for one in value["case"] if one.get("model"))


def _set(value, *path_and_new):
    *path, last, new = path_and_new
    for step in path:
        value = value[step]
    value[last] = new


def _first_statement(value, claim=0):
    wanted = value["case"][claim]["statement_ids"][0]
    return next(one for one in value["statements"] if one["id"] == wanted)


def _turn(value):
    asserted = value["case"][0]["asserted"][0]
    asserted["subject"], asserted["object"] = asserted["object"], asserted["subject"]


def _drop(name):
    def act(value):
        wanted = value["case"][0]["statement_ids" if name == "statements" else "evidence_ids"][0]
        value[name] = [one for one in value[name] if one["id"] != wanted]

    return act


def _other_evidence(value):
    own = set(value["case"][0]["statement_ids"])
    value["case"][0]["evidence_ids"].append(
        next(one["id"] for one in value["evidence"] if one["statement_id"] not in own)
    )


def _both(value):
    """Another predicate in the claim and in the statement that it cites: only the hash can tell."""
    _first_statement(value)["predicate"] = "causes"
    value["case"][0]["asserted"][0]["predicate"] = "causes"


def _stand_struck(value):
    one = value["struck"][0]
    value["case"][1] = {
        **value["case"][1],
        "text": one["text"].upper(),
        "quote": one["quote"],
        "by": one["by"],
        "model": MODEL,
    }


def _withdrawn(value):
    value["struck"][0] |= {"text": by_model(value)["text"], "reasons": ["withdrawn"], "evidence_ids": []}
    value["struck_counts"] = {"withdrawn": 1}


TAMPERED = {
    "statement dropped": (_drop("statements"), FaultKind.UNRESOLVED),
    "evidence dropped": (_drop("evidence"), FaultKind.UNRESOLVED),
    "statement invented": (lambda value: value["case"][0]["statement_ids"].append("f" * 32), FaultKind.UNRESOLVED),
    "evidence invented": (lambda value: value["case"][0]["evidence_ids"].append("f" * 32), FaultKind.UNRESOLVED),
    "no citation": (
        lambda value: value["case"][0].update(statement_ids=[], evidence_ids=[], asserted=[]),
        FaultKind.UNRESOLVED,
    ),
    "another's evidence": (_other_evidence, FaultKind.MISMATCHED_EVIDENCE),
    "another modality": (lambda value: _set(value, "case", 0, "modality", "imaging"), FaultKind.MISMATCHED_EVIDENCE),
    "quote altered": (lambda value: _set(value, "case", 0, "quote", "never said"), FaultKind.QUOTE),
    "evidence altered": (
        lambda value: [_set(one, "text", "Another text.") for one in value["evidence"]],
        FaultKind.QUOTE,
    ),
    "support retracted": (
        lambda value: [_set(one, "retracted", True) for one in value["evidence"]],
        FaultKind.RETRACTED,
    ),
    "direction turned": (_turn, FaultKind.ASSERTED),
    "relation changed": (
        lambda value: _set(value, "case", 0, "asserted", 0, "predicate", "causes"),
        FaultKind.ASSERTED,
    ),
    "negation added": (lambda value: _set(value, "case", 0, "asserted", 0, "negated", True), FaultKind.ASSERTED),
    "negation lost": (
        lambda value: [_set(one["asserted"][0], "negated", False) for one in value["contradicting"]],
        FaultKind.ASSERTED,
    ),
    "another end": (lambda value: _set(value, "case", 0, "asserted", 0, "object", GAIT.id), FaultKind.ASSERTED),
    "assertion lost": (lambda value: _set(value, "case", 0, "asserted", []), FaultKind.ASSERTED),
    "name changed": (
        lambda value: _set(value, "case", 0, "text", "Rezanol inhibits something else."),
        FaultKind.ASSERTED,
    ),
    "denial as support": (
        lambda value: [_set(one, "assertion", "negated") for one in value["evidence"]],
        FaultKind.ASSERTED,
    ),
    "statement altered with its claim": (_both, FaultKind.ALTERED),
    "statement moved to other animals": (
        lambda value: _set(
            _first_statement(value, 1),
            "species",
            {"id": "NCBITaxon:9606", "name": "human", "category": "OrganismTaxon"},
        ),
        FaultKind.ALTERED,
    ),
    "objection in the case": (lambda value: _set(value, "case", 0, "stance", "contradicts"), FaultKind.STANCE),
    "support in the dissent": (lambda value: value["dissent"].append(value["case"][0]), FaultKind.STANCE),
    "struck miscounted": (lambda value: _set(value, "struck_counts", {}), FaultKind.STRUCK),
    "struck without reason": (
        lambda value: (_set(value, "struck", 0, "reasons", []), _set(value, "struck_counts", {})),
        FaultKind.STRUCK,
    ),
    "struck but standing": (_stand_struck, FaultKind.STRUCK),
    "withdrawn but standing": (_withdrawn, FaultKind.STRUCK),
    "figure out of range": (lambda value: _set(value, "novelty", "value", 1.5), FaultKind.FORM),
    "belief out of range": (lambda value: _set(_first_statement(value), "belief", 1.5), FaultKind.FIGURE),
    "p-value out of range": (lambda value: _set(value, "paths", 0, "p_value", -1), FaultKind.FIGURE),
    "claims miscounted": (lambda value: _set(value, "modalities", 0, "claims", 99), FaultKind.FIGURE),
    "path belief raised": (lambda value: _set(value, "paths", 0, "belief", 0.999), FaultKind.PATH),
    "path led elsewhere": (
        lambda value: _set(value, "paths", 0, "nodes", -1, {"id": FEVER.id, "name": FEVER.name, "category": "Disease"}),
        FaultKind.PATH,
    ),
    "hop said otherwise": (
        lambda value: _set(value, "paths", 0, "statements", 0, "predicate", "affects"),
        FaultKind.PATH,
    ),
    "weakest hop hidden": (lambda value: _set(value, "paths", 1, "weakest", "0" * 32), FaultKind.PATH),
    "sentence of a hop altered": (
        lambda value: _set(value, "paths", 0, "statements", 0, "evidence", 0, "text", "x"),
        FaultKind.MISMATCHED_EVIDENCE,
    ),
    "known invented": (
        lambda value: value["known"]["direct"].append(value["case"][2]["statement_ids"][0]),
        FaultKind.ASSERTED,
    ),
    "experiment on nothing": (
        lambda value: _set(value, "experiment", "statement_ids", ["0" * 32]),
        FaultKind.UNRESOLVED,
    ),
    "weakest on nothing": (lambda value: _set(value, "weakest", "statement_id", "0" * 32), FaultKind.UNRESOLVED),
    "claim on nothing": (lambda value: _set(value, "claim_statement_ids", ["0" * 32]), FaultKind.UNRESOLVED),
    "model denied": (lambda value: _set(value, "with_models", False), FaultKind.MODEL),
    "field lost": (lambda value: value.pop("case"), FaultKind.FORM),
    "unknown predicate": (lambda value: _set(_first_statement(value), "predicate", "enchants"), FaultKind.FORM),
    "of a later form": (lambda value: _set(value, "form", 999), FaultKind.FORM),
    "told twice": (lambda value: value["evidence"].append(value["evidence"][0]), FaultKind.FORM),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_found(whole, name):
    act, kind = TAMPERED[name]
    value = copy.deepcopy(whole)
    act(value)
    assert kind in kinds(value)


def test_every_kind_of_fault_is_tried():
    assert {kind for _, kind in TAMPERED.values()} | {FaultKind.STORE} == set(FaultKind)


def test_the_store_tells_what_the_file_cannot(whole, store):
    altered = copy.deepcopy(whole)
    claim = altered["case"][0]
    # Both the sentence and its quote, so that the file agrees with itself.
    for row in (
        *altered["evidence"],
        *(one for hop in altered["paths"] for step in hop["statements"] for one in step["evidence"]),
    ):
        if row["id"] == claim["evidence_ids"][0]:
            row["text"] = "Something that nobody wrote."
    for name in ("case", "dissent", "contradicting"):
        for one in altered[name]:
            if one["evidence_ids"][0] == claim["evidence_ids"][0]:
                one["quote"] = ""
    assert kinds(altered) == set()
    assert kinds(altered, store) == {FaultKind.STORE}


def test_a_store_that_lost_the_paper_does_not_hold_the_report(whole, tmp_path):
    with store_of(tmp_path, [one for one in SOURCES + TRIED if one.document.id != "pmid:9006"]) as poorer:
        faults = check(whole, poorer).faults
    assert {fault.kind for fault in faults} == {FaultKind.STORE}
    assert all("does not hold" in fault.text for fault in faults)


def test_a_symmetric_statement_may_be_told_either_way(whole):
    value = copy.deepcopy(whole)
    claim = next(one for one in value["case"] if one["asserted"][0]["predicate"] == "associated_with")
    asserted = claim["asserted"][0]
    asserted["subject"], asserted["object"] = asserted["object"], asserted["subject"]
    assert kinds(value) == set()


def test_a_file_that_is_no_report_says_what_to_give(tmp_path):
    for content in (b"", b"[1]", b"\xff\xfe", b"{nonsense"):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(UnreadableReport, match="propose --json"):
            read_report(tmp_path / "file")
    with pytest.raises(UnreadableReport, match="cannot be read"):
        read_report(tmp_path / "nothing")


def test_the_checker_shares_no_code_with_what_makes_reports():
    tree = ast.parse(Path(check_report.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {each for each in imported if each and each.startswith("isthmus.service")}
    assert ours == {"isthmus.service.answers", "isthmus.service.panel.report"}
