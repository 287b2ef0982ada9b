"""Names in text, measured: `python -m bench.extraction_f1 [--split dev|train] [--finder NAME] [--errors N]`.

Of the trained tagger (``default``), of the fast profile's (``fast``) and, beside them, of the lexicon alone (``previous``), on
the development documents. Strict micro-F1: a mention counts when its first and last character and its type are the annotators'. Duplicate spans
count once. Corpora are read from ISTHMUS_DATA or ../shared/data; nothing of them is kept. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.text.fast import fast_extractor
from isthmus.extractors.text.mentions import find_mentions
from isthmus.extractors.text.names import find_names
from isthmus.extractors.text.sentences import document_sentences
from isthmus.extractors.training.corpora import AnnotatedText, read_gutbrainie
from isthmus.graph.model import Document, DocumentKind, Mention, Modality, Section
from isthmus.graph.vocabulary import Category

DATA = Path(os.environ.get("ISTHMUS_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))

_C = Category
DISEASES = {_C.DISEASE: "Disease", _C.PHENOTYPIC_FEATURE: "Disease", _C.DISEASE_OR_PHENOTYPIC_FEATURE: "Disease"}
CHEMICALS = (_C.CHEMICAL_ENTITY, _C.SMALL_MOLECULE, _C.DRUG)
Span: TypeAlias = tuple[int, int, str]
Finder: TypeAlias = Callable[[list[Document], Lexicon], list[list[Mention]]]
GENES = (_C.GENE, _C.PROTEIN, _C.GENE_FAMILY, _C.MACROMOLECULAR_COMPLEX)
# Our categories as each corpus names them; what is absent is not annotated there and does not count.
TYPES: dict[str, dict[Category, str]] = {
    "bc5cdr": DISEASES | dict.fromkeys(CHEMICALS, "Chemical"),
    # Four kinds of mention there, one type here: how a name is used (modifier, class, composite) is no category.
    "ncbi_disease": {_C.DISEASE: "Disease", _C.DISEASE_OR_PHENOTYPIC_FEATURE: "Disease", _C.PHENOTYPIC_FEATURE: "Disease"},
    "biored": dict.fromkeys(DISEASES, "DiseaseOrPhenotypicFeature")
    | dict.fromkeys(CHEMICALS, "ChemicalEntity")
    | dict.fromkeys(GENES, "GeneOrGeneProduct")
    | {_C.SEQUENCE_VARIANT: "SequenceVariant", _C.ORGANISM_TAXON: "OrganismTaxon", _C.CELL_LINE: "CellLine"},
    # Drugs and other chemicals are one kind here, as are people, animals and bacteria, food and supplements, techniques.
    "gutbrainie": dict.fromkeys(DISEASES, "disease")
    | dict.fromkeys(CHEMICALS, "chemical")
    | dict.fromkeys(GENES, "gene")
    | dict.fromkeys((_C.ANATOMICAL_ENTITY, _C.GROSS_ANATOMICAL_STRUCTURE), "place")
    | {_C.ORGANISM_TAXON: "organism", _C.POPULATION: "organism", _C.FOOD: "food", _C.PROCEDURE: "technique"}
    | {_C.PHENOMENON: "microbiome"},
}  # fmt: skip
GOLD_TYPES = {
    "ncbi_disease": dict.fromkeys(("SpecificDisease", "Modifier", "DiseaseClass", "CompositeMention"), "Disease"),
    "gutbrainie": {
        "DDF": "disease", "chemical": "chemical", "drug": "chemical", "gene": "gene", "anatomical location": "place",
        "human": "organism", "animal": "organism", "bacteria": "organism", "food": "food", "dietary supplement": "food",
        "biomedical technique": "technique", "statistical technique": "technique", "microbiome": "microbiome",
    },
}  # fmt: skip


@dataclass
class Gold:
    """One annotated document: spans with types, and the identifiers of each type."""

    document: Document
    spans: set[tuple[int, int, str]] = field(default_factory=set)
    identifiers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def read_gold(corpus: str, split: str) -> list[Gold]:
    """The annotated documents of one corpus."""
    if corpus == "gutbrainie":
        return [_as_gold(each) for each in read_gutbrainie(DATA / "corpora" / "gutbrainie", split)]
    renamed = GOLD_TYPES.get(corpus, {})
    passages: dict[str, list[str]] = defaultdict(lambda: ["", ""])
    rows: list[list[str]] = []
    for line in (DATA / "corpora" / corpus / f"{split}.pubtator").read_text(encoding="utf-8").splitlines():
        identifier, bar, rest = line.partition("|")
        if bar and rest[:2] in ("t|", "a|") and identifier.isdigit():
            passages[identifier]["ta".index(rest[0])] = rest[2:]
        elif len(columns := line.split("\t")) >= 5 and columns[1].isdigit():
            rows.append(columns)
    gold = {
        identifier: Gold(
            Document(f"pmid:{identifier}", DocumentKind.ARTICLE, Modality.LITERATURE, title, (Section("", abstract),))
        )
        for identifier, (title, abstract) in passages.items()
    }
    for identifier, start, end, _text, given, *ids in rows:
        kind = renamed.get(given, given)
        if kind == given and renamed:
            continue
        gold[identifier].spans.add((int(start), int(end), kind))
        for value in ids[0].replace("|", ",").split(",") if ids else ():
            gold[identifier].identifiers[kind].add(value.strip().removeprefix("MESH:"))
    return list(gold.values())


def _as_gold(annotated: AnnotatedText) -> Gold:
    section = Section("", annotated.text)
    document = Document(f"pmid:{annotated.id}", DocumentKind.ARTICLE, Modality.LITERATURE, "", (section,))
    shift = document.text.index(annotated.text)
    kinds = GOLD_TYPES["gutbrainie"]
    return Gold(document, {(start + shift, end + shift, kinds[label]) for start, end, label in annotated.spans})


def scores(right: int, found: int, wanted: int) -> dict[str, float]:
    """Precision, recall and their harmonic mean, each in [0, 1]."""
    precision, recall = right / max(found, 1), right / max(wanted, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def by_lexicon(documents: list[Document], lexicon: Lexicon) -> list[list[Mention]]:
    """The mentions of each document as the lexicon alone finds them: the form before the tagger."""
    sentences = document_sentences(documents)
    return [
        [mention for mention, _ in find_mentions(document.text, [(s.start, s.end) for s in spans], lexicon)]
        for document, spans in zip(documents, sentences, strict=True)
    ]


def by_tagger(documents: list[Document], lexicon: Lexicon) -> list[list[Mention]]:
    """The mentions of each document as they are extracted."""
    spans = [[(each.start, each.end) for each in found] for found in document_sentences(documents)]
    return [
        [mention for mention, _ in found]
        for found in find_names([document.text for document in documents], spans, lexicon)
    ]


def by_fast_profile(documents: list[Document], lexicon: Lexicon) -> list[list[Mention]]:
    """The mentions of each document as the fast profile extracts them."""
    return [list(found.mentions) for found in fast_extractor(lexicon).extract_many(documents)]


FINDERS: dict[str, Finder] = {"default": by_tagger, "fast": by_fast_profile, "previous": by_lexicon}


def measure(corpus: str, split: str, lexicon: Lexicon, errors: int, find: Finder) -> dict[str, object]:
    """Strict span and type scores of one corpus; document-level MeSH scores for BC5CDR."""
    gold = read_gold(corpus, split)
    found = find([item.document for item in gold], lexicon)
    types = TYPES[corpus]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    missed, wrong, kinds = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[str]()
    for item, mentions in zip(gold, found, strict=True):
        ours = {(m.start, m.end, types[m.category]) for m in mentions if m.category in types}
        text = item.document.text
        for name, spans in (("right", ours & item.spans), ("found", ours), ("wanted", item.spans)):
            for span in spans:
                counts[span[2]][name] += 1
        kinds.update(kinds_of_error(ours, item.spans))
        missed.update((kind, text[start:end]) for start, end, kind in item.spans - ours)
        wrong.update((kind, text[start:end]) for start, end, kind in ours - item.spans)
    total = sum(counts.values(), Counter[str]())
    if errors:
        for title, names in (("missed", missed), ("wrong", wrong)):
            print(
                corpus,
                title,
                *(f"{n}\t{kind[:8]}\t{name}" for (kind, name), n in names.most_common(errors)),
                sep="\n",
                file=sys.stderr,
            )
    result: dict[str, object] = scores(total["right"], total["found"], total["wanted"])
    result["documents"] = len(gold)
    result["types"] = {kind: scores(c["right"], c["found"], c["wanted"]) for kind, c in sorted(counts.items())}
    result["errors"] = dict(kinds.most_common())
    if corpus == "bc5cdr":
        result["document_mesh_ids"] = measure_ids(gold, found, types)
    return result


def kinds_of_error(ours: set[Span], theirs: set[Span]) -> Iterator[str]:
    """Of each name missed or found wrongly: whether the other side has it of another type, overlapping, or not at all."""
    for title, own, others in (("missed", theirs - ours, ours), ("wrong", ours - theirs, theirs)):
        for start, end, _ in own:
            meeting = [(a, b) for a, b, _ in others if a < end and start < b]
            kind = "other type" if (start, end) in meeting else "other ends" if meeting else "not seen"
            yield f"{title}, {kind}"


def measure_ids(gold: list[Gold], found: list[list[Mention]], types: dict[Category, str]) -> dict[str, object]:
    """Which MeSH ids a document names: a mention counts by its own MeSH id or by its first MeSH cross-reference."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for item, mentions in zip(gold, found, strict=True):
        ours: dict[str, dict[str, set[str]]] = defaultdict(dict)
        for mention in mentions:
            if mention.category in types:
                mesh = {c.removeprefix("MESH:") for c in (mention.entity, *mention.xrefs) if c.startswith("MESH:")}
                ours[types[mention.category]][mention.entity] = mesh
        for kind in ("Chemical", "Disease"):
            wanted = item.identifiers[kind] - {"-1", "-", ""}
            entities = [ids for ids in ours[kind].values() if ids]
            hit = {value for ids in entities for value in ids & wanted}
            counts[kind].update(
                right=len(hit), found=len(hit) + sum(not ids & wanted for ids in entities), wanted=len(wanted)
            )
    return {kind: scores(c["right"], c["found"], c["wanted"]) for kind, c in sorted(counts.items())}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--split", choices=["dev", "train"], default="dev")
    options.add_argument("--errors", type=int, default=0, metavar="N", help="the N commonest errors, to stderr")
    options.add_argument("--only", choices=TYPES, help="one corpus only")
    options.add_argument("--finder", choices=FINDERS, action="append", help="only these; default all")
    given = options.parse_args()
    lexicon = Lexicon.open()
    figures: dict[str, object] = {"split": given.split, "lexicon": lexicon.version}
    for corpus in TYPES:
        if given.only in (None, corpus):
            figures[corpus] = {
                name: measure(corpus, given.split, lexicon, given.errors, FINDERS[name])
                for name in given.finder or FINDERS
            }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
