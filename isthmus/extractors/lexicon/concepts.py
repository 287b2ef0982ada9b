"""Concepts while the lexicon is built: their names, their identifiers, and who owns which identifier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from isthmus.graph.vocabulary import Category

# How sure a name is: the lower the better, but for EVERYDAY, which our own list gives and which is as good as preferred.
# The run time turns them into scores.
PREFERRED, EXACT, RELATED, WEAK, EVERYDAY = range(5)


class Use(NamedTuple):
    """How one concept uses one written form."""

    rank: int  # PREFERRED … WEAK
    case_matters: bool = False


@dataclass(slots=True)
class Concept:
    """One entity of the lexicon to be. ``names`` are its written forms, ``xrefs`` its CURIEs in other namespaces."""

    id: str
    name: str
    category: Category
    names: dict[str, Use] = field(default_factory=dict)
    xrefs: set[str] = field(default_factory=set)

    def call(self, form: str, rank: int) -> None:
        """Add a written form; the better rank stays."""
        form = " ".join(form.split())
        known = self.names.get(form)
        if form and (known is None or rank < known.rank):
            self.names[form] = Use(rank)


class Concepts:
    """All concepts, with each identifier owned by one of them at most."""

    def __init__(self) -> None:
        self._concepts: dict[str, Concept] = {}
        self._owner: dict[str, str] = {}
        self.settled: set[str] = set()  # identifiers that our own list gave away: nothing moves them

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts.values())

    def __len__(self) -> int:
        return len(self._concepts)

    def add(self, identifier: str, name: str, category: Category, names: Iterable[tuple[str, int]] = ()) -> Concept:
        """A new concept; where the id is taken already, the concept that has it, with the names added."""
        concept = self.find(identifier)
        if concept is None:
            concept = Concept(identifier, " ".join(name.split()), category)
            self._concepts[identifier] = concept
            self._owner[identifier] = identifier
            concept.call(name, PREFERRED)
        for form, rank in names:
            concept.call(form, rank)
        return concept

    def find(self, curie: str) -> Concept | None:
        """Who owns this identifier."""
        owner = self._owner.get(curie)
        return None if owner is None else self._concepts[owner]

    def own(self, concept: Concept, curie: str) -> bool:
        """Give an identifier to a concept; False where another has it already, which then keeps it."""
        owner = self._owner.setdefault(curie, concept.id)
        if owner != concept.id:
            return False
        concept.xrefs.add(curie)
        return True

    def move(self, curie: str, concept: Concept) -> None:
        """Take an identifier away from whoever owns it, unless it is settled, and give it to ``concept``."""
        owner = self._owner.get(curie)
        if curie in self.settled or owner == curie:
            return
        if owner is not None:
            self._concepts[owner].xrefs.discard(curie)
        self._owner[curie] = concept.id
        concept.xrefs.add(curie)

    def settle(self, curie: str, concept: Concept) -> None:
        """Move an identifier for good."""
        self.move(curie, concept)
        self.settled.add(curie)
