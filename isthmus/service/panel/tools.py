"""Look-up tools over what one specialist may see: typed, bounded, and for reading alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from isthmus.graph.vocabulary import Predicate
from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.handles import Handles
from isthmus.service.panel.messages import between_marks, row_lines, sentence_line
from isthmus.service.panel.opposition import speaks_against

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.tools import BaseTool

    from isthmus.extractors.chat.asking import Meter
    from isthmus.service.panel.voices import Voice

MOST_LINES = 25  # of one answer
MOST_LOOKUPS = 3  # times that a model may look things up before it answers
MOST_CALLS = 4  # at one time
NOTHING = "nothing"

Name = Annotated[str, Field(max_length=200, description="a name or id of the table")]
Handle = Annotated[str, Field(max_length=40, description="a number of the table, for instance s1")]


def lookup_tools(seen: Dossier, handles: Handles) -> list[BaseTool]:
    """The tools of one specialist. Each answers with lines of the table's form, between marks; a wrong name with nothing."""
    from langchain_core.tools import tool

    @tool
    def statements_of(entity: Name, predicate: Predicate | None = None) -> str:
        """List the statements about an entity, all or those of one predicate."""
        wanted = handles.entity(entity)
        rows = [
            line
            for each in seen.exhibits.values()
            if wanted in (each.row.statement.subject, each.row.statement.object)
            and predicate in (None, each.row.statement.predicate)
            for line in row_lines(each, seen, handles)[:1]
        ]
        return _answer(rows)

    @tool
    def evidence_of(statement: Handle) -> str:
        """List all sentences of a statement."""
        found = seen.exhibits.get(handles.id(statement))
        return _answer([sentence_line(one, handles) for one in found.evidence] if found else [])

    @tool
    def denials_of(statement: Handle) -> str:
        """List the statements that speak against a statement, with their sentences."""
        found = seen.exhibits.get(handles.id(statement))
        against = [
            each for each in seen.exhibits.values() if found and speaks_against(each.row.statement, found.row.statement)
        ]
        return _answer([line for each in against for line in row_lines(each, seen, handles)])

    return [statements_of, evidence_of, denials_of]


def _answer(lines: Iterable[str]) -> str:
    told = list(lines)
    left_out = [f"({len(told) - MOST_LINES} more)"] if len(told) > MOST_LINES else []
    return between_marks("table", "\n".join([*told[:MOST_LINES], *left_out]) or NOTHING)


def looked_up(
    voice: Voice, messages: Sequence[BaseMessage], tools: Sequence[BaseTool], meter: Meter, patience: float
) -> list[BaseMessage]:
    """The messages, with what a model looked up before it answers. Raises ``NoAnswer``; a tool itself never fails."""
    from langchain_core.messages import ToolMessage

    told = list(messages)
    by_name = {each.name: each for each in tools}
    for _ in range(MOST_LOOKUPS):
        said = voice.reply(told, tools, meter, patience)
        calls = list(getattr(said, "tool_calls", ()))
        if not calls:
            break
        told.append(said)
        for number, call in enumerate(calls):
            answer = _called(by_name.get(call["name"]), call["args"]) if number < MOST_CALLS else NOTHING
            told.append(ToolMessage(answer, tool_call_id=call["id"] or call["name"]))
    return told


def _called(tool: BaseTool | None, arguments: object) -> str:
    try:
        return str(tool.invoke(arguments)) if tool is not None else "there is no such tool"  # type: ignore[arg-type]
    except ValueError as error:  # pydantic's complaint about what the model gave
        return f"cannot be looked up: {type(error).__name__}"
