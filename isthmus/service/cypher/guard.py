"""What may be asked in Cypher, judged by its text, before any server sees it.

The plan is judged as well (``plan.py``), and each of the two is there for what the other cannot see: a plan does not name
functions or the subqueries within an expression, and does not show what a single row may cost; the text does not say
what a word means. What the server gets is the text of the tokens read here, without comments, so that both read the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from isthmus.errors import UsageError
from isthmus.service.cypher.allowed import FORBIDDEN_WORDS, FUNCTIONS, PRIVATE_LABELS, PROCEDURES, WORDS_BEFORE_BRACKET

MOST_CHARACTERS = 10_000
MOST_TOKENS = 1_500
DEEPEST = 20  # brackets within brackets: the server's parser and planner are recursive
MOST_HOPS = 12  # relationships written out: the planner tries their orders
MOST_CONDITIONS = 60  # AND, OR, XOR, NOT: the planner brings them into a normal form, which can be far longer
MOST_GROWTH = 4_096  # how often a value may be repeated within a row, over all of a query's projections
LONGEST_RANGE = 10_000
LONGEST_NUMBER = 24


class RefusedQuery(UsageError):
    """A query that is not run here. The message says which part of it, and what to write instead."""


class Kind(StrEnum):
    """Kinds of tokens."""

    WORD = "word"
    QUOTED = "quoted"  # in back-ticks
    STRING = "string"
    NUMBER = "number"
    PARAMETER = "parameter"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query, as it was written."""

    kind: Kind
    text: str
    apart: bool = False  # from the one before, by space or a comment

    @property
    def name(self) -> str:
        """What it means, in lower case; empty for what is no word."""
        if self.kind is Kind.QUOTED:
            return self.text[1:-1].replace("``", "`").casefold()
        return self.text.casefold() if self.kind is Kind.WORD else ""


