"""MeSH: its headings join the concepts that other ontologies define, and become concepts where none does."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from isthmus.extractors.lexicon.concepts import EXACT, PREFERRED, RELATED, Concept, Concepts
from isthmus.extractors.lexicon.curies import written
from isthmus.extractors.lexicon.normalise import read_name
from isthmus.extractors.lexicon.sources.chemicals import systematic
from isthmus.extractors.lexicon.sources.files import SourceFiles
from isthmus.graph.vocabulary import Category

_C = Category
# MeSH tree -> what its headings are. The longest prefix decides; headings of other trees are left out.
TREES: dict[str, Category] = {
    "A": _C.GROSS_ANATOMICAL_STRUCTURE,
    "A11": _C.CELL,
    "A11.284": _C.CELLULAR_COMPONENT,
    "B": _C.ORGANISM_TAXON,
    "C": _C.DISEASE,
    "C23.888": _C.PHENOTYPIC_FEATURE,
    "F03": _C.DISEASE,
    "D": _C.CHEMICAL_ENTITY,
    "D08": _C.GENE_FAMILY,
    "D08.211": _C.CHEMICAL_ENTITY,
    "D12.776": _C.GENE_FAMILY,
    "D12.644": _C.GENE_FAMILY,
    "D23.529": _C.GENE_FAMILY,
    "D27": _C.CHEMICAL_ENTITY,
    "G02.111": _C.BIOLOGICAL_PROCESS,
    "G03": _C.BIOLOGICAL_PROCESS,
    "G04": _C.BIOLOGICAL_PROCESS,
    "G06.591": _C.PHENOMENON,
    "G11.427": _C.BIOLOGICAL_PROCESS,
    "G11.561": _C.BIOLOGICAL_PROCESS,
    "G12": _C.BIOLOGICAL_PROCESS,
    "F01": _C.BEHAVIOR,
    "F02.463": _C.BIOLOGICAL_PROCESS,
}
# Headings that no tree rule takes in and that the field cannot do without.
ALSO = {"D000069196": _C.PHENOMENON, "D064307": _C.PHENOMENON, "D000096922": _C.PHENOMENON}
# Which concepts a heading of each kind may join.
JOINS: dict[Category, tuple[Category, ...]] = {
    _C.DISEASE: (_C.DISEASE_OR_PHENOTYPIC_FEATURE,),
    _C.PHENOTYPIC_FEATURE: (_C.DISEASE_OR_PHENOTYPIC_FEATURE,),
    _C.CHEMICAL_ENTITY: (_C.CHEMICAL_ENTITY, _C.GENE, _C.GENE_FAMILY, _C.MACROMOLECULAR_COMPLEX),
    _C.GENE_FAMILY: (_C.GENE_FAMILY, _C.GENE, _C.MACROMOLECULAR_COMPLEX, _C.CHEMICAL_ENTITY),
    _C.CELL: (_C.CELL,),
    _C.CELLULAR_COMPONENT: (_C.CELLULAR_COMPONENT,),
    _C.GROSS_ANATOMICAL_STRUCTURE: (_C.GROSS_ANATOMICAL_STRUCTURE,),
    _C.ORGANISM_TAXON: (_C.ORGANISM_TAXON,),
    _C.BIOLOGICAL_PROCESS: (_C.BIOLOGICAL_PROCESS,),
    _C.PHENOMENON: (_C.PHENOMENON,),
    _C.BEHAVIOR: (_C.BEHAVIOR, _C.BIOLOGICAL_PROCESS),
}
_CHARGED = re.compile(r"\(\d?[+-]\)|\(\d[+-]\)|zwitterion|hydrate|anhydrous")
_PROTEIN = re.compile(r"(.+) protein, (human|mouse|rat)\Z")


def category_of(trees: Iterable[str]) -> Category | None:
    """What a heading is by its tree numbers: a disease or a cell if any says so, else what the first says that says any."""
    kinds = []
    for tree in trees:
        parts = [tree[:end] for end in range(len(tree), 0, -1) if end == len(tree) or tree[end] == "." or end in (1, 3)]
        kinds.append(next((TREES[part] for part in parts if part in TREES), None))
    said = [kind for kind in kinds if kind is not None]
    for kind in (_C.DISEASE, _C.CELL):
        if kind in said:
            return kind
    if said and said[0] is _C.CHEMICAL_ENTITY and _C.GENE_FAMILY in said:
        return _C.GENE_FAMILY
    return said[0] if said else None


def natural_order(name: str) -> str:
    """A heading turned round as people say it.

    >>> natural_order("Parkinson Disease, Secondary"), natural_order("Lung Neoplasms")
    ('Secondary Parkinson Disease', 'Lung Neoplasms')
    """
    parts = name.split(", ")
    return " ".join(reversed(parts)) if 2 <= len(parts) <= 3 and all(part[:1].isalpha() for part in parts) else name


def add_mesh(concepts: Concepts, files: SourceFiles) -> None:
    """Headings first, then supplementary records."""
    same = Sameness(concepts, _curated(files))
    kinds: dict[str, Category] = {}
    for row in files.rows("mesh_id_label_mappings.tsv"):
        identifier, label, synonyms, trees = row[:4]
        kind = ALSO.get(identifier) or category_of(trees.split("|"))
        if kind is None or not label:
            continue
        kinds[identifier] = kind
        names = [natural_order(name) for name in synonyms.split("|") if name and not _spells_out(name, kind)]
        same.join(f"MESH:{identifier}", label, kind, list(dict.fromkeys(names)), make=True)
    for row in files.rows("mesh_supp_id_label_mappings.tsv"):
        identifier, label, synonyms, headings = row[:4]
        kind = next((kinds[heading] for heading in re.findall(r"D\d+", headings) if heading in kinds), None)
        protein = _PROTEIN.match(label)
        if protein is not None:
            same.join_gene(f"MESH:{identifier}", protein.group(1))
        elif kind in JOINS and label:
            names = [natural_order(name) for name in synonyms.split("|") if name and not _spells_out(name, kind)]
            make = kind is _C.DISEASE or (kind is _C.CHEMICAL_ENTITY and not systematic(label) and len(label) <= 30)
            same.join(f"MESH:{identifier}", label, kind, list(dict.fromkeys(names)), make=make)


def _spells_out(name: str, kind: Category) -> bool:
    return systematic(name) if kind in (_C.CHEMICAL_ENTITY, _C.GENE_FAMILY) else len(name) > 80


def _curated(files: SourceFiles) -> dict[str, list[str]]:
    """MeSH identifier -> what curators, or a shared CAS or PubChem number, say is the same."""
    said: dict[str, list[str]] = defaultdict(list)
    for row in files.biomappings():
        if row["predicate_id"] == "skos:exactMatch":
            one, other = written(row["subject_id"]), written(row["object_id"])
            for mesh, target in ((one, other), (other, one)):
                if mesh.startswith("MESH:"):
                    said[mesh].append(target)
    for _, mesh, _, namespace, identifier, *_ in files.rows("mesh_mappings.tsv"):
        bare = identifier if ":" in identifier else f"{namespace}:{identifier}"
        said[f"MESH:{mesh}"].append(written(bare))
    for cid, mesh in files.rows("pubchem_mesh_map.tsv"):
        said[f"MESH:{mesh}"].append(f"PUBCHEM.COMPOUND:{cid}")
    chebi = {cas: f"CHEBI:{number}" for cas, number in files.rows("cas_to_chebi.tsv", header=True)}
    for mesh, cas in files.rows("mesh_cas_mappings.tsv"):
        if cas in chebi:
            said[f"MESH:{mesh}"].append(chebi[cas])
    return said


class Sameness:
    """Decides which concept a MeSH record is: what owns its id, what curators said, what has its name; in this order."""

    def __init__(self, concepts: Concepts, curated: dict[str, list[str]]) -> None:
        self._concepts = concepts
        self._curated = curated
        self._by_key: dict[str, list[tuple[int, Concept]]] = defaultdict(list)
        for concept in concepts:
            self._know(concept)

    def _know(self, concept: Concept) -> None:
        ranks: dict[str, int] = {}
        for form, use in concept.names.items():
            name = read_name(form)
            for key in (name.key, name.stem):
                if len(key) > 3 and use.rank <= RELATED:
                    ranks[key] = min(use.rank, ranks.get(key, use.rank))
        for key, rank in ranks.items():
            self._by_key[key].append((rank, concept))

    def join(self, curie: str, label: str, kind: Category, names: list[str], *, make: bool) -> None:
        """Let a record join the concept that it is, or make a new one of it where ``make`` says so."""
        concept = self._same(curie, label, kind, names)
        if concept is None:
            if not make:
                return
            concept = self._concepts.add(curie, label, kind)
            concept.call(natural_order(label), EXACT)
            for name in names:
                concept.call(name, EXACT)
            self._know(concept)
            return
        self._concepts.move(curie, concept)
        for name in (natural_order(label), label):
            concept.call(name, EXACT)
        for name in names:
            if not self._means_another(name, concept):
                concept.call(name, RELATED)

    def _same(self, curie: str, label: str, kind: Category, names: list[str]) -> Concept | None:
        owner = self._owner(curie, kind)
        if curie in self._concepts.settled or (owner is not None and self._has_name(owner, label)):
            return owner
        # Papers and their indexers say "Neoplasms" where they mean cancer; Mondo keeps the two apart.
        if label.endswith("Neoplasms"):
            cancers = (self._named(name, kind) for name in names if name.lower().endswith("cancer"))
            cancer = next((concept for concept in cancers if concept is not None), None)
            if cancer is not None:
                return cancer
        return self._named(label, kind) or owner or self._said(curie, label, kind)

    def join_gene(self, curie: str, symbol: str) -> None:
        """A record "X protein, human" is the gene X."""
        owners = [concept for rank, concept in self._by_key[read_name(symbol).key] if rank == 0]
        genes = [
            concept
            for concept in owners
            if concept.category is Category.GENE and concept.name.upper() == symbol.upper()
        ]
        if len(genes) == 1:
            self._concepts.own(genes[0], curie)

    def _owner(self, curie: str, kind: Category) -> Concept | None:
        owner = self._concepts.find(curie)
        return owner if owner is not None and _may_join(owner, kind) else None

    def _said(self, curie: str, label: str, kind: Category) -> Concept | None:
        said = (self._concepts.find(target) for target in self._curated.get(curie, ()))
        votes = Counter(concept.id for concept in said if concept is not None and _may_join(concept, kind))
        for target, _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
            concept = self._concepts.find(target)
            taken = any(xref.startswith("MESH:D") for xref in concept.xrefs) if concept else True
            if concept is not None and (not taken or self._has_name(concept, label)):
                return concept
        return None

    def _named(self, label: str, kind: Category) -> Concept | None:
        name = read_name(natural_order(label))
        keys = {key for key in (name.key, name.stem, read_name(label).key) if key}
        for worst in (PREFERRED, EXACT, RELATED):
            found = {
                concept.id: concept
                for key in keys
                for rank, concept in self._by_key.get(key, ())
                if rank <= worst and _may_join(concept, kind)
            }
            for wanted in JOINS[kind]:
                alike = [concept for concept in found.values() if wanted.includes(concept.category)]
                if len(alike) == 1:
                    return alike[0]
                if alike and wanted is _C.CHEMICAL_ENTITY:
                    # One molecule drawn with several charges or mirror images: the best known of them has the name.
                    return min(
                        alike,
                        key=lambda concept: (
                            _CHARGED.search(concept.name) is not None,
                            -len(concept.xrefs),
                            concept.id,
                        ),
                    )
                if alike:
                    break
        return None

    def _has_name(self, concept: Concept, label: str) -> bool:
        keys = {read_name(label).key, read_name(natural_order(label)).key}
        return any(read_name(form).key in keys for form in concept.names)

    def _means_another(self, name: str, concept: Concept) -> bool:
        return any(rank == 0 and other is not concept for rank, other in self._by_key.get(read_name(name).key, ()))


def _may_join(concept: Concept, kind: Category) -> bool:
    return any(category.includes(concept.category) for category in JOINS[kind])
