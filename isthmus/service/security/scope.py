"""What a key may allow."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """What a key allows. ``ADMIN`` includes the others, which do not include one another."""

    READ = "read"
    INGEST = "ingest"
    REVIEW = "review"
    ADMIN = "admin"
