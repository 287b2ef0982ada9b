"""Draws how far a forecast can be trusted: `python -m bench.measures_belief | python -m bench.reliability_plot OUT.svg`.

Reads ``reliability`` of the measures: of each form, bins of equal mass as mean forecast, share that is right, number.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

SIDE, LEFT, TOP = 360, 60, 24  # of the square, in pixels
NAMES = {"ours": "Isthmus", "indra": "INDRA", "noisy_or": "noisy-or (before)"}
STYLE = """
    .plot { --ink: #1d2a3a; --dim: #51657f; --grid: #d5dde8; --ours: #0b6e4f; --indra: #b4562b; --noisy_or: #5a4fb0; }
    @media (prefers-color-scheme: dark) {
      .plot { --ink: #e6edf5; --dim: #9fb2c8; --grid: #33445a; --ours: #4fd1a5; --indra: #f09a6c; --noisy_or: #a9a0f5; }
    }
    text { fill: var(--ink); } .tick { fill: var(--dim); font-size: 12px; } .middle { text-anchor: middle; }
    .end { text-anchor: end; } .grid { stroke: var(--grid); } .even { stroke: var(--dim); stroke-dasharray: 5 4; }
    .ours { fill: var(--ours); stroke: var(--ours); } .indra { fill: var(--indra); stroke: var(--indra); }
    .noisy_or { fill: var(--noisy_or); stroke: var(--noisy_or); } polyline { stroke-width: 2; } polyline.line { fill: none; }
"""

Bins = Sequence[tuple[float, float, int]]


def place(forecast: float, share: float) -> tuple[float, float]:
    """Where a point lies in the picture."""
    return round(LEFT + SIDE * forecast, 1), round(TOP + SIDE * (1.0 - share), 1)


def draw(forms: Mapping[str, Bins]) -> str:
    """The picture as SVG."""
    parts = [*_frame(), *(each for name in NAMES if name in forms for each in _curve(name, forms[name]))]
    for row, name in enumerate(each for each in NAMES if each in forms):
        y = TOP + SIDE - 70 + 22 * row
        x = LEFT + SIDE - 152
        parts.append(
            f'<circle class="{name}" cx="{x}" cy="{y - 4}" r="5"/><text x="{x + 12}" y="{y}">{NAMES[name]}</text>'
        )
    label = "Share of statements that are right against belief in them: " + ", ".join(
        NAMES[name] for name in NAMES if name in forms
    )
    head = (
        f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + SIDE + 30} {TOP + SIDE + 56}" '
        f'font-family="system-ui, sans-serif" font-size="14" role="img" aria-label="{label}">'
    )
    return "\n".join([head, f"<style>{STYLE}</style>", *parts, "</svg>\n"])


def _frame() -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        value = tenth / 10
        (x, bottom), (_, top) = place(value, 0.0), place(value, 1.0)
        (left, y), (right, _) = place(0.0, value), place(1.0, value)
        parts.append(f'<path class="grid" d="M{x},{bottom} V{top} M{left},{y} H{right}"/>')
        parts.append(f'<text class="tick middle" x="{x}" y="{bottom + 18}">{value:.1f}</text>')
        parts.append(f'<text class="tick end" x="{left - 8}" y="{y + 4}">{value:.1f}</text>')
    (x0, y0), (x1, y1) = place(0.0, 0.0), place(1.0, 1.0)
    parts.append(f'<path class="even" d="M{x0},{y0} L{x1},{y1}"/>')
    parts.append(f'<text class="middle" x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 44}">belief</text>')
    middle = TOP + SIDE / 2
    parts.append(
        f'<text class="middle" x="16" y="{middle}" transform="rotate(-90 16 {middle})">share that is right</text>'
    )
    return parts


def _curve(name: str, bins: Bins) -> list[str]:
    points = [place(mean, share) for mean, share, _ in bins]
    line = " ".join(f"{x},{y}" for x, y in points)
    dots = [
        f'<circle class="{name}" cx="{x}" cy="{y}" r="4"><title>{NAMES[name]}: {n} believed {mean:.2f}, {share:.2f} right</title></circle>'
        for (x, y), (mean, share, n) in zip(points, bins, strict=True)
    ]
    return [f'<polyline class="{name} line" style="fill:none" points="{line}"/>', *dots]


def main() -> None:
    """Read, draw, write."""
    if len(sys.argv) != 2:
        sys.exit("say where to: python -m bench.reliability_plot OUT.svg")
    Path(sys.argv[1]).write_text(draw(json.load(sys.stdin)["reliability"]), encoding="utf-8")


if __name__ == "__main__":
    main()
