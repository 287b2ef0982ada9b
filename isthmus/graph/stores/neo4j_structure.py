"""Whether a Neo4j database has the constraints and indexes that the steps of its schema made, and they are ready."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import neo4j

from isthmus.graph.stores.neo4j_schema import MIGRATIONS, applied
from isthmus.graph.stores.structure import Structure

_CREATES = re.compile(r"CREATE (?:CONSTRAINT|(?:[A-Z]+ )?INDEX) (\w+) IF NOT EXISTS")
WAIT = 120  # seconds for indexes that are made anew


def _expected() -> Iterator[tuple[str, str]]:
    """Name and command of each."""
    for command in (each for step in MIGRATIONS for each in step):
        made = _CREATES.match(command)
        if made:
            yield made[1], command


def structure(session: neo4j.Session, name: str) -> Structure:
    """How the database stands."""
    states = {
        row["name"]: row
        for row in session.run(
            "SHOW INDEXES YIELD name, state, populationPercent RETURN name, state, populationPercent"
        )
    }
    constraints = {row["name"] for row in session.run("SHOW CONSTRAINTS YIELD name RETURN name")}
    wanted = dict(_expected())
    unready = tuple(
        f"{one} is {row['state']} ({row['populationPercent']:.0f} %)"
        for one, row in states.items()
        if one in wanted and row["state"] != "ONLINE"
    )
    before = time.time()
    told = session.run("RETURN datetime.realtime().epochMillis AS now").single(strict=True)["now"] / 1000
    now = (before + time.time()) / 2
    return Structure(
        schema=applied(session, name),
        newest=len(MIGRATIONS),
        indexes=sum(row["state"] == "ONLINE" for one, row in states.items() if one in wanted),
        # A constraint has an index of its name; an index of that name alone lets the same id in twice.
        missing=tuple(one for one, made in wanted.items() if one not in (constraints if _unique(made) else states)),
        unready=unready,
        clock_ahead=told - now,
    )


def make_indexes(session: neo4j.Session) -> None:
    """Make anew those that were taken out or have failed, and wait until they are ready."""
    wanted = dict(_expected())
    failed = [
        row["name"]
        for row in session.run("SHOW INDEXES YIELD name, state WHERE state = 'FAILED' RETURN name")
        if row["name"] in wanted
    ]
    for one in failed:
        kind = "CONSTRAINT" if _unique(wanted[one]) else "INDEX"
        session.run(f"DROP {kind} {one} IF EXISTS").consume()
    for command in wanted.values():
        session.run(command).consume()
    session.run("CALL db.awaitIndexes($wait)", wait=WAIT).consume()


def _unique(command: str) -> bool:
    return command.startswith("CREATE CONSTRAINT")
