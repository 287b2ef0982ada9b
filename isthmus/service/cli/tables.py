"""Answers as tables and runs as bars, for people. Bars go to stderr and only to a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

if TYPE_CHECKING:
    from isthmus.service.answers import PathAnswer, Sentence
    from isthmus.service.asking import CandidatesAnswer, PathsAnswer
    from isthmus.service.doctor.diagnosis import Diagnosis
    from isthmus.service.ingest import Progress as Report
    from isthmus.service.runs.summary import Summary

FAILURES_LISTED = 10
NAME_SHOWN = 20
CANDIDATES_EXPLAINED = 3


@contextmanager
def ingest_progress() -> Iterator[Report]:
    """A bar over what is read, told by calling it with the input's name and the summary so far."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TextColumn("{task.fields[found]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("reading", total=1.0, found="")

        def report(source: str, summary: Summary, share: float) -> None:
            found = f"{summary.read:,} read, {summary.statements:,} statements"
            bar.update(task, description=escape(shortened(source)), completed=share, found=found)

        yield report


def shortened(name: str) -> str:
    """A file's name that leaves room for the bar."""
    return name if len(name) <= NAME_SHOWN else f"{name[: NAME_SHOWN - 1]}…"


def summary_table(summary: Summary) -> None:
    """What a run did, the reasons for empty documents, the failures by name."""
    console = Console()
    if not (summary.written or summary.failed or summary.quarantined or summary.deleted or summary.empty):
        console.print(f"nothing new ({summary.unchanged:,} documents are in already)")
        return
    documents = (
        (name, getattr(summary, name)) for name in ("written", "unchanged", "empty", "failed", "quarantined", "deleted")
    )
    told = ", ".join(f"[bold]{count:,}[/] {name}" for name, count in documents if count)
    console.print(f"{summary.read:,} documents read in {summary.seconds:,.1f} s: {told}", highlight=False)
    console.print(
        f"  new: [bold]{summary.statements:,}[/] statements, [bold]{summary.evidence:,}[/] pieces of evidence, "
        f"[bold]{summary.entities:,}[/] entities",
        highlight=False,
    )
    if len(summary.modalities) > 1:
        console.print("  of: " + ", ".join(f"{count:,} {name}" for name, count in summary.modalities.most_common()))
    for reason, count in summary.empty_reasons.most_common(FAILURES_LISTED):
        console.print(f"  empty: {count:,} × {escape(reason)}")
    for (topic, text), count in summary.notes.most_common(FAILURES_LISTED):
        console.print(f"  {escape(topic)}: {escape(text)} ({count:,})")
    for failure in summary.failures[:FAILURES_LISTED]:
        where = f"{failure.source}, {failure.record}" if failure.record else failure.source
        console.print(f"  failed: {escape(where)}: {escape(failure.reason)}", style="red")
    bad = summary.failed + summary.quarantined
    if bad > FAILURES_LISTED:
        console.print(f"  and {bad - FAILURES_LISTED:,} more: isthmus runs show {summary.run} lists them")


def diagnosis_table(diagnosis: Diagnosis) -> None:
    """What the doctor found: one line a part."""
    console = Console()
    console.print(f"store {escape(diagnosis.store)}")
    if diagnosis.counts:
        counts = asdict(diagnosis.counts)
        console.print("  " + ", ".join(f"{count:,} {name}" for name, count in counts.items()))
        console.print(f"  graph hash {diagnosis.graph_hash}")
    table = Table("", "part", "detail")
    for check in diagnosis.checks:
        table.add_row("[green]ok[/]" if check.ok else "[red]no[/]", check.name, escape(check.detail))
    console.print(table)


def print_paths(answer: PathsAnswer) -> None:
    """Ranked paths, each hop with its best sentence beneath."""
    console = Console()
    when = f", as of {answer.as_of}" if answer.as_of else ""
    console.print(f"[bold]{escape(answer.from_.name)}[/] to [bold]{escape(answer.to.name)}[/]{when}")
    if not answer.paths:
        console.print("  no path: allow more hops, or ingest sources that name both")
    for rank, path in enumerate(answer.paths, start=1):
        print_path(console, path, f"{rank:>3}. ")
    if answer.co_mention is not None:
        from isthmus.service.cli.co_mention_tables import print_co_mention

        print_co_mention(console, answer.co_mention, (answer.from_.name, answer.to.name))