_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+ | //[^\r\n]* | /\*.*?\*/)
  | (?P<string>'(?:[^'\\]|\\[\\'"ntrbf])*' | "(?:[^"\\]|\\[\\'"ntrbf])*")
  | (?P<quoted>`(?:[^`]|``)+`)
  | (?P<parameter>\$[A-Za-z_][A-Za-z0-9_]*)
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_]))
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign><>|<=|>=|=~|\.\.|\|\||/(?!\*)|[-+*%^=<>|&!(){}\[\],.:;])
    """,
    re.VERBOSE | re.DOTALL,
)


def checked(query: str) -> str:
    """The query as it may be planned: its tokens with single spaces, without comments and without the last semicolon.

    Raises:
        RefusedQuery: it writes, reads files, administers, calls what is not on the lists, or may cost too much.
    """
    tokens = list(_tokens(query))
    if tokens and tokens[-1].text == ";":
        tokens.pop()
    if not tokens:
        raise RefusedQuery("the query is empty: write one that begins with MATCH, for instance")
    _check_words(tokens)
    _check_calls(tokens)
    _check_size(tokens)
    _check_lists(tokens)
    _check_subqueries(tokens)
    _check_growth(tokens)
    return "".join(f" {token.text}" if token.apart else token.text for token in tokens).strip()


def _tokens(query: str) -> Iterator[Token]:
    if len(query) > MOST_CHARACTERS:
        raise RefusedQuery(
            f"the query has {len(query)} characters, {MOST_CHARACTERS} at most: send values as parameters"
        )
    if re.search(r"\\[uU]", query):
        # Cypher 5 reads such an escape anywhere, before it looks for strings and comments.
        raise RefusedQuery(r"\u escapes are not read here: write the character itself, or send it as a parameter")
    position, apart = 0, False
    while position < len(query):
        match = _TOKEN.match(query, position)
        if match is None:
            raise RefusedQuery(
                f"{query[position : position + 20]!r} cannot be read: outside of strings only plain letters and signs are "
                "taken, and every string, name and comment must end"
            )
        position = match.end()
        if match.lastgroup == "space":
            apart = True
        else:
            yield Token(Kind(str(match.lastgroup)), match[0], apart)
            apart = False


def _check_words(tokens: Sequence[Token]) -> None:
    for place, token in enumerate(tokens):
        before = tokens[place - 1].text if place else ""
        if token.text == ";":
            raise RefusedQuery("one query at a time: take out the semicolon and what follows")
        if token.text == "=~":
            raise RefusedQuery(
                "=~ is not run here, since a pattern can run for ever: use CONTAINS, STARTS WITH or search"
            )
        if token.name in PRIVATE_LABELS and before != ".":
            raise RefusedQuery(f"{token.text} is not shown here: ask for Entity, Statement, Evidence or Document")
        if token.kind is Kind.WORD and token.name in FORBIDDEN_WORDS and before != ".":
            raise RefusedQuery(f"{token.text.upper()} is not run here: this answers queries that only read the graph")
        if token.kind is Kind.NUMBER and len(token.text) > LONGEST_NUMBER:
            raise RefusedQuery(f"the number {token.text[:20]}... is too long: send values as parameters")
    if tokens[0].name not in {"match", "optional", "with", "unwind", "return", "call"}:
        raise RefusedQuery(
            f"a query begins with MATCH, OPTIONAL MATCH, WITH, UNWIND, CALL or RETURN, not {tokens[0].text}"
        )


def _check_calls(tokens: Sequence[Token]) -> None:
    """What stands before a bracket is a word of the language or a function on the list; CALL has procedures of its own."""
    for place, token in enumerate(tokens):
        if token.text == "(" and place and tokens[place - 1].kind in {Kind.WORD, Kind.QUOTED}:
            name, start = _dotted(tokens, place - 1)
            called = start > 0 and tokens[start - 1].name == "call"
            plain = tokens[place - 1].kind is Kind.WORD
            if (called and name in PROCEDURES) or (plain and not called and name in WORDS_BEFORE_BRACKET | FUNCTIONS):
                if name == "range":
                    _check_range(tokens, place)
                continue
            lists = PROCEDURES if called else FUNCTIONS
            raise RefusedQuery(f"{name[:60]}() is not called here; these are: {', '.join(sorted(lists))}")
        if token.name == "call" and (place == 0 or tokens[place - 1].text != "."):
            following = tokens[place + 1].text if place + 1 < len(tokens) else ""
            if following not in ("(", "{") and not _calls_with_brackets(tokens, place + 1):
                raise RefusedQuery(f"CALL {following[:60]}: write the brackets, as in CALL {min(PROCEDURES)}(...)")


def _dotted(tokens: Sequence[Token], last: int) -> tuple[str, int]:
    """The name that ends there, with its name-spaces, and where it begins."""
    start = last
    while start >= 2 and tokens[start - 1].text == ".":
        start -= 2
    return ".".join(token.name for token in tokens[start : last + 1 : 2]), start


def _calls_with_brackets(tokens: Sequence[Token], place: int) -> bool:
    while place + 1 < len(tokens) and tokens[place + 1].text == ".":
        place += 2
    return place + 1 < len(tokens) and tokens[place + 1].text == "("


def _check_range(tokens: Sequence[Token], bracket: int) -> None:
    """A range is made of numbers that stand there: the server does not look at the clock while it walks one."""
    text = "".join(token.text for token in tokens[bracket : bracket + 9])
    match = re.match(r"\((-?[0-9]+),(-?[0-9]+)(?:,-?[0-9]+)?\)", text)
    if match is None or abs(int(match[2]) - int(match[1])) > LONGEST_RANGE:
        raise RefusedQuery(f"range() takes whole numbers that are written out, {LONGEST_RANGE} apart at most")


def _check_size(tokens: Sequence[Token]) -> None:
    depth = deepest = 0
    for token in tokens:
        if token.kind is Kind.SIGN:
            depth += (token.text in "([{") - (token.text in ")]}")
            deepest = max(deepest, depth)
    hops = sum(token.text == "-" for token in tokens) / 2
    conditions = sum(token.name in {"and", "or", "xor", "not"} for token in tokens)
    for count, most, what in (
        (len(tokens), MOST_TOKENS, "words and signs"),
        (deepest, DEEPEST, "brackets within one another"),
        (hops, MOST_HOPS, "relationships written out"),
        (conditions, MOST_CONDITIONS, "conditions"),
    ):
        if count > most:
            raise RefusedQuery(f"the query has {count:g} {what}, {most} at most: ask for it in parts")


def _check_lists(tokens: Sequence[Token]) -> None:
    """Walks over lists do not lie within one another: the server does not look at the clock while it does them."""
    walks: list[bool] = []
    for place, token in enumerate(tokens):
        if token.kind is not Kind.SIGN:
            continue
        if token.text in ("(", "[", "{"):
            walk = token.text != "{" and place + 2 < len(tokens) and tokens[place + 2].name == "in"
            walk = walk and (token.text == "[" or tokens[place - 1].name in {"all", "any", "none", "single"})
            if walk and any(walks):
                raise RefusedQuery("a walk over a list lies within another: use UNWIND for one of them")
            walks.append(walk)
        elif token.text in (")", "]", "}") and walks:
            walks.pop()


def _check_subqueries(tokens: Sequence[Token]) -> None:
    """EXISTS, COUNT and COLLECT with braces walk along relationships: where they are part of no plan, nobody sees more.

    What the store keeps for itself has no relationships.
    """
    opened: list[bool] = []
    for place, token in enumerate(tokens):
        if token.text == "{":
            opened.append(bool(place) and tokens[place - 1].name in {"exists", "count", "collect"})
        elif token.text == "}" and opened:
            opened.pop()
        elif token.text == "(" and any(opened) and _begins_pattern(tokens, place):
            end = _closing(tokens, place) + 1
            if end >= len(tokens) or tokens[end].text not in ("-", "<"):
                raise RefusedQuery("a subquery in braces begins with a relationship, as in EXISTS { (e)-->(:Gene) }")


def _begins_pattern(tokens: Sequence[Token], place: int) -> bool:
    before = tokens[place - 1]
    if before.name in {"any", "all"} and tokens[place + 2 : place + 3] and tokens[place + 2].name == "in":
        return False  # a walk over a list
    begins = {"match", "any", "all", "shortest", "trail", "walk"}
    return before.text in ("{", ",", "=") or before.kind is Kind.NUMBER or before.name in begins


def _closing(tokens: Sequence[Token], place: int) -> int:
    depth = 0
    for end in range(place, len(tokens)):
        depth += (tokens[end].text == "(") - (tokens[end].text == ")")
        if depth == 0:
            return end
    return len(tokens)


def _check_growth(tokens: Sequence[Token]) -> None:
    """``WITH x + x AS x`` a few times over fills any memory, and the server counts that only when it is too late.

    The size of a row after a projection is at most its size before times how often one value is named in it.
    """
    growth = 1
    counts: Counter[str] = Counter()
    for place, token in enumerate(tokens):
        if token.name in {"with", "return"} and token.kind is Kind.WORD and _begins_projection(tokens, place):
            growth *= max(counts.values(), default=1)
            counts.clear()
        elif token.kind in {Kind.WORD, Kind.QUOTED, Kind.PARAMETER} and not _belongs(tokens, place):
            if token.kind is Kind.PARAMETER or token.name not in _LANGUAGE:
                counts[_chain(tokens, place)] += 1
    if growth * max(counts.values(), default=1) > MOST_GROWTH:
        raise RefusedQuery("the query repeats its own values too often: name each value fewer times, or ask in parts")


_LANGUAGE = (
    WORDS_BEFORE_BRACKET
    | FUNCTIONS
    | frozenset(
        {
            "as",
            "asc",
            "desc",
            "by",
            "contains",
            "starts",
            "ends",
            "is",
            "null",
            "true",
            "false",
            "distinct",
            "order",
            "limit",
        }
        | {"case", "end", "optional", "skip", "yield", "union"}
    )
)


def _begins_projection(tokens: Sequence[Token], place: int) -> bool:
    return not place or (tokens[place - 1].name not in {"starts", "ends"} and tokens[place - 1].text != ".")


def _belongs(tokens: Sequence[Token], place: int) -> bool:
    """Whether it is a property, a key of a map or the new name of a value, not a value."""
    before = tokens[place - 1] if place else None
    after = tokens[place + 1].text if place + 1 < len(tokens) else ""
    return (before is not None and (before.text == "." or before.name == "as")) or after == ":"


def _chain(tokens: Sequence[Token], place: int) -> str:
    """A value as it is written: ``e``, ``e.name``."""
    chain = tokens[place].text
    while place + 2 < len(tokens) and tokens[place + 1].text == ".":
        place += 2
        chain += f".{tokens[place].text}"
    return chain
