"""Belief: the probability that a statement is true, given its evidence.

A piece of evidence has the probability ``p`` that its reader gives it, at most ``Reader.surest``; a speculated sentence
counts half, a retracted paper nothing. Evidence is added up from below, the best first: the k-th best of those that
depend on one another counts with ``weight ** k`` (k from 0), so ``together = 1 - Π_k (1 - weight**k · p_k)``.

1. Sentences of one paper by one reader: ``SAME_PAPER``.
2. Papers by one reader. Of the error ``e = 1 - p`` of a paper the share ``s`` is systematic (a wrong grounding, a pattern
   that misleads) and returns in the next paper, the rest is chance: ``r = e(1 - s) / (1 - s·e)``. What papers say by chance
   falls with each, the systematic error stays: ``b_reader = (1 - s·e_min) · (1 - Π r)``; of one paper it is ``p``. This is
   INDRA's ``1 - (systematic + random^n)`` (Gyori et al. 2017, doi:10.15252/msb.20177651) with an error for each paper.
   Papers of one senior author are one group (``SAME_GROUP``); reviews are one group, and repeat the others (``REVIEW``).
3. Readers: ``OTHER_READER``. Two programs that read the same literature err on the same sentences.
4. No paper lifts a statement past ``PAPER_CAP``, whoever reads it.

Where reviewers have judged a statement, their verdicts move this (``judge``). Then the opposite statement lowers it:
``b · (1 - b_opposite)``. The figures are in ``docs/belief.md``; those that are fitted are printed by
``python -m bench.fit_belief``.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.verdict import VerdictKind

Floats = NDArray[np.float64]
Keys = NDArray[np.integer]

FORM = 1  # one more with each change of formula or figures: stores that hold beliefs of another form work them out anew
SPECULATION_WEIGHT = 0.5
SAME_PAPER = 0.1  # chosen, not fitted: curators judge what a sentence says, not whether its paper is right
SAME_GROUP = 0.5  # chosen: no judged data name the authors
REVIEW = 0.5  # chosen: no judged data name the kind of paper
PLACES = 12  # of decimals: what only rounding tells apart is the same belief in every store, in whatever order it came
PAPER_CAP = 0.95  # chosen: of the best reader's sentences .92 were judged right, which one paper cannot better by much

BEFORE_CAP = 0.9  # chosen: how sure a statement can be before a reviewer who disagrees speaks
# Chosen, as odds: nobody has judged the judges yet. A careful curator is right about 19 times in 20; who says only that
# something else is wrong has not said what.
CURATOR_ODDS = 19.0
OTHER_ODDS = 3.0


@dataclass(frozen=True, slots=True)
class Reader:
    """Who finds evidence: how sure one piece of it can be, and which share of its errors comes back in every paper.

    ``name`` is what stands before the ``/`` of ``Evidence.extractor``; see ``reader_of``. Both figures are in [0, 1].
    """

    name: str
    surest: float
    systematic: float


Readers = Sequence[Reader]

# Fitted on 1,436 judged sentences of machine-read statements (``indra_curations``) by ``python -m bench.fit_belief``.
SYSTEMATIC = 0.88  # the same for all readers of text: shares of their own (.81 to .94) forecast no better
OTHER_READER = 0.76
# Of readers of text, what one piece of their evidence can be at most is one less the errors found in it.
READERS = (
    Reader("given", 1.0, 0.0),  # tables, BEL, KGX: the belief is theirs, errors of every kind are in it already
    # Of its statements with a score of .95 or more .54 were right on the dev abstracts of BC5CDR and BioRED, .63 of those
    # between things that the annotators name; they leave out some that are true (``python -m bench.measures_evidence``).
    Reader("compact", 0.60, SYSTEMATIC),
    Reader("chat", 0.60, SYSTEMATIC),  # nothing that a chat model read has been judged: no better than what has
    Reader("text", PAPER_CAP, SYSTEMATIC),  # whoever is not known to us
    Reader("reach", 0.41, SYSTEMATIC),
    Reader("sparser", 0.30, SYSTEMATIC),
    Reader("trips", 0.66, SYSTEMATIC),
    Reader("rlimsp", 0.82, SYSTEMATIC),
    Reader("medscan", 0.34, SYSTEMATIC),
    Reader("isi", 0.42, SYSTEMATIC),
)
_GIVEN = frozenset({"given", "table", "kgx", "bel", "gaf", "hpo", "gwas"})
_NUMBER = {reader.name: number for number, reader in enumerate(READERS)}


@lru_cache(maxsize=1024)  # names may come from a file that somebody made
def reader_of(extractor: str) -> int:
    """The index in ``READERS`` of whoever gave evidence; an extractor that is not known reads text.

    >>> [READERS[reader_of(name)].name for name in ("compact/2+lexicon.1", "gaf/1", "openai:gpt/prompt.1", "mine/1")]
    ['compact', 'given', 'chat', 'text']
    """
    name = extractor.partition("/")[0]
    if name in _GIVEN:
        return _NUMBER["given"]
    return _NUMBER["chat" if ":" in name else name if name in _NUMBER else "text"]


class Piece(NamedTuple):
    """One piece of evidence as a store has it: for which statement, in which paper, whose, and what was said of it."""

    statement: int
    paper: int
    senior_author: str
    review: bool
    extractor: str
    score: float
    speculated: bool
    retracted: bool


@dataclass(frozen=True, eq=False, slots=True)
class EvidenceArrays:
    """Pieces of evidence, each array of shape (n_evidence,).

    ``statement`` in [0, n_statements); ``paper`` and ``group`` any numbers >= 0 that are the same for one paper, one group
    of authors; ``review`` whether the paper is a review; ``reader`` an index into ``READERS``; ``probability`` in [0, 1] as
    ``weigh`` gives it.
    """

    statement: Keys
    paper: Keys
    group: Keys
    review: NDArray[np.bool_]
    reader: Keys
    probability: Floats

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> EvidenceArrays:
        """Weighed by their readers, with papers of one senior author as one group."""
        statement, paper, author, review, extractor, score, speculated, retracted = (
            zip(*pieces, strict=True) if pieces else [()] * 8
        )
        reader = np.array([reader_of(each) for each in extractor], dtype=np.int16)
        return cls(
            np.array(statement, dtype=np.int64),
            np.array(paper, dtype=np.int64),
            groups_of(paper, author),
            np.array(review, dtype=np.bool_),
            reader,
            weigh(
                np.array(score, dtype=np.float64),
                reader,
                np.array(speculated, dtype=np.bool_),
                np.array(retracted, dtype=np.bool_),
            ),
        )

    def __getitem__(self, which: slice | NDArray[np.bool_] | Keys) -> EvidenceArrays:
        """Some of them."""
        return EvidenceArrays(*(getattr(self, each.name)[which] for each in fields(self)))


def weigh(
    score: Floats, reader: Keys, speculated: NDArray[np.bool_], retracted: NDArray[np.bool_], readers: Readers = READERS
) -> Floats:
    """The probability that each piece of evidence gives its statement, alone: in [0, 1], 0 in a retracted paper.

    Args:
        score: shape (n_evidence,), in [0, 1], the reader's own.
        reader: index into ``readers``.
        speculated: whether its sentence only supposes the statement.
        retracted: whether its paper is.
        readers: who they are.
    """
    surest = np.array([each.surest for each in readers])
    probability: Floats = np.minimum(score * np.where(speculated, SPECULATION_WEIGHT, 1.0), surest[reader])
    return np.where(retracted, 0.0, probability)


def groups_of(papers: Sequence[Hashable], senior_authors: Sequence[str]) -> NDArray[np.int32]:
    """One number for papers of one senior author; a paper that names none is a group of its own.

    >>> groups_of(["pmid:1", "pmid:2", "pmid:3", "pmid:3"], ["Curie M", "Curie M", "", ""]).tolist()
    [0, 0, 1, 1]
    """
    numbers: dict[tuple[bool, Hashable], int] = {}
    keys = ((True, author) if author else (False, paper) for paper, author in zip(papers, senior_authors, strict=True))
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int32)


def believe(
    evidence: EvidenceArrays, n_statements: int, readers: Readers = READERS, other: float = OTHER_READER
) -> Floats:
    """Belief in each statement from its own evidence alone; in whatever order that comes.

    Returns shape (n_statements,), in [0, 1]; 0 where there is no evidence. More evidence never lowers it.
    """
    belief = np.zeros(n_statements)
    # One piece of evidence alone is believed as it is: mostly nothing has to be put together.
    alone = np.bincount(evidence.statement, minlength=n_statements)[evidence.statement] == 1
    belief[evidence.statement[alone]] = np.round(evidence.probability[alone], PLACES)
    evidence = evidence[~alone]
    if not len(evidence.statement):
        return belief
    of_paper = _key(evidence.statement, evidence.reader, evidence.paper)
    best, probability = together(of_paper, evidence.probability, SAME_PAPER)
    papers = evidence[best]
    statement, of_reader = _of_readers(papers, probability, readers)
    best, combined = together(statement, of_reader, other)
    said = np.minimum(combined, _most(evidence, n_statements)[statement[best]])
    belief[statement[best]] = np.round(said, PLACES)
    return belief


def _of_readers(papers: EvidenceArrays, probability: Floats, readers: Readers) -> tuple[Keys, Floats]:
    """What each reader's papers say together: the statement, and the belief in it by one reader."""
    share = np.array([reader.systematic for reader in readers])[papers.reader]
    error = 1.0 - probability
    right = 1.0 - error * (1.0 - share) / np.maximum(1.0 - share * error, np.finfo(float).tiny)
    # All reviews are one group, beside those of the others.
    group = np.where(papers.review, 0, papers.group.astype(np.int64) + 1)
    best, of_group = together(_key(papers.statement, papers.reader, group), right, SAME_GROUP)
    keys, place = np.unique(_key(papers.statement, papers.reader), return_inverse=True)
    first = np.unique(place, return_index=True)[1]
    review, of_group_place = papers.review[best], place[best]
    said = []
    for kind in (~review, review):
        at = of_group_place[kind]
        leading, value = together(at, of_group[kind], 1.0)
        said.append(np.zeros(len(keys)))
        said[-1][at[leading]] = value
    papers_say, reviews_say = said
    by_chance = np.maximum(reviews_say, 1.0 - (1.0 - papers_say) * (1.0 - REVIEW * reviews_say))
    stays = np.ones(len(keys))
    np.minimum.at(stays, place, share * error)
    return papers.statement[first], (1.0 - stays) * by_chance


