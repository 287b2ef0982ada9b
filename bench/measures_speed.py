"""How fast text is read, and in how much memory: `python -m bench.measures_speed [--documents N] [--megabytes N]`.

The full spaCy pipeline, the default profile and the fast profile read the same abstracts, one after the other in the same
run, each in a process of its own. Two speeds are given: words per second of time on the clock, with all cores that a
profile uses, and words per second of processor time, which other work on the machine disturbs less; and the largest
resident memory of each process. With ``--megabytes`` a text of that size in one line is read besides. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from bench.data import shared_data
from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.readers.pubmed import read
from isthmus.extractors.text.compact import CompactExtractor
from isthmus.extractors.text.fast import fast_extractor
from isthmus.extractors.text.parsing import MODEL
from isthmus.graph.model import Document, DocumentKind, Modality, Section

ABSTRACTS = "ingest/gut_brain_1567.pubmed.xml.gz"
READERS = ("spacy", "default", "fast")
Reader = Callable[[Sequence[Document]], int]


def abstracts(n: int) -> list[Document]:
    """The first ``n`` real abstracts."""
    lexicon = Lexicon.open()
    records = read(shared_data() / ABSTRACTS, lexicon.canonical)
    return [record for record in records if isinstance(record, Document)][:n]


def one_line(megabytes: float) -> list[Document]:
    """The abstracts again and again in one line without any sentence's end."""
    text = " ".join(document.text for document in abstracts(300)).replace(". ", " , ").replace("\n", " ")
    size = int(megabytes * 1e6)
    line = (text * (size // len(text) + 1))[:size]
    return [Document("sha256:0", DocumentKind.NOTE, Modality.LITERATURE, "", (Section("", line),))]


def open_reader(name: str) -> Reader:
    """A function that reads documents and tells how many words or statements it found; what it needs is loaded."""
    if name == "spacy":
        import spacy

        language = spacy.load(MODEL)
        return lambda documents: sum(len(doc) for doc in language.pipe(each.text for each in documents))
    lexicon = Lexicon.open()
    extractor = CompactExtractor(lexicon) if name == "default" else fast_extractor(lexicon)
    return lambda documents: sum(len(found.statements) for found in extractor.extract_many(documents))


def measure(name: str, documents: Sequence[Document]) -> dict[str, object]:
    """Read once to warm up, then all; speeds in words per second, memory in megabytes."""
    reader = open_reader(name)
    reader(documents[:1] if len(documents) > 1 else [_warm()])
    words = sum(len(document.text.split()) for document in documents)
    clock, processor = time.perf_counter(), time.process_time()
    found = reader(documents)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "words": words,
        "found": found,
        "seconds": round(clock, 2),
        "words_per_second": round(words / clock),
        "words_per_processor_second": round(words / processor),
        "peak_rss_mb": round(peak / 1024),
    }


def _warm() -> Document:
    return Document("sha256:1", DocumentKind.NOTE, Modality.LITERATURE, "", (Section("", "Aspirin inhibits COX-2."),))


def in_own_process(name: str, *options: str) -> dict[str, object]:
    """``measure`` by a new process, so that its memory is its own."""
    command = [sys.executable, "-m", "bench.measures_speed", "--reader", name, *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def figures(n: int, megabytes: float) -> Iterator[tuple[str, object]]:
    """What is printed, piece by piece."""
    by_name = {name: in_own_process(name, "--documents", str(n)) for name in READERS}
    yield "abstracts", n
    yield from by_name.items()
    for name in READERS[1:]:
        for speed in ("words_per_second", "words_per_processor_second"):
            ours, theirs = by_name[name][speed], by_name["spacy"][speed]
            yield f"{name}_{speed}_of_spacy", round(float(str(ours)) / float(str(theirs)), 2)
    if megabytes:
        for name in READERS[1:]:
            yield f"{name}_one_line", in_own_process(name, "--megabytes", str(megabytes))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=300)
    options.add_argument("--megabytes", type=float, default=0.0, help="of one line to read besides")
    options.add_argument("--reader", choices=READERS, help="this one only, in this process")
    given = options.parse_args()
    if given.reader:
        documents = one_line(given.megabytes) if given.megabytes else abstracts(given.documents)
        print(json.dumps(measure(given.reader, documents)))
    else:
        print(json.dumps(dict(figures(given.documents, given.megabytes)), indent=1))


if __name__ == "__main__":
    main()
