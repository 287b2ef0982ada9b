"""Paths as a picture in columns: the ends left and right, what lies between them by hop, every statement drawn once.

What several paths share is one box, so that one sees where they meet. A path that is shorter than the longest takes the
columns in which its nodes stand already; only a node that paths put before and after another one is drawn twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from isthmus.graph.model import Assertion
from isthmus.graph.vocabulary import Predicate, Sign
from isthmus.service.answers import EntityName, HopStatement, PathAnswer
from isthmus.service.co_mention import BridgeAnswer
from isthmus.service.kinds import kind, letter
from isthmus.service.path_columns import Cell, Columns, columns_of
from isthmus.service.path_curves import Curve, Point, bent, label_places

MOST_ELEMENTS = 60  # boxes and lines: more are a hairball
BOX, GAP, ROW, MARGIN = 172, 166, 62, 14  # pixels
HEIGHT = 46  # of a box, unless more lines than fit end at it
PORT = 15  # between two lines that end at one box
LINE = 18  # characters that fit into a line of a box


@dataclass(frozen=True, slots=True)
class Hop:
    """A hop of a path as it is drawn; ``statement`` is empty where papers name the two together and say nothing.

    ``sign`` is up, down or none; ``points`` right, left or empty, where the relation has no direction.
    """

    statement: str
    words: str
    whole: str
    sign: str
    points: str
    belief: float
    dashed: bool
    weakest: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A path as it is drawn: one hop less than nodes."""

    nodes: tuple[EntityName, ...]
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A node in its column (0: the left end): corner, size, name in one or two lines and whole, and its paths."""

    key: str
    id: str
    column: int
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    name: str
    whole: str
    kind: str
    letter: str
    end: bool
    ways: tuple[int, ...]

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A hop from box to box: its course, its head, where its words stand, and which paths go over it (ranks from 1)."""

    hop: Hop
    source: str
    target: str
    course: str
    head: str
    label: Point
    ways: tuple[int, ...]

    @property
    def width(self) -> float:
        """Of the stroke, by belief."""
        return round(1.2 + 3.3 * self.hop.belief, 2)


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and lines, the size of the whole, and how many of the paths are in it."""

    width: float
    height: float
    boxes: Sequence[Box]
    lines: Sequence[Line]
    shown: int


def ways_of(paths: Sequence[PathAnswer]) -> list[Way]:
    """The paths of an answer, to be drawn."""
    return [Way(tuple(path.nodes), tuple(_hops(path))) for path in paths]


def _hops(path: PathAnswer) -> Iterator[Hop]:
    for hop, node, after in zip(path.statements, path.nodes, path.nodes[1:], strict=False):
        forward = hop.subject == node.id
        words = hop.predicate.replace("_", " ")
        weakest = hop.id == path.weakest and len(path.statements) > 1
        subject, obj = (node, after) if forward else (after, node)
        told = f"{subject.name} {words} {obj.name}, belief {hop.belief:.2f}"
        yield Hop(
            statement=hop.id,
            words=_SHORT.get(hop.predicate, words),
            whole=told + (", only supposed" if speculated(hop) else "") + (", the weakest link" if weakest else ""),
            sign={Sign.POSITIVE: "up", Sign.NEGATIVE: "down", Sign.UNKNOWN: "none"}[hop.predicate.sign],
            points="" if hop.predicate.symmetric else "right" if forward else "left",
            belief=hop.belief,
            dashed=speculated(hop),
            weakest=weakest,
        )


def speculated(hop: HopStatement) -> bool:
    """Whether no sentence that is shown of it says that it is so."""
    return bool(hop.evidence) and all(one.assertion is not Assertion.AFFIRMED for one in hop.evidence)


def ways_of_bridges(source: EntityName, target: EntityName, bridges: Sequence[BridgeAnswer]) -> list[Way]:
    """Who is named with both ends, where no statement joins them."""
    return [
        Way(
            (source, one.entity, target),
            tuple(
                Hop(
                    statement="",
                    words=f"named together, {leg.documents}",
                    whole=f"{one.entity.name} is named with {end.name} in {leg.documents} papers; nothing is said",
                    sign="none",
                    points="",
                    belief=0.0,
                    dashed=True,
                    weakest=False,
                )
                for end, leg in zip((source, target), one.legs, strict=True)
            ),
        )
        for one in bridges
    ]


def draw(ways: Sequence[Way], most: int = MOST_ELEMENTS) -> Picture:
    """The best of the paths, as many as ``most`` boxes and lines allow, and one at least; an empty picture of none."""
    shown = _fitting(ways, most)
    if not shown:
        return Picture(0, 0, (), (), 0)
    columns = columns_of([[node.id for node in way.nodes] for way in shown])
    edges = _edges(shown, columns)
    boxes, height = _boxes(shown, columns, edges)
    width = 2 * MARGIN + columns.count * BOX + (columns.count - 1) * GAP
    return Picture(width, height, tuple(boxes.values()), tuple(_lines(edges, columns, boxes, height)), len(shown))


def _fitting(ways: Sequence[Way], most: int) -> Sequence[Way]:
    seen: set[object] = set()
    for number, way in enumerate(ways):
        seen |= {node.id for node in way.nodes} | {
            (before.id, after.id, hop.statement)
            for before, after, hop in zip(way.nodes, way.nodes[1:], way.hops, strict=False)
        }
        if len(seen) > most:
            return ways[: max(number, 1)]
    return ways


@dataclass(slots=True)
class _Edge:
    hop: Hop
    source: Cell
    target: Cell
    ways: list[int]


def _edges(ways: Sequence[Way], columns: Columns) -> list[_Edge]:
    """Each statement once between two places; it is marked as weakest where it is that of the best path over it."""
    found: dict[tuple[Cell, Cell, str, str], _Edge] = {}
    for rank, (way, cells) in enumerate(zip(ways, columns.courses, strict=True), start=1):
        for hop, source, target in zip(way.hops, cells, cells[1:], strict=False):
            edge = found.setdefault((source, target, hop.statement, hop.words), _Edge(hop, source, target, []))
            edge.ways.append(rank)
            if hop.weakest:
                edge.hop = hop
    return list(found.values())


def _boxes(ways: Sequence[Way], columns: Columns, edges: Sequence[_Edge]) -> tuple[dict[Cell, Box], float]:
    """The box of each place, and how high the picture is."""
    names = {node.id: node for way in ways for node in way.nodes}
    ranks: dict[Cell, list[int]] = {}
    for rank, cells in enumerate(columns.courses, start=1):
        for cell in cells:
            ranks.setdefault(cell, []).append(rank)
    tall = {cell: max(HEIGHT, PORT * _most_at(cell, edges) + 12) for cell in ranks}
    room = [sum(tall.get(cell, ROW - HEIGHT) + ROW - HEIGHT for cell in column) for column in columns.rows]
    height = max(room) + 2 * MARGIN
    boxes: dict[Cell, Box] = {}
    for number, column in enumerate(columns.rows):
        spare = (height - 2 * MARGIN - room[number]) / len(column)
        y = float(MARGIN)
        for cell in column:
            slot = tall.get(cell, ROW - HEIGHT) + ROW - HEIGHT + spare
            if cell in ranks:
                corner = (MARGIN + number * (BOX + GAP), y + (slot - tall[cell]) / 2)
                end = number in (0, columns.count - 1)
                boxes[cell] = _box(names[cell.node], cell, corner, tall[cell], end, ranks[cell])
            else:
                columns.bends[cell] = y + slot / 2
            y += slot
    return boxes, height


def _most_at(cell: Cell, edges: Sequence[_Edge]) -> int:
    """Lines at the fuller of its two sides."""
    return max(sum(edge.source == cell for edge in edges), sum(edge.target == cell for edge in edges))


def _box(node: EntityName, cell: Cell, corner: Point, height: float, end: bool, ways: Sequence[int]) -> Box:
    return Box(
        key=f"{node.id}@{cell.column}",
        id=node.id,
        column=cell.column,
        x=corner[0],
        y=round(corner[1], 1),
        width=BOX,
        height=height,
        lines=_two_lines(node.name),
        name=node.name,
        whole=f"{node.name} ({node.category}, {node.id})",
        kind=kind(node.category),
        letter=letter(node.category),
        end=end,
        ways=tuple(ways),
    )


def _two_lines(name: str) -> tuple[str, ...]:
    """A name in at most two lines of ``LINE`` characters, broken between words where they allow it.

    >>> _two_lines("multiple sclerosis of the brain")
    ('multiple sclerosis', 'of the brain')
    """
    if len(name) <= LINE:
        return (name,)
    cut = name.rfind(" ", 0, LINE + 1)
    first, rest = (name[:cut], name[cut + 1 :]) if cut > LINE // 3 else (name[:LINE], name[LINE:])
    return first, rest if len(rest) <= LINE else f"{rest[: LINE - 1]}…"


def _lines(edges: Sequence[_Edge], columns: Columns, boxes: Mapping[Cell, Box], height: float) -> Iterator[Line]:
    bends = [
        [
            (MARGIN + cell.column * (BOX + GAP), columns.bends[cell])
            for cell in columns.between(edge.source, edge.target)
        ]
        for edge in edges
    ]
    ports = _ports(edges, bends, boxes)
    curves = [bent(ports[number, "source"], each, ports[number, "target"], BOX) for number, each in enumerate(bends)]
    labels = label_places(curves, [f"{edge.hop.words} 0.00{' ▲' * edge.hop.weakest}" for edge in edges], height)
    for edge, curve, label in zip(edges, curves, labels, strict=True):
        yield Line(
            hop=edge.hop,
            source=boxes[edge.source].key,
            target=boxes[edge.target].key,
            course=curve.course,
            head=_head(edge.hop, curve),
            label=label,
            ways=tuple(edge.ways),
        )


def _ports(
    edges: Sequence[_Edge], bends: Sequence[Sequence[Point]], boxes: Mapping[Cell, Box]
) -> dict[tuple[int, str], Point]:
    """Where each line leaves its left box and reaches its right one: side by side, in the order of what they lead to."""
    ends: dict[tuple[Cell, str], list[tuple[float, int]]] = {}
    for number, (edge, between) in enumerate(zip(edges, bends, strict=True)):
        heights = [boxes[edge.source].middle[1], *(y for _, y in between), boxes[edge.target].middle[1]]
        ends.setdefault((edge.source, "source"), []).append((heights[1], number))
        ends.setdefault((edge.target, "target"), []).append((heights[-2], number))
    ports: dict[tuple[int, str], Point] = {}
    for (cell, side), some in ends.items():
        box = boxes[cell]
        x = box.x + (box.width if side == "source" else 0)
        for place, (_, number) in enumerate(sorted(some)):
            ports[number, side] = (x, box.middle[1] + (place - (len(some) - 1) / 2) * PORT)
    return ports


def _head(hop: Hop, curve: Curve) -> str:
    """An arrow's head, or the bar of what lowers, at the object's end; lines come in level."""
    if not hop.points:
        return ""
    (x, y), back = (curve.points[-1], -1) if hop.points == "right" else (curve.points[0], 1)
    if hop.sign == "down":
        return f"M{x + 3 * back:.1f} {y - 6:.1f}V{y + 6:.1f}"
    return f"M{x:.1f} {y:.1f}L{x + 9 * back:.1f} {y - 5:.1f}V{y + 5:.1f}Z"


_SHORT = {
    Predicate.INCREASES_EXPRESSION_OF: "raises expression",
    Predicate.DECREASES_EXPRESSION_OF: "lowers expression",
    Predicate.GENE_ASSOCIATED_WITH_CONDITION: "associated with",
    Predicate.POSITIVELY_CORRELATED_WITH: "correlates (+)",
    Predicate.NEGATIVELY_CORRELATED_WITH: "correlates (−)",
    Predicate.PHYSICALLY_INTERACTS_WITH: "interacts with",
    Predicate.GENETICALLY_INTERACTS_WITH: "interacts with",
}
