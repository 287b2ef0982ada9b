"""GO annotation files, GAF 2.0 to 2.2: a gene product and what it does, takes part in, or where it is.

http://geneontology.org/docs/go-annotation-file-gaf-format-2.2/. No header: 17 columns, comments start with ``!``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from isthmus.extractors.readers.tabular import (
    BadRow,
    Fact,
    NumberedRow,
    Row,
    RowPassedOver,
    Table,
    described,
    first_lines,
    publication_id,
    read_facts,
    remembering,
    tab_separated,
    table_document,
    year_in,
)
from isthmus.extractors.reading import Canonical, Record, Unreadable, UnreadableFile
from isthmus.graph.model import ANYWHERE, Context, Modality
from isthmus.graph.vocabulary import Category, Predicate

EXTRACTOR = "gaf/1"
COLUMNS = (
    "db",
    "db_object_id",
    "db_object_symbol",
    "relation",
    "go_id",
    "reference",
    "evidence_code",
    "with_or_from",
    "aspect",
    "db_object_name",
    "db_object_synonym",
    "db_object_type",
    "taxon",
    "date",
    "assigned_by",
    "annotation_extension",
    "gene_product_form_id",
)
HUMAN = "NCBITaxon:9606"

# GO's relations; those whose own word is kept say more than ours, or other.
RELATIONS: dict[str, Predicate] = {
    "enables": Predicate.ENABLES,
    "contributes_to": Predicate.ENABLES,
    "involved_in": Predicate.PARTICIPATES_IN,
    "acts_upstream_of": Predicate.AFFECTS,
    "acts_upstream_of_or_within": Predicate.AFFECTS,
    "acts_upstream_of_positive_effect": Predicate.INCREASES,
    "acts_upstream_of_or_within_positive_effect": Predicate.INCREASES,
    "acts_upstream_of_negative_effect": Predicate.DECREASES,
    "acts_upstream_of_or_within_negative_effect": Predicate.DECREASES,
    "located_in": Predicate.LOCATED_IN,
    "is_active_in": Predicate.LOCATED_IN,
    "part_of": Predicate.PART_OF,
    "colocalizes_with": Predicate.COEXISTS_WITH,
}
# GAF 2.0 and 2.1 leave the relation out where it is the usual one of the aspect.
RELATION_OF_ASPECT = {"F": "enables", "P": "involved_in", "C": "located_in"}
CATEGORY_OF_ASPECT = {
    "F": Category.MOLECULAR_ACTIVITY,
    "P": Category.BIOLOGICAL_PROCESS,
    "C": Category.CELLULAR_COMPONENT,
}

EXPERIMENTAL, HIGH_THROUGHPUT, PHYLOGENETIC, COMPUTED, STATED, ELECTRONIC = 0.9, 0.8, 0.75, 0.65, 0.8, 0.5
# http://geneontology.org/docs/guide-go-evidence-codes/: what the code stands for, and how far it is believed.
EVIDENCE_CODES: dict[str, tuple[str, float]] = {
    "EXP": ("inferred from experiment", EXPERIMENTAL),
    "IDA": ("inferred from direct assay", EXPERIMENTAL),
    "IPI": ("inferred from physical interaction", EXPERIMENTAL),
    "IMP": ("inferred from mutant phenotype", EXPERIMENTAL),
    "IGI": ("inferred from genetic interaction", EXPERIMENTAL),
    "IEP": ("inferred from expression pattern", 0.8),
    "HTP": ("inferred from high throughput experiment", HIGH_THROUGHPUT),
    "HDA": ("inferred from high throughput direct assay", HIGH_THROUGHPUT),
    "HMP": ("inferred from high throughput mutant phenotype", HIGH_THROUGHPUT),
    "HGI": ("inferred from high throughput genetic interaction", HIGH_THROUGHPUT),
    "HEP": ("inferred from high throughput expression pattern", 0.7),
    "IBA": ("inferred from biological aspect of ancestor", PHYLOGENETIC),
    "IBD": ("inferred from biological aspect of descendant", PHYLOGENETIC),
    "IKR": ("inferred from key residues", PHYLOGENETIC),
    "IRD": ("inferred from rapid divergence", PHYLOGENETIC),
    "ISS": ("inferred from sequence or structural similarity", COMPUTED),
    "ISO": ("inferred from sequence orthology", COMPUTED),
    "ISA": ("inferred from sequence alignment", COMPUTED),
    "ISM": ("inferred from sequence model", COMPUTED),
    "IGC": ("inferred from genomic context", COMPUTED),
    "RCA": ("inferred from reviewed computational analysis", COMPUTED),
    "TAS": ("traceable author statement", STATED),
    "NAS": ("non-traceable author statement", 0.6),
    "IC": ("inferred by curator", 0.7),
    "IEA": ("inferred from electronic annotation", ELECTRONIC),
}

# GAF's database names where the graph's prefix is another.
PREFIXES = {"UniProt": "UniProtKB", "Ensembl": "ENSEMBL"}
COMPLEX_TYPES = frozenset({"protein_complex", "complex", "protein-containing complex"})


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """Each annotation as a statement, ``NOT`` as a negated one, with the paper it cites.

    The year is that of the annotation, the latest at which the paper can have said it. A species other than human
    becomes the statement's context. Raises ``UnreadableFile`` where the first annotation has not GAF's columns.
    """
    _check(path)
    table = Table(
        table_document(path, "Gene Ontology annotations (GAF)", Modality.GENOMICS),
        EXTRACTOR,
        COLUMNS,
        _rows(path),
    )
    lookup = remembering(canonical)
    yield from read_facts(table, lambda row: [_fact(row, lookup)])


def _check(path: Path) -> None:
    for line in first_lines(path, 1000):
        if line.text.strip() and not line.text.startswith("!"):
            seen = line.text.count("\t") + 1
            if seen not in (15, 16, 17):
                raise UnreadableFile(
                    f"{path.name} is not a GO annotation file (GAF): line {line.number} has {seen} columns, not 17. "
                    f"Columns expected: {', '.join(COLUMNS)}"
                )
            return


def _rows(path: Path) -> Iterator[NumberedRow | Unreadable]:
    """The rows, with the two optional columns at the end filled in where a file leaves them out."""
    for row in tab_separated(path, comment="!"):
        if isinstance(row, Unreadable):
            yield row
        else:
            number, cells = row
            yield number, [*cells, *[""] * (len(COLUMNS) - len(cells))] if len(cells) in (15, 16) else cells


def _fact(row: Row, canonical: Canonical) -> Fact:
    if not row["db"] or not row["db_object_id"] or ":" not in row["go_id"]:
        raise BadRow(f"no gene product or GO id: {row['db']}:{row['db_object_id']}, {row['go_id']!r}")
    code = row["evidence_code"].strip()
    if code == "ND":
        raise RowPassedOver("evidence code ND: no biological data available")
    if code not in EVIDENCE_CODES:
        raise BadRow(f"unknown evidence code {code!r}. Known: {', '.join(EVIDENCE_CODES)}")
    qualifiers = [word.strip() for word in row["relation"].split("|") if word.strip()]
    negated = "NOT" in qualifiers
    relation = _relation([word for word in qualifiers if word != "NOT"], row["aspect"])
    product = described(canonical, _product_id(row), row["db_object_symbol"], _product_category(row))
    term = described(canonical, row["go_id"], "", CATEGORY_OF_ASPECT.get(row["aspect"]))
    meaning, score = EVIDENCE_CODES[code]
    predicate = RELATIONS[relation]
    return Fact(
        product,
        predicate,
        term,
        f"{row['db_object_symbol'] or product.name}: {'not ' if negated else ''}{relation.replace('_', ' ')} "
        f"{term.name} ({meaning})",
        score,
        tuple(filter(None, map(publication_id, row["reference"].split("|")))),
        year_in(row["date"]),
        negated,
        _context(row["taxon"]),
        original="" if relation in (predicate.value, "involved_in") else relation,
    )


def _relation(words: list[str], aspect: str) -> str:
    relation = words[0] if words else RELATION_OF_ASPECT.get(aspect, "")
    if relation not in RELATIONS:
        raise BadRow(f"unknown relation {relation!r} (aspect {aspect!r}). Known: {', '.join(RELATIONS)}")
    return relation


def _product_id(row: Row) -> str:
    local = row["db_object_id"]
    if local.startswith(f"{row['db']}:"):  # MGI writes its name twice
        return local
    return f"{PREFIXES.get(row['db'], row['db'])}:{local}"


def _product_category(row: Row) -> Category:
    if row["db_object_type"] in COMPLEX_TYPES:
        return Category.MACROMOLECULAR_COMPLEX
    return Category.PROTEIN if row["db_object_type"] == "protein" else Category.GENE


def _context(taxon: str) -> Context:
    """The species of the gene product; the second one of a pair is the host."""
    number = taxon.split("|")[0].rpartition(":")[2]
    species = f"NCBITaxon:{number}"
    return ANYWHERE if not number or species == HUMAN else Context(species=species)
