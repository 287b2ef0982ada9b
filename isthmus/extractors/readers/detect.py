"""Which reader a file is for, told from its content, and the way to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from isthmus.extractors.readers.source import head
from isthmus.extractors.reading import Canonical, Reader, Record, UnreadableFile

if TYPE_CHECKING:
    from isthmus.extractors.readers.association_table import ColumnMap
    from isthmus.extractors.readers.terms import Names


class Kind(StrEnum):
    """What a file is."""

    PUBMED = "pubmed"
    PUBTATOR = "pubtator"
    TEXT = "text"
    REPORT = "report"
    GAF = "gaf"
    HPO = "hpo"
    GWAS = "gwas"
    TABLE = "table"
    KGX = "kgx"


_MODULES = {
    Kind.PUBMED: "pubmed",
    Kind.PUBTATOR: "pubtator",
    Kind.TEXT: "plain_text",
    Kind.REPORT: "reports",
    Kind.GAF: "gaf",
    Kind.HPO: "hpo",
    Kind.GWAS: "gwas",
    Kind.KGX: "kgx",
}
_KGX_NAME = re.compile(r"(?P<name>.+)_(?P<what>nodes|edges)\.tsv(?:\.gz)?")
_PUBTATOR = re.compile(rb"\d+\|t\|")
_REPORT_HEADING = re.compile(r"(?mi)^\s*(?:findings|impression|technique|conclusion)\s*(?::|$)")
_REPORT_COLUMNS = {"findings", "impression"}
_COLUMN_MAPS = (".yaml", ".yml")


def inputs(paths: Sequence[Path]) -> list[Path]:
    """The inputs that files and folders hold: a folder's files, sorted, hidden ones left out.

    A KGX pair is one input, its edges file; a column map beside its table is none.

    Raises:
        UnreadableFile: a path that does not exist.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UnreadableFile(f"{path} does not exist. Check the path")
        found += _files_in(path) if path.is_dir() else [path]
    found = list(dict.fromkeys(found))
    return [path for path in found if not (_stands_for_nodes(path, found) or _is_column_map(path, found))]


def detect(path: Path) -> Kind:
    """What a file is, from its first 64 kB unpacked.

    Raises:
        UnreadableFile: it cannot be opened, or is none of the kinds there are.
    """
    start = head(path)
    text = start.decode("utf-8", errors="replace").removeprefix("\ufeff")
    first = text.lstrip().split("\n", 1)[0].rstrip("\r")
    columns = {column.strip().lower() for column in re.split(r"[\t,]", _first_data_line(text))}
    if _KGX_NAME.fullmatch(path.name) and ({"id", "category"} <= columns or {"subject", "object"} <= columns):
        return Kind.KGX
    if text.lstrip().startswith("<"):
        if "<Pubmed" in text or "<MedlineCitation" in text:
            return Kind.PUBMED
        raise UnreadableFile(f"{path} is XML, but no PubMed records. Name another kind with --as ({_kinds()})")
    for kind, is_it in (
        (Kind.GAF, first.startswith("!") and re.search(r"(?m)^!\s*gaf-version", text) is not None),
        (Kind.HPO, _is_hpo(text)),
        (Kind.GWAS, {"disease/trait", "pubmedid"} <= columns),
        (Kind.PUBTATOR, _PUBTATOR.match(start.lstrip()) is not None),
        (Kind.TABLE, _column_map_beside(path) is not None),
        (Kind.REPORT, (bool(_REPORT_COLUMNS & columns) and len(columns) > 1) or bool(_REPORT_HEADING.search(text))),
    ):
        if is_it:
            return kind
    if _is_binary(start):
        raise UnreadableFile(f"{path} is none of the kinds that can be read ({_kinds()})")
    if _is_tabular(path, text):
        raise UnreadableFile(
            f"{path} is a table whose columns nobody has named. Use --as table --columns subject=…,object=…,predicate=…"
        )
    return Kind.TEXT


def read(
    path: Path,
    canonical: Canonical,
    kind: Kind | None = None,
    columns: ColumnMap | None = None,
    names: Names | None = None,
) -> Iterator[Record]:
    """The records of a file, by the reader of its kind; a reader is imported when it is needed.

    ``names`` finds what a table only names: genes by their symbols, cells, diseases in words.

    Raises:
        UnreadableFile: nothing of the file can be read.
    """
    chosen = kind or (Kind.TABLE if columns else detect(path))
    if chosen is Kind.TABLE:
        return _read_table(path, canonical, columns, names)
    if chosen is Kind.GWAS and names is not None:
        from isthmus.extractors.readers import gwas

        return gwas.read(path, canonical, names)
    reader: Reader = import_module(f"isthmus.extractors.readers.{_MODULES[chosen]}").read
    return reader(path, canonical)


def _read_table(path: Path, canonical: Canonical, columns: ColumnMap | None, names: Names | None) -> Iterator[Record]:
    from isthmus.extractors.readers import association_table
    from isthmus.extractors.readers.terms import no_names

    beside = _column_map_beside(path)
    if columns is None and beside is None:
        raise UnreadableFile(f"{path} needs its columns named: --columns subject=…,object=…,predicate=…, or YAML")
    named = columns or association_table.ColumnMap.load(beside or path)
    return association_table.read(path, canonical, named, names or no_names)


def _kinds() -> str:
    return ", ".join(Kind)


def _files_in(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _stands_for_nodes(path: Path, others: Sequence[Path]) -> bool:
    """Whether it is the nodes file of a pair whose edges file is there too."""
    name = _KGX_NAME.fullmatch(path.name)
    if name is None or name["what"] == "edges":
        return False
    return any(path.with_name(f"{name['name']}_edges.tsv{end}") in others for end in ("", ".gz"))


def _is_column_map(path: Path, others: Sequence[Path]) -> bool:
    return path.suffix in _COLUMN_MAPS and any(_column_map_beside(other) == path for other in others if other != path)


def _column_map_beside(path: Path) -> Path | None:
    for end in _COLUMN_MAPS:
        for name in (path.with_name(path.name + end), path.with_suffix(end)):
            if name != path and path.suffix not in _COLUMN_MAPS and name.is_file():
                return name
    return None


def _first_data_line(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip() and not line.startswith("#")), "").rstrip("\r")


def _is_hpo(text: str) -> bool:
    start = text.lstrip("\ufeff").lower()
    return bool(
        re.match(r"ncbi_gene_id\tgene_symbol\t(?:hpo_id|association_type)|hpo_id\thpo_name\tncbi_gene_id", start)
        or re.match(r"#\s*format: *entrez-gene-id", start)
        or re.search(r"(?m)^#?database_?id\tdisease_?name\tqualifier\thpo_?id", start)
    )


def _is_binary(start: bytes) -> bool:
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in start)
    return b"\x00" in start or control > len(start) // 50


def _is_tabular(path: Path, text: str) -> bool:
    lines = [line for line in text.split("\n")[:12] if line.strip()][:-1] or [text]
    tabs = {line.count("\t") for line in lines}
    if len(lines) > 1 and len(tabs) == 1 and tabs != {0}:
        return True
    return path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv"))
