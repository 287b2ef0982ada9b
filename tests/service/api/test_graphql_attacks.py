"""Questions that mean harm are refused with a reason before anything is looked up, and the service answers on."""

import time

import pytest
from graphql import get_introspection_query
from service.api.graphql_asking import Asking
from starlette.testclient import TestClient

from isthmus.service.api.app import create_app
from isthmus.service.api.graphql import limits
from isthmus.service.settings import Settings

METFORMIN, PARKINSON = "CHEBI:6801", "MONDO:0005180"
SEARCH = 'search(query: "a", first: 1)'
MOST_SECONDS = 20  # a guard against what never ends, not a measure


def aliased(count, what):
    return f"{{ {' '.join(f'a{number}: {what}' for number in range(count))} }}"


def nested(times):
    inner = "id"
    for place in range(times):
        inner = (
            f"subject {{ statements(first: 1) {{ nodes {{ {inner} }} }} }}" if place % 2 else f"object {{ id }} {inner}"
        )
    return f"{{ statements(first: 1) {{ nodes {{ {inner} }} }} }}"


def chain(length, last="id"):
    """Fragments that each go one step round the graph and on to the next."""
    steps = [
        f"fragment F{number} on Statement {{ subject {{ statements(first: 1) {{ nodes {{ ...F{number + 1} }} }} }} }}"
        for number in range(length)
    ]
    return f"{{ statements(first: 1) {{ nodes {{ ...F0 }} }} }} {' '.join(steps)} fragment F{length} on Statement {{ {last} }}"


def doubling(times):
    """Each fragment names the next one twice: as many fields as two to the power of the chain."""
    steps = [f"fragment D{number} on Query {{ ...D{number + 1} ...D{number + 1} }}" for number in range(times)]
    return f"{{ ...D0 }} {' '.join(steps)} fragment D{times} on Query {{ {SEARCH} {{ nodes {{ id name }} }} }}"


def aliased_fragments(count):
    """Few aliases to the eye: one fragment that has them, spread often."""
    fields = " ".join(f'a{number}: entity(id: "X:{number}") {{ id }}' for number in range(8))
    spreads = " ".join("... on Query { ...A }" for _ in range(count))
    return f"{{ {spreads} }} fragment A on Query {{ {fields} }}"


