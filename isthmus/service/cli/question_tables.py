"""Answers to questions, for people to look at."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from isthmus.service.asking import CandidatesAnswer, PathsAnswer
from isthmus.service.cli.discovery_tables import print_backtest, print_bridges, print_gaps, print_why
from isthmus.service.cli.tables import print_candidates, print_paths
from isthmus.service.gaps import BridgesAnswer, GapsAnswer
from isthmus.service.questions.run import QuestionAnswer
from isthmus.service.questions.statements import EntityAnswer, StatementAnswer, StatementsAnswer
from isthmus.service.why import WhyAnswer

RELATIONS_SHOWN = 8
SYNONYMS_SHOWN = 6


def print_answer(answered: QuestionAnswer) -> None:
    """The answer as the command prints it that answers such questions."""
    answer = answered.answer
    if isinstance(answer, PathsAnswer):
        print_paths(answer)
    elif isinstance(answer, CandidatesAnswer):
        print_candidates(answer)
    elif isinstance(answer, BridgesAnswer):
        print_bridges(answer)
    elif isinstance(answer, GapsAnswer):
        print_gaps(answer)
    elif isinstance(answer, WhyAnswer):
        print_why(answer)
    elif isinstance(answer, StatementsAnswer):
        print_statements(answer)
    elif isinstance(answer, EntityAnswer):
        print_entity(answer)
    else:
        print_backtest(answer)
    for note in answered.notes:
        Console().print(escape(note), soft_wrap=True)


def print_statements(answer: StatementsAnswer) -> None:
    """The statements that say so, then what else joins the two ends."""
    console = Console()
    denied = f", {answer.denied} of them denied" if answer.denied else ""
    console.print(f"{answer.found:,} statements{denied}" if answer.found else escape(answer.reason), soft_wrap=True)
    for rank, statement in enumerate(answer.statements, start=1):
        _print_statement(console, statement, f"{rank:>3}. ")
    if answer.besides:
        console.print("also said of the two:")
    for statement in answer.besides:
        _print_statement(console, statement, "     ")


def print_entity(answer: EntityAnswer) -> None:
    """The entity, how it is related, and the best believed statements of it."""
    console = Console()
    entity = answer.entity
    console.print(f"[bold]{escape(entity.name)}[/]  {escape(entity.id)}, {entity.category}", soft_wrap=True)
    if answer.synonyms:
        console.print(f"  also {escape(', '.join(answer.synonyms[:SYNONYMS_SHOWN]))}", soft_wrap=True)
    counted = list(answer.relations.items())[:RELATIONS_SHOWN]
    told = ", ".join(f"{count:,} {predicate.replace('_', ' ')}" for predicate, count in counted)
    when = f" as of {answer.as_of}" if answer.as_of else ""
    console.print(f"  {answer.found:,} statements{when}: {told}" if told else f"  no statement{when}", soft_wrap=True)
    for statement in answer.statements:
        _print_statement(console, statement, "     ")


def _print_statement(console: Console, statement: StatementAnswer, lead: str) -> None:
    predicate = statement.predicate.replace("_", " ")
    said = f"{statement.subject.name} {predicate} {statement.object.name}"
    belief = "" if statement.belief is None else f"  belief {statement.belief:.2f}"
    denied = "  [bold]denied[/]" if statement.negated else ""
    since = f" since {statement.first_year}" if statement.first_year else ""
    console.print(f"{lead}{escape(said)}{denied}{belief}, {statement.evidence_count} evidence{since}", soft_wrap=True)
    for one in statement.evidence[:1]:
        year = f", {one.year}" if one.year else ""
        console.print(f"{' ' * len(lead)}  “{escape(one.text)}” ({escape(one.document)}{year})", soft_wrap=True)
