"""``isthmus propose`` and ``check-report`` as a person runs them."""

import json
import shutil

import pytest

from isthmus.graph.stores.open import sqlite_path
from isthmus.service.panel.report import Report

DRUG, DISORDER = "CHEBI:900000", "MONDO:900004"


@pytest.fixture(scope="module")
def proposing_store(dated_store, tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("proposed") / "dated.sqlite"
    shutil.copy(sqlite_path(dated_store), file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="module")
def question(proposing_store):
    return ("--from", DRUG, "--to", DISORDER, "--store", proposing_store)


@pytest.fixture(scope="module")
def written(isthmus, question, tmp_path_factory):
    file = tmp_path_factory.mktemp("written") / "report.json"
    ran = isthmus("propose", *question, "--json", "--out", file)
    assert ran.code == 0, ran.err
    assert ran.out == ""
    return file


def test_json_is_a_hypothesis_with_its_report(written):
    value = json.loads(written.read_text(encoding="utf-8"))
    assert {"case", "struck", "transcript", "dissent", "weakest", "hypothesis"} <= value.keys()
    assert value["case"]
    assert all(one["statement_ids"] and one["evidence_ids"] for one in value["case"])
    assert value["hypothesis"]["status"] == "proposed"
    assert not Report.model_validate(value).with_models


def test_the_checker_finds_nothing_and_then_what_was_altered(isthmus, written, proposing_store, tmp_path):
    ran = isthmus("check-report", written, "--store", proposing_store)
    assert (ran.code, ran.out) == (0, "")
    assert "0 faults" in ran.err
    value = json.loads(written.read_text(encoding="utf-8"))
    value["case"][0]["quote"] = "Nobody wrote this."
    value["case"][1]["evidence_ids"] = ["f" * 32]
    altered = tmp_path / "altered.json"
    altered.write_text(json.dumps(value), encoding="utf-8")
    ran = isthmus("check-report", altered)
    assert ran.code == 1
    assert [line.split(":")[0] for line in ran.out.splitlines()][:2] == ["case.0", "case.1"]
    told = isthmus("check-report", altered, "--json")
    assert told.code == 1
    assert {fault["kind"] for fault in told.json["faults"]} >= {"quote", "unresolved"}


def test_what_is_proposed_twice_is_one_hypothesis_and_any_form_goes_to_stdout(isthmus, question, written):
    first = json.loads(written.read_text(encoding="utf-8"))["hypothesis"]["id"]
    ran = isthmus("propose", *question, "--format", "html")
    assert ran.code == 0, ran.err
    assert ran.out.lstrip().startswith("<!doctype html>")
    assert f"kept as hypothesis {first}" in ran.err


def test_a_panel_without_a_model_speaks_from_the_evidence_and_says_so(isthmus, question):
    ran = isthmus("propose", *question, "--panel", "--no-keep", "--json", ISTHMUS_LLM="")
    assert ran.code == 0, ran.err
    assert "kept as" not in ran.err
    assert "status" not in ran.json["hypothesis"]
    told = Report.model_validate(ran.json)
    assert not told.with_models
    assert len(told.specialists) >= 6
    assert {one.by for one in told.case} == {"evidence"}


def test_an_earlier_year_knows_less(isthmus, question, written):
    then = isthmus("propose", *question, "--as-of", "1995", "--json").json
    now = json.loads(written.read_text(encoding="utf-8"))
    assert then["as_of"] == 1995
    assert len(then["evidence"]) < len(now["evidence"])
    assert all(one["year"] <= 1995 for one in then["evidence"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("propose", "--from", DRUG, "--to", DRUG), "two different entities"),
        (("propose", "--from", DRUG, "--to", "nobody knows this"), "is not in this graph"),
        (("propose", "--from", DRUG, "--to", DISORDER, "--panel", "--budget", "much"), "is no budget"),
    ],
)
def test_a_wrong_proposal_says_what_to_do(isthmus, proposing_store, arguments, told):
    ran = isthmus(*arguments, "--store", proposing_store)
    assert ran.code == 2
    assert told in " ".join(ran.err.split())
    assert ran.out == ""


def test_a_file_that_is_no_report_is_wrong_usage(isthmus, tmp_path):
    (tmp_path / "notes.txt").write_text("not JSON", encoding="utf-8")
    ran = isthmus("check-report", tmp_path / "notes.txt")
    assert ran.code == 2
    assert "propose --json" in ran.err
