"""Plots as inline SVG: colours by CSS class (light and dark), every series with a marker and a dash of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 460, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 12, 46
_NAMES = 195  # room for the names of bars
_ROW = 26
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 4")
SERIES = len(_DASHES)  # that can be told apart; a bar of series SERIES is grey

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line of points in the unit square."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Bar:
    """A value in [0, 1], with an interval where one is known; ``series`` chooses colour and marker."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    series: int = 1


def marker(series: int, x: float, y: float, size: float = 4.0) -> str:
    """The mark of a series: circle, square, triangle, diamond, cross, plus."""
    s, shape = size, series % SERIES
    if shape == 0:
        return f'<circle class="m s{series}" cx="{x:.1f}" cy="{y:.1f}" r="{s}"/>'
    outlines = (
        (),
        ((-s, -s), (s, -s), (s, s), (-s, s)),
        ((0, -1.2 * s), (1.2 * s, s), (-1.2 * s, s)),
        ((0, -1.4 * s), (1.4 * s, 0), (0, 1.4 * s), (-1.4 * s, 0)),
    )
    if shape < len(outlines):
        points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in outlines[shape])
        return f'<polygon class="m s{series}" points="{points}"/>'
    strokes = f"M{-s} {-s}L{s} {s}M{-s} {s}L{s} {-s}" if shape == 4 else f"M{-s} 0L{s} 0M0 {-s}L0 {s}"
    return f'<path class="l s{series}" transform="translate({x:.1f} {y:.1f})" d="{strokes}"/>'


def curves(
    title: str, across: str, up: str, lines: Sequence[Curve], *, diagonal: bool = False, top: float = 1.0
) -> str:
    """Lines over the unit square, or over [0, ``top``] in both directions; ``diagonal`` draws x = y."""
    wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def at(point: Point) -> Point:
        return _LEFT + wide * point[0] / top, _TOP + high * (1.0 - point[1] / top)

    parts = [_axes(across, up, wide, high, top)]
    if diagonal:
        (x0, y0), (x1, y1) = at((0.0, 0.0)), at((top, top))
        parts.append(f'<path class="axis" stroke-dasharray="3 3" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"/>')
    for series, line in reversed(list(enumerate(lines))):  # the score, which comes first, lies on top
        places = [at(point) for point in line.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path class="l s{series}" stroke-dasharray="{_DASHES[series % SERIES]}" d="M{path}"/>')
        step = max(len(places) // 8, 1)
        parts += [marker(series, x, y) for x, y in places[step // 2 :: step]]
    return _svg(title, WIDTH, HEIGHT, parts)


def bars(title: str, rows: Sequence[Bar], *, reference: float | None = None) -> str:
    """One row for each value on a scale from 0 to 1: a mark, and a line for its interval; ``reference`` draws a line."""
    wide, height = WIDTH - _NAMES - _RIGHT - 40, _TOP + _ROW * len(rows) + 28
    bottom = _TOP + _ROW * len(rows)
    parts = []
    for tick in _TICKS:
        x = _NAMES + wide * tick
        parts.append(f'<path class="grid" d="M{x:.1f} {_TOP}V{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{tick:g}</text>')
    if reference is not None:
        parts.append(
            f'<path class="axis" stroke-dasharray="3 3" d="M{_NAMES + wide * reference:.1f} {_TOP}V{bottom}"/>'
        )
    for number, row in enumerate(rows):
        y = _TOP + _ROW * (number + 0.5)
        parts.append(f'<text x="{_NAMES - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(row.name)}</text>')
        if row.low is not None and row.high is not None:
            parts.append(
                f'<path class="l s{row.series}" d="M{_NAMES + wide * row.low:.1f} {y:.1f}H{_NAMES + wide * row.high:.1f}"/>'
            )
        parts.append(marker(row.series, _NAMES + wide * row.value, y, 5.0))
        parts.append(f'<text x="{WIDTH - 4}" y="{y + 4:.1f}" text-anchor="end">{row.value:.3f}</text>')
    return _svg(title, WIDTH, height, parts)


def legend(names: Sequence[str]) -> str:
    """Which mark and dash is whose."""
    items = []
    for series, name in enumerate(names):
        line = f'<path class="l s{series}" stroke-dasharray="{_DASHES[series % SERIES]}" d="M2 8H38"/>{marker(series, 20, 8)}'
        items.append(f'<li><svg width="40" height="16" aria-hidden="true">{line}</svg>{escape(name)}</li>')
    return f'<ul class="legend">{"".join(items)}</ul>'


def _axes(across: str, up: str, wide: int, high: int, top: float) -> str:
    bottom = _TOP + high
    parts = []
    for tick in _TICKS:
        x, y = _LEFT + wide * tick, _TOP + high * (1.0 - tick)
        parts.append(f'<path class="grid" d="M{x:.1f} {_TOP}V{bottom}M{_LEFT} {y:.1f}H{_LEFT + wide}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{tick * top:.3g}</text>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick * top:.3g}</text>')
    middle = _TOP + high / 2
    parts.append(f'<path class="axis" d="M{_LEFT} {_TOP}V{bottom}H{_LEFT + wide}"/>')
    parts.append(f'<text x="{_LEFT + wide / 2:.1f}" y="{bottom + 36}" text-anchor="middle">{escape(across)}</text>')
    parts.append(f'<text transform="translate(12 {middle:.1f}) rotate(-90)" text-anchor="middle">{escape(up)}</text>')
    return "".join(parts)


def _svg(title: str, width: int, height: int, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
