"""What discovery found, for people to look at: why, gaps, bridges, the backtest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from isthmus.service.cli.tables import print_path

if TYPE_CHECKING:
    from isthmus.service.gaps import BridgesAnswer, CrossingAnswer, GapAnswer, GapsAnswer
    from isthmus.service.why import Grounds, StandingAnswer, WhyAnswer, WhyCandidateAnswer

WITHOUT_SHOWN = 15
SUBFIELDS_SHOWN = 12
BRIDGES_SHOWN = 2  # of each gap
NEGATIVES = {
    "same_category": "against pairs of the same categories",
    "degree_matched": "against pairs of the same categories and like degrees",
    "refuted": "against pairs that were tried and denied",
}


def print_why(answer: WhyAnswer) -> None:
    """The path, what it would take to lose it, and where it would rank without each thing it stands on."""
    console = Console()
    print_path(console, answer.path, "  ")
    _print_grounds(console, answer, f"all paths from {answer.from_.name}")


def print_why_candidate(answer: WhyCandidateAnswer) -> None:
    """The candidate with its parts and best paths, then the same of it."""
    console = Console()
    parts = ", ".join(f"{name} {value:.3g}" for name, value in answer.candidate.components.items())
    console.print(f"[bold]{escape(answer.candidate.name)}[/] for [bold]{escape(answer.for_.name)}[/]: "
                  f"score {answer.candidate.score:.3g} ({parts})", soft_wrap=True)  # fmt: skip
    for path in answer.candidate.paths:
        print_path(console, path, "  ")
    _print_grounds(console, answer, f"{answer.ranked:,} of category {answer.category}")


def _print_grounds(console: Console, answer: Grounds, among: str) -> None:
    console.print(f"ranks {_rank(answer.standing)} among {escape(among)}", soft_wrap=True)
    if not answer.without:
        console.print("stands on no paper of its own, but on what others say of its neighbours and of its like")
        return
    if answer.minimal is None:
        tried = " that were tried" if answer.untried else ""
        console.print(f"stays among the first {answer.top} without all of its papers{tried}")
    else:
        papers = ", ".join(paper.id for paper in answer.minimal)
        surely = "" if answer.exact else " (perhaps fewer would do)"
        console.print(f"falls out of the first {answer.top} without {escape(papers)}{surely}", soft_wrap=True)
    table = Table("without", "", "evidence", "rank", "score")
    papers_tried = {one.id for one in answer.without if one.ground == "paper"}
    told = [one for one in answer.without if one.ground != "group" or one.id not in papers_tried]  # of one paper each
    for one in told[:WITHOUT_SHOWN]:
        name = f"{one.id}  {one.title}".strip()
        table.add_row(one.ground, escape(name), f"{one.pieces:,}", _rank(one.standing), f"{one.standing.score:.3g}")
    console.print(table)


def print_gaps(answer: GapsAnswer) -> None:
    """The subfields, then the widest gaps with what would cross each."""
    console = Console()
    if answer.reason:
        console.print(escape(answer.reason))
        return
    named = ", ".join(f"{one.name} ({one.entities:,})" for one in answer.subfields[:SUBFIELDS_SHOWN])
    more = len(answer.subfields) - SUBFIELDS_SHOWN
    console.print(f"{len(answer.subfields)} subfields: {escape(named)}" + (f" and {more} more" if more > 0 else ""))
    for rank, gap in enumerate(answer.gaps, start=1):
        console.print(f"{rank:>3}. [bold]{escape(gap.a)}[/]  and  [bold]{escape(gap.b)}[/]", soft_wrap=True)
        console.print(f"       gap {gap.score:.2f}: {_links(gap)}", soft_wrap=True)
        for bridge in gap.bridges[:BRIDGES_SHOWN]:
            console.print(f"       {escape(_crossing(bridge))}", soft_wrap=True)


def print_bridges(answer: BridgesAnswer) -> None:
    """How much two subfields have to do with each other, and the pairs that would join them."""
    console = Console()
    console.print(f"[bold]{escape(answer.a.name)}[/] ({answer.a.entities:,} entities) and [bold]{escape(answer.b.name)}[/] "
                  f"({answer.b.entities:,} entities)", soft_wrap=True)  # fmt: skip
    console.print(_links(answer.gap), soft_wrap=True)
    if answer.reason:
        console.print(escape(answer.reason))
    for rank, bridge in enumerate(answer.bridges, start=1):
        p = "" if bridge.p_value is None else f", p {bridge.p_value:.2g}"
        ends = f"{escape(bridge.from_.name)} and {escape(bridge.to.name)}"
        console.print(f"{rank:>3}. [bold]{ends}[/]  score {bridge.score:.3g}{p}", soft_wrap=True)
        for path in bridge.paths[:1]:
            print_path(console, path, "     ")


def print_backtest(found: dict[str, Any]) -> None:
    """How every way of scoring did, ours first, against each sort of negatives."""
    console = Console()
    console.print(
        f"graph as of {found['cut']}: {found['entities']:,} entities, {found['edges']:,} edges; "
        f"{found['positives']:,} pairs first joined in {found['cut'] + 1} to {found['until']}"
    )
    for trial in found["trials"]:
        title = f"{NEGATIVES[trial['negatives']]} ({trial['n_negatives']:,})"
        table = Table(
            "scored by", "AUROC", "95 %", "average precision", "MRR", *(f"hits@{k}" for k in _ks(trial)), title=title
        )
        for method in trial["methods"]:
            table.add_row(escape(method["name"]), *_figures(method))
        console.print(table)
    for stratum in found["strata"]:
        console.print(
            f"  {stratum['by']}, {stratum['name']}: AUROC {stratum['score']:.3f}, of degree {stratum['degree_product']:.3f} "
            f"({stratum['positives']:,} pairs)"
        )
    for bias in found["hub_bias"]:
        console.print(
            f"  {bias['of']} entropy@{bias['at']} over {bias['lists']} lists: {bias['score']:.2f}, of degree {bias['degree']:.2f}"
        )


def _ks(trial: dict[str, Any]) -> list[str]:
    return list(trial["methods"][0]["hits"])


def _figures(method: dict[str, Any]) -> list[str]:
    auroc, precision = method["auroc"], method["average_precision"]
    return [
        f"{auroc['value']:.3f}",
        f"{auroc['low']:.3f} to {auroc['high']:.3f}",
        f"{precision['value']:.3f}",
        f"{method['reciprocal_rank']:.3f}",
        *(f"{value:.3f}" for value in method["hits"].values()),
    ]


def _rank(standing: StandingAnswer) -> str:
    return "nowhere" if standing.rank is None else f"{standing.rank}"


def _crossing(crossing: CrossingAnswer) -> str:
    names = [crossing.from_.name, crossing.via.name if crossing.via else "…", crossing.to.name]
    return " - ".join(names)


def _links(gap: GapAnswer) -> str:
    expected = f"{gap.expected:.1f} expected of their degrees (z {gap.z:.1f})"
    return f"{gap.observed:,} links between them, {expected}, affinity {gap.affinity:.2f}"
