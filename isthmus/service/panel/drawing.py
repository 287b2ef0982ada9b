"""The paths of a report as a drawing: the two ends at the sides, each path a row between them, hops as lines with words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from isthmus.graph.vocabulary import Predicate, Sign
from isthmus.service.answers import EntityName, PathAnswer

BOX, HEIGHT, GAP, ROW, EDGE = 176, 40, 150, 66, 2  # pixels
SHOWN = 22  # characters of a name that fit into a box
RANKS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Box:
    """A node: its corner, size, and name, whole and as far as it fits."""

    x: float
    y: float
    width: float
    height: float
    name: str
    whole: str
    kind: str

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A hop: from side to side, its words, the sign it has, which way it points, and how well it is believed.

    ``points`` is ``right``, ``left`` or empty, where the relation has no direction.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    words: str
    whole: str
    sign: str
    points: str
    belief: float
    weakest: bool
    statement: str

    @property
    def width(self) -> float:
        """Of the stroke, by belief."""
        return round(1.2 + 2.8 * self.belief, 2)

    @property
    def head(self) -> str:
        """The corners of its arrow head."""
        if not self.points:
            return ""
        x, y, back = (self.x2, self.y2, -9) if self.points == "right" else (self.x1, self.y1, 9)
        return f"{x:.0f},{y:.0f} {x + back:.0f},{y - 5:.0f} {x + back:.0f},{y + 5:.0f}"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and lines, and the size of the whole."""

    width: float
    height: float
    boxes: Sequence[Box]
    lines: Sequence[Line]


def draw(source: EntityName, target: EntityName, paths: Sequence[PathAnswer]) -> Drawing:
    """The best few paths; the ends as tall as all rows together."""
    shown = paths[:RANKS_SHOWN]
    columns = max((len(path.statements) for path in shown), default=1)
    width = (columns + 1) * BOX + columns * GAP + 2 * EDGE
    height = max(len(shown), 1) * ROW
    ends = [_box(EDGE, EDGE, height - 2 * EDGE, source), _box(width - BOX - EDGE, EDGE, height - 2 * EDGE, target)]
    boxes, lines = list(ends), list[Line]()
    for row, path in enumerate(shown):
        middles = list(_middles(path, row, width))
        boxes += middles
        lines += _lines(path, [ends[0], *middles, ends[1]], row)
    return Drawing(width, height, boxes, lines)


def _box(x: float, y: float, height: float, node: EntityName) -> Box:
    name = node.name if len(node.name) <= SHOWN else f"{node.name[: SHOWN - 1]}…"
    return Box(x, y, BOX, height, name, f"{node.name} ({node.category}, {node.id})", node.category)


def _middles(path: PathAnswer, row: int, width: float) -> Iterator[Box]:
    """The nodes between, spread evenly over the row."""
    count = len(path.nodes) - 2
    room = width - 2 * (BOX + EDGE)
    gap = (room - count * BOX) / (count + 1)
    for place, node in enumerate(path.nodes[1:-1]):
        yield _box(BOX + EDGE + gap + place * (BOX + gap), row * ROW + (ROW - HEIGHT) / 2, HEIGHT, node)


def _lines(path: PathAnswer, boxes: Sequence[Box], row: int) -> Iterator[Line]:
    y = row * ROW + ROW / 2
    for hop, before, after, node in zip(path.statements, boxes, boxes[1:], path.nodes, strict=False):
        words = hop.predicate.replace("_", " ")
        points = "" if hop.predicate.symmetric else "right" if hop.subject == node.id else "left"
        yield Line(
            x1=before.x + before.width,
            y1=y,
            x2=after.x,
            y2=y,
            words=_SHORT.get(hop.predicate, words),
            whole=f"{words}, believed to {hop.belief:.2f}",
            sign={Sign.POSITIVE: "up", Sign.NEGATIVE: "down", Sign.UNKNOWN: "none"}[hop.predicate.sign],
            points=points,
            belief=hop.belief,
            weakest=hop.id == path.weakest and len(path.statements) > 1,
            statement=hop.id,
        )


_SHORT = {
    Predicate.INCREASES_EXPRESSION_OF: "raises expression",
    Predicate.DECREASES_EXPRESSION_OF: "lowers expression",
    Predicate.GENE_ASSOCIATED_WITH_CONDITION: "associated with",
    Predicate.POSITIVELY_CORRELATED_WITH: "correlates (+)",
    Predicate.NEGATIVELY_CORRELATED_WITH: "correlates (−)",
    Predicate.PHYSICALLY_INTERACTS_WITH: "interacts with",
    Predicate.GENETICALLY_INTERACTS_WITH: "interacts with",
}
