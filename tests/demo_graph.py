"""The graph that ``isthmus demo`` makes, for tests of what a newcomer sees."""

import fcntl
import os
from pathlib import Path

import platformdirs
import pytest

from isthmus.service.cli.demonstration import demonstrate
from isthmus.service.demo.download import SourcesUnreachable


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory) -> Path:
    """The SQLite file of the demo's graph, made anew; its inputs are fetched the first time. Not to be written to."""
    cache = Path(os.environ.get("ISTHMUS_TEST_CACHE") or platformdirs.user_cache_path("isthmus-test"))
    folder, store = cache / "demo", tmp_path_factory.mktemp("demo") / "demo.sqlite"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:  # two processes that test must not fetch into the same folder at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            demonstrate(folder, f"sqlite:///{store}")
        except SourcesUnreachable as error:
            pytest.skip(str(error))
    return store
