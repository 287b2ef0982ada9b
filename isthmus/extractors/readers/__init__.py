"""Reading: one file per kind of document, and ``detect`` that joins them."""

from isthmus.extractors.readers.detect import Kind, detect, inputs, read

__all__ = ["Kind", "detect", "inputs", "read"]
