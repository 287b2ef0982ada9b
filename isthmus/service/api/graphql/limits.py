"""What a request may cost before anything of it is looked up: bytes, words, nesting, and the cost of what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from graphql import DocumentNode, Lexer, Source, TokenKind, parse
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode, OperationType

from isthmus.errors import UsageError

MOST_BYTES = 65_536  # of a request
MOST_TOKENS = 2_000  # names, numbers and signs of a query
MOST_LETTERS = 200  # of a name or number
MOST_NESTING = 40  # of brackets of any kind: what the parser may be led down
MOST_DEFINITIONS = 40  # operations and fragments
MOST_DIRECTIVES = 20
MOST_DEPTH = 16  # fields within fields, fragments expanded; the usual introspection query needs 14
MOST_LEVELS = 48  # the same with fragments counted: they cost nothing, but a chain of them must end
MOST_ALIASES = 30
MOST_FIELDS = 1_000  # fragments expanded
MOST_COST = 50_000

_OPENING = (TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L)
_CLOSING = (TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R)


class RefusedQuery(UsageError):
    """A request that is not looked up at all. ``code`` names the limit or rule; ``told`` are figures of it."""

    def __init__(self, code: str, message: str, *, http_status: int = 400, **told: int) -> None:
        self.code = code
        self.http_status = http_status
        self.told = told
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Posed:
    """One question as it was sent."""

    query: str
    variables: dict[str, Any]
    operation: str | None


def beyond(code: str, what: str, found: int, limit: int) -> RefusedQuery:
    """The refusal of a query that passes a limit; both figures are told."""
    return RefusedQuery(
        code,
        f"This query {what}: {found:,}, and {limit:,} are allowed. Ask for less at a time.",
        found=found,
        limit=limit,
    )


def read_body(body: bytes) -> Posed:
    """The question in a request's JSON. Raises ``RefusedQuery``; a list of questions is refused too."""
    if len(body) > MOST_BYTES:
        raise RefusedQuery(
            "body-too-large", f"A request may have {MOST_BYTES:,} bytes.", http_status=413, limit=MOST_BYTES
        )
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise RefusedQuery("bad-json", 'The body is no JSON: send {"query": "{ … }"} in UTF-8.') from None
    if isinstance(sent, list):
        raise RefusedQuery("no-batches", "One question a request: a list of them is not answered.")
    if not isinstance(sent, dict):
        raise RefusedQuery("bad-request", 'Send a JSON object: {"query": "{ … }", "variables": {…}}.')
    query, variables, operation = sent.get("query"), sent.get("variables"), sent.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise RefusedQuery("no-query", "Send the text of the query as `query`; stored queries are not known here.")
    if not isinstance(variables, dict | None) or not isinstance(operation, str | None):
        raise RefusedQuery("bad-request", "`variables` is an object and `operationName` a text, where they are sent.")
    return Posed(query, variables or {}, operation or None)


def read_query(query: str, operation: str | None = None) -> DocumentNode:
    """The query parsed, after its words and brackets were counted: the parser itself never sees one that could harm it.

    Raises ``RefusedQuery`` for one that is too long, too deeply bracketed or no query, and ``GraphQLSyntaxError``.
    """
    _check_words(query)
    document = parse(query)
    if len(document.definitions) > MOST_DEFINITIONS:
        raise beyond(
            "too-many-definitions", "has many operations and fragments", len(document.definitions), MOST_DEFINITIONS
        )
    for each in document.definitions:
        if not isinstance(each, OperationDefinitionNode | FragmentDefinitionNode):
            raise RefusedQuery("not-a-query", "Only operations and fragments are answered, no definitions of types.")
        if isinstance(each, OperationDefinitionNode) and each.operation is OperationType.SUBSCRIPTION:
            raise RefusedQuery(
                "no-subscriptions", "Subscriptions are not served: ask again, or watch a question (`isthmus watch`)."
            )
    _check_operation(document, operation)
    return document


def _check_operation(document: DocumentNode, wanted: str | None) -> None:
    named = [
        one.name.value if one.name else None for one in document.definitions if isinstance(one, OperationDefinitionNode)
    ]
    if not named or (wanted is None and len(named) > 1) or (wanted is not None and wanted not in named):
        raise RefusedQuery("no-operation", "Name one of the query's operations as `operationName`.")


def _check_words(query: str) -> None:
    lexer = Lexer(Source(query))
    tokens = nesting = directives = 0
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        tokens += 1
        if tokens > MOST_TOKENS:
            raise beyond("too-many-tokens", "has more words and signs than are read", tokens, MOST_TOKENS)
        nesting += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if nesting > MOST_NESTING:
            raise beyond("too-deep", "nests brackets deeply", nesting, MOST_NESTING)
        directives += token.kind is TokenKind.AT
        if directives > MOST_DIRECTIVES:
            raise beyond("too-many-directives", "has many directives", directives, MOST_DIRECTIVES)
        if token.kind in (TokenKind.NAME, TokenKind.INT, TokenKind.FLOAT) and len(token.value or "") > MOST_LETTERS:
            raise beyond("name-too-long", "has a long name or number", len(token.value or ""), MOST_LETTERS)
