"""A copy of the story's graph with jobs whose files lie in a folder of the tests."""

import shutil

import pytest
from starlette.testclient import TestClient

from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.service.api.app import create_app
from isthmus.service.settings import settings


@pytest.fixture(scope="package")
def cache(tmp_path_factory):
    """The folder of what can be made again, jobs among it."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISTHMUS_CACHE", str(folder))
        settings.cache_clear()
        yield folder
    settings.cache_clear()


@pytest.fixture(scope="module")
def url(story_store, cache, tmp_path_factory):
    file = tmp_path_factory.mktemp("jobs") / "graph.sqlite"
    shutil.copy(sqlite_path(story_store), file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="module")
def store(url):
    with open_store(url) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(url):
    with TestClient(create_app(url), raise_server_exceptions=False) as opened:
        yield opened
