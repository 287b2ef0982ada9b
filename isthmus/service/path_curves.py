"""How the lines of a picture run from box to box, and where their words stand without covering each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
LETTER, TALL = 6.4, 16  # pixels of a letter of a label, and of its line
PLACES = (0.5, 0.36, 0.64, 0.26, 0.74)  # along a line, the middle first


@dataclass(frozen=True, slots=True)
class Curve:
    """A line as an SVG path, and the points it goes through: its first, those of its bends in pairs, its last."""

    course: str
    points: tuple[Point, ...]

    def at(self, share: float) -> Point:
        """Where it is after a share of its first piece, which is free of boxes."""
        (x1, y1), (x2, y2) = self.points[:2]
        rest = 1 - share
        # Cubic, with both handles level at the middle: x is nearly even, y eases in and out.
        middle = (x1 + x2) / 2
        x = rest**3 * x1 + 3 * rest * share * middle + share**3 * x2
        return x, y1 + (y2 - y1) * (3 * share**2 - 2 * share**3)


def bent(start: Point, bends: Sequence[Point], end: Point, level: float) -> Curve:
    """A line that leaves and comes in level, and stays so for ``level`` pixels from each bend on."""
    points = [start]
    for x, y in bends:
        points += [(x, y), (x + level, y)]
    points.append(end)
    course = f"M{start[0]:.1f} {start[1]:.1f}"
    for piece, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
        middle = (x1 + x2) / 2
        curved = f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        course += curved if piece % 2 == 0 else f"H{x2:.1f}"
    return Curve(course, tuple(points))


def label_places(curves: Sequence[Curve], labels: Sequence[str], height: float) -> list[Point]:
    """The middle of each label: on its line, where it covers least of those before it, and
    between the boxes if it fits there.
    """
    taken: list[tuple[float, float, float, float]] = []
    places: list[Point] = []
    for curve, label in zip(curves, labels, strict=True):
        wide = LETTER * len(label)
        left, right = curve.points[0][0] + wide / 2, curve.points[1][0] - wide / 2
        middle = (left + right) / 2
        options = [
            (min(max(x, min(left, middle)), max(right, middle)), min(max(y, TALL), height - TALL))
            for x, y in map(curve.at, PLACES)
        ]
        boxes = [(x - wide / 2, y - TALL / 2, x + wide / 2, y + TALL / 2) for x, y in options]
        covered = [sum(_overlap(box, other) for other in taken) for box in boxes]
        best = covered.index(min(covered))
        places.append((round(options[best][0], 1), round(options[best][1], 1)))
        taken.append(boxes[best])
    return places


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, tall)
