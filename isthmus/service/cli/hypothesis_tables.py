"""Hypotheses, for people to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isthmus.service.hypotheses.diff import Difference
    from isthmus.service.hypotheses.hypothesis import Living

ID_SHOWN = 12
HASH_SHOWN = 12
REASONS_SHOWN = 4


def print_list(found: Sequence[Living]) -> None:
    """One line for each."""
    console = Console()
    if not found:
        console.print("no hypotheses are kept: `isthmus propose` makes one")
        return
    table = Table("id", "stands", "since", "plausible", "claim")
    for one in found:
        last = one.hypothesis.editions[-1]
        since = one.events[-1].at[:10] if one.events else ""
        plausible = f"{last.plausibility:.2f}"
        table.add_row(one.hypothesis.id[:ID_SHOWN], _word(one.status), since, plausible, escape(one.hypothesis.claim))
    console.print(table)


def print_history(one: Living) -> None:
    """Its claim, its events, and its editions."""
    console = Console()
    console.print(f"[bold]{escape(one.hypothesis.claim)}[/]", soft_wrap=True)
    console.print(f"{one.hypothesis.id}, {_word(one.status)}")
    for event in one.events:
        way = f"{_word(event.was)} -> {_word(event.to)}" if event.was else _word(event.to)
        comment = f": {event.comment}" if event.comment and event.was else ""
        console.print(f"  {event.at[:19]}  {way}, by {escape(event.who)}{escape(comment)}", soft_wrap=True)
    for each in one.hypothesis.editions:
        score = f"score {each.scores.score:.3g}, p {each.scores.p_value:.2g}, " if each.scores else "no path, "
        told = f"{score}{each.verdict}, novelty {each.novelty:.2f}, plausibility {each.plausibility:.2f}"
        models = ", with models" if each.with_models else ""
        console.print(
            f"  {each.created[:19]}  edition of graph {each.graph_hash[:HASH_SHOWN]}: {told}{models}", soft_wrap=True
        )


def print_difference(found: Difference) -> None:
    """What changed, the figures first."""
    console = Console()
    sides = [f"{side.created[:19]} (graph {side.graph_hash[:HASH_SHOWN]})" for side in (found.before, found.after)]
    console.print(f"from {sides[0]} to {sides[1]}", soft_wrap=True)
    if found.nothing:
        console.print("nothing changed")
    for figure in found.figures:
        console.print(f"  {figure.name}: {_number(figure.before)} -> {_number(figure.after)}")
    for sign, paths in (("+", found.paths_gained), ("-", found.paths_lost)):
        for path in paths:
            console.print(f"  {sign} {escape(path)}", soft_wrap=True)
    for one in found.statements:
        console.print(f"  {escape(one.text)}: belief {_number(one.before)} -> {_number(one.after)}", soft_wrap=True)
        for why in one.why[:REASONS_SHOWN]:
            console.print(f"      {_word(why.cause)}: {escape(why.text)}", soft_wrap=True)
        if len(one.why) > REASONS_SHOWN:
            console.print(f"      and {len(one.why) - REASONS_SHOWN} more reasons: --json lists them")


def _word(value: str) -> str:
    return value.replace("_", " ")


def _number(value: float | str | None) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else f"{value:.3g}"
