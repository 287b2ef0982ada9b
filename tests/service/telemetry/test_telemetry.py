"""Metrics and logs as whoever runs the service reads them; neither tells a secret, and nobody can make labels grow."""

import json
import logging
import signal
import subprocess
import sys
import urllib.request
from urllib.parse import quote, quote_plus

import pytest
from prometheus_client.parser import text_string_to_metric_families
from server_process import serving
from service.telemetry.collector import collecting
from starlette.testclient import TestClient

from isthmus.graph.stores.open import open_store
from isthmus.service.api.app import create_app
from isthmus.service.runs.record import Asked, recorded
from isthmus.service.runs.summary import Summary
from isthmus.service.security.hidden import without_secrets
from isthmus.service.security.keys import create_key
from isthmus.service.security.scope import Scope
from isthmus.service.settings import settings
from isthmus.service.telemetry.logs import JsonLines, TextLines
from isthmus.service.telemetry.metrics import _Runs


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path}/g.sqlite"
    open_store(url).close()
    return url


@pytest.fixture
def client(url):
    with TestClient(create_app(url), base_url="http://127.0.0.1") as made:
        yield made


def metrics(client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def test_requests_are_counted_by_route_and_never_by_address(client):
    for path in (
        "/api/v1/entities/HGNC:1",
        "/api/v1/entities/HGNC:2",
        "/nowhere/1",
        "/nowhere/2",
        "/api/v1/search?q=secretive",
    ):
        client.get(path)
    found = metrics(client)
    routes = {
        dict(labels)["route"]: value for (name, labels), value in found.items() if name == "isthmus_requests_total"
    }
    assert routes["/api/v1/entities/{curie}"] == 2
    assert routes["other"] == 2
    assert routes["/api/v1/search"] == 1
    assert not any("HGNC" in str(labels) or "secretive" in str(labels) for _, labels in found)
    assert found["isthmus_store_up", ()] == 1


def test_what_was_read_is_told_whoever_read_it(client):
    answer = client.post("/api/v1/documents", json={"title": "On AMPK", "text": "Metformin activates PRKAA1."})
    assert answer.status_code == 200, answer.text
    client.post("/api/v1/documents", content=b"%PDF", headers={"content-type": "text/plain"})
    found = metrics(client)
    assert found["isthmus_documents_read_total", (("outcome", "written"),)] == 1
    assert found["isthmus_documents_read_total", (("outcome", "failed"),)] == 1
    assert found["isthmus_runs", (("state", "failed"),)] == 1
    assert found["isthmus_graph_size", (("what", "documents"),)] == 1


def test_a_run_is_added_once_when_it_has_ended(url):
    with open_store(url) as store:
        sums = _Runs()

        def read():
            return {sample.labels["outcome"]: sample.value for sample in next(iter(sums.collect(store))).samples}

        with recorded(store, Asked(("a",)), "x/1") as open_run:
            with recorded(store, Asked(("b",)), "x/1") as other:
                other.follow(Summary(written=2, read=2))
            assert (read()["written"], read()["written"]) == (2, 2)
            open_run.follow(Summary(written=5, read=5))
        assert (read()["written"], read()["written"]) == (7, 7)


def test_what_is_logged_in_a_run_names_it(url, caplog):
    caplog.set_level(logging.INFO, "isthmus.service.runs")
    with open_store(url) as store, recorded(store, Asked(("a",)), "x/1") as recorder:
        line = json.loads(JsonLines().format(record("in the middle")))
    assert line["run_id"] == recorder.run.id
    assert "run_id" not in json.loads(JsonLines().format(record("later")))
    [ended] = [each for each in caplog.records if each.getMessage() == "run ended"]
    assert ended.told["state"] == "empty"


def test_a_store_that_is_away_is_told(tmp_path):
    with TestClient(create_app(f"sqlite:///{tmp_path}/none.sqlite"), base_url="http://127.0.0.1") as client:
        assert metrics(client)["isthmus_store_up", ()] == 0
        answer = client.get("/ready")
        assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
        assert "none.sqlite" in answer.json()["checks"]["store"]
        assert client.get("/live").status_code == 200


def record(message, **more):
    made = logging.LogRecord("isthmus.x", logging.WARNING, "", 0, message, (), None)
    vars(made).update(more)
    return made


@pytest.mark.parametrize("form", [JsonLines(), TextLines()])
def test_no_line_tells_a_secret(form, url):
    with open_store(url) as store:
        key = create_key(store, [Scope.READ])[1]
    line = form.format(
        record(
            f"cannot reach bolt://neo4j:hunter2@db:7687 with {key}",
            told={"sent": "Authorization: Bearer abcdefgh12345"},
        )
    )
    for secret in ("hunter2", key, key[-64:], "abcdefgh12345"):
        assert secret not in line
    assert "db:7687" in line


@pytest.fixture
def planted(monkeypatch):
    """Secrets as they are set, by name: one with a quote, a blank and letters beyond ASCII in it."""
    secrets = {
        "ISTHMUS_LLM_API_KEY": 'sk-"quoted" ünd blank',
        "ISTHMUS_PUBMED_API_KEY": "pubmed-key-of-ours",
        "ISTHMUS_SMTP_PASSWORD": "smtp+pass/word",
        "ISTHMUS_WEBHOOK_SECRET": "hook-secret",
        "ISTHMUS_NEO4J_PASSWORD": "graph-password",
        "OPENAI_API_KEY": "sk-of-the-provider",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield secrets
    settings.cache_clear()


def failing(secret):
    raise KeyError(f"server said: {secret}")


def failing_again(secret):
    try:
        failing(secret)
    except KeyError as first:
        raise RuntimeError(f"GET /x?api_key={quote_plus(secret)}") from first


@pytest.mark.parametrize("form", [JsonLines(), TextLines()], ids=["json", "text"])
def test_no_line_tells_what_is_set_as_a_secret_whatever_raised_it(form, planted):
    for name, secret in planted.items():
        try:
            failing_again(secret)
        except RuntimeError as error:
            told = {"sent": [secret, {"again": secret}]}
            line = form.format(record(f"of {secret}", exc_info=(RuntimeError, error, error.__traceback__), told=told))
        for spelled in (secret, quote_plus(secret), quote(secret, safe=""), json.dumps(secret)[1:-1]):
            assert spelled not in line, name
        assert "server said" in line


def test_no_error_of_the_command_line_tells_a_secret(isthmus):
    secret = "hunter2-of-the-graph"
    ran = isthmus("runs", "list", "--store", f"nowhere://x/{secret}", ISTHMUS_NEO4J_PASSWORD=secret)
    assert ran.code == 2
    assert "nowhere://x/" in ran.err
    assert secret not in ran.err


def test_no_problem_tells_a_secret(client, planted):
    answer = client.get("/api/v1/entities/pubmed-key-of-ours")
    assert answer.status_code == 404
    assert "pubmed-key-of-ours" not in answer.text


def test_words_that_are_set_where_no_key_is_asked_for_stay(monkeypatch):
    monkeypatch.setenv("ISTHMUS_LLM_API_KEY", "none")
    settings.cache_clear()
    assert without_secrets("none set") == "none set"
    settings.cache_clear()


def test_an_error_is_one_line_of_json():
    try:
        int("two\nlines")
    except ValueError as error:
        line = JsonLines().format(record("it broke", exc_info=(ValueError, error, error.__traceback__)))
    assert "\n" not in line
    assert "two\\nlines" in json.loads(line)["error"]


def test_a_server_that_is_stopped_ends_well_has_logged_each_request_and_sent_its_trace(url, tmp_path):
    log, trace, parent = tmp_path / "log", "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    with collecting() as collector:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{collector.place}", "OTEL_SERVICE_NAME": "tested"}
        with serving(url, log, ISTHMUS_LOG="json", **environment) as port:
            asked = f"http://127.0.0.1:{port}/api/v1/search?q=secretive"
            headers = {"x-request-id": "mine-7", "traceparent": f"00-{trace}-{parent}-01"}
            with urllib.request.urlopen(urllib.request.Request(asked, headers=headers)) as answer:
                assert answer.status == 200
    told = log.read_text()
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    [mine] = [line for line in lines if line.get("request_id") == "mine-7"]
    assert (mine["route"], mine["status"], mine["logger"]) == ("/api/v1/search", 200, "isthmus.access")
    assert mine["trace_id"] == trace
    assert "secretive" not in told
    assert "Traceback" not in told
    [span] = [span for span in collector.spans if span.name == "GET /api/v1/search"]
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (trace, parent)
    named = {each.key: each.value.string_value for each in collector.resources[0].resource.attributes}
    assert named["service.name"] == "tested"
    assert {path for path, _ in collector.sent} == {"/v1/traces"}
    assert not any(b"secretive" in body for _, body in collector.sent)


def test_a_server_that_is_stopped_says_that_all_is_well(url):
    command = [sys.executable, "-m", "isthmus", "serve", "--port", "0", "--store", url]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while "Isthmus on" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_what_is_refused_at_the_door_is_logged_by_the_route_that_it_wanted(url, client, caplog):
    with open_store(url) as store:
        create_key(store, [Scope.READ])
    caplog.set_level(logging.INFO, "isthmus.access")
    for path in ("/api/v1/entities/text:secretive", "/entities/text:secretive/of", "/secretive"):
        assert client.get(path).status_code in (401, 404)
    lines = [json.loads(JsonLines().format(each)) for each in caplog.records if each.name == "isthmus.access"]
    assert [line["route"] for line in lines] == ["/api/v1/entities/{curie}", "/entities/{curie}", "other"]
    assert "secretive" not in str(lines)
