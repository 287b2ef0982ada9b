"""Hetionet as somebody's KGX graph: the load that the store and the discovery benchmarks carry.

Himmelstein et al. 2017, eLife 6:e26726. The folder holds all nodes, up to 5,000 edges of each type, and three types in
full: drug-target (``CbG-binding.tsv``), disease-gene (``DaG-association.tsv``) and protein-protein (``ppi/``).

    python -m bench.hetionet_kgx ../shared/data/hetionet OUT      -> {"nodes": …, "edges": …}
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple


class Kind(NamedTuple):
    """How a Hetionet node kind is written in KGX."""

    prefix: str
    category: str


KINDS = {
    "Anatomy": Kind("", "biolink:GrossAnatomicalStructure"),
    "Biological Process": Kind("", "biolink:BiologicalProcess"),
    "Cellular Component": Kind("", "biolink:CellularComponent"),
    "Compound": Kind("DRUGBANK:", "biolink:Drug"),
    "Disease": Kind("", "biolink:Disease"),
    "Gene": Kind("NCBIGene:", "biolink:Gene"),
    "Molecular Function": Kind("", "biolink:MolecularActivity"),
    "Pathway": Kind("", "biolink:Pathway"),
    "Pharmacologic Class": Kind("NDFRT:", "biolink:ChemicalEntity"),
    "Side Effect": Kind("UMLS:", "biolink:PhenotypicFeature"),
    "Symptom": Kind("MESH:", "biolink:PhenotypicFeature"),
}


class Slot(NamedTuple):
    """How a Hetionet edge type is written in KGX: its Biolink slot, turned round or not, and which way it moves."""

    predicate: str
    turned: bool = False
    direction: str = ""


SLOTS = {
    "AdG": Slot("affects", direction="decreased"),
    "AeG": Slot("expressed_in", turned=True),
    "AuG": Slot("affects", direction="increased"),
    "CbG": Slot("directly_physically_interacts_with"),
    "CcSE": Slot("has_side_effect"),
    "CdG": Slot("affects", direction="decreased"),
    "CpD": Slot("ameliorates_condition"),
    "CrC": Slot("similar_to"),
    "CtD": Slot("treats"),
    "CuG": Slot("affects", direction="increased"),
    "DaG": Slot("gene_associated_with_condition", turned=True),
    "DdG": Slot("affects", direction="decreased"),
    "DlA": Slot("located_in"),
    "DpS": Slot("has_phenotype"),
    "DrD": Slot("similar_to"),
    "DuG": Slot("affects", direction="increased"),
    "GcG": Slot("correlated_with"),
    "GiG": Slot("interacts_with"),
    "GpBP": Slot("participates_in"),
    "GpCC": Slot("located_in"),
    "GpMF": Slot("enables"),
    "GpPW": Slot("participates_in"),
    "Gr>G": Slot("regulates"),
    "PCiC": Slot("subclass_of", turned=True),
}
IN_FULL = {"CbG", "DaG", "GiG"}

NODE_COLUMNS = ("id", "category", "name", "provided_by")
EDGE_COLUMNS = (
    "id",
    "subject",
    "predicate",
    "object",
    "qualified_predicate",
    "object_aspect_qualifier",
    "object_direction_qualifier",
    "publications",
    "primary_knowledge_source",
    "knowledge_level",
    "agent_type",
)

# Subject, Hetionet's edge type, object, publications.
Edge = tuple[str, str, str, str]


def curie(node: str) -> str:
    """``Gene::7054`` -> ``NCBIGene:7054``; pathways keep the name of the database that they came from."""
    kind, local = node.split("::", 1)
    if kind == "Pathway":
        return ("wikipathways:" if local.startswith("WP") else "pathwaycommons:") + local
    return KINDS[kind].prefix + local


def _rows(path: Path) -> Iterator[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


def _sampled(source: Path) -> Iterator[Edge]:
    for row in _rows(source / "edges-5k.sif.gz"):
        yield curie(row["source"]), row["metaedge"], curie(row["target"]), ""


def _bindings(source: Path) -> Iterator[Edge]:
    for row in _rows(source / "CbG-binding.tsv"):
        papers = "|".join(f"PMID:{number}" for number in row["pubmed_ids"].split("|") if number.isdigit())
        yield f"DRUGBANK:{row['drugbank_id']}", "CbG", f"NCBIGene:{row['entrez_gene_id']}", papers


def _associations(source: Path) -> Iterator[Edge]:
    for row in _rows(source / "DaG-association.tsv"):
        yield row["doid_id"], "DaG", f"NCBIGene:{row['entrez_gene_id']}", ""


def _interactions(source: Path, gene_of_symbol: dict[str, str]) -> Iterator[Edge]:
    """Five screens by their gene ids in columns 1 and 3 or 4, Menche's interactome, and interactions by gene symbol."""
    folder = source / "ppi"
    for screen in ("HI-I-05.tsv", "HI-II-14.tsv", "Lit-BM-13.tsv", "Venkatesan-09.tsv", "Yu-11.tsv"):
        other = 3 if screen.startswith("Venkatesan") else 2
        for line in (folder / screen).read_text(encoding="utf-8").splitlines()[1:]:
            cells = line.split("\t")
            yield f"NCBIGene:{cells[0]}", "GiG", f"NCBIGene:{cells[other]}", ""
    for line in (folder / "data" / "DataS1_interactome.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            first, second, _ = line.split("\t")
            yield f"NCBIGene:{first}", "GiG", f"NCBIGene:{second}", ""
    for row in _rows(folder / "protein-interactions.txt.gz"):
        pair = gene_of_symbol.get(row["source_symbol"]), gene_of_symbol.get(row["target_symbol"])
        if pair[0] and pair[1]:
            papers = f"PMID:{row['pubmed']}" if row["pubmed"].isdigit() else ""
            yield pair[0], "GiG", pair[1], papers


def _joined(source: Path, names: dict[str, tuple[str, str]]) -> dict[tuple[str, str, str], str]:
    """Each edge once, between nodes that exist, with the papers of all its copies."""
    symbols = {name: node for node, (name, category) in names.items() if category == "biolink:Gene"}
    papers: dict[tuple[str, str, str], set[str]] = {}
    for loader in (_sampled(source), _bindings(source), _associations(source), _interactions(source, symbols)):
        for subject, kind, obj, cited in loader:
            if subject == obj or subject not in names or obj not in names:
                continue
            if kind == "GiG" and obj < subject:
                subject, obj = obj, subject
            papers.setdefault((subject, kind, obj), set()).update(filter(None, cited.split("|")))
    return {edge: "|".join(sorted(cited)) for edge, cited in papers.items()}


def _edge_row(subject: str, kind: str, obj: str, papers: str) -> tuple[str, ...]:
    slot = SLOTS[kind]
    if slot.turned:
        subject, obj = obj, subject
    change = ("biolink:causes", "expression", slot.direction) if slot.direction else ("", "", "")
    return (
        f"{subject}|{kind}|{obj}",
        subject,
        f"biolink:{slot.predicate}",
        obj,
        *change,
        papers,
        "infores:hetionet",
        "knowledge_assertion",
        "not_provided",
    )


def write_kgx(source: Path, out: Path, name: str = "hetionet") -> tuple[int, int]:
    """Write ``NAME_nodes.tsv`` and ``NAME_edges.tsv`` into ``out``; the numbers of nodes and edges written."""
    out.mkdir(parents=True, exist_ok=True)
    nodes = {curie(row["id"]): (row["name"], KINDS[row["kind"]].category) for row in _rows(source / "nodes.tsv")}
    edges = _joined(source, nodes)
    with ExitStack() as files:
        to_nodes, to_edges = (
            csv.writer(
                files.enter_context((out / f"{name}_{part}.tsv").open("w", encoding="utf-8", newline="")),
                delimiter="\t",
                lineterminator="\n",
                quoting=csv.QUOTE_NONE,
                quotechar=None,
            )
            for part in ("nodes", "edges")
        )
        to_nodes.writerow(NODE_COLUMNS)
        to_nodes.writerows((node, category, label, "infores:hetionet") for node, (label, category) in nodes.items())
        to_edges.writerow(EDGE_COLUMNS)
        to_edges.writerows(_edge_row(*edge, papers) for edge, papers in edges.items())
    return len(nodes), len(edges)


if __name__ == "__main__":
    written = write_kgx(Path(sys.argv[1]), Path(sys.argv[2]))
    print(json.dumps({"nodes": written[0], "edges": written[1]}))
