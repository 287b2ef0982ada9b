"""What the labels of the relation corpora are in our vocabulary.

A label means different things between different kinds: "positive correlation" of a chemical with a disease says that it
brings it on, of two genes that they rise together. Labels that say nothing worth a statement (two drugs given together or
compared, a technique that was used on somebody) are left out.
"""

from __future__ import annotations

from typing import NamedTuple

from isthmus.extractors.text.rules import GROUPS, Group
from isthmus.graph.vocabulary import Category, Predicate

_P = Predicate


class Meaning(NamedTuple):
    """A predicate, and whether subject and object change places."""

    predicate: Predicate
    turned: bool = False


_DIRECT: dict[str, dict[str, Meaning]] = {
    "bc5cdr": {"CID": Meaning(_P.CAUSES)},
    "drugprot": {
        "INHIBITOR": Meaning(_P.INHIBITS),
        "ANTAGONIST": Meaning(_P.INHIBITS),
        "ACTIVATOR": Meaning(_P.ACTIVATES),
        "AGONIST": Meaning(_P.ACTIVATES),
        "SUBSTRATE": Meaning(_P.SUBSTRATE_OF),
        "DIRECT-REGULATOR": Meaning(_P.REGULATES),
        "INDIRECT-UPREGULATOR": Meaning(_P.INCREASES_EXPRESSION_OF),
        "INDIRECT-DOWNREGULATOR": Meaning(_P.DECREASES_EXPRESSION_OF),
        "PART-OF": Meaning(_P.PART_OF),
        "PRODUCT-OF": Meaning(_P.PRODUCES, turned=True),
    },
    "gutbrainie": {
        "is linked to": Meaning(_P.ASSOCIATED_WITH),
        "target": Meaning(_P.AFFECTS),
        "affect": Meaning(_P.AFFECTS),
        "influence": Meaning(_P.AFFECTS),
        "located in": Meaning(_P.LOCATED_IN),
        "change abundance": Meaning(_P.AFFECTS),
        "part of": Meaning(_P.PART_OF),
        "is a": Meaning(_P.SUBCLASS_OF),
        "interact": Meaning(_P.INTERACTS_WITH),
        "impact": Meaning(_P.AFFECTS),
        "strike": Meaning(_P.AFFECTS),
        "change effect": Meaning(_P.AFFECTS),
        "change expression": Meaning(_P.REGULATES),
        "produced by": Meaning(_P.PRODUCES, turned=True),
    },
    "biored": {
        "Association": Meaning(_P.ASSOCIATED_WITH),
        "Positive_Correlation": Meaning(_P.POSITIVELY_CORRELATED_WITH),
        "Negative_Correlation": Meaning(_P.NEGATIVELY_CORRELATED_WITH),
        "Bind": Meaning(_P.BINDS),
        "Drug_Interaction": Meaning(_P.INTERACTS_WITH),
        "Conversion": Meaning(_P.AFFECTS),
    },
}
# Of one kind to another, where BioRED's label says more than its name; in either order of the pair.
_BETWEEN: dict[tuple[str, Group, Group], Predicate] = {
    ("Positive_Correlation", Group.CHEMICAL, Group.DISEASE): _P.CAUSES,
    ("Negative_Correlation", Group.CHEMICAL, Group.DISEASE): _P.TREATS,
    ("Association", Group.GENE, Group.DISEASE): _P.GENE_ASSOCIATED_WITH_CONDITION,
    ("Association", Group.VARIANT, Group.DISEASE): _P.GENE_ASSOCIATED_WITH_CONDITION,
    ("Positive_Correlation", Group.CHEMICAL, Group.GENE): _P.INCREASES,
    ("Negative_Correlation", Group.CHEMICAL, Group.GENE): _P.DECREASES,
    ("Positive_Correlation", Group.VARIANT, Group.DISEASE): _P.PREDISPOSES_TO,
}


def meaning(head: str, label: str, subject: Category, obj: Category) -> Meaning | None:
    """What a corpus's label says of a subject and object of these categories; None where it makes no statement."""
    if head == "biored":
        ours, theirs = GROUPS.get(subject, Group.OTHER), GROUPS.get(obj, Group.OTHER)
        for first, second, turned in ((ours, theirs, False), (theirs, ours, True)):
            special = _BETWEEN.get((label, first, second))
            if special is not None:
                return Meaning(special, turned)
    return _DIRECT[head].get(label)
