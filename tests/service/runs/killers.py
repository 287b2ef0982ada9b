"""A reader for tests: it reads as the compact extractor's line expects, and dies of documents that say so."""

import os
import signal
import time
from collections.abc import Sequence

from isthmus.graph.model import Document, DocumentKind, Extraction, Modality, Section

CAPS_MB = 300


def read(documents: Sequence[Document], model: str, profile: object, threads: int) -> list[Extraction]:
    return [_read(document) for document in documents]


def _read(document: Document) -> Extraction:
    if "SEGFAULT" in document.title:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "HOG" in document.title:
        kept = []
        while True:
            kept.append(bytearray(os.urandom(1 << 20) * 16))
    if "LOOP" in document.title:
        time.sleep(600)
    if "RAISE" in document.title:
        raise ValueError("no such letter")
    return Extraction(document, "killer/1", reason="it says nothing")


def note(number: int, title: str = "") -> Document:
    text = f"Note {number}: nothing was seen."
    return Document(
        f"lab:{number:03d}", DocumentKind.NOTE, Modality.LITERATURE, title or f"Note {number}", (Section("", text),)
    )
