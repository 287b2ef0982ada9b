"""Attacks on REST and the pages over a real socket: refused or harmless, and after each the service is in good health."""

import logging
import shutil
import socket
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from service.failures.listening import wait_until
from service.security.rest_attacks import ATTACKS, FILES, NAMED, Attack, sent

from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.service.api.app import create_app
from isthmus.service.api.punctual import PunctualProtocol
from isthmus.service.security.keys import create_key
from isthmus.service.security.scope import Scope
from isthmus.service.settings import Settings
from isthmus.service.telemetry.logs import JsonLines, TextLines

SCRIPT, FORMULA = '<script>alert("kept")</script>', "=cmd|' /C calc'!A0"
READ = "/api/v1/statements?limit=1"


class Service:
    """One that listens in a thread of this process; ``key`` may do all there."""

    def __init__(self, url, port, key):
        self.url, self.port, self.key = url, port, key

    def ask(self, attack):
        """The status, the head and the body of the answer; status 0 where it hangs up without a word."""
        lines = [f"{attack.method} {attack.target} HTTP/1.1", "host: 127.0.0.1", f"authorization: Bearer {self.key}"]
        lines += [*attack.headers, f"content-length: {len(attack.body)}", "connection: close"]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), 60) as connection:
            try:
                connection.sendall(head + attack.body)
                while part := connection.recv(65536):
                    answer += part
            except OSError:  # it has hung up already
                pass
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]) if head else 0, head, body

    def healthy(self):
        return self.ask(Attack("/health"))[0] == 200 and b'"items":[{' in self.ask(Attack(READ))[2]

    def held(self):
        """Without how many documents: a table without rows is one."""
        with open_store(self.url) as store:
            return replace(store.counts(), documents=0), store.graph_hash()


@pytest.fixture(scope="module")
def service(story_store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("attacked")
    shutil.copy(sqlite_path(story_store), folder / "graph.sqlite")
    url = f"sqlite:///{folder / 'graph.sqlite'}"
    with open_store(url) as store:
        _, key = create_key(store, [Scope.ADMIN])
    with pytest.MonkeyPatch.context() as patched, socket.create_server(("127.0.0.1", 0)) as listening:
        patched.setenv("ISTHMUS_CACHE", str(folder / "cache"))
        app = create_app(url, options=Settings(rate_limit=1_000_000, body_limit=4))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, http=PunctualProtocol, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield Service(url, listening.getsockname()[1], key)
        server.should_exit = True
        thread.join(30)


@pytest.fixture(autouse=True)
def healthy_after(service, caplog):
    caplog.set_level(logging.WARNING, "isthmus")
    yield
    assert service.healthy()
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_or_harmless(service, name):
    attack = ATTACKS[name]
    status, head, body = service.ask(attack)
    assert status in attack.status, (status, head, body[:500])
    for words in attack.never:
        assert words not in head + b"\n" + body
    if status >= 400:
        kind = b"text/html" if b"text/html" in head else b"application/"
        assert b"content-type: " + kind in head.lower()


def test_none_of_them_wrote_to_the_graph_or_beside_it(service):
    before = service.held()
    for attack in FILES.values():
        service.ask(attack)
    assert service.held() == before
    for folder in (Path(tempfile.gettempdir()), sqlite_path(service.url).parent, Path.cwd()):
        assert not list(folder.glob(f"{NAMED}*"))


@pytest.mark.parametrize("lines", [JsonLines(), TextLines("%(message)s")], ids=["json", "text"])
def test_a_path_forges_no_line_of_the_log(service, caplog, lines):
    caplog.set_level(logging.INFO, "isthmus.access")
    service.ask(Attack("/api/v1/entities/x%0d%0a%7B%22level%22:%22forged%22%7D%1b%5b2J%c2%85%e2%80%a8%e2%80%aey"))

    def routes():
        return {one.told["route"] for one in list(caplog.records) if hasattr(one, "told")}

    wait_until(lambda: "other" in routes())  # its line is written after the answer; never the address that was asked
    assert routes() <= {"other", "/health", "/api/v1/statements"}
    for each in map(lines.format, caplog.records):
        assert each.isprintable()
        assert "forged" not in each


def test_what_spreadsheets_and_browsers_would_run_is_kept_and_shown_as_text(service):
    nodes = f"id\tname\tcategory\nCHEBI:1\t{SCRIPT}\tDrug\nCHEBI:2\t{FORMULA}\tDrug\n"
    edges = "subject\tpredicate\tobject\nCHEBI:1\tactivates\tCHEBI:2\n"
    body = "".join(
        f'--b\r\ncontent-disposition: form-data; name="f"; filename="{name}"\r\n\r\n{text}\r\n'
        for name, text in (("kept_nodes.tsv", nodes), ("kept_edges.tsv", edges))
    )
    told = service.ask(sent("documents", f"{body}--b--\r\n".encode(), "multipart/form-data; boundary=b"))
    assert told[0] == 200, told
    link = {"from": "CHEBI:1", "to": "CHEBI:2"}
    shown = [
        service.ask(Attack(target))
        for target in (
            "/entities/CHEBI:1",
            "/search?q=alert",
            "/search/options?q=alert",
            "/question/answer?from=CHEBI:1&to=CHEBI:2",
            "/api/v1/watches/feed.xml",
        )
    ]
    shown += [service.ask(sent(f"proposals?format={form}", link)) for form in ("html", "markdown", "text")]
    for status, head, answer in shown:
        assert status == 200, answer[:300]
        of_browsers = b"text/html" in head or b"xml" in head
        assert not of_browsers or b"<script>alert" not in answer
        assert b"nosniff" in head
    table = service.ask(Attack("/api/v1/search?q=calc&format=csv"))[2].decode()
    assert f"'{FORMULA}" in table
    assert f",{FORMULA}" not in table
