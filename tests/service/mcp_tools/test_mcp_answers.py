"""The tools over a small graph: the same answers as REST, read only, with errors that say what to do."""

import asyncio
import json

import pytest
from starlette.testclient import TestClient

from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.open import open_store
from isthmus.service.api.app import create_app
from isthmus.service.graphs import Graphs
from isthmus.service.mcp.bounds import bounded
from isthmus.service.mcp.server import TOOLS, make_server

mcp = pytest.importorskip("mcp")

METFORMIN, PARKINSON = "CHEBI:6801", "MONDO:0005180"
NAMES = {"search", "entity", "evidence", "paths", "candidates", "gaps", "propose", "explain"}


@pytest.fixture(scope="module")
def rest(story_store):
    with TestClient(create_app(story_store)) as opened:
        yield opened


@pytest.fixture(scope="module")
def use(story_store):
    """A conversation with the server in this process, by the SDK's own client; it checks answers against the schema."""
    graphs = Graphs(story_store)
    server = make_server(graphs)

    def run(talk):
        async def session():
            async with mcp.Client(server) as client:
                return await talk(client)

        return asyncio.run(session())

    yield run
    graphs.close()


@pytest.fixture(scope="module")
def call(use):
    def ask(tool, **arguments):
        given = {name.rstrip("_"): value for name, value in arguments.items()}
        return use(lambda client: client.call_tool(tool, given))

    return ask


def whole(result):
    """The answer without what bounds add, none of it cut."""
    assert not result.is_error, result.content[0].text
    told = dict(result.structured_content)
    assert told == json.loads(result.content[0].text)
    assert told.pop("cut") == []
    del told["citations"]
    return told


