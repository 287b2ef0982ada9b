"""What a write changes, as sums: how many readings say each thing more or fewer than before.

A thing in the store knows how many readings say it, and with which words. A reading's node remembers what it said, so
that the difference between a document's old version and its new one is worked out without touching what stayed.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from isthmus.graph.model import Document, Entity, canonical_json
from isthmus.graph.stores.assembly import Reading


def reading_id(document: str, part: int) -> str:
    """The id of a reading's node."""
    return f"{document}#{part}"


def text_digest(text: str) -> str:
    """``content_hash`` of the value whose canonical JSON this is."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Said:
    """What one reading says: ids of its evidence, of the entities that it uses and of what it cites.

    With each of the last two goes the digest of its words for it, empty where it only uses an entity.
    """

    reading: str
    document: str
    evidence: tuple[str, ...]
    entities: Mapping[str, str]
    citations: Mapping[str, str]

    def pack(self) -> bytes:
        """As a node keeps it: a few hundred bytes for a paper, 0.3 MB for ten thousand rows of a table."""
        return zlib.compress(orjson.dumps([self.evidence, self.entities, self.citations]), 1)

    @classmethod
    def unpack(cls, reading: str, document: str, packed: bytes) -> Said:
        """The inverse of ``pack``."""
        evidence, entities, citations = orjson.loads(zlib.decompress(packed))
        return cls(reading, document, tuple(evidence), entities, citations)


def more_or_fewer(
    digests: Iterable[str] | None, counts: Iterable[int] | None, change: Mapping[str, int]
) -> Counter[str]:
    """How many readings give each description of a thing after a change, from the two lists that its node keeps."""
    after = Counter(dict(zip(digests or (), counts or (), strict=True)))
    after.update(change)
    return +after


NOTHING: Mapping[str, int] = {}


@dataclass(slots=True)
class Changes:
    """The sum over the readings that come and those that go."""

    uses: Counter[str] = field(default_factory=Counter)
    descriptions: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    readings: Counter[str] = field(default_factory=Counter)
    citations: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    texts: dict[str, str] = field(default_factory=dict)
    given: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, said: Said, sign: int) -> None:
        """A reading that comes (+1) or goes (-1)."""
        self.readings[said.document] += sign
        for entity, digest in said.entities.items():
            self.uses[entity] += sign
            if digest:
                self.descriptions[entity][digest] += sign
        for document, digest in said.citations.items():
            self.citations[document][digest] += sign
        owners, others = (self.given, self.taken) if sign > 0 else (self.taken, self.given)
        for evidence in said.evidence:
            if said.reading in others.get(evidence, ()):  # the new version of a part says it again
                others[evidence].discard(said.reading)
            else:
                owners[evidence].add(said.reading)

    def touched_entities(self) -> Iterator[str]:
        """Those whose number of readings or whose words change."""
        for entity, change in self.uses.items():
            if change or any(self.descriptions.get(entity, NOTHING).values()):
                yield entity


class Texts:
    """Digests of descriptions, each worked out once however many readings give it."""

    def __init__(self) -> None:
        self.by_digest: dict[str, str] = {}
        self._digests: dict[Entity | Document, str] = {}

    def digest(self, value: Entity | Document) -> str:
        """The digest of its canonical JSON, which is kept."""
        known = self._digests.get(value)
        if known is None:
            text = canonical_json(value).decode()
            known = self._digests[value] = text_digest(text)
            self.by_digest[known] = text
        return known

    def said_by(self, reading: Reading) -> Said:
        """What a reading that comes says."""
        return Said(
            reading=reading_id(*reading.key),
            document=reading.document.id,
            evidence=tuple(sorted(reading.evidence)),
            entities={key: self.digest(each) if each else "" for key, each in sorted(reading.entities.items())},
            citations={key: self.digest(each) for key, each in sorted(reading.citations.items())},
        )