def _most(evidence: EvidenceArrays, n_statements: int) -> Floats:
    """Shape (n_statements,): what the papers can amount to when none lifts a statement past ``PAPER_CAP``.

    A single piece of evidence that is surer than that (a curator's) stays as sure as it is.
    """
    best, all_said = together(_key(evidence.statement, evidence.paper), evidence.probability, 1.0)
    of_paper = np.maximum(evidence.probability[best], np.minimum(all_said, PAPER_CAP))
    statement = evidence.statement[best]
    leading, value = together(statement, of_paper, 1.0)
    most = np.zeros(n_statements)
    most[statement[leading]] = value
    return most


def together(key: Keys, value: Floats, weight: float) -> tuple[Keys, Floats]:
    """``1 - Π_k (1 - weight**k · value_k)`` over the values of each key, the greatest first (k = 0).

    With weight 1 they are independent (noisy-or), with weight 0 only the greatest counts.

    Returns:
        For each distinct key, sorted: the index of its greatest value, and the combination.
    """
    order = np.lexsort((-value, key))
    key, value = key[order], value[order]
    start = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else order
    rank = np.arange(len(key)) - np.repeat(start, np.diff(np.append(start, len(key))))
    doubt = np.multiply.reduceat(1.0 - weight**rank * value, start) if len(key) else value
    return order[start], np.clip(1.0 - doubt, 0.0, 1.0)


