"""The checks of a query between its text and its answer: limits, cost, then the rules of GraphQL itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import strawberry
from graphql import GraphQLError, NoSchemaIntrospectionCustomRule, specified_rules, validate
from graphql.validation.validate import ValidationAbortedError
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from isthmus.service.api.graphql.cost import check, weigh
from isthmus.service.api.graphql.limits import RefusedQuery, read_query

MOST_ERRORS = 5  # of validation, told at once


class Checks(SchemaExtension):
    """Parses and validates in place of Strawberry, cheapest checks first: the costly ones see small queries only."""

    introspection = True

    def on_parse(self) -> Iterator[None]:
        """Raises ``RefusedQuery`` and ``GraphQLSyntaxError``."""
        context = self.execution_context
        context.graphql_document = read_query(context.query or "", context.context.operation)
        yield

    def on_validate(self) -> Iterator[None]:
        """Raises ``RefusedQuery``; errors of validation go where Strawberry looks for them."""
        context = self.execution_context
        document, schema = context.graphql_document, context.schema._schema
        assert document is not None
        check(weigh(schema, document, context.variables or {}))
        closed = () if self.introspection else (NoSchemaIntrospectionCustomRule,)
        errors = validate(
            schema,
            document,
            (*specified_rules, *closed),
            max_errors=MOST_ERRORS,
            hide_suggestions=not self.introspection,
        )
        if len(errors) <= MOST_ERRORS and any(isinstance(error, ValidationAbortedError) for error in errors):
            # The rule that fields of one name agree compares them pair by pair, and gives up after so many.
            raise RefusedQuery(
                "too-many-repeats", "This query names the same fields too often: name each of them once."
            )
        context.pre_execution_errors = errors
        yield


class ClosedChecks(Checks):
    """The same without introspection, nor hints at names that come close."""

    introspection = False


class Schema(strawberry.Schema):
    """Strawberry's, with errors left to whoever answers: they are written to the log once, there."""

    def process_errors(self, errors: Sequence[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing."""


def checked(query: type[Any], mutation: type[Any], *, introspection: bool) -> Schema:
    """A schema of these roots whose queries are checked."""
    return Schema(query=query, mutation=mutation, extensions=[Checks if introspection else ClosedChecks])
