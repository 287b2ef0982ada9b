"""The compact extractor: a trained tagger with a lexicon, a parser and patterns. Offline, the same answer every time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.session import in_parallel, one_core
from isthmus.extractors.text.annotated import with_annotations
from isthmus.extractors.text.assertion import Stance, stance
from isthmus.extractors.text.clinical import with_standing
from isthmus.extractors.text.context import context_of, is_host
from isthmus.extractors.text.links import Link, links
from isthmus.extractors.text.mentions import Found, find_mentions
from isthmus.extractors.text.names import Named, find_names, with_all_known
from isthmus.extractors.text.parsing import Parse, parse_many
from isthmus.extractors.text.readable import LONGEST_PARSED, read_in_portions
from isthmus.extractors.text.relations import relations
from isthmus.extractors.text.rules import WEAK
from isthmus.extractors.text.sentences import Sentence, Split, document_sentences, split_many
from isthmus.extractors.text.versions import COMPACT, name_of
from isthmus.graph.model import (
    Assertion,
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Experiencer,
    Extraction,
    Mention,
    Statement,
)
from isthmus.graph.vocabulary import Predicate

SPECULATED_SCORE = 0.8  # of an affirmed sentence's: the reading is as sure, the author is not; belief halves it again
MOST_MENTIONS = 24
# Where a report tells how or why it was made, not what was found.
SILENT_SECTIONS = frozenset({"technique", "comparison", "history"})


@dataclass(frozen=True)
class _Read:
    """A document with what was found in it so far."""

    document: Document
    sentences: list[Sentence]
    mentions: list[tuple[Mention, Found]]

    @cached_property
    def _outer(self) -> dict[int, list[Mention]]:
        outer: dict[int, list[Mention]] = {}
        for mention, found in self.mentions:
            if not found.inner:
                outer.setdefault(mention.sentence, []).append(mention)
        return outer

    def outer(self, sentence: int) -> list[Mention]:
        """The mentions of a sentence, none inside another."""
        return self._outer.get(sentence, [])

    def arguments(self, sentence: int) -> list[Mention]:
        """Those that may take part in statements: of "mice with colitis" the statement is about the colitis."""
        return [mention for mention in self.outer(sentence) if not is_host(mention)]


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement as a passage makes it: two of its mentions, and sentences ``first`` to ``last``."""

    subject: Mention
    predicate: Predicate
    object: Mention
    negated: bool
    speculated: bool
    score: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Profile:
    """How much work is spent on a text.

    ``split`` finds the sentences of texts; ``names`` finds their names, given the sentences, the lexicon and a number of
    threads; ``parsed`` says whether a text's sentence with these mentions is worth parsing; ``related``: whether the
    trained reader relates the names.
    """

    version: str
    split: Split
    names: Callable[[Sequence[str], Sequence[Sequence[tuple[int, int]]], Lexicon, int], list[Named]]
    parsed: Callable[[str, Sequence[Mention]], bool]
    related: bool


DEFAULT = Profile(COMPACT, split_many, find_names, lambda text, mentions: True, related=True)


