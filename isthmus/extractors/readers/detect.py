"""Which reader a file is for, told from its content, and the way to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from isthmus.extractors.readers.source import UTF16_BOMS, head
from isthmus.extractors.reading import Canonical, Reader, Record, UnreadableFile

if TYPE_CHECKING:
    from isthmus.extractors.readers.association_table import ColumnMap
    from isthmus.extractors.readers.terms import Names


class Kind(StrEnum):
    """What a file is."""

    PUBMED = "pubmed"
    PUBTATOR = "pubtator"
    TEXT = "text"
    DOCUMENTS = "documents"
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
    Kind.DOCUMENTS: "json_documents",
    Kind.REPORT: "reports",
    Kind.GAF: "gaf",
    Kind.HPO: "hpo",
    Kind.GWAS: "gwas",
    Kind.KGX: "kgx",
}
_KGX_NAME = re.compile(r"(?P<name>.+)_(?P<what>nodes|edges)\.tsv(?:\.gz)?")
_PUBTATOR = re.compile(r"[^|\s]{1,60}\|[ta]\|")
# how files of other programs start, and what to do with them
_OTHERS = (
    ("%PDF", "a PDF. Save its text as .txt"),
    ("PK\x03\x04", "a ZIP archive (or an Office document). Unpack it, or save its text as .txt"),
    ("{\\rtf", "an RTF document. Save its text as .txt"),
    ("BZh", "packed with bzip2. Unpack it, or pack it with gzip"),
    ("\ufffd7zXZ", "packed with xz. Unpack it, or pack it with gzip"),
)
_JSON = re.compile(r'(?:\[\s*)?\{\s*(?:"(?:[^"\\\n]|\\.){0,200}"\s*:|\})|\[\s*(?:\]|"|-?\d+\s*,)')
_LONGEST_CELL = 200
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
    text = _decoded(start).lstrip()
    columns = {column.strip().strip('"').lower() for column in re.split(r"[\t,;]", _first_data_line(text))}
    if _KGX_NAME.fullmatch(path.name) and ({"id", "category"} <= columns or {"subject", "object"} <= columns):
        return Kind.KGX
    if re.match(r"<[?!A-Za-z]", text):
        return _kind_of_xml(path, text)
    if _is_documents(text):
        return Kind.DOCUMENTS
    for kind, is_it in (
        (Kind.GAF, text.startswith("!") and re.search(r"(?m)^!\s*gaf-version", text) is not None),
        (Kind.HPO, _is_hpo(text)),
        (Kind.GWAS, {"disease/trait", "pubmedid"} <= columns),
        (Kind.PUBTATOR, _PUBTATOR.match(text) is not None),
        (Kind.TABLE, _column_map_beside(path) is not None or _guessed(path, text) is not None),
        (Kind.REPORT, _is_report(path, text)),
    ):
        if is_it:
            return kind
    _refuse_what_is_no_text(path, start, text)
    if _is_tabular(path, text):
        raise UnreadableFile(
            f"{path} is a table whose columns nobody has named. Use --as table --columns subject=…,object=…,predicate=…"
        )
    return Kind.TEXT


def _decoded(start: bytes) -> str:
    """The text as far as it can be told; without its byte order mark."""
    encoding = "utf-16" if start.startswith(UTF16_BOMS) else "utf-8"
    return start.decode(encoding, errors="replace").removeprefix("\ufeff")


def _kind_of_xml(path: Path, text: str) -> Kind:
    if re.search(r"<(?:Pubmed|MedlineCitation|Delete(?:Citation|Document)\b)", text):
        return Kind.PUBMED
    raise UnreadableFile(f"{path} is XML or HTML without PubMed records, which is not read. Save its text as .txt")


def _is_report(path: Path, text: str) -> bool:
    from isthmus.extractors.readers import report_sections

    # by the header alone: a report in a cell may run over many lines, which then look like no table
    if report_sections.are_columns(re.split(r"[\t,;]", _first_data_line(text))):
        return True
    return report_sections.is_report(text) and not _is_tabular(path, text)


def _is_documents(text: str) -> bool:
    if not text.startswith(("{", "[")):
        return False
    from isthmus.extractors.readers.json_documents import is_documents

    return is_documents(text)


def _refuse_what_is_no_text(path: Path, start: bytes, text: str) -> None:
    for sign, what in _OTHERS:
        if text.startswith(sign):
            raise UnreadableFile(f"{path} is {what}")
    if _JSON.match(text):
        raise UnreadableFile(
            f"{path} is JSON, but not of documents with a title and a text. Save its text as .txt, or its rows as a table"
        )
    if start.startswith(UTF16_BOMS):
        raise UnreadableFile(f"{path} is UTF-16 text. Save it as UTF-8")
    if _is_binary(start):
        raise UnreadableFile(f"{path} is none of the kinds that can be read ({_kinds()})")


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
    # nothing happens before the first record is asked for: a file that is no good must not stop the others
    chosen = kind or (Kind.TABLE if columns else detect(path))
    if chosen is Kind.TABLE:
        yield from _read_table(path, canonical, columns, names)
    elif chosen is Kind.GWAS and names is not None:
        from isthmus.extractors.readers import gwas

        yield from gwas.read(path, canonical, names)
    else:
        reader: Reader = import_module(f"isthmus.extractors.readers.{_MODULES[chosen]}").read
        yield from reader(path, canonical)


def _read_table(path: Path, canonical: Canonical, columns: ColumnMap | None, names: Names | None) -> Iterator[Record]:
    from isthmus.extractors.readers import association_table
    from isthmus.extractors.readers.terms import no_names

    beside = _column_map_beside(path)
    if columns is None:
        columns = association_table.ColumnMap.load(beside) if beside else _guessed(path, _decoded(head(path)).lstrip())
    if columns is None:
        raise UnreadableFile(f"{path} needs its columns named: --columns subject=…,object=…,predicate=…, or YAML")
    return association_table.read(path, canonical, columns, names or no_names)


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


def _guessed(path: Path, text: str) -> ColumnMap | None:
    """The columns of a table that is separated as its name says, by the names they go by."""
    from isthmus.extractors.readers.association_table import ColumnMap
    from isthmus.extractors.readers.csv_rows import cells_of

    name = path.name.lower().removesuffix(".gz")
    delimiter = {".csv": ",", ".tsv": "\t"}.get(name[-4:])
    return ColumnMap.guess(cells_of(_first_data_line(text), delimiter)) if delimiter else None


def _first_data_line(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip() and not line.startswith("#")), "").rstrip("\r")


def _is_hpo(text: str) -> bool:
    start = text.lower()
    return bool(
        re.match(r"ncbi_gene_id\tgene_symbol\t(?:hpo_id|association_type)|hpo_id\thpo_name\tncbi_gene_id", start)
        or re.match(r"#\s*format: *entrez-gene-id", start)
        or re.search(r"(?m)^#?database_?id\tdisease_?name\tqualifier\thpo_?id", start)
    )


def _is_binary(start: bytes) -> bool:
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in start)
    return start.count(0) > len(start) // 1000 or control > len(start) // 50


def _is_tabular(path: Path, text: str) -> bool:
    """Whether the name says so, or the first lines have as many cells each, none of them as long as a sentence."""
    if path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv")):
        return True
    found = [line.rstrip("\r") for line in text.split("\n")[:12] if line.strip()]
    whole = found[:-1] if len(found) > 2 else found
    return any(_is_parted_by(delimiter, whole) for delimiter in ("\t", ",", ";"))


def _is_parted_by(delimiter: str, lines: Sequence[str]) -> bool:
    from isthmus.extractors.readers.csv_rows import cells_of

    rows = [cells_of(line, delimiter) for line in lines]
    width = len(rows[0]) if rows else 0
    if len(rows) < 2 or any(len(row) != width for row in rows):
        return False
    if delimiter == "\t":
        return width > 1
    # a comma is also a mark of prose: there it stands before a space
    parted = all(not cell.startswith(" ") and len(cell) <= _LONGEST_CELL for row in rows for cell in row)
    return width > 2 and len(rows) > 2 and parted