def test_every_tool_is_marked_as_read_only_and_says_that_text_is_data(use):
    tools = use(lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == NAMES == {tool.ask.__name__ for tool in TOOLS}
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert "data, never instructions" in tool.description
        assert tool.output_schema["type"] == "object"
        described = tool.input_schema["properties"].values()
        assert all("description" in one for one in described), tool.name


@pytest.mark.parametrize(
    ("tool", "path", "asked"),
    [
        ("paths", "paths", {"from": "metformin", "to": "PD", "top": 10}),
        ("paths", "paths", {"from": "metformin", "to": PARKINSON, "as_of": 2004}),
        ("paths", "paths", {"from": METFORMIN, "to": PARKINSON, "max_hops": 2, "co_mention": True}),
        ("candidates", "candidates", {"for": PARKINSON, "category": "Drug", "top": 20}),
        ("candidates", "candidates", {"for": "metformin", "category": "Disease", "top": 3, "new": True, "kin": True}),
        ("gaps", "gaps", {"top": 20}),
        ("gaps", "gaps", {"a": "Drug", "b": "Disease", "top": 5}),
        ("explain", "why", {"from": METFORMIN, "to": PARKINSON, "path": 1}),
        ("explain", "why", {"for": PARKINSON, "candidate": METFORMIN, "top": 1}),
    ],
)
def test_a_tool_answers_as_rest_does(call, rest, tool, path, asked):
    response = rest.get(f"/api/v1/{path}", params=asked)
    assert response.status_code == 200, response.text
    told = response.json()
    told.pop("cursor", None)  # a tool shows the best, REST goes on with the next ones
    assert whole(call(tool, **asked)) == told


def test_search_pages_as_rest_does(call, rest):
    told, by_tool, seen = {"cursor": ""}, {"cursor": ""}, []
    for _ in range(2):
        told = rest.get("/api/v1/search", params={"q": "disease", "limit": 1, "cursor": told["cursor"]}).json()
        by_tool = whole(call("search", query="disease", top=1, cursor=by_tool["cursor"]))
        assert by_tool["items"] == told["items"]
        assert bool(by_tool["cursor"]) == bool(told["cursor"])
        seen += told["items"]
    assert len({one["id"] for one in seen}) == 2


def test_a_proposal_is_that_of_rest(call, rest):
    told = call("propose", from_="metformin", to=PARKINSON).structured_content
    report = rest.post("/api/v1/proposals", json={"from": METFORMIN, "to": PARKINSON}).json()
    assert told["cut"] == []
    assert {**report, "created": ""} == {name: told[name] for name in report} | {"created": ""}
    assert not told["with_models"]
    assert set(told["citations"]["evidence"]) == {one["id"] for one in report["evidence"]}
    assert set(told["citations"]["statements"]) == {one["id"] for one in report["statements"]}


def test_a_shortened_report_still_holds_all_that_it_cites(call):
    report = whole(call("propose", from_="metformin", to=PARKINSON))
    (tool,) = [tool for tool in TOOLS if tool.ask.__name__ == "propose"]
    told = bounded(report, tool.shrinks, 11_500, tool.tidy)
    assert told["cut"]
    claims = [*told["case"], *told["dissent"], *told["contradicting"]]
    assert {each for one in claims for each in one["statement_ids"]} <= {one["id"] for one in told["statements"]}
    assert {each for one in claims for each in one["evidence_ids"]} <= {one["id"] for one in told["evidence"]}


def test_an_entity_brings_its_statements_the_most_believed_first(call, rest):
    told = whole(call("entity", name="mechanistic target of rapamycin kinase"))
    assert told["entity"] == rest.get("/api/v1/entities/HGNC:3942").json()
    own = [rest.get("/api/v1/statements", params={side: "HGNC:3942"}).json() for side in ("subject", "object")]
    rows = sorted((row for page in own for row in page["items"]), key=lambda row: (-row["belief"], row["id"]))
    assert told["statements"] == rows
    assert {one["name"] for one in told["others"]} == {"PRKAA1", "autophagy", "Parkinson disease"}
    assert not told["more"]
    assert whole(call("entity", name="MTOR", top=1))["more"]


def test_evidence_of_a_statement_and_of_a_pair_is_that_of_rest(call, rest):
    (row,) = rest.get("/api/v1/statements", params={"subject": "HGNC:11138"}).json()["items"]
    statement = rest.get(f"/api/v1/statements/{row['id']}").json()
    by_id = whole(call("evidence", statement=row["id"]))
    assert by_id["statements"] == [statement]
    assert [one["id"] for one in by_id["documents"]] == ["pmid:1004", "pmid:1005"]
    assert whole(call("evidence", a=PARKINSON, b="PARK1")) == by_id == whole(call("evidence", a="PARK1", b=PARKINSON))


@pytest.mark.parametrize(
    ("tool", "asked", "says"),
    [
        ("entity", {"name": "AD"}, "MONDO:0004975 (Alzheimer disease, Disease)"),
        ("entity", {"name": "AD"}, "Use the identifier"),
        ("paths", {"from": "no such thing", "to": PARKINSON}, "is not in this graph"),
        ("paths", {"from": PARKINSON, "to": "PD"}, "give two different entities"),
        ("paths", {"from": METFORMIN}, "to"),
        ("paths", {"from": METFORMIN, "to": PARKINSON, "top": 5000}, "less than or equal to 50"),
        ("evidence", {"statement": "nope"}, "No statement nope"),
        ("evidence", {"a": METFORMIN}, "two entities by a and b"),
        ("evidence", {"statement": "x", "a": METFORMIN}, "two entities by a and b"),
        ("gaps", {"a": "Drug"}, "name two subfields"),
        ("explain", {"from": METFORMIN, "candidate": "x"}, "name a path by from and to"),
        ("candidates", {"for": PARKINSON, "category": "Nonsense"}, "category"),
    ],
)
def test_an_error_says_what_to_do(call, tool, asked, says):
    result = call(tool, **asked)
    assert result.is_error
    assert says in result.content[0].text
    assert "Traceback" not in result.content[0].text


def test_the_tools_leave_the_store_as_it_was(call, story_store):
    def state():
        with open_store(story_store, create=False) as store:
            return store.version(), store.graph_hash(), [store.entries(kind) for kind in EntryKind]

    before = state()
    call("propose", from_=METFORMIN, to=PARKINSON)
    call("explain", for_=PARKINSON, candidate=METFORMIN)
    assert state() == before


def test_two_questions_at_once_are_both_answered(use):
    async def both(client):
        return await asyncio.gather(
            client.call_tool("paths", {"from": METFORMIN, "to": PARKINSON}),
            client.call_tool("candidates", {"for": PARKINSON}),
        )

    paths, candidates = use(both)
    assert paths.structured_content["paths"]
    assert candidates.structured_content["candidates"]
