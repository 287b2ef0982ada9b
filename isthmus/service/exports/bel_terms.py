"""How the graph's entities and predicates are said in the Biological Expression Language (https://language.bel.bio)."""

from __future__ import annotations

import re
from typing import NamedTuple

from isthmus.extractors.readers.bel import PREFIXES
from isthmus.graph.model import Entity, Statement
from isthmus.graph.vocabulary import Category, Predicate, Sign

UNGROUNDED = "TEXT"  # the namespace of things known by their name only
_KEYWORD = re.compile(r"[A-Za-z0-9_]+")
_NAMESPACES = {ours: namespace for namespace, ours in PREFIXES.items()}

_FUNCTIONS: dict[Category, str] = {
    **dict.fromkeys((Category.GENE, Category.PROTEIN, Category.GENE_FAMILY), "p"),
    Category.SEQUENCE_VARIANT: "g",
    Category.MACROMOLECULAR_COMPLEX: "complex",
    **dict.fromkeys((Category.DISEASE, Category.PHENOTYPIC_FEATURE, Category.DISEASE_OR_PHENOTYPIC_FEATURE), "path"),
    **dict.fromkeys(
        (Category.BIOLOGICAL_PROCESS, Category.PATHWAY, Category.MOLECULAR_ACTIVITY, Category.BEHAVIOR), "bp"
    ),
    **dict.fromkeys((Category.CHEMICAL_ENTITY, Category.SMALL_MOLECULE, Category.DRUG, Category.FOOD), "a"),
    Category.POPULATION: "pop",
    **dict.fromkeys(
        (
            Category.ANATOMICAL_ENTITY,
            Category.GROSS_ANATOMICAL_STRUCTURE,
            Category.CELL,
            Category.CELL_LINE,
            Category.CELLULAR_COMPONENT,
        ),
        "a",  # BEL names what is somewhere by its abundance
    ),
}
_GENE_PRODUCTS = frozenset(["p", "complex"])  # what has an activity

_P = Predicate
# What BEL says by a word of its own, in our direction.
_SAME = {
    _P.INCREASES: "increases",
    _P.DECREASES: "decreases",
    _P.REGULATES: "regulates",
    _P.POSITIVELY_CORRELATED_WITH: "positiveCorrelation",
    _P.NEGATIVELY_CORRELATED_WITH: "negativeCorrelation",
    _P.ASSOCIATED_WITH: "association",
    _P.BIOMARKER_FOR: "biomarkerFor",
    _P.SUBCLASS_OF: "isA",
    _P.PART_OF: "partOf",
}
_OF_ACTIVITY = {_P.ACTIVATES: "increases", _P.INHIBITS: "decreases"}
_OF_RNA = {_P.INCREASES_EXPRESSION_OF: "increases", _P.DECREASES_EXPRESSION_OF: "decreases"}
_BY_SIGN = {Sign.POSITIVE: "increases", Sign.NEGATIVE: "decreases"}
_CAUSES = frozenset([_P.AFFECTS, _P.REGULATES, _P.INCREASES, _P.DECREASES, *_OF_ACTIVITY, *_OF_RNA])


class Said(NamedTuple):
    """A statement in BEL. ``exact`` is False where BEL's words say less than the predicate, which goes out beside it."""

    text: str
    exact: bool


def relation(statement: Statement, subject: Entity, obj: Entity) -> Said | None:
    """The statement in BEL; None where it is denied and BEL has no way to deny it.

    BEL denies only causes (``causesNoChange``), and knows no treatment, place or interaction: what moves its object one
    way is said by that way, the rest is an association. Similar is less than BEL's equivalent, homologous less than
    orthologous: they are associations too.
    """
    predicate = statement.predicate
    first, second = term(subject), term(obj)
    if statement.negated:
        return Said(f"{first} causesNoChange {second}", predicate is _P.AFFECTS) if predicate in _CAUSES else None
    if predicate in _SAME and (predicate is not _P.BIOMARKER_FOR or function(obj) in ("bp", "path")):
        return Said(f"{first} {_SAME[predicate]} {second}", True)
    if predicate in _OF_ACTIVITY and function(obj) in _GENE_PRODUCTS:
        return Said(f"{first} {_OF_ACTIVITY[predicate]} act({second})", True)
    if predicate in _OF_RNA and function(obj) == "p":
        return Said(f"{first} {_OF_RNA[predicate]} r{second.removeprefix('p')}", True)
    if predicate is _P.VARIANT_OF:
        return Said(f"{second} hasVariant {first}", True)
    if predicate is _P.BINDS and {function(subject), function(obj)} <= {"p", "complex", "a"}:
        return Said(f"complex({first}, {second})", True)
    return Said(f"{first} {_BY_SIGN.get(predicate.sign, 'association')} {second}", False)


def function(entity: Entity) -> str:
    """The function that names such a thing; ``a`` also for what BEL has none for (procedures, devices, taxa)."""
    return _FUNCTIONS.get(entity.category, "a")


def is_named_exactly(entity: Entity) -> bool:
    """Whether BEL has a function for this kind of thing."""
    return entity.category in _FUNCTIONS


def term(entity: Entity) -> str:
    """The thing in BEL: by its id, or by its name where it has none.

    >>> print(term(Entity("HGNC:620", "APP", Category.GENE)))
    p(HGNC:"620")
    """
    prefix, local = namespace_of(entity)
    return f"{function(entity)}({prefix}:{quoted(local)})"


def namespace_of(entity: Entity) -> tuple[str, str]:
    """The namespace, and the name within it."""
    if not entity.grounded:
        return UNGROUNDED, entity.name
    prefix, colon, local = entity.id.partition(":")
    return (keyword(prefix), local) if colon else (UNGROUNDED, entity.id)


def keyword(prefix: str) -> str:
    """A prefix as BEL writes a namespace: letters, digits and underscores.

    >>> keyword("HGNC"), keyword("PUBCHEM.COMPOUND"), keyword("OMIM.PS")
    ('HGNC', 'PUBCHEM', 'OMIM_PS')
    """
    if _KEYWORD.fullmatch(prefix):
        return prefix
    return _NAMESPACES.get(prefix) or re.sub(r"[^A-Za-z0-9_]", "_", prefix) or UNGROUNDED


def quoted(text: str) -> str:
    r"""A text in quotes, on one line. A control character is a space; so is one of two slashes that would begin a comment.

    >>> print(quoted('a "b"'))
    "a \"b\""
    """
    plain = re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).replace(" //", " /")
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
