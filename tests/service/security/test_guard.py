"""Who gets in: with a key, without one, with one too small, too often; and what is written down of it."""

import asyncio
import json
import logging
import time

import pytest
from fastapi import APIRouter, Request
from service.security.app_routes import routes_of
from starlette.testclient import TestClient

from isthmus.service.api.app import DESCRIPTION_PATHS, create_app
from isthmus.service.security.access import need_to_write, needs
from isthmus.service.security.audit import latest_deeds
from isthmus.service.security.intake import Intake
from isthmus.service.security.keys import create_key, find_key, revoke_key
from isthmus.service.security.safety import UnsafeAddress, UnsafeSetting, check_safe
from isthmus.service.security.scope import Scope
from isthmus.service.settings import Settings
from isthmus.service.telemetry.logs import JsonLines

OPEN = {"/health", "/live", "/ready", "/metrics", *DESCRIPTION_PATHS}
PARKINSON = "/api/v1/entities/MONDO:0005180"


@pytest.fixture
def client_of(graph_url):
    opened = []

    def start(app=None, host="127.0.0.1", **options):
        client = TestClient(
            app or create_app(graph_url, host=host, options=Settings(**options)), raise_server_exceptions=False
        )
        opened.append(client.__enter__())
        return client

    yield start
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def key_of(opened):
    def make(*scopes, **more):
        return {"authorization": f"Bearer {create_key(opened, scopes, **more)[1]}"}

    return make


def refused(response, status, kind):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == f"urn:isthmus:problem:{kind}"
    return response


def _scopes(dependant):
    found = getattr(dependant.call, "scopes", ())
    return {*found, *(scope for each in dependant.dependencies for scope in _scopes(each))}


def _unscoped(app):
    seen, bare = 0, []
    for route in routes_of(app.routes):
        seen += 1
        dependant = getattr(route, "dependant", None)
        if route.path not in OPEN | {"/sign-in", "/sign-out", "/static/{name}"} and not (
            dependant and _scopes(dependant)
        ):
            bare.append(route.path)
    return seen, bare


def test_every_route_names_a_scope(graph_url):
    app = create_app(graph_url)
    seen, bare = _unscoped(app)
    assert seen > 30
    assert bare == []

    def forgotten():
        return {}

    router = APIRouter()
    router.add_api_route("/forgotten", forgotten)
    app.include_router(router, prefix="/api/v1")
    app.add_api_route("/api/v1/forgotten/too", forgotten)
    assert _unscoped(app)[1] == ["/api/v1/forgotten", "/api/v1/forgotten/too"]


def test_every_described_route_refuses_without_a_key(client_of, key_of):
    key_of(Scope.READ)
    client = client_of()
    tried = 0
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method in methods:
            if path in OPEN:
                continue
            tried += 1
            response = client.request(method, path.replace("{", "").replace("}", ""))
            assert refused(response, 401, "bad-key").headers["www-authenticate"].startswith("Bearer")
    assert tried > 30


def test_without_any_key_this_machine_may_do_all(client_of):
    client = client_of()
    assert client.get(PARKINSON).status_code == 200
    assert client.post("/api/v1/watches/run").status_code == 200


def test_without_any_key_a_server_that_others_reach_lets_nobody_in(client_of):
    client = client_of(host="0.0.0.0")
    refused(client.get(PARKINSON), 401, "bad-key")
    assert client.get("/health").status_code == 200


def test_the_first_key_closes_a_server_that_runs(client_of, key_of):
    client = client_of()
    assert client.get(PARKINSON).status_code == 200
    mine = key_of(Scope.READ)
    refused(client.get(PARKINSON), 401, "bad-key")
    assert client.get(PARKINSON, headers=mine).status_code == 200
    assert client.get("/ready").status_code == 200


def test_expired_revoked_and_unknown_keys_get_the_same_answer(client_of, opened, key_of):
    client = client_of()
    made, text = create_key(opened, [Scope.READ])
    revoke_key(opened, made.id)
    gone = {"authorization": f"Bearer {text}"}
    past = key_of(Scope.READ, expires="2020-01-01T00:00:00.000000+00:00")
    unknown = {"authorization": f"Bearer isthmus_{'1' * 12}_{'1' * 64}"}
    answers = {client.get(PARKINSON, headers=headers).text for headers in (gone, past, unknown)}
    assert len(answers) == 1
    assert json.loads(answers.pop())["status"] == 401


def test_a_revocation_counts_from_the_next_request_on(client_of, opened):
    client = client_of()
    made, text = create_key(opened, [Scope.READ])
    headers = {"authorization": f"Bearer {text}"}
    assert client.get(PARKINSON, headers=headers).status_code == 200
    revoke_key(opened, made.id)
    refused(client.get(PARKINSON, headers=headers), 401, "bad-key")


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        (Scope.READ, "GET", PARKINSON, 200),
        (Scope.READ, "POST", "/api/v1/watches/run", 403),
        (Scope.READ, "DELETE", "/api/v1/verdicts/nope", 403),
        (Scope.INGEST, "GET", PARKINSON, 403),
        (Scope.INGEST, "POST", "/api/v1/watches/run", 403),
        (Scope.REVIEW, "GET", PARKINSON, 403),
        (Scope.REVIEW, "GET", "/api/v1/review/agreement", 200),
        (Scope.REVIEW, "POST", "/api/v1/watches/run", 200),
        (Scope.ADMIN, "GET", PARKINSON, 200),
        (Scope.ADMIN, "POST", "/api/v1/watches/run", 200),
    ],
)
def test_a_scope_opens_what_it_says(client_of, key_of, scope, method, path, status):
    response = client_of().request(method, path, headers=key_of(scope))
    assert response.status_code == status, response.text
    if status == 403:
        assert scope in refused(response, 403, "scope-too-small").json()["detail"]


