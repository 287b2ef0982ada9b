"""What was learned from a graph, kept between commands: null models and weights, each for one version of it and one year.

They are worked out from the graph alone, with fixed seeds, so what is read back is what would be worked out again. What
cannot be read, or is of another form, is left alone and made anew.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from isthmus.graph.discovery.chance.nulls import Nulls, UnreadableNulls
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.features import FEATURES
from isthmus.graph.discovery.ranking.fusion import Fusion
from isthmus.graph.vocabulary import Category
from isthmus.service.settings import settings

FOLDERS_KEPT = 16  # versions and years of graphs
_FORM = 2  # one more with each change of what is learned


def recall(snapshot: Snapshot, cache: Path | None = None, version: str = "") -> Snapshot:
    """The same snapshot, with what earlier commands learned about it, or about another ``version`` of its graph."""
    folder = _folder(snapshot, cache, version)
    for file in sorted(folder.glob("nulls_*.npz")) if folder.is_dir() else ():
        with suppress(UnreadableNulls, ValueError):
            _, source, target, hops, damping = file.stem.split("_")
            key = ("nulls", Category(source), Category(target), int(hops), float(damping))
            snapshot.memo.setdefault(key, Nulls.load(file))
    for file in sorted(folder.glob("fusion_*.npz")) if folder.is_dir() else ():
        with suppress(OSError, ValueError, KeyError, EOFError, BadZipFile):
            _, text, hops = file.stem.split("_")
            fusion = _fusion(file)
            if fusion is not None:
                snapshot.memo.setdefault(("fusion", text == "text", int(hops)), fusion)
    return snapshot


def keep(snapshot: Snapshot, cache: Path | None = None, version: str = "") -> None:
    """Write down what has been learned about a snapshot, or is to stand for another ``version`` of its graph.

    What is there already stays; a disk that cannot take it is no error.
    """
    folder = _folder(snapshot, cache, version)
    with suppress(OSError):
        for key, value in list(snapshot.memo.items()):
            if isinstance(value, Nulls):
                _, source, target, hops, damping = key
                _write(folder / f"nulls_{source}_{target}_{hops}_{damping}.npz", value)
            elif isinstance(value, Fusion):
                _, text, hops = key
                _write(folder / f"fusion_{'text' if text else 'plain'}_{hops}.npz", value)
        if folder.is_dir():
            _clear(folder)


def _fusion(file: Path) -> Fusion | None:
    """The weights that a file holds; ``None`` where they are of other features."""
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
        if kept["features"].tolist() != list(FEATURES):
            return None
        return Fusion(kept["weights"], tuple(kept["cuts"].tolist()), int(kept["positives"]))


def _folder(snapshot: Snapshot, cache: Path | None, version: str) -> Path:
    year = "now" if snapshot.as_of is None else str(snapshot.as_of)
    return (
        (cache or settings().cache_folder) / "learned" / f"{_FORM}-{(version or snapshot.columns.version)[:32]}-{year}"
    )


def _write(file: Path, value: Nulls | Fusion) -> None:
    """Whole or not at all: beside its place, then renamed."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}.npz")
    try:
        if isinstance(value, Nulls):
            value.save(beside)
        else:
            np.savez(
                beside,
                features=np.array(FEATURES),
                weights=value.weights,
                cuts=np.array(value.cuts, dtype=np.int64),
                positives=np.array(value.positives),
            )
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def _clear(used: Path) -> None:
    used.touch()
    folders = sorted(used.parent.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for each in folders[FOLDERS_KEPT:]:
        shutil.rmtree(each, ignore_errors=True)
