"""Where the compact extractor is unsure, and what it would be worth to ask.

The gain of a sentence is the expected number of its findings that a right answer would set right. A finding that holds
with probability ``p`` is settled by an answer with the expected squared change ``p(1 - p)``, its variance, so

    gain = Σ p(1 - p)   over the doubtful findings of the sentence,

which is 1/4 for a finding that is as likely wrong as right and nothing for one that is sure. ``p`` is

* for a statement with a score ``s`` in ``MIDDLE``: ``STATEMENT_TRUE[0] + STATEMENT_TRUE[1] * s``;
* for a name with a score in ``MIDDLE``: the score, which is near the truth already;
* where two statements about one pair cannot both hold as they are: ``s₁ / (s₁ + s₂)``, ``s`` their scores;
* for two grounded names of related kinds in a sentence, between which the document states nothing: ``SILENT_PRIOR``, for at
  most ``MOST_SILENT`` pairs: of a long list of names a model says no more.

The constants are fitted on 60 documents of BioRED's dev split; ``python -m bench.measures_doubts`` prints them, and how
much sooner errors are met in this order than in another on the other documents.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, islice

from isthmus.extractors.chat.asking import Usage, form_tokens, tokens
from isthmus.extractors.chat.findings import Findings
from isthmus.extractors.chat.passage import PASSAGE_LENGTH, Passage
from isthmus.extractors.chat.prompt import passage_prompt, system_prompt
from isthmus.extractors.text.compact import SILENT_SECTIONS
from isthmus.extractors.text.rules import GROUPS, WEAK, Group
from isthmus.extractors.text.sentences import Sentence, document_sentences
from isthmus.graph.model import Evidence, Extraction, Mention, Statement
from isthmus.graph.vocabulary import Sign

MIDDLE = 0.2, 0.95  # scores from the first on, below the second
STATEMENT_TRUE = 0.17, 0.53  # a line through the share of right statements over their scores
SILENT_PRIOR = 0.07  # share of such pairs that annotators relate
MOST_SILENT = 6
# Pairs of kinds between which a sentence is worth asking about; that two diseases are named together says little.
RELATED: frozenset[frozenset[Group]] = frozenset(
    map(
        frozenset,
        (
            (Group.CHEMICAL, Group.DISEASE),
            (Group.CHEMICAL, Group.GENE),
            (Group.GENE,),
            (Group.GENE, Group.DISEASE),
            (Group.VARIANT, Group.DISEASE),
            (Group.VARIANT, Group.GENE),
            (Group.TAXON, Group.DISEASE),
            (Group.TAXON, Group.CHEMICAL),
            (Group.PROCESS, Group.DISEASE),
        ),
    )
)
# Tokens of the form's answer beside the words that it quotes.
MENTION_ANSWER, STATEMENT_ANSWER = 16, 70


class Why(StrEnum):
    """What makes a finding doubtful."""

    STATEMENT = "unsure statement"
    NAME = "unsure name"
    DISAGREEMENT = "statements that disagree"
    SILENCE = "related names and no statement between them"


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubtful finding that holds with ``probability``."""

    why: Why
    probability: float

    @property
    def gain(self) -> float:
        """``p(1 - p)``, in [0, 1/4]."""
        return self.probability * (1 - self.probability)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence, or the few that carry one statement, with what is doubtful in them.

    ``sentences`` are pairs of an ordinal in the document and a sentence. ``tokens`` is what these sentences add to a
    question, and the answer to it; what each question costs besides is in ``Question.tokens``.
    """

    sentences: tuple[tuple[int, Sentence], ...]
    findings: tuple[Finding, ...]
    tokens: Usage

    @property
    def gain(self) -> float:
        """The sum over the findings."""
        return sum(finding.gain for finding in self.findings)

    @property
    def gain_per_token(self) -> float:
        """By which sentences are ordered."""
        return self.gain / self.tokens.total


@dataclass(frozen=True, slots=True)
class Question:
    """Doubtful sentences of one document that are asked about at once."""

    passage: Passage
    doubts: tuple[Doubt, ...]
    tokens: Usage

    @property
    def gain(self) -> float:
        """The sum over the doubts."""
        return sum(doubt.gain for doubt in self.doubts)

    @property
    def gain_per_token(self) -> float:
        """By which questions are ordered."""
        return self.gain / self.tokens.total


def doubts(extraction: Extraction) -> list[Doubt]:
    """The doubtful sentences of a compact extraction, most gain per token first.

    Left out are sentences that speak to a language model, and sections that tell how a report was made.
    """
    if not extraction.mentions:
        return []
    sentences = next(document_sentences([extraction.document]))
    at = _ordinals(sentences)
    names = Counter(at(mention.start) for mention in extraction.mentions)
    found: dict[tuple[int, int], list[Finding]] = defaultdict(list)
    for first, last, finding in _findings(extraction, at):
        found[first, last].append(finding)
    doubtful = []
    for (first, last), findings in _joined(found).items():
        span = tuple((number, sentences[number]) for number in range(first, last + 1))
        passage = Passage.of(extraction.document.text, span)
        unfit = any(passage.speaks_to_a_model(each) or each.section in SILENT_SECTIONS for _, each in span)
        if passage.visible.strip() and not unfit:
            named = sum(names[number] for number in range(first, last + 1))
            doubtful.append(Doubt(span, tuple(findings), _cost(passage.visible, named, len(findings))))
    return sorted(doubtful, key=lambda doubt: (-doubt.gain_per_token, doubt.sentences[0][0]))


def questions(extraction: Extraction, length: int = PASSAGE_LENGTH) -> list[Question]:
    """The doubts of a document as passages of at most ``length`` characters, most gain per token first.

    The instructions and the form cost far more than a sentence, so sentences of one document share them.
    """
    grouped: list[list[Doubt]] = []
    room: list[int] = []
    for doubt in doubts(extraction):
        needed = doubt.sentences[-1][1].end - doubt.sentences[0][1].start
        place = next((number for number, free in enumerate(room) if needed <= free), len(room))
        if place == len(room):
            grouped.append([])
            room.append(length)
        grouped[place].append(doubt)
        room[place] -= needed
    asked = [_question(extraction.document.text, group) for group in grouped]
    return sorted(asked, key=lambda question: -question.gain_per_token)


def _question(text: str, group: Sequence[Doubt]) -> Question:
    passage = Passage.of(text, tuple(sorted({pair for doubt in group for pair in doubt.sentences})))
    prompt = tokens(system_prompt()) + form_tokens(Findings) + tokens(passage_prompt(passage))
    return Question(passage, tuple(group), Usage(prompt, sum(doubt.tokens.output for doubt in group)))


def _cost(text: str, names: int, findings: int) -> Usage:
    """An answer repeats each name, and the sentence with each statement."""
    said = tokens(text)
    return Usage(said, names * MENTION_ANSWER + max(1, findings) * (STATEMENT_ANSWER + said))


def _findings(extraction: Extraction, at: Callable[[int], int]) -> Iterator[tuple[int, int, Finding]]:
    """Each doubtful finding with the first and the last of its sentences."""
    statements = {statement.id: statement for statement in extraction.statements}
    said = [
        (at(piece.start), at(piece.end - 1), statements[piece.statement], piece)
        for piece in extraction.evidence
        if piece.start is not None and piece.end is not None and piece.end > piece.start
    ]
    for first, last, _, piece in said:
        if _unsure(piece.score):
            yield first, last, Finding(Why.STATEMENT, STATEMENT_TRUE[0] + STATEMENT_TRUE[1] * piece.score)
    for mention in extraction.mentions:
        if _unsure(mention.score):
            yield at(mention.start), at(mention.start), Finding(Why.NAME, mention.score)
    yield from _disagreements(said)
    yield from _silences(extraction.mentions, said, at)


def _ordinals(sentences: Sequence[Sentence]) -> Callable[[int], int]:
    """The sentence that a character stands in. The extractor's own ordinals leave out what it could not read."""
    starts = [sentence.start for sentence in sentences]
    return lambda offset: max(bisect_right(starts, offset) - 1, 0)


def _unsure(score: float) -> bool:
    return MIDDLE[0] <= score < MIDDLE[1]


_Said = tuple[int, int, Statement, Evidence]


def _disagreements(said: Iterable[_Said]) -> Iterator[tuple[int, int, Finding]]:
    """Two statements of the same place about one pair that cannot both hold as they are."""
    pairs: dict[tuple[int, int, frozenset[str]], list[tuple[Statement, Evidence]]] = defaultdict(list)
    for first, last, statement, piece in said:
        pairs[first, last, frozenset((statement.subject, statement.object))].append((statement, piece))
    for (first, last, _), found in pairs.items():
        for (one, ours), (other, theirs) in combinations(found, 2):
            total = ours.score + theirs.score
            if total > 0 and _disagree(one, other):
                yield first, last, Finding(Why.DISAGREEMENT, ours.score / total)


def _disagree(one: Statement, other: Statement) -> bool:
    """One denies the other, goes the other way, or moves the object the other way; a weaker word is no contradiction."""
    if one.predicate == other.predicate:
        return one.negated != other.negated or one.subject != other.subject
    if WEAK & {one.predicate, other.predicate}:
        return False
    signs = {one.predicate.sign, other.predicate.sign}
    return signs == {Sign.POSITIVE, Sign.NEGATIVE} or one.subject != other.subject


def _silences(
    mentions: Sequence[Mention], said: Iterable[_Said], at: Callable[[int], int]
) -> Iterator[tuple[int, int, Finding]]:
    """Two grounded names of related kinds in one sentence, between which nothing is stated."""
    stated = {frozenset((statement.subject, statement.object)) for _, _, statement, _ in said}
    named: dict[int, dict[str, Group]] = defaultdict(dict)
    for mention in mentions:
        group = GROUPS.get(mention.category)
        if group is not None and not mention.entity.startswith("text:"):
            named[at(mention.start)][mention.entity] = group
    for number, groups in named.items():
        silent = (
            pair
            for pair in combinations(groups, 2)
            if frozenset(groups[entity] for entity in pair) in RELATED and frozenset(pair) not in stated
        )
        for _ in islice(silent, MOST_SILENT):
            yield number, number, Finding(Why.SILENCE, SILENT_PRIOR)


def _joined(found: dict[tuple[int, int], list[Finding]]) -> dict[tuple[int, int], list[Finding]]:
    """Ranges of sentences that overlap as one: no sentence is asked about twice."""
    joined: list[tuple[int, int, list[Finding]]] = []
    for (first, last), findings in sorted(found.items()):
        if joined and first <= joined[-1][1]:
            start, end, before = joined.pop()
            joined.append((start, max(end, last), [*before, *findings]))
        else:
            joined.append((first, last, findings))
    return {(first, last): findings for first, last, findings in joined}
