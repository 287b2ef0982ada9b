"""Fixtures of the tests of pages."""

import shutil
from pathlib import Path

import pytest
from chromium import chromium, new_page  # noqa: F401 - fixtures
from server_process import serving


@pytest.fixture(scope="session")
def story_copy(story_store, tmp_path_factory):
    """The story's graph, to be written to."""
    copied = tmp_path_factory.mktemp("pages") / "story.sqlite"
    shutil.copy(Path(story_store.removeprefix("sqlite:///")), copied)
    return f"sqlite:///{copied}"


@pytest.fixture(scope="session")
def site(story_copy, tmp_path_factory):
    """The address of a server over it."""
    folder = tmp_path_factory.mktemp("site")
    with serving(story_copy, folder / "log", ISTHMUS_CACHE=str(folder)) as port:
        yield f"http://127.0.0.1:{port}"
