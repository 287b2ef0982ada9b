"""The small graph that the questions are about, as a store."""

from __future__ import annotations

import pytest

from isthmus.graph.stores.open import open_store
from isthmus.service.ingest import ingest


@pytest.fixture(scope="session")
def questions_url(fixtures, tmp_path_factory) -> str:
    """Drugs, genes, diseases, cells and microbes, 54 of them, with 52 dated statements; "AD" is two diseases."""
    url = f"sqlite:///{tmp_path_factory.mktemp('questions') / 'questions.sqlite'}"
    with open_store(url) as store:
        folder = fixtures / "questions"
        summary = ingest([folder / "questions_nodes.tsv", folder / "questions_edges.tsv"], store, workers=1)
        assert (summary.failed, summary.statements) == (0, 52)
    return url


@pytest.fixture(scope="session")
def asked_store(questions_url):
    with open_store(questions_url, create=False) as store:
        yield store
