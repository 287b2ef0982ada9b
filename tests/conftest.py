"""Fixtures that every room shares."""

import os
from pathlib import Path

import pytest
from demo_graph import demo_store  # noqa: F401 - a fixture
from neo4j_server import empty_neo4j, neo4j_server, neo4j_servers, neo4j_url  # noqa: F401 - fixtures

ROOT = Path(__file__).resolve().parent.parent


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes test at once: a file stays with one of them, and so do all tests with a Neo4j."""
    for item in items:
        needs_neo4j = "neo4j" in item.name or any("neo4j" in name for name in getattr(item, "fixturenames", ()))
        item.add_marker(pytest.mark.xdist_group("neo4j" if needs_neo4j else item.path.name))


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
