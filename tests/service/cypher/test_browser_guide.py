"""The Browser guide, its saved queries and styles, and the recipe for a read account."""

import functools
import html
import http.client
import http.server
import itertools
import re
import runpy
import threading

import neo4j_server as neo4j_server_module
import pytest
from graph.samples import APP, BACE1_CUTS_APP, PARKINSON, Claim, paper
from neo4j.exceptions import Neo4jError

from isthmus.graph.model import Entity
from isthmus.graph.stores.neo4j import Neo4jStore
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.backup.restoring import restore
from isthmus.service.cypher.guard import checked
from isthmus.service.cypher.run import CypherQueries

# What a path of two steps has to find: it is linked to a neighbour of the disease, and not to the disease.
CONDURITOL = Entity("CHEBI:67229", "conduritol B epoxide", Category.CHEMICAL_ENTITY)
CONDURITOL_INHIBITS_APP = Claim(CONDURITOL, Predicate.INHIBITS, APP, score=0.7)
APP_CAUSES_PARKINSON = Claim(APP, Predicate.CAUSES, PARKINSON, score=0.7)
GIVEN = re.compile(r":param (\w+) => '([^']*)'")


@pytest.fixture
def folder(fixtures):
    return fixtures.parent.parent / "docker" / "neo4j"


@pytest.fixture
def guide(folder):
    """What the guide has to click, in its order: commands and queries."""
    text = (folder / "browser" / "isthmus.html").read_text()
    return [html.unescape(each) for each in re.findall(r'<pre mode="cypher"[^>]*>(.*?)</pre>', text, re.DOTALL)]


def test_the_guide_and_the_saved_queries_are_the_same(folder, guide):
    saved = {path.read_text().strip() for path in (folder / "browser" / "saved").glob("*.cypher")}
    assert len(saved) == 8
    assert {each for each in guide if not each.startswith(":")} == saved


def test_the_guide_says_the_same_to_older_and_newer_browsers(folder, guide):
    text = (folder / "browser" / "isthmus.adoc").read_text()
    assert re.findall(r"\[source,cypher\]\n----\n(.*?)\n----\n", text, re.DOTALL) == guide


def test_only_a_browser_on_this_machine_may_read_the_guide(folder):
    serve = runpy.run_path(str(folder / "browser" / "serve.py"))
    handler = functools.partial(serve["Guide"], directory=str(folder / "browser"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            allowed = {}
            for method, origin in itertools.product(
                ("OPTIONS", "GET"), ("http://localhost:7474", "http://evil.example")
            ):
                connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
                connection.request(method, "/isthmus.html", headers={"Origin": origin})
                answer = connection.getresponse()
                allowed[method, origin] = answer.status, answer.getheader("Access-Control-Allow-Origin")
                connection.close()
        finally:
            server.shutdown()
            thread.join()
    assert allowed == {
        ("OPTIONS", "http://localhost:7474"): (204, "http://localhost:7474"),
        ("GET", "http://localhost:7474"): (200, "http://localhost:7474"),
        ("OPTIONS", "http://evil.example"): (204, None),
        ("GET", "http://evil.example"): (200, None),
    }


def test_each_value_that_a_query_names_is_given_before_it(guide):
    given = set()
    for each in guide:
        if each.startswith(":"):
            given |= {GIVEN.fullmatch(each)[1]}
        else:
            assert set(re.findall(r"\$(\w+)", each)) <= given, each


def asked(server, guide) -> tuple[dict[str, str], dict[str, list]]:
    """What the guide gives its queries, and what each of them returns; the service answers each as well."""
    server.query("CALL db.awaitIndexes(60)")
    queries = CypherQueries(server.url)
    given = dict(GIVEN.fullmatch(each).groups() for each in guide if each.startswith(":"))
    answers = {}
    for query in guide:
        if not query.startswith(":"):
            named = {name: value for name, value in given.items() if f"${name}" in query}
            answers[query[:4]] = server.query(query, **named)
            assert answers[query[:4]], query
            assert len(queries.answer(query, named).rows) == len(answers[query[:4]]), query
    queries.close()
    return given, answers


def test_each_query_of_the_guide_returns_rows(neo4j_server, guide):
    with Neo4jStore(neo4j_server.url) as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP, CONDURITOL_INHIBITS_APP)])
        store.write([paper("pmid:2", APP_CAUSES_PARKINSON, names=(CONDURITOL,), date="2021")])
    given, answers = asked(neo4j_server, guide)
    assert (given["entity"], given["candidate"]) == (PARKINSON.id, CONDURITOL.id)
    assert [row["candidate"] for row in answers["// 5"]] == [CONDURITOL.id]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_query_of_the_guide_returns_rows_on_the_demo_graph(empty_neo4j, demo_store, guide):
    server = empty_neo4j(neo4j_server_module.NEO4J_NAMES[0])
    restore(demo_store, server.url)
    given, answers = asked(server, guide)
    assert given["entity"] in {row["id"] for row in answers["// 1"]}
    assert given["candidate"] in {row["candidate"] for row in answers["// 5"]}
    assert all(row["sentence"] for row in answers["// 3"])


