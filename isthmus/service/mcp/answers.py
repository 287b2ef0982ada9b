"""The shapes of what the tools answer: those of REST, with what is cited and what was cut."""

from __future__ import annotations

from pydantic import ConfigDict, Field, RootModel

from isthmus.service.answers import EntityName, Told
from isthmus.service.api.schemas import EntityOut, PageOut, SearchHitOut, StatementOut
from isthmus.service.asking import CandidatesAnswer, PathsAnswer
from isthmus.service.gaps import BridgesAnswer, GapsAnswer
from isthmus.service.mcp.bounds import Bounded
from isthmus.service.panel.report import Report
from isthmus.service.why import WhyAnswer, WhyCandidateAnswer


class PaperAnswer(Told):
    """A document that evidence came from."""

    id: str
    title: str
    year: int | None
    retracted: bool


class EntityAnswer(Told):
    """An entity with what is said of it, what is believed most first."""

    entity: EntityOut
    statements: list[StatementOut]
    others: list[EntityName] = Field(description="the other ends of these statements")
    more: bool = Field(description="whether there are more statements than shown")


class EvidenceAnswer(Told):
    """Statements with every place that makes them, and the documents that these are in."""

    entities: list[EntityName] = Field(description="the ends of the statements")
    statements: list[StatementOut]
    documents: list[PaperAnswer]
    more: bool = Field(description="whether there are more statements than shown")


class SearchTold(PageOut[SearchHitOut], Bounded):
    """Entities that words name, best first; pass `cursor` back for the next ones."""


class EntityTold(EntityAnswer, Bounded):
    """An entity with what is said of it, what is believed most first."""


class EvidenceTold(EvidenceAnswer, Bounded):
    """Statements with every place that makes them, and the documents that these are in."""


class PathsTold(PathsAnswer, Bounded):
    """The best paths between two entities."""


class CandidatesTold(CandidatesAnswer, Bounded):
    """Entities of a category ranked for one entity."""


class GapMapTold(GapsAnswer, Bounded):
    """The gap map of the whole graph."""


class BridgesTold(BridgesAnswer, Bounded):
    """What is, and what could be, between two subfields."""


class GapsTold(RootModel[BridgesTold | GapMapTold]):
    """The gap map, or the bridges between two subfields that were named."""

    model_config = ConfigDict(json_schema_extra={"type": "object"})


class ReportTold(Report, Bounded):
    """The report of a proposed link, from the evidence alone."""


class WhyPathTold(WhyAnswer, Bounded):
    """Why a path stands where it stands."""


class WhyCandidateTold(WhyCandidateAnswer, Bounded):
    """Why a candidate ranks where it ranks."""


class ExplainTold(RootModel[WhyPathTold | WhyCandidateTold]):
    """Why a path or a candidate stands where it does."""

    model_config = ConfigDict(json_schema_extra={"type": "object"})
