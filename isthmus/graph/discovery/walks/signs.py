"""Which way the first node of a path pushes the last one, as far as the statements between them tell.

The sign of a path is the product of the signs of its hops (``Predicate.sign``), under these rules:

* **No sign, no product.** A hop that says nothing of direction (``associated_with``, ``binds``, ``biomarker_for``, a
  parent, a lookalike, a part) leaves the whole path ``unknown``. A biomarker tells of a disease, it does not move it.
* **A hop walked backward keeps its sign**, as in signature reversal: the drug lowers the expression of a gene that the
  disease raises, so the two oppose each other. That tells that they do, not which causes which.
* **A common cause is no push.** Where a node of the middle acts on both its neighbours (``A <- B -> C``), they move
  together, but moving A does not move C: ``unknown``. One exception: a sequence variant acts *through* its gene, so
  ``gene <- variant -> disease`` reads on. This is how loss of function comes out right: a variant that inhibits the gene
  and causes the disease makes an activator of the gene ``therapeutic`` and an inhibitor ``harmful``. That a *gene* causes
  a disease is taken as its activity doing so, unless a variant says otherwise.
* **A correlation is no push** either. Towards a disease or phenotype a path with a correlation in it is ``unknown``: drugs
  correlate with what they are given for. Elsewhere the product stands, and says only that the ends move together.
* With a disease or phenotype at an end, up is ``harmful`` and down ``therapeutic``, from whichever end one asks; else the
  sign is ``positive`` or ``negative``.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from isthmus.graph.vocabulary import Category, Predicate, Sign

_CORRELATIONS = frozenset({Predicate.POSITIVELY_CORRELATED_WITH, Predicate.NEGATIVELY_CORRELATED_WITH})


class PathSign(StrEnum):
    """The direction of a whole path; towards a disease or phenotype it is put as good or bad for the patient."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    THERAPEUTIC = "therapeutic"
    HARMFUL = "harmful"
    UNKNOWN = "unknown"


class Push(NamedTuple):
    """One hop, as far as its sign goes; ``forward`` is whether it is walked from subject to object."""

    predicate: Predicate
    forward: bool = True


def compose(pushes: Sequence[Push]) -> Sign:
    """The product of the predicates' signs; unknown as soon as one of them is.

    >>> compose([Push(Predicate.INHIBITS), Push(Predicate.CAUSES)]).value
    'negative'
    >>> compose([Push(Predicate.INHIBITS), Push(Predicate.BINDS)]).value
    'unknown'
    """
    signs = [push.predicate.sign for push in pushes]
    if Sign.UNKNOWN in signs:
        return Sign.UNKNOWN
    return Sign.NEGATIVE if signs.count(Sign.NEGATIVE) % 2 else Sign.POSITIVE


def path_sign(pushes: Sequence[Push], categories: Sequence[Category]) -> PathSign:
    """The sign of a path by its hops and the categories of its nodes, one more than hops; the rules are those above.

    >>> drug_gene_disease = (Category.DRUG, Category.GENE, Category.DISEASE)
    >>> path_sign([Push(Predicate.INHIBITS), Push(Predicate.CAUSES)], drug_gene_disease).value
    'therapeutic'
    """
    sign = compose(pushes)
    if sign is Sign.UNKNOWN or _has_common_cause(pushes, categories):
        return PathSign.UNKNOWN
    condition = Category.DISEASE_OR_PHENOTYPIC_FEATURE
    if not (condition.includes(categories[0]) or condition.includes(categories[-1])):
        return PathSign(sign.value)
    if any(push.predicate in _CORRELATIONS for push in pushes):
        return PathSign.UNKNOWN
    return PathSign.THERAPEUTIC if sign is Sign.NEGATIVE else PathSign.HARMFUL


def _has_common_cause(pushes: Sequence[Push], categories: Sequence[Category]) -> bool:
    """Whether some node between the ends acts on both its neighbours, other than a variant through its gene."""
    return any(
        category is not Category.SEQUENCE_VARIANT
        and not (before.forward or before.predicate.symmetric)
        and after.forward
        and not after.predicate.symmetric
        for before, after, category in zip(pushes, pushes[1:], categories[1:], strict=False)
    )
