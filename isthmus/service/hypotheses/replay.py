"""``isthmus replay``: the same answer from the file alone, and whether all that can be worked out again comes out again.

Worked out again: ids (hashes of what they name), beliefs from evidence, verdicts and denials, of each path its belief, sign,
weakest hop, independence and counterfactuals, every claim that code made, the checks of every claim that a model made, the
figures, the verdict of the rules, the experiment, the sums. Carried, since the whole graph is in them: scores, p- and
q-values, shares and path counts, how many documents name both ends, the beliefs named in ``carried``; of a discussion what
the models wrote.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isthmus.service.hypotheses.edition import ROUNDING, parts_of, seal_of
from isthmus.service.hypotheses.hypothesis import Edition, Scores
from isthmus.service.hypotheses.recompute import Recomputed, with_beliefs
from isthmus.service.hypotheses.subgraph import Subgraph
from isthmus.service.panel.assemble import assemble
from isthmus.service.panel.check_report import check
from isthmus.service.panel.claim_checks import Put, check_claim
from isthmus.service.panel.discussed import Discussed, Judgement
from isthmus.service.panel.dossier import Dossier, Role
from isthmus.service.panel.evidence_only import BY_EVIDENCE
from isthmus.service.panel.known import NamedTogether
from isthmus.service.panel.report import Claim, Report

MOST_SHOWN = 60  # characters of a value in a difference


@dataclass(frozen=True, slots=True)
class Replayed:
    """The report as it comes out of the file, and each place where the file says something else."""

    report: Report
    edition: Edition
    differences: list[str]
    beliefs: int
    carried: int


def replay(value: Mapping[str, Any]) -> Replayed:
    """Work a file out again. Raises ``UnreadableEdition`` where it cannot be understood."""
    report, edition = parts_of(value)
    subgraph = edition.subgraph
    unresolved = list(_unresolved(subgraph, report, edition))
    differences = [*_seal_differences(value), *_altered(subgraph), *_identity(report, edition)]
    if unresolved:
        return Replayed(report, edition, [*differences, *unresolved], 0, 0)
    recomputed = Recomputed.of(subgraph, edition.plan.as_of)
    carried = set(edition.carried)
    for one in subgraph.statements:
        if one.id not in carried and abs(recomputed.beliefs[one.id] - one.belief) > ROUNDING:
            differences.append(
                f"belief in {one.id}: {one.belief:.6f} in the file, {recomputed.beliefs[one.id]:.6f} from its evidence"
            )
        if one.id in carried and one.role is Role.PATH and one.whole:
            differences.append(f"belief in {one.id}: carried, though all of its evidence is in the file")
    dossier = _dossier(report, edition, recomputed, carried)
    again = assemble(
        dossier,
        NamedTogether(edition.named.documents, edition.named.since) if edition.named else None,
        _discussed(report),
        created=datetime.fromisoformat(report.created),
    )
    differences += _compared("", report.model_dump(mode="json"), again.model_dump(mode="json"))
    differences += _scores(edition, dossier)
    differences += _claims(report, dossier)
    differences += [str(fault) for fault in check(value).faults]
    return Replayed(
        again, edition, list(dict.fromkeys(differences)), len(subgraph.statements) - len(carried), len(carried)
    )


def _dossier(report: Report, edition: Edition, recomputed: Recomputed, carried: set[str]) -> Dossier:
    beliefs = recomputed.beliefs | {one.id: one.belief for one in edition.subgraph.statements if one.id in carried}
    again = Recomputed(beliefs, recomputed.snapshot)
    paths = [again.path(path) for path in report.paths]
    subgraph = with_beliefs(edition.subgraph, beliefs, carried)
    plan = edition.plan
    return subgraph.dossier(plan.from_, plan.to, paths, edition.graph_hash, plan.as_of)


def _discussed(report: Report) -> Discussed | None:
    """What was said in the panel, where there was one; the doubts that code adds to it are made anew."""
    if set(report.specialists) == {BY_EVIDENCE}:
        return None
    judgement = Judgement(report.verdict, report.verdict_reasons, "", "") if report.with_models else None
    return Discussed(
        claims=[*report.case, *(one for one in report.dissent if one.by != BY_EVIDENCE)],
        struck=report.struck,
        transcript=report.transcript,
        specialists=report.specialists,
        judgement=judgement,
        cost=report.cost,
    )


def _seal_differences(value: Mapping[str, Any]) -> Iterator[str]:
    if value["hypothesis"].get("seal") != seal_of(value):
        yield "the seal is not the hash of what the file holds: it was changed after it was written"


def _altered(subgraph: Subgraph) -> Iterator[str]:
    """Statements and evidence that no longer say what their ids are hashes of."""
    for one in subgraph.statements:
        if one.statement().id != one.id:
            yield f"statement {one.id}: its id is not the hash of what it says"
        for each in one.evidence:
            if each.value().id != each.id:
                yield f"evidence {each.id}: its id is not the hash of what it says"


def _identity(report: Report, edition: Edition) -> Iterator[str]:
    plan = edition.plan
    if edition.id != plan.id:
        yield f"the id of the hypothesis is {edition.id}, that of its question {plan.id}"
    if (plan.from_, plan.to, plan.as_of) != (report.from_.id, report.to.id, report.as_of):
        yield "the question is not the one that the report answers"
    if (edition.graph_hash, edition.created) != (report.graph_hash, report.created):
        yield "the report is of another graph, or of another time, than the hypothesis"


def _unresolved(subgraph: Subgraph, report: Report, edition: Edition) -> Iterator[str]:
    """What is named in the subgraph and not there: without it nothing can be worked out."""
    entities = {one.id for one in subgraph.entities}
    documents = {one.id for one in subgraph.documents}
    statements = {one.id for one in subgraph.statements}
    for end in (edition.plan.from_, edition.plan.to):
        if end not in entities:
            yield f"entity {end} is not in the file"
    for one in subgraph.statements:
        for named in (one.subject, one.object):  # where it holds may be told by an id that the graph has no name for
            if named not in entities:
                yield f"statement {one.id}: entity {named} is not in the file"
        for each in one.evidence:
            if each.document not in documents:
                yield f"evidence {each.id}: document {each.document} is not in the file"
            if each.statement != one.id:
                yield f"evidence {each.id}: it is of another statement than the one that it stands with"
    hops = (hop.id for path in report.paths for hop in path.statements)
    for named in dict.fromkeys((*hops, *edition.carried)):
        if named not in statements:
            yield f"statement {named} is not in the file"


def _compared(where: str, kept: Any, again: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Every place where two JSON values differ by more than rounding."""
    if isinstance(kept, Mapping) and isinstance(again, Mapping):
        for name in {**kept, **again}:
            yield from _compared(f"{where}.{name}".lstrip("."), kept.get(name), again.get(name))
    elif isinstance(kept, Sequence) and isinstance(again, Sequence) and not isinstance(kept, str):
        if len(kept) != len(again):
            yield f"{where}: {len(kept)} in the file, {len(again)} worked out again"
        for place, (one, other) in enumerate(zip(kept, again, strict=False)):
            yield from _compared(f"{where}.{place}", one, other)
    elif isinstance(kept, float) and isinstance(again, float):
        if not math.isclose(kept, again, rel_tol=ROUNDING, abs_tol=ROUNDING):
            yield f"{where}: {kept!r} in the file, {again!r} worked out again"
    elif kept != again:
        yield f"{where}: {_short(kept)} in the file, {_short(again)} worked out again"


def _short(value: object) -> str:
    told = repr(value)
    return told if len(told) <= MOST_SHOWN else f"{told[: MOST_SHOWN - 1]}…"


def _scores(edition: Edition, dossier: Dossier) -> Iterator[str]:
    if edition.scores != (Scores.of(dossier.leading) if dossier.leading else None):
        yield "the scores are not those of the leading path"


def _claims(report: Report, dossier: Dossier) -> Iterator[str]:
    """Claims that a model made and that the checks would strike today; what its specialist saw is taken to be all."""
    for name, claims in (("case", report.case), ("dissent", report.dissent)):
        for place, claim in enumerate(claims):
            checked = check_claim(_put(claim), dossier, dossier) if claim.model else claim
            if not isinstance(checked, Claim):
                yield f"{name}.{place}: {checked.explanation}"


def _put(claim: Claim) -> Put:
    return Put(
        text=claim.text,
        asserted=claim.asserted,
        statement_ids=claim.statement_ids,
        evidence_ids=claim.evidence_ids,
        quote=claim.quote,
        stance=claim.stance,
        by=claim.by,
        model=claim.model,
        round=claim.round,
    )
