"""What a run did, in counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

SLOWEST = 10
COUNTED = (
    "read",
    "written",
    "unchanged",
    "empty",
    "failed",
    "quarantined",
    "deleted",
    "entities",
    "statements",
    "evidence",
    "mentions",
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, record or document that could not be read."""

    source: str
    record: str
    reason: str


@dataclass
class Summary:
    """What a run did. Counts documents, but ``statements``, ``evidence`` and ``entities`` that are new to the store.

    ``run`` is its id. ``slowest`` holds the seconds and ids of the ``SLOWEST`` documents, as a heap.
    """

    run: str = ""
    read: int = 0
    written: int = 0
    unchanged: int = 0
    empty: int = 0
    failed: int = 0
    quarantined: int = 0
    deleted: int = 0
    entities: int = 0
    statements: int = 0
    evidence: int = 0
    mentions: int = 0
    seconds: float = 0.0
    empty_reasons: Counter[str] = field(default_factory=Counter)
    failure_reasons: Counter[str] = field(default_factory=Counter)
    quarantine_reasons: Counter[str] = field(default_factory=Counter)
    modalities: Counter[str] = field(default_factory=Counter)
    notes: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    language_model: dict[str, Any] | None = None

    @property
    def changed(self) -> bool:
        """Whether the graph may be another one now."""
        return bool(self.written or self.deleted or self.empty)

    @property
    def went_well(self) -> bool:
        """Whether all that was to be read was."""
        return not (self.failed or self.quarantined)

    def as_json(self) -> dict[str, Any]:
        """The summary as the command line prints it."""
        return {
            "run": self.run,
            **{name: getattr(self, name) for name in COUNTED},
            "seconds": round(self.seconds, 2),
            "empty_reasons": dict(self.empty_reasons),
            "modalities": {str(modality): count for modality, count in self.modalities.items()},
            "notes": [{"topic": topic, "text": text, "count": n} for (topic, text), n in self.notes.most_common()],
            "failures": [asdict(failure) for failure in self.failures],
            **({"language_model": self.language_model} if self.language_model else {}),
        }