def test_a_write_is_written_down_before_and_after(client_of, opened, key_of):
    client, mine = client_of(), key_of(Scope.REVIEW, name="Ada's laptop")
    body = {"statement": "0" * 32, "verdict": "correct", "reviewer": "Ada"}
    answer = client.post("/api/v1/verdicts", json=body, headers={**mine, "x-request-id": "r-1"})
    (deed,) = latest_deeds(opened, 10)
    assert (deed.method, deed.path, deed.reviewer) == ("POST", "/api/v1/verdicts", "Ada")
    assert (deed.request, deed.status) == ("r-1", answer.status_code)
    assert (deed.name, deed.key) == ("Ada's laptop", mine["authorization"][15:27])
    client.get("/api/v1/review/agreement", headers=mine)
    refused(client.post("/api/v1/verdicts", json=body, headers=key_of(Scope.READ)), 403, "scope-too-small")
    assert latest_deeds(opened, 10) == [deed], "neither reading nor what was refused is a write"


def test_what_cannot_be_written_down_is_not_done(client_of, opened, key_of, monkeypatch):
    from isthmus.graph.stores.protocol import StoreUnreachable

    def full(store, deed):
        raise StoreUnreachable("the disk is full")

    monkeypatch.setattr("isthmus.service.security.access.write_down", full)
    mine = key_of(Scope.ADMIN)
    asked = {"gaps": True}
    refused(client_of().post("/api/v1/watches", json=asked, headers=mine), 503, "store-unreachable")
    monkeypatch.undo()
    assert client_of().get("/api/v1/watches", headers=mine).json()["items"] == []


def test_a_key_that_asks_too_often_is_told_when_to_come_back(client_of, key_of):
    client, mine, other = client_of(rate_limit=2), key_of(Scope.READ), key_of(Scope.READ)
    first = client.get(PARKINSON, headers=mine)
    assert (first.status_code, first.headers["ratelimit-remaining"]) == (200, "1")
    assert client.get(PARKINSON, headers=mine).status_code == 200
    late = refused(client.get(PARKINSON, headers=mine), 429, "too-many-requests")
    assert 1 <= int(late.headers["retry-after"]) <= 30
    assert client.get(PARKINSON, headers=other).status_code == 200
    assert client.get("/health").status_code == 200


def test_the_day_of_use_is_kept(client_of, opened):
    made, text = create_key(opened, [Scope.READ])
    client_of().get(PARKINSON, headers={"authorization": f"Bearer {text}"})
    assert len(find_key(opened, made.id).used) == len("2026-03-01")


def test_metrics_are_open_or_not_as_set(client_of, key_of):
    key_of(Scope.READ)
    assert client_of(metrics="open").get("/metrics").status_code != 401
    refused(client_of(metrics="key").get("/metrics"), 401, "bad-key")


def test_production_shows_no_description(client_of):
    client = client_of(environment="production")
    assert {client.get(path).status_code for path in DESCRIPTION_PATHS} == {404}
    assert client.get(PARKINSON).status_code == 200


def test_a_store_that_is_away_lets_nobody_in(client_of):
    client = client_of(create_app("bolt://127.0.0.1:9"))
    assert client.get(PARKINSON, headers={"authorization": f"Bearer isthmus_{'1' * 12}_{'1' * 64}"}).status_code == 503
    assert client.get("/health").status_code == 200


