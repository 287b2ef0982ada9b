"""GWAS Catalog associations, any version of its TSV: a variant, the genes at its place, and a trait.

https://www.ebi.ac.uk/gwas/docs/fileheaders. A row becomes: variant associated with trait; each gene associated with
trait; variant within gene. Rows repeat for each gene, statements do not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from isthmus.extractors.readers.dates import date_of, is_date
from isthmus.extractors.readers.publications import citation, publication_id, year_in
from isthmus.extractors.readers.tabular import (
    BadRow,
    Fact,
    NumberedRow,
    Row,
    RowPassedOver,
    Table,
    first_lines,
    read_facts,
    require_columns,
    require_distinct,
    tab_separated,
    table_document,
)
from isthmus.extractors.readers.terms import REMEMBERED, Names, category_of, described, named, no_names, remembering
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
GENE_COLUMNS = ("snpgeneids", "upstreamgeneid", "downstreamgeneid", "mappedgene", "reportedgenes")

# Belief in an association by -log10 of its p-value: beyond doubt, genome-wide significant (5e-8), suggestive, weaker.
SCORES = ((20.0, 0.9), (7.3, 0.8), (5.0, 0.5))
WEAK = 0.3
# A gene that holds the variant is a likelier cause than its neighbours; the authors' choice lies between.
WITHIN, REPORTED, NEIGHBOUR = 1.0, 0.85, 0.5
VARIANT_IN_GENE = 0.95

NO_GENE = frozenset({"", "nr", "na", "intergenic", "none", "unknown", "pending", "not reported"})
_LIST = re.compile(r"\s*[,;]\s*")
NO_P_VALUE = frozenset({"", "nr", "ns", "na", "-"})
_P_VALUE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(?:E([+-]?\d{1,9})|\s*[x\u00d7*]\s*10\^?([+-]?\d{1,9}))?", re.IGNORECASE)
# A number that goes on after a space ("rs1083 2417") is another variant's: no id rather than a wrong one.
_RS = re.compile(r"\brs\d+(?!\d|\s+\d)", re.IGNORECASE)
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
    require_distinct(path, (*NEEDED, *OPTIONAL), columns)
    table = Table(
        table_document(path, "GWAS Catalog associations", Modality.GENOMICS), EXTRACTOR, columns, _below_header(path)
    )
    yield from read_facts(table, _Reading(remembering(canonical), names).facts)


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


class _Reading:
    """How the rows of one table are read. Rows repeat for each gene, so what cells name is remembered."""

    def __init__(self, canonical: Canonical, names: Names) -> None:
        self._canonical, self._names = canonical, names
        self._variants = lru_cache(REMEMBERED)(self._read_variants)
        self._traits = lru_cache(REMEMBERED)(self._read_traits)
        self._genes = lru_cache(REMEMBERED)(self._read_genes)

    def facts(self, row: Row) -> Iterator[Fact]:
        """What a row says. Raises ``BadRow`` or ``RowPassedOver``."""
        paper = publication_id(row["pubmedid"])
        if not paper:
            raise BadRow(f"{row['pubmedid']!r} is not a PubMed number")
        variants = self._variants(row["snps"])
        genes = self._genes(*(row.get(column, "") for column in GENE_COLUMNS))
        if not variants and not genes:
            raise RowPassedOver("neither a variant nor a gene is named")
        traits = self._traits(row.get("mappedtraituri", ""), row.get("mappedtrait", ""), row["diseasetrait"])
        if not traits:
            raise RowPassedOver("no trait is named")
        day = row.get("date", "")
        cited = citation(paper, Modality.GENOMICS, row.get("study", ""), _date(day), row.get("journal", ""))
        for subject, predicate, obj, text, score in _said(variants, genes, traits, row["pvalue"].strip(), _score(row)):
            yield Fact(subject, predicate, obj, text, round(score, 4), (paper,), _year(day), citations=(cited,))

    def _read_variants(self, cell: str) -> tuple[Entity, ...]:
        """The variants of a cell; several are a haplotype or an interaction, and each of them is associated."""
        ids = dict.fromkeys(match.lower() for match in _RS.findall(cell))
        if ids:
            return tuple(described(self._canonical, f"dbSNP:{rs}", rs, Category.SEQUENCE_VARIANT) for rs in ids)
        places = dict.fromkeys(_PLACE.findall(cell))
        return tuple(named(no_names, place, Category.SEQUENCE_VARIANT) for place in places)

    def _read_traits(self, uris: str, labels: str, told: str) -> tuple[Entity, ...]:
        """The mapped traits by their ontology ids, else the trait in the authors' words, ungrounded."""
        ids = [uri.strip() for uri in uris.split(",") if uri.strip()]
        pairs = zip(map(trait_curie, ids), _trait_names(labels, len(ids)), strict=True)
        found = {
            curie: described(self._canonical, curie, name, _kind_of_trait(curie)) for curie, name in pairs if curie
        }
        if found or not told.strip():
            return tuple(found.values())
        return (named(self._names, told.strip(), Category.DISEASE_OR_PHENOTYPIC_FEATURE),)

    def _read_genes(
        self, within: str, upstream: str, downstream: str, mapped: str, reported: str
    ) -> tuple[_GeneOfRow, ...]:
        """The genes at the variant's place by id, and those the authors report; each once, the best reason first."""
        if ids := _ids(within):
            symbols = [symbol for symbol in _LIST.split(mapped) if symbol]
            found = [self._gene(curie, name, WITHIN, "in") for curie, name in _labelled(ids, symbols)]
        else:
            around = [*_ids(upstream), *_ids(downstream)]
            found = [
                self._gene(curie, name, NEIGHBOUR, "near")
                for curie, name in _labelled(around, [side.strip() for side in mapped.split(" - ")])
            ]
        by_symbol = {each.gene.name: each.gene for each in found}
        for symbol in filter(_names_a_gene, _LIST.split(reported.strip())):
            gene = by_symbol.get(symbol) or named(self._human, symbol, Category.GENE)
            found.append(_GeneOfRow(gene, REPORTED, "at (as reported)"))
        found.sort(key=lambda each: each.weight)
        return tuple({each.gene.id: each for each in found}.values())[::-1]

    def _human(self, name: str, category: Category) -> Entity | None:
        """The studies are of people: a symbol that only a mouse or rat has is an old one, and no gene of theirs."""
        found = self._names(name, category)
        return None if found is not None and found.id.startswith(("MGI:", "RGD:")) else found

    def _gene(self, curie: str, name: str, weight: float, place: str) -> _GeneOfRow:
        return _GeneOfRow(described(self._canonical, curie, name, Category.GENE), weight, place)


