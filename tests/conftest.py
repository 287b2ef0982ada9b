"""Fixtures that every room shares."""

import os
from pathlib import Path

import pytest
from neo4j_server import empty_neo4j, neo4j_server, neo4j_servers, neo4j_url  # noqa: F401 - fixtures

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data, or a skip that says how to get it."""
    folder = Path(os.environ.get("ISTHMUS_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data not found in {folder}: set ISTHMUS_DATA to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """Our own small inputs."""
    return ROOT / "tests" / "fixtures"