PAGES = 'search(query: "a", first: 500) { edges { node { statements(first: 500) { nodes { id } } } } }'
ATTACKS = {
    "aliases in hundreds": (aliased(100, SEARCH + " { nodes { id } }"), "too-many-aliases"),
    "aliases hidden in a fragment that is spread often": (aliased_fragments(10), "too-many-aliases"),
    "aliases of gaps": (aliased(20, "gaps { reason }"), "too-costly"),
    "aliases of candidates within the count": (
        aliased(12, f'candidates(for: "{PARKINSON}", top: 1) {{ id }}'),
        "too-costly",
    ),
    "a fragment that names itself": ("{ ...A } fragment A on Query { ...A }", "fragment-cycle"),
    "fragments in a circle of three": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }",
        "fragment-cycle",
    ),
    "a circle that no operation names": (
        "{ gaps { reason } } fragment A on Query { ...B } fragment B on Query { ...A }",
        "fragment-cycle",
    ),
    "a circle through a field": (
        "{ statements { nodes { ...S } } } fragment S on Statement { subject { statements { nodes { ...S } } } }",
        "fragment-cycle",
    ),
    "fields nested deeply": (nested(12), "too-deep"),
    "fields nested deeply through fragments": (chain(8), "too-deep"),
    "a chain of fragments as long as may be": (chain(38), "too-deep"),
    "inline fragments nested deeply": ("{" + "... on Query {" * 60 + "__typename" + "}" * 61, "too-deep"),
    "brackets for the parser's stack": ("{ a" * 900, "too-deep"),
    "lists for the parser's stack": ("{ search(query: " + "[" * 900 + "]" * 900 + ") { nodes { id } } }", "too-deep"),
    "list types for the parser's stack": (
        "query($a: " + "[" * 900 + "Int" + "]" * 900 + ") { gaps { reason } }",
        "too-deep",
    ),
    "fragments that double": (doubling(12), "too-many-fields"),
    "fragments that double thirty times": (doubling(30), "too-many-fields"),
    "a huge page": ('{ search(query: "a", first: 100000000) { nodes { id } } }', "too-costly"),
    "huge pages below each other": (f"{{ {PAGES} }}", "too-costly"),
    "huge pages through fragments": (
        """{ search(query: "a", first: 100) { ...P } } fragment P on SearchConnection { nodes { ...E } }
           fragment E on Entity { statements(first: 100) { nodes { ...S } } }
           fragment S on Statement { evidence(first: 100) { nodes { document { text } } } }""",
        "too-costly",
    ),
    "lists without a number, below each other": (
        """{ statements { nodes { subject { statements { nodes { subject { statements { nodes {
           subject { statements { nodes { id } } } } } } } } } } } }""",
        "too-costly",
    ),
    "a page that skip seems to leave out": (
        f"query($no: Boolean! = true) {{ {PAGES.replace(' {', ' @skip(if: $no) {', 1)} }}",
        "too-costly",
    ),
    "a page that include seems to leave out": (f"{{ ... @include(if: false) {{ {PAGES} }} }}", "too-costly"),
    "a page whose number is a default": (
        'query($n: Int! = 100000) { search(query: "a", first: $n) { nodes { id name } } }',
        "too-costly",
    ),
    "a negative page to make others cheaper": (
        f'{{ m: search(query: "a", first: -100000) {{ nodes {{ id name category }} }} {PAGES} }}',
        "too-costly",
    ),
    "directives in hundreds": ("{ gaps " + "@skip(if: false) " * 300 + "{ reason } }", "too-many-directives"),
    "unknown directives in hundreds": ("{ gaps " + "@nope " * 300 + "{ reason } }", "too-many-directives"),
    "one field a thousand times": ("{" + "__typename " * 1500 + "}", "too-many-fields"),
    "one field nine hundred times": ("{" + "__typename " * 900 + "}", "too-many-repeats"),
    "the same pages a hundred times": (
        "{" + f"{SEARCH} {{ nodes {{ id id id id id id id id }} }} " * 120 + "}",
        "too-many-tokens",
    ),
    "words without end": ("{" + "a " * 20_000 + "}", "too-many-tokens"),
    "definitions in hundreds": (
        "{ gaps { reason } } " + " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(200)),
        "too-many-definitions",
    ),
    "a very long name": ("{ " + "a" * 5000 + " }", "name-too-long"),
    "a very long number": ('{ search(query: "a", first: ' + "9" * 5000 + ") { nodes { id } } }", "name-too-long"),
    "introspection of everything in everything": (
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
        "bad-query",
    ),
    "introspection many times": (
        aliased(25, '__type(name: "Query") { fields { args { type { fields { name args { name } } } } } }'),
        "too-costly",
    ),
    "definitions of types": ("type Query { a: Int } { gaps { reason } }", "not-a-query"),
    "a subscription": ("subscription { gaps { reason } }", "no-subscriptions"),
    "a fragment on a type that is not": ("{ ... on Node { id } }", "bad-query"),
    "two meanings of one name": ('{ a: entity(id: "X:1") { id } a: entity(id: "X:2") { id } }', "bad-query"),
    "an unfinished query": ("{ search(", "bad-query"),
    "an unfinished text": ('{ search(query: "a', "bad-query"),
    "a null byte": ("{ gaps\u0000 { reason } }", "bad-query"),
    "letters that look like others": ("{ g\u0430ps { reason } }", "bad-query"),
    "a turn of the writing direction": ("{ \u202egaps { reason } }", "bad-query"),
    "half a character": ('{ search(query: "\\ud800") { nodes { id } } }', "bad-query"),
    "nothing": ("   ", "no-query"),
    "only a comment": ("# nothing", "bad-query"),
    "two operations and no word which": ("query A { gaps { reason } } query B { gaps { reason } }", "no-operation"),
}


