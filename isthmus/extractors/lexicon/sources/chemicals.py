"""Small molecules and drugs: ChEBI, and what other databases call the same molecule."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from isthmus.extractors.lexicon.concepts import EXACT, RELATED, Concept, Concepts
from isthmus.extractors.lexicon.normalise import read_name
from isthmus.extractors.lexicon.sources.files import SourceFiles
from isthmus.extractors.lexicon.sources.ontologies import descendants, own_one_to_one
from isthmus.graph.vocabulary import Category

# Roles that make a molecule a drug: pharmaceutical, drug.
DRUG_ROLES = {"CHEBI:52217", "CHEBI:23888"}
MOLECULES = "CHEBI:23367"  # molecular entity
NOT_CHEMICAL = {"CHEBI:50906", "CHEBI:36342", "CHEBI:24433"}  # roles, subatomic particles, groups within a molecule
LONGEST_CHEMICAL = 48


def systematic(name: str) -> bool:
    """Whether a chemical name spells a structure out, as nobody writes it in running text.

    >>> systematic("2-[(3S,6aR)-1-benzyl-octahydro-pyrano]-N-cyclobutylacetamide"), systematic("6-hydroxydopamine")
    (True, False)
    """
    return len(name) > LONGEST_CHEMICAL or len(re.findall(r"[\[\](){},]", name)) > 4 or len(re.findall(r"\d", name)) > 8


def add_chemicals(concepts: Concepts, files: SourceFiles) -> None:
    """ChEBI's names and synonyms, then DrugBank, ChEMBL and PubChem identifiers of the same molecules."""
    terms = files.terms("chebi.json")
    parents = {term["id"]: term.get("relations", {}).get("is_a", ()) for term in terms}
    drug_roles = descendants(parents, DRUG_ROLES)
    molecules = descendants(parents, {MOLECULES})
    roles = descendants(parents, NOT_CHEMICAL)
    synonyms: dict[str, list[str]] = defaultdict(list)
    for name, curie, *_ in files.bioresources("chebi.tsv.gz"):
        synonyms[curie].append(name)
    xrefs = _chemical_xrefs(files)
    named_elsewhere = {curie for curie, xref in xrefs if xref.startswith("DRUGBANK:")}
    for term in terms:
        curie = term["id"]
        spoken = [name for name in synonyms[curie] if not systematic(name)]
        if curie in roles or (systematic(term["name"]) and not spoken and curie not in named_elsewhere):
            continue
        is_drug = not drug_roles.isdisjoint(term.get("relations", {}).get("has_role", ()))
        category = (
            Category.DRUG if is_drug else Category.SMALL_MOLECULE if curie in molecules else Category.CHEMICAL_ENTITY
        )
        chemical = concepts.add(curie, term["name"], category, ((name, EXACT) for name in spoken))
        for other in term.get("alt_ids", ()):
            concepts.own(chemical, other)
    own_one_to_one(concepts, xrefs)
    _add_drugs(concepts, files)


def _chemical_xrefs(files: SourceFiles) -> list[tuple[str, str]]:
    pairs = [
        (f"CHEBI:{chebi}", f"CHEMBL.COMPOUND:{chembl}")
        for chebi, chembl in files.rows("chebi_to_chembl.tsv", header=True)
    ]
    pairs += [
        (f"CHEBI:{row[0]}", f"PUBCHEM.COMPOUND:{row[1]}") for row in files.rows("chebi_to_pubchem.tsv", header=True)
    ]
    pairs += [
        (f"CHEBI:{identifier}", f"DRUGBANK:{drug}")
        for drug, namespace, identifier, _ in files.rows("drugbank_mappings.tsv", header=True)
        if namespace == "CHEBI"
    ]
    spoken = Counter(xref for _, xref in pairs)
    return [(curie, xref) for curie, xref in pairs if spoken[xref] < 4]


def _add_drugs(concepts: Concepts, files: SourceFiles) -> None:
    """DrugBank's identifiers and names: they tell which chemicals are drugs, and add those that ChEBI does not have."""
    names: dict[str, str] = {}
    chembl: list[tuple[str, str]] = []
    for drug, namespace, identifier, _ in files.rows("drugbank_mappings.tsv", header=True):
        if namespace == "NAME":
            names[f"DRUGBANK:{drug}"] = identifier
        elif namespace == "CHEMBL":
            chembl.append((f"DRUGBANK:{drug}", f"CHEMBL.COMPOUND:{identifier}"))
    by_chembl = dict(chembl)
    keys: dict[str, Concept | None] = {}
    for concept in concepts:
        if concept.id.startswith("CHEBI:"):
            for form, use in concept.names.items():
                key = read_name(form).key
                if use.rank == 0 or key not in keys:
                    keys[key] = concept
    for curie, name in names.items():
        drug_concept = concepts.find(curie) or concepts.find(by_chembl.get(curie, "")) or keys.get(read_name(name).key)
        if drug_concept is None:
            if systematic(name):
                continue
            drug_concept = concepts.add(curie, name, Category.DRUG)
        elif not systematic(name):
            concepts.own(drug_concept, curie)
            drug_concept.call(name, RELATED)
    own_one_to_one(concepts, chembl)
