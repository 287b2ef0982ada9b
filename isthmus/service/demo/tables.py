"""Tables of associations that the demo makes from ChEBI, HGNC and MONDO, as the published packages hold them.

ChEBI says of many chemicals which enzyme they inhibit, by the enzyme's EC number; HGNC says which genes code for the
enzyme of that number. Joined they are "drug inhibits gene"; ChEBI's therapeutic roles give "drug treats disease".
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from isthmus.graph.vocabulary import Category, Predicate

# A role is a curator's judgement of the chemical; which of several genes of one enzyme it hits is not said.
ROLE_SCORE = 0.9
# Beyond this many human genes an enzyme number is a family, and "inhibits the gene" would be made up.
MOST_GENES_OF_ENZYME = 10
# Therapeutic roles of ChEBI that name a disease, with the disease they name.
INDICATIONS = {
    "antiparkinson drug": "MONDO:0005180",
    "anticonvulsant": "MONDO:0005027",
    "antidepressant": "MONDO:0002050",
    "antipsychotic agent": "MONDO:0005090",
    "first generation antipsychotic": "MONDO:0005090",
    "second generation antipsychotic": "MONDO:0005090",
    "phenothiazine antipsychotic drug": "MONDO:0005090",
}
# Neurodegenerative disease, dementia, movement disorder (with Parkinson disease).
NEURODEGENERATION = ("MONDO:0005559", "MONDO:0001627", "MONDO:0005395")

_INHIBITOR = re.compile(r"EC (\d+\.\d+\.\d+\.\d+) .*inhibitor")

Term: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Association:
    """One row of a table; ``associations.yaml`` is the column map of its fields."""

    subject: str
    subject_name: str
    subject_category: Category
    predicate: Predicate
    object: str
    object_name: str
    object_category: Category
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Gene:
    """A human gene and the EC numbers of the enzymes it codes for."""

    id: str
    symbol: str
    enzymes: tuple[str, ...]


def read_terms(path: Path, prefix: str) -> dict[str, Term]:
    """The terms of an ontology file, by CURIE."""
    return {_curie(prefix, term["id"]): term for term in orjson.loads(path.read_bytes())}


def read_genes(path: Path) -> list[Gene]:
    """The approved genes of HGNC's table."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Gene(row["HGNC ID"], row["Approved symbol"], tuple(re.findall(r"[\d.]+\d", row["Enzyme IDs"] or "")))
            for row in csv.DictReader(file, delimiter="\t")
            if row["Status"] == "Approved"
        ]


def enzyme_inhibitors(chemicals: Mapping[str, Term], genes: Iterable[Gene]) -> Iterator[Association]:
    """Chemicals with the genes of the enzymes that they inhibit.

    The score of each of n genes of one enzyme is ``0.9 / sqrt(n)``: most inhibitors hit some of them, few hit all.
    """
    coded: dict[str, list[Gene]] = defaultdict(list)
    for gene in genes:
        for number in gene.enzymes:
            coded[number].append(gene)
    for chemical, role in _roles(chemicals):
        match = _INHIBITOR.fullmatch(role)
        targets = coded[match[1]] if match else []
        if match and 0 < len(targets) <= MOST_GENES_OF_ENZYME:
            name = chemicals[chemical]["name"]
            for gene in targets:
                yield Association(
                    subject=chemical,
                    subject_name=name,
                    subject_category=Category.SMALL_MOLECULE,
                    predicate=Predicate.INHIBITS,
                    object=gene.id,
                    object_name=gene.symbol,
                    object_category=Category.GENE,
                    score=round(ROLE_SCORE / len(targets) ** 0.5, 2),
                    text=f'ChEBI: {name} has the role "{role}"; HGNC: {gene.symbol} codes for the enzyme EC {match[1]}',
                )


def indications(chemicals: Mapping[str, Term], diseases: Mapping[str, Term]) -> Iterator[Association]:
    """Chemicals with the diseases that their therapeutic roles name."""
    for chemical, role in _roles(chemicals):
        disease = INDICATIONS.get(role, "")
        if disease in diseases:
            name = chemicals[chemical]["name"]
            yield Association(
                subject=chemical,
                subject_name=name,
                subject_category=Category.SMALL_MOLECULE,
                predicate=Predicate.TREATS,
                object=disease,
                object_name=diseases[disease]["name"],
                object_category=Category.DISEASE,
                score=ROLE_SCORE,
                text=f'ChEBI: {name} has the role "{role}"',
            )


def disease_classes(diseases: Mapping[str, Term], wanted: Iterable[str]) -> Iterator[Association]:
    """The wanted diseases with the kinds of disease they are, as MONDO has them."""
    for disease in sorted(wanted):
        for parent in _parents(diseases[disease], "MONDO"):
            if parent in diseases:
                name, kind = diseases[disease]["name"], diseases[parent]["name"]
                yield Association(
                    subject=disease,
                    subject_name=name,
                    subject_category=Category.DISEASE,
                    predicate=Predicate.SUBCLASS_OF,
                    object=parent,
                    object_name=kind,
                    object_category=Category.DISEASE,
                    score=ROLE_SCORE,
                    text=f"MONDO: {name} is a kind of {kind}",
                )


def descendants(terms: Mapping[str, Term], prefix: str, roots: Iterable[str]) -> set[str]:
    """The roots that exist, and everything below them."""
    children: dict[str, list[str]] = defaultdict(list)
    for identifier, term in terms.items():
        for parent in _parents(term, prefix):
            children[parent].append(identifier)
    found: set[str] = set()
    waiting = [root for root in roots if root in terms]
    while waiting:
        term_id = waiting.pop()
        if term_id not in found:
            found.add(term_id)
            waiting.extend(children[term_id])
    return found


def names_in_annotations(diseases: Mapping[str, Term], wanted: Iterable[str]) -> set[str]:
    """The ids that HPO's annotation files use for these diseases: ``OMIM:…`` and ``ORPHA:…``."""
    spaces = {"OMIM": "OMIM", "Orphanet": "ORPHA"}
    return {
        f"{spaces[xref['namespace']]}:{xref['id']}"
        for disease in wanted
        for xref in diseases[disease].get("xrefs", ())
        if xref["namespace"] in spaces
    }


def write_associations(path: Path, associations: Iterable[Association]) -> None:
    """A tab-separated table with one column for each field, sorted, without repeats."""
    rows = sorted({tuple(map(str, astuple(association))) for association in associations})
    header = [field.name for field in fields(Association)]
    lines = ("\t".join(re.sub(r"\s+", " ", cell) for cell in row) for row in (header, *rows))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _roles(chemicals: Mapping[str, Term]) -> Iterator[tuple[str, str]]:
    """Each chemical with the names of its roles."""
    for chemical, term in chemicals.items():
        for role in term.get("relations", {}).get("has_role", ()):
            if role in chemicals:
                yield chemical, chemicals[role]["name"]


def _parents(term: Term, prefix: str) -> list[str]:
    return [_curie(prefix, parent) for parent in term.get("relations", {}).get("is_a", ())]


def _curie(prefix: str, local: str) -> str:
    return local if local.startswith(f"{prefix}:") else f"{prefix}:{local}"
