"""From a name to the entity that it means."""

from isthmus.extractors.grounding.ground import Grounded, ground

__all__ = ["Grounded", "ground"]
