"""GWAS Catalog associations, any version of its TSV: a variant, the genes at its place, and a trait.

https://www.ebi.ac.uk/gwas/docs/fileheaders. A row becomes: variant associated with trait; each gene associated with
trait; variant within gene. Rows repeat for each gene, statements do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from isthmus.extractors.readers.tabular import (
    BadRow,
    Fact,
    Names,
    NumberedRow,
    Row,
    RowPassedOver,
    Table,
    category_of,
    citation,
    described,
    first_lines,
    named,
    no_names,
    publication_id,
    read_facts,
    remembering,
    require_columns,
    tab_separated,
    table_document,
    year_in,
)
from isthmus.extractors.reading import Canonical, Record, Unreadable
from isthmus.graph.model import Entity, Modality
from isthmus.graph.vocabulary import Category, Predicate

EXTRACTOR = "gwas/1"
# Column names without case and punctuation, as releases differ in both ("SNPs", "SNPS"; "p-Value", "P-VALUE").
NEEDED = ("pubmedid", "diseasetrait", "snps", "pvalue")
OPTIONAL = (
    "date",
    "journal",
    "study",
    "reportedgenes",
    "mappedgene",
    "upstreamgeneid",
    "downstreamgeneid",
    "snpgeneids",
    "pvaluemlog",
    "mappedtrait",
    "mappedtraituri",
)

# Belief in an association by -log10 of its p-value: beyond doubt, genome-wide significant (5e-8), suggestive, weaker.
SCORES = ((20.0, 0.9), (7.3, 0.8), (5.0, 0.5))
WEAK = 0.3
# A gene that holds the variant is a likelier cause than its neighbours; the authors' choice lies between.
WITHIN, REPORTED, NEIGHBOUR = 1.0, 0.85, 0.5
VARIANT_IN_GENE = 0.95

NO_GENE = frozenset({"", "nr", "na", "intergenic", "none", "unknown", "pending", "not reported"})
_RS = re.compile(r"\brs\d+", re.IGNORECASE)
_PLACE = re.compile(r"(?:chr)?[\dXYxy]{1,2}:\d+(?:[:_][ACGT/]+)*|(?:kgp|SNP_A-|ss|exm|imm_)[\w-]+")


def read(path: Path, canonical: Canonical, names: Names = no_names) -> Iterator[Record]:
    """The associations, dated by their papers, each scored by its p-value.

    ``names`` finds the genes that authors report by symbol. Raises ``UnreadableFile`` that names the missing columns.
    """
    lines = first_lines(path, 1)
    given = lines[0].text.split("\t") if lines else []
    columns = tuple(_plain(name) for name in given)
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        require_columns(path, "a GWAS Catalog table", _as_the_catalog_writes(missing), given)
    table = Table(
        table_document(path, "GWAS Catalog associations", Modality.GENOMICS), EXTRACTOR, columns, _below_header(path)
    )
    lookup = remembering(canonical)
    yield from read_facts(table, lambda row: _facts(row, lookup, names))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _as_the_catalog_writes(names: list[str]) -> list[str]:
    written = {"pubmedid": "PUBMEDID", "diseasetrait": "DISEASE/TRAIT", "snps": "SNPS", "pvalue": "P-VALUE"}
    return [written[name] for name in names]


def _below_header(path: Path) -> Iterator[NumberedRow | Unreadable]:
    for row in tab_separated(path):
        if isinstance(row, Unreadable) or row[0] > 1:
            yield row


@dataclass(frozen=True, slots=True)
class _GeneOfRow:
    """A gene at the place of a variant, and how far the place speaks for it."""

    gene: Entity
    weight: float
    place: str


def _facts(row: Row, canonical: Canonical, names: Names) -> Iterator[Fact]:
    paper = publication_id(row["pubmedid"])
    if not paper:
        raise BadRow(f"{row['pubmedid']!r} is not a PubMed number")
    traits, variants, genes = (
        _traits(row, canonical, names),
        _variants(row["snps"], canonical),
        _genes(row, canonical, names),
    )
    if not variants and not genes:
        raise RowPassedOver("neither a variant nor a gene is named")
    traits = _traits(row, canonical, names)
    if not traits:
        raise RowPassedOver("no trait is named")
    row_score, year = _score(row), year_in(row.get("date", ""))
    cited = citation(paper, Modality.GENOMICS, row.get("study", ""), _date(row.get("date", "")), row.get("journal", ""))

    def fact(subject: Entity, predicate: Predicate, obj: Entity, text: str, score: float) -> Fact:
        return Fact(subject, predicate, obj, text, round(score, 4), (paper,), year, citations=(cited,))

    p_value = f" (p = {row['pvalue'].strip()})" if row["pvalue"].strip() else ""
    named = ", ".join(variant.name for variant in variants) or "a variant"
    for trait in traits:
        for variant in variants:
            text = f"{variant.name} is associated with {trait.name}{p_value}"
            yield fact(variant, Predicate.ASSOCIATED_WITH, trait, text, row_score)
        for found in genes:
            text = f"{named} {found.place} {found.gene.name} is associated with {trait.name}{p_value}"
            score = row_score * found.weight
            yield fact(found.gene, Predicate.GENE_ASSOCIATED_WITH_CONDITION, trait, text, score)
    for found in genes:
        if found.weight == WITHIN and len(variants) == 1:
            text = f"{variants[0].name} lies in {found.gene.name}"
            yield fact(variants[0], Predicate.VARIANT_OF, found.gene, text, VARIANT_IN_GENE)


def _score(row: Row) -> float:
    """The belief that the p-value allows; the logarithm where it is given, since small ones underflow."""
    try:
        mlog = float(row.get("pvaluemlog", "") or "nan")
        if mlog != mlog:
            mantissa, _, exponent = row["pvalue"].strip().upper().partition("E")
            mlog = -float(exponent or 0) if mantissa else 0.0
    except ValueError:
        return WEAK
    return next((score for at_least, score in SCORES if mlog >= at_least), WEAK)


def _date(text: str) -> str:
    """``YYYY-MM-DD`` from the catalog's ``23-Jul-2014`` or ISO date, else what year it names."""
    for form in ("%Y-%m-%d", "%d-%b-%Y"):
        try:
            return datetime.strptime(text.strip(), form).date().isoformat()
        except ValueError:
            continue
    return str(year_in(text) or "")


