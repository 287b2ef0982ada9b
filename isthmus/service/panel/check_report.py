"""Is everything in a report what it claims to be? Checked from the file alone, by code that had no part in making it.

Nothing is shared with what makes reports but the form that they are read in and the model of a statement, whose id is a hash
of what it says: a statement that was altered in the file gives itself away.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from isthmus.errors import UsageError
from isthmus.graph.model import Assertion, Context, Statement
from isthmus.graph.stores.protocol import Store
from isthmus.service.answers import HopStatement, PathAnswer
from isthmus.service.panel.report import (
    REPORT_FORM,
    Asserted,
    CitedSentence,
    CitedStatement,
    Claim,
    Report,
    Stance,
    Strike,
    StruckClaim,
)

ROUNDING = 1e-6  # two numbers that differ by less, as a share, are one


class UnreadableReport(UsageError):
    """A file that holds no JSON object."""


class FaultKind(StrEnum):
    """What can be wrong with a report."""

    FORM = "form"
    UNRESOLVED = "unresolved"
    MISMATCHED_EVIDENCE = "mismatched_evidence"
    ALTERED = "altered"
    ASSERTED = "asserted"
    QUOTE = "quote"
    RETRACTED = "retracted"
    STANCE = "stance"
    STRUCK = "struck"
    FIGURE = "figure"
    PATH = "path"
    MODEL = "model"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what kind, where in the file, and what."""

    kind: FaultKind
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text} [{self.kind}]"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what is wrong with it."""

    claims: int
    citations: int
    faults: list[Fault]


def read_report(path: Path) -> Mapping[str, Any]:
    """The JSON object of a file. Raises ``UnreadableReport``."""
    try:
        value = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableReport(f"{path}: cannot be read ({error.strerror})") from None
    except orjson.JSONDecodeError as error:
        raise UnreadableReport(
            f"{path}: is no JSON document ({error}): give what `isthmus propose --json` wrote"
        ) from None
    if not isinstance(value, dict):
        raise UnreadableReport(f"{path}: holds no JSON object: give what `isthmus propose --json` wrote")
    return value


def check(value: Mapping[str, Any], store: Store | None = None) -> Checked:
    """Whether each claim of a report, or of a hypothesis that holds one, resolves, agrees with what it cites, and adds up.

    Args:
        value: the JSON object.
        store: where statements and evidence are looked up as well; by default the file has to bear itself.
    """
    try:
        report = Report.model_validate(value)
    except ValidationError as error:
        told = [Fault(FaultKind.FORM, ".".join(map(str, one["loc"])) or "file", one["msg"]) for one in error.errors()]
        return Checked(0, 0, told)
    if report.form > REPORT_FORM:
        newer = f"is of form {report.form}, and this is of {REPORT_FORM}: check it with the version that wrote it"
        return Checked(0, 0, [Fault(FaultKind.FORM, "form", newer)])
    checker = _Checker(report)
    faults = list(checker.faults())
    if store is not None:
        faults += _against_store(report, store)
    claims = [claim for _, claim in checker.claims]
    return Checked(len(claims), sum(len(one.statement_ids) + len(one.evidence_ids) for one in claims), faults)


