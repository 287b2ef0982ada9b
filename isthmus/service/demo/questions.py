"""What the demo asks of its graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from isthmus.graph.vocabulary import Category


@dataclass(frozen=True, slots=True)
class CandidatesQuestion:
    """Which things of a category that are not joined to an entity yet may be? ``isthmus candidates --new``."""

    title: str
    entity: str
    category: Category
    top: int = 12


@dataclass(frozen=True, slots=True)
class PathsQuestion:
    """What links two entities? ``isthmus paths``."""

    title: str
    start: str
    end: str
    max_hops: int = 3
    top: int = 5


Question: TypeAlias = CandidatesQuestion | PathsQuestion

QUESTIONS: tuple[Question, ...] = (
    CandidatesQuestion("Which drugs may act on Parkinson disease?", "MONDO:0005180", Category.DRUG),
    PathsQuestion("What links iron in the brain, seen on a scan, with the gene SNCA?", "HP:0012675", "HGNC:11138"),
)
