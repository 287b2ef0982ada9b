"""Snapshots kept in files that processes map into memory: opened in milliseconds, one copy for all of them.

A folder holds one version of a graph: ``columns.bin``, and for now or a past year ``layers.bin`` or ``layers-YEAR.bin``.
Each file is a short header (what it holds, and where) and then arrays as they are in memory. It is written whole beside
its place and renamed. It carries its time: a file that was touched since is read through and checked before it is used.
"""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

import numpy as np
import orjson
from numpy.typing import NDArray

from isthmus.errors import IsthmusError
from isthmus.graph.belief import FORM, READERS
from isthmus.graph.discovery.memory.layers import Layer, Nodes, sorted_csr
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.model import Modality, content_hash
from isthmus.graph.stores.columns import GraphColumns
from isthmus.graph.stores.packed import PackedHashes, PackedTexts
from isthmus.graph.verdict import VerdictKind
from isthmus.graph.vocabulary import Category, Predicate

_MAGIC = b"ISTHMUS\n"
_ALIGNED = 64
# Arrays hold places in these lists, and scores that readers have weighed: a file of other lists says something else.
FORMAT = content_hash(
    [1, FORM, list(Category), list(Predicate), list(Modality), [one.name for one in READERS], list(VerdictKind)]
)[:16]

Arrays = Mapping[str, NDArray[Any]]


class UnusableSnapshot(IsthmusError):
    """A saved snapshot that is not there, is damaged or of another format: make it anew from the store."""


@dataclass(frozen=True, slots=True)
class _File:
    """What a file holds: a few words, and arrays that lie in mapped memory."""

    words: Mapping[str, Any]
    arrays: Arrays


def save_snapshot(snapshot: Snapshot, folder: Path) -> None:
    """Keep a snapshot in a folder, beside those of the same graph in other years; what is there already stays.

    Raises:
        OSError: the folder cannot be written, or the disk is full; no half a file is left.
    """
    save_columns(snapshot.columns, folder)
    _write(folder / _layers_file(snapshot.as_of), *_of_layers(snapshot))


def save_columns(columns: GraphColumns, folder: Path) -> None:
    """Keep columns in a folder, where they are not there yet. Raises ``OSError`` as ``save_snapshot`` does."""
    folder.mkdir(parents=True, exist_ok=True)
    if not _usable(folder / "columns.bin"):
        _write(folder / "columns.bin", *_of_columns(columns))


def open_snapshot(folder: Path, as_of: int | None = None) -> Snapshot:
    """The snapshot that a folder keeps, as of a year or now. Nothing is read before it is asked for.

    Raises:
        UnusableSnapshot: there is none, or it is damaged.
    """
    columns = open_columns(folder)
    file = _read(folder / _layers_file(as_of))
    if file.words["version"] != columns.version:
        raise UnusableSnapshot(f"{folder} holds pieces of different graphs: remove it")
    layers = {hop: _layer(file.arrays, number, *shape) for number, (hop, *shape) in enumerate(_hops(file.words))}
    return Snapshot(columns, as_of, Nodes.of(columns.categories), file.arrays["exists"], layers)


def open_columns(folder: Path) -> GraphColumns:
    """The columns that a folder keeps. Raises ``UnusableSnapshot``."""
    file = _read(folder / "columns.bin")
    values: dict[str, Any] = dict(file.words["texts"])
    values["contexts"] = [tuple(context) for context in file.words["contexts"]]
    for each in fields(GraphColumns):
        if f"{each.name}/starts" in file.arrays:
            values[each.name] = PackedTexts(file.arrays[each.name], file.arrays[f"{each.name}/starts"])
        elif f"{each.name}/hashes" in file.arrays:
            values[each.name] = PackedHashes(file.arrays[f"{each.name}/hashes"])
        elif each.name in file.arrays:
            values[each.name] = file.arrays[each.name]
    return GraphColumns(**values)


# -- what goes into a file ----------------------------------------------------------------------------------------


def _layers_file(as_of: int | None) -> str:
    return "layers.bin" if as_of is None else f"layers-{as_of}.bin"


def _of_columns(columns: GraphColumns) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    texts: dict[str, str] = {}
    arrays: dict[str, NDArray[Any]] = {}
    for each in fields(columns):
        value = getattr(columns, each.name)
        if isinstance(value, str):
            texts[each.name] = value
        elif isinstance(value, np.ndarray):
            arrays[each.name] = value
        elif each.name == "statement_ids":
            packed = value if isinstance(value, PackedHashes) else PackedHashes.of(value)
            arrays[f"{each.name}/hashes"] = packed.data
        elif each.name != "contexts":
            words = value if isinstance(value, PackedTexts) else PackedTexts.of(value)
            arrays[each.name], arrays[f"{each.name}/starts"] = words.data, words.starts
    return {"texts": texts, "contexts": [list(context) for context in columns.contexts]}, arrays


