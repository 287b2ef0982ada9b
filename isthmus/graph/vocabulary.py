"""The closed vocabulary: every category and predicate the graph knows, mapped to Biolink.

Identifiers in a query (Neo4j labels, relationship types, SQL values) come only from these enums, never from text.
Biolink Model 4.4.6 is the source of classes, slots and symmetry; https://w3id.org/biolink.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Category(StrEnum):
    """What kind of thing an entity is. The value is the Biolink class name."""

    NAMED_THING = "NamedThing"
    GENE = "Gene"
    PROTEIN = "Protein"
    GENE_FAMILY = "GeneFamily"
    MACROMOLECULAR_COMPLEX = "MacromolecularComplex"
    SEQUENCE_VARIANT = "SequenceVariant"
    DISEASE = "Disease"
    PHENOTYPIC_FEATURE = "PhenotypicFeature"
    DISEASE_OR_PHENOTYPIC_FEATURE = "DiseaseOrPhenotypicFeature"
    CHEMICAL_ENTITY = "ChemicalEntity"
    SMALL_MOLECULE = "SmallMolecule"
    DRUG = "Drug"
    FOOD = "Food"
    ANATOMICAL_ENTITY = "AnatomicalEntity"
    GROSS_ANATOMICAL_STRUCTURE = "GrossAnatomicalStructure"
    CELL = "Cell"
    CELLULAR_COMPONENT = "CellularComponent"
    CELL_LINE = "CellLine"
    BIOLOGICAL_PROCESS = "BiologicalProcess"
    PATHWAY = "Pathway"
    MOLECULAR_ACTIVITY = "MolecularActivity"
    BEHAVIOR = "Behavior"
    ORGANISM_TAXON = "OrganismTaxon"
    PROCEDURE = "Procedure"
    DEVICE = "Device"
    PHENOMENON = "Phenomenon"
    POPULATION = "PopulationOfIndividualOrganisms"
    INFORMATION_CONTENT_ENTITY = "InformationContentEntity"

    @property
    def curie(self) -> str:
        """The Biolink CURIE, for instance ``biolink:Gene``."""
        return f"biolink:{self.value}"

    @property
    def depth(self) -> int:
        """How many ancestors it has inside the vocabulary: the more, the more specific."""
        parent = PARENTS.get(self)
        return 0 if parent is None else 1 + parent.depth

    def includes(self, other: Category) -> bool:
        """Whether a question for this category also wants ``other``: itself and its Biolink descendants.

        ``Drug`` takes in every chemical entity but food: sources use several of them for the same things.

        >>> Category.CHEMICAL_ENTITY.includes(Category.SMALL_MOLECULE), Category.DRUG.includes(Category.SMALL_MOLECULE)
        (True, True)
        >>> Category.GENE.includes(Category.DISEASE)
        False
        """
        if self is Category.DRUG:
            return other is not Category.FOOD and Category.CHEMICAL_ENTITY.includes(other)
        ancestor: Category | None = other
        while ancestor is not None and ancestor is not self:
            ancestor = PARENTS.get(ancestor)
        return ancestor is self


# Nearest ancestor inside the vocabulary; what is absent has none.
PARENTS: dict[Category, Category] = {
    category: parent
    for parent, children in {
        Category.NAMED_THING: (
            Category.GENE,
            Category.PROTEIN,
            Category.GENE_FAMILY,
            Category.MACROMOLECULAR_COMPLEX,
            Category.SEQUENCE_VARIANT,
            Category.DISEASE_OR_PHENOTYPIC_FEATURE,
            Category.CHEMICAL_ENTITY,
            Category.ANATOMICAL_ENTITY,
            Category.CELL_LINE,
            Category.BIOLOGICAL_PROCESS,
            Category.MOLECULAR_ACTIVITY,
            Category.ORGANISM_TAXON,
            Category.PROCEDURE,
            Category.DEVICE,
            Category.PHENOMENON,
            Category.POPULATION,
            Category.INFORMATION_CONTENT_ENTITY,
        ),
        Category.DISEASE_OR_PHENOTYPIC_FEATURE: (Category.DISEASE, Category.PHENOTYPIC_FEATURE),
        Category.CHEMICAL_ENTITY: (Category.SMALL_MOLECULE, Category.DRUG, Category.FOOD),
        Category.ANATOMICAL_ENTITY: (
            Category.GROSS_ANATOMICAL_STRUCTURE,
            Category.CELL,
            Category.CELLULAR_COMPONENT,
        ),
        Category.BIOLOGICAL_PROCESS: (Category.PATHWAY, Category.BEHAVIOR),
    }.items()
    for category in children
}


class Sign(StrEnum):
    """Which way the subject moves the object."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNKNOWN = "unknown"


