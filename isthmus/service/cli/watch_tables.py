"""What is watched, for people to look at, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from isthmus.service.watch.watch import LinkStanding

if TYPE_CHECKING:
    from isthmus.service.watch.kept import Watched

ID_SHOWN = 12


def watched_json(one: Watched) -> dict[str, Any]:
    """A watch with where it stands."""
    standing = one.standing
    return {
        "id": one.watch.id,
        **one.watch.model_dump(mode="json"),
        "version": one.version,
        "standing": standing.model_dump(mode="json") if standing is not None else None,
    }


def print_watched(watched: list[Watched]) -> None:
    """One line for each watch."""
    console = Console()
    if not watched:
        console.print("nothing is watched: see `isthmus watch add --help`")
        return
    table = Table("id", "kind", "watched", "stands", "told")
    for one in watched:
        told = ", ".join(one.watch.notify)
        table.add_row(
            one.watch.id[:ID_SHOWN], one.watch.kind, escape(one.watch.text), escape(_stands(one)), escape(told)
        )
    console.print(table)


def _stands(one: Watched) -> str:
    standing = one.standing
    if standing is None:
        return "not looked at yet"
    if not isinstance(standing, LinkStanding):
        return ", ".join(each.name for each in standing.items[:3]) or "nothing"
    rank = "no rank" if standing.rank is None else f"rank {standing.rank:,} of {standing.of:,}"
    return f"{rank}, {standing.best.text if standing.best else 'no path'}"
