"""A copy of the story's graph that keys may be made in, and a real server over it."""

import shutil

import pytest
import server_process

from isthmus.graph.stores.open import open_store, sqlite_path


@pytest.fixture
def graph_url(story_store, tmp_path):
    shutil.copy(sqlite_path(story_store), tmp_path / "graph.sqlite")
    return f"sqlite:///{tmp_path / 'graph.sqlite'}"


@pytest.fixture
def opened(graph_url):
    with open_store(graph_url) as store:
        yield store


@pytest.fixture(scope="session")
def serving():
    """A context manager: the port of a server over a store, in a process of its own."""
    return server_process.serving