def _variants(cell: str, canonical: Canonical) -> list[Entity]:
    """The variants of a cell; several are a haplotype or an interaction, and each of them is associated."""
    ids = list(dict.fromkeys(match.lower() for match in _RS.findall(cell)))
    if ids:
        return [described(canonical, f"dbSNP:{rs}", rs, Category.SEQUENCE_VARIANT) for rs in ids]
    places = list(dict.fromkeys(_PLACE.findall(cell)))
    return [named(no_names, place, Category.SEQUENCE_VARIANT) for place in places]


def _traits(row: Row, canonical: Canonical, names: Names) -> list[Entity]:
    """The mapped traits by their ontology ids, else the trait in the authors' words, ungrounded."""
    uris = [uri.strip() for uri in row.get("mappedtraituri", "").split(",") if uri.strip()]
    labels = _trait_names(row.get("mappedtrait", ""), len(uris))
    found = []
    for uri, name in zip(uris, labels, strict=True):
        curie = trait_curie(uri)
        if curie:
            category = category_of(curie)
            found.append(
                described(
                    canonical,
                    curie,
                    name,
                    Category.DISEASE_OR_PHENOTYPIC_FEATURE if category is Category.NAMED_THING else category,
                )
            )
    told = row["diseasetrait"].strip()
    if found or not told:
        return found
    return [named(names, told, Category.DISEASE_OR_PHENOTYPIC_FEATURE)]


def _trait_names(cell: str, count: int) -> list[str]:
    """As many names as there are ids. Names hold commas themselves: where they do not add up, none is taken."""
    if count == 1:
        return [cell.strip()]
    names = [name.strip() for name in cell.split(", ")]
    return names if len(names) == count else [""] * count


def trait_curie(uri: str) -> str:
    """The CURIE that a trait's URI stands for, or an empty text.

    >>> trait_curie("http://www.ebi.ac.uk/efo/EFO_0004703"), trait_curie("http://www.orpha.net/ORDO/Orphanet_93")
    ('EFO:0004703', 'Orphanet:93')
    """
    prefix, _, local = re.split(r"[/#]", uri)[-1].partition("_")
    return f"{prefix}:{local}" if prefix and local else ""


def _genes(row: Row, canonical: Canonical, names: Names) -> list[_GeneOfRow]:
    """The genes at the variant's place by id, and those the authors report; each once, the best reason first."""
    mapped = row.get("mappedgene", "")
    within = _ids(row.get("snpgeneids", ""))
    symbols = [symbol for symbol in re.split(r"\s*[,;]\s*", mapped) if symbol]
    labels = symbols if len(symbols) == len(within) else [""] * len(within)
    found = [_gene(canonical, local, name, WITHIN, "in") for local, name in zip(within, labels, strict=True)]
    if not within:
        around = [*_ids(row.get("upstreamgeneid", "")), *_ids(row.get("downstreamgeneid", ""))]
        sides = mapped.split(" - ")
        labels = [side.strip() for side in sides] if len(sides) == len(around) else [""] * len(around)
        found += [_gene(canonical, local, name, NEIGHBOUR, "near") for local, name in zip(around, labels, strict=True)]
    by_symbol = {each.gene.name: each.gene for each in found}
    for symbol in re.split(r"\s*[,;]\s*", row.get("reportedgenes", "")):
        if symbol.strip().lower() not in NO_GENE:
            gene = by_symbol.get(symbol.strip()) or named(names, symbol.strip(), Category.GENE)
            found.append(_GeneOfRow(gene, REPORTED, "at (as reported)"))
    found.sort(key=lambda each: -each.weight)
    return list({each.gene.id: each for each in reversed(found)}.values())[::-1]


def _ids(cell: str) -> list[str]:
    return [
        f"ENSEMBL:{local}" if local.startswith("ENSG") else f"NCBIGene:{local}"
        for local in re.split(r"\s*[,;]\s*", cell.strip())
        if local.isdigit() or local.startswith("ENSG")
    ]


def _gene(canonical: Canonical, curie: str, name: str, weight: float, place: str) -> _GeneOfRow:
    return _GeneOfRow(described(canonical, curie, name, Category.GENE), weight, place)
