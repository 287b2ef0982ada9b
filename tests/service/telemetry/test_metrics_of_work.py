"""Metrics of the work itself: belief, snapshots, models, services elsewhere, schedules; and what the dashboard asks for."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

import pytest
import yaml
from local_model import Response, completion, serving
from prometheus_client.parser import text_string_to_metric_families
from service.scheduler.literature_server import Fault, LiteratureServer, days_ago
from starlette.testclient import TestClient

from isthmus.extractors.feeds.feed import FeedKind
from isthmus.graph.stores.open import open_store
from isthmus.service.api.app import create_app
from isthmus.service.ingest import ingest
from isthmus.service.language_model import open_chat_model
from isthmus.service.scheduler.fetch import FAILURES, FeedUnreachable, Pace
from isthmus.service.scheduler.run import run_schedule
from isthmus.service.scheduler.schedules import add
from isthmus.service.settings import Settings, settings
from isthmus.service.telemetry.exposed import NoPort, metrics_at
from isthmus.steps import told

DOCKER = Path(__file__).resolve().parents[3] / "docker"
METRIC = re.compile(r"\b(?:isthmus|process)_\w+")


@pytest.fixture(scope="module", autouse=True)
def set_up(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISTHMUS_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("ISTHMUS_LLM_INPUT_PRICE", "1000000")
        patch.setenv("ISTHMUS_LLM_OUTPUT_PRICE", "2000000")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def url(tmp_path_factory, fixtures):
    url = f"sqlite:///{tmp_path_factory.mktemp('measured')}/g.sqlite"
    with open_store(url) as store:
        ingest(story(fixtures), store)
    return url


def story(fixtures):
    return [fixtures / "story" / f"story_{part}.tsv" for part in ("nodes", "edges")]


@pytest.fixture(scope="module")
def client(url):
    with TestClient(create_app(url), base_url="http://127.0.0.1") as made:
        yield made


def families(text):
    return {family.name: family for family in text_string_to_metric_families(text)}


def values(client):
    told = families(client.get("/metrics").text)
    return {
        (sample.name, *(value for name, value in sorted(sample.labels.items()) if name != "le")): sample.value
        for family in told.values()
        for sample in family.samples
        if "le" not in sample.labels
    }


@pytest.fixture
def grown(client):
    """By how much each metric has grown since."""
    before = values(client)

    def growth():
        now = values(client)
        return {key: now[key] - before.get(key, 0) for key in now if now[key] != before.get(key, 0)}

    return growth


def test_reading_a_graph_is_told_by_its_stages_and_the_belief_that_it_settles(tmp_path, fixtures, grown):
    with open_store(f"sqlite:///{tmp_path}/g.sqlite") as store:
        ingest(story(fixtures), store)
        statements = store.counts().statements
    found = grown()
    assert found["isthmus_ingest_stage_seconds_count", "parse"] == 1
    assert found["isthmus_ingest_stage_seconds_count", "write"] >= 1
    assert found["isthmus_belief_settle_seconds_count", "sqlite"] >= 1
    assert found["isthmus_belief_settled_statements_total", "sqlite"] >= statements
    assert found["isthmus_belief_settle_seconds_sum", "sqlite"] > 0


def test_a_question_is_told_by_the_snapshot_and_the_nulls_that_it_needs(client, grown):
    ends = {"from": "metformin", "to": "Parkinson disease"}
    assert client.get("/api/v1/paths", params=ends).status_code == 200
    found = grown()
    assert found["isthmus_snapshot_seconds_count", "built"] == 1
    assert found["isthmus_nulls_fit_seconds_count",] >= 1
    assert client.get("/api/v1/paths", params=ends).status_code == 200
    assert grown()["isthmus_snapshot_seconds_count", "built"] == 1


def test_a_language_model_is_told_by_its_tokens_its_price_and_its_failures(grown):
    with serving(lambda asked: completion("yes", tokens=(7, 3))) as address:
        open_chat_model("openai:m", address, "k").invoke("x")
    with (
        serving(lambda asked: Response({"error": {"message": "no"}}, 401)) as address,
        pytest.raises(Exception, match="401"),
    ):
        open_chat_model("openai:m", address, "k").invoke("x")
    found = grown()
    assert found["isthmus_llm_requests_total", "answered", "openai"] == 1
    assert found["isthmus_llm_requests_total", "failed", "openai"] == 1
    assert found["isthmus_llm_request_tokens_total", "in", "openai"] == 7
    assert found["isthmus_llm_request_tokens_total", "out", "openai"] == 3
    assert found["isthmus_llm_request_money_total", "openai"] == 7 * 1 + 3 * 2
    assert found["isthmus_llm_request_seconds_count", "openai"] == 2


def test_services_elsewhere_are_told_by_their_answers_and_whether_they_are_left_alone(url, client, grown):
    with LiteratureServer() as server, open_store(url) as store:
        known = Settings(
            **{name.removeprefix("ISTHMUS_").lower(): value for name, value in server.environment.items()}, workers=1
        )
        add(store, "preprints", FeedKind.BIORXIV, "genes", "0 3 * * *", days_ago(5))
        run_schedule(store, "preprints", known=known, pace=Pace(sleep=lambda seconds: None))
        found = grown()
        assert found["isthmus_egress_requests_total", "biorxiv", "200"] >= 1
        assert found["isthmus_egress_request_seconds_count", "biorxiv"] >= 1
        assert [key for key in found if key[0] == "isthmus_schedule_run_seconds_count" and key[1] == "biorxiv"]
        assert values(client)["isthmus_egress_circuit_open", "biorxiv"] == 0
        server.library.faults += [Fault("", 500)] * 100
        pace = Pace(sleep=lambda seconds: None)
        for _ in range(FAILURES):
            with pytest.raises(FeedUnreachable):
                run_schedule(store, "preprints", known=known, pace=pace)
        found = grown()
        assert found["isthmus_egress_requests_total", "biorxiv", "500"] >= FAILURES
        assert found["isthmus_schedule_run_seconds_count", "biorxiv", "failed"] == FAILURES
        assert values(client)["isthmus_egress_circuit_open", "biorxiv"] == 1


def test_nobody_can_make_new_labels_by_what_a_service_answers(grown):
    for status in ("999", "x" * 10, "refused"):
        told("egress.ask", 0.1, service="other", status=status)
    found = grown()
    assert found["isthmus_egress_requests_total", "other", "other"] == 2
    assert found["isthmus_egress_requests_total", "other", "refused"] == 1


def test_the_store_is_told_by_its_kind_and_size(client):
    found = values(client)
    assert found["isthmus_store_info", "sqlite"] == 1
    assert found["isthmus_store_bytes",] > 10_000


def test_a_scheduler_serves_its_own(url):
    with metrics_at("127.0.0.1", 0, url) as port:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            known = families(answer.read().decode())
        assert known["isthmus_graph_size"].samples
        assert "isthmus_schedule_run_seconds" in known
        with pytest.raises(NoPort, match="name another port"), metrics_at("127.0.0.1", port, url):
            pass


def exposed(client):
    """Every name that a query may ask for."""
    ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
    told = families(client.get("/metrics").text)
    return {f"{name}{end}" for name, family in told.items() for end in ends.get(family.type, ())}


def asked_of(file):
    return set(METRIC.findall(file.read_text()))


def test_every_metric_of_the_dashboard_and_of_the_alerts_is_exposed(client):
    dashboard = json.loads((DOCKER / "grafana" / "dashboards" / "isthmus.json").read_text())
    queries = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ()))
    wanted = set(METRIC.findall(queries))
    rules = yaml.safe_load((DOCKER / "prometheus-rules.yml").read_text())
    wanted |= {name for group in rules["groups"] for rule in group["rules"] for name in METRIC.findall(rule["expr"])}
    assert len(wanted) > 30
    assert wanted <= exposed(client)


def test_every_metric_of_ours_is_on_the_dashboard(client):
    shown = asked_of(DOCKER / "grafana" / "dashboards" / "isthmus.json")
    shown |= {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in shown}
    told = families(client.get("/metrics").text)
    assert {name for name in told if name.startswith("isthmus_")} <= shown


def test_what_watches_in_containers_looks_where_the_parts_listen():
    parts = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]
    [job] = yaml.safe_load((DOCKER / "prometheus.yml").read_text())["scrape_configs"]
    targets = {target for each in job["static_configs"] for target in each["targets"]}
    assert targets == {"service:8000", "scheduler:9100"}
    assert "9100" in parts["scheduler"]["command"]
    assert "service" in parts["service"]["environment"]["ISTHMUS_TRUSTED_HOSTS"]  # or it would answer 400
    for part in ("prometheus", "grafana"):
        assert parts[part]["profiles"] == ["watch"]
        for volume in parts[part]["volumes"]:
            source = volume.split(":")[0]
            assert not source.startswith("./") or (DOCKER / source).exists(), source