def test_every_answer_carries_the_headers(client_of, key_of):
    key_of(Scope.READ)
    client = client_of()
    for path in ("/health", "/docs", PARKINSON, "/nowhere", "/api/v1/search"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-request-id"]
        assert "set-cookie" not in headers


def test_a_fault_is_a_problem_with_the_headers_and_no_detail(graph_url, client_of, caplog):
    app = create_app(graph_url)

    def broken():
        raise RuntimeError("the secret of it")

    app.add_api_route("/api/v1/broken", broken, dependencies=[needs(Scope.READ)])
    answer = refused(client_of(app).get("/api/v1/broken", headers={"x-request-id": "r-7"}), 500, "internal")
    assert "r-7" in answer.json()["detail"]
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "the secret of it" in caplog.text


def test_a_request_id_that_could_break_a_log_is_replaced(client_of):
    client = client_of()
    assert client.get("/health", headers={"x-request-id": "mine-1"}).headers["x-request-id"] == "mine-1"
    for bad in ('"}{', "a b", "x" * 65):
        assert len(client.get("/health", headers={"x-request-id": bad}).headers["x-request-id"]) == 32


def test_the_access_log_is_json_without_keys_and_queries(client_of, key_of, caplog):
    caplog.set_level(logging.INFO, "isthmus.access")
    mine = key_of(Scope.READ)
    client_of().get("/api/v1/search?q=secretive", headers=mine)
    line = json.loads(JsonLines().format(caplog.records[-1]))
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/search", 200)
    assert line["key"] == mine["authorization"][15:27]
    assert "secretive" not in caplog.text
    assert mine["authorization"][-64:] not in caplog.text


def test_a_body_over_the_limit_is_refused_with_and_without_its_length(client_of):
    client = client_of(body_limit=1)
    large = b'{"pairs": "' + b"x" * 1_000_001 + b'"}'
    json_type = {"content-type": "application/json"}
    refused(client.post("/api/v1/score", content=large, headers=json_type), 413, "body-too-large")
    chunks = (large[at : at + 100_000] for at in range(0, len(large), 100_000))
    refused(client.post("/api/v1/score", content=chunks, headers=json_type), 413, "body-too-large")
    assert client.get("/health").status_code == 200


def test_an_answer_that_does_not_begin_in_time_is_given_up(graph_url, client_of):
    app = create_app(graph_url, options=Settings(time_limit=0.2))

    async def endless():
        await asyncio.sleep(5)

    app.add_api_route("/api/v1/endless", endless, dependencies=[needs(Scope.READ)])
    client = client_of(app)
    began = time.monotonic()
    refused(client.get("/api/v1/endless"), 504, "too-slow")
    assert time.monotonic() - began < 4
    assert client.get(PARKINSON).status_code == 200


def test_a_body_that_dribbles_is_given_up():
    async def reads(scope, receive, send):
        while (await receive()).get("more_body"):
            pass

    sent = []

    async def receive():
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message):
        sent.append(message)

    async def catching(scope, receive, send):
        try:
            await reads(scope, receive, send)
        except Exception:  # as the framework does
            await send({"type": "http.response.start", "status": 400, "headers": []})

    intake = Intake(catching, most=1000, seconds=10, body_seconds=0.3)
    asyncio.run(intake({"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send))
    assert [message["status"] for message in sent if message["type"] == "http.response.start"] == [408]


def test_no_other_origin_may_ask_unless_it_is_named(client_of):
    asked = {"origin": "https://lab.example", "access-control-request-method": "POST"}
    client = client_of()
    assert "access-control-allow-origin" not in client.options("/api/v1/score", headers=asked).headers
    assert "access-control-allow-origin" not in client.get(PARKINSON, headers={"origin": "https://lab.example"}).headers
    client = client_of(cors_origins="https://lab.example")
    allowed = client.options("/api/v1/score", headers=asked)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, "https://lab.example")
    assert "access-control-allow-credentials" not in allowed.headers
    other = client.get(PARKINSON, headers={"origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_page_of_another_origin_cannot_write_by_a_visitors_browser(client_of, headers):
    client = client_of()
    refused(client.post("/api/v1/watches/run", headers=headers), 403, "cross-origin")
    assert client.post("/api/v1/watches/run", headers={"origin": "http://testserver"}).status_code == 200


def test_a_mutation_may_ask_for_a_scope_by_itself(graph_url, client_of, opened, key_of):
    app = create_app(graph_url)

    def mutate(request: Request):
        need_to_write(request, Scope.REVIEW)
        need_to_write(request, Scope.REVIEW)
        return {}

    app.add_api_route("/mutate", mutate, methods=["POST"], dependencies=[needs(Scope.READ)])
    client = client_of(app)
    refused(client.post("/mutate", headers=key_of(Scope.READ)), 403, "scope-too-small")
    assert client.post("/mutate", headers=key_of(Scope.READ, Scope.REVIEW)).status_code == 200
    assert [deed.status for deed in latest_deeds(opened, 10)] == [200]


def test_a_server_that_others_reach_needs_a_key_that_works(graph_url, opened):
    with pytest.raises(UnsafeAddress, match=r"127\.0\.0\.1.*isthmus keys create"):
        check_safe(graph_url, "0.0.0.0", Settings())
    made, _ = create_key(opened, [Scope.READ])
    assert check_safe(graph_url, "0.0.0.0", Settings())
    revoke_key(opened, made.id)
    with pytest.raises(UnsafeAddress):
        check_safe(graph_url, "::", Settings())
    assert not check_safe(graph_url, "::1", Settings())


def test_unsafe_settings_are_refused(graph_url, opened):
    with pytest.raises(UnsafeSetting, match="TRUSTED_HOSTS"):
        check_safe(graph_url, "127.0.0.1", Settings(trusted_hosts="graph.example"))
    create_key(opened, [Scope.READ])
    assert check_safe(graph_url, "127.0.0.1", Settings(trusted_hosts="graph.example"))
    for name in ("trusted_hosts", "cors_origins"):
        with pytest.raises(UnsafeSetting, match=f"{name.upper()}=\\*"):
            check_safe(graph_url, "127.0.0.1", Settings(environment="production", **{name: "*"}))
