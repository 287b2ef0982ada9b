"""A chat model as an extractor: what it says is checked against the text, letter by letter, before it counts."""

from isthmus.extractors.chat.extractor import ChatExtractor

__all__ = ["ChatExtractor"]