def test_every_category_has_a_colour_and_a_caption(folder):
    style = (folder / "browser" / "isthmus.grass").read_text()
    rules = dict(re.findall(r"^([\w.]+) \{\n(.*?)\n\}$", style, re.MULTILINE | re.DOTALL))
    for label in (*(each.value for each in Category), "Statement", "Evidence", "Document"):
        assert {"color", "caption"} <= set(re.findall(r"^  ([a-z-]+):", rules[f"node.{label}"], re.MULTILINE)), label
    assert "caption" in rules["relationship"]
    assert "node.Entity" not in rules  # every entity has that label: its colour would hide those of the categories


def test_the_recipe_of_the_read_account_is_understood(neo4j_server, folder):
    """Community refuses roles as such, after it has read the command: a slip of the pen is another error."""
    text = re.sub(r"^//.*$", "", (folder / "read-account.cypher").read_text(), flags=re.MULTILINE)
    commands = [each.strip() for each in text.split(";") if each.strip()]
    assert any(each.startswith("DENY WRITE") for each in commands)
    with neo4j_server.driver.session(database="system") as session:
        for command in commands:
            said = ""
            try:
                session.run(f"EXPLAIN {command}", password="a-long-password").consume()
            except Neo4jError as error:
                said = error.message
            assert not said or "Unsupported administration command" in said, command


def test_the_recipe_for_a_copy_takes_out_what_the_service_keeps(neo4j_server, folder):
    neo4j_server.query("CREATE (:Entry {key: 'k'}), (:Verdict {id: 'v'}), (:Entity {id: 'e'})")
    [command] = re.findall(r"```cypher\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    neo4j_server.query(command)
    assert [row["l"] for row in neo4j_server.query("MATCH (n) WHERE NOT n:Migration RETURN labels(n) AS l")] == [
        ["Entity"]
    ]


@pytest.mark.slow
@pytest.mark.skipif(
    bool(neo4j_server_module.EXTERNAL), reason="the server that is there has a configuration of its own"
)
@pytest.mark.parametrize("name", neo4j_server_module.RELEASES)
def test_a_server_starts_with_the_configuration_and_keeps_its_bounds(folder, name, monkeypatch):
    # What begins with browser. is known to the whole distribution alone, which has the Browser's own part.
    lines = (folder / "neo4j.conf").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("browser."))
    for here, there in (
        ("server.bolt.listen_address=127.0.0.1:7687", "server.bolt.listen_address=127.0.0.1:{port}"),
        ("server.http.listen_address=127.0.0.1:7474", "server.http.enabled=false"),
        ("server.memory.pagecache.size=1g", "server.memory.pagecache.size=128m"),
        ("db.memory.transaction.max=512m", "db.memory.transaction.max=64m"),
    ):
        assert here in text
        text = text.replace(here, there)
    monkeypatch.setattr(neo4j_server_module, "CONFIGURATION", text)
    server = neo4j_server_module.start(neo4j_server_module.RELEASES[name])
    try:
        with Neo4jStore(server.url) as store:  # the procedures that the store needs are allowed
            store.write([paper("pmid:1", BACE1_CUTS_APP)])
            assert store.search("bace1").items
        with pytest.raises(Neo4jError, match=r"(?i)memory"):
            server.query("UNWIND range(1, 10000000) AS x WITH collect(toString(x)) AS l RETURN size(l)")
        with pytest.raises(Neo4jError, match=r"(?i)load|file"):
            server.query("LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line")
        assert server.query("RETURN 1 AS one")[0]["one"] == 1
    finally:
        server.stop()


def test_comments_of_saved_queries_are_no_harm(folder):
    for path in (folder / "browser" / "saved").glob("*.cypher"):
        assert "//" not in checked(path.read_text())
