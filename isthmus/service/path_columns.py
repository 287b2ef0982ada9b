"""Which column and row each node of some paths stands in, so that every path runs from left to right and few lines cross."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations, pairwise
from statistics import fmean
from typing import NamedTuple

SWEEPS = 6


class Cell(NamedTuple):
    """A place of a node in a column; ``bend_of`` is what a line leads to that passes the column without a node."""

    node: str
    column: int
    bend_of: str = ""


@dataclass(slots=True)
class Columns:
    """Each column's places from top to bottom, the places of each path, and how high the bends lie once that is known."""

    rows: list[list[Cell]]
    courses: list[list[Cell]]
    bends: dict[Cell, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Of columns."""
        return len(self.rows)

    def between(self, source: Cell, target: Cell) -> list[Cell]:
        """The bends of a line, left to right."""
        return list(_bends(source, target))


def columns_of(paths: Sequence[Sequence[str]]) -> Columns:
    """The places of paths (ids of nodes, best path first, all with the same two ends, none with a node twice)."""
    count = max(map(len, paths))
    courses = _courses(paths, count)
    rows: list[dict[Cell, None]] = [{} for _ in range(count)]
    links: dict[tuple[Cell, Cell], None] = {}
    for cells in courses:
        for source, target in pairwise(cells):
            chain = [source, *_bends(source, target), target]
            for cell in chain:
                rows[cell.column][cell] = None
            links |= dict.fromkeys(pairwise(chain))
    return Columns(_ordered([list(row) for row in rows], list(links)), courses)


def _courses(paths: Sequence[Sequence[str]], count: int) -> list[list[Cell]]:
    """The longest paths first: they have no choice. Others go where their nodes are already, else evenly."""
    taken: set[Cell] = set()
    courses: dict[int, list[Cell]] = {}
    for number in sorted(range(len(paths)), key=lambda each: -len(paths[each])):
        nodes = paths[number]
        inner = len(nodes) - 2
        even = [place * (count - 1) / (inner + 1) for place in range(1, inner + 1)]
        best = min(combinations(range(1, count - 1), inner), key=partial(_cost, nodes, even, taken))
        courses[number] = [Cell(node, place) for node, place in zip(nodes, (0, *best, count - 1), strict=True)]
        taken |= set(courses[number])
    return [courses[number] for number in range(len(paths))]


def _cost(
    nodes: Sequence[str], even: Sequence[float], taken: Collection[Cell], places: tuple[int, ...]
) -> tuple[int, float]:
    """Of putting the inner nodes of a path into columns: places that are new, then how uneven it is."""
    new = sum(Cell(node, place) not in taken for node, place in zip(nodes[1:-1], places, strict=True))
    return new, sum(abs(place - ideal) for place, ideal in zip(places, even, strict=True))


def _bends(source: Cell, target: Cell) -> Iterator[Cell]:
    for column in range(source.column + 1, target.column):
        yield Cell(source.node, column, target.node)


def _ordered(rows: list[list[Cell]], links: Sequence[tuple[Cell, Cell]]) -> list[list[Cell]]:
    """By the mean height of what each is joined to, forth and back, and the best of all orders on the way."""
    left: dict[Cell, list[Cell]] = {}
    right: dict[Cell, list[Cell]] = {}
    for source, target in links:
        right.setdefault(source, []).append(target)
        left.setdefault(target, []).append(source)
    best, fewest = [list(row) for row in rows], _crossings(rows, right)
    for sweep in range(SWEEPS):
        order = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        beside = left if sweep % 2 == 0 else right
        for number in order:
            height = _heights(rows)
            rows[number].sort(
                key=lambda cell: fmean(height[each] for each in beside[cell]) if cell in beside else height[cell]
            )
        crossings = _crossings(rows, right)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _heights(rows: Sequence[Sequence[Cell]]) -> dict[Cell, float]:
    """How far down its column each stands, from 0 to 1."""
    return {cell: (place + 0.5) / len(row) for row in rows for place, cell in enumerate(row)}


def _crossings(rows: Sequence[Sequence[Cell]], right: Mapping[Cell, Sequence[Cell]]) -> int:
    height = _heights(rows)
    return sum(
        (height[one] - height[other]) * (height[left] - height[right_]) < 0
        for row in rows
        for one, other in combinations(row, 2)
        for left in right.get(one, ())
        for right_ in right.get(other, ())
    )
