"""Opens the models that ship with the project, each once a process, and runs them on as many cores as are asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

Item = TypeVar("Item")
Result = TypeVar("Result")
FOLDER = Path(__file__).parent / "data"


class MissingModel(RuntimeError):
    """The installed package lacks the weights of a model."""


@lru_cache
def open_session(name: str) -> onnxruntime.InferenceSession:
    """The session of ``data/<name>.onnx``, opened once a process and kept; a run takes one core (see ``in_parallel``).

    Raises ``MissingModel`` where the file is not there.
    """
    path = FOLDER / f"{name}.onnx"
    if not path.is_file():
        raise MissingModel(f"{path} is missing: install Isthmus anew from a complete checkout or wheel.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Lengths vary from run to run, and memory that was planned for one shape is held for ever.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@lru_cache
def open_weights(name: str) -> Mapping[str, NDArray[np.float32]]:
    """The arrays of ``data/<name>.npz``, read once a process. Raises ``MissingModel`` where the file is not there."""
    path = FOLDER / f"{name}.npz"
    if not path.is_file():
        raise MissingModel(f"{path} is missing: install Isthmus anew from a complete checkout or wheel.")
    with np.load(path, allow_pickle=False) as held:
        return {key: held[key].astype(np.float32) for key in held.files}


def in_parallel(function: Callable[[Item], Result], items: Iterable[Item], threads: int = 0) -> Iterator[Result]:
    """The results in order, of as many runs side by side as ``threads`` says; 0 takes all cores of this process.

    Runs side by side need no waiting for each other; the threads of one run wait after every product. All of them are
    begun at once. Worker processes should give 1, which begins each when it is asked for.
    """
    cores = threads or _cores()
    return map(function, items) if cores == 1 else _pool(cores).map(function, items)


@lru_cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="model")


def _cores() -> int:
    # Not cpu_count: a container or `taskset` may leave fewer.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache(maxsize=1)
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def one_core() -> AbstractContextManager[object]:
    """Within it numpy's matrix products take one core: for small ones on a busy machine that is several times faster."""
    limited: AbstractContextManager[object] = _blas().limit(limits=1, user_api="blas")
    return limited
