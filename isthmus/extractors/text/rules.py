"""What a kind of claim means between two categories: the predicate, or nothing where it would make no sense.

"Reduces" is one predicate of a gene's expression, another of a disease and a third of the risk of a disease.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from isthmus.extractors.text.patterns import Aspect, Kind
from isthmus.graph.vocabulary import Category, Predicate


class Group(Enum):
    """Categories that the rules treat alike."""

    GENE = auto()
    VARIANT = auto()
    CHEMICAL = auto()
    TAXON = auto()
    DISEASE = auto()
    PROCESS = auto()
    PLACE = auto()
    OTHER = auto()


GROUPS: dict[Category, Group] = {
    Category.GENE: Group.GENE,
    Category.PROTEIN: Group.GENE,
    Category.GENE_FAMILY: Group.GENE,
    Category.MACROMOLECULAR_COMPLEX: Group.GENE,
    Category.SEQUENCE_VARIANT: Group.VARIANT,
    Category.CHEMICAL_ENTITY: Group.CHEMICAL,
    Category.SMALL_MOLECULE: Group.CHEMICAL,
    Category.DRUG: Group.CHEMICAL,
    Category.FOOD: Group.CHEMICAL,
    Category.ORGANISM_TAXON: Group.TAXON,
    Category.DISEASE: Group.DISEASE,
    Category.PHENOTYPIC_FEATURE: Group.DISEASE,
    Category.DISEASE_OR_PHENOTYPIC_FEATURE: Group.DISEASE,
    Category.BIOLOGICAL_PROCESS: Group.PROCESS,
    Category.PATHWAY: Group.PROCESS,
    Category.BEHAVIOR: Group.PROCESS,
    Category.MOLECULAR_ACTIVITY: Group.PROCESS,
    Category.PHENOMENON: Group.PROCESS,
    Category.ANATOMICAL_ENTITY: Group.PLACE,
    Category.GROSS_ANATOMICAL_STRUCTURE: Group.PLACE,
    Category.CELL: Group.PLACE,
    Category.CELLULAR_COMPONENT: Group.PLACE,
    Category.CELL_LINE: Group.PLACE,
}


_G, _V, _C, _T, _D, _P, _A = (
    Group.GENE, Group.VARIANT, Group.CHEMICAL, Group.TAXON, Group.DISEASE, Group.PROCESS, Group.PLACE,
)  # fmt: skip
_AGENTS = (_G, _V, _C, _T, Group.OTHER)
_ANY = (_G, _V, _C, _T, _D, _P)
_ALL = (*_ANY, _A)


class Rule(NamedTuple):
    """``kind`` between these groups means ``predicate``; ``aspect`` is the object's, None for any."""

    kinds: tuple[Kind, ...]
    subjects: tuple[Group, ...]
    objects: tuple[Group, ...]
    predicate: Predicate
    aspect: Aspect | None = None


_K, _R = Kind, Predicate
_RAISING = (_K.UP, _K.INDUCE, _K.PROMOTE, _K.ACTIVATE, _K.CAUSE, _K.IMPROVE, _K.EXACERBATE)
_FALLING = (_K.DOWN, _K.INHIBIT, _K.ATTENUATE, _K.PREVENT)

