"""Fixtures of the tests of GraphQL."""

from service.api.graphql_asking import story_asking  # noqa: F401 - a fixture
