"""Identifiers of BC5CDR's names: `python -m bench.measures_ids [--split dev|train] [--errors N]`.

With predicted mentions, which MeSH ids a document names; with the annotators' spans and types, how often the id of a
name is right, and how far the score is from that (expected calibration error). Nothing of the corpus is kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from bench import extraction_f1
from bench.extraction_f1 import FINDERS, TYPES, measure_ids, read_gold
from isthmus.extractors.grounding import Grounded, ground
from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.tagger import TaggedSpan
from isthmus.extractors.text.mentions import find_mentions
from isthmus.extractors.text.sentences import document_sentences
from isthmus.graph.model import Document
from isthmus.graph.vocabulary import Category

CATEGORIES = {"Chemical": Category.CHEMICAL_ENTITY, "Disease": Category.DISEASE}
BINS = 10


def measure(data: Path, split: str = "dev", errors: int = 0) -> dict[str, object]:
    """Figures of one split of the corpora in ``data``, those of the lexicon alone (``previous``) beside ours."""
    extraction_f1.DATA = data
    lexicon = Lexicon.open()
    gold = read_gold("bc5cdr", split)
    documents = [item.document for item in gold]
    figures: dict[str, object] = {
        name: measure_ids(gold, find(documents, lexicon), TYPES["bc5cdr"]) for name, find in FINDERS.items()
    }
    rows = gold_ids(data, split)
    for title, with_known in (("gold_spans", False), ("gold_spans_and_find_mentions", True)):
        figures[title] = measure_spans(documents, rows, lexicon, errors, with_known)
    return figures


def gold_ids(data: Path, split: str) -> dict[str, list[tuple[int, int, str, set[str]]]]:
    """Start, end, type and MeSH ids of every annotated name that has an id, by document."""
    rows: dict[str, list[tuple[int, int, str, set[str]]]] = defaultdict(list)
    for line in (data / "corpora" / "bc5cdr" / f"{split}.pubtator").read_text(encoding="utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) >= 6 and columns[1].isdigit():
            ids = {each.removeprefix("MESH:") for each in columns[5].split("|")} - {"-1", "-", ""}
            if ids:
                rows[f"pmid:{columns[0]}"].append((int(columns[1]), int(columns[2]), columns[4], ids))
    return rows


def measure_spans(
    documents: list[Document],
    rows: dict[str, list[tuple[int, int, str, set[str]]]],
    lexicon: Lexicon,
    errors: int,
    with_known: bool,
) -> dict[str, object]:
    """Accuracy of the id of each name by type, with the error of the score; an ungrounded name is a wrong one."""
    judged: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    missed: Counter[tuple[str, str, str, str]] = Counter()
    for document, spans in zip(documents, document_sentences(documents), strict=True):
        sentences = [(each.start, each.end) for each in spans]
        names = rows[document.id]
        tagged = [TaggedSpan(start, end, CATEGORIES[kind], 1.0) for start, end, kind, _ in names]
        known = find_mentions(document.text, sentences, lexicon) if with_known else ()
        for (start, end, kind, ids), found in zip(
            names, ground(document.text, tagged, sentences, lexicon, known), strict=True
        ):
            right = bool(mesh(found) & ids)
            judged[kind].append((found.score, right))
            if not right:
                missed[kind, document.text[start:end], " ".join(sorted(ids)), found.entity.id] += 1
    for row, count in missed.most_common(errors):
        print(count, *row, sep="\t", file=sys.stderr)
    return {
        kind: {
            "names": len(pairs),
            "accuracy": round(sum(right for _, right in pairs) / len(pairs), 4),
            "calibration_error": round(calibration_error(pairs), 4),
        }
        for kind, pairs in sorted(judged.items())
    }


def mesh(found: Grounded) -> set[str]:
    """The MeSH ids of what was found."""
    curies = (found.entity.id, *found.entity.xrefs)
    return {each.removeprefix("MESH:") for each in curies if each.startswith("MESH:")}


def calibration_error(pairs: list[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins of equal width: the mean of |accuracy - score|, weighted by size."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for score, right in pairs:
        bins[min(int(score * BINS), BINS - 1)].append((score, right))
    gaps = (abs(sum(s for s, _ in held) - sum(r for _, r in held)) for held in bins.values())
    return sum(gaps) / len(pairs)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--split", choices=["dev", "train"], default="dev")
    options.add_argument("--errors", type=int, default=0, metavar="N", help="the N commonest errors, to stderr")
    given = options.parse_args()
    print(json.dumps(measure(extraction_f1.DATA, given.split, given.errors), indent=1))


if __name__ == "__main__":
    main()