# The first that fits wins.
RULES: tuple[Rule, ...] = (
    Rule((*_RAISING,), _ANY, (_G,), _R.INCREASES_EXPRESSION_OF, Aspect.EXPRESSION),
    Rule((*_FALLING,), _ANY, (_G,), _R.DECREASES_EXPRESSION_OF, Aspect.EXPRESSION),
    Rule((_K.UP, _K.CAUSE, _K.PROMOTE), _ALL, (_D,), _R.PREDISPOSES_TO, Aspect.RISK),
    Rule((*_FALLING,), _AGENTS, (_D,), _R.PREVENTS, Aspect.RISK),
    Rule((*_FALLING,), (_D, _P), (_D,), _R.NEGATIVELY_CORRELATED_WITH, Aspect.RISK),
    Rule((_K.UP, _K.PROMOTE, _K.INDUCE), _AGENTS, (_G,), _R.ACTIVATES, Aspect.ACTIVITY),
    Rule((_K.DOWN, _K.ATTENUATE), _AGENTS, (_G,), _R.INHIBITS, Aspect.ACTIVITY),
    Rule((_K.INHIBIT,), _ANY, (_C, _G), _R.DECREASES, Aspect.AMOUNT),
    Rule((_K.INHIBIT,), _ANY, (_G, _P), _R.INHIBITS),
    Rule((_K.INHIBIT,), (_C, _G), (_A,), _R.INHIBITS, Aspect.ACTIVITY),
    Rule((_K.ACTIVATE,), _ANY, (_C, _G), _R.INCREASES, Aspect.AMOUNT),
    Rule((_K.ACTIVATE,), _ANY, (_G, _P, _A), _R.ACTIVATES),
    Rule((_K.PROMOTE,), _AGENTS, (_G,), _R.ACTIVATES, Aspect.NONE),
    Rule((_K.PROMOTE,), _ANY, (_G, _C, _T, _P), _R.INCREASES),
    Rule((_K.PROMOTE,), _ANY, (_D,), _R.CONTRIBUTES_TO),
    Rule((_K.CAUSE, _K.INDUCE), (_G, _V, _C, _T, _D, _P), (_D,), _R.CAUSES),
    Rule((_K.CAUSE,), (_D, _P), (_P,), _R.CAUSES),
    Rule((_K.UP, _K.INDUCE, _K.CAUSE, _K.ACTIVATE), _ANY, (_G, _C, _T, _P), _R.INCREASES),
    Rule((_K.UP, _K.EXACERBATE), _ANY, (_D,), _R.EXACERBATES),
    Rule((_K.EXACERBATE,), _ANY, (_P,), _R.INCREASES),
    Rule((_K.IMPROVE,), _AGENTS, (_D,), _R.AMELIORATES),
    Rule((_K.IMPROVE,), _AGENTS, (_P, _G, _C, _T), _R.INCREASES),
    Rule((_K.PREVENT,), _AGENTS, (_D,), _R.PREVENTS),
    Rule((_K.DOWN, _K.ATTENUATE, _K.INHIBIT), _AGENTS, (_D,), _R.AMELIORATES),
    Rule((*_FALLING,), _ANY, (_G, _C, _T, _P), _R.DECREASES),
    Rule((_K.TREAT,), (_C, _T, Group.OTHER), (_D,), _R.TREATS),
    Rule((_K.CONTRIBUTE,), _ALL, (_D,), _R.CONTRIBUTES_TO),
    Rule((_K.CONTRIBUTE, _K.PARTICIPATE), (_G, _C, _T, _P, _A), (_P,), _R.PARTICIPATES_IN),
    Rule((_K.PARTICIPATE,), _ALL, (_D,), _R.ASSOCIATED_WITH),
    Rule((_K.RISK,), _ANY, (_D,), _R.PREDISPOSES_TO),
    Rule((_K.BIOMARKER,), (_G, _V, _C, _T, _A), (_D,), _R.BIOMARKER_FOR),
    Rule((_K.INTERACT,), (_G, _C), (_G, _C), _R.INTERACTS_WITH),
    Rule((_K.INTERACT,), (_T,), (_T, _G, _C), _R.INTERACTS_WITH),
    Rule((_K.BIND,), (_G, _C), (_G, _C), _R.BINDS),
    Rule((_K.EXPRESS,), (_G,), (_A,), _R.EXPRESSED_IN),
    Rule((_K.LOCATE,), (_G, _C, _D, _T), (_A,), _R.LOCATED_IN),
    Rule((_K.REGULATE,), (_G, _C, _T, _P), (_G, _C, _P, _T), _R.REGULATES),
    Rule((_K.REGULATE, _K.AFFECT), _ANY, (_G, _C, _P, _T, _D), _R.AFFECTS),
    Rule((_K.AFFECT,), _ANY, (_A,), _R.AFFECTS, Aspect.ACTIVITY),
    Rule((_K.PRODUCE,), (_T, _A), (_C, _G), _R.PRODUCES),
    Rule((_K.PRODUCE,), (_C,), (_D,), _R.CAUSES),
    Rule((_K.PHENOTYPE,), (_D,), (_D,), _R.HAS_PHENOTYPE),
    Rule((_K.SUBSTRATE,), (_C,), (_G,), _R.SUBSTRATE_OF),
)

# What a trigger means where its subject is a lack of the thing ("deletion of X reduced Y": X increases Y).
FLIPPED: dict[Kind, Kind | None] = {
    Kind.UP: Kind.DOWN, Kind.DOWN: Kind.UP, Kind.INHIBIT: Kind.UP, Kind.ACTIVATE: Kind.DOWN, Kind.INDUCE: Kind.DOWN,
    Kind.PROMOTE: Kind.DOWN, Kind.IMPROVE: Kind.DOWN, Kind.ATTENUATE: Kind.UP, Kind.PREVENT: Kind.UP,
    Kind.EXACERBATE: Kind.DOWN, Kind.CAUSE: Kind.DOWN, Kind.TREAT: None, Kind.EXPRESS: None, Kind.PRODUCE: None,
    Kind.BIND: None, Kind.INTERACT: None, Kind.LOCATE: None, Kind.SUBSTRATE: None, Kind.BIOMARKER: Kind.ASSOCIATE,
    Kind.CONTRIBUTE: Kind.ASSOCIATE, Kind.RISK: Kind.ASSOCIATE,
}  # fmt: skip
# How sure a pattern of this kind is, before distance and doubt.
CONFIDENCE: dict[Kind, float] = {
    Kind.AFFECT: 0.6, Kind.PARTICIPATE: 0.65, Kind.REGULATE: 0.7, Kind.PHENOTYPE: 0.65, Kind.EXPRESS: 0.75,
    Kind.PRODUCE: 0.7, Kind.TREAT: 0.75, Kind.INTERACT: 0.75, Kind.ASSOCIATE: 0.8, Kind.CORRELATE: 0.8,
}  # fmt: skip
DEFAULT_CONFIDENCE = 0.75
# Predicates that add nothing beside a stronger one between the same two names.
WEAK = frozenset({
    Predicate.ASSOCIATED_WITH, Predicate.AFFECTS, Predicate.REGULATES, Predicate.GENE_ASSOCIATED_WITH_CONDITION, Predicate.CORRELATED_WITH,
})  # fmt: skip
