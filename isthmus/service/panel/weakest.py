"""The weakest link of a proposal, and what would break it: each paper, group and kind of research taken away in turn.

Worked out from the dossier alone, so that a stored report can be recomputed: without a paper, the belief in each hop is that of
the evidence that is left, and a path's score falls with the product of its beliefs. Degrees and the null model stay as they are,
what reviewers said counts in proportion, and only the paths of the report are ranked; ``isthmus why`` asks the whole graph
again and takes longer for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from isthmus.graph.belief import EvidenceArrays, Piece, believe
from isthmus.graph.model import Assertion, Document, Evidence
from isthmus.service.answers import HopStatement, PathAnswer
from isthmus.service.panel.dossier import Dossier, Exhibit
from isthmus.service.panel.report import Break, Weakest
from isthmus.service.panel.wording import counted, listed, opened, sentence_of

MOST_BREAKS = 8


def weakest_link(dossier: Dossier) -> Weakest | None:
    """Of the leading path; ``None`` where there is no path. What would make it stand worse, the worst first."""
    path = dossier.leading
    if path is None:
        return None
    standing = _Standing(dossier, path)
    hop = next(each for each in path.statements if each.id == path.weakest)
    rank, _ = standing.without(set())
    breaks = sorted(standing.breaks(), key=lambda one: (one.rank is not None, one.score, one.ground, one.id))
    minimal = standing.minimal()
    return Weakest(
        statement_id=hop.id,
        belief=hop.belief,
        text=_words(dossier, hop, minimal),
        rank=rank,
        breaks=breaks[:MOST_BREAKS],
        minimal=minimal,
    )


class _Standing:
    """The paths of a dossier with the evidence that they stand on."""

    def __init__(self, dossier: Dossier, path: PathAnswer) -> None:
        self.dossier = dossier
        self.path = path
        hops = {hop.id: hop for each in dossier.paths for hop in each.statements}
        self.claims = {each: _of_claim(dossier, hop, negated=False) for each, hop in hops.items()}
        self.denials = {each: _of_claim(dossier, hop, negated=True) for each, hop in hops.items()}
        self.papers = {
            each: {one.document for exhibit in (*self.claims[each], *self.denials[each]) for one in exhibit.evidence}
            for each in hops
        }
        self.numbers = {each: number for number, each in enumerate(dossier.documents)}
        self.whole = {each: self._belief(each, set()) for each in hops}

    def without(self, documents: set[str]) -> tuple[int | None, float]:
        """The rank of the leading path among those of the dossier, and its score, without these documents."""
        left = {
            each: belief if documents.isdisjoint(self.papers[each]) else self._belief(each, documents)
            for each, belief in self.whole.items()
        }
        scores = [path.score * self._kept(path, left) for path in self.dossier.paths]
        own = self.path.score * self._kept(self.path, left)
        return (1 + sum(score > own for score in scores) if own > 0.0 else None), own

    def breaks(self) -> Iterator[Break]:
        """Each paper, group of several papers and kind of research whose loss makes the leading path stand worse."""
        _, now = self.without(set())
        papers = {one.document for hop in self.path.statements for one in self._evidence(hop.id)}
        known = {each: self.dossier.documents[each] for each in papers if each in self.dossier.documents}
        grounds: list[tuple[str, str, str, set[str]]] = [
            ("paper", each, known[each].title if each in known else "", {each}) for each in sorted(papers)
        ]
        grounds += [
            ("group", name, "", some) for name, some in _grouped(known, lambda one: one.senior_author) if len(some) > 1
        ]
        modalities = list(_grouped(known, lambda one: one.modality.value))
        grounds += [("modality", name, "", some) for name, some in modalities if len(modalities) > 1]
        for ground, name, title, some in grounds:
            rank, score = self.without(some)
            if score < now:
                yield Break(ground=ground, id=name, title=title, rank=rank, score=score)

    def minimal(self) -> list[str]:
        """The fewest documents without which the path does not hold: all those of the hop that has the fewest."""
        supports = [sorted({one.document for one in self._evidence(hop.id)}) for hop in self.path.statements]
        return min(supports, key=lambda documents: (len(documents), documents))

    def _evidence(self, hop: str) -> Iterator[Evidence]:
        for exhibit in self.claims[hop]:
            yield from (one for one in exhibit.evidence if not self._retracted(one))

    def _retracted(self, one: Evidence) -> bool:
        document = self.dossier.documents.get(one.document)
        return document is not None and document.retracted

    def _kept(self, path: PathAnswer, left: Mapping[str, float]) -> float:
        """The share of a path's score that is left."""
        return math.prod(left[hop.id] / self.whole[hop.id] if self.whole[hop.id] else 1.0 for hop in path.statements)

    def _belief(self, hop: str, lost: set[str]) -> float:
        """Of its best statement, in whatever context, after the strongest denial."""
        denied = max((self._own(each, lost) for each in self.denials[hop]), default=0.0)
        return max((self._own(each, lost) for each in self.claims[hop]), default=0.0) * (1.0 - denied)

    def _own(self, exhibit: Exhibit, lost: set[str]) -> float:
        """Belief in a statement from what is left of its evidence."""
        pieces = [self._piece(one) for one in exhibit.evidence if one.document not in lost]
        return float(believe(EvidenceArrays.of(pieces), 1)[0]) if pieces else 0.0

    def _piece(self, one: Evidence) -> Piece:
        document = self.dossier.documents.get(one.document)
        return Piece(
            0,
            self.numbers.get(one.document, -1),
            document.senior_author if document else "",
            document.review if document else False,
            one.extractor,
            one.score,
            one.assertion is Assertion.SPECULATED,
            document.retracted if document else False,
        )


def _of_claim(dossier: Dossier, hop: HopStatement, *, negated: bool) -> list[Exhibit]:
    """The statements of the dossier that say, or deny, what a hop says, in whatever context."""
    ends = {(hop.subject, hop.object)} | ({(hop.object, hop.subject)} if hop.predicate.symmetric else set())
    return [
        exhibit
        for exhibit in dossier.exhibits.values()
        if exhibit.row.statement.predicate is hop.predicate
        and exhibit.row.statement.negated is negated
        and (exhibit.row.statement.subject, exhibit.row.statement.object) in ends
    ]


def _grouped(documents: Mapping[str, Document], what: Callable[[Document], str]) -> Iterator[tuple[str, set[str]]]:
    """The documents by what they have in common; those that do not have it are left out."""
    groups: dict[str, set[str]] = {}
    for each, document in documents.items():
        groups.setdefault(what(document), set()).add(each)
    yield from ((name, some) for name, some in sorted(groups.items()) if name)


def _words(dossier: Dossier, hop: HopStatement, minimal: Sequence[str]) -> str:
    said = opened(sentence_of(dossier.exhibits[hop.id].row.statement, dossier.entities))
    fewest = f"{counted(len(minimal), 'source')} ({listed([_called(dossier, each) for each in minimal[:4]])}"
    more = f" and {len(minimal) - 4} more)" if len(minimal) > 4 else ")"
    return (
        f"{said}: believed to {hop.belief:.2f}, the least of its hops. The path does not hold without {fewest}{more}."
    )


def _called(dossier: Dossier, document: str) -> str:
    """A paper by its id, which leads somewhere, and a table by its title."""
    known = dossier.documents.get(document)
    return known.title if known and known.title and document.startswith("sha256:") else document
