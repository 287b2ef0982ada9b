"""Walking through the review queue in the terminal: one key for each verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import typer
from rich.console import Console
from rich.markup import escape

from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import VerdictKind
from isthmus.service.cli.review_tables import belief_moved, print_sentence
from isthmus.service.review.blind import BlindAnswer, rate
from isthmus.service.review.shown import ShownTarget, answer_show
from isthmus.service.review.told import MovedAnswer
from isthmus.service.review.verdicts import UnknownTarget, give, undo
from isthmus.service.review.waiting import QueueAnswer, WaitingAnswer

VERDICTS = {
    "v": VerdictKind.CORRECT,
    "r": VerdictKind.WRONG_RELATION,
    "e": VerdictKind.WRONG_ENTITY,
    "d": VerdictKind.WRONG_DIRECTION,
    "n": VerdictKind.NEGATION_MISSED,
    "p": VerdictKind.SPECULATIVE,
    "x": VerdictKind.OTHER,
}
_HELP = (
    "v correct   r wrong relation   e wrong entity   d wrong direction   n negation missed   p speculative   "
    "x wrong otherwise\nm another sentence   u undo   s skip   ? keys   q quit"
)
_QUIT = ("q", "\x03", "\x04")
_SKIP = ("s", " ")


class Keys(Protocol):
    """Where keys and comments come from."""

    def key(self) -> str:
        """The next key."""

    def comment(self) -> str:
        """A line of text, empty for none."""


class TerminalKeys:
    """Those of the terminal."""

    def key(self) -> str:
        """The next key that is pressed, without Enter."""
        try:
            return typer.getchar()
        except EOFError:
            return "q"

    def comment(self) -> str:
        """What is typed until Enter."""
        text: str = typer.prompt("  comment (Enter for none)", default="", show_default=False)
        return text


@dataclass(slots=True)
class _Walk:
    """One session: what was judged, to be taken back, and what is on the screen."""

    store: Store
    reviewer: str
    keys: Keys
    console: Console
    judged: list[WaitingAnswer]

    def item(self, waiting: WaitingAnswer) -> bool:
        """Show one and take a verdict. Returns whether to go on."""
        try:
            shown = answer_show(self.store, waiting.id)
        except UnknownTarget:  # gone since the page was made
            return True
        sentence = 0
        self._print(waiting, shown, sentence)
        while True:
            key = self.keys.key().lower()
            if key in _QUIT:
                return False
            if key in _SKIP:
                return True
            if key in VERDICTS:
                self._give(waiting, shown, sentence, VERDICTS[key])
                return True
            if key == "u":
                before = self._undo()
                if before is not None and not self.item(before):
                    return False
                self._print(waiting, shown, sentence)
            elif key == "m" and shown.evidence:
                sentence = (sentence + 1) % len(shown.evidence)
                print_sentence(self.console, shown.evidence[sentence])
            else:
                self.console.print(_HELP)

    def _give(self, waiting: WaitingAnswer, shown: ShownTarget, sentence: int, kind: VerdictKind) -> None:
        comment = "" if kind is VerdictKind.CORRECT else self.keys.comment()
        looked_at = shown.evidence[sentence].id if shown.evidence else ""
        moved = give(self.store, waiting.id, kind, self.reviewer, comment=comment, evidence=looked_at)
        self.judged.append(waiting)
        self.console.print(f"  {kind.replace('_', ' ')}{belief_moved(MovedAnswer.of(moved))}", highlight=False)

    def _undo(self) -> WaitingAnswer | None:
        if not self.judged:
            self.console.print("  nothing to undo: `isthmus review undo` goes further back")
            return None
        before = self.judged.pop()
        moved = undo(self.store, self.reviewer, before.id)
        self.console.print(f"  taken back{belief_moved(MovedAnswer.of(moved))}", highlight=False)
        return before

    def _print(self, waiting: WaitingAnswer, shown: ShownTarget, sentence: int) -> None:
        disagreed = "  reviewers disagree" if waiting.disagreed else ""
        self.console.print(f"\n[bold]{escape(waiting.text)}[/]", soft_wrap=True, highlight=False)
        belief = waiting.belief if shown.belief is None else shown.belief
        why = f"belief {belief:.2f}, {waiting.information:.2f} bits to learn, lean {waiting.lean:.2f}"
        resting = f", {len(waiting.hypotheses)} hypotheses rest on it" if waiting.hypotheses else ""
        self.console.print(f"  {why}{resting}{disagreed}", highlight=False)
        if shown.evidence:
            print_sentence(self.console, shown.evidence[sentence])
            if len(shown.evidence) > 1:
                self.console.print(f"  m: {len(shown.evidence) - 1} more sentences")


def walk(store: Store, reviewer: str, page: Callable[[str], QueueAnswer], keys: Keys) -> int:
    """Walk through the queue until it ends or somebody quits. Returns how many verdicts were given and stayed.

    Args:
        store: where verdicts go.
        reviewer: whose they are.
        page: the queue, page by page: a cursor in, "" for the first.
        keys: where keys come from.
    """
    console = Console()
    session = _Walk(store, reviewer, keys, console, [])
    console.print(_HELP)
    for waiting in _items(page):
        if not session.item(waiting):
            break
    else:
        console.print("that was all that waits")
    console.print(f"{len(session.judged)} verdicts by {escape(reviewer)}", highlight=False)
    return len(session.judged)


def _items(page: Callable[[str], QueueAnswer]) -> Iterator[WaitingAnswer]:
    answer = page("")
    while True:
        yield from answer.items
        if not answer.cursor:
            return
        answer = page(answer.cursor)


def rate_blind(store: Store, answer: BlindAnswer, keys: Keys) -> int:
    """Show the paths of a list that are not rated yet, one after the other, and take a rating for each: a key from 1 to 5.

    Returns how many are rated now.
    """
    console = Console()
    console.print(f"list {answer.id}: 1 surely a decoy, 3 cannot tell, 5 surely real; s skip, q quit", highlight=False)
    rated = dict(answer.rated)
    for item in answer.items:
        if item.number in answer.rated:
            continue
        console.print(f"\n{item.number:>4}. [bold]{escape(item.text)}[/]", soft_wrap=True, highlight=False)
        key = keys.key()
        while key not in (*"12345", *_SKIP, *_QUIT):
            console.print("a key from 1 to 5, s or q")
            key = keys.key()
        if key in _QUIT:
            break
        if key in "12345":
            rated = rate(store, answer.id, answer.reviewer, {item.number: float(key)})
    console.print(f"{len(rated)} of {answer.size} rated: `isthmus review blind report {answer.id}` tells how well")
    return len(rated)
