"""When one statement speaks against another."""

from __future__ import annotations

from isthmus.graph.model import Statement
from isthmus.graph.vocabulary import Predicate, Sign

# What any closer relation of the same two things comes with: to deny one of these denies the closer one as well.
_LOOSEST = frozenset(
    {
        Predicate.RELATED_TO,
        Predicate.ASSOCIATED_WITH,
        Predicate.AFFECTS,
        Predicate.REGULATES,
        Predicate.INTERACTS_WITH,
        Predicate.CORRELATED_WITH,
    }
)


def speaks_against(one: Statement, other: Statement) -> bool:
    """Whether the two cannot both hold of the same two things, in whatever context each was said.

    They cannot where one denies what the other claims: the same relation, a looser one, or another that moves the object
    the same way; and where both claim something, but of opposite signs. Two denials do not disagree, and a denial that
    the object is moved the other way is no denial.

    >>> raises, lowers = (Statement("a", each, "b") for each in (Predicate.INCREASES, Predicate.DECREASES))
    >>> speaks_against(raises, lowers), speaks_against(raises, lowers.negate()), speaks_against(raises, raises.negate())
    (True, False, True)
    """
    if (one.negated and other.negated) or not _same_ends(one, other):
        return False
    signs = one.predicate.sign, other.predicate.sign
    if one.negated == other.negated:
        return Sign.UNKNOWN not in signs and signs[0] is not signs[1]
    denial, claim = (one, other) if one.negated else (other, one)
    return (
        denial.predicate is claim.predicate
        or denial.predicate in _LOOSEST
        or (Sign.UNKNOWN not in signs and signs[0] is signs[1])
    )


def _same_ends(one: Statement, other: Statement) -> bool:
    """Whether both run between the same two things, the same way where the way says something."""
    if (one.subject, one.object) == (other.subject, other.object):
        return True
    turned = (one.subject, one.object) == (other.object, other.subject)
    return turned and (one.predicate.symmetric or other.predicate.symmetric)
