"""GO annotation files, GAF 2.0 to 2.2: a gene product and what it does, takes part in, or where it is.

http://geneontology.org/docs/go-annotation-file-gaf-format-2.2/. No header: 17 columns, comments start with ``!``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from isthmus.extractors.readers.publications import publication_id, year_in
from isthmus.extractors.readers.tabular import (
    BadRow,
    Fact,
    NumberedRow,
    Row,
    RowPassedOver,
    Table,
    first_lines,
    read_facts,
    tab_separated,
    table_document,
)
from isthmus.extractors.readers.terms import category_of, described, remembering
from isthmus.extractors.reading import Canonical, Record, Unreadable, UnreadableFile
from isthmus.graph.model import ANYWHERE, Context, Entity, Modality
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
WIDTHS = (15, 16, 17)  # the last two may be left out
READ_VERSIONS = ("1", "2")  # the major ones; all rows of version 1 are rows of version 2
_VERSION = re.compile(r"!\s*(gaf|gpa|gpad|gpi)-version:\s*(\S+)", re.IGNORECASE)
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

MOST_OTHERS = 5  # of "with or from" that a text names
_CURIE = re.compile(r"[A-Za-z][\w.-]*:\S+")
_ISOFORM = re.compile(r"(UniProtKB:[A-Z0-9]+)[-:].+")  # P05067-4, P05067:PRO_0000000092: of the same gene
# GAF's database names where the graph's prefix is another.
PREFIXES = {"UniProt": "UniProtKB", "Ensembl": "ENSEMBL"}
COMPLEX_TYPES = frozenset({"protein_complex", "complex", "protein-containing complex"})


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """Each annotation as a statement, ``NOT`` as a negated one, with the paper it cites.

    The year is that of the annotation, the latest at which the paper can have said it. A species other than human
    becomes the statement's context. A function inferred from a physical interaction names the partner in "with or
    from": that interaction is a statement too. Raises ``UnreadableFile`` where no annotation has GAF's columns, or the
    file says that it is of another version.
    """
    _check(path)
    table = Table(
        table_document(path, "Gene Ontology annotations (GAF)", Modality.GENOMICS),
        EXTRACTOR,
        COLUMNS,
        _rows(path),
    )
    lookup = remembering(canonical)
    yield from read_facts(table, lambda row: _facts(row, lookup))


def _check(path: Path) -> None:
    """Raise ``UnreadableFile`` where the header names another format, or no row among the first has GAF's columns."""
    beginning = first_lines(path, 1000)
    for line in beginning:
        version = _VERSION.match(line.text)
        if version and (version[1].lower() != "gaf" or version[2].split(".")[0] not in READ_VERSIONS):
            raise UnreadableFile(
                f"{path.name} is {version[1].upper()} {version[2]}; GAF 2.0 to 2.2 can be read. Get it as GAF 2.2"
            )
    rows = [line for line in beginning if line.text.strip() and not line.text.startswith("!")]
    widths = [line.text.count("\t") + 1 for line in rows]
    if widths and not set(widths) & set(WIDTHS):
        raise UnreadableFile(
            f"{path.name} is not a GO annotation file (GAF): line {rows[0].number} has {widths[0]} columns, not 17. "
            f"Columns expected: {', '.join(COLUMNS)}"
        )


def _rows(path: Path) -> Iterator[NumberedRow | Unreadable]:
    """The rows, with the two optional columns at the end filled in where a file leaves them out."""
    for row in tab_separated(path, comment="!"):
        if isinstance(row, Unreadable):
            yield row
        else:
            number, cells = row
            yield number, [*cells, *[""] * (len(COLUMNS) - len(cells))] if len(cells) in WIDTHS else cells


def _facts(row: Row, canonical: Canonical) -> Iterator[Fact]:
    annotation = _annotation(row, canonical)
    yield annotation
    if row["evidence_code"].strip() == "IPI" and row["aspect"].strip() == "F" and not annotation.negated:
        for curie in _with_or_from(row):
            partner = described(canonical, _ISOFORM.sub(r"\1", curie), "", None)
            if partner.id != annotation.subject.id:
                text = f"{_symbol(row, annotation.subject)}: physically interacts with {partner.name}"
                yield replace(
                    annotation,
                    predicate=Predicate.PHYSICALLY_INTERACTS_WITH,
                    object=partner,
                    text=f"{text} ({EVIDENCE_CODES['IPI'][0]})",
                    original="",
                )