_Said: TypeAlias = tuple[Entity, Predicate, Entity, str, float]


def _said(
    variants: Sequence[Entity], genes: Sequence[_GeneOfRow], traits: Sequence[Entity], p_value: str, score: float
) -> Iterator[_Said]:
    """The statements of a row, each with its words and score."""
    told = f" (p = {p_value})" if p_value else ""
    at = ", ".join(variant.name for variant in variants) or "a variant"
    for trait in traits:
        for variant in variants:
            text = f"{variant.name} is associated with {trait.name}{told}"
            yield variant, Predicate.ASSOCIATED_WITH, trait, text, score
        for found in genes:
            text = f"{at} {found.place} {found.gene.name} is associated with {trait.name}{told}"
            yield found.gene, Predicate.GENE_ASSOCIATED_WITH_CONDITION, trait, text, score * found.weight
    for found in genes:
        if found.weight == WITHIN and len(variants) == 1:
            text = f"{variants[0].name} lies in {found.gene.name}"
            yield variants[0], Predicate.VARIANT_OF, found.gene, text, VARIANT_IN_GENE


def _score(row: Row) -> float:
    """The belief that the p-value allows; it is told by its logarithm, since small ones are less than a float can say."""
    mlog = _minus_log10(row["pvalue"], row.get("pvaluemlog", ""))
    return next((score for at_least, score in SCORES if mlog >= at_least), WEAK)


@lru_cache(maxsize=4096)
def _minus_log10(p_value: str, given: str) -> float:
    """-log10 of a p-value, from the column that gives it or from the p-value as written; 0 where neither says any.

    A few of the catalog's own p-values lie above 1 ("5E12"), for want of a minus: they say nothing. Raises ``BadRow``.
    """
    try:
        mlog = float(given.strip() or "nan")
    except ValueError:
        mlog = math.nan
    if not math.isnan(mlog):
        return mlog
    written = p_value.strip()
    if written.lower() in NO_P_VALUE:
        return 0.0
    match = _P_VALUE.fullmatch(written)
    if match is None:
        raise BadRow(f"p-value {written!r} is not a number such as 5E-8")
    mantissa, exponent = float(match[1]), int(match[2] or match[3] or 0)
    return -math.log10(mantissa) - exponent if mantissa else math.inf


@lru_cache(maxsize=4096)
def _date(text: str) -> str:
    """``YYYY-MM-DD`` from the catalog's ``23-Jul-2014`` or ISO date, else what year it names."""
    text = text.strip()
    if is_date(text):
        return text
    day, _, month_year = text.partition("-")
    month, _, year = month_year.partition("-")
    return date_of(year, month, day) or str(year_in(text) or "")


_year = lru_cache(maxsize=4096)(year_in)


def _kind_of_trait(curie: str) -> Category:
    given = category_of(curie)
    return Category.DISEASE_OR_PHENOTYPIC_FEATURE if given is Category.NAMED_THING else given


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


def _labelled(ids: Sequence[str], names: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Each id with its name; where they do not add up nobody can tell which is whose, and none is taken."""
    return zip(ids, names if len(names) == len(ids) else [""] * len(ids), strict=True)


def _names_a_gene(symbol: str) -> bool:
    return symbol.lower() not in NO_GENE


def _ids(cell: str) -> list[str]:
    return [
        f"ENSEMBL:{local}" if local.startswith("ENSG") else f"NCBIGene:{local}"
        for local in _LIST.split(cell.strip())
        if local.isdigit() or local.startswith("ENSG")
    ]
