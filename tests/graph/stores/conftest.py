"""Every store that the conformance suite runs on. A new store registers itself here, and nowhere else."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from neo4j_server import NEO4J_NAMES, Server
from samples import APP_CAUSES_ALZHEIMER, FOUR_FACTS, PARKINSON, paper

from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Store

# How many generated examples a law is tried on: a server is emptied before each, a file is simply another file.
EXAMPLES = {"sqlite": 60}
EXAMPLES_ON_A_SERVER = 8


class EmptyStores:
    """Calling it gives an empty store. On a server that is the same place each time: read the last one before."""

    def __init__(self, name: str, new_url: Callable[[], str], open_until_end: ExitStack) -> None:
        self.name = name
        self._new_url = new_url
        self._open_until_end = open_until_end

    def __call__(self) -> Store:
        return self.open(self._new_url())

    def open(self, url: str) -> Store:
        """The store at this URL, with what it holds."""
        return self._open_until_end.enter_context(open_store(url))

    @property
    def examples(self) -> int:
        """How many generated examples are worth their time on this store."""
        return EXAMPLES.get(self.name, EXAMPLES_ON_A_SERVER)


@pytest.fixture(params=["sqlite", *NEO4J_NAMES])
def empty_store(
    request: pytest.FixtureRequest, tmp_path: Path, empty_neo4j: Callable[[str], Server]
) -> Iterator[EmptyStores]:
    """Each kind of store in turn."""
    name: str = request.param
    count = 0

    def new_url() -> str:
        nonlocal count
        count += 1
        return f"sqlite:///{tmp_path}/store-{count}.db" if name == "sqlite" else empty_neo4j(name).url

    with ExitStack() as stack:
        yield EmptyStores(name, new_url, stack)


@pytest.fixture
def store(empty_store: EmptyStores) -> Store:
    """An empty store of each kind in turn."""
    return empty_store()


@pytest.fixture
def filled(store: Store) -> Store:
    store.write([paper("pmid:1", *FOUR_FACTS, names=(PARKINSON,)), paper("pmid:2", APP_CAUSES_ALZHEIMER)])
    return store
