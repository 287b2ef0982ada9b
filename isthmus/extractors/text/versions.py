"""What the compact extractors are called. By itself: who only asks whether something was read need not import what reads."""

from __future__ import annotations

from isthmus.extractors.lexicon.lexicon import Lexicon

COMPACT = "compact/2"
FAST = "fast/2"


def name_of(version: str, lexicon: Lexicon) -> str:
    """The name of an extractor, as evidence and the ledger have it: its own version and that of its lexicon."""
    return f"{version}+lexicon.{lexicon.version}"
