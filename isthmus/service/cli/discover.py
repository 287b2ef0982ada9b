"""``isthmus why``, ``gaps`` and ``backtest``: what answers stand on, where fields do not talk, how good it has been."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isthmus.graph.vocabulary import Category
from isthmus.service.cli.ask import KinOption, MaxHops, NewOption
from isthmus.service.cli.options import AsOfOption, JsonOption, StoreOption, open_graph, print_json


def why(
    source: Annotated[str, typer.Option("--from", metavar="A", help="Of a path: where it starts.")] = "",
    target: Annotated[str, typer.Option("--to", metavar="C", help="Of a path: where it ends.")] = "",
    path: Annotated[int, typer.Option("--path", min=1, max=200, help="Which of the paths, from 1.")] = 1,
    max_hops: MaxHops = 3,
    entity: Annotated[str, typer.Option("--for", metavar="A", help="Of a candidate: whom it is one for.")] = "",
    candidate: Annotated[str, typer.Option("--candidate", metavar="C", help="Of a candidate: which one.")] = "",
    category: Annotated[Category, typer.Option(help="Of a candidate: what was ranked.")] = Category.DRUG,
    new: NewOption = False,
    kin: KinOption = False,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="Beyond this rank it counts as lost.")] = 10,
    as_of: AsOfOption = None,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Where a path (--from, --to) or a candidate (--for, --candidate) would rank without each paper it stands on."""
    from isthmus.service.lexicon import lexicon
    from isthmus.service.names import resolve
    from isthmus.service.why import WhyAnswer, WhyCandidateAnswer, answer_why, answer_why_candidate

    named = {bool(source), bool(target), not entity, not candidate}
    if len(named) > 1:
        raise typer.BadParameter("name a path by --from A --to C, or a candidate by --for A --candidate C")
    answer: WhyAnswer | WhyCandidateAnswer
    with open_graph(store, as_of) as (opened, snapshot):
        a, c = (resolve(name, opened, lexicon().canonical) for name in (source or entity, target or candidate))
        if source:
            answer = answer_why(opened, snapshot, a, c, number=path, max_hops=max_hops, top=top)
        else:
            answer = answer_why_candidate(opened, snapshot, a, c, category, top=top, new=new, kin=kin)
    if json:
        print_json(answer.model_dump(mode="json", by_alias=True))
        return
    from isthmus.service.cli.discovery_tables import print_why, print_why_candidate

    if isinstance(answer, WhyAnswer):
        print_why(answer)
    else:
        print_why_candidate(answer)


def gaps(
    between: Annotated[
        str, typer.Option("--between", metavar="A", help="A name, CURIE, category or modality:NAME.")
    ] = "",
    and_: Annotated[str, typer.Option("--and", metavar="B", help="The other one.")] = "",
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="How many to show.")] = 20,
    as_of: AsOfOption = None,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Which pairs of subfields ought to talk and do not; or what would bridge two that you name."""
    from isthmus.service.gaps import answer_bridges, answer_gaps
    from isthmus.service.lexicon import lexicon

    if bool(between) != bool(and_):
        raise typer.BadParameter("name two subfields: --between A --and B, or neither for the whole map")
    bridges, found = None, None
    with open_graph(store, as_of) as (opened, snapshot):
        if between:
            bridges = answer_bridges(opened, snapshot, between, and_, lexicon().canonical, top=top)
        else:
            found = answer_gaps(opened, snapshot, top=top)
    answer = bridges or found
    if json and answer:
        print_json(answer.model_dump(mode="json", by_alias=True))
        return
    from isthmus.service.cli.discovery_tables import print_bridges, print_gaps

    if bridges:
        print_bridges(bridges)
    elif found:
        print_gaps(found)


def backtest(
    cut: Annotated[
        int,
        typer.Option(
            "--cut", metavar="YEAR", min=1000, max=9999, help="The last year that is known.", show_default=False
        ),
    ],
    until: Annotated[
        int | None, typer.Option("--until", metavar="YEAR", min=1000, max=9999, help="The last year looked at.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with plots.")] = None,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """How well the graph as of a year would have foretold what came after, beside simple baselines."""
    from isthmus.service.backtests import answer_backtest

    with open_graph(store) as (opened, snapshot):
        found = answer_backtest(opened, snapshot, cut, until)
    if html is not None:
        from isthmus.service.backtest_page import backtest_page

        html.write_text(backtest_page(found), encoding="utf-8")
        typer.echo(f"wrote {html}", err=True)
    if json:
        print_json(found)
    else:
        from isthmus.service.cli.discovery_tables import print_backtest

        print_backtest(found)