class PredicateDefinition(NamedTuple):
    """What the graph must know of a predicate.

    ``qualifiers`` are the Biolink edge qualifiers that make the Biolink slot say as much as our name does
    (Biolink 4 writes "inhibits" as ``affects`` with direction ``decreased`` and aspect ``activity``).
    """

    biolink: str
    inverse: str
    symmetric: bool = False
    sign: Sign = Sign.UNKNOWN
    qualifiers: tuple[tuple[str, str], ...] = ()


def _affects(aspect: str, direction: str) -> tuple[tuple[str, str], ...]:
    return (
        ("qualified_predicate", "biolink:causes"),
        ("object_aspect_qualifier", aspect),
        ("object_direction_qualifier", direction),
    )


class Predicate(StrEnum):
    """How subject and object are related. Only canonical directions: an inverse is read, turned round and stored so."""

    RELATED_TO = "related_to"
    AFFECTS = "affects"
    REGULATES = "regulates"
    ACTIVATES = "activates"
    INHIBITS = "inhibits"
    INCREASES = "increases"
    DECREASES = "decreases"
    INCREASES_EXPRESSION_OF = "increases_expression_of"
    DECREASES_EXPRESSION_OF = "decreases_expression_of"
    INTERACTS_WITH = "interacts_with"
    PHYSICALLY_INTERACTS_WITH = "physically_interacts_with"
    BINDS = "binds"
    GENETICALLY_INTERACTS_WITH = "genetically_interacts_with"
    TREATS = "treats"
    STUDIED_TO_TREAT = "studied_to_treat"
    PREVENTS = "prevents"
    AMELIORATES = "ameliorates"
    EXACERBATES = "exacerbates"
    CAUSES = "causes"
    CONTRIBUTES_TO = "contributes_to"
    PREDISPOSES_TO = "predisposes_to"
    HAS_SIDE_EFFECT = "has_side_effect"
    ASSOCIATED_WITH = "associated_with"
    GENE_ASSOCIATED_WITH_CONDITION = "gene_associated_with_condition"
    CORRELATED_WITH = "correlated_with"
    POSITIVELY_CORRELATED_WITH = "positively_correlated_with"
    NEGATIVELY_CORRELATED_WITH = "negatively_correlated_with"
    COEXPRESSED_WITH = "coexpressed_with"
    BIOMARKER_FOR = "biomarker_for"
    EXPRESSED_IN = "expressed_in"
    LOCATED_IN = "located_in"
    HAS_PHENOTYPE = "has_phenotype"
    PARTICIPATES_IN = "participates_in"
    ENABLES = "enables"
    SUBSTRATE_OF = "substrate_of"
    PRODUCES = "produces"
    PART_OF = "part_of"
    SUBCLASS_OF = "subclass_of"
    SIMILAR_TO = "similar_to"
    HOMOLOGOUS_TO = "homologous_to"
    VARIANT_OF = "variant_of"
    DERIVES_FROM = "derives_from"
    IN_TAXON = "in_taxon"
    COEXISTS_WITH = "coexists_with"

    @property
    def definition(self) -> PredicateDefinition:
        """Its Biolink slot, inverse, symmetry, sign and qualifiers."""
        return PREDICATES[self]

    @property
    def curie(self) -> str:
        """The Biolink CURIE of its slot; several of ours may share one and differ in their qualifiers."""
        return f"biolink:{self.definition.biolink}"

    @property
    def symmetric(self) -> bool:
        """Whether subject and object may be exchanged."""
        return self.definition.symmetric

    @property
    def sign(self) -> Sign:
        """Which way the subject moves the object: a drug that treats a disease moves it down."""
        return self.definition.sign

    @property
    def relationship_type(self) -> str:
        """The Neo4j relationship type."""
        return self.value.upper()


_P, _UP, _DOWN = Predicate, Sign.POSITIVE, Sign.NEGATIVE

