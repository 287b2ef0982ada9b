"""Paths as one picture: the start on the left, the end on the right, and in between a column for each hop.

A node that several paths share is drawn once, in the column of its longest way from the start, so that lines run to the
right; of many paths the best come first, as far as the picture stays readable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from isthmus.graph.vocabulary import Category, Predicate, Sign
from isthmus.service.answers import EntityName, HopStatement, PathAnswer

MOST_ELEMENTS = 60  # nodes and edges: more is a ball of wool
NODE_WIDTH, NODE_HEIGHT = 158, 38
COLUMN, ROW, EDGE = 290, 64, 6  # from column to column, from row to row, around it all
SHOWN = 18  # characters of a name that fit into a node
_ENDS = {Sign.POSITIVE: "up", Sign.NEGATIVE: "down", Sign.UNKNOWN: "none"}
_SHORT = {
    Predicate.GENE_ASSOCIATED_WITH_CONDITION: "associated with",
    Predicate.INCREASES_EXPRESSION_OF: "raises expression",
    Predicate.DECREASES_EXPRESSION_OF: "lowers expression",
    Predicate.PHYSICALLY_INTERACTS_WITH: "interacts with",
    Predicate.GENETICALLY_INTERACTS_WITH: "interacts with",
    Predicate.POSITIVELY_CORRELATED_WITH: "correlates (+)",
    Predicate.NEGATIVELY_CORRELATED_WITH: "correlates (−)",
}


@dataclass(frozen=True, slots=True)
class Node:
    """An entity in the picture: its corner in pixels, its column from 0, its name whole and as far as it fits."""

    id: str
    category: Category
    whole: str
    name: str
    column: int
    x: float
    y: float

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + NODE_HEIGHT / 2


@dataclass(frozen=True, slots=True)
class Edge:
    """A statement in the picture. ``points`` is ``right``, ``left`` or empty; ``paths`` are the ranks of those that use it."""

    statement: str
    source: str
    target: str
    words: str
    whole: str
    sign: str
    points: str
    belief: float
    weakest: bool
    paths: tuple[int, ...]
    curve: str
    label_x: float
    label_y: float

    @property
    def width(self) -> float:
        """Of the line, by belief, in pixels."""
        return round(1 + 3 * self.belief, 2)


@dataclass(frozen=True, slots=True)
class Picture:
    """Nodes and edges, and the size of the whole in pixels. ``left_out`` counts paths that did not fit."""

    width: float
    height: float
    nodes: list[Node]
    edges: list[Edge]
    left_out: int


def picture(paths: Sequence[PathAnswer]) -> Picture:
    """The best paths that fit, drawn."""
    shown = _fitting(paths)
    columns = _columns(shown)
    nodes = {node.id: node for node in _nodes(shown, columns)}
    width = 2 * EDGE + max((column for column in columns.values()), default=0) * COLUMN + NODE_WIDTH
    height = max((node.y for node in nodes.values()), default=0) + NODE_HEIGHT + EDGE
    return Picture(width, height, list(nodes.values()), list(_edges(shown, nodes)), len(paths) - len(shown))


def _fitting(paths: Sequence[PathAnswer]) -> list[PathAnswer]:
    shown: list[PathAnswer] = []
    elements: set[str] = set()
    for path in paths:
        more = {node.id for node in path.nodes} | {hop.id for hop in path.statements}
        if shown and len(elements | more) > MOST_ELEMENTS:
            break
        elements |= more
        shown.append(path)
    return shown


def _columns(paths: Sequence[PathAnswer]) -> dict[str, int]:
    """Of each node: how far from the start it stands on the longest path through it; the end stands last, alone."""
    columns: dict[str, int] = {}
    for path in paths:
        for place, node in enumerate(path.nodes[:-1]):
            columns[node.id] = max(columns.get(node.id, 0), place)
    for path in paths:
        columns[path.nodes[-1].id] = max(len(each.nodes) - 1 for each in paths)
    return columns


def _nodes(paths: Sequence[PathAnswer], columns: dict[str, int]) -> Iterator[Node]:
    """Columns from top to bottom by the rank of the first path through each node, each column in the middle of the height."""
    names: dict[str, EntityName] = {}
    for path in paths:
        for node in path.nodes:
            names.setdefault(node.id, node)
    by_column: dict[int, list[EntityName]] = {}
    for name in names.values():
        by_column.setdefault(columns[name.id], []).append(name)
    tallest = max((len(column) for column in by_column.values()), default=0)
    for place, column in sorted(by_column.items()):
        top = EDGE + (tallest - len(column)) * ROW / 2
        for row, name in enumerate(column):
            fits = name.name if len(name.name) <= SHOWN else f"{name.name[: SHOWN - 1]}…"
            whole = f"{name.name} ({name.category.value}, {name.id})"
            yield Node(name.id, name.category, whole, fits, place, EDGE + place * COLUMN, top + row * ROW)


def _edges(paths: Sequence[PathAnswer], nodes: dict[str, Node]) -> Iterator[Edge]:
    hops: dict[str, tuple[HopStatement, Node, Node]] = {}
    ranks: dict[str, list[int]] = {}
    weakest: set[str] = set()
    for rank, path in enumerate(paths, start=1):
        if len(path.statements) > 1:
            weakest.add(path.weakest)
        for hop, before, after in zip(path.statements, path.nodes, path.nodes[1:], strict=False):
            hops.setdefault(hop.id, (hop, nodes[before.id], nodes[after.id]))
            ranks.setdefault(hop.id, []).append(rank)
    drawn: dict[tuple[str, str], int] = {}
    for identifier, (hop, one, other) in hops.items():
        left, right = (one, other) if one.column <= other.column else (other, one)
        pair = (left.id, right.id)
        beside = drawn.get(pair, 0)  # statements between the same two run side by side
        drawn[pair] = beside + 1
        yield _edge(hop, left, right, beside, tuple(ranks[identifier]), weakest=identifier in weakest)


def _edge(hop: HopStatement, left: Node, right: Node, beside: int, paths: tuple[int, ...], *, weakest: bool) -> Edge:
    shift = (-1) ** beside * ((beside + 1) // 2) * 14
    x1, y1, x2, y2 = left.x + NODE_WIDTH, left.middle + shift, right.x, right.middle + shift
    if left.column == right.column:  # a bow on the right of both
        x2 = x1
        curve = f"M{x1:g},{y1:g} C{x1 + 46:g},{y1:g} {x2 + 46:g},{y2:g} {x2:g},{y2:g}"
    else:
        bend = (x2 - x1) / 2
        curve = f"M{x1:g},{y1:g} C{x1 + bend:g},{y1:g} {x2 - bend:g},{y2:g} {x2:g},{y2:g}"
    words = hop.predicate.value.replace("_", " ")
    return Edge(
        statement=hop.id,
        source=hop.subject,
        target=hop.object,
        words=_SHORT.get(hop.predicate, words),
        whole=f"{words}, believed to {hop.belief:.2f}{', the weakest of its path' if weakest else ''}",
        sign=_ENDS[hop.predicate.sign],
        points="" if hop.predicate.symmetric else "right" if hop.subject == left.id else "left",
        belief=hop.belief,
        weakest=weakest,
        paths=paths,
        curve=curve,
        # nearer to the end that fewer lines share: where several meet, words would lie on one another
        label_x=x1 + (x2 - x1) * 0.5 if left.column != right.column else x1 + 20,
        label_y=(y1 + y2) / 2 - 5,
    )
