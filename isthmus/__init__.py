"""Isthmus: knowledge-graph synthesis for neuroscience and biomedicine."""

__version__ = "0.1.0"
