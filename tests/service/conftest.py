"""The command line as a person runs it, and a small graph to ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from service.awkward_graph import awkward_store  # noqa: F401 - a fixture
from service.cascading import asked, cascade  # noqa: F401 - fixtures
from service.dated_graph import write_dated_graph


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code, its answer on stdout, its talk on stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(scope="session")
def isthmus(tmp_path_factory):
    cache = str(tmp_path_factory.mktemp("cache"))

    def run(*arguments: str | Path, **environment: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "isthmus", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=240,
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "160", "ISTHMUS_CACHE": cache, **environment},
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def story(fixtures) -> Path:
    return fixtures / "story"


@pytest.fixture(scope="session")
def story_store(isthmus, story, tmp_path_factory) -> str:
    """A store that holds the story's graph: two drugs, four genes, three diseases, one process."""
    url = f"sqlite:///{tmp_path_factory.mktemp('story') / 'story.sqlite'}"
    ran = isthmus("ingest", story / "story_nodes.tsv", story / "story_edges.tsv", "--store", url, "--json")
    assert ran.code == 0, ran.err
    return url


@pytest.fixture(scope="session")
def dated_store(isthmus, tmp_path_factory) -> str:
    """A store that holds the graph with a past; nobody writes to it."""
    folder = tmp_path_factory.mktemp("dated")
    url = f"sqlite:///{folder / 'dated.sqlite'}"
    ran = isthmus("ingest", *write_dated_graph(folder), "--store", url, "--json")
    assert ran.code == 0, ran.err
    return url
