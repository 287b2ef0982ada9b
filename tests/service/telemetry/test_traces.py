"""Traces through a question and through reading: what belongs together is one trace, and no span tells a text or a secret."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from local_model import completion
from local_model import serving as model_serving
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from service.scheduler.literature_server import LiteratureServer, days_ago, paper
from service.telemetry.collector import collecting
from starlette.testclient import TestClient

from isthmus.extractors.feeds.feed import FeedKind
from isthmus.graph.stores.open import open_store
from isthmus.service.api.app import create_app
from isthmus.service.egress import get
from isthmus.service.ingest import ingest
from isthmus.service.language_model import open_chat_model
from isthmus.service.scheduler.fetch import Pace
from isthmus.service.scheduler.run import run_schedule
from isthmus.service.scheduler.schedules import add
from isthmus.service.settings import Settings, settings
from isthmus.service.telemetry import tracing
from isthmus.steps import step

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"
SENTENCE = "Metformin activates PRKAA1 in patient Quaderno of ward seven."
PLANTED = ("Quaderno", "activates", "ward seven", "secretive", "Metformin", "MONDO", "sk-planted", "marigold")


@contextmanager
def traced() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    end = tracing.trace_to(SimpleSpanProcessor(exporter))
    try:
        yield exporter
    finally:
        end()


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """Of this module alone: what another run has learned would not be learned again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISTHMUS_CACHE", str(tmp_path_factory.mktemp("cache")))
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def url(tmp_path_factory, fixtures):
    url = f"sqlite:///{tmp_path_factory.mktemp('traced')}/g.sqlite"
    with open_store(url) as store:
        ingest([fixtures / "story" / f"story_{part}.tsv" for part in ("nodes", "edges")], store)
        add(store, "marigold", FeedKind.PUBMED, "secretive", "0 3 * * *", days_ago(20))
    return url


@pytest.fixture(scope="module")
def asked(url):
    """The spans of some questions, of a text that is read, and of a schedule that is run."""
    with traced() as exporter, TestClient(create_app(url), base_url="http://127.0.0.1") as client:
        header = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
        ends = {"from": "Metformin", "to": "MONDO:0005180"}
        assert client.get("/api/v1/paths", params=ends, headers=header).status_code in (200, 404)
        client.get("/api/v1/search", params={"q": "secretive"})
        client.get("/secretive/Quaderno", headers={"traceparent": "secretive"})
        client.get("/health")
        answer = client.post("/api/v1/documents", json={"title": "Of a ward", "text": SENTENCE})
        assert answer.status_code == 200, answer.text
        with LiteratureServer() as library, open_store(url) as store:
            library.library.add(paper(1, days_ago(3)))
            planted = {**library.environment, "ISTHMUS_PUBMED_API_KEY": "sk-planted"}
            given = {name.removeprefix("ISTHMUS_").lower(): value for name, value in planted.items()}
            known = Settings(**given, workers=1)
            run_schedule(store, "marigold", known=known, pace=Pace(sleep=lambda seconds: None))
    return exporter.get_finished_spans()


def named(spans, name):
    return [span for span in spans if span.name == name]


def test_a_request_is_part_of_the_trace_of_whoever_asks(asked):
    [span] = named(asked, "GET /api/v1/paths")
    assert f"{span.context.trace_id:032x}" == TRACE
    assert f"{span.parent.span_id:016x}" == PARENT
    assert span.attributes["http.route"] == "/api/v1/paths"
    assert span.attributes["http.response.status_code"] == 200


def test_what_a_question_asks_of_the_graph_is_part_of_its_trace(asked):
    [request] = named(asked, "GET /api/v1/paths")
    inside = {span.name for span in asked if span.context.trace_id == request.context.trace_id}
    assert {"snapshot.make", "paths.find", "nulls.fit"} <= inside
    [made] = [span for span in named(asked, "snapshot.make") if span.context.trace_id == request.context.trace_id]
    assert made.attributes["isthmus.how"] == "built"
    assert made.attributes["isthmus.statements"] > 5


