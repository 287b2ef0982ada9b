"""A client that asks by GraphQL, over the story's graph."""

import pytest
from starlette.testclient import TestClient

from isthmus.service.api.app import create_app


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
