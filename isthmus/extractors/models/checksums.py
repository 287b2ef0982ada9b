"""Whether the files of the models are those that were released.

After a model was made anew: ``python -m isthmus.extractors.models.checksums``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import orjson

FOLDER = Path(__file__).parent / "data"
RECORD = "checksums.json"


def recorded(folder: Path = FOLDER) -> dict[str, str]:
    """SHA-256 of each file, by its name, as it was released. Empty where the record itself is missing."""
    try:
        sums: dict[str, str] = orjson.loads((folder / RECORD).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return sums


def faults(folder: Path = FOLDER) -> list[str]:
    """What is missing, or other than it was released."""
    known = recorded(folder)
    told = [] if known else [f"{RECORD} is missing"]
    for name, digest in known.items():
        file = folder / name
        if not file.is_file():
            told.append(f"{name} is missing")
        elif _digest(file) != digest:
            told.append(f"{name} is damaged")
    return told


def record(folder: Path = FOLDER) -> None:
    """Write down the files as they are now."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != RECORD)
    sums = {file.name: _digest(file) for file in files}
    (folder / RECORD).write_bytes(orjson.dumps(sums, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


if __name__ == "__main__":
    record()