def _key(*parts: Keys) -> NDArray[np.int64]:
    """One number for each combination."""
    key = parts[0].astype(np.int64)
    for part in parts[1:]:
        key = key * (int(part.max()) + 1) + part
    return key


def judge(belief: Floats, statement: Keys, kind: Keys) -> Floats:
    """Belief after the reviewers have spoken, each of them once of one statement; in whatever order they did.

    ``logit b' = logit min(max(b, 1 - BEFORE_CAP), BEFORE_CAP) + (correct - wrong) log CURATOR_ODDS - other log OTHER_ODDS``
    over how many say each: a reviewer is one more independent witness (Bayes' rule with a likelihood ratio), who moves
    what was sure already as well. Reviewers who disagree cancel out. Whatever the cap does, "correct" never lowers a
    belief and "wrong" never raises one. Who says ``speculative`` (the sentence only supposes it) halves what comes out,
    by ``SPECULATION_WEIGHT``, once. What no evidence speaks for, since its papers are retracted, stays at 0: reviewers
    judge what sentences say, not whether their papers are right.

    Args:
        belief: shape (n_statements,), from ``believe``.
        statement: shape (n_verdicts,), which statement each verdict is about, in [0, n_statements).
        kind: shape (n_verdicts,), an index into ``list(VerdictKind)``.

    Returns:
        Shape (n_statements,), in [0, 1]; as it was where nobody has judged.
    """
    if not len(statement):
        return belief
    judged, place = np.unique(statement, return_inverse=True)
    kinds = list(VerdictKind)
    counts = np.zeros((len(judged), len(kinds)))
    np.add.at(counts, (place, kind), 1.0)
    correct, speculative, other = (
        counts[:, kinds.index(each)] for each in (VerdictKind.CORRECT, VerdictKind.SPECULATIVE, VerdictKind.OTHER)
    )
    wrong = counts.sum(axis=1) - correct - speculative - other
    # Whole numbers are counted before they are weighed: a sum of logarithms would tell in which order they came.
    shift = (correct - wrong) * np.log(CURATOR_ODDS) - other * np.log(OTHER_ODDS)
    before = belief[judged]
    capped = np.clip(before, 1.0 - BEFORE_CAP, BEFORE_CAP)
    after = 1.0 / (1.0 + (1.0 - capped) / capped * np.exp(-shift))
    after = np.where(shift > 0.0, np.maximum(after, before), np.where(shift < 0.0, np.minimum(after, before), before))
    after *= np.where(speculative > 0.0, SPECULATION_WEIGHT, 1.0)
    result = belief.copy()
    result[judged] = np.where(before > 0.0, np.round(after, PLACES), 0.0)
    return result


def contradict(belief: Floats, opposite: Keys) -> Floats:
    """Belief after the opposite statements have spoken.

    Args:
        belief: shape (n_statements,), from ``believe``.
        opposite: shape (n_statements,), the index of each statement's opposite, -1 where nobody claims it.

    Returns:
        Shape (n_statements,), ``belief * (1 - belief[opposite])``.
    """
    against = np.where(opposite >= 0, belief[opposite], 0.0)
    return belief * (1.0 - against)
