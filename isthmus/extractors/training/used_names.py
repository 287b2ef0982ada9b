"""Compile which concepts annotators meant by the names in the training documents of BC5CDR, NCBI disease and BioRED.

    python -m isthmus.extractors.training.used_names --data ../shared/data

Writes ``grounding/data/used_names.tsv``: kind, normalised name, CURIE, how many documents. Names and
identifiers only, and only where one meaning stands out; short forms are left out, since each document defines its own.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from isthmus.extractors.grounding.usage import USED_NAMES, usage_key
from isthmus.extractors.lexicon.lexicon import Lexicon

CORPORA = ("bc5cdr", "ncbi_disease", "biored")
KINDS = {
    "Chemical": "chemical",
    "ChemicalEntity": "chemical",
    "Disease": "disease",
    "DiseaseOrPhenotypicFeature": "disease",
    "SpecificDisease": "disease",
    "DiseaseClass": "disease",
    "Modifier": "disease",
    "GeneOrGeneProduct": "gene",
}
SHARE = 0.6  # of the documents with the name that must agree
SHORTEST = 4
LEAST = {"chemical": 1, "disease": 1, "gene": 2}  # documents; a gene's name may be a family's


def names(path: Path, lexicon: Lexicon) -> Iterator[tuple[str, str, str, str]]:
    """Document, kind, name and CURIE of every annotation that has just one identifier; genes of all species as one."""
    for line in path.read_text(encoding="utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) >= 6 and columns[1].isdigit() and columns[4] in KINDS:
            kind, identifier = KINDS[columns[4]], columns[5].strip().removeprefix("MESH:")
            if kind == "gene" and identifier.isdigit():
                gene = lexicon.canonical(f"NCBIGene:{identifier}")
                if gene is not None:
                    yield columns[0], kind, columns[3], gene.id
            elif identifier[:1] in ("D", "C") and identifier[1:].isdigit():
                yield columns[0], kind, columns[3], f"MESH:{identifier}"


def compile_names(data: Path) -> list[str]:
    """The lines of the table, in order."""
    lexicon = Lexicon.open()
    documents: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for corpus in CORPORA:
        for document, kind, name, identifier in names(data / "corpora" / corpus / "train.pubtator", lexicon):
            short = kind != "gene" and (len(name) < SHORTEST or (len(name) < 7 and name.isupper()))
            if not short and (key := usage_key(name)):
                documents[kind, key][identifier].add(document)
    lines = []
    for (kind, key), meant in documents.items():
        counts = Counter({identifier: len(where) for identifier, where in meant.items()})
        identifier, most = counts.most_common(1)[0]
        if most >= max(SHARE * counts.total(), LEAST[kind]):
            lines.append(f"{kind}\t{key}\t{identifier}\t{most}")
    return sorted(lines)


def main() -> None:
    """Compile and write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    lines = compile_names(options.parse_args().data)
    USED_NAMES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} names")  # noqa: T201


if __name__ == "__main__":
    main()
