"""Names to identifiers: a compiled table of what biomedicine calls its genes, diseases, drugs, cells and processes."""

from isthmus.extractors.lexicon.lexicon import Candidate, Lexicon, LexiconMissing, Match

__all__ = ["Candidate", "Lexicon", "LexiconMissing", "Match"]