def test_a_text_is_followed_over_the_process_that_reads_it_into_the_store(asked):
    [request] = named(asked, "POST /api/v1/documents")
    inside = {span.name: span for span in asked if span.context.trace_id == request.context.trace_id}
    assert {"ingest.run", "records.parse", "documents.read", "store.write", "belief.settle"} <= inside.keys()
    read, run = inside["documents.read"], inside["ingest.run"]
    assert read.parent.span_id == run.context.span_id
    assert read.attributes["isthmus.documents"] == 1
    assert read.attributes["isthmus.characters"] >= len(SENTENCE)
    assert inside["belief.settle"].parent.span_id == inside["store.write"].context.span_id


def test_a_run_of_a_schedule_is_a_trace_with_each_request_to_the_service(asked):
    [run] = named(asked, "schedule.run")
    assert (run.attributes["isthmus.feed"], run.attributes["isthmus.outcome"]) == ("pubmed", "done")
    inside = [span for span in asked if span.context.trace_id == run.context.trace_id]
    assert len(named(inside, "egress.ask")) == run.attributes["isthmus.requests"] > 1
    assert {span.attributes["isthmus.service"] for span in named(inside, "egress.ask")} <= {"pubmed", "pubmed_updates"}
    assert named(inside, "store.write")


def test_what_is_looked_at_every_few_seconds_is_no_trace(asked):
    assert not [span for span in asked if "health" in span.name]


def test_an_address_that_is_none_is_told_without_its_words(asked):
    [span] = named(asked, "GET other")
    assert span.parent is None  # what was no traceparent


def test_no_span_tells_a_text_a_name_or_a_secret(asked):
    told = "\n".join(span.to_json() for span in asked)
    assert len(asked) > 15
    for word in PLANTED:
        assert word not in told


def test_words_that_a_step_should_not_have_are_left_out():
    key = "isthmus_0123456789ab_" + "0" * 64
    with traced() as exporter, step("x", text="tau", how="a sentence of a paper", provider=key, outcome="done", n=1):
        pass
    [span] = exporter.get_finished_spans()
    assert dict(span.attributes) == {"isthmus.outcome": "done", "isthmus.n": 1}


def test_of_an_error_only_its_kind_is_told():
    def fail():
        with step("x"):
            raise ValueError("patient Quaderno")

    with traced() as exporter, pytest.raises(ValueError, match="patient"):
        fail()
    [span] = exporter.get_finished_spans()
    assert span.attributes["error.type"] == "ValueError"
    assert not span.status.is_ok
    assert "Quaderno" not in span.to_json()


def test_a_question_to_a_model_is_told_by_its_tokens():
    with model_serving(lambda asked: completion("yes", tokens=(7, 3))) as address, traced() as exporter:
        open_chat_model("openai:m", address, "sk-planted").invoke("secretive")
    [span] = exporter.get_finished_spans()
    assert span.name == "llm.ask"
    told = {name.removeprefix("isthmus."): value for name, value in span.attributes.items()}
    assert told == {"provider": "openai", "outcome": "answered", "tokens_in": 7, "tokens_out": 3, "money": 0.0}
    assert span.end_time > span.start_time
    assert not any(word in span.to_json() for word in PLANTED)


def test_the_trace_is_handed_on_to_ones_own_services_and_no_others():
    with collecting() as server, traced():
        with step("x"):
            mine = tracing.trace_id()
            get(f"http://{server.place}/", {"127.0.0.1"}, {}, allow={server.place})
        get(f"http://{server.place}/", {"127.0.0.1"}, {}, allow={server.place})
    assert len(mine) == 32
    inside, outside = ({**headers}["traceparent"].split("-")[1] for headers in server.looked)
    assert inside == mine != outside
    assert tracing.handed_on() == {}


def test_a_collector_that_is_away_stops_nothing(isthmus, url):
    ran = isthmus("doctor", "--store", url, "--json", OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    assert ran.json["graph_hash"]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
    ids=["unset", "endpoint", "endpoint of traces", "disabled", "no exporter"],
)
def test_it_is_on_where_an_endpoint_is_set(environment, expected):
    assert tracing.wanted(environment) is expected


def test_nothing_of_it_is_loaded_where_it_is_off():
    look = "import sys, isthmus.service.cli as c; c.tracing.start(); sys.exit('opentelemetry.sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


def test_where_the_packages_are_missing_that_is_said_and_work_goes_on(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    tracing.start({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})()
    assert "isthmus[traces]" in caplog.text
    assert tracing.trace_id() == ""
