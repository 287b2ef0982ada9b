"""An edition as one JSON document: the report, and beside it under ``hypothesis`` all that is needed to work it out again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from isthmus import __version__
from isthmus.errors import UsageError
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.model import content_hash
from isthmus.graph.stores.protocol import Store
from isthmus.service.hypotheses.hypothesis import EDITION_FORM, Edition, NamedBoth, Plan, Scores
from isthmus.service.hypotheses.recompute import Recomputed, not_from_here
from isthmus.service.hypotheses.subgraph import Subgraph
from isthmus.service.panel.assemble import Proposal
from isthmus.service.panel.report import Report

SEEDS = {"nulls": 0, "rewiring": 0}  # those that p-values are worked out with (``graph.discovery.nulls``)
ROUNDING = 1e-9  # two beliefs that differ by less are one


class UnreadableEdition(UsageError):
    """A file that is no hypothesis; the message says what it lacks."""


def edition_of(store: Store, snapshot: Snapshot, proposal: Proposal, *, max_hops: int = 3) -> dict[str, Any]:
    """What ``isthmus propose --json`` writes and ``isthmus replay`` reads.

    Args:
        store: where the verdicts are.
        snapshot: of which the proposal was made.
        proposal: dossier and report.
        max_hops: that it was made with.
    """
    dossier, report = proposal.dossier, proposal.report
    plan = Plan(from_=dossier.source.id, to=dossier.target.id, max_hops=max_hops, as_of=dossier.as_of)
    subgraph = Subgraph.of(dossier, store.verdicts(targets=list(dossier.exhibits)))
    leading = dossier.leading
    edition = Edition(
        id=plan.id,
        plan=plan,
        created=report.created,
        software=__version__,
        graph_hash=dossier.graph_hash,
        version=snapshot.columns.version,
        seeds=SEEDS,
        models=report.specialists,
        scores=Scores.of(leading) if leading else None,
        named=NamedBoth(documents=proposal.named.documents, since=proposal.named.since),
        subgraph=subgraph,
        carried=not_from_here(subgraph, Recomputed.of(subgraph, dossier.as_of), ROUNDING),
    )
    return sealed(report, edition)


def sealed(report: Report, edition: Edition) -> dict[str, Any]:
    """Both as one JSON object, with the hash of both in it."""
    value = report.model_dump(mode="json", by_alias=True)
    told = edition.model_dump(mode="json", by_alias=True)
    return {**value, "hypothesis": told | {"seal": _seal(value, told)}}


def seal_of(value: Mapping[str, Any]) -> str:
    """The hash that an edition should have, of all that it holds but the seal itself and what became of it later."""
    return _seal({name: each for name, each in value.items() if name != "hypothesis"}, value["hypothesis"])


def _seal(report: Mapping[str, Any], edition: Mapping[str, Any]) -> str:
    told = {name: each for name, each in edition.items() if name not in ("seal", "status", "events")}
    return content_hash([report, told])


def read_edition(path: Path) -> dict[str, Any]:
    """The JSON object of a file. Raises ``UnreadableEdition``."""
    try:
        value = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableEdition(f"{path}: cannot be read ({error.strerror})") from None
    except orjson.JSONDecodeError as error:
        raise UnreadableEdition(f"{path}: is no JSON document ({error}): give what propose --json wrote") from None
    if not isinstance(value, dict) or not isinstance(value.get("hypothesis"), dict):
        raise UnreadableEdition(
            f"{path}: holds no hypothesis: give what `isthmus propose --json` or `isthmus hypotheses show --json` wrote"
        )
    return value


def parts_of(value: Mapping[str, Any]) -> tuple[Report, Edition]:
    """The report and the edition of a JSON object. Raises ``UnreadableEdition`` naming the field that is wrong."""
    try:
        edition = Edition.model_validate(value["hypothesis"])
        report = Report.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise UnreadableEdition(f"{where}: {first['msg']}. The file is damaged, or of another version.") from None
    if edition.form > EDITION_FORM:
        raise UnreadableEdition(
            f"the hypothesis is of form {edition.form} and this is of {EDITION_FORM}: replay it with the version that wrote it"
        )
    return report, edition
