"""What GraphQL costs: a hundred entities with statements and sentences, the dearest query that is let in, and refusals.

python -m bench.graphql [--entities N] [--repeat N]

The graph is made up: a ring of genes, each in eight statements with two sentences each. Times are of one process and one
client: seconds of the processor (``cpu``) and of the clock (``wall``), median of the repeats, and of the same by REST.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable

from graphql import parse
from starlette.testclient import TestClient

from isthmus.graph.model import Document, DocumentKind, Entity, Evidence, Extraction, Modality, Section, Statement
from isthmus.graph.stores.open import open_store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api.app import create_app
from isthmus.service.api.graphql.checks import checked
from isthmus.service.api.graphql.cost import weigh
from isthmus.service.api.graphql.schema import Mutation, Query

NEIGHBOURS = 4  # after it in the ring, and as many before
WHOLE = """query($n: Int!) { search(query: "gene", first: $n) { nodes { id name statements(first: 8) { nodes { id predicate
    belief subject { id name } object { id name } evidence(first: 2) { nodes { id text year } } } } } } }"""
DEAREST = """query($n: Int!) { search(query: "gene", first: $n) { nodes { id name category statements(first: 8) { nodes { id
    predicate belief evidence(first: 2) { nodes { id } } object { statements(first: 8) { nodes { id } } } } } } } }"""
STEPS = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))
FIELDS = " ".join(f"f{n} {{ id }} " * 2 for n in range(120))
REFUSED = {
    "fragments that double thirty times": f"{{ ...F0 }} {STEPS} fragment F30 on Query {{ gaps {{ reason }} }}",
    "words without end": "{" + "a " * 30_000 + "}",
    "brackets without end": "{a" * 20_000,
    "many unknown fields, twice each": f"{{ {FIELDS} }}",
    "many fields that must agree": "{"
    + 'search(query: "a", first: 1) { nodes { id name category xrefs } } ' * 100
    + " nope }",
}


def extraction(number: int, entities: int) -> Extraction:
    document = Document(
        f"pmid:{number + 1}",
        DocumentKind.ARTICLE,
        Modality.LITERATURE,
        f"Work {number}",
        (Section("", f"Gene {number} binds its neighbours, as was seen twice."),),
        date="2015",
    )
    ends = [f"HGNC:{10_000 + (number + step) % entities}" for step in range(NEIGHBOURS + 1)]
    said = [Statement.of(ends[0], Predicate.INTERACTS_WITH, other) for other in ends[1:]]
    return Extraction(
        document,
        "bench",
        entities=tuple(Entity(one, f"gene {one[5:]}", Category.GENE) for one in ends),
        statements=tuple(said),
        evidence=tuple(
            Evidence(one.id, document.id, f"{document.sections[0].text} {place}", "bench", 0.9, year=2015)
            for one in said
            for place in range(2)
        ),
    )


def timed(ask: Callable[[], object], repeat: int) -> dict[str, float]:
    ask()
    cpu, wall = [], []
    for _ in range(repeat):
        began, spent = time.perf_counter(), time.process_time()
        ask()
        cpu.append(time.process_time() - spent)
        wall.append(time.perf_counter() - began)
    return {"cpu_s": round(statistics.median(cpu), 4), "wall_s": round(statistics.median(wall), 4)}


def by_rest(client: TestClient, entities: int) -> int:
    """The same as ``WHOLE`` in as many requests as REST needs for it."""
    requests = 1
    for hit in client.get("/api/v1/search", params={"q": "gene", "limit": entities}).json()["items"]:
        for end in ("subject", "object"):
            rows = client.get("/api/v1/statements", params={end: hit["id"], "limit": 8}).json()["items"]
            requests += 1 + len(rows)
            for row in rows:
                client.get(f"/api/v1/statements/{row['id']}")
    return requests


def measure(entities: int, repeat: int) -> dict[str, object]:
    schema = checked(Query, Mutation, introspection=True)._schema
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ring.sqlite"
        with open_store(url) as store:
            store.write([extraction(number, entities) for number in range(entities)])
        with TestClient(create_app(url)) as client:

            def ask(query: str, status: int, **variables: int) -> str:
                response = client.post("/graphql", json={"query": query, "variables": variables})
                assert response.status_code == status, response.text[:500]
                return response.text

            figures: dict[str, object] = {}
            for name, query, n in (("100 entities, statements, sentences", WHOLE, 100), ("dearest", DEAREST, 225)):
                figures[name] = {
                    "cost": weigh(schema, parse(query), {"n": n}).cost,
                    "bytes": len(ask(query, 200, n=n)),
                    **timed(lambda query=query, n=n: ask(query, 200, n=n), repeat),
                }
            began = time.process_time()
            requests = by_rest(client, 100)
            figures["the first of these by REST"] = {
                "requests": requests,
                "cpu_s": round(time.process_time() - began, 4),
            }
            for name, query in REFUSED.items():
                figures[f"refused: {name}"] = timed(
                    lambda query=query: ask(query, 413 if len(query) > 65_000 else 400), repeat
                )
            return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=2_000)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    print(json.dumps(measure(given.entities, given.repeat), indent=2))
