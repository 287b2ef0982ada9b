"""What papers name together, for people to look at; said to be no statements wherever it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from isthmus.service.co_mention import BridgeAnswer, CoMentionAnswer, CoMentionCandidatesAnswer, LegAnswer

BRIDGES_SHOWN = 10
PAPERS_SHOWN = 3


def print_co_mention(console: Console, answer: CoMentionAnswer, names: tuple[str, str]) -> None:
    """The papers that name both, then who is named with both."""
    a, c = map(escape, names)
    console.print("[bold]co-mention[/]: what papers name together, which says nothing of how they stand to each other")
    if answer.documents:
        since = f" since {answer.first_year}" if answer.first_year else ""
        console.print(f"  {answer.documents:,} papers and {answer.sentences:,} sentences{since} name both {a} and {c}",
                      soft_wrap=True)  # fmt: skip
        for paper in answer.latest[:PAPERS_SHOWN]:
            year = f", {paper.year}" if paper.year else ""
            said = paper.sentence or paper.title
            console.print(f"    “{escape(said)}” ({escape(paper.document)}{year})", soft_wrap=True)
    else:
        console.print(f"  no paper names both {a} and {c}", soft_wrap=True)
    if not answer.bridges:
        console.print("  nothing else is named with each of them")
        return
    table = Table(title=f"named with both: {answer.n_bridges:,}", title_justify="left")
    for heading in ("entity", "category", f"with {a}", f"with {c}", "Jaccard"):
        table.add_column(heading)
    for bridge in answer.bridges[:BRIDGES_SHOWN]:
        legs = (_leg(leg) for leg in bridge.legs)
        table.add_row(escape(bridge.entity.name), bridge.entity.category, *legs, f"{bridge.score:.3g}")
    console.print(table)


def print_co_mention_candidates(answer: CoMentionCandidatesAnswer) -> None:
    """Ranked candidates as a table, with who is named with both."""
    console = Console()
    console.print(f"{escape(answer.category)} for [bold]{escape(answer.for_.name)}[/], by [bold]co-mention[/]: "
                  "what papers name together, no statements", soft_wrap=True)  # fmt: skip
    table = Table("rank", "id", "name", "score", "named with both", "papers", "known", "by way of")
    table.columns[1].overflow, table.columns[2].min_width = "fold", 10
    for rank, one in enumerate(answer.candidates, start=1):
        cells = (
            str(rank),
            one.id,
            one.name,
            f"{one.score:.3g}",
            f"{one.n_bridges:,}",
            f"{one.documents:,}",
            "yes" if one.known else "",
            ", ".join(map(_bridge, one.bridges)),
        )
        table.add_row(*map(escape, cells))
    console.print(table)
    if answer.kin_left_out:
        console.print(f"{answer.kin_left_out:,} of its kin are left out: --kin ranks them too")


def _bridge(bridge: BridgeAnswer) -> str:
    return bridge.entity.name


def _leg(leg: LegAnswer) -> str:
    since = f" since {leg.first_year}" if leg.first_year else ""
    return f"{leg.documents:,} papers{since}"