def _of_layers(snapshot: Snapshot) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    arrays: dict[str, NDArray[Any]] = {"exists": snapshot.exists}
    hops = []
    for number, (hop, layer) in enumerate(snapshot.layers.items()):
        hops.append([hop.predicate, hop.forward, hop.source, hop.target, *layer.beliefs.shape])
        arrays |= {
            f"{number}/beliefs": layer.beliefs.data,
            f"{number}/columns": layer.beliefs.indices,
            f"{number}/starts": layer.beliefs.indptr,
            f"{number}/statements": layer.statements,
            f"{number}/first_years": layer.first_years,
            f"{number}/evidence_counts": layer.evidence_counts,
            f"{number}/source_degrees": layer.source_degrees,
            f"{number}/target_degrees": layer.target_degrees,
        }
    return {"version": snapshot.columns.version, "hops": hops}, arrays


def _hops(words: Mapping[str, Any]) -> Iterable[tuple[Hop, int, int]]:
    for predicate, forward, source, target, rows, columns in words["hops"]:
        yield Hop(Predicate(predicate), forward, Category(source), Category(target)), rows, columns


def _layer(arrays: Arrays, number: int, rows: int, columns: int) -> Layer:
    values, places, starts = (arrays[f"{number}/{name}"] for name in ("beliefs", "columns", "starts"))
    return Layer(
        beliefs=sorted_csr(values, places, starts, (rows, columns)),
        statements=arrays[f"{number}/statements"],
        first_years=arrays[f"{number}/first_years"],
        evidence_counts=arrays[f"{number}/evidence_counts"],
        source_degrees=arrays[f"{number}/source_degrees"],
        target_degrees=arrays[f"{number}/target_degrees"],
    )


# -- files --------------------------------------------------------------------------------------------------------


def _write(path: Path, words: Mapping[str, Any], arrays: Arrays) -> None:
    pieces = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    places, end = [], 0
    check = 0
    for name, array in pieces.items():
        places.append([name, array.dtype.str, array.shape, end])
        check = zlib.crc32(_bytes(array), check)
        end += -(-array.nbytes // _ALIGNED) * _ALIGNED
    beside = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        with beside.open("wb") as file:
            now = int(os.fstat(file.fileno()).st_mtime)  # whole seconds: every file system keeps these
            header = orjson.dumps(
                {"format": FORMAT, "words": words, "arrays": places, "size": end, "time": now, "check": check}
            )
            file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
            for array in pieces.values():
                file.write(bytes(-file.tell() % _ALIGNED))
                file.write(_bytes(array))
            file.write(bytes(-file.tell() % _ALIGNED))
        os.utime(beside, (now, now))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _usable(path: Path) -> bool:
    try:
        _read(path)
    except UnusableSnapshot:
        return False
    return True


def _read(path: Path) -> _File:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header, payload = _parts(np.frombuffer(mapped, dtype=np.uint8))
        arrays = {name: _array(payload, *place) for name, *place in header["arrays"]}
        if status.st_mtime_ns != header["time"] * 1_000_000_000:
            _check_against(header["check"], arrays.values())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableSnapshot(f"{path} is not a saved snapshot of this version of Isthmus: remove it") from error
    return _File(header["words"], arrays)


def _parts(whole: NDArray[np.uint8]) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """What a file says of itself, and the bytes of its arrays. Raises ``ValueError`` or ``KeyError``."""
    begin = len(_MAGIC) + 8
    if whole[: len(_MAGIC)].tobytes() != _MAGIC:
        raise ValueError
    end = begin + int.from_bytes(whole[len(_MAGIC) : begin].tobytes(), "little")
    header: dict[str, Any] = orjson.loads(whole[begin:end].tobytes())
    if header["format"] != FORMAT:
        raise ValueError
    start = -(-end // _ALIGNED) * _ALIGNED
    payload = whole[start : start + header["size"]]
    if len(payload) < header["size"]:
        raise ValueError
    return header, payload


def _array(payload: NDArray[np.uint8], kind: str, shape: Sequence[int], start: int) -> NDArray[Any]:
    dtype = np.dtype(kind)
    size = dtype.itemsize * int(np.prod(shape))
    return cast("NDArray[Any]", payload[start : start + size].view(dtype).reshape(shape))


def _check_against(expected: int, arrays: Iterable[NDArray[Any]]) -> None:
    check = 0
    for array in arrays:
        check = zlib.crc32(_bytes(array), check)
    if check != expected:
        raise ValueError


def _bytes(array: NDArray[Any]) -> memoryview:
    return array.reshape(-1).view(np.uint8).data
