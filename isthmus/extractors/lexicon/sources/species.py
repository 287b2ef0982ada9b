"""Species: those that people have a common name for, bacteria and viruses, and what bioresources lists."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from isthmus.extractors.lexicon.concepts import EXACT, RELATED, Concepts
from isthmus.extractors.lexicon.sources.files import SourceFiles
from isthmus.extractors.lexicon.words import own_rows
from isthmus.graph.vocabulary import Category

_STRAIN = re.compile(
    r"[\d()\[\]/:=]| sp\.| cf\.|uncultured|unclassified|environmental|unidentified| strain|isolate|metagenome"
)
_SHORTENED = re.compile(r"[A-Z]\. ?[a-z]")
_BINOMIAL = re.compile(r"([A-Z])[a-z]+ ([a-z]{4,})\Z")


def add_species(concepts: Concepts, files: SourceFiles) -> None:
    """NCBI Taxonomy: a selection of its 1.3 million eukaryotes; microbes of bioresources and of our own list."""
    listed = {f"NCBITaxon:{row[1]}" for row in files.bioresources("Species.tsv.gz")}
    exhaustive: dict[str, list[str]] = defaultdict(list)
    for name, number, *_ in files.bioresources("Species_exhaustive.tsv.gz"):
        exhaustive[f"NCBITaxon:{number}"].append(name)
    for row in own_rows("microbes"):
        concepts.add(f"NCBITaxon:{row[0]}", row[1], Category.ORGANISM_TAXON, ((name, EXACT) for name in row[2:]))
    eukaryotes = files.cellxgene("NCBITaxon")
    for curie, term in eukaryotes.items():
        label = term["label"]
        if term["deprecated"] or (_STRAIN.search(label) and curie not in listed):
            continue
        if curie in listed or (term.get("synonyms") and (" " not in label or curie in exhaustive)):
            concepts.add(curie, label, Category.ORGANISM_TAXON, ((name, EXACT) for name in term.get("synonyms", ())))
    _add_microbes(concepts, {curie: names for curie, names in exhaustive.items() if curie not in eukaryotes})
    for concept in list(concepts):
        binomial = _BINOMIAL.match(concept.name) if concept.category is Category.ORGANISM_TAXON else None
        if binomial:
            concept.call(f"{binomial.group(1)}. {binomial.group(2)}", RELATED)
    for name, number, *_ in files.bioresources("Species.tsv.gz"):
        known = concepts.find(f"NCBITaxon:{number}")
        if known is not None and len(name) > 3 and not _SHORTENED.match(name):
            known.call(name, RELATED)


def _add_microbes(concepts: Concepts, named: dict[str, list[str]]) -> None:
    """Taxa that the ontology of eukaryotes lacks. Of several names, the one of the commonest genus is preferred."""
    genera = Counter(name.split(" ")[0] for names in named.values() for name in names)
    for curie, names in sorted(named.items()):
        binomials = [name for name in names if _BINOMIAL.match(name)]
        if not binomials:
            continue
        label = max(binomials, key=lambda name: (genera[name.split(" ")[0]], name))
        concepts.add(curie, label, Category.ORGANISM_TAXON, ((name, RELATED) for name in binomials))