PREDICATES: dict[Predicate, PredicateDefinition] = {
    _P.RELATED_TO: PredicateDefinition("related_to", "related to", symmetric=True),
    _P.AFFECTS: PredicateDefinition("affects", "affected by"),
    _P.REGULATES: PredicateDefinition("regulates", "regulated by"),
    _P.ACTIVATES: PredicateDefinition(
        "affects", "activated by", sign=_UP, qualifiers=_affects("activity", "increased")
    ),
    _P.INHIBITS: PredicateDefinition(
        "affects", "inhibited by", sign=_DOWN, qualifiers=_affects("activity", "decreased")
    ),
    _P.INCREASES: PredicateDefinition(
        "affects", "increased by", sign=_UP, qualifiers=_affects("activity_or_abundance", "increased")
    ),
    _P.DECREASES: PredicateDefinition(
        "affects", "decreased by", sign=_DOWN, qualifiers=_affects("activity_or_abundance", "decreased")
    ),
    _P.INCREASES_EXPRESSION_OF: PredicateDefinition(
        "affects", "expression increased by", sign=_UP, qualifiers=_affects("expression", "increased")
    ),
    _P.DECREASES_EXPRESSION_OF: PredicateDefinition(
        "affects", "expression decreased by", sign=_DOWN, qualifiers=_affects("expression", "decreased")
    ),
    _P.INTERACTS_WITH: PredicateDefinition("interacts_with", "interacts with", symmetric=True),
    _P.PHYSICALLY_INTERACTS_WITH: PredicateDefinition(
        "physically_interacts_with", "physically interacts with", symmetric=True
    ),
    _P.BINDS: PredicateDefinition("directly_physically_interacts_with", "binds", symmetric=True),
    _P.GENETICALLY_INTERACTS_WITH: PredicateDefinition(
        "genetically_interacts_with", "genetically interacts with", symmetric=True
    ),
    _P.TREATS: PredicateDefinition("treats", "treated by", sign=_DOWN),
    _P.STUDIED_TO_TREAT: PredicateDefinition("studied_to_treat", "studied for treatment with"),
    _P.PREVENTS: PredicateDefinition("preventative_for_condition", "prevented by", sign=_DOWN),
    _P.AMELIORATES: PredicateDefinition("ameliorates_condition", "ameliorated by", sign=_DOWN),
    _P.EXACERBATES: PredicateDefinition("exacerbates_condition", "exacerbated by", sign=_UP),
    _P.CAUSES: PredicateDefinition("causes", "caused by", sign=_UP),
    _P.CONTRIBUTES_TO: PredicateDefinition("contributes_to", "contributed to by", sign=_UP),
    _P.PREDISPOSES_TO: PredicateDefinition("predisposes_to_condition", "has predisposing factor", sign=_UP),
    _P.HAS_SIDE_EFFECT: PredicateDefinition("has_side_effect", "is side effect of", sign=_UP),
    _P.ASSOCIATED_WITH: PredicateDefinition("associated_with", "associated with", symmetric=True),
    _P.GENE_ASSOCIATED_WITH_CONDITION: PredicateDefinition(
        "gene_associated_with_condition", "condition associated with gene"
    ),
    _P.CORRELATED_WITH: PredicateDefinition("correlated_with", "correlated with", symmetric=True),
    _P.POSITIVELY_CORRELATED_WITH: PredicateDefinition(
        "positively_correlated_with", "positively correlated with", symmetric=True, sign=_UP
    ),
    _P.NEGATIVELY_CORRELATED_WITH: PredicateDefinition(
        "negatively_correlated_with", "negatively correlated with", symmetric=True, sign=_DOWN
    ),
    _P.COEXPRESSED_WITH: PredicateDefinition("coexpressed_with", "coexpressed with", symmetric=True),
    _P.BIOMARKER_FOR: PredicateDefinition("biomarker_for", "has biomarker"),
    _P.EXPRESSED_IN: PredicateDefinition("expressed_in", "expresses"),
    _P.LOCATED_IN: PredicateDefinition("located_in", "location of"),
    _P.HAS_PHENOTYPE: PredicateDefinition("has_phenotype", "phenotype of"),
    _P.PARTICIPATES_IN: PredicateDefinition("participates_in", "has participant"),
    _P.ENABLES: PredicateDefinition("enables", "enabled by"),
    _P.SUBSTRATE_OF: PredicateDefinition("is_substrate_of", "has substrate"),
    _P.PRODUCES: PredicateDefinition("produces", "produced by"),
    _P.PART_OF: PredicateDefinition("part_of", "has part"),
    _P.SUBCLASS_OF: PredicateDefinition("subclass_of", "superclass of"),
    _P.SIMILAR_TO: PredicateDefinition("similar_to", "similar to", symmetric=True),
    _P.HOMOLOGOUS_TO: PredicateDefinition("homologous_to", "homologous to", symmetric=True),
    _P.VARIANT_OF: PredicateDefinition("is_sequence_variant_of", "has sequence variant"),
    _P.DERIVES_FROM: PredicateDefinition("derives_from", "derives into"),
    _P.IN_TAXON: PredicateDefinition("in_taxon", "taxon of"),
    _P.COEXISTS_WITH: PredicateDefinition("coexists_with", "coexists with", symmetric=True),
}
