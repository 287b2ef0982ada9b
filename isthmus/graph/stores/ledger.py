"""The ledger: what became of each document that was read, and what that took."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one document, or one part of a long one."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    FAILED = "failed"
    QUARANTINED = "quarantined"  # reading it ended the process that read it: it is read again only when asked for
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What happened to one document part when last read, and what that took.

    ``reason`` is never empty for ``empty``, ``failed`` and ``quarantined``. ``run`` is the id of the run that read it, and
    empty where that was before runs were kept. ``seconds`` are those of the extractor (of short documents that were read
    together each has its share by length), ``tokens`` and ``money`` what a language model was asked with and answered.
    ``characters`` and ``sections`` are those of the text that was read.
    """

    document: str
    part: int
    outcome: Outcome
    reason: str = ""
    digest: str = ""
    extractor: str = ""
    source: str = ""
    statements: int = 0
    evidence: int = 0
    mentions: int = 0
    at: str = ""  # ISO 8601 UTC; not part of any hash
    run: str = ""
    seconds: float = 0.0
    tokens: int = 0
    money: float = 0.0
    characters: int = 0
    sections: int = 0


@dataclass(frozen=True, slots=True)
class Effort:
    """What reading one document took: as in ``LedgerRow``."""

    seconds: float = 0.0
    tokens: int = 0
    money: float = 0.0
