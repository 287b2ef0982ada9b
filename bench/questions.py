"""How many questions in plain language become the plan that they should.

    python -m bench.questions [--model provider:model] [--wrong] [--first N]

Prints one JSON document for the questions of tests/fixtures/questions over their small graph: the share of exact plans and of
right parts, by rules and, where one is named or set, by a chat model; each for the 30 questions that the rules were written
with in view, for the 30 that were written before them, and for 24 that came later. A part counts where the question should have
it or the plan has it. With ``--wrong``, what each wrong plan is like. The model (its server is that of the settings) is told
twice: checked, with the rules in the place of what does not hold, as the product runs it; and alone, where what the rules
had to mend counts as wrong. ``plans_by`` is whose the plans are.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from isthmus.errors import IsthmusError
from isthmus.extractors.chat.asking import Ask
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Store
from isthmus.service.ingest import ingest
from isthmus.service.lexicon import lexicon
from isthmus.service.questions.model import PlanForm, configured_asker
from isthmus.service.questions.plan import MAX_HOPS, TOP, Mode, QueryPlan
from isthmus.service.questions.reading import read_question

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "questions"
SETS = ("seen", "unseen", "later")
FIELDS = ("mode", "a", "c", "category", "relation", "role", "sign", "new", "top", "max_hops", "as_of", "until", "error")

Reader = Callable[[str, Store], QueryPlan]


def questions(name: str) -> list[dict[str, Any]]:
    """The questions of one set with their plans, defaults filled in."""
    listed = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return [{"question": row.pop("question"), "expected": _expected(row)} for row in listed]


def _expected(row: dict[str, Any]) -> dict[str, Any]:
    if "error" in row:
        return row
    mode = Mode(row["mode"])
    limits = {"top": TOP.get(mode), "max_hops": MAX_HOPS.get(mode)}
    return {name: value for name, value in {**limits, **row}.items() if value is not None}


def read(question: str, store: Store, reader: Reader) -> tuple[dict[str, Any], QueryPlan | None]:
    """What a reader makes of a question: a plan, or the name of what it raises."""
    try:
        plan = reader(question, store)
    except IsthmusError as error:
        return {"error": type(error).__name__}, None
    return plan.asked(), plan


def measure(asked: Sequence[dict[str, Any]], store: Store, reader: Reader, *, wrong: bool) -> dict[str, Any]:
    """The figures of one reader on some questions."""
    right: dict[str, list[bool]] = defaultdict(list)
    exact, missed, sources = 0, [], Counter[str]()
    started = time.process_time()
    for row in asked:
        found, plan = read(row["question"], store, reader)
        expected = row["expected"]
        exact += found == expected
        if found != expected:
            missed.append({"question": row["question"], "expected": expected, "found": found})
        for name in FIELDS:
            if name in found or name in expected:
                right[name].append(found.get(name) == expected.get(name))
        sources[_who(plan)] += 1
    figures: dict[str, Any] = {
        "questions": len(asked),
        "exact": exact,
        "share": round(exact / len(asked), 3),
        "by_part": {name: f"{sum(hits)}/{len(hits)}" for name, hits in right.items()},
        "plans_by": dict(sources),
        "processor_seconds_each": round((time.process_time() - started) / len(asked), 4),
    }
    return figures | ({"wrong": missed} if wrong else {})


def _who(plan: QueryPlan | None) -> str:
    if plan is None:
        return "none"
    by_model = [part.source == "model" for part in plan.parts if part.source != "default"]
    return "model" if by_model and all(by_model) else "rules and model" if any(by_model) else "rules"


@contextmanager
def small_graph() -> Iterator[Store]:
    """A store with the graph that the questions are about."""
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/questions.sqlite") as store:
        ingest([FOLDER / "questions_nodes.tsv", FOLDER / "questions_edges.tsv"], store, workers=1)
        yield store


def by_rules(question: str, store: Store) -> QueryPlan:
    """The plan by rules alone."""
    return read_question(question, store, lexicon())


def by_model(ask: Ask[PlanForm]) -> Reader:
    """The plan by a model, with the rules where its own does not hold."""
    return lambda question, store: read_question(question, store, lexicon(), ask)


def model_alone(ask: Ask[PlanForm]) -> Reader:
    """The plan as the model fills it in, nothing taken from the rules: what they would have mended is an error."""

    def reader(question: str, store: Store) -> QueryPlan:
        plan = read_question(question, store, lexicon(), ask)
        if any("rule" in note for note in plan.notes):
            raise MendedByRules(plan.notes[-1])
        return plan

    return reader


class MendedByRules(IsthmusError):
    """A plan that is not the model's own."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="", help="chat model as provider:model; that of the settings by default")
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--first", type=int, default=1000, help="of each set, for a slow model")
    chosen = parser.parse_args(arguments)
    ask = configured_asker(chosen.model)
    readers: dict[str, Reader] = {"rules": by_rules}
    if ask is not None:
        readers |= {"model, checked": by_model(ask), "model alone": model_alone(ask)}
    with small_graph() as store:
        figures = {
            name: {half: measure(questions(half)[: chosen.first], store, reader, wrong=chosen.wrong) for half in SETS}
            for name, reader in readers.items()
        }
    print(json.dumps(figures, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
