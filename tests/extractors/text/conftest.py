"""The lexicon and the extractor that ship, opened once; the real abstracts, read once."""

from pathlib import Path

import pytest

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.readers.pubmed import read
from isthmus.extractors.text.compact import CompactExtractor
from isthmus.graph.model import Document


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon.open()


@pytest.fixture(scope="session")
def extractor(lexicon: Lexicon) -> CompactExtractor:
    return CompactExtractor(lexicon)


@pytest.fixture(scope="session")
def abstracts(shared_data: Path, lexicon: Lexicon) -> list[Document]:
    """The 1,567 abstracts of the shared data."""
    path = shared_data / "ingest" / "gut_brain_1567.pubmed.xml.gz"
    return [record for record in read(path, lexicon.canonical) if isinstance(record, Document)]
