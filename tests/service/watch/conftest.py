import pytest
import stamina
from service.hypotheses.living_graph import PAPERS

from isthmus.graph.stores.sqlite import SqliteStore


@pytest.fixture
def store(tmp_path):
    """The small graph."""
    with SqliteStore(tmp_path / "watched.sqlite") as store:
        store.write(PAPERS)
        yield store


@pytest.fixture
def at_once():
    """Three tries, without waiting between them."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield
