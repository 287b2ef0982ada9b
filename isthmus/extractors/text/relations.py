"""What a parsed sentence says of its mentions: claims turned into statements by the rules of predicate and category."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from spacy.tokens import Token

from isthmus.extractors.text.arguments import Argument, groups
from isthmus.extractors.text.assertion import stance
from isthmus.extractors.text.claims import Claim, claims
from isthmus.extractors.text.parsing import Parse
from isthmus.extractors.text.patterns import Aspect, Kind
from isthmus.extractors.text.rules import CONFIDENCE, DEFAULT_CONFIDENCE, FLIPPED, RULES, WEAK, Group
from isthmus.graph.vocabulary import Predicate

_DOUBT = 0.6  # a supposed relation is read wrongly more often than a stated one
_PER_STEP = 0.93  # each noun between a trigger and a name
_WITH_SIGN = {1: Predicate.POSITIVELY_CORRELATED_WITH, -1: Predicate.NEGATIVELY_CORRELATED_WITH}
_POSITIVE = frozenset({"positively", "positive", "directly"})
_NEGATIVE = frozenset({"negatively", "inversely", "negative", "inverse"})
_CAUSAL = (Kind.CAUSE, Kind.INDUCE, Kind.CONTRIBUTE, Kind.RISK, Kind.PROMOTE, Kind.UP)
_GENETIC = (Group.GENE, Group.VARIANT)


class Relation(NamedTuple):
    """A statement's words: indices into ``parse.mentions``; ``score`` in [0, 1]."""

    subject: int
    predicate: Predicate
    object: int
    negated: bool
    speculated: bool
    score: float


def relations(parse: Parse) -> list[Relation]:
    """Every relation that the sentence states between two of its mentions, each once, the surest reading kept."""
    best: dict[tuple[int, Predicate, int], Relation] = {}
    for token in parse.doc:
        for claim in claims(parse, token):
            for relation in _resolved(parse, claim):
                key = relation.subject, relation.predicate, relation.object
                if key not in best or best[key].score < relation.score:
                    best[key] = relation
    return sorted(_without_weaker(best.values()))


def _resolved(parse: Parse, claim: Claim) -> Iterator[Relation]:
    for subject in claim.subjects:
        for obj in claim.objects:
            ours, theirs = parse.mentions[subject.mention], parse.mentions[obj.mention]
            resolved = _predicate(parse, claim, subject, obj) if ours.entity != theirs.entity else None
            if resolved is None:
                continue
            predicate, turned = resolved
            put = stance(claim.trigger, (parse.doc[subject.token], parse.doc[obj.token]), given=claim.given)
            score = CONFIDENCE.get(claim.kind, DEFAULT_CONFIDENCE) * claim.sureness
            score *= _PER_STEP ** (subject.steps + obj.steps) * (_DOUBT if put.speculated else 1.0)
            score *= (ours.score * theirs.score) ** 0.25
            first, second = (obj, subject) if turned else (subject, obj)
            negated = put.negated or subject.excluded or obj.excluded
            yield Relation(first.mention, predicate, second.mention, negated, put.speculated, round(score, 3))


def _predicate(parse: Parse, claim: Claim, subject: Argument, obj: Argument) -> tuple[Predicate, bool] | None:
    """The predicate of a claim, and whether subject and object change places; None where the rules have none."""
    ours, theirs = groups(parse, subject), groups(parse, obj)
    kind = _kind(claim.kind, subject, obj, theirs)
    if kind is Kind.ASSOCIATE or kind is Kind.CORRELATE:
        return _association(claim, kind, (subject, ours), (obj, theirs))
    for rule in RULES:
        if (
            kind in rule.kinds
            and ours in rule.subjects
            and theirs in rule.objects
            and rule.aspect in (None, obj.aspect)
        ):
            return rule.predicate, False
    return None


def _kind(kind: Kind, subject: Argument, obj: Argument, theirs: Group) -> Kind | None:
    """What a claim says once one knows of what of its arguments it speaks; None where it then says nothing sure."""
    if kind in (Kind.ASSOCIATE, Kind.CORRELATE):
        return kind
    ill = theirs is Group.DISEASE
    if ill and subject.aspect is Aspect.MUTATION and kind in _CAUSAL:
        # A mutation may make more or less of its gene: that the gene has to do with the disease is all that is said.
        return Kind.ASSOCIATE
    if subject.flip and ill:
        return kind if kind is Kind.AFFECT else Kind.ASSOCIATE
    turned: Kind | None = kind
    if subject.flip != (obj.flip and obj.aspect is not Aspect.ACTIVITY):
        turned = FLIPPED.get(kind, kind)
    if not obj.direction or obj.flip:
        return turned
    if kind is Kind.CAUSE:
        return Kind.UP if obj.direction > 0 else Kind.DOWN
    if obj.direction < 0 and not ill and turned is not None:
        return FLIPPED.get(turned, turned)
    return turned


def _association(
    claim: Claim, kind: Kind, subject: tuple[Argument, Group], obj: tuple[Argument, Group]
) -> tuple[Predicate, bool] | None:
    """Association and correlation, with the sign that adverbs and "higher"/"lower" give."""
    (one, ours), (other, theirs) = subject, obj
    if Group.OTHER in (ours, theirs) or (ours is theirs is Group.PLACE and kind is Kind.ASSOCIATE):
        return None
    sign = _sign(claim, one, other)
    if kind is Kind.CORRELATE:
        return _WITH_SIGN.get(sign, Predicate.CORRELATED_WITH), False
    if ours in _GENETIC and theirs is Group.DISEASE and one.aspect in (Aspect.MUTATION, Aspect.NONE):
        risky = sign > 0 and other.aspect is Aspect.RISK and ours is Group.VARIANT
        return Predicate.PREDISPOSES_TO if risky else Predicate.GENE_ASSOCIATED_WITH_CONDITION, False
    if theirs in _GENETIC and ours is Group.DISEASE and other.aspect in (Aspect.MUTATION, Aspect.NONE):
        return Predicate.GENE_ASSOCIATED_WITH_CONDITION, True
    if sign > 0 and other.aspect is Aspect.RISK and theirs is Group.DISEASE:
        return Predicate.PREDISPOSES_TO, False
    return _WITH_SIGN.get(sign, Predicate.ASSOCIATED_WITH), False


def _sign(claim: Claim, one: Argument, other: Argument) -> int:
    """+1 where both go up together, -1 where one goes up as the other goes down, 0 where nothing is said of it."""
    words = _beside(claim.trigger)
    sign = bool(words & _POSITIVE) - bool(words & _NEGATIVE)  # "positively or negatively" says neither
    if one.direction or other.direction:
        sign = (sign or 1) * (one.direction or 1) * (other.direction or 1)
    return -sign if one.flip != other.flip else sign


def _beside(trigger: Token) -> set[str]:
    """The words that may say which way: "*positively* correlated", "correlated *inversely* with", "*significantly and negatively*"."""
    near = [*trigger.children, *(word for child in trigger.children if child.dep_ == "prep" for word in child.children)]
    return {word.lower_ for child in near for word in (child, *child.conjuncts) if child.dep_ != "pobj"}


def _without_weaker(found: Iterable[Relation]) -> Iterator[Relation]:
    """Between the same two mentions, "associated" and "affects" say nothing more beside a stronger word."""
    rows = list(found)
    said: dict[frozenset[int], set[Predicate]] = {}
    for row in rows:
        said.setdefault(frozenset((row.subject, row.object)), set()).add(row.predicate)
    for row in rows:
        if row.predicate not in WEAK or not said[frozenset((row.subject, row.object))] - WEAK:
            yield row
