"""Which entities a name may mean, which entity an identifier is, and where a text names any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.lexicon.curies import written
from isthmus.extractors.lexicon.normalise import Name, gaps_agree, key_hash, read_name
from isthmus.extractors.lexicon.scan import windows
from isthmus.extractors.lexicon.scoring import Candidate, prior, ranked
from isthmus.extractors.lexicon.symbols import is_english, is_never, is_symbolic
from isthmus.extractors.lexicon.table import CASE_MATTERS, ENTITY_SHIFT, RANK_MASK, LexiconMissing, Table, open_table
from isthmus.graph.model import Entity
from isthmus.graph.vocabulary import Category

__all__ = ["Candidate", "Lexicon", "LexiconMissing", "Match"]

COMPILED = Path(__file__).parent / "data"
CATEGORIES = tuple(Category)


@dataclass(frozen=True, slots=True)
class Match:
    """``text[start:end]`` names one of ``candidates``, which are never empty and come best first."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


class Lexicon:
    """A compiled lexicon, memory-mapped: safe to share between threads, and between processes that open it each."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.version = table.version
        self.sources = table.sources
        self._first_xref = np.concatenate(([0], np.cumsum(table.entity_xrefs, dtype=np.int64)))
        self._xref_order: tuple[NDArray[np.uint64], NDArray[np.int64]] | None = None
        self._posting_order: tuple[NDArray[np.uint32], NDArray[np.int64]] | None = None
        self._cached = lru_cache(maxsize=1 << 15)(self._candidates)
        self._form = lru_cache(maxsize=1 << 15)(self._read_form)
        self._entity = lru_cache(maxsize=1 << 15)(self._read_entity)

    @classmethod
    def open(cls, folder: Path | None = None) -> Lexicon:
        """The lexicon compiled into ``folder``; the one that ships with the package by default. Raises ``LexiconMissing``."""
        return cls(open_table(folder or COMPILED))

    def __len__(self) -> int:
        return len(self._table.entity_name)

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """The entities that a name may mean, best first; empty where none.

        Capitals, hyphens and spaces, accents, Greek letters, a plural ending and British or American spelling may
        differ from the lexicon's form, except for short symbols and those that are also English words, whose capitals
        must agree.
        """
        return self._cached(name) if len(name) <= 200 else self._candidates(name)

    def find(self, text: str) -> list[Match]:
        """Every place where a text names an entity: leftmost, longest, not overlapping, in order.

        Offsets count characters of ``text`` as it is. Any text is safe; a name never reaches over the end of a sentence
        or over more than three characters of white space.
        """
        matches: list[Match] = []
        position = 0
        for start, end in windows(text, self._table.posting_hash):
            if start >= position:
                candidates = self.candidates(text[start:end])
                if candidates:
                    matches.append(Match(start, end, candidates))
                    position = end
        return matches

    def canonical(self, curie: str) -> Entity | None:
        """The one entity that a CURIE of any namespace belongs to, with its synonyms; None where the lexicon has none.

        Prefixes are read as people write them: ``mesh:``, ``MIM:``, ``EntrezGene:``, ``ORPHA:``.
        """
        code = self._table.forms.find(written(curie))
        if code is None:
            return None
        if self._xref_order is None:
            codes = self._table.xref_form.astype(np.uint64) << np.uint64(32) | self._table.xref_number
            order = np.argsort(codes, kind="stable")
            self._xref_order = codes[order], order
        codes, order = self._xref_order
        place = int(np.searchsorted(codes, np.uint64(code)))
        if place == len(codes) or int(codes[place]) != code:
            return None
        number = int(np.searchsorted(self._first_xref, order[place], side="right")) - 1
        entity = self._entity(number)
        return Entity(entity.id, entity.name, entity.category, self._synonyms(number), entity.xrefs)

    def check(self, curie: str, label: str) -> bool:
        """Whether an identifier and a label belong together: the label is the entity's name or one of its synonyms.

        The checksum against identifiers that were made up: both must be known, and to the same entity.
        """
        entity = self.canonical(curie)
        if entity is None:
            return False
        wanted = read_name(label).key
        return bool(wanted) and any(read_name(form).key == wanted for form in (entity.name, *entity.synonyms))

    def _candidates(self, text: str) -> tuple[Candidate, ...]:
        name = read_name(text)
        if is_never(name):
            return ()
        found = [candidate for key in (name.key, name.stem) if key for candidate in self._called(key, name)]
        return ranked(found)

    def _called(self, key: str, name: Name) -> Iterator[Candidate]:
        table, wanted, english = self._table, key_hash(key), is_english(name)
        place = int(np.searchsorted(table.posting_hash, np.uint32(wanted), side="left"))
        while place < len(table.posting_hash) and table.posting_hash[place] == wanted:
            form = self._form(int(table.posting_name[place]))
            posting = int(table.posting_entity[place])
            place += 1
            exact = form.capitals[: len(key)] == name.capitals[: len(key)]
            if key not in (form.key, form.stem) or not (exact or _capitals_allow(posting, name, form)):
                continue
            if gaps_agree(name, form):
                rank = posting & RANK_MASK
                entity = self._entity(posting >> ENTITY_SHIFT)
                if english and is_symbolic(entity.category):
                    continue
                preferred = self._form(int(table.entity_name[posting >> ENTITY_SHIFT]))
                match = "name" if form.key == preferred.key else "synonym"
                yield Candidate(entity, match, exact, prior(rank, exact, name, entity))

    def _read_form(self, number: int) -> Name:
        return read_name(self._table.names.restore_key(number))

    def _read_entity(self, number: int) -> Entity:
        table = self._table
        first, last = int(self._first_xref[number]), int(self._first_xref[number + 1])
        curies = tuple(
            table.forms.curie(int(form) << 32 | int(local))
            for form, local in zip(table.xref_form[first:last], table.xref_number[first:last], strict=True)
        )
        name = table.names.restore_key(int(table.entity_name[number]))
        return Entity(curies[0], name, CATEGORIES[int(table.entity_category[number])], (), curies[1:])

    def _synonyms(self, number: int) -> tuple[str, ...]:
        table = self._table
        if self._posting_order is None:
            owner = (table.posting_entity >> ENTITY_SHIFT).astype(np.uint32)
            by_owner = np.argsort(owner, kind="stable")
            self._posting_order = owner[by_owner], by_owner
        owners, order = self._posting_order
        # Of the column's own type: numpy would widen the whole of it for each question.
        first, last = np.searchsorted(owners, np.array([number, number + 1], dtype=np.uint32))
        forms = {int(table.posting_name[place]) for place in order[first:last]}
        forms.discard(int(table.entity_name[number]))
        return tuple(sorted(table.names.restore_key(form) for form in forms))


def _capitals_allow(posting: int, name: Name, form: Name) -> bool:
    """Whether a text with other capitals than the form may still mean it.

    A form of capitals alone ("DAMAGE") needs one in the text that no sentence begins with ("ApoE" is APOE, "damage" is not
    DAMAGE); one with digits does not.
    """
    if posting & CASE_MATTERS:
        return False
    shouted = "l" not in form.capitals
    return not shouted or "U" in name.capitals[1:]