def _annotation(row: Row, canonical: Canonical) -> Fact:
    if not row["db"].strip() or not row["db_object_id"].strip() or not _CURIE.fullmatch(row["go_id"].strip()):
        raise BadRow(f"no gene product or GO id: {row['db']}:{row['db_object_id']}, {row['go_id']!r}")
    code, aspect = row["evidence_code"].strip(), row["aspect"].strip()
    if code == "ND":
        raise RowPassedOver("evidence code ND: no biological data available")
    if code not in EVIDENCE_CODES:
        raise BadRow(f"unknown evidence code {code!r}. Known: {', '.join(EVIDENCE_CODES)}")
    if aspect not in CATEGORY_OF_ASPECT:
        raise BadRow(f"unknown aspect {aspect!r}. Known: {', '.join(CATEGORY_OF_ASPECT)}")
    qualifiers = [word.strip() for word in row["relation"].split("|") if word.strip()]
    negated = any(word.upper() == "NOT" for word in qualifiers)
    words = [word for word in qualifiers if word.upper() != "NOT"]
    product = described(canonical, _product_id(row), row["db_object_symbol"].strip(), _product_category(row))
    term = described(canonical, row["go_id"].strip(), "", CATEGORY_OF_ASPECT[aspect])
    relation = _relation(words, aspect, term.category)
    meaning, score = EVIDENCE_CODES[code]
    others = _with_or_from(row)
    source = f"{meaning}{', with ' if others else ''}{', '.join(others[:MOST_OTHERS])}"
    predicate = RELATIONS[relation]
    return Fact(
        product,
        predicate,
        term,
        f"{_symbol(row, product)}: {'not ' if negated else ''}{relation.replace('_', ' ')} {term.name} ({source})",
        score,
        tuple(dict.fromkeys(filter(None, map(publication_id, row["reference"].split("|"))))),
        year_in(row["date"]),
        negated,
        _context(row["taxon"]),
        original="" if relation in (predicate.value, "involved_in") else relation,
    )


def _symbol(row: Row, product: Entity) -> str:
    return row["db_object_symbol"].strip() or product.name


def _with_or_from(row: Row) -> list[str]:
    """What an inference rests on, as CURIEs: "|" stands between alternatives, "," between what was found together."""
    ids = (each.strip() for each in re.split(r"[|,]", row["with_or_from"]))
    return list(dict.fromkeys(_written(each) for each in ids if _CURIE.fullmatch(each)))


def _written(curie: str) -> str:
    """With the graph's prefix, once: MGI's ids hold their prefix already."""
    prefix, _, local = curie.partition(":")
    return local if local.startswith(f"{prefix}:") else f"{PREFIXES.get(prefix, prefix)}:{local}"


def _relation(words: list[str], aspect: str, term: Category) -> str:
    usual = "part_of" if term is Category.MACROMOLECULAR_COMPLEX else RELATION_OF_ASPECT[aspect]
    relation = words[0] if words else usual
    if relation not in RELATIONS:
        raise BadRow(f"unknown relation {relation!r} (aspect {aspect!r}). Known: {', '.join(RELATIONS)}")
    return relation


def _product_id(row: Row) -> str:
    return _written(f"{row['db'].strip()}:{row['db_object_id'].strip()}")


def _product_category(row: Row) -> Category:
    if row["db_object_type"].strip() in COMPLEX_TYPES:
        return Category.MACROMOLECULAR_COMPLEX
    given = category_of(_product_id(row))
    if given is Category.NAMED_THING:
        return Category.PROTEIN if row["db_object_type"].strip() == "protein" else Category.GENE
    return given


def _context(taxon: str) -> Context:
    """The species of the gene product; the second one of a pair is that of the other organism. Raises ``BadRow``."""
    number = taxon.split("|")[0].strip().rpartition(":")[2]
    if number and not number.isdigit():
        raise BadRow(f"taxon {taxon!r} is not a taxon such as taxon:9606")
    species = f"NCBITaxon:{number}"
    return ANYWHERE if not number or species == HUMAN else Context(species=species)
