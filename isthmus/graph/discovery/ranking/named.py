"""Who is named in the sentences at hand, besides those that a statement was read from them about.

A sentence that is evidence of one statement often names third things. The names and synonyms of the entities of the
graph are looked up in it, word by word: that joins things which no statement joins yet, and says more of each.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from isthmus.graph.discovery.ranking.affinity import EntityTexts

if TYPE_CHECKING:
    from typing import TypeAlias

    Incidence: TypeAlias = csr_array[np.float64, tuple[int, int]]

LONGEST_NAME = 6  # words
SHORTEST_NAME = 3  # letters: what is shorter is also an abbreviation of something else
MOST_ALIKE = 3  # a name that more entities share names none of them
MOST_READ = 40_000  # sentences; of more, a sample that depends on their words alone

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, eq=False, slots=True)
class Named:
    """What the sentences of a graph name, whoever is known; ``known_by`` makes use of it.

    One row of ``text`` (place among ``texts.texts``) and ``name`` for each name in each sentence; one row of ``inside``
    (entity) and ``inner_name`` for each name in the name of an entity, its own among them; one row of ``holder_name`` and
    ``holder`` (entity) for each entity that has a name.
    """

    texts: EntityTexts
    text: NDArray[np.int32]
    name: NDArray[np.int32]
    inside: NDArray[np.int32]
    inner_name: NDArray[np.int32]
    holder_name: NDArray[np.int32]
    holder: NDArray[np.int32]

    @classmethod
    def of(cls, texts: EntityTexts) -> Named:
        """Looks the names (a line each in ``texts.names``) up in all sentences, or in ``MOST_READ`` of them."""
        numbers: dict[str, int] = {}
        holders: set[tuple[int, int]] = set()
        for entity, lines in enumerate(texts.names):
            for line in lines.split("\n"):
                name = " ".join(_words(line))
                if len(name) >= SHORTEST_NAME and not name.isdigit():
                    holders.add((numbers.setdefault(name, len(numbers)), entity))
        longest = _longest(numbers)
        found = [
            (text, name)
            for text in _sample(texts.texts)
            for name in sorted(_named(_words(texts.texts[text]), numbers, longest))
        ]
        inner = [
            (entity, name)
            for entity, lines in enumerate(texts.names)
            for name in sorted(_named(_words(lines.split("\n")[0]), numbers, longest))
        ]
        parts = [_pairs(found), _pairs(inner), _pairs(sorted(holders))]
        return cls(texts, *(part[:, column] for part in parts for column in (0, 1)))

    def without(self, documents: NDArray[np.bool_]) -> Named:
        """The same without the sentences that only these documents (a mask over those of the columns) have."""
        return replace(self, texts=self.texts.without(documents))

    def documents_naming(self, left: int, right: int, as_of: int | None, known: NDArray[np.bool_]) -> NDArray[np.int32]:
        """The documents (numbers, sorted) with a sentence that names both entities, as ``known_by`` has it."""
        said, texts = self.known_by(as_of, known), self.texts
        both = np.intersect1d(said.text[said.entity == left], said.text[said.entity == right])
        if texts.document is None:
            return np.zeros(0, dtype=np.int32)
        documents = np.unique(texts.document[np.isin(texts.text, both)])
        return documents[documents >= 0]

    def known_by(self, as_of: int | None, known: NDArray[np.bool_]) -> EntityTexts:
        """The texts with a row more for each known entity that a sentence names, those of the year ``as_of`` only.

        A sentence is dated by the first row that it has. Entities not known by then do not make a name ambiguous.
        """
        texts = self.texts
        counted = known[texts.entity]
        if as_of is not None:
            counted &= (texts.year > 0) & (texts.year <= as_of)
        year = np.full(len(texts.texts), np.iinfo(np.int16).max, dtype=np.int16)
        np.minimum.at(year, texts.text[counted], texts.year[counted])
        written = np.zeros(len(texts.texts), dtype=np.bool_)
        written[texts.text[counted]] = True
        seen = written[self.text]
        holds = self._holds(known)
        shape = len(texts.texts), len(known)
        names = _ones(self.text[seen], self.name[seen], (len(texts.texts), holds.shape[0])) @ holds
        names = names + _ones(texts.text[counted], texts.entity[counted], shape)
        names.sort_indices()
        text = np.repeat(np.arange(names.shape[0], dtype=np.int32), np.diff(names.indptr))
        return replace(texts, text=text, entity=names.indices.astype(np.int32), year=year[text], document=None)

    def incidence(self, as_of: int | None, known: NDArray[np.bool_]) -> Incidence:
        """Shape (n rows, n entities): 1 where a sentence, or the name of an entity, names an entity known by then.

        A name is read like a sentence about what it names: a complex and its parts, a receptor and its inhibitor, and
        two entities of one name stand together.
        """
        texts = self.known_by(as_of, known)
        used, rows = np.unique(texts.text, return_inverse=True)
        said = _ones(rows, texts.entity, (len(used), len(known)))
        alive = known[self.inside]
        holds = self._holds(known)
        inner = _ones(self.inside[alive], self.inner_name[alive], (len(known), holds.shape[0])) @ holds
        own = np.flatnonzero(known)
        inner = inner + _ones(own, own, inner.shape)
        matrix = vstack((said, inner[np.flatnonzero(np.diff(inner.indptr) > 1)]), format="csr")
        matrix.sort_indices()
        matrix.data[:] = 1.0
        return matrix

    def _holds(self, known: NDArray[np.bool_]) -> Incidence:
        """Shape (n names, n entities): who of those known has which name; names that many share are left out."""
        alive = known[self.holder]
        n_names = int(self.holder_name.max(initial=-1)) + 1
        shared = np.bincount(self.holder_name[alive], minlength=n_names)
        alive &= shared[self.holder_name] <= MOST_ALIKE
        return _ones(self.holder_name[alive], self.holder[alive], (n_names, len(known)))


def _ones(rows: NDArray[np.integer], columns: NDArray[np.integer], shape: tuple[int, int]) -> Incidence:
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def _pairs(rows: Sequence[tuple[int, int]]) -> NDArray[np.int32]:
    return np.array(rows, dtype=np.int32).reshape(-1, 2)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _longest(numbers: dict[str, int]) -> dict[str, int]:
    """How many words the longest name has that begins with this one."""
    longest: dict[str, int] = defaultdict(int)
    for name in numbers:
        words = name.split(" ")
        if len(words) <= LONGEST_NAME:
            longest[words[0]] = max(longest[words[0]], len(words))
    return dict(longest)


def _named(words: Sequence[str], numbers: dict[str, int], longest: dict[str, int]) -> set[int]:
    found: set[int] = set()
    for start, word in enumerate(words):
        for length in range(1, longest.get(word, 0) + 1):
            number = numbers.get(" ".join(words[start : start + length]))
            if number is not None:
                found.add(number)
    return found


def _sample(texts: Sequence[str]) -> Sequence[int]:
    if len(texts) <= MOST_READ:
        return range(len(texts))
    lot = [zlib.crc32(text.encode("utf-8", "replace")) for text in texts]
    return sorted(sorted(range(len(texts)), key=lambda place: (lot[place], place))[:MOST_READ])
