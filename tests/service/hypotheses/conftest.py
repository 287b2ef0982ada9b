import pytest
from service.hypotheses.living_graph import PAPERS, proposed

from isthmus.graph.stores.sqlite import SqliteStore


@pytest.fixture
def store(tmp_path):
    """The small graph."""
    with SqliteStore(tmp_path / "living.sqlite") as store:
        store.write(PAPERS)
        yield store


@pytest.fixture
def empty(tmp_path):
    """A store without a graph."""
    with SqliteStore(tmp_path / "empty.sqlite") as store:
        yield store


@pytest.fixture(scope="session")
def value(tmp_path_factory):
    """An edition of the small graph; not to be changed."""
    folder = tmp_path_factory.mktemp("edition")
    with SqliteStore(folder / "living.sqlite") as store:
        store.write(PAPERS)
        return proposed(store, folder)
