"""``isthmus paths``, ``candidates`` and ``score``: questions to the graph."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from isthmus.graph.vocabulary import Category
from isthmus.service.cli.options import AsOfOption, JsonOption, StoreOption, open_graph, print_json

Top = Annotated[int, typer.Option("--top", min=1, max=10_000, help="How many to show.")]
MaxHops = Annotated[int, typer.Option("--max-hops", min=1, max=4, help="Statements in a path, at most.")]
NewOption = Annotated[
    bool,
    typer.Option("--new", help="Leave out what a statement joins to it already; by co-mention also what a paper does."),
]
KinOption = Annotated[bool, typer.Option("--kin", help="Rank its parents, lookalikes and family too.")]


class By(StrEnum):
    """What candidates are ranked by."""

    STATEMENTS = "statements"
    CO_MENTION = "co-mention"


def paths(
    source: Annotated[str, typer.Option("--from", metavar="A", help="A CURIE or a name.", show_default=False)],
    target: Annotated[str, typer.Option("--to", metavar="C", help="A CURIE or a name.", show_default=False)],
    max_hops: MaxHops = 3,
    top: Top = 10,
    co_mention: Annotated[
        bool, typer.Option("--co-mention", help="Also who papers name with both, as where there is no path.")
    ] = False,
    as_of: AsOfOption = None,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """The best paths between two entities, each hop with the sentences behind it."""
    from isthmus.service.asking import answer_paths
    from isthmus.service.lexicon import lexicon
    from isthmus.service.names import resolve

    with open_graph(store, as_of) as (opened, snapshot):
        ends = [resolve(name, opened, lexicon().canonical) for name in (source, target)]
        answer = answer_paths(opened, snapshot, *ends, max_hops=max_hops, top=top, co_mention=co_mention)
    if json:
        print_json(answer.model_dump(mode="json", by_alias=True))
    else:
        from isthmus.service.cli.tables import print_paths

        print_paths(answer)


def candidates(
    entity: Annotated[str, typer.Option("--for", metavar="A", help="A CURIE or a name.", show_default=False)],
    category: Annotated[Category, typer.Option(help="What to rank; takes in its descendants.")] = Category.DRUG,
    by: Annotated[By, typer.Option("--by", help="What statements say, or what papers name together.")] = By.STATEMENTS,
    top: Top = 20,
    new: NewOption = False,
    kin: KinOption = False,
    as_of: AsOfOption = None,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Rank all entities of a category for one entity."""
    from isthmus.service.asking import answer_candidates
    from isthmus.service.co_mention import CoMentionCandidatesAnswer, answer_candidates_by_co_mention
    from isthmus.service.lexicon import lexicon
    from isthmus.service.names import resolve

    ask = answer_candidates if by is By.STATEMENTS else answer_candidates_by_co_mention
    with open_graph(store, as_of) as (opened, snapshot):
        found = resolve(entity, opened, lexicon().canonical)
        answer = ask(opened, snapshot, found, category, top=top, new=new, kin=kin)
    if json:
        print_json(answer.model_dump(mode="json", by_alias=True))
    elif isinstance(answer, CoMentionCandidatesAnswer):
        from isthmus.service.cli.co_mention_tables import print_co_mention_candidates

        print_co_mention_candidates(answer)
    else:
        from isthmus.service.cli.tables import print_candidates

        print_candidates(answer)


def score(
    pairs: Annotated[Path, typer.Option(help="TSV with the columns a and c.", show_default=False)],
    as_of: AsOfOption = None,
    store: StoreOption = "",
) -> None:
    """Score pairs from a file: the same rows come out with score, p_value and components."""
    from isthmus.service.lexicon import lexicon
    from isthmus.service.pair_scores import read_pairs, score_rows, write_rows

    table = read_pairs(pairs)
    with open_graph(store, as_of) as (opened, snapshot):
        scored, failures = score_rows(table, opened, snapshot, lexicon().canonical)
    write_rows(scored, sys.stdout)
    for failure in failures:
        typer.echo(f"isthmus: {failure}", err=True)
    raise typer.Exit(1 if failures else 0)
