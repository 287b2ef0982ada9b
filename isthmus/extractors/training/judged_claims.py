"""Statements beside the sentences that are said to support them, judged right or wrong by people. Read in place."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from isthmus.extractors.verification.claim import Claim
from isthmus.extractors.verification.features import one_line

FOLDS = 20
HELD_OUT = frozenset(range(5))  # a quarter of the groups: never trained on, never tuned on


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim and whether it is right. ``fold`` is the same for all claims that share a document or a sentence."""

    claim: Claim
    right: bool
    corpus: str
    fold: int

    @property
    def held_out(self) -> bool:
        """Whether it measures and does not teach."""
        return self.fold in HELD_OUT


def read_judged(data: Path | None, verdicts: Path | None = None) -> list[Judged]:
    """The curated statements of machine readers (``indra``), the judged predications of SemRep (``semmed``), and reviewers'
    verdicts as ``isthmus review export`` writes them (``verdicts``).
    """
    rows = [
        *(_indra(data) if data else ()),
        *(_semmed(data) if data else ()),
        *(_verdicts(verdicts) if verdicts else ()),
    ]
    groups = groups_of((document, claim.text) for document, claim, _, _ in rows)
    return [Judged(claim, right, corpus, fold_of(groups[document])) for document, claim, right, corpus in rows]


def fold_of(group: str) -> int:
    """The fold of a group, for ever: a hash of its name."""
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % FOLDS


def groups_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each first of a pair, the smallest first that it is connected to by shared seconds.

    >>> groups_of([("b", "x"), ("a", "x"), ("b", "y"), ("c", "y"), ("d", "z")])
    {'b': 'a', 'a': 'a', 'c': 'a', 'd': 'd'}
    """
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    by_second: dict[str, str] = {}
    firsts: dict[str, None] = {}
    for first, second in pairs:
        firsts[first] = None
        low, high = sorted((root(first), root(by_second.setdefault(second, first))))
        parent[high] = low
    return {first: root(first) for first in firsts}


def _indra(data: Path) -> Iterable[tuple[str, Claim, bool, str]]:
    path = data / "corpora" / "indra_curations" / "curated_half.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        claim = Claim(row["evidence_text"], row["stmt_type"], row["subject"] or "", row["object"] or "")
        yield f"pmid:{row['pmid']}", one_line(claim), row["tag"] == "correct", "indra"


def _semmed(data: Path) -> Iterable[tuple[str, Claim, bool, str]]:
    path = data / "corpora" / "semmed_gold" / "substance_interactions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            claim = Claim(row["SENTENCE"], row["PREDICATE"], row["SUBJECT_TEXT"], row["OBJECT_TEXT"])
            yield f"pmid:{row['PMID']}", one_line(claim), row["LABEL"] == "y", "semmed"


def _verdicts(file: Path) -> Iterable[tuple[str, Claim, bool, str]]:
    """Without those on denied statements: nothing here tells a claim that it denies from one that it makes."""
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        if not row["negated"]:
            claim = Claim(row["text"], row["predicate"], row["subject"], row["object"])
            yield row["document"], one_line(claim), row["tag"] == "correct", "verdicts"
