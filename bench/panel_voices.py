"""Models that are scripts: some of what they claim is true, the rest is corrupted in every way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from bench.panel_claims import CORRUPTIONS, true_claims
from isthmus.extractors.chat.asking import Answer, F, Meter, Usage
from isthmus.graph.vocabulary import Predicate
from isthmus.service.panel.claim_checks import Put
from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.forms import MOST_CLAIMS, CrossExamineForm, JudgeForm, ProposeForm
from isthmus.service.panel.handles import Handles
from isthmus.service.panel.voices import Voice

MODEL = "script:half-true"


class HalfTrue(Voice):
    """Answers every step at once; ``truth`` is the share of its claims that nobody corrupted."""

    def __init__(self, dossier: Dossier, seed: int, truth: float = 0.5) -> None:
        self.name, self.reads_reports = MODEL, True
        self._dossier, self._seed, self._truth = dossier, seed, truth
        self._true = list(true_claims(dossier, random.Random(seed), decorated=False))

    def ask(self, messages: Sequence[Any], form: type[F], meter: Meter, patience: float) -> Answer[F]:
        """The form, filled in by chance; the same question has the same answer."""
        rng = random.Random(f"{self._seed} {form.__name__} {messages[0].text} {messages[1].text}")
        meter.admit(1)
        meter.charge(1, Usage(1, 1))
        filled = form.model_validate(self._filled(form, rng))
        return Answer(filled, filled.model_dump_json())

    def _filled(self, form: type[Any], rng: random.Random) -> dict[str, Any]:
        handles = [f"c{number}" for number in range(1, 12)]
        if form is CrossExamineForm:
            concerns = [{"claim": rng.choice(handles), "concern": "sign", "question": "Is it so?"} for _ in range(3)]
            return {"questions": concerns}
        if form is JudgeForm:
            verdict = rng.choice(("supported", "contested", "weak", "unsupported"))
            return {"verdict": verdict, "carrying": rng.sample(handles, 5), "against": rng.sample(handles, 3)}
        claims = [claim_form(put, self._dossier) for put in self._puts(rng)]
        if form is ProposeForm:
            return {"claims": claims, "no_evidence": not claims}
        return {"claims": claims, "withdraw": rng.sample(handles, 2)}

    def _puts(self, rng: random.Random) -> list[Put]:
        puts: list[Put] = []
        for claim in rng.sample(self._true, min(MOST_CLAIMS, len(self._true))):
            corrupt = CORRUPTIONS[rng.choice(list(CORRUPTIONS))][0] if rng.random() > self._truth else None
            put = corrupt(claim, self._dossier, rng) if corrupt else claim.put
            puts.append(put or claim.put)
        return puts


def claim_form(put: Put, dossier: Dossier) -> dict[str, Any]:
    """The claim as a model fills it in."""
    handles = Handles(dossier)

    def name(identifier: str) -> str:
        return dossier.entities[identifier].name if identifier in dossier.entities else identifier

    asserts = [
        {
            "statement": handles.statements.get(statement, statement),
            "subject": name(one.subject),
            "predicate": str(Predicate(one.predicate)),
            "object": name(one.object),
            "negated": one.negated,
        }
        for statement, one in zip(put.statement_ids, put.asserted, strict=False)
    ]
    evidence = [handles.evidence.get(one, one) for one in put.evidence_ids]
    return {"text": put.text, "asserts": asserts, "evidence": evidence, "quote": put.quote, "stance": str(put.stance)}
