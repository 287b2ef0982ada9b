"""Relations, measured: `python -m bench.measures_relations [--only predicted|given] [--limit N]`.

``predicted``: whole documents of BioRED and BC5CDR as they are extracted, against the annotators' document-level
relations. An entity of ours is one of theirs by a shared identifier (``by_id``) or by the characters of its mentions
(``by_span``); what is neither counts as wrong. The grammar's patterns alone (``previous``) stand beside. ``given``: the
trained reader alone on the annotators' own mentions, micro-F1 over types at one threshold for each corpus, the best.
DrugProt's figure stands beside that of the first reading alone (``previous``), and both from our own mentions
(``own_mentions``: a mention is the annotators' where it has the same characters).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from bench.data import shared_data
from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models import relations
from isthmus.extractors.models.marks import MARKED
from isthmus.extractors.models.pairs import HEADS, SYMMETRIC
from isthmus.extractors.models.relations import BY_MENTION, PairInput, read_pairs
from isthmus.extractors.text import compact
from isthmus.extractors.text.compact import CompactExtractor
from isthmus.extractors.text.names import find_names
from isthmus.extractors.text.rules import GROUPS, Group
from isthmus.extractors.text.sentences import split_many
from isthmus.extractors.training.relation_corpora import Linked, read_all
from isthmus.graph.model import Document, DocumentKind, Extraction, Modality, Section, Statement
from isthmus.graph.vocabulary import Category, Predicate, Sign

_P = Predicate
BINDING = {_P.BINDS, _P.PHYSICALLY_INTERACTS_WITH, _P.INTERACTS_WITH}
CAUSING = {_P.CAUSES, _P.HAS_SIDE_EFFECT, _P.CONTRIBUTES_TO, _P.PREDISPOSES_TO, _P.EXACERBATES}
POSITIVE = CAUSING | {_P.POSITIVELY_CORRELATED_WITH}
NEGATIVE = {_P.NEGATIVELY_CORRELATED_WITH, _P.TREATS, _P.STUDIED_TO_TREAT, _P.AMELIORATES, _P.PREVENTS}
RELATED_KINDS = {Group.GENE, Group.DISEASE, Group.CHEMICAL, Group.VARIANT}
Key = tuple[frozenset[int], str]


def biored_label(statement: Statement, groups: tuple[Group, Group]) -> str | None:
    """BioRED's label for a statement of ours; None where it relates no such kinds."""
    kinds = set(groups)
    if not kinds <= RELATED_KINDS or kinds in ({Group.DISEASE}, {Group.GENE, Group.VARIANT}):
        return None
    if statement.predicate in BINDING:
        return "Bind"
    if statement.predicate in POSITIVE or statement.predicate.sign is Sign.POSITIVE:
        return "Positive_Correlation"
    if statement.predicate in NEGATIVE or statement.predicate.sign is Sign.NEGATIVE:
        return "Negative_Correlation"
    return "Association"


def bc5cdr_label(statement: Statement, groups: tuple[Group, Group]) -> str | None:
    """``CID`` where a chemical brings on a disease."""
    return "CID" if groups == (Group.CHEMICAL, Group.DISEASE) and statement.predicate in CAUSING else None


LABEL: dict[str, Callable[[Statement, tuple[Group, Group]], str | None]] = {
    "biored": biored_label,
    "bc5cdr": bc5cdr_label,
}


def theirs(gold: Linked, extraction: Extraction, by_id: bool) -> dict[str, int]:
    """Which of the annotators' entities each of ours is."""
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    named = {name.strip().removeprefix("MESH:"): number for number, name in enumerate(gold.names)}
    spans: dict[tuple[int, int], set[int]] = defaultdict(set)
    shift = extraction.document.text.index(gold.text)
    for start, end, _, number in gold.mentions:
        spans[start + shift, end + shift].add(number)
    for mention in extraction.mentions:
        if by_id:
            curies = (mention.entity, *mention.xrefs)
            found: Iterable[int] = {named[local] for c in curies if (local := c.partition(":")[2]) in named}
        else:
            found = spans.get((mention.start, mention.end), ())
        votes[mention.entity].update(found)
    return {entity: counted.most_common(1)[0][0] for entity, counted in votes.items() if counted}


def count(gold: Linked, extraction: Extraction, by_id: bool) -> Counter[str]:
    """Pairs right, pairs right with their type, found and wanted in one document."""
    entity = theirs(gold, extraction, by_id)
    category = {mention.entity: mention.category for mention in extraction.mentions}
    score: dict[str, float] = {}
    for piece in extraction.evidence:
        score[piece.statement] = max(score.get(piece.statement, 0.0), piece.score)
    wanted = {frozenset(pair): label for pair, label in gold.relations.items()}
    found: dict[frozenset[int], str] = {}
    unknown = set()
    for statement in sorted(extraction.statements, key=lambda each: score[each.id]):
        groups = _group(category[statement.subject]), _group(category[statement.object])
        label = None if statement.negated else LABEL[gold.head](statement, groups)
        if label is None:
            continue
        ends = entity.get(statement.subject), entity.get(statement.object)
        if ends[0] is None or ends[1] is None:
            unknown.add(frozenset((statement.subject, statement.object)))
        elif ends[0] != ends[1]:
            found[frozenset((ends[0], ends[1]))] = label
    return Counter(
        pairs=sum(pair in wanted for pair in found),
        typed=sum(wanted.get(pair) == label for pair, label in found.items()),
        found=len(found) + len(unknown),
        wanted=len(wanted),
    )


