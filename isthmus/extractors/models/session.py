"""Opens the models that ship with the project: each once a process, on as many cores as are asked for."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path

import onnxruntime
from threadpoolctl import ThreadpoolController

FOLDER = Path(__file__).parent / "data"


class MissingModel(RuntimeError):
    """The installed package lacks the weights of a model."""


def open_session(name: str, threads: int = 0) -> onnxruntime.InferenceSession:
    """The session of ``data/<name>.onnx``, opened once a process and kept.

    ``threads``: cores of one run; 0 takes all that this process may use. Worker processes should give 1. Raises
    ``MissingModel`` where the file is not there.
    """
    return _opened(name, threads or _cores())


def _cores() -> int:
    # Not cpu_count: a container or `taskset` may leave fewer.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache
def _opened(name: str, threads: int) -> onnxruntime.InferenceSession:
    path = FOLDER / f"{name}.onnx"
    if not path.is_file():
        raise MissingModel(f"{path} is missing: install Isthmus anew from a complete checkout or wheel.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning threads would take the cores from the parser and from other workers.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    # Lengths vary from batch to batch, and memory that was planned for one shape is held for ever.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=1)
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def one_core() -> AbstractContextManager[object]:
    """Within it numpy's matrix products take one core: for small ones on a busy machine that is several times faster."""
    return _blas().limit(limits=1, user_api="blas")
