"""The page of a backtest: one HTML file with plots, the numbers beneath each, and nothing to fetch or run."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import orjson

from isthmus.graph.discovery.ranking.backtest import SCORE
from isthmus.service.backtest_plots import SERIES, Bar, Curve, Point, bars, curves, legend

_NEGATIVES = {
    "same_category": "one end replaced by any entity of the same category",
    "degree_matched": "one end replaced by an entity of the same category and of like degree, so that degree tells nothing",
    "refuted": "pairs that papers had denied by then",
}
_GRID = tuple(number / 10 for number in range(11))

_STYLE = """
:root{color-scheme:light dark;--page:#fff;--text:#1b1b1b;--soft:#565656;--rule:#d8d8d8;
--c0:#111;--c1:#0072b2;--c2:#d55e00;--c3:#007a59;--c4:#a8477f;--c5:#8a6d00}
@media(prefers-color-scheme:dark){:root{--page:#161719;--text:#ececec;--soft:#b3b3b3;--rule:#3c3f43;
--c0:#fff;--c1:#56b4e9;--c2:#ff9d5c;--c3:#3ddbab;--c4:#eba3cd;--c5:#f0e442}}
body{margin:0 auto;max-width:1060px;padding:1.5rem;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{margin:2.2rem 0 .2rem;font-size:1.25rem}h3{font-size:1rem;margin:1rem 0 .3rem}
p{max-width:72ch;margin:.3rem 0}.soft{color:var(--soft)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:1rem 2rem}
figure{margin:0;min-width:0;max-width:560px}
svg{max-width:100%}figure>svg{width:100%;height:auto}svg text{fill:var(--text);font-size:12px}
.grid{stroke:var(--rule);fill:none}.axis{stroke:var(--soft);fill:none}.l{fill:none;stroke-width:1.8}path.l.s0{stroke-width:2.8}
.s0{--c:var(--c0)}.s1{--c:var(--c1)}.s2{--c:var(--c2)}.s3{--c:var(--c3)}.s4{--c:var(--c4)}.s5{--c:var(--c5)}
.s6{--c:var(--soft)}
.l{stroke:var(--c)}.m{fill:var(--c);stroke:var(--page)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;margin:.4rem 0}
.legend svg{vertical-align:middle;margin-right:.4rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{padding:.15rem .6rem;text-align:right;border-bottom:1px solid var(--rule)}th:first-child,td:first-child{text-align:left}
a{color:var(--c1)}summary{cursor:pointer;color:var(--soft)}
"""


def backtest_page(found: Mapping[str, Any]) -> str:
    """The page of what ``answer_backtest`` (or ``Backtest.to_json``) gives, as one HTML document."""
    title = f"Backtest: what was known by {found['cut']}, scored by what came up to {found['until']}"
    parts = [f"<h1>{escape(title)}</h1>", _introduction(found)]
    parts += [_trial(trial) for trial in found["trials"]]
    parts += [
        _strata(found["strata"]),
        _calibration(found["calibration"]),
        _hub_bias(found["hub_bias"]),
        _made_of(found),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _introduction(found: Mapping[str, Any]) -> str:
    sampled = "" if found["positives"] == found["positives_in_all"] else f", a sample of {found['positives_in_all']:,}"
    whole = _download("application/json", orjson.dumps(found, option=orjson.OPT_INDENT_2), "backtest.json", "JSON")
    return (
        f"<p>The graph as of {found['cut']} had {found['entities']:,} entities and {found['edges']:,} edges. After that, up to "
        f"{found['until']}, statements first joined {found['positives']:,} pairs of them{sampled}: these are the positives. "
        "A score is good if it puts them above pairs that were not joined, and better than the simple baselines beside it.</p>"
        f'<p class="soft">Graph {escape(str(found["graph_hash"])[:16])}, seed {found["seed"]}. '
        f"All numbers of this page: {whole}.</p>"
    )


def _trial(trial: Mapping[str, Any]) -> str:
    methods = sorted(trial["methods"], key=lambda one: (one["name"] != SCORE, -one["auroc"]["value"]))
    name = str(trial["negatives"])
    shown = methods[:SERIES]
    hidden = f" Curves of the score and the {len(shown) - 1} best baselines." if len(shown) < len(methods) else ""
    explained = _NEGATIVES.get(name, "")
    return (
        f"<h2>Against {escape(name.replace('_', ' '))} negatives</h2>"
        f'<p class="soft">{trial["n_negatives"]:,} negatives: {escape(explained)}.{hidden}</p>'
        f"{legend([one['name'] for one in shown])}<div class=plots>"
        + _auroc(name, methods)
        + _curves(name, "roc", "ROC", "false-positive rate", "true-positive rate", shown)
        + _curves(name, "precision_recall", "Precision and recall", "recall", "precision", shown)
        + _hits(name, methods)
        + "</div>"
    )


def _auroc(name: str, methods: Sequence[Mapping[str, Any]]) -> str:
    rows = [(one["name"], *(one["auroc"][key] for key in ("value", "low", "high"))) for one in methods]
    plot = bars(
        f"AUROC of each method against {name} negatives, with 95 % intervals",
        [Bar(each, value, low, high, min(place, SERIES)) for place, (each, value, low, high) in enumerate(rows)],
        reference=0.5,
    )
    return _figure("AUROC, with the 95 % interval over positives", plot, ("method", "AUROC", "low", "high"), rows, name)


def _curves(name: str, key: str, title: str, across: str, up: str, methods: Sequence[Mapping[str, Any]]) -> str:
    lines = [Curve(one["name"], [(x, y) for x, y in one[key]]) for one in methods if one[key]]
    plot = curves(f"{title} of each method against {name} negatives", across, up, lines, diagonal=key == "roc")
    rows = [(line.name, *(_at(line.points, x) for x in _GRID)) for line in lines]
    every = [(line.name, x, y) for line in lines for x, y in line.points]
    header = (f"{up} at {across}", *(f"{x:g}" for x in _GRID))
    return _figure(title, plot, header, rows, f"{name}_{key}", download=(("method", across, up), every))


def _at(points: Sequence[Point], x: float) -> float:
    """The height of a curve at x, straight between its points; level beyond its ends."""
    before = points[0]
    for point in points:
        if point[0] >= x:
            run = point[0] - before[0]
            return point[1] if run <= 0 else before[1] + (point[1] - before[1]) * (x - before[0]) / run
        before = point
    return before[1]


def _hits(name: str, methods: Sequence[Mapping[str, Any]]) -> str:
    at = list(methods[0]["hits"])
    rows = [
        (one["name"], *(one["hits"][k] for k in at), one["reciprocal_rank"], one["average_precision"]["value"])
        for one in methods
    ]
    best = [Bar(one["name"], one["hits"][at[-1]], series=min(number, SERIES)) for number, one in enumerate(methods)]
    plot = bars(f"Share of positives among the best {at[-1]} of their own negatives, {name}", best)
    header = ("method", *(f"hits@{k}" for k in at), "mean reciprocal rank", "average precision")
    title = f"Positives that rank among the first {at[-1]} of their own list"
    return _figure(title, plot, header, rows, f"{name}_hits")


def _strata(strata: Sequence[Mapping[str, Any]]) -> str:
    if not strata:
        return ""
    rows = [(f"{one['by']}: {one['name']}", one["positives"], one["score"], one["degree_product"]) for one in strata]
    marks = [
        bar
        for name, _, score, degree in rows
        for bar in (Bar(name, score, series=0), Bar("degree product", degree, series=1))
    ]
    plot = bars("AUROC of the score and of the degree product by importance and degree", marks, reference=0.5)
    header = ("positives", "how many", "AUROC of the score", "of the degree product")
    return (
        "<h2>By importance and by degree</h2><p class=soft>Importance is how many papers support the pair by the end; degree "
        "is the larger of the two ends'. Same-category negatives.</p>"
        f"{legend([SCORE, 'degree product'])}<div class=plots>"
        + _figure("AUROC of parts of the positives", plot, header, rows, "strata")
        + "</div>"
    )


def _calibration(bins: Sequence[Mapping[str, Any]]) -> str:
    if not bins:
        return (
            "<h2>Calibration</h2><p>The graph has too little past before the cut to foretell probabilities from it.</p>"
        )
    rows = [(one["foretold"], one["observed"], one["pairs"]) for one in bins]
    largest = max(max(foretold, observed) for foretold, observed, _ in rows)
    top = next(step for step in (0.1, 0.2, 0.4, 0.6, 1.0) if largest <= step)
    line = Curve(SCORE, [(foretold, observed) for foretold, observed, _ in rows])
    plot = curves(
        "Foretold and observed share of pairs that came true", "foretold", "came true", [line], diagonal=True, top=top
    )
    return (
        "<h2>Calibration</h2><p class=soft>Pairs in groups of like score: the probability foretold, by a curve fitted before "
        "the cut, and the share that came true among a positive and its negatives. On the dashed line both are equal.</p>"
        "<div class=plots>"
        + _figure("Foretold and observed", plot, ("foretold", "came true", "pairs"), rows, "calibration")
        + "</div>"
    )


def _hub_bias(lists: Sequence[Mapping[str, Any]]) -> str:
    if not lists:
        return ""
    rows = [
        (f"{one['of']}s for {one['lists']} {one['lists_for']}s", one["at"], one["score"], one["degree"])
        for one in lists
    ]
    marks = [
        bar
        for name, _, score, degree in rows
        for bar in (Bar(name, score, series=0), Bar("by degree", degree, series=1))
    ]
    plot = bars("Entropy of the best candidates of many lists", marks)
    return (
        "<h2>Hub bias</h2><p class=soft>How evenly the best of many lists are spread over all candidates: 0 where one takes "
        "every list, 1 where all are chosen as often.</p>"
        f"{legend([SCORE, 'degree'])}<div class=plots>"
        + _figure("Entropy@n", plot, ("lists", "n", "the score", "degree"), rows, "entropy")
        + "</div>"
    )


def _made_of(found: Mapping[str, Any]) -> str:
    cuts = ", ".join(str(cut) for cut in found["fusion_cuts"])
    learned = (
        f"learned from {found['fusion_positives']:,} pairs after the cuts {cuts} of this graph"
        if cuts
        else "the default ones: the graph has too little past before the cut to learn from"
    )
    rows = sorted(found["weights"].items(), key=lambda pair: -abs(pair[1]))
    return f"<h2>What the score is made of</h2><p>Weights are {learned}.</p>{_table(('component', 'weight'), rows)}"


def _figure(
    title: str,
    plot: str,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    name: str,
    download: tuple[Sequence[str], Sequence[Sequence[object]]] | None = None,
) -> str:
    """A plot, its numbers beneath, and a link to them as CSV (``download`` where these are more than the table shows)."""
    link = _download("text/csv", _csv(*(download or (header, rows))), f"{name}.csv", "CSV")
    table = f"<details><summary>Numbers</summary>{_table(header, rows)}</details>"
    return f"<figure><h3>{escape(title)}</h3>{plot}<figcaption>{table}{link}</figcaption></figure>"


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in header)
    body = "".join(f"<tr>{''.join(f'<td>{escape(_text(value))}</td>' for value in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _text(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _csv(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _download(kind: str, content: bytes, name: str, words: str) -> str:
    data = base64.b64encode(content).decode()
    return f'<a download="{escape(name)}" href="data:{kind};base64,{data}">{words}</a>'
