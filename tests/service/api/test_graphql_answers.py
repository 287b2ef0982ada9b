"""The same question by GraphQL and by REST has the same answer."""

import shutil

import pytest
from service.api.graphql_asking import ENTITY, EVIDENCE, PATH, STATEMENT, Asking, as_rest
from starlette.testclient import TestClient

from isthmus.service.api.app import create_app

METFORMIN, PARKINSON = "CHEBI:6801", "MONDO:0005180"


def test_an_entity(story_asking):
    told = story_asking.data(f"query($id: ID!) {{ entity(id: $id) {{ {ENTITY} }} }}", id=PARKINSON)
    assert as_rest(told["entity"]) == story_asking.rest(f"entities/{PARKINSON}")


def test_a_search_finds_the_same_in_the_same_order(story_asking):
    told = story_asking.data('{ search(query: "a") { edges { matched statementCount node { id name category } } } }')
    edges = [
        as_rest(one["node"]) | {"matched": one["matched"], "statements": one["statementCount"]}
        for one in told["search"]["edges"]
    ]
    assert edges == story_asking.rest("search", q="a")["items"]
    assert edges


def test_a_category_narrows_a_search(story_asking):
    told = story_asking.data('{ search(query: "a", category: GENE) { nodes { id } } }')
    assert as_rest(told["search"]) == [
        one["id"] for one in story_asking.rest("search", q="a", category="Gene")["items"]
    ]


@pytest.mark.parametrize("role", ["subject", "object"])
@pytest.mark.parametrize("curie", [METFORMIN, PARKINSON, "HGNC:11138"])
def test_the_statements_of_an_entity(story_asking, curie, role):
    told = story_asking.data(
        f"query($id: ID!, $role: Role!) {{ entity(id: $id) {{ statements(role: $role) {{ nodes {{ {STATEMENT} }} }} }} }}",
        id=curie,
        role=role.upper(),
    )
    plain = [{**one, "evidence": None} for one in as_rest(told["entity"]["statements"])]
    assert plain == story_asking.rest("statements", **{role: curie})["items"]


def test_either_end_is_both_ends_together(story_asking):
    told = story_asking.data(f'{{ entity(id: "{PARKINSON}") {{ statements {{ nodes {{ id }} }} }} }}')
    rest = [story_asking.rest("statements", **{end: PARKINSON})["items"] for end in ("subject", "object")]
    assert as_rest(told["entity"]["statements"]) == sorted({one["id"] for page in rest for one in page})


def test_a_statement_with_its_evidence(story_asking):
    for row in story_asking.rest("statements")["items"]:
        told = story_asking.data(
            f"query($id: ID!) {{ statement(id: $id) {{ {STATEMENT} evidence {{ nodes {{ {EVIDENCE} }} }} }} }}",
            id=row["id"],
        )
        assert as_rest(told["statement"]) == story_asking.rest(f"statements/{row['id']}")


def test_a_document(story_asking):
    statement = story_asking.rest("statements", subject=METFORMIN)["items"][0]["id"]
    identifier = story_asking.rest(f"statements/{statement}")["evidence"][0]["document"]
    told = story_asking.data(
        """query($id: ID!) { document(id: $id) { id kind modality title text sections { label text } date retracted journal
           authors mesh publicationTypes xrefs } }""",
        id=identifier,
    )
    assert as_rest(told["document"]) == story_asking.rest(f"documents/{identifier}")


def test_paths(story_asking):
    told = story_asking.data(f'{{ paths(from: "{METFORMIN}", to: "Parkinson disease") {{ {PATH} }} }}')
    assert as_rest(told["paths"]) == story_asking.rest("paths", **{"from": METFORMIN, "to": PARKINSON})["paths"]
    assert told["paths"]


def test_paths_as_of_a_year(story_asking):
    told = story_asking.data(f'{{ paths(from: "{METFORMIN}", to: "{PARKINSON}", asOf: 2005) {{ {PATH} }} }}')
    rest = story_asking.rest("paths", **{"from": METFORMIN, "to": PARKINSON, "as_of": 2005})
    assert as_rest(told["paths"]) == rest["paths"]


def test_candidates(story_asking):
    told = story_asking.data(
        f"""{{ candidates(for: "{PARKINSON}", category: DRUG) {{ id name category score pValue qValue known degree
            degreeProduct components {{ name value }} paths {{ {PATH} }} }} }}"""
    )
    rest = story_asking.rest("candidates", **{"for": PARKINSON, "category": "Drug"})
    assert as_rest(told["candidates"]) == rest["candidates"]
    assert rest["candidates"]


