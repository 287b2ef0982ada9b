"""Which way the first node of a path pushes the last one, as far as the statements between them tell."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from isthmus.graph.vocabulary import Category, Predicate, Sign


class PathSign(StrEnum):
    """The direction of a whole path; towards a disease or phenotype it is put as good or bad for the patient."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    THERAPEUTIC = "therapeutic"
    HARMFUL = "harmful"
    UNKNOWN = "unknown"


def compose(predicates: Iterable[Predicate]) -> Sign:
    """The product of the predicates' signs; unknown as soon as one of them is.

    A hop walked from object to subject keeps its sign, as in signature reversal: a drug lowers the expression of a
    gene that the disease raises, so the two ends oppose each other. It tells that they do, not which causes which.

    >>> compose([Predicate.INHIBITS, Predicate.CAUSES]), compose([Predicate.INHIBITS, Predicate.BINDS])
    (<Sign.NEGATIVE: 'negative'>, <Sign.UNKNOWN: 'unknown'>)
    """
    sign = 1
    for predicate in predicates:
        if predicate.sign is Sign.UNKNOWN:
            return Sign.UNKNOWN
        sign *= 1 if predicate.sign is Sign.POSITIVE else -1
    return Sign.POSITIVE if sign > 0 else Sign.NEGATIVE


def path_sign(predicates: Iterable[Predicate], source: Category, target: Category) -> PathSign:
    """``compose``, put as ``therapeutic`` or ``harmful`` where one end is a disease or phenotype.

    That end may be the source: whether a drug is asked for a disease or a disease for a drug, the answer is the same.

    >>> path_sign([Predicate.INHIBITS, Predicate.CAUSES], Category.DRUG, Category.DISEASE)
    <PathSign.THERAPEUTIC: 'therapeutic'>
    """
    sign = compose(predicates)
    condition = Category.DISEASE_OR_PHENOTYPIC_FEATURE
    if sign is not Sign.UNKNOWN and (condition.includes(source) or condition.includes(target)):
        return PathSign.THERAPEUTIC if sign is Sign.NEGATIVE else PathSign.HARMFUL
    return PathSign(sign.value)