@pytest.mark.parametrize(("query", "code"), ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_refused_with_a_reason_and_the_service_answers_on(story_asking, query, code):
    before = time.monotonic()
    response = story_asking.post(query)
    assert time.monotonic() - before < MOST_SECONDS
    assert response.status_code in (400, 413), response.text[:300]
    body = response.json()
    assert "data" not in body
    assert body["errors"][0]["extensions"]["code"] == code, body
    assert 10 < len(body["errors"][0]["message"]) <= 500
    assert len(response.content) < 10_000
    for inside in ("Traceback", "site-packages", "isthmus/", "sqlite"):
        assert inside not in response.text
    assert story_asking.client.get("/health").status_code == 200
    assert story_asking.data(f'{{ entity(id: "{PARKINSON}") {{ name }} }}') == {"entity": {"name": "Parkinson disease"}}


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b'[{"query": "{ gaps { reason } }"}, {"query": "{ gaps { reason } }"}]', 400, "no-batches"),
        (b"[" * 50_000, 400, "bad-json"),
        (b'{"query": ' + b'{"a":' * 10_000, 400, "bad-json"),
        (b'{"query": "{ gaps { reason } }", "variables": ' + b"[" * 500 + b"]" * 500 + b"}", 400, "bad-request"),
        (b"{ gaps }", 400, "bad-json"),
        (b"\xff\xfe", 400, "bad-json"),
        (b"", 400, "bad-json"),
        (b'"{ gaps { reason } }"', 400, "bad-request"),
        (b'{"query": ["{ gaps { reason } }"]}', 400, "no-query"),
        (b'{"variables": {}}', 400, "no-query"),
        (b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}}', 400, "no-query"),
        (b'{"query": "{ gaps { reason } }", "operationName": {}}', 400, "bad-request"),
        (b'{"query": "' + b" " * 70_000 + b'{ gaps { reason } }"}', 413, "body-too-large"),
        (
            b'{"query": "query($q: String!) { search(query: $q) { nodes { id } } }", "variables": {"q": 7}}',
            200,
            "bad-query",
        ),
        (
            b'{"query": "query($n: Int!) { search(query: \\"a\\", first: $n) { nodes { id } } }", "variables": {"n": 1e9}}',
            400,
            "too-costly",
        ),
        (
            b'{"query": "query($n: Int!) { search(query: \\"a\\", first: $n) { nodes { id } } }", "variables": {"n": "1"}}',
            200,
            "bad-query",
        ),
        (
            b'{"query": "query($n: Int!) { search(query: \\"a\\", first: $n) { nodes { id } } }", "variables": {"n": 1e999}}',
            400,
            "bad-json",
        ),
    ],
)
def test_a_body_that_is_no_question_is_refused(story_asking, sent, status, code):
    response = story_asking.client.post("/graphql", content=sent, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (status, code)
    assert story_asking.client.get("/health").status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_what_a_page_of_another_origin_could_send_is_not_read(story_asking, kind):
    response = story_asking.client.post(
        "/graphql", content=b'{"query": "{ gaps { reason } }"}', headers={"content-type": kind}
    )
    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"]["code"] == "not-json"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_is_answered(story_asking, method):
    response = story_asking.client.request(method, "/graphql", params={"query": "{ gaps { reason } }"})
    assert response.status_code == 405


def test_a_dear_operation_beside_the_one_that_is_run_counts(story_asking):
    query = f"query A {{ gaps {{ reason }} }} query B {{ {PAGES} }}"
    error = story_asking.post(query, operationName="A").json()["errors"][0]
    assert error["extensions"]["code"] == "too-costly"


def test_the_operation_that_is_named_is_run(story_asking):
    query = "query A { a: __typename } query B { b: __typename }"
    assert story_asking.post(query, operationName="B").json() == {"data": {"b": "Query"}}
    assert story_asking.post(query, operationName="C").json()["errors"][0]["extensions"]["code"] == "no-operation"


def test_a_refusal_tells_the_cost_and_the_limit(story_asking):
    told = story_asking.error(f"{{ {PAGES} }}")["extensions"]
    assert told["limit"] == limits.MOST_COST
    assert told["found"] > 500 * 500


def test_production_tells_nothing_about_the_schema(story_store):
    with TestClient(create_app(story_store, options=Settings(environment="production"))) as client:
        asking = Asking(client)
        for query in (
            get_introspection_query(),
            '{ __type(name: "Query") { name } }',
            "{ ...A } fragment A on Query { __schema { types { name } } }",
        ):
            assert asking.error(query)["extensions"]["code"] == "bad-query"
        assert "Did you mean" not in asking.error("{ gap { reason } }")["message"]
        assert asking.data(f'{{ __typename entity(id: "{PARKINSON}") {{ name }} }}')["__typename"] == "Query"


def test_a_fault_is_told_by_its_number_alone(story_asking, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("the password is in here")

    monkeypatch.setattr("isthmus.service.api.graphql.schema.answer_paths", broken)
    error = story_asking.error(f'{{ paths(from: "{METFORMIN}", to: "{PARKINSON}") {{ score }} }}')
    assert error["extensions"] == {"code": "internal", "status": 500}
    assert "password" not in str(error)
    assert error["message"].split()[-4].strip(",") in caplog.text


HONEST = {
    "an introspection query of a client": get_introspection_query(),
    "an introspection query with everything": get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    ),
    "an entity with all there is": f"""{{ entity(id: "{PARKINSON}") {{ id name category synonyms xrefs statements(first: 50) {{ edges {{ cursor node {{
        id predicate belief subject {{ id name }} object {{ id name }} evidence(first: 5) {{ edges {{ node {{ text year document {{
        id title date }} }} }} }} }} }} pageInfo {{ hasNextPage endCursor }} }} }} }}""",
    "a hundred entities with statements and sentences": """{ search(query: "a", first: 100) { edges { node { id name
        statements(first: 5) { edges { node { id predicate belief subject { id name } object { id name }
        evidence(first: 3) { edges { node { text year } } } } } } } } } }""",
    "neighbours of neighbours": f"""{{ entity(id: "{METFORMIN}") {{ statements(role: SUBJECT, first: 20) {{ nodes {{ object {{ name
        statements(role: SUBJECT, first: 20) {{ nodes {{ predicate object {{ name category }} }} }} }} }} }} }} }}""",
    "paths with sentences": f"""{{ paths(from: "{METFORMIN}", to: "{PARKINSON}", top: 20) {{ score pValue qValue nodes {{ name }}
        statements {{ predicate belief evidence {{ text document {{ id title }} }} }} }} }}""",
    "candidates with their paths": f"""{{ candidates(for: "{PARKINSON}", top: 20) {{ name score paths {{ score nodes {{ name }} }} }} }}""",
    "the map of gaps": "{ gaps(top: 20) { reason subfields { name categories { category entities } } gaps { a b score bridges { from { name } to { name } } } } }",
    "a dozen entities by aliases": aliased(12, f'entity(id: "{PARKINSON}") {{ ...E }}')
    + " fragment E on Entity { id name category }",
    "fragments, variables and directives": f"""query Ask($id: ID! = "{PARKINSON}", $long: Boolean! = false, $n: Int! = 10) {{
        entity(id: $id) {{ ...Head synonyms @include(if: $long) statements(first: $n) {{ nodes {{ ...Said }} }} }} }}
        fragment Head on Entity {{ id name }} fragment Said on Statement {{ predicate object {{ ...Head }} subject {{ ...Head }} }}""",
    "reviews and hypotheses": "{ hypotheses(first: 20) { nodes { id claim status } } verdicts(first: 20) { nodes { kind reviewer } } }",
}


@pytest.mark.parametrize("query", HONEST.values(), ids=HONEST.keys())
def test_an_honest_question_is_answered(story_asking, query):
    assert all(story_asking.data(query).values())
