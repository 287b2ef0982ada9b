"""What may be asked in Cypher, judged by the plan that the server makes of it.

The kind of query that a server reports is no guard by itself: LOAD CSV, SHOW, TERMINATE TRANSACTIONS and procedures that
open files or addresses all count as reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.service.cypher.allowed import LABELS, OPERATORS, PROCEDURES
from isthmus.service.cypher.guard import RefusedQuery

MOST_ROWS_EXPECTED = 1e8  # of any step, by the planner's reckoning

_QUOTED = re.compile(r"`(?:[^`]|``)*`|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_SUBQUERY = re.compile(r"\b(EXISTS|COUNT|COLLECT)\s*\{")
_LABELLED = re.compile(r":\s*(`[^`]*`|\w+)(?:\s*[|&]\s*:?(?:`[^`]*`|\w+))*")

Plan = Mapping[str, Any]


def check_plan(plan: Plan | None, query_type: str | None) -> None:
    """Every step is on the list and begins where a reader may look.

    Args:
        plan: as the driver gives it, of an EXPLAIN.
        query_type: as the server reports it.

    Raises:
        RefusedQuery: a step that is not on the list, or the query is none that reads.
    """
    if query_type != "r" or plan is None:
        raise RefusedQuery("this answers queries that only read the graph, and return what they find")
    for step in _steps(plan):
        _check_step(step)


def _steps(plan: Plan) -> Iterator[Plan]:
    waiting = [plan]
    while waiting:
        step = waiting.pop()
        yield step
        waiting.extend(step.get("children") or ())


def _check_step(step: Plan) -> None:
    operator = str(step["operatorType"]).partition("@")[0].partition("(")[0]
    arguments = step.get("args") or {}
    details = str(arguments.get("Details", ""))
    if operator in ("AllNodesScan", "NodeByElementIdSeek", "NodeByIdSeek", "SubtractionNodeByLabelsScan"):
        raise RefusedQuery(
            "a node without a label is looked for: say which, as in (n:Entity); find it by its id property"
        )
    if operator not in OPERATORS:
        raise RefusedQuery(f"the server would do {operator[:60]}, which is not run here")
    if operator == "ProcedureCall" and details.partition("(")[0].strip().casefold() not in PROCEDURES:
        raise RefusedQuery(f"the procedure {details.partition('(')[0][:60]} is not called here")
    if operator.startswith(("Node", "UnionNode", "IntersectionNode", "MultiNode")):
        _check_labels(operator, details)
    if operator != "ProduceResults" and _SUBQUERY.search(_QUOTED.sub("", details)):
        # Its steps are part of no plan: nobody could say what they do.
        raise RefusedQuery(
            "a subquery (EXISTS, COUNT or COLLECT with braces) lies within a list or a condition where its plan cannot be "
            "seen: put it into a MATCH or a CALL of its own"
        )
    if float(arguments.get("EstimatedRows", 0.0)) > MOST_ROWS_EXPECTED:
        raise RefusedQuery(
            "the planner expects more than a hundred million rows on the way: join or narrow the patterns"
        )


def _check_labels(operator: str, details: str) -> None:
    if operator.endswith("HashJoin"):
        return
    found = [each.strip("` ") for match in _LABELLED.finditer(details) for each in re.split(r"[:|&]", match[0]) if each]
    counts_all = operator == "NodeCountFromCountStore" and not found  # a number says nothing
    wrong = [each for each in found if each and each not in LABELS]
    if wrong or (not found and not counts_all):
        raise RefusedQuery(
            f"nodes labelled {', '.join(wrong)[:60] or 'nothing'} are not shown here: ask for Entity, Drug ..."
        )
