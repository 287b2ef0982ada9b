"""How well reviewers agree, and where they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from pydantic import Field

from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind
from isthmus.service.answers import Told
from isthmus.service.review.history import Latest, disagreed, is_right, latest_by_target
from isthmus.service.review.kappa import Kappa, cohen_kappa, fleiss_kappa
from isthmus.service.review.wording import statement_texts

_KINDS = list(VerdictKind)


class KappaAnswer(Told):
    """Agreement beyond chance: 1 is full, 0 is what chance gives."""

    value: float | None = Field(description="absent where it is not defined; reason says why")
    low: float | None = Field(description="95 % interval by bootstrap over items; absent where they do not tell")
    high: float | None
    agreed: float | None = Field(description="share of the items that they agree on, whatever chance does")
    items: int
    reason: str = ""

    @classmethod
    def of(cls, kappa: Kappa) -> KappaAnswer:
        """From the measure."""
        return cls(
            value=kappa.value,
            low=kappa.low,
            high=kappa.high,
            agreed=kappa.agreed,
            items=kappa.items,
            reason=kappa.reason,
        )


class PairAgreement(Told):
    """Two reviewers, on what both judged: Cohen's kappa of right or not, and of the kinds of verdict."""

    reviewers: tuple[str, str]
    right_or_not: KappaAnswer
    by_kind: KappaAnswer


class ReviewerCount(Told):
    """A reviewer, how many things they judged, and how many of these they found right."""

    reviewer: str
    judged: int
    right: int


class VerdictAnswer(Told):
    """One verdict. ``counts`` is false for what its reviewer said otherwise later."""

    id: str
    reviewer: str
    kind: VerdictKind
    comment: str
    evidence: str
    at: str
    counts: bool

    @classmethod
    def of(cls, verdict: Verdict, *, counts: bool = True) -> VerdictAnswer:
        """From the graph's own value."""
        return cls(
            id=verdict.id,
            reviewer=verdict.reviewer,
            kind=verdict.kind,
            comment=verdict.comment,
            evidence=verdict.evidence,
            at=verdict.at,
            counts=counts,
        )


class Disagreement(Told):
    """Something that one reviewer calls right and another does not."""

    about: VerdictAbout
    id: str
    text: str = Field(description="empty for a hypothesis, and for a statement that the graph no longer holds")
    belief: float | None
    verdicts: list[VerdictAnswer]


class AgreementAnswer(Told):
    """How well reviewers agree. Of each reviewer the latest verdict on a thing counts."""

    reviewers: list[ReviewerCount]
    pairs: list[PairAgreement]
    all_right_or_not: KappaAnswer | None = Field(description="Fleiss' kappa of three reviewers or more")
    all_by_kind: KappaAnswer | None
    disagreements: list[Disagreement]


def answer_agreement(store: Store) -> AgreementAnswer:
    """The agreement of all who judged, statements and hypotheses together."""
    said = latest_by_target(store.verdicts())
    reviewers = sorted({name for by_reviewer in said.values() for name in by_reviewer})
    several = len(reviewers) > 2
    return AgreementAnswer(
        reviewers=[_counted(name, said) for name in reviewers],
        pairs=[pair for names in combinations(reviewers, 2) if (pair := _pair(names, said)) is not None],
        all_right_or_not=KappaAnswer.of(fleiss_kappa(counts_of(said, by_kind=False))) if several else None,
        all_by_kind=KappaAnswer.of(fleiss_kappa(counts_of(said, by_kind=True))) if several else None,
        disagreements=_disagreements(store, said),
    )


def counts_of(said: Latest, *, by_kind: bool) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Shape (n_targets, n_kinds), how many reviewers said each; two kinds, right and not, unless ``by_kind``."""
    counts = np.zeros((len(said), len(_KINDS) if by_kind else 2))
    for row, by_reviewer in enumerate(said.values()):
        for verdict in by_reviewer.values():
            counts[row, _KINDS.index(verdict.kind) if by_kind else int(is_right(verdict.kind))] += 1.0
    return counts


def _counted(name: str, said: Latest) -> ReviewerCount:
    kinds = Counter(by_reviewer[name].kind for by_reviewer in said.values() if name in by_reviewer)
    return ReviewerCount(reviewer=name, judged=kinds.total(), right=kinds[VerdictKind.CORRECT])


def _pair(names: tuple[str, str], said: Latest) -> PairAgreement | None:
    """None where the two have judged nothing in common."""
    both = [
        [by_reviewer[name].kind for name in names] for by_reviewer in said.values() if by_reviewer.keys() >= {*names}
    ]
    if not both:
        return None
    first, second = ([kinds[number] for kinds in both] for number in (0, 1))
    return PairAgreement(
        reviewers=names,
        right_or_not=KappaAnswer.of(cohen_kappa(_right_or_not(first), _right_or_not(second))),
        by_kind=KappaAnswer.of(cohen_kappa(first, second)),
    )


def _right_or_not(kinds: Sequence[VerdictKind]) -> list[str]:
    return ["right" if is_right(kind) else "not" for kind in kinds]


def _disagreements(store: Store, said: Latest) -> list[Disagreement]:
    targets = sorted(target for target, by_reviewer in said.items() if disagreed(by_reviewer))
    rows = store.statements(targets)
    texts = statement_texts(store, rows.values())
    return [
        Disagreement(
            about=next(iter(said[target].values())).about,
            id=target,
            text=texts.get(target, ""),
            belief=rows[target].belief if target in rows else None,
            verdicts=[VerdictAnswer.of(one) for one in sorted(said[target].values(), key=lambda one: (one.at, one.id))],
        )
        for target in targets
    ]