class _Checker:
    """One report with its statements and its evidence by id."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.statements = {each.id: each for each in report.statements}
        self.evidence = {each.id: each for each in report.evidence}
        lists = {"case": report.case, "dissent": report.dissent, "contradicting": report.contradicting}
        self.claims = [(f"{name}.{place}", one) for name, some in lists.items() for place, one in enumerate(some)]

    def faults(self) -> Iterator[Fault]:
        yield from self._sources()
        for where, claim in self.claims:
            yield from self._claim(where, claim)
        yield from self._struck()
        yield from self._citations()
        for place, path in enumerate(self.report.paths):
            yield from self._path(f"paths.{place}", path)
        yield from self._sums()

    # -- what is cited --

    def _sources(self) -> Iterator[Fault]:
        for name, rows in (("statements", self.report.statements), ("evidence", self.report.evidence)):
            for each, count in Counter(row.id for row in rows).items():
                if count > 1:
                    yield Fault(FaultKind.FORM, name, f"{each} stands there {count} times")
        for statement in self.report.statements:
            if said_by(statement) != statement.id:
                yield Fault(FaultKind.ALTERED, f"statements.{statement.id}", "its id is not the hash of what it says")
            if not 0.0 <= statement.belief <= 1.0:
                yield Fault(
                    FaultKind.FIGURE, f"statements.{statement.id}", f"belief {statement.belief} is not from 0 to 1"
                )
        for one in self.report.evidence:
            statement_cited = self.statements.get(one.statement_id)
            if statement_cited is None:
                yield Fault(
                    FaultKind.UNRESOLVED, f"evidence.{one.id}", f"statement {one.statement_id} is not in the file"
                )
            elif one.assertion is Assertion.NEGATED and not statement_cited.negated:
                yield Fault(
                    FaultKind.ASSERTED, f"evidence.{one.id}", "it denies the statement that it is given as evidence of"
                )

    def _claim(self, where: str, claim: Claim) -> Iterator[Fault]:
        if not claim.statement_ids or not claim.evidence_ids:
            yield Fault(FaultKind.UNRESOLVED, where, "it cites no statement or no evidence")
        for each in claim.statement_ids:
            if each not in self.statements:
                yield Fault(FaultKind.UNRESOLVED, where, f"statement {each} is not in the file")
        cited = [self.evidence[each] for each in claim.evidence_ids if each in self.evidence]
        for each in claim.evidence_ids:
            if each not in self.evidence:
                yield Fault(FaultKind.UNRESOLVED, where, f"evidence {each} is not in the file")
        for one in cited:
            if one.statement_id not in claim.statement_ids:
                told = f"evidence {one.id} is of statement {one.statement_id}, which it does not cite"
                yield Fault(FaultKind.MISMATCHED_EVIDENCE, where, told)
        yield from self._asserted(where, claim)
        yield from self._words(where, claim, cited)
        wanted = claim.stance is Stance.CONTRADICTS
        if wanted is where.startswith("case"):
            yield Fault(FaultKind.STANCE, where, f"its stance is {claim.stance}, which does not belong there")
        if where.startswith("case") and any(one.retracted for one in cited):
            yield Fault(FaultKind.RETRACTED, where, "it stands on a document that was retracted")
        if cited and claim.modality not in {one.modality for one in cited}:
            yield Fault(FaultKind.MISMATCHED_EVIDENCE, where, f"none of its evidence is {claim.modality}")

    def _asserted(self, where: str, claim: Claim) -> Iterator[Fault]:
        if len(claim.asserted) != len(claim.statement_ids):
            told = f"{len(claim.asserted)} things asserted, {len(claim.statement_ids)} statements cited"
            yield Fault(FaultKind.ASSERTED, where, told)
        for asserted, each in zip(claim.asserted, claim.statement_ids, strict=False):
            statement = self.statements.get(each)
            if statement is not None:
                for wrong in _differences(asserted, statement):
                    yield Fault(FaultKind.ASSERTED, where, f"{wrong} of statement {each}")

    def _words(self, where: str, claim: Claim, cited: Sequence[CitedSentence]) -> Iterator[Fault]:
        if claim.quote and not any(_spaced(claim.quote) in _spaced(one.text) for one in cited):
            yield Fault(FaultKind.QUOTE, where, "its quote does not stand in the evidence that it cites")
        if claim.model:  # a model may use other names of the same thing, which the file does not list
            return
        for asserted in claim.asserted:
            for each in (asserted.subject, asserted.object):
                names = [
                    one.name for row in self.report.statements for one in (row.subject, row.object) if one.id == each
                ]
                if names and names[0].lower() not in claim.text.lower():
                    yield Fault(FaultKind.ASSERTED, where, f"its text does not name {names[0]}")

    def _struck(self) -> Iterator[Fault]:
        counts = Counter(reason for one in self.report.struck for reason in one.reasons)
        for reason in Strike:
            told = self.report.struck_counts.get(reason, 0)
            if told != counts[reason]:
                yield Fault(
                    FaultKind.STRUCK, "struck_counts", f"{told} for {reason}, {counts[reason]} claims struck for it"
                )
        spoken = {(claim.by, _spaced(claim.text).lower()): where for where, claim in self.claims}
        for place, one in enumerate(self.report.struck):
            if not one.reasons:
                yield Fault(FaultKind.STRUCK, f"struck.{place}", "no reason is given")
            where = next((where for where, claim in self.claims if _is_same(claim, one)), None)
            if where is None and Strike.WITHDRAWN in one.reasons:
                where = spoken.get((one.by, _spaced(one.text).lower()))
            if where is not None:
                yield Fault(FaultKind.STRUCK, f"struck.{place}", f"the same claim stands in {where}")

    def _citations(self) -> Iterator[Fault]:
        """Ids outside the claims."""
        report = self.report
        cited = {
            "claim_statement_ids": report.claim_statement_ids,
            "known.direct": report.known.direct,
            "weakest.statement_id": [report.weakest.statement_id] if report.weakest else [],
            "experiment.statement_ids": report.experiment.statement_ids if report.experiment else [],
        }
        for where, ids in cited.items():
            for each in ids:
                if each not in self.statements:
                    yield Fault(FaultKind.UNRESOLVED, where, f"statement {each} is not in the file")
        ends = {report.from_.id, report.to.id}
        for each in report.known.direct:
            statement = self.statements.get(each)
            if statement is not None and {statement.subject.id, statement.object.id} != ends:
                yield Fault(FaultKind.ASSERTED, "known.direct", f"statement {each} does not join the two ends")

    # -- what adds up --

    def _path(self, where: str, path: PathAnswer) -> Iterator[Fault]:
        if len(path.nodes) != len(path.statements) + 1:
            yield Fault(
                FaultKind.PATH, where, f"{len(path.nodes)} nodes, {len(path.statements)} statements between them"
            )
        if not path.nodes or {path.nodes[0].id, path.nodes[-1].id} != {self.report.from_.id, self.report.to.id}:
            yield Fault(FaultKind.PATH, where, "it does not run from the one end to the other")
        for hop, before, after in zip(path.statements, path.nodes, path.nodes[1:], strict=False):
            yield from self._hop(f"{where}.{hop.id}", hop, {before.id, after.id})
        if path.statements:
            beliefs = [hop.belief for hop in path.statements]
            if not math.isclose(math.prod(beliefs), path.belief, rel_tol=ROUNDING, abs_tol=ROUNDING):
                yield Fault(FaultKind.PATH, where, f"belief {path.belief} is not the product of its hops'")
            if not any(hop.id == path.weakest and hop.belief == min(beliefs) for hop in path.statements):
                yield Fault(FaultKind.PATH, where, f"{path.weakest} is not its weakest hop")
        for name, value in (("p_value", path.p_value), ("q_value", path.q_value), ("belief", path.belief)):
            if not 0.0 <= value <= 1.0:
                yield Fault(FaultKind.FIGURE, where, f"{name} {value} is not from 0 to 1")

    def _hop(self, where: str, hop: HopStatement, ends: set[str]) -> Iterator[Fault]:
        if {hop.subject, hop.object} != ends:
            yield Fault(FaultKind.PATH, where, "it does not join the two nodes beside it")
        statement = self.statements.get(hop.id)
        if statement is None:
            yield Fault(FaultKind.UNRESOLVED, where, "the statement is not in the file")
            return
        if (hop.subject, hop.predicate, hop.object) != (statement.subject.id, statement.predicate, statement.object.id):
            yield Fault(FaultKind.PATH, where, "the hop does not say what the statement says")
        for sentence in hop.evidence:
            one = self.evidence.get(sentence.id)
            if one is None:
                yield Fault(FaultKind.UNRESOLVED, where, f"evidence {sentence.id} is not in the file")
            elif (one.statement_id, one.text) != (hop.id, sentence.text):
                yield Fault(FaultKind.MISMATCHED_EVIDENCE, where, f"evidence {sentence.id} is not as the file has it")

    def _sums(self) -> Iterator[Fault]:
        claims = Counter(one.modality for one in self.report.case)
        for row in self.report.modalities:
            if row.claims != claims[row.modality]:
                told = f"{row.claims} claims are told, {claims[row.modality]} are there"
                yield Fault(FaultKind.FIGURE, f"modalities.{row.modality}", told)
        for where, claim in self.claims:
            if claim.model and not self.report.with_models:
                yield Fault(FaultKind.MODEL, where, f"it is by {claim.model}, but the report says that no model spoke")


def said_by(statement: CitedStatement) -> str:
    """The id that a statement which says this has."""
    context = Context(*(each.id if each else "" for each in (statement.species, statement.cell, statement.anatomy)))
    return Statement(statement.subject.id, statement.predicate, statement.object.id, statement.negated, context).id


def _differences(asserted: Asserted, statement: CitedStatement) -> Iterator[str]:
    ends = (asserted.subject, asserted.object), (statement.subject.id, statement.object.id)
    if ends[0] != ends[1] and not (asserted.predicate.symmetric and ends[0] == ends[1][::-1]):
        yield "it turns round the direction" if ends[0] == ends[1][::-1] else "it asserts other ends than those"
    if asserted.predicate is not statement.predicate:
        yield f"it asserts {asserted.predicate}, not the {statement.predicate}"
    if asserted.negated is not statement.negated:
        yield "it loses the negation" if statement.negated else "it adds a negation that is not one"


def _is_same(claim: Claim, struck: StruckClaim) -> bool:
    """Whether a claim that stands is one that was struck: the same words, citations, speaker, assertion and side."""
    said = _spaced(claim.text).lower(), set(claim.statement_ids), set(claim.evidence_ids), claim.quote, claim.by
    put = _spaced(struck.text).lower(), set(struck.statement_ids), set(struck.evidence_ids), struck.quote, struck.by
    other = (struck.asserted and struck.asserted != claim.asserted) or struck.stance not in (None, claim.stance)
    return said == put and not other


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _against_store(report: Report, store: Store) -> Iterator[Fault]:
    """Whether the store holds what the report cites, word for word. Belief may have moved since, and is not compared."""
    rows = store.statements(each.id for each in report.statements)
    pieces = {one.id: one for some in store.evidence(rows).values() for one in some}
    for statement in report.statements:
        if statement.id not in rows:
            yield Fault(FaultKind.STORE, f"statements.{statement.id}", "the store does not hold it")
    for one in report.evidence:
        where, piece = f"evidence.{one.id}", pieces.get(one.id)
        if piece is None:
            yield Fault(FaultKind.STORE, where, "the store does not hold it")
        elif (piece.statement, piece.document, piece.text) != (one.statement_id, one.document, one.text):
            yield Fault(FaultKind.STORE, where, "the store holds it with another text, document or statement")
