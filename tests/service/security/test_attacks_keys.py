"""Attacks by keys and passes that are wrong, old, too small or stolen in part: none opens more than it should.

What a header can do wrong is in ``test_key_attacks``, what a key is in ``test_service_keys``.
"""

import logging

import pytest
from service.security.app_routes import routes_of
from starlette.testclient import TestClient

from isthmus.graph.stores.entries import EntryKind
from isthmus.service.api.app import DESCRIPTION_PATHS, OPEN_PATHS, create_app
from isthmus.service.security.access import needs
from isthmus.service.security.audit import latest_deeds
from isthmus.service.security.keys import create_key, revoke_key, rotate_key
from isthmus.service.security.limits import RateLimiter
from isthmus.service.security.scope import Scope
from isthmus.service.security.sessions import COOKIE, open_session
from isthmus.service.settings import Settings
from isthmus.service.telemetry.logs import JsonLines, TextLines
from isthmus.service.web import sign_in

READ = "/api/v1/entities/MONDO:0005180"
EVIL = {"origin": "https://evil.example"}
# What a route may write, by how its address begins: a new one that writes has to be put here.
WRITERS = {
    "/api/v1/keys": Scope.ADMIN,
    "/api/v1/verdicts": Scope.REVIEW,
    "/api/v1/review/": Scope.REVIEW,
    "/api/v1/hypotheses": Scope.REVIEW,
    "/api/v1/watches": Scope.REVIEW,
    "/api/v1/schedules": Scope.INGEST,
    "/api/v1/documents": Scope.INGEST,
    "/api/v1/runs/": Scope.INGEST,
    "/statements/": Scope.REVIEW,
    "/hypotheses": Scope.REVIEW,
}
# What is sent by POST because it is long, and written nowhere.
READERS = {
    *(f"/api/v1/{name}" for name in ("score", "proposals", "questions", "extract", "verify", "check-report", "replay")),
    "/api/v1/cypher",
    "/graphql",
    "/mcp",
}
# Which scope a job takes is said by its kind (`tests/service/jobs`); none is a reviewer's.
JOBS = {"/api/v1/jobs", "/api/v1/jobs/{job}/cancel"}
ADMINS = ("/api/v1/keys", "/api/v1/keys/{key}", "/api/v1/audit", "/api/v1/doctor")


@pytest.fixture
def client(graph_url, opened):
    create_key(opened, [Scope.ADMIN])  # from the first one on nobody gets in without
    with TestClient(create_app(graph_url), raise_server_exceptions=False, follow_redirects=False) as started:
        yield started


@pytest.fixture
def key_of(opened):
    def make(*scopes, **more):
        made, text = create_key(opened, scopes or [Scope.READ], **more)
        return made, text, {"authorization": f"Bearer {text}"}

    return make


def methods_of(app):
    """Each address with each of its methods, filled with something."""
    for route in routes_of(app.routes):
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, route.path


def filled(path):
    return path.replace(":path}", "}").replace("{", "x").replace("}", "")


def allows(path, scope):
    if path in JOBS:
        return scope is not Scope.REVIEW
    found = [scope for start, scope in WRITERS.items() if path.startswith(start)]
    assert found, f"{path} writes: say in WRITERS what it takes, or in READERS that it does not"
    return found[0] is scope


def test_nothing_but_the_open_addresses_answers_without_a_key(client):
    opened = OPEN_PATHS | DESCRIPTION_PATHS | {"/static/{name}", "/metrics"}
    tried = [(method, path) for method, path in methods_of(client.app) if path not in opened]
    assert len(tried) > 90
    for method, path in tried:
        assert client.request(method, filled(path)).status_code == 401, (method, path)
        page = client.request(method, filled(path), headers={"accept": "text/html"})
        assert page.status_code in (401, 303), (method, path)
        assert page.status_code == 401 or page.headers["location"].startswith("/sign-in?")


