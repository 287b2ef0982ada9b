"""How much work reading may cost. By itself, so that ``--help`` need not import what reads."""

from __future__ import annotations

from enum import StrEnum


class Profile(StrEnum):
    """``fast`` reads with the lexicon and a much smaller model: several times faster, and it finds less."""

    DEFAULT = "default"
    FAST = "fast"
