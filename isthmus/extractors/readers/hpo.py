"""HPO annotation files: ``phenotype.hpoa`` (disease, phenotype), ``genes_to_phenotype.txt`` (gene, phenotype, disease)
and ``genes_to_disease.txt``.

https://hpo.jax.org/data/annotation-format. ``phenotype_to_genes.txt`` has the columns of ``genes_to_phenotype.txt`` in
another order and is read too. Older files name their columns otherwise, in a header that is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from isthmus.extractors.readers.publications import publication_id, year_in
from isthmus.extractors.readers.source import Line
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
from isthmus.extractors.readers.terms import described, remembering
from isthmus.extractors.reading import Canonical, Record, Unreadable
from isthmus.graph.model import Entity, Modality
from isthmus.graph.vocabulary import Category, Predicate

EXTRACTOR = "hpo/1"

# Today's names of the columns, by what earlier releases called them (compared without case, spaces, "-" and "_").
EARLIER_NAMES = {
    "databaseid": "database_id",
    "diseaseid": "database_id",
    "diseasename": "disease_name",
    "hpoid": "hpo_id",
    "hpotermid": "hpo_id",
    "hpotermname": "hpo_name",
    "hponame": "hpo_name",
    "hpolabel": "hpo_name",
    "entrezgeneid": "ncbi_gene_id",
    "ncbigeneid": "ncbi_gene_id",
    "geneid": "ncbi_gene_id",
    "entrezgenesymbol": "gene_symbol",
    "genesymbol": "gene_symbol",
    "frequencyraw": "frequency",
    "diseaseidforlink": "disease_id",
}

# How a published clinical study, an author's statement, a curator's and an automatic extraction are believed.
EVIDENCE_CODES = {
    "PCS": ("published clinical study", 0.9),
    "TAS": ("traceable author statement", 0.85),
    "ICE": ("individual clinical experience", 0.7),
    "IEA": ("inferred from electronic annotation", 0.6),
}
# The gene files give no evidence: the gene was found to cause the disease; its phenotypes are the disease's.
GENE_DISEASE_SCORE, GENE_PHENOTYPE_SCORE = 0.85, 0.7
# What genes_to_disease.txt says of a gene in a disease. None becomes "causes": which way the gene itself would have to
# be moved is not told, and a cause has a sign.
ASSOCIATIONS = {
    "MENDELIAN": ("Mendelian gene", 0.9),
    "POLYGENIC": ("one of several genes", 0.7),
    "UNKNOWN": ("gene, the kind of association unknown", 0.6),
}

ASPECTS = {"I": "mode of inheritance", "C": "clinical course", "M": "clinical modifier", "H": "past medical history"}
SEXES = {"MALE": ", in males", "FEMALE": ", in females"}
EXCLUDED = "HP:0040285"
FREQUENCIES = {
    "HP:0040280": "always",
    "HP:0040281": "very frequent",
    "HP:0040282": "frequent",
    "HP:0040283": "occasional",
    "HP:0040284": "very rare",
    EXCLUDED: "excluded",
}

# Terms of "Mode of inheritance" and "Clinical modifier", which are no phenotypes: the gene files do not mark them.
_INHERITANCE = """
0000006 0000007 0001417 0001419 0001423 0001426 0001427 0001428 0001442 0001444 0001450 0001452 0001466 0001470 0001472
0001475 0003743 0003744 0003745 0003829 0003831 0010982 0010983 0010984 0012274 0012275 0025352 0032113 0032382 0034344
4000158"""
_MODIFIERS = """
0001522 0003577 0003581 0003584 0003587 0003593 0003596 0003621 0003623 0003676 0003677 0003678 0003680 0003811 0003819
0003826 0003828 0005268 0011421 0011461 0011462 0011463 0025303 0025708 0025709 0025710 0030674 0031796 0032542 0033349
0033764 0034197 0034198 0034199 0034241 0100613 0410280"""
NOT_PHENOTYPES = frozenset(f"HP:{number}" for number in (_INHERITANCE + _MODIFIERS).split())


@dataclass(frozen=True, slots=True)
class _Layout:
    """One of the three kinds of file: the columns it must have and how a row is read."""

    what: str
    needed: tuple[str, ...]
    facts: Callable[[Row, Canonical], Iterable[Fact]]


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """Diseases with their phenotypes, genes with their phenotypes and diseases, or genes with their diseases.

    Which, the header says. The year is that of the curation. Raises ``UnreadableFile`` that names the missing columns.
    """
    header = _header(path)
    columns = tuple(_name(word) for word in header.text.lstrip("#").removeprefix("Format:").split("\t"))
    layout = _layout(columns)
    if layout is not DISEASES:  # some releases call the column of the disease like that of phenotype.hpoa
        columns = tuple("disease_id" if name == "database_id" else name for name in columns)
    require_columns(path, layout.what, layout.needed, columns)
    require_distinct(path, layout.needed, columns)
    lookup = remembering(canonical)
    document = table_document(path, "HPO annotations", Modality.GENOMICS)
    table = Table(document, EXTRACTOR, columns, _below(path, header.number))
    yield from read_facts(table, lambda row: layout.facts(row, lookup))


def _layout(columns: tuple[str, ...]) -> _Layout:
    if not {"ncbi_gene_id", "gene_symbol"} & set(columns):
        return DISEASES
    return GENES_OF_DISEASES if "association_type" in columns else GENES


def _header(path: Path) -> Line:
    """The line that names the columns: the first that is no comment, or a comment that does."""
    lines = [line for line in first_lines(path) if line.text.strip()]
    for line in lines:
        known = {_name(word) for word in line.text.lstrip("#").removeprefix("Format:").split("\t")}
        if not line.text.startswith("#") or {"hpo_id", "ncbi_gene_id"} & known:
            return line
    return lines[0] if lines else Line(1, "")


def _name(word: str) -> str:
    word = word.strip()
    return EARLIER_NAMES.get(re.sub(r"[\s_-]+", "", word).lower(), word.lower())


def _below(path: Path, header: int) -> Iterator[NumberedRow | Unreadable]:
    for row in tab_separated(path):
        if isinstance(row, Unreadable) or (row[0] > header and not row[1][0].startswith("#")):
            yield row


def _disease_facts(row: Row, canonical: Canonical) -> Iterable[Fact]:
    disease_id, phenotype_id = _disease_id(row["database_id"]), _phenotype_id(row)
    if ":" not in disease_id:
        raise BadRow(f"{disease_id!r} is not a disease id such as OMIM:619340")
    aspect = row.get("aspect", "P").strip() or "P"
    if aspect not in ("P", "O"):  # O was an earlier letter for organ abnormality
        raise RowPassedOver(f"aspect {aspect}: {ASPECTS.get(aspect, 'not a phenotype')}, not a phenotype")
    disease = described(canonical, disease_id, row["disease_name"].strip(), Category.DISEASE)
    phenotype = described(canonical, phenotype_id, row.get("hpo_name", ""), Category.PHENOTYPIC_FEATURE)
    meaning, score = EVIDENCE_CODES.get(row.get("evidence", "").strip(), ("evidence not stated", 0.6))
    negated = _qualified_not(row) or _never(row.get("frequency", "").strip())
    name = row["disease_name"].strip() or disease.name
    return [
        Fact(
            disease,
            Predicate.HAS_PHENOTYPE,
            phenotype,
            f"{name}: {'no ' if negated else ''}{phenotype.name}{_circumstances(row, canonical)} ({meaning})",
            score,
            tuple(dict.fromkeys(filter(None, map(publication_id, re.split("[;|]", row.get("reference", "")))))),
            year_in(row.get("biocuration", "")),
            negated,
        )
    ]


def _qualified_not(row: Row) -> bool:
    qualifier = row.get("qualifier", "").strip().upper()
    if qualifier not in ("", "NOT"):
        raise BadRow(f"unknown qualifier {qualifier!r}. Known: NOT, or nothing")
    return qualifier == "NOT"


def _circumstances(row: Row, canonical: Canonical) -> str:
    """When, how often, in whom and how it shows, in words: ", onset: Adult onset, in 3 of 7, in females"."""
    onset = row.get("onset", "").strip()
    modifiers = filter(None, (each.strip() for each in row.get("modifier", "").split(";")))
    return "".join(
        (
            f", onset: {_term(onset, canonical)}" if onset else "",
            _in_words(row.get("frequency", "").strip()),
            SEXES.get(row.get("sex", "").strip().upper(), ""),
            *(f", {_term(modifier, canonical)}" for modifier in modifiers),
        )
    )


def _term(identifier: str, canonical: Canonical) -> str:
    known = canonical(identifier)
    return known.name if known is not None else identifier


def _gene_facts(row: Row, canonical: Canonical) -> Iterable[Fact]:
    gene, disease_id, phenotype_id = _gene(row, canonical), _disease_id(row["disease_id"]), _phenotype_id(row)
    symbol = row["gene_symbol"].strip() or gene.name
    facts = []
    of_disease = ""
    if ":" in disease_id:
        disease = described(canonical, disease_id, "", Category.DISEASE)
        of_disease = f" in {disease.name}"
        text = f"{symbol}: gene of {disease.name}"
        facts.append(Fact(gene, Predicate.GENE_ASSOCIATED_WITH_CONDITION, disease, text, GENE_DISEASE_SCORE))
    frequency = row.get("frequency", "").strip()
    reason = "a mode of inheritance or clinical modifier, not a phenotype" if phenotype_id in NOT_PHENOTYPES else ""
    if _never(frequency):  # excluded from one disease, which says nothing of the gene's other diseases
        reason = "a phenotype that nobody with the disease had"
    if reason:
        if not facts:
            raise RowPassedOver(reason)
        return facts
    phenotype = described(canonical, phenotype_id, row.get("hpo_name", ""), Category.PHENOTYPIC_FEATURE)
    text = f"{symbol}: {phenotype.name}{of_disease}{_in_words(frequency)}"
    facts.append(Fact(gene, Predicate.GENE_ASSOCIATED_WITH_CONDITION, phenotype, text, GENE_PHENOTYPE_SCORE))
    return facts


def _gene_of_disease_facts(row: Row, canonical: Canonical) -> Iterable[Fact]:
    gene, disease_id = _gene(row, canonical), _disease_id(row["disease_id"])
    if ":" not in disease_id:
        raise BadRow(f"{disease_id!r} is not a disease id such as OMIM:619340")
    kind = row["association_type"].strip().upper()
    meaning, score = ASSOCIATIONS.get(kind, ASSOCIATIONS["UNKNOWN"])
    disease = described(canonical, disease_id, "", Category.DISEASE)
    text = f"{row['gene_symbol'].strip() or gene.name}: {meaning} of {disease.name}"
    return [
        Fact(
            gene,
            Predicate.GENE_ASSOCIATED_WITH_CONDITION,
            disease,
            text,
            score,
            original=kind.lower() if kind in ("MENDELIAN", "POLYGENIC") else "",
        )
    ]


def _gene(row: Row, canonical: Canonical) -> Entity:
    number = row["ncbi_gene_id"].strip().removeprefix("NCBIGene:")
    if not (number.isascii() and number.isdigit()):
        raise BadRow(f"{number!r} is not an NCBI Gene number")
    return described(canonical, f"NCBIGene:{number}", row["gene_symbol"].strip(), Category.GENE)


DISEASES = _Layout("an HPO annotation file (phenotype.hpoa)", ("database_id", "disease_name", "hpo_id"), _disease_facts)
GENES = _Layout(
    "an HPO gene file (genes_to_phenotype.txt)", ("ncbi_gene_id", "gene_symbol", "hpo_id", "disease_id"), _gene_facts
)


GENES_OF_DISEASES = _Layout(
    "an HPO gene file (genes_to_disease.txt)",
    ("ncbi_gene_id", "gene_symbol", "association_type", "disease_id"),
    _gene_of_disease_facts,
)


def _phenotype_id(row: Row) -> str:
    term = row["hpo_id"].strip()
    if not re.fullmatch(r"HP:\d{7}", term):
        raise BadRow(f"{term!r} is not an HPO id such as HP:0001250")
    return term


def _disease_id(text: str) -> str:
    """Orphanet's diseases as the other sources write them."""
    return re.sub("^(?:ORPHA|ORPHANET):", "Orphanet:", text.strip())


def _never(frequency: str) -> bool:
    """Whether a frequency says that nobody had it: ``0/5``, ``0%`` or "Excluded"."""
    return frequency == EXCLUDED or re.fullmatch(r"0+/\d+|0+(\.0+)?%", frequency) is not None


def _in_words(frequency: str) -> str:
    if frequency in ("", "-"):
        return ""
    if match := re.fullmatch(r"(\d+)/(\d+)", frequency):
        return f", in {match[1]} of {match[2]}"
    return f", {FREQUENCIES.get(frequency, frequency)}"
