"""The lexicon of this process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isthmus.extractors.lexicon.lexicon import Lexicon


@cache
def lexicon() -> Lexicon:
    """The lexicon that ships with the package, opened once. Raises ``LexiconMissing``."""
    from isthmus.extractors.lexicon.lexicon import Lexicon  # numpy and the trie: not needed by --help

    return Lexicon.open()
