"""The case as the evidence alone makes it: sentences from templates, each with its statements, its evidence and a quote.

What stands here when no language model is set, and what takes the place of a specialist whose model failed. A claim gathers
the statements that say the same of the same two things in whatever context, for one modality; so do those that deny it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from isthmus.graph.model import Assertion, Document, DocumentKind, Evidence, Modality
from isthmus.graph.vocabulary import Predicate, Sign
from isthmus.service.panel.dossier import Dossier, Exhibit, Role
from isthmus.service.panel.report import Asserted, Claim, Stance
from isthmus.service.panel.specialists import Specialist
from isthmus.service.panel.wording import counted, listed, opened, place_of, sentence_of

BY_EVIDENCE = "evidence"  # who speaks where no specialist does
MOST_BESIDE = 8  # claims of other statements between the nodes of the paths
MOST_AROUND = 8  # claims of single nodes
EACH_KIND = 2  # of these, with one predicate and modality
MOST_CITED = 12  # pieces of evidence of one claim; its words count all
LONGEST_QUOTE = 420  # characters; of longer evidence the sentence that names most is quoted
DOUBTFUL = 0.3  # a hop believed less is called in question

_PAPER = frozenset({DocumentKind.ARTICLE, DocumentKind.BOOK, DocumentKind.CITATION})
_NOUNS = {DocumentKind.NOTE: "note", DocumentKind.ANNOTATIONS: "table", DocumentKind.REPORT: "report"}
_NO_CAUSE = frozenset(
    {
        Predicate.RELATED_TO,
        Predicate.ASSOCIATED_WITH,
        Predicate.CORRELATED_WITH,
        Predicate.POSITIVELY_CORRELATED_WITH,
        Predicate.NEGATIVELY_CORRELATED_WITH,
        Predicate.COEXPRESSED_WITH,
        Predicate.COEXISTS_WITH,
    }
)
# An end of a sentence, near enough for a quotation; the models that find them better take a second to load.
_END = re.compile(r"(?<=[.!?])(?<!\bFig\.)(?<!\bFigs\.)(?<!\bal\.)(?<!\bvs\.)(?<!\b[A-Z]\.)\s+(?=[A-Z(])")
_NOT = re.compile(r"\b(?:no|not|nor|neither|without|unlike|fail\w*|unchanged|lack\w*)\b", re.IGNORECASE)
_MOVED = {
    Sign.POSITIVE: re.compile(
        r"increas|elevat|up-?regulat|enhanc|promot|activat|induc|stimulat|rais|caus|contribut|lead", re.IGNORECASE
    ),
    Sign.NEGATIVE: re.compile(
        r"decreas|reduc|lower|down-?regulat|inhibit|suppress|block|attenuat|prevent|improv|protect|treat", re.IGNORECASE
    ),
    Sign.UNKNOWN: re.compile(
        r"associate|association|link|relat|correlat|interact|bind|affect|regulat|express", re.IGNORECASE
    ),
}


@dataclass(frozen=True, slots=True)
class EvidenceCase:
    """What the evidence says for a proposal and around it, what in it is doubtful, and what speaks against it."""

    case: list[Claim]
    doubts: list[Claim]
    contradicting: list[Claim]


def argue(dossier: Dossier, *, by: str = BY_EVIDENCE) -> EvidenceCase:
    """The case of a dossier, or of the part of one that a specialist sees; ``by`` says whose claims they are."""
    speaker = _Speaker(dossier, by)
    return EvidenceCase(speaker.case(), speaker.doubts(), speaker.contradicting())


def part_of(specialist: Specialist, seen: Dossier) -> list[Claim]:
    """What the evidence says for one specialist, of the dossier that it sees: what stands in for a model that failed."""
    part = argue(seen, by=specialist.name)
    return [*part.case, *part.contradicting]


@dataclass(frozen=True, slots=True)
class _Said:
    """The statements that say one thing, with the evidence of one modality for them."""

    exhibits: tuple[Exhibit, ...]
    evidence: tuple[Evidence, ...]
    modality: Modality

    @property
    def opposes(self) -> bool:
        """Whether it speaks against something that bears on the proposal."""
        return any(
            exhibit.role is Role.OPPOSITE or (exhibit.contradicts and exhibit.role is not Role.AROUND)
            for exhibit in self.exhibits
        )

    @property
    def roles(self) -> set[Role]:
        return {exhibit.role for exhibit in self.exhibits}


class _Speaker:
    def __init__(self, dossier: Dossier, by: str) -> None:
        self.dossier = dossier
        self.by = by
        self.order = _order(dossier)
        self.leading = {hop.id for hop in dossier.leading.statements} if dossier.leading else set[str]()
        self.said = self._grouped()

    def case(self) -> list[Claim]:
        """What supports the proposal, path by path, then what else is said between its nodes and of them."""
        told = [one for one in self.said if one.roles & {Role.PATH, Role.DIRECT} and self._counts(one)]
        rest = [
            one for one in self.said if not one.roles & {Role.PATH, Role.DIRECT, Role.OPPOSITE} and self._counts(one)
        ]
        beside = [one for one in rest if Role.BESIDE in one.roles]
        around = [one for one in rest if Role.BESIDE not in one.roles]
        return [
            *(self._claim(one, Stance.SUPPORTS) for one in told),
            *(self._claim(one, Stance.CONTEXT) for one in beside[:MOST_BESIDE]),
            *(self._claim(one, Stance.CONTEXT) for one in _various(around)[:MOST_AROUND]),
        ]

    def contradicting(self) -> list[Claim]:
        """Denials, statements of the opposite sign, and support that was retracted."""
        told = [self._against(one) for one in self.said if one.opposes and self._counts(one)]
        return told + [claim for one in self.said if (claim := self._retraction(one)) is not None]

    def doubts(self) -> list[Claim]:
        """What makes a path doubtful although nobody denies it."""
        found = []
        for one in self.said:
            reasons = self._reasons_to_doubt(one) if Role.PATH in one.roles and self._counts(one) else []
            if reasons:
                text = f"{_first_upper(listed(reasons))}: {self._sentence(one)}."
                found.append(self._claim(one, Stance.CONTRADICTS, text))
        return found + self._switches()

    # -- parts --

    def _grouped(self) -> list[_Said]:
        groups: dict[tuple[str, Predicate, str, bool, Modality], list[tuple[Exhibit, list[Evidence]]]] = {}
        for exhibit in self.dossier.exhibits.values():
            statement = exhibit.row.statement
            pieces: dict[Modality, list[Evidence]] = {}
            for one in exhibit.evidence:
                document = self.dossier.documents.get(one.document)
                pieces.setdefault(document.modality if document else Modality.LITERATURE, []).append(one)
            for modality, some in pieces.items():
                key = statement.subject, statement.predicate, statement.object, statement.negated, modality
                groups.setdefault(key, []).append((exhibit, some))
        said = [
            _Said(tuple(each for each, _ in group), tuple(one for _, some in group for one in some), key[-1])
            for key, group in groups.items()
        ]
        return sorted(said, key=lambda one: min(self.order.get(each.id, len(self.order)) for each in one.exhibits))

    def _counts(self, one: _Said) -> bool:
        return bool(self._standing(one.evidence))

    def _standing(self, evidence: Iterable[Evidence]) -> list[Evidence]:
        """The evidence that has not been retracted, the surest first, plain statements before suppositions."""
        kept = [one for one in evidence if not self._retracted(one)]
        return sorted(kept, key=lambda one: (one.assertion is Assertion.SPECULATED, -one.score, one.year or 0, one.id))

    def _retracted(self, one: Evidence) -> bool:
        document = self.dossier.documents.get(one.document)
        return document is not None and document.retracted

    def _claim(self, one: _Said, stance: Stance, text: str = "", evidence: Sequence[Evidence] = ()) -> Claim:
        pieces = list(evidence) or self._standing(one.evidence)
        cited = _of_each_paper(pieces)[:MOST_CITED]
        exhibits = [each for each in one.exhibits if any(piece.statement == each.id for piece in cited)]
        return Claim(
            text=text or f"{self._sentence(one)} ({self._support(pieces)}).",
            asserted=[_asserted(exhibit) for exhibit in exhibits],
            statement_ids=[exhibit.id for exhibit in exhibits],
            evidence_ids=[piece.id for piece in cited],
            quote=self._quote(one, cited[0]) if cited else "",
            stance=stance,
            modality=one.modality,
            by=self.by,
        )

    def _against(self, one: _Said) -> Claim:
        """A claim with what it speaks against, where that is said by anybody who may be cited."""
        claim = self._claim(one, Stance.CONTRADICTS)
        denied = next((self.dossier.exhibits.get(each.contradicts) for each in one.exhibits if each.contradicts), None)
        pieces = self._standing(denied.evidence) if denied else []
        if denied is None or not pieces:
            return claim
        said = sentence_of(denied.row.statement, self.dossier.entities)
        return claim.model_copy(
            update={
                "text": f"{claim.text} Against it stands that {said}.",
                "asserted": [*claim.asserted, _asserted(denied)],
                "statement_ids": [*claim.statement_ids, denied.id],
                "evidence_ids": [*claim.evidence_ids, pieces[0].id],
            }
        )

    def _sentence(self, one: _Said) -> str:
        """The sentence, with the place where it holds if all the statements cited agree on it."""
        statement = one.exhibits[0].row.statement
        pieces = self._standing(one.evidence)
        may = bool(pieces) and all(piece.assertion is Assertion.SPECULATED for piece in pieces)
        said = sentence_of(statement, self.dossier.entities, may=may, wording=int(statement.id[:4], 16))
        places = {place_of(exhibit.row.statement, self.dossier.entities) for exhibit in one.exhibits} - {""}
        told = sorted(places, key=lambda place: (len(place), place))[:3]
        return opened(said) + " and".join(told)

    def _support(self, pieces: Sequence[Evidence]) -> str:
        """How much evidence of what kind, from how many groups, since when, and how much of it only supposes."""
        documents = {one.document: self.dossier.documents.get(one.document) for one in pieces}
        told = [_sources(documents.values())]
        groups = _groups(documents)
        if groups is not None and 1 < len(documents) != groups:
            told.append(f"from {counted(groups, 'group')}")
        years = sorted({one.year for one in pieces if one.year is not None})
        when = "" if not years else f", {years[0]}" if len(years) == 1 else f", {years[0]} to {years[-1]}"
        supposed = sum(one.assertion is Assertion.SPECULATED for one in pieces)
        hedge = ""
        if 0 < supposed < len(pieces):
            few = f"{counted(supposed, 'sentence').split()[0]} of {counted(len(pieces), 'sentence')}"
            hedge = f"; {few} only suppose{'s' if supposed == 1 else ''} it"
        return f"{' '.join(told)}{when}{hedge}"

    def _quote(self, one: _Said, piece: Evidence) -> str:
        """The evidence's own words: all of them, or of a long passage the sentence that comes nearest to the claim."""
        if len(piece.text) <= LONGEST_QUOTE:
            return piece.text.strip()
        statement = one.exhibits[0].row.statement
        spellings = [self._spellings(end) for end in (statement.subject, statement.object)]

        def nearness(sentence: str) -> int:
            named = sum(_named(sentence, some) for some in spellings)
            moved = bool(_MOVED[statement.predicate.sign].search(sentence))
            return 3 * named + 2 * moved - 2 * (bool(_NOT.search(sentence)) is not statement.negated)

        return max((each for each in _END.split(piece.text) if each.strip()), key=nearness).strip()

    def _spellings(self, curie: str) -> tuple[str, ...]:
        entity = self.dossier.entities.get(curie)
        return (entity.name, *entity.synonyms) if entity else (curie,)

    def _retraction(self, one: _Said) -> Claim | None:
        lost = [piece for piece in one.evidence if self._retracted(piece)]
        if not lost or Role.OPPOSITE in one.roles or Role.AROUND in one.roles:
            return None
        documents = {piece.document: self.dossier.documents[piece.document] for piece in lost}
        has = "has" if len(documents) == 1 else "have"
        sentence = sentence_of(one.exhibits[0].row.statement, self.dossier.entities)
        text = f"{_first_upper(_sources(documents.values()))} that said that {sentence} {has} been retracted."
        return self._claim(one, Stance.CONTRADICTS, text, lost)

    def _reasons_to_doubt(self, one: _Said) -> list[str]:
        """Of a hop; those of the best path are looked at more closely than those of the others."""
        pieces = self._standing(one.evidence)
        supposed = all(piece.assertion is Assertion.SPECULATED for piece in pieces)
        belief = _belief(one)
        reasons = ["this is only supposed"] if supposed else []
        if belief < DOUBTFUL:
            reasons.append(f"this is believed to no more than {belief:.2f}")
        leading = any(exhibit.id in self.leading for exhibit in one.exhibits)
        if leading and one.exhibits[0].row.statement.predicate in _NO_CAUSE:
            reasons.append("this tells of no cause")
        if (leading or reasons) and len({piece.document for piece in pieces}) == 1 and self._alone(one):
            reasons.append("this stands on a single source")
        return [reason.replace("this ", "it ", 1) if place else reason for place, reason in enumerate(reasons)]

    def _alone(self, one: _Said) -> bool:
        """Whether no other kind of research says the same."""
        ids = {exhibit.id for exhibit in one.exhibits}
        return not any(other is not one and ids & {exhibit.id for exhibit in other.exhibits} for other in self.said)

    def _switches(self) -> list[Claim]:
        """Hops that follow each other and were seen in different species, cells or tissues."""
        found = []
        by_statement = {exhibit.id: one for one in self.said for exhibit in one.exhibits if self._counts(one)}
        told: set[tuple[str, str]] = set()
        for path in self.dossier.paths:
            hops = list(pairwise(hop.id for hop in path.statements))
            for switch in path.switches:
                ids = hops[switch.after]
                if ids in told or any(each not in by_statement for each in ids):
                    continue
                told.add(ids)
                found.append(self._switch(switch.facet, by_statement[ids[0]], by_statement[ids[1]], ids))
        return found

    def _switch(self, facet: str, first: _Said, second: _Said, ids: tuple[str, str]) -> Claim:
        exhibits = [self.dossier.exhibits[each] for each in ids]
        pieces = [next(iter(self._standing(one.evidence))) for one in (first, second)]
        statements = [
            next(each for each in one.exhibits if each.id == piece.statement)
            for one, piece in zip((first, second), pieces, strict=True)
        ]
        said = [
            f"{sentence_of(e.row.statement, self.dossier.entities)}{place_of(e.row.statement, self.dossier.entities)}"
            for e in exhibits
        ]
        return Claim(
            text=f"The path changes its {facet} on the way: {said[0]}; {said[1]}.",
            asserted=[_asserted(exhibit) for exhibit in statements],
            statement_ids=[exhibit.id for exhibit in statements],
            evidence_ids=[piece.id for piece in pieces],
            quote=self._quote(first, pieces[0]),
            stance=Stance.CONTRADICTS,
            modality=first.modality,
            by=self.by,
        )


