"""Attacks on a real server with keys, byte for byte over a socket: all refused, and after each it is in good health."""

import json
import socket
import time

import pytest

from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.service.security.keys import create_key
from isthmus.service.security.scope import Scope

PATH = "/api/v1/statements?limit=1"


class Server:
    """One that listens on ``port``; ``key`` may read there."""

    def __init__(self, port, key, log):
        self.port, self.key, self.log = port, key, log

    def raw(self, data, *, rest=b"", pause=0.0, seconds=10.0):
        """What comes back for these bytes, as status, headers and body; status 0 where it hangs up without a word."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as connection:
            try:
                connection.sendall(data)
                time.sleep(pause)
                connection.sendall(rest)
            except OSError:  # it has hung up already
                pass
            answer = b""
            while part := _received(connection):
                answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head.split(b" ")[1]) if head else 0
        return status, head.decode("latin-1").lower(), body

    def ask(self, target=PATH, *headers, method="GET", host="127.0.0.1", body=b""):
        lines = [f"{method} {target} HTTP/1.1".encode(), f"host: {host}".encode()]
        lines += [header if isinstance(header, bytes) else header.encode() for header in headers]
        lines.append(b"connection: close")
        return self.raw(b"\r\n".join(lines) + b"\r\n\r\n" + body)

    def healthy(self):
        bearer = f"authorization: Bearer {self.key}"
        return self.ask("/health")[0] == 200 and self.ask(PATH, bearer)[0] == 200


def _received(connection):
    try:
        return connection.recv(65536)
    except OSError:
        return b""


@pytest.fixture(scope="module")
def server(story_store, serving, tmp_path_factory):
    folder = tmp_path_factory.mktemp("attacked")
    url = f"sqlite:///{folder / 'graph.sqlite'}"
    (folder / "graph.sqlite").write_bytes(sqlite_path(story_store).read_bytes())
    with open_store(url) as store:
        _, key = create_key(store, [Scope.READ])
    log = folder / "log"
    with serving(url, log, ISTHMUS_ENVIRONMENT="production", ISTHMUS_BODY_LIMIT="1") as port:
        yield Server(port, key, log)


@pytest.fixture(autouse=True)
def healthy_after(server):
    yield
    assert server.healthy()


def test_the_key_opens(server):
    status, head, body = server.ask(PATH, f"authorization: Bearer {server.key}")
    assert status == 200
    assert json.loads(body)["items"]
    assert "server:" not in head


HEADERS = {
    "none": [],
    "two, both right": ["authorization: Bearer {key}", "authorization: Bearer {key}"],
    "two, one right": ["authorization: Bearer wrong", "Authorization: Bearer {key}"],
    "joined with a comma": ["authorization: Bearer {key}, Bearer {key}"],
    "no scheme": ["authorization: {key}"],
    "another scheme": ["authorization: Basic {key}"],
    "scheme glued": ["authorization: Bearer{key}"],
    "a tab": ["authorization: Bearer\t{key}"],
    "something after": ["authorization: Bearer {key} x"],
    "quotes": ['authorization: Bearer "{key}"'],
    "upper case": ["authorization: Bearer {upper}"],
    "shortened": ["authorization: Bearer {short}"],
    "lengthened": ["authorization: Bearer {key}0"],
    "very long": ["authorization: Bearer " + "a" * 20_000],
    "not ASCII": ["authorization: Bearer \xe9\xff{key}".encode("latin-1")],
    "UTF-8 digits": ["authorization: Bearer isthmus_\u0661\u0662_\u0663"],
    "empty": ["authorization:"],
    "only the scheme": ["authorization: Bearer"],
    "other header": ["x-api-key: {key}"],
    "proxy header": ["proxy-authorization: Bearer {key}"],
    "forwarded": ["x-forwarded-for: 127.0.0.1", "x-real-ip: 127.0.0.1", "forwarded: for=127.0.0.1"],
    "cookie": ["cookie: authorization=Bearer {key}; key={key}"],
    "underscore": ["authorization_: Bearer {key}"],
    "rewritten address": ["x-original-url: /health", "x-rewrite-url: /health"],
    "SQL": ["authorization: Bearer isthmus_' OR 1=1 --"],
    "percent": ["authorization: Bearer%20{key}"],
}


def _filled(header, key):
    if isinstance(header, bytes):
        return header.replace(b"{key}", key.encode())
    return header.replace("{key}", key).replace("{upper}", key.upper()).replace("{short}", key[:-1])


@pytest.mark.parametrize("name", HEADERS)
def test_headers_that_are_no_key_open_nothing(server, name):
    status, head, body = server.ask(PATH, *(_filled(header, server.key) for header in HEADERS[name]))
    assert status == 401, (head, body)
    assert "www-authenticate: bearer" in head
    assert b"items" not in body
    assert server.key.encode() not in body


@pytest.mark.parametrize("header", ["authorization: bearer {key}", "AUTHORIZATION:   BEARER  {key}  "])
def test_case_and_space_around_that_the_standard_allows_do_open(server, header):
    assert server.ask(PATH, header.format(key=server.key))[0] == 200


@pytest.mark.parametrize("header", ["authorization : Bearer {key}", " authorization: Bearer {key}", "a\x00b: c"])
def test_broken_headers_are_no_request(server, header):
    assert server.ask(PATH, header.format(key=server.key))[0] in (400, 401)


def test_a_folded_header_opens_nothing(server):
    assert server.ask(PATH, f"authorization: Bearer\r\n {server.key[:20]}")[0] in (400, 401)


@pytest.mark.parametrize(
    "target",
    [
        "//api/v1/statements",
        "/api//v1/statements",
        "/./api/v1/statements",
        "/health/../api/v1/statements",
        "/health/%2e%2e/api/v1/statements",
        "/api%2Fv1%2Fstatements",
        "/api/v1%2fstatements",
        "/API/V1/statements",
        "/api/v1/statements/",
        "/api/v1/statements;x=/health",
        "/api/v1/statements%00",
        "/api/v1/statements%20",
        "/health%2f..%2fapi/v1/statements",
        "\\api\\v1\\statements",
        "/docs/../api/v1/statements",
        "/%61pi/v1/statements",
        "/health?/../api/v1/statements",
        "http://127.0.0.1/api/v1/statements",
        "*",
        "/openapi.json",
        "/docs",
    ],
)
def test_tricks_with_the_path_open_nothing(server, target):
    status, _, body = server.ask(target)
    assert b"items" not in body
    if target.startswith("/health?"):
        assert json.loads(body) == {"status": "ok"}
    else:
        assert status in (307, 400, 401, 404), body


@pytest.mark.parametrize(
    "method", ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "X"]
)
def test_no_method_gets_in_without_a_key(server, method):
    status, _, body = server.ask("/api/v1/statements", method=method)
    assert status in (400, 401)
    assert b"items" not in body


@pytest.mark.parametrize("header", ["x-http-method-override", "x-http-method", "x-method-override"])
def test_a_method_is_not_overridden(server, header):
    mine = f"authorization: Bearer {server.key}"
    assert server.ask(PATH, mine, f"{header}: DELETE")[0] == 200
    assert server.ask("/api/v1/watches", mine, f"{header}: GET", method="POST")[0] == 403


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "evil.example:8000",
        "localhost/evil",
        "localhost evil.example",
        "localhost,evil.example",
        "localhost:99999999",
        "[::1",
        "0x7f000001",
        "",
    ],
)
def test_another_hosts_name_is_refused(server, host):
    status, _, body = server.ask(PATH, f"authorization: Bearer {server.key}", host=host)
    assert status == 400
    assert b"items" not in body


def test_two_hosts_are_refused(server):
    mine = f"authorization: Bearer {server.key}"
    assert server.ask(PATH, mine, "host: evil.example")[0] == 400
    assert server.ask(PATH, mine, "x-forwarded-host: evil.example")[0] == 200


def test_a_host_is_needed(server):
    assert server.raw(f"GET {PATH} HTTP/1.0\r\nauthorization: Bearer {server.key}\r\n\r\n".encode())[0] == 400


@pytest.mark.parametrize(
    "query", ["key={key}", "access_token={key}", "q={key}", "api_key=x", "x=%69sthmus_{tail}", "API_KEY=1", "token"]
)
def test_a_key_in_the_address_is_refused_with_the_reason(server, query):
    told = query.format(key=server.key, tail=server.key.removeprefix("isthmus_"))
    status, _, body = server.ask(f"/api/v1/statements?{told}", f"authorization: Bearer {server.key}")
    assert status == 400
    assert json.loads(body)["type"] == "urn:isthmus:problem:key-in-address"
    assert "Authorization" in json.loads(body)["detail"]
    assert server.ask(f"/api/v1/entities/{server.key}")[0] == 400


def test_an_oversized_body_is_refused_before_it_is_sent(server):
    status, _, body = server.ask(
        "/api/v1/score", f"authorization: Bearer {server.key}", "content-length: 9000000000", method="POST"
    )
    assert status == 413
    assert json.loads(body)["type"] == "urn:isthmus:problem:body-too-large"


def test_an_oversized_body_in_chunks_is_refused(server):
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    status, _, _ = server.ask(
        "/api/v1/score",
        f"authorization: Bearer {server.key}",
        "transfer-encoding: chunked",
        "content-type: application/json",
        method="POST",
        body=chunk * 20 + b"0\r\n\r\n",
    )
    assert status in (0, 413)  # 0: it hung up while we still sent


@pytest.mark.parametrize(
    "headers",
    [
        ["content-length: 5", "transfer-encoding: chunked"],
        ["content-length: 5", "content-length: 6"],
        ["content-length: -1"],
        ["content-length: 1e9"],
        ["transfer-encoding: xchunked"],
        ["transfer-encoding: chunked, identity"],
    ],
)
def test_smuggled_bodies_lead_to_one_answer_at_most(server, headers):
    hidden = b"0\r\n\r\nGET /api/v1/statements HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
    status, _, body = server.ask("/api/v1/score", *headers, method="POST", body=hidden)
    assert status in (400, 401, 501)
    assert body.count(b"HTTP/1.1") == 0


def test_half_a_request_holds_nobody_up(server):
    with socket.create_connection(("127.0.0.1", server.port), 10) as one:
        one.sendall(b"POST /api/v1/score HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n")
        with socket.create_connection(("127.0.0.1", server.port), 10) as other:
            other.sendall(
                f"POST /api/v1/score HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {server.key}\r\n".encode()
            )
            other.sendall(b"content-type: application/json\r\ncontent-length: 100\r\n\r\n{")
            assert server.healthy()


def test_endless_headers_are_cut_off(server):
    assert server.raw(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n" + b"x-a: " + b"b" * 200_000)[0] in (0, 400, 431)


def test_a_web_socket_is_not_opened(server):
    headers = ["upgrade: websocket", "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==", "sec-websocket-version: 13"]
    asked = "GET /api/v1/statements HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\n" + "\r\n".join(headers)
    assert server.raw(f"{asked}\r\n\r\n".encode(), seconds=1)[0] in (400, 401, 403, 426)


def test_no_key_is_in_the_log_or_the_list_of_processes(server):
    server.ask(f"/api/v1/statements?q={server.key}")
    server.ask(f"/api/v1/entities/{server.key}", f"authorization: Bearer {server.key}")
    server.ask(PATH, f"authorization: Bearer {server.key}")
    told = server.log.read_text()
    assert '"route": "/api/v1/statements"' in told
    assert '"route": "/api/v1/entities/{curie}"' in told
    assert server.key[-64:] not in told
    assert "Traceback" not in told
