"""Options of the commands that may ask a language model, and what they tell of it on stderr."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isthmus.errors import UsageError

if TYPE_CHECKING:
    from isthmus.extractors.readers import Kind
    from isthmus.extractors.readers.association_table import ColumnMap
    from isthmus.service.budget import Price
    from isthmus.service.cascade import Cascade
    from isthmus.service.preflight import Estimate

BudgetOption = Annotated[
    str,
    typer.Option(
        "--budget",
        metavar="AMOUNT",
        help="Ask the chat model about the doubtful sentences, for at most 20000 (tokens), 0.50usd, or 20000,0.50usd.",
        show_default=False,
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what asking the chat model would cost; ask and write nothing.")
]


def cascade(model: str, budget: str) -> Cascade:
    """The cascade with the named model, or that of the settings. Raises ``UsageError`` where there is none."""
    from isthmus.service.budget import Budget
    from isthmus.service.cascade import Cascade
    from isthmus.service.extraction import extractor
    from isthmus.service.language_model import adviser
    from isthmus.service.settings import settings

    name = model or settings().llm
    if not name:
        raise UsageError("no chat model to ask: give --model provider:model, or set ISTHMUS_LLM.")
    limit = Budget.parse(budget)
    limit.need(_price())
    return Cascade(adviser(name), extractor().name, limit, _price())


def estimate(
    paths: Sequence[Path], model: str, budget: str, kind: Kind | None = None, columns: ColumnMap | None = None
) -> Estimate:
    """What asking would cost. No model is opened: its name, where there is one, tells which answers are kept."""
    from isthmus.graph.model import Extraction
    from isthmus.service.budget import Budget
    from isthmus.service.extraction import extract_files, extractor
    from isthmus.service.language_model import answers_kept, has_answered, may_read_reports, versioned
    from isthmus.service.preflight import Plan
    from isthmus.service.settings import settings

    name = model or settings().llm
    answers = answers_kept()
    plan = Plan(
        extractor().name,
        Budget.parse(budget) if budget else Budget(),
        _price(),
        model=versioned(name) if name else "",
        reads_reports=may_read_reports(),
        has_answered=lambda question: bool(name) and has_answered(versioned(name), answers, question),
        holding=False,
    )
    for result in extract_files(paths, workers=settings().workers, kind=kind, columns=columns):
        if isinstance(result, Extraction):
            plan.consider(result)
    return plan.estimate()


def say_estimate(estimated: Estimate) -> None:
    """The preflight, before anything is sent."""
    typer.echo(f"isthmus: {estimated}", err=True)


def say_spent(cascaded: Cascade) -> None:
    """What was asked, what came of it and what it cost."""
    asked, account = cascaded.asked, cascaded.account
    money = f", {account.money:.4f} in money" if account.money else ""
    told = (
        f"{asked.answers:,} answers: {asked.new_statements:,} new statements, {asked.new_evidence:,} pieces of evidence, "
        f"{asked.dropped.total():,} findings dropped; {account.spent.total:,} tokens{money}"
    )
    typer.echo(f"isthmus: {told}{f'; stopped: {account.stopped}' if account.stopped else ''}", err=True)


def _price() -> Price:
    from isthmus.service.budget import Price
    from isthmus.service.settings import settings

    return Price(settings().llm_input_price, settings().llm_output_price)