def _order(dossier: Dossier) -> dict[str, int]:
    """Statements as they come along the paths, the best path first, then as the dossier has them."""
    walked = [hop.id for path in dossier.paths for hop in path.statements]
    return {each: place for place, each in enumerate(dict.fromkeys([*walked, *dossier.exhibits]))}


def _various(said: Sequence[_Said]) -> list[_Said]:
    """The rarer kinds of research first, and of each kind of statement not more than a few."""
    ranked = sorted(said, key=lambda one: (one.modality in (Modality.LITERATURE, Modality.GENOMICS), -_belief(one)))
    kept: dict[tuple[Predicate, Modality], list[_Said]] = {}
    for one in ranked:
        kept.setdefault((one.exhibits[0].row.statement.predicate, one.modality), []).append(one)
    few = {id(one) for kind in kept.values() for one in kind[:EACH_KIND]}
    return [one for one in ranked if id(one) in few]


def _belief(one: _Said) -> float:
    return max(exhibit.row.belief for exhibit in one.exhibits)


def _asserted(exhibit: Exhibit) -> Asserted:
    statement = exhibit.row.statement
    return Asserted(
        subject=statement.subject, predicate=statement.predicate, object=statement.object, negated=statement.negated
    )


def _of_each_paper(pieces: Sequence[Evidence]) -> list[Evidence]:
    """The first piece of each document, then the others, so that a cut leaves as many documents as it can."""
    first = {one.document: one for one in reversed(pieces)}
    return [
        *(one for one in pieces if first[one.document] is one),
        *(one for one in pieces if first[one.document] is not one),
    ]


def _sources(documents: Collection[Document | None]) -> str:
    """The documents, counted by what they are."""
    counts: dict[str, int] = {}
    for document in documents:
        kind = document.kind if document else DocumentKind.CITATION
        modality = f"{document.modality} " if document and kind is DocumentKind.REPORT else ""
        noun = "paper" if kind in _PAPER else modality + _NOUNS.get(kind, "graph")
        counts[noun] = counts.get(noun, 0) + 1
    return listed([counted(count, noun) for noun, count in counts.items()])


def _groups(documents: Mapping[str, Document | None]) -> int | None:
    """How many groups of authors; ``None`` where the authors of some are not known."""
    authors = [document.senior_author if document else "" for document in documents.values()]
    return len(set(authors)) if all(authors) else None


def _named(sentence: str, spellings: Iterable[str]) -> bool:
    lower = sentence.lower()
    return any(len(each) > 1 and each.lower() in lower for each in spellings)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
