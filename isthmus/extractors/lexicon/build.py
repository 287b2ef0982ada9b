"""Compile the lexicon: ``python -m isthmus.extractors.lexicon.build --sources DIR --out DIR``.

``--sources`` holds the unpacked packages, one folder each (see ``sources/files.py``); the same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import orjson

from isthmus.extractors.lexicon import noise
from isthmus.extractors.lexicon.concepts import Concepts
from isthmus.extractors.lexicon.sources.chemicals import add_chemicals
from isthmus.extractors.lexicon.sources.corrections import mend_names, settle_identifiers
from isthmus.extractors.lexicon.sources.files import SourceFiles
from isthmus.extractors.lexicon.sources.genes import add_families, add_genes
from isthmus.extractors.lexicon.sources.mesh import add_mesh
from isthmus.extractors.lexicon.sources.ontologies import (
    add_anatomy_and_cells,
    add_diseases,
    add_phenotypes,
    add_processes,
)
from isthmus.extractors.lexicon.sources.species import add_species
from isthmus.extractors.lexicon.table import write_table

STEPS = (
    add_diseases,
    add_phenotypes,
    add_genes,
    add_families,
    add_chemicals,
    add_processes,
    add_anatomy_and_cells,
    add_species,
    settle_identifiers,
    add_mesh,
    mend_names,
)


def assemble(files: SourceFiles) -> Concepts:
    """All concepts of all sources, merged, noise taken out."""
    concepts = Concepts()
    for step in STEPS:
        started = time.monotonic()
        step(concepts, files)
        sys.stderr.write(f"{step.__name__}: {len(concepts)} concepts, {time.monotonic() - started:.1f} s\n")
    noise.quiet(concepts)
    return concepts


def build(sources: Path, out: Path) -> str:
    """Compile ``sources`` into ``out``; returns the version. Raises ``SourceMissing`` where a file is not there."""
    files = SourceFiles(sources)
    ordered = sorted(assemble(files), key=lambda concept: concept.id)
    return write_table(ordered, out, files.versions())


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compile names of biomedical concepts into the lexicon.")
    parser.add_argument("--sources", type=Path, required=True, help="folder of the unpacked source packages")
    parser.add_argument("--out", type=Path, required=True, help="folder for the compiled lexicon")
    options = parser.parse_args()
    version = build(options.sources, options.out)
    about = orjson.loads((options.out / "lexicon.json").read_bytes())
    sizes = Counter({path.name: path.stat().st_size for path in options.out.iterdir()})
    sys.stderr.write(
        f"{version}: {about['entities']} entities, {about['names']} names, {sum(sizes.values()) / 1e6:.1f} MB\n"
    )
    for name, size in sizes.most_common():
        sys.stderr.write(f"  {size / 1e6:6.2f} MB  {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