def _group(category: Category) -> Group:
    return GROUPS.get(category, Group.OTHER)


def predicted(documents: Sequence[Linked], lexicon: Lexicon, only_grammar: bool) -> dict[str, dict[str, float]]:
    """Figures of whole documents of one corpus, read from the text alone."""
    reader = compact._by_reader
    if only_grammar:
        compact._by_reader = lambda *_: iter(())
    try:
        given = [
            Document(f"pmid:{each.id}", DocumentKind.ARTICLE, Modality.LITERATURE, "", (Section("", each.text),))
            for each in documents
        ]
        extractions = list(CompactExtractor(lexicon).extract_many(given))
    finally:
        compact._by_reader = reader
    figures = {}
    for name, by_id in (("by_id", True), ("by_span", False)):
        total: Counter[str] = Counter()
        for gold, extraction in zip(documents, extractions, strict=True):
            total += count(gold, extraction, by_id)
        ends = max(total["found"] + total["wanted"], 1)
        figures[name] = {
            "pair": round(2 * total["pairs"] / ends, 4),
            "pair_and_type": round(2 * total["typed"] / ends, 4),
        }
    return figures


def given_mentions(documents: Sequence[Linked]) -> dict[str, float]:
    """Best micro-F1 of the reader on the annotators' mentions of one corpus, over one threshold."""
    judged: list[tuple[float, bool]] = []
    wanted = 0
    for document, sentences in zip(documents, split_many(each.text for each in documents), strict=True):
        wanted += len(document.relations)
        for reading in read_pairs(PairInput(document.text, sentences, document.mentions), [document.head]):
            pair = reading.subject, reading.object
            if document.head in BY_MENTION:
                pair = document.mentions[pair[0]][3], document.mentions[pair[1]][3]
            label = document.relations.get(pair)
            if label is None and document.head in SYMMETRIC:
                label = document.relations.get((pair[1], pair[0]))
            judged.append((reading.score, reading.label == label))
    return _best(judged, wanted)


def own_mentions(documents: Sequence[Linked], lexicon: Lexicon) -> dict[str, float]:
    """The same of a corpus that relates single mentions, from the mentions that we find ourselves."""
    judged: list[tuple[float, bool]] = []
    texts = [document.text for document in documents]
    bounds = [list(sentences) for sentences in split_many(texts)]
    for document, sentences, named in zip(documents, bounds, find_names(texts, bounds, lexicon), strict=True):
        span = {number: mention[:2] for mention in document.mentions for number in mention[3:]}
        wanted = {(span[subject], span[obj]): label for (subject, obj), label in document.relations.items()}
        mentions = [(each.start, each.end, each.category, place) for place, (each, _) in enumerate(named)]
        for reading in read_pairs(PairInput(document.text, sentences, mentions), [document.head]):
            pair = mentions[reading.subject][:2], mentions[reading.object][:2]
            judged.append((reading.score, wanted.get(pair) == reading.label))
    return _best(judged, sum(len(document.relations) for document in documents))


def _best(judged: Sequence[tuple[float, bool]], wanted: int) -> dict[str, float]:
    best, at, right = 0.0, 1.0, 0
    for number, (score, hit) in enumerate(sorted(judged, reverse=True), 1):
        right += hit
        best, at = max((best, at), (2 * right / (number + wanted), score))
    return {"f1": round(best, 4), "at": round(at, 2)}


def second_reading(documents: Sequence[Linked], lexicon: Lexicon) -> dict[str, object]:
    """Figures of a corpus whose pairs are read twice, those of the first reading alone beside."""
    possible = relations.POSSIBLE
    figures: dict[str, object] = {}
    try:
        for name, least in (("ours", possible), ("previous", 2.0)):
            relations.POSSIBLE = least
            figures[name] = given_mentions(documents) | {"own_mentions": own_mentions(documents, lexicon)}
    finally:
        relations.POSSIBLE = possible
    return figures


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", choices=["predicted", "given"])
    options.add_argument("--limit", type=int, help="the first N documents of each corpus only")
    given = options.parse_args()
    corpora: dict[str, list[Linked]] = defaultdict(list)
    for document in read_all(shared_data(), "dev"):
        corpora[document.head].append(document)
    figures: dict[str, dict[str, object]] = {}
    if given.only != "given":
        lexicon = Lexicon.open()
        figures["predicted"] = {
            head: {
                name: predicted(corpora[head][: given.limit], lexicon, only_grammar)
                for name, only_grammar in (("ours", False), ("previous", True))
            }
            for head in LABEL
        }
    if given.only != "predicted":
        figures["given"] = {head: given_mentions(corpora[head][: given.limit]) for head in HEADS if head != MARKED}
        figures["given"][MARKED] = second_reading(corpora[MARKED][: given.limit], Lexicon.open())
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
