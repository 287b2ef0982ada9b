"""A reader for tests that finds one statement in each document, and dies of some as that of ``killers`` does."""

from collections.abc import Sequence

from service.runs.killers import read as read_or_die

from isthmus.graph.model import Document, Entity, Evidence, Extraction, Statement
from isthmus.graph.vocabulary import Category, Predicate


def read(documents: Sequence[Document], model: str, profile: object, threads: int) -> list[Extraction]:
    return [_told(each) for each in read_or_die(documents, model, profile, threads)]


def _told(extraction: Extraction) -> Extraction:
    document = extraction.document
    ends = [
        Entity(f"text:thing-{name}", f"thing {name}", Category.NAMED_THING)
        for name in (document.id[-1], int(document.id[-3:]) + 10)
    ]
    statement = Statement(ends[0].id, Predicate.AFFECTS, ends[1].id)
    evidence = Evidence(statement.id, document.id, document.text, extraction.extractor, 0.7)
    return Extraction(
        document, extraction.extractor, entities=tuple(ends), statements=(statement,), evidence=(evidence,)
    )
