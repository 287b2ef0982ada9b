"""What may be asked for as a job, and with which parameters."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from isthmus.extractors.readers import Kind
from isthmus.extractors.readers.json_documents import DocumentIn
from isthmus.service.api.examples import DISEASE_NAME, DRUG_NAME
from isthmus.service.exports.formats import ExportFormat
from isthmus.service.jobs.job import JobKind
from isthmus.service.panel.convene import MOST_ROUNDS, SECONDS
from isthmus.service.profile import Profile

MOST_DOCUMENTS = 10_000
MOST_PAIRS = 100_000
MOST_ROWS = 100_000

Name = Annotated[str, Field(min_length=1, max_length=500, description="a CURIE or a name")]
Year = Annotated[int, Field(ge=1000, le=9999)]
AsOf = Annotated[Year | None, Field(description="the graph as it was at the end of that year")]


class _Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    def shown(self) -> dict[str, Any]:
        """As they are kept and shown: of long lists only how long they are."""
        told = self.model_dump(mode="json", by_alias=True)
        return {name: len(value) if isinstance(value, list) else value for name, value in told.items()}


class IngestParameters(_Parameters):
    """Documents to be read into the graph. Files go to POST documents, with ``Prefer: respond-async``."""

    documents: list[DocumentIn] = Field([], max_length=MOST_DOCUMENTS)
    as_: Kind | None = Field(None, alias="as", description="what files are, where their content does not tell")
    profile: Profile = Profile.DEFAULT


class ExportParameters(_Parameters):
    """The whole graph as files for other tools, in one archive."""

    format: ExportFormat = ExportFormat.KGX
    min_belief: float = Field(0.0, ge=0, le=1, description="statements that are believed less are left out")
    archive: Literal["zip", "tar"] = Field("zip", description="tar is compressed by gzip")


class BacktestParameters(_Parameters):
    """How well the graph as of a year would have foretold what came after."""

    cut: Year = Field(description="what is known at the end of that year")
    until: Year | None = Field(None, description="the last year of what is foretold")


class GapsParameters(_Parameters):
    """Which subfields ought to talk and do not; with ``a`` and ``b`` what would bridge these two."""

    a: str = Field("", max_length=500)
    b: str = Field("", max_length=500)
    top: int = Field(20, ge=1, le=2000)
    as_of: AsOf = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if bool(self.a) != bool(self.b):
            raise ValueError("name two subfields, a and b, or neither for the whole map")
        return self


class ProposeParameters(_Parameters):
    """A link to be examined; the report is not kept as a hypothesis."""

    from_: Name = Field(alias="from")
    to: Name
    panel: bool = Field(
        False, description="whether the specialists discuss it; without a model the evidence speaks alone"
    )
    max_hops: int = Field(3, ge=1, le=4)
    as_of: AsOf = None
    rounds: int = Field(1, ge=0, le=MOST_ROUNDS, description="of questions and revisions")
    seconds: float = Field(SECONDS, gt=0, le=3600, description="after which the panel ends with what there is")
    budget: str = Field("", max_length=100, description="the most it may cost, for instance 50000 or 0.50usd")


class Pair(BaseModel):
    """Two entities."""

    model_config = ConfigDict(extra="forbid")

    a: Name
    c: Name


class ScoreParameters(_Parameters):
    """Pairs to be scored."""

    pairs: list[Pair] = Field(min_length=1, max_length=MOST_PAIRS)
    as_of: AsOf = None


class VerifyParameters(_Parameters):
    """Rows with ``text``, ``subject``, ``predicate`` (or ``type``) and ``object``: does the text support the statement?"""

    rows: list[dict[str, Any]] = Field(min_length=1, max_length=MOST_ROWS)


class BackupParameters(_Parameters):
    """Everything that the store holds, in one file."""

    form: Literal["copy", "archive"] | None = Field(
        None, description="a copy is of SQLite stores alone, any store can be made from an archive; else what fits"
    )


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class IngestIn(_Asked):
    """Read documents."""

    kind: Literal[JobKind.INGEST]
    parameters: IngestParameters


class ExportIn(_Asked):
    """Write the graph to files."""

    kind: Literal[JobKind.EXPORT]
    parameters: ExportParameters = ExportParameters()


class BacktestIn(_Asked):
    """Measure the score on what came to be known."""

    kind: Literal[JobKind.BACKTEST]
    parameters: BacktestParameters


class GapsIn(_Asked):
    """Look for gaps."""

    kind: Literal[JobKind.GAPS]
    parameters: GapsParameters = GapsParameters()


class ProposeIn(_Asked):
    """Report on a link."""

    kind: Literal[JobKind.PROPOSE]
    parameters: ProposeParameters


class ScoreIn(_Asked):
    """Score many pairs."""

    kind: Literal[JobKind.SCORE]
    parameters: ScoreParameters


class VerifyIn(_Asked):
    """Judge many sentences."""

    kind: Literal[JobKind.VERIFY]
    parameters: VerifyParameters


class BackupIn(_Asked):
    """Back up the store."""

    kind: Literal[JobKind.BACKUP]
    parameters: BackupParameters = BackupParameters()


JobIn = Annotated[
    IngestIn | ExportIn | BacktestIn | GapsIn | ProposeIn | ScoreIn | VerifyIn | BackupIn, Field(discriminator="kind")
]
_JOB_IN: TypeAdapter[JobIn] = TypeAdapter(JobIn)
EXAMPLES: dict[str, dict[str, Any]] = {  # of the description, each of which is asked in the tests
    "export": {"kind": "export", "parameters": {"format": "kgx", "min_belief": 0.5}},
    "backup": {"kind": "backup"},
    "ingest": {
        "kind": "ingest",
        "parameters": {"documents": [{"id": "lab:note-8", "text": "Metformin activated PRKAA1 in cultured neurons."}]},
    },
    "gaps": {"kind": "gaps", "parameters": {"a": "Drug", "b": "Disease"}},
    "propose": {"kind": "propose", "parameters": {"from": DRUG_NAME, "to": DISEASE_NAME}},
}


def to_json(asked: JobIn) -> bytes:
    """A request as it is kept until its turn; ASCII, since a row to be judged may hold what UTF-8 cannot."""
    return json.dumps(asked.model_dump(mode="json", by_alias=True, exclude_unset=True)).encode("ascii")


def from_json(content: bytes) -> JobIn:
    """The request again."""
    return _JOB_IN.validate_python(json.loads(content))