@pytest.mark.parametrize("scope", [Scope.READ, Scope.INGEST, Scope.REVIEW])
def test_a_small_key_writes_nowhere_but_where_it_may(client, opened, key_of, scope):
    mine = key_of(scope)[2]
    before = {kind: opened.entries(kind, limit=500) for kind in EntryKind if kind is not EntryKind.KEY}
    tried = 0
    for method, path in methods_of(client.app):
        if method == "GET" or path in READERS | OPEN_PATHS or allows(path, scope):
            continue
        tried += 1
        answer = client.request(method, filled(path), headers=mine)
        assert answer.status_code == 403, (method, path, answer.text)
    assert tried > 8
    assert latest_deeds(opened, 10) == []
    assert before == {kind: opened.entries(kind, limit=500) for kind in before}


@pytest.mark.parametrize("path", sorted(READERS))
def test_a_key_that_only_feeds_asks_nothing(client, key_of, path):
    assert client.post(path, json={}, headers=key_of(Scope.INGEST)[2]).status_code == 403


@pytest.mark.parametrize("path", ADMINS)
def test_no_small_key_looks_at_what_is_an_administrators(client, key_of, path):
    small = key_of(Scope.READ, Scope.INGEST, Scope.REVIEW)[2]
    assert client.get(filled(path), headers=small).status_code == 403


def test_a_key_gives_nobody_more_than_it_has(client, opened, key_of):
    made, _, small = key_of(Scope.READ, Scope.INGEST, Scope.REVIEW)
    asked = {"scopes": ["admin"]}
    assert client.post("/api/v1/keys", json=asked, headers=small).status_code == 403
    assert client.post(f"/api/v1/keys/{made.id}/rotate", json={}, headers=small).status_code == 403
    assert client.delete(f"/api/v1/keys/{made.id}", headers=small).status_code == 403
    assert client.get(READ, headers=small).status_code == 200
    new, _ = rotate_key(opened, made.id, overlap=1)
    assert new.scopes == made.scopes


STOLEN = {
    "the hash that the store holds": lambda made, text, other: f"isthmus_{made.id}_{made.digest}",
    "the hash alone": lambda made, text, other: made.digest,
    "the id alone": lambda made, text, other: made.id,
    "the secret of another key": lambda made, text, other: f"isthmus_{made.id}_{other[-64:]}",
    "the id of another key": lambda made, text, other: f"isthmus_{other[8:20]}_{text[-64:]}",
    "all but the last character": lambda made, text, other: text[:-1],
    "another last character": lambda made, text, other: text[:-1] + ("0" if text[-1] != "0" else "1"),
    "the secret turned round": lambda made, text, other: f"isthmus_{made.id}_{text[:20:-1]}",
    "no secret": lambda made, text, other: f"isthmus_{made.id}_",
    "zeros, which nobody's hash is": lambda made, text, other: f"isthmus_{made.id}_{'0' * 64}",
    "twice the key": lambda made, text, other: text * 2,
}


