"""A cascade whose model's server is a function: real HTTP, real LangChain."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain

import pytest
import stamina
from compact_reading import COMPACT, NAMES, document, extraction
from langchain_openai import ChatOpenAI
from local_model import Response, completion, serving

from isthmus.graph.model import Entity, Extraction
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.answers_kept import AnswerFolder
from isthmus.service.budget import Budget, Price
from isthmus.service.cascade import Cascade
from isthmus.service.language_model import ModelAdviser

INHIBITS = "Rasagiline inhibits MAOB in vitro."
TREATS = "Selegiline treats tremor."
SILENT = "Rasagiline and COMT were measured in both groups."
UNSURE = {0: [("Rasagiline", Predicate.INHIBITS, "MAOB", 0.5)]}
PLENTY = Budget(1_000_000)
MODEL = "openai:m/2"
WHOLE = f"{COMPACT}&{MODEL}"
COST = (2_000, 300)


def claim(subject: str, predicate: str, obj: str, sentence: str, **changes: str) -> dict[str, str]:
    categories = {name: str(entity.category) for name, entity in NAMES.items()}
    return {
        "subject": subject,
        "subject_category": categories[subject],
        "predicate": predicate,
        "object": obj,
        "object_category": categories[obj],
        "assertion": "affirmed",
        "sentence": sentence,
    } | changes


def form(*statements: dict[str, str], mentions: tuple[dict[str, str], ...] = ()) -> Response:
    return completion(json.dumps({"mentions": mentions, "statements": statements}), tokens=COST)


EMPTY = form()
CONFIRMED = form(claim("Rasagiline", "inhibits", "MAOB", INHIBITS))


def ground(text: str, category: Category) -> Entity | None:
    return {name.lower(): entity for name, entity in NAMES.items()}.get(text.lower())


@pytest.fixture
def asked() -> list[dict]:
    """What the server was sent, in order."""
    return []


@pytest.fixture
def cascade(asked, tmp_path) -> Iterator[Callable[..., Cascade]]:
    """Makes a cascade whose model's server gives these answers in turn, the last one for ever after."""
    with ExitStack() as stack:
        stack.enter_context(stamina.set_testing(True, attempts=3))

        def make(
            *answers: Response | Callable[[], Response],
            budget: Budget = PLENTY,
            price: Price = Price(),
            timeout: float = 20,
            reads_reports: bool = False,
        ) -> Cascade:
            def server(request: dict) -> Response:
                asked.append(request)
                answer = answers[min(len(asked), len(answers)) - 1]
                return answer if isinstance(answer, Response) else answer()

            address = stack.enter_context(serving(server))
            model = ChatOpenAI(model="m", base_url=address, api_key="none", max_retries=0, timeout=timeout)
            adviser = ModelAdviser(
                model, MODEL, ground, AnswerFolder(tmp_path / "answers"), reads_reports=reads_reports
            )
            return Cascade(adviser, COMPACT, budget, price)

        yield make


def run(cascade: Cascade, *extractions: Extraction) -> dict[str, Extraction]:
    ready = list(chain.from_iterable(map(cascade.plan.consider, extractions)))
    done = [*ready, *cascade.ask()]
    assert len(done) == len(extractions)
    return {each.document.id: each for each in done}


def passage(request: dict) -> str:
    return "\n".join(request["messages"][1]["content"].splitlines()[1:-1])


def many(count: int) -> list[Extraction]:
    return [
        extraction(document(f"{INHIBITS[:-1]} assay {number}.", id_=f"pmid:{number}"), UNSURE)
        for number in range(count)
    ]
