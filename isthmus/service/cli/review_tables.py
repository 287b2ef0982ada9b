"""What review shows, for people: the queue, a statement with its sentences, what moved, agreement, blind lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from isthmus.service.review.agreement import AgreementAnswer, KappaAnswer, VerdictAnswer
    from isthmus.service.review.blind import BlindAnswer, BlindList
    from isthmus.service.review.blind_report import BlindReport
    from isthmus.service.review.shown import MarkedSentence, ShownTarget
    from isthmus.service.review.told import MovedAnswer
    from isthmus.service.review.waiting import QueueAnswer

SENTENCES_SHOWN = 5


def print_queue(answer: QueueAnswer) -> None:
    """What waits, the most telling first."""
    console = Console()
    if not answer.items:
        console.print("nothing waits for a verdict: all is judged, or the graph is sure of it")
        return
    for one in answer.items:
        what = f"{'hypothesis: ' if one.about == 'hypothesis' else ''}{one.text}"
        told = f"value {one.value:.3f}: {one.information:.2f} bits, leaned on {one.lean:.2f}; belief {one.belief:.2f}"
        said = ", ".join(f"{each.reviewer}: {_words(each.kind)}" for each in one.verdicts)
        console.print(f"[bold]{escape(what)}[/]", soft_wrap=True, highlight=False)
        console.print(f"    {told}", soft_wrap=True, highlight=False)
        if said:
            disagree = "reviewers disagree, " if one.disagreed else ""
            console.print(f"    {disagree}{escape(said)}", soft_wrap=True, highlight=False)
        console.print(f"    {one.id}", soft_wrap=True, highlight=False)
    if answer.cursor:
        console.print(f"more: --cursor {answer.cursor}", soft_wrap=True)


def print_shown(answer: ShownTarget) -> None:
    """A statement, its sentences and what was said of it."""
    console = Console()
    belief = "" if answer.belief is None else f"  belief {answer.belief:.2f}"
    console.print(f"[bold]{escape(answer.text or answer.id)}[/]{belief}", soft_wrap=True, highlight=False)
    for sentence in answer.evidence[:SENTENCES_SHOWN]:
        print_sentence(console, sentence)
    if len(answer.evidence) > SENTENCES_SHOWN:
        console.print(f"  and {len(answer.evidence) - SENTENCES_SHOWN} more: --json lists them")
    for verdict in answer.verdicts:
        console.print(f"  {escape(_said(verdict))}", soft_wrap=True, highlight=False)
    if answer.disagreed:
        console.print("  reviewers disagree")


def print_sentence(console: Console, sentence: MarkedSentence) -> None:
    """One sentence with its marks, and where it stands."""
    where = ", ".join(str(part) for part in (sentence.document, sentence.section, sentence.year) if part)
    told = "" if sentence.assertion == "affirmed" else f", {sentence.assertion}"
    gone = ", RETRACTED" if sentence.retracted else ""
    console.print(f"  “{escape(sentence.with_marks)}”", soft_wrap=True, highlight=False)
    source = f"{where}{told}{gone}; read by {sentence.extractor}, id {sentence.id}"
    console.print(f"    {escape(source)}", soft_wrap=True, highlight=False)


def print_moved(moved: MovedAnswer, *, taken_back: bool = False) -> None:
    """What a verdict did."""
    done = "taken back" if taken_back else "kept"
    Console().print(f"{_words(moved.verdict.kind)} {done}{belief_moved(moved)}", highlight=False)


def belief_moved(moved: MovedAnswer) -> str:
    """``; belief 0.70 -> 0.98``, where there is one."""
    if moved.belief_before is None or moved.belief_after is None:
        return ""
    return f"; belief {moved.belief_before:.2f} -> {moved.belief_after:.2f}"


def print_agreement(answer: AgreementAnswer) -> None:
    """Kappa of each two reviewers and of all, then what they disagree on."""
    console = Console()
    if not answer.reviewers:
        console.print("nobody has judged anything: see `isthmus review list`")
        return
    for one in answer.reviewers:
        console.print(f"{escape(one.reviewer)}: {one.judged:,} judged, {one.right:,} right", highlight=False)
    table = Table("reviewers", "items", "agree", "kappa, right or not", "kappa, kinds")
    for pair in answer.pairs:
        agreed = "" if pair.right_or_not.agreed is None else f"{pair.right_or_not.agreed:.0%}"
        table.add_row(
            escape(" and ".join(pair.reviewers)),
            str(pair.right_or_not.items),
            agreed,
            _kappa(pair.right_or_not),
            _kappa(pair.by_kind),
        )
    if answer.all_right_or_not and answer.all_by_kind:
        of_all = answer.all_right_or_not
        agreed = "" if of_all.agreed is None else f"{of_all.agreed:.0%}"
        table.add_row("all (Fleiss)", str(of_all.items), agreed, _kappa(of_all), _kappa(answer.all_by_kind))
    if table.row_count:
        console.print(table)
    for disagreement in answer.disagreements:
        console.print(f"[bold]{escape(disagreement.text or disagreement.id)}[/]  {disagreement.id}", soft_wrap=True)
        for verdict in disagreement.verdicts:
            console.print(f"  {escape(_said(verdict))}", soft_wrap=True, highlight=False)


def print_blind(answer: BlindAnswer) -> None:
    """The items, and what was thought of them."""
    console = Console()
    console.print(f"list [bold]{answer.id}[/]: {len(answer.rated)} of {answer.size} rated by {escape(answer.reviewer)}")
    for item in answer.items:
        rated = f"  ({answer.rated[item.number]:g})" if item.number in answer.rated else ""
        console.print(f"{item.number:>4}. {escape(item.text)}{rated}", soft_wrap=True, highlight=False)


def print_blind_lists(lists: list[BlindList]) -> None:
    """The lists that there are."""
    console = Console()
    for one in lists:
        console.print(f"{one.id}  {one.size} paths of {one.hops} hops, seed {one.seed}", highlight=False)
    if not lists:
        console.print("no blind list yet: make one with `isthmus review blind --size 20`")


def print_blind_report(report: BlindReport) -> None:
    """How well each told real paths from decoys."""
    console = Console()
    table = Table("reviewer", "rated", "AUROC", "95 %", "right", "95 %", "d'")
    for one in report.reviewers:
        interval = "" if one.auroc_low is None else f"{one.auroc_low:.2f} to {one.auroc_high:.2f}"
        table.add_row(
            escape(one.reviewer) + (" (model)" if one.model else ""),
            str(one.real + one.decoys),
            f"{one.auroc:.3f}",
            interval,
            f"{one.accuracy:.0%}",
            f"{one.accuracy_low:.0%} to {one.accuracy_high:.0%}",
            f"{one.d_prime:.2f}",
        )
    console.print(table)
    for name in report.unmeasured:
        console.print(f"{escape(name)} has rated one sort alone: nothing can be told yet")


def _kappa(kappa: KappaAnswer) -> str:
    if kappa.value is None:
        return kappa.reason
    interval = "" if kappa.low is None else f" ({kappa.low:.2f} to {kappa.high:.2f})"
    return f"{kappa.value:.2f}{interval}"


def _said(verdict: VerdictAnswer) -> str:
    comment = f": {verdict.comment}" if verdict.comment else ""
    replaced = "" if verdict.counts else " (said otherwise later)"
    return f"{verdict.at[:10]} {verdict.reviewer}: {_words(verdict.kind)}{comment}{replaced}"


def _words(kind: str) -> str:
    return kind.replace("_", " ")