@pytest.mark.parametrize("name", STOLEN)
def test_a_part_of_a_key_opens_nothing_and_costs_its_owner_nothing(graph_url, key_of, name):
    made, text, mine = key_of()
    stolen = {"authorization": f"Bearer {STOLEN[name](made, text, key_of()[1])}"}
    with TestClient(create_app(graph_url, options=Settings(rate_limit=3))) as client:
        assert {client.get(READ, headers=stolen).status_code for _ in range(5)} == {401}
        assert [client.get(READ, headers=mine).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_key_that_was_replaced_at_once_is_over_and_stays_so(client, opened, key_of):
    made, _, old = key_of()
    new, text = rotate_key(opened, made.id, overlap=0)
    assert client.get(READ, headers=old).status_code == 401
    assert client.get(READ, headers={"authorization": f"Bearer {text}"}).status_code == 200
    revoke_key(opened, new.id)
    assert client.get(READ, headers=old).status_code == 401


def test_a_key_and_its_passes_share_one_allowance_and_others_have_their_own(graph_url, opened, key_of):
    made, _, mine = key_of()
    other = key_of()[2]
    with TestClient(create_app(graph_url, options=Settings(rate_limit=2))) as client:
        passed = {"cookie": f"{COOKIE}={open_session(opened, made)}"}
        assert client.get(READ, headers=mine).status_code == 200
        assert client.get(READ, headers=passed).status_code == 200
        assert client.get(READ, headers=mine).status_code == 429
        assert client.get(READ, headers=passed).status_code == 429
        assert client.get(READ, headers=other).status_code == 200


def test_what_came_too_often_writes_nothing(graph_url, opened, key_of):
    mine = key_of(Scope.REVIEW)[2]
    with TestClient(create_app(graph_url, options=Settings(rate_limit=1))) as client:
        answers = [client.post("/api/v1/watches", json={"gaps": True}, headers=mine).status_code for _ in range(3)]
    assert answers == [201, 429, 429]
    assert [deed.status for deed in latest_deeds(opened, 10)] == [201]


def test_each_write_is_on_record_with_its_key_and_each_refusal_in_the_log(client, opened, key_of, caplog):
    caplog.set_level(logging.INFO, "isthmus.access")
    made, _, mine = key_of(Scope.READ, Scope.INGEST, Scope.REVIEW, name="line\nforged")
    link = {"from": "metformin", "to": "Parkinson disease"}
    schedule = {"name": "a", "feed": "pubmed", "query": "x"}
    wanted = [
        ("POST", "/api/v1/watches", link, 201),
        ("POST", "/api/v1/hypotheses", link, 201),
        ("POST", "/api/v1/schedules", schedule, 201),
        ("POST", "/api/v1/schedules/a/pause", None, 200),
        ("DELETE", "/api/v1/schedules/a", None, 204),
        ("POST", "/api/v1/watches", {"gaps": "x"}, 422),
    ]
    for method, path, body, status in wanted:
        assert client.request(method, path, json=body, headers=mine).status_code == status, path
    found = [(deed.method, deed.path, deed.status, deed.key) for deed in latest_deeds(opened, 20)]
    assert found == [(method, path, status, made.id) for method, path, _, status in wanted]
    assert client.post("/api/v1/keys", json={"scopes": ["admin"]}, headers=mine).status_code == 403
    line = caplog.records[-1].told
    assert (line["key"], line["route"], line["status"]) == (made.id, "/api/v1/keys", 403)


@pytest.mark.parametrize("lines", [JsonLines(), TextLines("%(message)s")], ids=["json", "text"])
def test_a_key_is_in_no_log_and_in_no_refusal(graph_url, key_of, caplog, lines):
    caplog.set_level(logging.DEBUG, "isthmus")
    _, text, mine = key_of(Scope.ADMIN)
    app = create_app(graph_url)

    def broken():
        raise RuntimeError(f"Bearer {text}")

    app.add_api_route("/api/v1/broken", broken, dependencies=[needs(Scope.READ)])
    with TestClient(app, raise_server_exceptions=False) as client:
        answers = [
            client.get("/api/v1/broken", headers=mine),
            client.get(f"/api/v1/entities/{text}", headers=mine),
            client.get(f"/api/v1/search?q={text}", headers=mine),
            client.get(READ, headers={"authorization": f"Basic {text}"}),
            client.get(
                READ, headers={**mine, "x-request-id": text, "user-agent": text, "referer": f"https://a/{text}"}
            ),
            client.post("/api/v1/score", json={"pairs": {"a": text}}, headers=mine),
            client.post("/api/v1/score", content=text, headers={**mine, "content-type": "application/json"}),
            client.post("/sign-in", data={"secret": f"{text}0"}),
            client.get(f"/sign-in?secret={text}"),
        ]
    assert [one.status_code for one in answers] == [500, 400, 400, 401, 200, 422, 422, 401, 400]
    for one in answers:
        assert text[-64:] not in one.text + str(one.headers)
    told = "\n".join(lines.format(record) for record in caplog.records)
    assert "broken" in told
    assert text[-64:] not in told


PASSES = {
    "made up": lambda token, kept, text: "A" * 43,
    "the hash that the store holds": lambda token, kept, text: kept,
    "the key itself": lambda token, kept, text: text,
    "shortened": lambda token, kept, text: token[:-1],
    "lengthened": lambda token, kept, text: f"{token}A",
    "of another case": lambda token, kept, text: token.swapcase(),
    "quoted": lambda token, kept, text: f'"{token}x"',
    "no letters": lambda token, kept, text: "%00%ff",
}


@pytest.mark.parametrize("name", PASSES)
def test_a_forged_pass_opens_nothing(client, opened, key_of, name):
    made, text, _ = key_of()
    token = open_session(opened, made)
    (kept,) = [entry.id for entry in opened.entries(EntryKind.SESSION).items]
    assert client.get(READ, headers={"cookie": f"{COOKIE}={token}"}).status_code == 200
    forged = PASSES[name](token, kept, text)
    assert client.get(READ, headers={"cookie": f"{COOKIE}={forged}"}).status_code == 401


def signed_in(client, text, **more):
    answer = client.post("/sign-in", data={"secret": text}, **more)
    assert answer.status_code == 303, answer.text
    return answer


def test_a_pass_that_was_laid_before_signing_in_is_not_taken_up(client, key_of, monkeypatch):
    monkeypatch.setattr(sign_in, "_TRIES", RateLimiter(20))
    laid = {"cookie": f"{COOKIE}={'B' * 43}"}
    answer = signed_in(client, key_of()[1], headers=laid)
    assert "B" * 43 not in answer.headers["set-cookie"]
    client.cookies.clear()
    assert client.get(READ, headers=laid).status_code == 401


def test_a_pass_is_kept_from_scripts_and_other_sites(client, key_of, monkeypatch):
    monkeypatch.setattr(sign_in, "_TRIES", RateLimiter(20))
    told = signed_in(client, key_of()[1]).headers["set-cookie"].lower()
    assert "httponly" in told
    assert "samesite=strict" in told
    assert "path=/" in told
    assert "domain" not in told


@pytest.mark.parametrize("end", ["revoked", "replaced", "signed out", "run out"])
def test_a_pass_ends_with_its_key_and_when_it_is_given_back(client, opened, key_of, monkeypatch, end):
    monkeypatch.setattr(sign_in, "_TRIES", RateLimiter(20))
    made, text, _ = key_of()
    signed_in(client, text)
    passed = {"cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    client.cookies.clear()
    assert client.get(READ, headers=passed).status_code == 200
    if end == "revoked":
        revoke_key(opened, made.id)
    elif end == "replaced":
        rotate_key(opened, made.id, overlap=0)
    elif end == "signed out":
        client.post("/sign-out", headers=passed)
    else:
        (entry,) = opened.entries(EntryKind.SESSION).items
        opened.put_entry(EntryKind.SESSION, entry.id, {**entry.value, "ends": "2020-01-01T00:00:00+00:00"})
    assert client.get(READ, headers=passed).status_code == 401
    page = client.get("/", headers={**passed, "accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=%2F")


def test_a_wrong_key_is_not_mended_by_a_right_pass(client, opened, key_of):
    both = {"cookie": f"{COOKIE}={open_session(opened, key_of()[0])}", "authorization": "Bearer wrong"}
    assert client.get(READ, headers=both).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (EVIL, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://testserver"}, 201),
    ],
    ids=["nobody says from where", "another origin", "no origin", "another site", "this site"],
)
def test_a_stolen_visit_writes_nothing(client, opened, key_of, headers, status):
    passed = {"cookie": f"{COOKIE}={open_session(opened, key_of(Scope.REVIEW)[0])}", **headers}
    assert client.post("/api/v1/watches", json={"gaps": True}, headers=passed).status_code == status
    assert len(latest_deeds(opened, 10)) == (status == 201)


def test_a_pass_has_the_scopes_of_its_key(client, opened, key_of):
    passed = {"cookie": f"{COOKIE}={open_session(opened, key_of()[0])}", "origin": "http://testserver"}
    assert client.post("/api/v1/watches", json={"gaps": True}, headers=passed).status_code == 403
    assert client.get("/api/v1/keys", headers=passed).status_code == 403


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example"])
def test_signing_in_with_a_right_key_leads_nowhere_else(client, key_of, monkeypatch, next_):
    monkeypatch.setattr(sign_in, "_TRIES", RateLimiter(20))
    answer = client.post("/sign-in", data={"secret": key_of()[1], "next": next_})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_guessing_at_the_door_is_slowed_down(client, key_of, monkeypatch):
    monkeypatch.setattr(sign_in, "_TRIES", RateLimiter(20))
    tries = [client.post("/sign-in", data={"secret": f"guess {n}"}).status_code for n in range(25)]
    assert tries == [401] * 20 + [429] * 5
    assert client.post("/sign-in", data={"secret": key_of()[1]}).status_code == 429
    assert client.get(READ, headers=key_of()[2]).status_code == 200
