"""A panel whose models' server is a function: real HTTP, real LangChain, one scripted answer for each specialist and step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import pytest
import stamina
from langchain_openai import ChatOpenAI
from local_model import Response, completion, serving
from service.panel.dossiers import small

from isthmus.graph.model import Statement
from isthmus.service.panel.claim_checks import Put
from isthmus.service.panel.discussed import Discussed
from isthmus.service.panel.discussion import Caps, discuss
from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.handles import Handles
from isthmus.service.panel.report import Claim, Stance, Turn
from isthmus.service.panel.specialists import Specialist, specialists
from isthmus.service.panel.voices import Voice

MODEL = "openai:m"
# A specialist and a step ("propose", "cross_examine", "revise", "judge") to an answer: a form, or a whole response.
Script = Callable[[str, str, dict[str, Any]], Any]
_STEPS = {"ProposeForm": "propose", "CrossExamineForm": "cross_examine", "ReviseForm": "revise", "JudgeForm": "judge"}
QUIET = {
    "propose": {"claims": [], "no_evidence": True},
    "cross_examine": {"questions": []},
    "revise": {"withdraw": [], "claims": []},
    "judge": {"verdict": "unsupported", "carrying": [], "against": []},
}


def claim_form(dossier: Dossier, text: str, *statements: Statement, **changes: Any) -> dict[str, Any]:
    """A claim as a model fills it in that cites these statements and the first evidence of each."""
    handles = Handles(dossier)
    asserts = [
        {
            "statement": handles.statements[each.id],
            "subject": dossier.entities[each.subject].name,
            "predicate": str(each.predicate),
            "object": dossier.entities[each.object].name,
            "negated": each.negated,
        }
        for each in statements
    ]
    evidence = [handles.evidence[dossier.exhibits[each.id].evidence[0].id] for each in statements]
    return {"text": text, "asserts": asserts, "evidence": evidence, "quote": "", "stance": "supports"} | changes


def evidence_only(specialist: Specialist, seen: Dossier) -> list[Claim]:
    """One claim for each exhibit, as code would make it."""
    return [
        Claim(
            text=f"from the evidence: {exhibit.id}",
            asserted=[],
            statement_ids=[exhibit.id],
            evidence_ids=[exhibit.evidence[0].id],
            stance=Stance.CONTEXT,
            modality=seen.documents[exhibit.evidence[0].document].modality,
            by=specialist.name,
        )
        for exhibit in seen.exhibits.values()
    ]


def who_and_what(request: dict[str, Any]) -> tuple[str, str]:
    """Which specialist is asked, and for which step."""
    name = re.match(r"You are the ([\w ]+) specialist", request["messages"][0]["content"])
    assert name is not None
    return name[1].replace(" ", "_"), _STEPS[request["response_format"]["json_schema"]["name"]]


@dataclass
class Ran:
    """What came of a panel, and what its server was asked."""

    discussed: Discussed
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    heard: list[Turn] = field(default_factory=list)


@pytest.fixture
def run_panel() -> Iterator[Callable[..., Ran]]:
    """Runs a panel over a dossier with scripted models; ``only`` names the specialists, ``speaks`` those with a model."""
    with ExitStack() as stack:
        stack.enter_context(stamina.set_testing(True, attempts=2))

        def run(
            script: Script | Mapping[tuple[str, str], Any],
            dossier: Dossier | None = None,
            *,
            only: tuple[str, ...] = ("literature", "pharmacology", "chair"),
            speaks: tuple[str, ...] | None = None,
            caps: Caps = Caps(),
            reads_reports: bool = False,
            timeout: float = 20,
            lookup: Callable[[dict[str, Any]], Response] | None = None,
            **changes: Any,
        ) -> Ran:
            held = dossier if dossier is not None else small()
            asked: list[tuple[str, str, dict[str, Any]]] = []
            lock = Lock()

            def server(request: dict[str, Any]) -> Response:
                if lookup is not None and "response_format" not in request:
                    return lookup(request)
                who, what = who_and_what(request)
                with lock:
                    asked.append((who, what, request))
                answer = script(who, what, request) if callable(script) else script.get((who, what), QUIET[what])
                if isinstance(answer, Response):
                    return answer
                return completion(answer if isinstance(answer, str) else json.dumps(answer), tokens=(1_000, 100))

            address = stack.enter_context(serving(server))
            model = ChatOpenAI(model="m", base_url=address, api_key="none", max_retries=0, timeout=timeout)
            voice = Voice(model, MODEL, reads_reports=reads_reports)
            panel = {name: one.model_copy(update=changes) for name, one in specialists().items() if name in only}
            heard: list[Turn] = []
            voices = {
                name: voice if speaks is None or name in speaks else "no language model is configured" for name in panel
            }
            discussed = discuss(held, panel, voices, evidence_only, caps=caps, on_turn=heard.append)
            return Ran(discussed, asked, heard)

        yield run


def texts(claims: list[Claim] | list[Put]) -> list[str]:
    return [each.text for each in claims]
