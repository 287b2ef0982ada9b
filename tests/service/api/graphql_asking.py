"""A client that asks by GraphQL, over the story's graph."""

import re

import pytest
from starlette.testclient import TestClient

from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api.app import create_app

ENTITY = "id name category synonyms xrefs givenCategories"
STATEMENT = "id predicate negated species cell anatomy belief evidenceCount firstYear subject { id } object { id }"
EVIDENCE = "id year text assertion extractor score section start end subjectSpan objectSpan original document { id }"
PATH = """score pValue qValue degreeScore count share belief sign weakest metapath known trivial papers groups modalities
    firstYear lastYear bundle alike switches { after facet left right } nodes { id name category }
    statements { id predicate belief evidenceCount papers groups modalities firstYear kin
                 subject { id } object { id } evidence { id title year text assertion document { id } } }"""


def as_rest(value):
    """A GraphQL answer with REST's names: snake case, enums by value, ends by their ids, lists of measures as maps."""
    if isinstance(value, list):
        if value and set(value[0]) == {"name", "value"}:
            return {one["name"]: one["value"] for one in value}
        return [as_rest(one) for one in value]
    if isinstance(value, dict):
        if set(value) == {"id"}:
            return value["id"]
        if set(value) == {"nodes"}:
            return as_rest(value["nodes"])
        return {_snake(name): _plain(_snake(name), each) for name, each in value.items()}
    return value


def _snake(name):
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def _plain(name, value):
    if value is None:
        return None
    if name == "category":
        return Category[value].value
    if name == "predicate":
        return Predicate[value].value
    if name == "modalities":
        return [one.lower() for one in value]
    if name in ("assertion", "kind", "modality", "status", "to", "was") and isinstance(value, str):
        return value.lower()
    return as_rest(value) if not (isinstance(value, list) and value and isinstance(value[0], str)) else value


class Asking:
    """One application, asked by GraphQL or REST."""

    def __init__(self, client):
        self.client = client

    def post(self, query, variables=None, **more):
        return self.client.post("/graphql", json={"query": query, "variables": variables, **more})

    def data(self, query, **variables):
        response = self.post(query, variables)
        assert response.status_code == 200, response.text
        body = response.json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    def error(self, query, **variables):
        """The first error, of the data or of the whole request."""
        return self.post(query, variables).json()["errors"][0]

    def rest(self, path, **parameters):
        response = self.client.get(f"/api/v1/{path}", params=parameters)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture(scope="module")
def story_asking(story_store):
    with TestClient(create_app(story_store), raise_server_exceptions=False) as client:
        yield Asking(client)