def print_candidates(answer: CandidatesAnswer) -> None:
    """Ranked candidates as a table, then the best path of the first few that are news."""
    console = Console()
    table = Table("rank", "id", "name", "score", "p", "known", "degree", "by way of")
    for place in (0, 3, 4):
        table.columns[place].no_wrap = True
    # An ungrounded name is an id as long as a sentence; it must leave room for the rest.
    table.columns[1].overflow, table.columns[2].min_width = "fold", 10
    table.columns[1].min_width, table.columns[1].max_width = 12, 16
    for rank, candidate in enumerate(answer.candidates, start=1):
        way = " - ".join(node.name for node in candidate.paths[0].nodes[1:-1]) if candidate.paths else ""
        known = "yes" if candidate.known else ""
        p = "" if candidate.p_value is None else f"{candidate.p_value:.2g}"
        cells = (
            str(rank),
            candidate.id,
            candidate.name,
            f"{candidate.score:.3g}",
            p,
            known,
            f"{candidate.degree:,}",
            way,
        )
        table.add_row(*map(escape, cells))
    console.print(f"{escape(answer.category)} for [bold]{escape(answer.for_.name)}[/]")
    console.print(table)
    if answer.kin_left_out:
        console.print(f"{answer.kin_left_out:,} of its kin are left out: --kin ranks them too")
    news = [candidate for candidate in answer.candidates if not candidate.known]
    for candidate in (news or answer.candidates)[:CANDIDATES_EXPLAINED]:
        for path in candidate.paths[:1]:
            print_path(console, path, "  ")


def print_path(console: Console, path: PathAnswer, lead: str) -> None:
    """One path with what is known of it, each hop with its best sentence beneath."""
    names = {node.id: node.name for node in path.nodes}
    chain = " - ".join(node.name for node in path.nodes)
    console.print(
        f"{lead}[bold]{escape(chain)}[/]  score {path.score:.3g}, p {path.p_value:.2g}, belief {path.belief:.2f}, {path.sign}",
        soft_wrap=True,
    )
    console.print(f"       {escape(_standing(path))}", soft_wrap=True)
    for hop in path.statements:
        weakest = " (weakest)" if hop.id == path.weakest and len(path.statements) > 1 else ""
        subject, obj = names.get(hop.subject, hop.subject), names.get(hop.object, hop.object)
        said = f"{subject} {hop.predicate.replace('_', ' ')} {obj}"
        counted = f"{hop.evidence_count} evidence" + (f" since {hop.first_year}" if hop.first_year else "")
        console.print(f"       {escape(said)}  belief {hop.belief:.2f}{weakest}, {counted}", soft_wrap=True)
        for sentence in hop.evidence[:1]:
            console.print(f"         “{escape(sentence.text)}” ({escape(_source(sentence))})", soft_wrap=True)


def _standing(path: PathAnswer) -> str:
    """What speaks for a path and against it, besides its hops."""
    told = [
        f"paths like it: {path.count:.3g}, {path.degree_score:.3g} by degree alone (q {path.q_value:.2g})",
        f"{path.papers} papers of {path.groups} groups" + (f" since {path.first_year}" if path.first_year else ""),
        "+".join(path.modalities),
    ]
    told += [f"{one.facet} changes after hop {one.after + 1}" for one in path.switches]
    told += [f"{path.alike} more like it"] if path.alike else []
    return "; ".join(told)


def _source(sentence: Sentence) -> str:
    """Where a sentence stands: an id that leads somewhere, else the title."""
    document = sentence.title if sentence.document.startswith("sha256:") and sentence.title else sentence.document
    return f"{document}, {sentence.year}" if sentence.year else document
