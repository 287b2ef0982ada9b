"""What the pages of questions show: paths narrowed down, their statements as a table, their picture for programs, candidates."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from isthmus import __version__
from isthmus.graph.vocabulary import Predicate
from isthmus.service.answers import EntityName, HopStatement, PathAnswer
from isthmus.service.asking import CandidateAnswer
from isthmus.service.path_picture import Picture
from isthmus.service.web.question_form import AskedPaths

COMPONENTS_TOLD = 3  # decimals


@dataclass(frozen=True, slots=True)
class HopRow:
    """A statement of the paths: what the picture shows of it as a line. ``ranks`` are those of its paths, from 1."""

    id: str
    subject: EntityName
    predicate: Predicate
    object: EntityName
    belief: float
    papers: int
    groups: int
    first_year: int | None
    weakest: bool
    ranks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A component of a score as a piece of a bar: where it begins and how wide it is, in percent of the widest bar."""

    name: str
    value: float
    start: float
    width: float


def narrowed(paths: Sequence[PathAnswer], asked: AskedPaths) -> list[PathAnswer]:
    """The paths that are asked for: of a sign, a kind of research, whose weakest hop is believed so much, not known."""
    return [
        path
        for path in paths
        if asked.sign in (None, path.sign)
        and (asked.modality is None or asked.modality in path.modalities)
        and weakest_hop(path).belief >= (asked.least or 0.0)
        and not (asked.new and path.known)
    ]


def weakest_hop(path: PathAnswer) -> HopStatement:
    """The hop that is believed least."""
    return next(hop for hop in path.statements if hop.id == path.weakest)


def hop_rows(paths: Sequence[PathAnswer]) -> list[HopRow]:
    """Each statement of the paths once, in their order."""
    names = {node.id: node for path in paths for node in path.nodes}
    hops = {hop.id: hop for path in paths for hop in path.statements}
    ranks = {
        each: tuple(rank for rank, path in enumerate(paths, start=1) if any(hop.id == each for hop in path.statements))
        for each in hops
    }
    weakest = {path.weakest for path in paths if len(path.statements) > 1}
    return [
        HopRow(
            id=hop.id,
            subject=names[hop.subject],
            predicate=hop.predicate,
            object=names[hop.object],
            belief=hop.belief,
            papers=hop.papers,
            groups=hop.groups,
            first_year=hop.first_year,
            weakest=hop.id in weakest,
            ranks=ranks[hop.id],
        )
        for hop in hops.values()
    ]


def score_bars(candidates: Sequence[CandidateAnswer]) -> list[list[Part]]:
    """The components of each candidate's score, side by side; what lowers a score has no width."""
    widest = max((sum(max(value, 0.0) for value in one.components.values()) for one in candidates), default=0.0) or 1.0
    bars = []
    for one in candidates:
        at, parts = 0.0, []
        for name, value in one.components.items():
            width = round(100 * max(value, 0.0) / widest, COMPONENTS_TOLD)
            parts.append(Part(name, value, round(at, COMPONENTS_TOLD), width))
            at += width
        bars.append(parts)
    return bars


def cytoscape(picture: Picture, name: str) -> dict[str, Any]:
    """The picture as Cytoscape JSON, each node where it is drawn; an edge runs from its statement's subject to its object."""
    nodes = [
        {
            "data": {"id": box.key, "curie": box.id, "name": box.name, "whole": box.whole, "kind": box.kind},
            "position": {"x": box.middle[0], "y": box.middle[1]},
        }
        for box in picture.boxes
    ]
    edges = []
    for number, line in enumerate(picture.lines):
        ends = (line.target, line.source) if line.hop.points == "left" else (line.source, line.target)
        edges.append(
            {
                "data": {
                    "id": f"e{number}",
                    "source": ends[0],
                    "target": ends[1],
                    "statement": line.hop.statement,
                    "interaction": line.hop.words,
                    "sign": line.hop.sign,
                    "directed": bool(line.hop.points),
                    "belief": round(line.hop.belief, 4),
                    "speculated": line.hop.dashed,
                    "weakest": line.hop.weakest,
                    "paths": list(line.ways),
                }
            }
        )
    return {
        "format_version": "1.0",
        "generated_by": f"isthmus-{__version__}",
        "target_cytoscapejs_version": "~2.1",
        "data": {"name": name, "shared_name": name},
        "elements": {"nodes": nodes, "edges": edges},
    }


def copies_of(asked: AskedPaths, address: str) -> list[tuple[str, str]]:
    """The question for programs; ``address`` is that of the service, without a slash at its end."""
    a, c, hops = asked.from_id, asked.to_id, asked.max_hops
    given = {"from": a, "to": c, "max_hops": hops, "top": asked.top} | ({"as_of": asked.as_of} if asked.as_of else {})
    url = f"{address}/api/v1/paths?{urlencode(given)}"
    year = f", asOf: {asked.as_of}" if asked.as_of else ""
    arguments = f"from: {json.dumps(a)}, to: {json.dumps(c)}, maxHops: {hops}, top: {asked.top}{year}"
    return [
        (
            "Command line",
            f"isthmus paths --from {shlex.quote(a)} --to {shlex.quote(c)} --max-hops {hops} --top {asked.top}"
            f"{f' --as-of {asked.as_of}' if asked.as_of else ''} --json",
        ),
        ("curl", f'curl -H "Authorization: Bearer $KEY" {shlex.quote(url)}'),
        (
            "Python",
            "import os, httpx\n"
            f"httpx.get({url!r}, headers={{'Authorization': 'Bearer ' + os.environ['KEY']}}).json()['paths']",
        ),
        ("GraphQL", f"{{ paths({arguments}) {{ score pValue qValue belief sign nodes {{ id name }} }} }}"),
        (
            "Cypher",
            f"MATCH path = (:Entity {{id: {_quoted(a)}}})-[*1..{hops}]-(:Entity {{id: {_quoted(c)}}}) "
            f"RETURN path LIMIT {asked.top}",
        ),
    ]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
