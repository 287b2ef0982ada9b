"""What the panel lets through, what it costs beside its model calls, and whether all that its reports cite is there.

    python -m bench.panel [--seeds 10] [--delay 1.0] [--store URL] [--reports 200]

* ``claims``: true claims in many wordings, each as it is and in some thirty corruptions, over made-up things, and with
  ``--store`` over the statements of real proposals. ``passed`` is the share of the true ones that passed, ``caught`` of each
  corruption the share that was struck, ``named`` the share struck for (also) the reason that was to be expected.
* ``overhead``: six specialists and a chair, three rounds, against a server on loopback that takes ``--delay`` seconds for
  each answer: seconds in all over those of the longest row of model calls that wait for one another.
* ``reports``, with ``--store``: panels whose models are scripts that corrupt half of what they claim; of each a report, read
  back from its JSON and checked by ``check_report``, against the store as well.

Prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from bench.panel_claims import CORRUPTIONS, made_dossier, true_claims
from bench.panel_voices import HalfTrue, claim_form
from bench.reports import ends
from isthmus.graph.stores.open import open_store
from isthmus.service.graphs import snapshot_of
from isthmus.service.language_model import open_chat_model
from isthmus.service.learned import recall
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.check_report import check
from isthmus.service.panel.claim_checks import check_claim
from isthmus.service.panel.discussion import Caps, discuss
from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.evidence_only import part_of
from isthmus.service.panel.formats import ReportFormat
from isthmus.service.panel.gather import gather
from isthmus.service.panel.render import render
from isthmus.service.panel.report import Claim, StruckClaim
from isthmus.service.panel.seen import seen_by
from isthmus.service.panel.specialists import CHAIR, specialists
from isthmus.service.panel.voices import Voice
from tests.local_model import Response, completion, serving

PROPOSALS = 40  # real ones whose statements are put as claims
ROUNDS = 3


def claim_figures(dossiers: Iterator[Dossier], *, decorated: bool) -> dict[str, Any]:
    """Shares of true claims that pass, and of corrupted ones that are struck."""
    rng = random.Random(0)
    true = passed = checks = 0
    tried, caught, named = Counter[str](), Counter[str](), Counter[str]()
    began = time.process_time()
    for dossier in dossiers:
        for dressed in (False, True)[: 1 + decorated]:
            for claim in true_claims(dossier, rng, decorated=dressed):
                true += 1
                passed += isinstance(check_claim(claim.put, dossier, dossier), Claim)
                for name, (corrupt, strike) in {} if dressed else CORRUPTIONS.items():
                    put = corrupt(claim, dossier, rng)
                    if put is not None:
                        checked = check_claim(put, dossier, dossier)
                        tried[name] += 1
                        if isinstance(checked, StruckClaim):
                            caught[name] += 1
                            named[name] += strike in checked.reasons
        checks = true + tried.total()
    return {
        "true": true,
        "passed": round(passed / true, 4),
        "corrupted": tried.total(),
        "caught": round(caught.total() / tried.total(), 5),
        "let_through": tried.total() - caught.total(),
        "processor_ms_per_check": round(1_000 * (time.process_time() - began) / checks, 3),
        "by_corruption": {
            name: {"tried": tried[name], "caught": round(caught[name] / tried[name], 4), "named": round(named[name] / tried[name], 4)}
            for name in tried
        },
    }  # fmt: skip


def overhead(delay: float) -> dict[str, Any]:
    """A whole discussion against a server whose every answer takes ``delay`` seconds."""
    dossier, panel = made_dossier(0), specialists()
    claims = {
        name: [
            claim_form(claim.put, dossier)
            for claim in list(true_claims(seen_by(each, dossier), random.Random(1), decorated=False))[:5]
        ]
        for name, each in panel.items()
    }
    questions = [{"claim": f"c{number}", "concern": "sign", "question": "Is it so?"} for number in (1, 6, 11, 16)]
    answers = {
        "CrossExamineForm": {"questions": questions},
        "ReviseForm": {"withdraw": [], "claims": []},
        "JudgeForm": {"verdict": "weak", "carrying": ["c1"], "against": []},
    }

    with _serving(delay, {**answers, **{f"propose {name}": told for name, told in claims.items()}}) as address:
        voice = Voice(open_chat_model("openai:m", address), "openai:m", reads_reports=True)
        voices: dict[str, Voice | str] = dict.fromkeys(panel, voice)
        discuss(dossier, panel, voices, part_of, caps=Caps(rounds=1))  # what is imported and opened once
        began, worked = time.perf_counter(), time.process_time()
        found = discuss(dossier, panel, voices, part_of, caps=Caps(rounds=ROUNDS))
        took, worked = time.perf_counter() - began, time.process_time() - worked
    steps = Counter((turn.kind, turn.round) for turn in found.transcript)
    waited = len(steps) * delay
    return {
        "specialists": len(panel) - 1,
        "rounds": ROUNDS,
        "calls": found.cost.requests,
        "steps": len(steps),
        "claims": len(found.claims),
        "delay_s": delay,
        "critical_path_s": round(waited, 3),
        "took_s": round(took, 3),
        "overhead": round(took / waited - 1, 4),
        "processor_s": round(worked, 3),
    }


@contextmanager
def _serving(delay: float, answers: dict[str, Any]) -> Iterator[str]:
    """The server, in a process of its own: a real one takes nothing of ours either."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(delay, answers, there), daemon=True)
    process.start()
    yield here.recv()
    process.terminate()
    process.join()


