"""The tags that the tagger knows: each corpus's own labels, in the order of the model's columns."""

from __future__ import annotations

CORPORA: dict[str, tuple[str, ...]] = {
    "biored": ("Gene", "Disease", "Chemical", "Variant", "Species", "CellLine"),
    "bc5cdr": ("Chemical", "Disease"),
    "ncbi_disease": ("Disease",),
    "gutbrainie": (
        "DDF", "chemical", "microbiome", "human", "bacteria", "anatomical location", "dietary supplement",
        "biomedical technique", "animal", "drug", "statistical technique", "gene", "food",
    ),
    "neurotrialner": ("DRUG", "CONDITION", "BEHAVIOURAL", "SURGICAL", "RADIOTHERAPY", "PHYSICAL", "OTHER", "CONTROL"),
    "bc2gm": ("GENE",),
    "bionlp13cg": (
        "Gene_or_gene_product", "Cancer", "Cell", "Organism", "Simple_chemical", "Multi-tissue_structure", "Organ",
        "Organism_subdivision", "Tissue", "Immaterial_anatomical_entity", "Organism_substance", "Cellular_component",
        "Pathological_formation", "Amino_acid", "Anatomical_system", "Developing_anatomical_structure",
    ),
    "craft": ("Taxon", "GGP", "CHEBI", "CL", "GO"),
    "anatem": ("Anatomy",),
    "linnaeus": ("Species",),
    "bionlp13pc": ("Gene_or_gene_product", "Complex", "Cellular_component", "Simple_chemical"),
}  # fmt: skip
