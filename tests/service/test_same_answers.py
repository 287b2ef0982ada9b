"""The same question has the same answer whichever way it is asked: command line, REST, GraphQL, MCP; on either store."""

import asyncio
import json
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from service.api.graphql_asking import ENTITY, EVIDENCE, PATH, STATEMENT, Asking, as_rest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from isthmus.graph.stores.open import open_store
from isthmus.service.api.app import create_app
from isthmus.service.cli import app as command_line
from isthmus.service.graphs import Graphs
from isthmus.service.ingest import ingest
from isthmus.service.mcp.server import make_server

mcp = pytest.importorskip("mcp")

METFORMIN, PARKINSON = "CHEBI:6801", "MONDO:0005180"
LINK = {"from": METFORMIN, "to": PARKINSON}
STATEMENT_ID = "bb4d23d74acfa3963808858c3cac91e4"
CANDIDATE = (
    f"id name category score pValue qValue known degree degreeProduct components {{ name value }} paths {{ {PATH} }}"
)
NAMED = "{ id name category }"
GAP = f"a b score observed expected z affinity textAffinity shared coMentions bridges {{ from {NAMED} via {NAMED} to {NAMED} }}"


@dataclass(frozen=True)
class Question:
    """A question in each of the ways in which it can be asked; ``of`` is what of a whole answer they share."""

    rest: str
    parameters: dict = field(default_factory=dict)
    body: dict | None = None
    command: tuple[str, ...] = ()
    graphql: str = ""
    tool: str = ""
    arguments: dict | None = None
    of: str = ""


QUESTIONS = {
    "paths": Question(
        "paths",
        {**LINK, "top": 10},
        command=("paths", "--from", METFORMIN, "--to", PARKINSON),
        graphql=f'{{ paths(from: "{METFORMIN}", to: "{PARKINSON}") {{ {PATH} }} }}',
        tool="paths",
        of="paths",
    ),
    "paths by names, as of a year": Question(
        "paths",
        {"from": "metformin", "to": "PD", "as_of": 2012, "max_hops": 3, "top": 5},
        command=("paths", "--from", "metformin", "--to", "PD", "--as-of", "2012", "--max-hops", "3", "--top", "5"),
        graphql=f'{{ paths(from: "metformin", to: "PD", asOf: 2012, maxHops: 3, top: 5) {{ {PATH} }} }}',
        tool="paths",
        of="paths",
    ),
    "candidates": Question(
        "candidates",
        {"for": PARKINSON, "category": "Drug", "top": 20},
        command=("candidates", "--for", PARKINSON),
        graphql=f'{{ candidates(for: "{PARKINSON}") {{ {CANDIDATE} }} }}',
        tool="candidates",
        of="candidates",
    ),
    "candidates that are new": Question(
        "candidates",
        {"for": "metformin", "category": "Disease", "top": 3, "new": True, "kin": True},
        command=("candidates", "--for", "metformin", "--category", "Disease", "--top", "3", "--new", "--kin"),
        graphql=f'{{ candidates(for: "metformin", category: DISEASE, top: 3, new: true, kin: true) {{ {CANDIDATE} }} }}',
        tool="candidates",
        of="candidates",
    ),
    "gaps": Question(
        "gaps",
        {"top": 20},
        command=("gaps",),
        graphql="{ gaps { reason } }",
        tool="gaps",
        of="reason",  # so few papers have no map
    ),
    "what would bridge two fields": Question(
        "gaps",
        {"a": "Gene", "b": "Disease", "top": 5},
        command=("gaps", "--between", "Gene", "--and", "Disease", "--top", "5"),
        graphql=f'{{ bridges(a: "Gene", b: "Disease", top: 5) {{ gap {{ {GAP} }} }} }}',
        tool="gaps",
        of="gap",
    ),
    "why a path": Question("why", LINK, command=("why", "--from", METFORMIN, "--to", PARKINSON), tool="explain"),
    "why a candidate": Question(
        "why",
        {"for": PARKINSON, "candidate": METFORMIN, "top": 1},
        command=("why", "--for", PARKINSON, "--candidate", METFORMIN, "--top", "1"),
        tool="explain",
    ),
    "a proposal": Question(
        "proposals",
        body=LINK,
        command=("propose", "--from", METFORMIN, "--to", PARKINSON, "--no-keep"),
        tool="propose",
    ),
    "a question in words": Question(
        "questions",
        body={"question": "Which drugs might help Parkinson disease?"},
        command=("question", "Which drugs might help Parkinson disease?"),
    ),
    "a search": Question(
        "search",
        {"q": "disease"},
        graphql='{ search(query: "disease") { nodes { id name category } edges { matched statementCount } } }',
        tool="search",
        arguments={"query": "disease"},
        of="items",
    ),
    "an entity": Question(
        f"entities/{PARKINSON}",
        graphql=f'{{ entity(id: "{PARKINSON}") {{ {ENTITY} }} }}',
        tool="entity",
        arguments={"name": PARKINSON},
        of="entity",
    ),
    "statements": Question(
        "statements",
        {"subject": METFORMIN},
        graphql=f'{{ statements(subject: "{METFORMIN}") {{ nodes {{ {STATEMENT} }} }} }}',
        of="items",
    ),
    "a statement with its sentences": Question(
        f"statements/{STATEMENT_ID}",
        graphql=f'{{ statement(id: "{STATEMENT_ID}") {{ {STATEMENT} evidence {{ nodes {{ {EVIDENCE} }} }} }} }}',
        tool="evidence",
        arguments={"statement": STATEMENT_ID},
        of="statements",
    ),
    "a document": Question(
        "documents/pmid:1001",
        graphql="""{ document(id: "pmid:1001") { id kind modality title text sections { label text } date retracted journal
            authors mesh publicationTypes xrefs } }""",
    ),
}