def test_gaps_and_bridges(story_asking):
    told = story_asking.data("{ gaps { asOf reason subfields { name entities documents } gaps { a b score } } }")
    rest = story_asking.rest("gaps")
    assert told["gaps"]["reason"] == rest["reason"]
    assert [one["name"] for one in told["gaps"]["subfields"]] == [one["name"] for one in rest["subfields"]]
    told = story_asking.data(
        '{ bridges(a: "Gene", b: "Disease") { reason gap { a b score observed expected } bridges { score } } }'
    )
    rest = story_asking.rest("gaps", a="Gene", b="Disease")
    assert told["bridges"]["gap"] == {name: rest["gap"][name] for name in ("a", "b", "score", "observed", "expected")}
    assert [one["score"] for one in told["bridges"]["bridges"]] == [one["score"] for one in rest["bridges"]]


def pages(asking, query, field):
    """Every node of a connection by pages of two, and the cursors of all edges."""
    after, nodes, cursors = "", [], []
    while True:
        page = asking.data(query, after=after)[field]
        assert page["pageInfo"]["hasPreviousPage"] == bool(after)
        nodes += [one["node"]["id"] for one in page["edges"]]
        cursors += [one["cursor"] for one in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes, cursors
        after = page["pageInfo"]["endCursor"]


PAGE = "{ edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } }"


@pytest.mark.parametrize(
    ("field", "arguments"),
    [("statements", "first: 2"), ("search", 'query: "a", first: 2')],
    ids=["statements", "search"],
)
def test_pages_neither_repeat_nor_miss_and_any_edge_goes_on(story_asking, field, arguments):
    query = f'query($after: String! = "") {{ {field}({arguments}, after: $after) {PAGE} }}'
    nodes, cursors = pages(story_asking, query, field)
    assert len(nodes) == len(set(nodes)) > 2
    for place, cursor in enumerate(cursors):
        page = story_asking.data(query, after=cursor)[field]
        assert [one["node"]["id"] for one in page["edges"]] == nodes[place + 1 : place + 3]


def test_pages_of_one_entity_and_of_evidence(story_asking):
    query = (
        f'query($after: String! = "") {{ entity(id: "{PARKINSON}") {{ statements(first: 1, after: $after) {PAGE} }} }}'
    )
    first = story_asking.data(query)["entity"]["statements"]
    second = story_asking.data(query, after=first["pageInfo"]["endCursor"])["entity"]["statements"]
    assert first["pageInfo"]["hasNextPage"]
    assert not second["pageInfo"]["hasNextPage"]
    assert first["edges"][0]["node"]["id"] < second["edges"][0]["node"]["id"]
    identifier = next(one["id"] for one in story_asking.rest("statements")["items"] if one["evidence_count"] > 1)
    query = f'query($after: String! = "") {{ statement(id: "{identifier}") {{ evidence(first: 1, after: $after) {PAGE} }} }}'
    first = story_asking.data(query)["statement"]["evidence"]
    second = story_asking.data(query, after=first["pageInfo"]["endCursor"])["statement"]["evidence"]
    ids = [one["id"] for one in story_asking.rest(f"statements/{identifier}")["evidence"]]
    assert [first["edges"][0]["node"]["id"], second["edges"][0]["node"]["id"]] == ids


@pytest.mark.parametrize(
    ("query", "code", "status"),
    [
        ('{ entity(id: "NOPE:1") { id } }', "not-found", 404),
        ('{ statement(id: "nope") { id } }', "not-found", 404),
        ('{ document(id: "pmid:0") { id } }', "not-found", 404),
        ('{ hypothesis(id: "0123456789") { id } }', "unknown-hypothesis", 404),
        ('{ paths(from: "AD", to: "MONDO:0005180") { score } }', "ambiguous-name", 409),
        ('{ paths(from: "nobody", to: "MONDO:0005180") { score } }', "unknown-name", 404),
        ('{ statements(after: "not a cursor") { nodes { id } } }', "bad-cursor", 422),
        ('{ search(query: "") { nodes { id } } }', "bad-request", 422),
        ('{ search(query: "a", first: 0) { nodes { id } } }', "bad-request", 422),
        ('{ search(query: "a", first: 501) { nodes { id } } }', "bad-request", 422),
        ('{ paths(from: "MONDO:0005180", to: "CHEBI:6801", maxHops: 9) { score } }', "bad-request", 422),
        ("{ gaps(asOf: 12) { reason } }", "bad-request", 422),
        ('{ search(query: "a", category: WIZARD) { nodes { id } } }', "bad-query", 400),
    ],
)
def test_an_error_has_the_code_and_status_that_rest_gives_it(story_asking, query, code, status):
    error = story_asking.error(query)
    assert error["extensions"] | {"code": code, "status": status} == error["extensions"]
    assert error["message"]


def test_one_field_that_fails_leaves_the_others(story_asking):
    body = story_asking.post(
        f'{{ none: entity(id: "NOPE:1") {{ id }} one: entity(id: "{PARKINSON}") {{ id }} }}'
    ).json()
    assert body["data"] == {"none": None, "one": {"id": PARKINSON}}
    assert body["errors"][0]["path"] == ["none"]


def test_an_ambiguous_name_lists_its_choices(story_asking):
    error = story_asking.error('{ paths(from: "AD", to: "MONDO:0005180") { score } }')
    assert set(error["extensions"]["choices"]) == {"MONDO:0004975", "MONDO:0004980"}


@pytest.fixture
def own_asking(story_store, tmp_path):
    """A copy of the story's graph that may be written to."""
    shutil.copy(story_store.removeprefix("sqlite:///"), tmp_path / "own.sqlite")
    with TestClient(create_app(f"sqlite:///{tmp_path}/own.sqlite"), raise_server_exceptions=False) as client:
        yield Asking(client)


GIVE = 'mutation($on: ID!, $as: VerdictKind!) { giveVerdict(target: $on, verdict: $as, reviewer: "Ada") { beliefBefore beliefAfter verdict { id } } }'


def test_a_verdict_moves_belief_and_shows_among_the_reviews(own_asking):
    identifier = own_asking.rest("statements")["items"][0]["id"]
    moved = own_asking.data(GIVE, **{"on": identifier, "as": "CORRECT"})["giveVerdict"]
    assert moved["beliefAfter"] > moved["beliefBefore"]
    assert own_asking.rest(f"statements/{identifier}")["belief"] == moved["beliefAfter"]
    again = own_asking.data(GIVE, **{"on": identifier, "as": "WRONG_ENTITY"})["giveVerdict"]
    said = own_asking.data(
        "query($id: ID!) { statement(id: $id) { verdicts { id counts } } verdicts(target: $id) { nodes { id counts } } }",
        id=identifier,
    )
    expected = [{"id": moved["verdict"]["id"], "counts": False}, {"id": again["verdict"]["id"], "counts": True}]
    assert said["statement"]["verdicts"] == said["verdicts"]["nodes"] == expected


def test_a_hypothesis_is_told_and_moved_as_rest_does(own_asking):
    made = own_asking.client.post("/api/v1/hypotheses", json={"from": METFORMIN, "to": PARKINSON}).json()
    identifier = made["hypothesis"]["id"]
    query = """query($id: ID!) { hypothesis(id: $id) { claim status report events { number who was to comment }
               editions { id verdict scores { score } } } hypotheses { nodes { id } } }"""
    told = own_asking.data(query, id=identifier)
    rest = own_asking.rest(f"hypotheses/{identifier}/history")
    assert told["hypothesis"]["claim"] == rest["hypothesis"]["claim"]
    assert told["hypothesis"]["report"] == own_asking.rest(f"hypotheses/{identifier}")
    assert told["hypotheses"]["nodes"] == [{"id": identifier}]
    move = 'mutation($id: ID!, $to: Status!) { moveHypothesis(id: $id, to: $to, by: "Ada") { number was to } }'
    moved = own_asking.data(move, id=identifier, to="UNDER_REVIEW")["moveHypothesis"]
    assert moved == {"number": 2, "was": "PROPOSED", "to": "UNDER_REVIEW"}
    assert own_asking.rest(f"hypotheses/{identifier}/history")["status"] == "under_review"
    standing = own_asking.data("{ hypotheses(status: UNDER_REVIEW) { nodes { id } } }")
    assert standing["hypotheses"]["nodes"] == [{"id": identifier}]
    assert own_asking.error(move, id=identifier, to="UNDER_REVIEW")["extensions"]["status"] == 409