def _serve(delay: float, answers: dict[str, Any], connection: Connection) -> None:
    def server(request: dict[str, Any]) -> Response:
        began = time.perf_counter()
        form = request["response_format"]["json_schema"]["name"]
        who = re.match(r"You are the ([\w ]+) specialist", request["messages"][0]["content"])
        claims = answers.get(f"propose {who[1].replace(' ', '_')}" if who else "", [])
        told = json.dumps(answers.get(form, {"claims": claims, "no_evidence": not claims}))
        time.sleep(max(delay - (time.perf_counter() - began), 0))
        return completion(told, tokens=(1_000, 200))

    with serving(server) as address:
        connection.send(address)
        threading.Event().wait()


def real_dossiers(url: str, count: int, seed: int) -> Iterator[Dossier]:
    """Of proposals between drugs or genes and diseases of a store."""
    with open_store(url, create=False) as store:
        snapshot = recall(snapshot_of(store))
        drawn = ends(store, snapshot, np.random.default_rng(seed))
        while count:
            dossier = gather(store, snapshot, *next(drawn))
            if dossier.paths:
                count -= 1
                yield dossier


def report_figures(url: str, reports: int, seed: int) -> dict[str, Any]:
    """Reports of half-true panels, checked."""
    panel = specialists()
    totals, faults, words = Counter[str](), Counter[str](), Counter[str]()
    with open_store(url, create=False) as store:
        snapshot = recall(snapshot_of(store))
        drawn = ends(store, snapshot, np.random.default_rng(seed))
        while totals["reports"] < reports:

            def discussed(dossier: Dossier) -> Any:  # noqa: ANN401
                voice = HalfTrue(dossier, seed + totals["reports"])
                return discuss(dossier, panel, dict.fromkeys(panel, voice), part_of)

            report = propose(store, snapshot, *next(drawn), discuss=discussed).report
            if not report.paths:
                continue
            found = check(json.loads(render(report, ReportFormat.JSON)), store)
            by_models = [one for one in (*report.case, *report.dissent) if one.model]
            totals.update(
                reports=1,
                claims=found.claims,
                citations=found.citations,
                by_models=len(by_models),
                struck=len(report.struck),
                judged=report.specialists[CHAIR].startswith("script"),
                turns=len(report.transcript),
            )
            words.update(reason.value for one in report.struck for reason in one.reasons)
            faults.update(fault.kind.value for fault in found.faults)
    return {
        **totals,
        "faults": dict(faults),
        "unresolved": faults["unresolved"] + faults["store"],
        "struck_for": dict(words),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--delay", type=float, default=1.0)
    parser.add_argument("--store", default="", metavar="URL")
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    figures: dict[str, Any] = {
        "claims": claim_figures(map(made_dossier, range(told.seeds)), decorated=True),
        "overhead": overhead(told.delay),
    }
    if told.store:
        figures["real_claims"] = claim_figures(real_dossiers(told.store, PROPOSALS, told.seed), decorated=False)
        figures["reports"] = report_figures(told.store, told.reports, told.seed)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