class CompactExtractor:
    """Implements ``Extractor``. Holds the lexicon; the models are loaded with the first sentence.

    ``threads``: cores that the models may use; 0 takes all.
    """

    def __init__(self, lexicon: Lexicon, threads: int = 0, profile: Profile = DEFAULT) -> None:
        self._lexicon, self._threads, self._profile = lexicon, threads, profile
        self._canonical = lru_cache(maxsize=1 << 16)(lexicon.canonical)
        self.name = name_of(profile.version, lexicon)

    def extract(self, document: Document) -> Extraction:
        """Everything the document says; an empty extraction has a ``reason``."""
        return next(self.extract_many([document]))

    def extract_many(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """What each document says, in the order given; sentences of several of them are parsed in batches."""
        return read_in_portions(documents, self._extract_short)

    def _extract_short(self, documents: Sequence[Document]) -> Iterator[tuple[Extraction, Sequence[Sentence]]]:
        read = self._read(documents)
        with one_core():
            linked = in_parallel(_linked if self._profile.related else _unlinked, read, self._threads)
            said = self._parsed(read)
            found = list(linked)
        for one, own in zip(read, found, strict=True):
            yield self._extraction(one, said.get(id(one), []), own), one.sentences

    def _parsed(self, read: Sequence[_Read]) -> dict[int, list[tuple[int, Parse]]]:
        work = [(one, number) for one in read for number in _worth_parsing(one, self._profile)]
        parses = parse_many(_sentence_input(one, number) for one, number in work)
        said: dict[int, list[tuple[int, Parse]]] = {}
        for (one, number), parse in zip(work, parses, strict=True):
            said.setdefault(id(one), []).append((number, parse))
        return said

    def _read(self, documents: Sequence[Document]) -> list[_Read]:
        sentences = list(document_sentences(documents, self._profile.split))
        bounds = [[(each.start, each.end) for each in own] for own in sentences]
        names = self._profile.names([document.text for document in documents], bounds, self._lexicon, self._threads)
        return [
            _Read(
                document,
                own,
                self._of_report(document, own, found)
                if document.kind is DocumentKind.REPORT
                else with_annotations(document, [(each.start, each.end) for each in own], found, self._canonical),
            )
            for document, own, found in zip(documents, sentences, names, strict=True)
        ]

    def _of_report(self, document: Document, sentences: Sequence[Sentence], found: Named) -> Named:
        bounds = [(each.start, each.end) for each in sentences]
        known = find_mentions(document.text, bounds, self._lexicon)
        return with_standing(document.text, sentences, with_all_known(found, known))

    def _extraction(self, one: _Read, parses: Sequence[tuple[int, Parse]], linked: Sequence[Link]) -> Extraction:
        statements: dict[str, Statement] = {}
        evidence: dict[tuple[str, int], Evidence] = {}
        for said in _of_patient(_agreed(_by_grammar(one, parses), _by_reader(one, dict(parses), linked))):
            statement, piece = self._claim(one, said)
            if statement.subject != statement.object:
                statements[statement.id] = statement
                known = evidence.get((statement.id, said.first))
                if known is None or known.score < piece.score:
                    evidence[statement.id, said.first] = piece
        return Extraction(
            one.document,
            self.name,
            entities=tuple(self._entities(one)),
            mentions=tuple(mention for mention, _ in one.mentions),
            statements=tuple(statements.values()),
            evidence=tuple(evidence.values()),
        )

    def _claim(self, one: _Read, said: _Said) -> tuple[Statement, Evidence]:
        first, last = one.sentences[said.first], one.sentences[said.last]
        subject, obj = said.subject, said.object
        around = [m for number in range(said.first, said.last + 1) for m in one.outer(number)]
        context = context_of(around, one.document.text, (said.subject.entity, said.object.entity))
        statement = Statement.of(subject.entity, said.predicate, obj.entity, negated=said.negated, context=context)
        if statement.subject != subject.entity:  # a symmetric statement in its canonical order
            subject, obj = obj, subject
        score = said.score * (SPECULATED_SCORE if said.speculated else 1.0)
        piece = Evidence(
            statement.id,
            one.document.id,
            one.document.text[first.start : last.end],
            self.name,
            round(score, 3),
            _assertion(said),
            one.document.year,
            first.start,
            last.end,
            _within(subject, first.start, last.end),
            _within(obj, first.start, last.end),
            first.section,
        )
        return statement, piece

    def _entities(self, one: _Read) -> Iterator[Entity]:
        """Each named entity as the lexicon describes it, whatever the reading that found it."""
        for identifier, found in {found.entity.id: found for _, found in one.mentions}.items():
            known = self._canonical(identifier) if found.entity.grounded else None
            yield known if known is not None and known.id == identifier else found.entity


def _within(mention: Mention, start: int, end: int) -> tuple[int, int] | None:
    return (mention.start, mention.end) if start <= mention.start and mention.end <= end else None


def _by_grammar(one: _Read, parses: Sequence[tuple[int, Parse]]) -> Iterator[_Said]:
    """What the patterns find in the parsed sentences."""
    for number, parse in parses:
        for found in relations(parse):
            subject, obj = parse.mentions[found.subject], parse.mentions[found.object]
            yield _Said(subject, found.predicate, obj, found.negated, found.speculated, found.score, number, number)


def _linked(one: _Read) -> list[Link]:
    """What the trained reader sees between the names of a document."""
    named = [mention for mention, found in one.mentions if not found.inner and not is_host(mention)]
    if len({mention.entity for mention in named}) < 2:
        return []
    return links(one.document.text, [(each.start, each.end) for each in one.sentences], named)


def _unlinked(one: _Read) -> list[Link]:
    return []


def _by_reader(one: _Read, parses: dict[int, Parse], linked: Sequence[Link]) -> Iterator[_Said]:
    """The reader's findings; where the sentence was parsed, the parse says how it is put."""
    for link in linked:
        if one.sentences[link.first].section in SILENT_SECTIONS:
            continue
        put = _put(parses.get(link.first), link) if link.first == link.last else Stance(False, False)
        yield _Said(link.subject, link.predicate, link.object, *put, link.score, link.first, link.last)


def _put(parse: Parse | None, link: Link) -> Stance:
    """How the word that governs both names is put."""
    if parse is None or link.subject not in parse.mentions or link.object not in parse.mentions:
        return Stance(False, False)
    ours, theirs = (parse.doc[parse.at[parse.mentions.index(each)]] for each in (link.subject, link.object))
    above = {token.i for token in (theirs, *theirs.ancestors)}
    common = next((token for token in (ours, *ours.ancestors) if token.i in above), ours)
    return stance(common, (ours, theirs))


def _of_patient(said: Iterable[_Said]) -> Iterator[_Said]:
    """In a report: nothing of a relative's findings; denied or only feared where a finding of it is."""
    for each in said:
        both = (each.subject.standing, each.object.standing)
        if all(one.experiencer is Experiencer.PATIENT for one in both):
            yield replace(
                each,
                negated=each.negated or any(one.negated for one in both),
                speculated=each.speculated or any(one.hypothetical for one in both),
            )


def _agreed(grammar: Iterable[_Said], reader: Iterable[_Said]) -> Iterator[_Said]:
    """What the grammar says, and what the reader says of entities on which the grammar is silent or merely associates."""
    parsed, read = list(grammar), list(reader)
    settled = {_pair(each) for each in parsed if each.predicate not in WEAK or each.negated}
    mentioned = {_pair(each) for each in parsed}
    stronger = [each for each in read if _pair(each) not in (settled if each.predicate not in WEAK else mentioned)]
    told = {_pair(each) for each in stronger}
    yield from (each for each in parsed if _pair(each) not in told)
    yield from stronger


def _pair(said: _Said) -> frozenset[str]:
    return frozenset((said.subject.entity, said.object.entity))


def _worth_parsing(one: _Read, profile: Profile) -> Iterator[int]:
    """Sentences that name two different things, and say what was found."""
    entities: dict[int, set[str]] = {}
    counts: dict[int, int] = {}
    for mention, found in one.mentions:
        if not found.inner and not is_host(mention):
            entities.setdefault(mention.sentence, set()).add(mention.entity)
            counts[mention.sentence] = counts.get(mention.sentence, 0) + 1
    for number, named in sorted(entities.items()):
        sentence = one.sentences[number]
        short = sentence.end - sentence.start <= LONGEST_PARSED and counts[number] <= MOST_MENTIONS
        telling = len(named) > 1 and short and sentence.section not in SILENT_SECTIONS
        if telling and profile.parsed(one.document.text, one.arguments(number)):
            yield number


def _sentence_input(one: _Read, number: int) -> tuple[str, int, Sequence[Mention]]:
    sentence = one.sentences[number]
    return one.document.text[sentence.start : sentence.end], sentence.start, one.arguments(number)


def _assertion(said: _Said) -> Assertion:
    """How the sentence puts it; "may not" speculates on the negated statement."""
    if said.speculated:
        return Assertion.SPECULATED
    return Assertion.NEGATED if said.negated else Assertion.AFFIRMED
