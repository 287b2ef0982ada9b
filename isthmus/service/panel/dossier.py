"""All that the panel may look at: what the graph holds around a proposed link, fetched once and never added to.

A report resolves against its dossier alone, so that it can be replayed and checked from the file that it is stored in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.graph.model import Document, Entity, Evidence
from isthmus.graph.stores.protocol import StatementRow
from isthmus.service.answers import PathAnswer


class Role(StrEnum):
    """Why a statement lies in the dossier."""

    PATH = "path"  # a hop of a proposed path
    DIRECT = "direct"  # joins the two ends themselves
    OPPOSITE = "opposite"  # denies one of those above, or claims the other direction
    BESIDE = "beside"  # another statement between two nodes that follow each other on a path
    AROUND = "around"  # says something of one node of a path, for a specialist to look at


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A statement with its evidence, best first.

    ``contradicts`` is the statement of the dossier that it speaks against, better believed than it is or on a path: a
    hop of one path may do so to that of another.
    """

    row: StatementRow
    role: Role
    evidence: tuple[Evidence, ...]
    contradicts: str = ""

    @property
    def id(self) -> str:
        """That of the statement."""
        return self.row.statement.id


@dataclass(frozen=True)
class Dossier:
    """What the graph holds around the link of ``source`` and ``target``.

    ``exhibits`` by statement id; ``entities`` by id: both ends, all nodes of the paths, and whatever an exhibit names;
    ``documents`` by id: all that any evidence stands in. ``graph_hash`` is the store's, ``as_of`` the year asked for.
    ``left_out`` says what was not fetched, and why, in words.
    """

    source: Entity
    target: Entity
    paths: Sequence[PathAnswer]
    exhibits: Mapping[str, Exhibit]
    entities: Mapping[str, Entity]
    documents: Mapping[str, Document]
    graph_hash: str
    as_of: int | None = None
    left_out: Sequence[str] = ()

    @property
    def leading(self) -> PathAnswer | None:
        """The path that the proposal is about, or ``None``: the best that is more than a direct statement, else the best.

        Of paths by way of the same nodes one that tells a direction goes before one that does not: it says more.
        """
        best = next((path for path in self.paths if len(path.statements) > 1), next(iter(self.paths), None))
        if best is None or best.sign != PathSign.UNKNOWN:
            return best
        way = [node.id for node in best.nodes]
        alike = (path for path in self.paths if [node.id for node in path.nodes] == way)
        return next((path for path in alike if path.sign != PathSign.UNKNOWN), best)

    def evidence(self, identifier: str) -> tuple[Exhibit, Evidence] | None:
        """A piece of evidence by its id, with what it is evidence for."""
        for exhibit in self.exhibits.values():
            for one in exhibit.evidence:
                if one.id == identifier:
                    return exhibit, one
        return None
