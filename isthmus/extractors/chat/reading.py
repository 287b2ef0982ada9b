"""One passage read by a chat model: asked once, and told once which of its quotes are not there."""

from __future__ import annotations

from isthmus.extractors.chat.asking import Ask, NoAnswer
from isthmus.extractors.chat.checking import Checked, apart, check
from isthmus.extractors.chat.findings import Findings
from isthmus.extractors.chat.passage import Passage
from isthmus.extractors.chat.prompt import correction_prompt, passage_prompt, system_prompt


def read_passage(ask: Ask[Findings], passage: Passage) -> Checked:
    """What the model finds in the passage and the text bears out. Raises ``NoAnswer``."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    (_, rules), (_, text) = first_messages(passage)
    messages = [SystemMessage(rules), HumanMessage(text)]
    answer = ask(messages)
    checked = check(answer.filled, passage)
    wrong = [dropped.words for dropped in checked.dropped if dropped.mendable]
    if not wrong:
        return checked
    try:
        again = ask([*messages, AIMessage(answer.words), HumanMessage(correction_prompt(wrong))])
    except NoAnswer:
        return checked
    return _both(checked, check(again.filled, passage))


def first_messages(passage: Passage) -> tuple[tuple[str, str], tuple[str, str]]:
    """The roles and texts of what a model is told first."""
    return ("system", system_prompt()), ("human", passage_prompt(passage))


def _both(first: Checked, second: Checked) -> Checked:
    """What stood the test in either answer; dropped is what the second one still got wrong."""
    statements = tuple(dict.fromkeys([*first.statements, *second.statements]))
    named = [name for statement in statements for name in (statement.subject, statement.object)]
    return Checked(tuple(apart(named, [*first.mentions, *second.mentions])), statements, second.dropped)