class Ways:
    """One graph, asked in every way in this process."""

    def __init__(self, url, client, graphs):
        self.url, self._server = url, make_server(graphs)
        self.asking = Asking(client)

    def command(self, *words):
        ran = CliRunner().invoke(command_line, [*words, "--store", self.url, "--json"])
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        assert ran.exit_code == 0, ran.output
        return json.loads(ran.stdout)

    def rest(self, question):
        path = f"/api/v1/{question.rest}"
        client = self.asking.client
        answer = (
            client.post(path, json=question.body) if question.body else client.get(path, params=question.parameters)
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def tool(self, name, arguments):
        async def session():
            async with mcp.Client(self._server) as client:
                return await client.call_tool(name, {**arguments, "max_characters": 200_000})

        return asyncio.run(session())

    def all(self, question):
        """The answer by each way in which the question can be asked, with REST's names."""
        found = {"REST": _shared(self.rest(question), question.of)}
        if question.command:
            found["command"] = _shared(self.command(*question.command), question.of)
        if question.graphql:
            (told,) = self.asking.data(question.graphql).values()
            found["GraphQL"] = _shared(_searched(told) if "search(" in question.graphql else as_rest(told), question.of)
        if question.tool:
            asked = question.parameters if question.arguments is None else question.arguments
            result = self.tool(question.tool, asked or question.body)
            assert not result.is_error, result.content[0].text
            found["MCP"] = _shared(result.structured_content, question.of)
        return found


def _shared(answer, of):
    """What all ways tell: not when it was worked out, nor where the list goes on, nor what else belongs to one way alone."""
    if not isinstance(answer, dict):
        return answer
    told = answer.get(of, answer)
    if isinstance(told, list) and len(told) == 1 and of == "statements":
        return told[0]
    if isinstance(told, dict):
        return {
            name: each
            for name, each in told.items()
            if name not in ("created", "cursor", "cut", "citations", "hypothesis")
        }
    if of == "items":
        return [{name: each for name, each in one.items() if name != "evidence"} for one in told]
    return told


def _searched(told):
    more = [{"matched": one["matched"], "statements": one["statementCount"]} for one in told["edges"]]
    return [as_rest(node) | one for node, one in zip(told["nodes"], more, strict=True)]


@contextmanager
def asked(url):
    graphs = Graphs(url)
    with TestClient(create_app(url), raise_server_exceptions=False) as client:
        yield Ways(url, client, graphs)
    graphs.close()


@pytest.fixture(scope="module")
def ways(story_store, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ISTHMUS_CACHE", str(tmp_path_factory.mktemp("cache")))
        with asked(story_store) as opened:
            yield opened


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_way_gives_the_same_answer(ways, name):
    found = ways.all(QUESTIONS[name])
    assert len(found) > 1
    assert found["REST"]
    for way, answer in found.items():
        assert answer == found["REST"], way


@pytest.mark.parametrize(
    ("source", "target"),
    [("AD", PARKINSON), ("nobody of this name", PARKINSON), (PARKINSON, "PD"), (METFORMIN, "MONDO:9999999")],
    ids=["a name of two", "a name of none", "one twice", "an identifier of none"],
)
def test_every_way_refuses_in_the_same_words(ways, source, target):
    told = ways.asking.client.get("/api/v1/paths", params={"from": source, "to": target}).json()["detail"]
    error = ways.asking.error(f'{{ paths(from: "{source}", to: "{target}") {{ score }} }}')
    assert error["message"] == told
    result = ways.tool("paths", {"from": source, "to": target})
    assert result.is_error
    assert told in result.content[0].text
    with pytest.raises(Exception, match=r".") as refused:
        ways.command("paths", "--from", source, "--to", target)
    assert str(refused.value) == told


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_whatever_two_are_asked_about(ways, data):
    with open_store(ways.url) as store:
        ids = sorted(entity.id for entity in store.all_entities())
    source, target = data.draw(st.permutations(ids))[:2]
    hops, top = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 20))
    year = data.draw(st.none() | st.integers(1999, 2026))
    more = () if year is None else ("--as-of", str(year))
    question = Question(
        "paths",
        {"from": source, "to": target, "max_hops": hops, "top": top, **({} if year is None else {"as_of": year})},
        command=("paths", "--from", source, "--to", target, "--max-hops", str(hops), "--top", str(top), *more),
        graphql=f'{{ paths(from: "{source}", to: "{target}", maxHops: {hops}, top: {top}'
        f"{'' if year is None else f', asOf: {year}'}) {{ {PATH} }} }}",
        tool="paths",
        of="paths",
    )
    found = ways.all(question)
    assert all(answer == found["REST"] for answer in found.values())


ON_NEO4J = [
    "paths",
    "candidates",
    "what would bridge two fields",
    "a proposal",
    "a search",
    "an entity",
    "statements",
    "a statement with its sentences",
    "a document",
]


def test_a_neo4j_store_gives_the_answers_of_sqlite(ways, neo4j_url, story):
    with open_store(neo4j_url) as store:
        ingest([story / "story_nodes.tsv", story / "story_edges.tsv"], store)
    with asked(neo4j_url) as on_neo4j:
        for name in ON_NEO4J:
            question = QUESTIONS[name]
            found = on_neo4j.all(question)
            expected = _shared(ways.rest(question), question.of)
            assert found == dict.fromkeys(found, expected), name
