"""What the lines of an archive hold: verdicts, entries, rows of the ledger, and readings in batches.

A batch says each description and each cited publication once, and its readings refer to them by number. Whatever a
line says is checked: an archive may have been damaged, or made by somebody who wishes us ill.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from isthmus.errors import IsthmusError
from isthmus.graph.model import Document, Entity, Evidence, Statement, canonical_json
from isthmus.graph.stores.assembly import Reading
from isthmus.graph.stores.entries import Entry
from isthmus.graph.stores.ledger import LedgerRow
from isthmus.graph.verdict import Verdict

HEAVIEST = 20_000  # entities and pieces of evidence of one batch, which is one transaction when it is restored
MOST_READINGS = 500


class UnreadableLine(IsthmusError):
    """A line of an archive that does not hold what it should."""


@dataclass(frozen=True)
class Use:
    """An entity that a reading uses: how it describes it (a number in the batch), and where it names it."""

    entity: str
    description: int | None
    count: int
    sentences: tuple[int, ...]


@dataclass(frozen=True)
class KeptReading:
    """A reading as a batch holds it; ``citations`` are numbers in the batch."""

    document: Document
    part: int
    extractor: str
    entities: tuple[Use, ...]
    statements: tuple[Statement, ...]
    evidence: tuple[Evidence, ...]
    citations: tuple[int, ...]
    ledger: LedgerRow


@dataclass(frozen=True)
class Batch:
    """Some readings, with what they describe and cite."""

    descriptions: tuple[Entity, ...]
    citations: tuple[Document, ...]
    readings: tuple[KeptReading, ...]


_BATCH = TypeAdapter(Batch)
_VERDICT = TypeAdapter(Verdict)
_ENTRY = TypeAdapter(Entry)
_LEDGER = TypeAdapter(LedgerRow)


# -- writing ------------------------------------------------------------------------------------------------------


def batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """The readings in their order, cut where a transaction would grow too large."""
    some: list[Reading] = []
    weight = 0
    for reading in readings:
        some.append(reading)
        weight += len(reading.entities) + len(reading.evidence)
        if weight >= HEAVIEST or len(some) >= MOST_READINGS:
            yield some
            some, weight = [], 0
    if some:
        yield some


def batch_line(readings: Sequence[Reading]) -> bytes:
    """A batch as one line of JSON."""
    descriptions: dict[Entity, int] = {}
    citations: dict[Document, int] = {}
    kept = tuple(_kept(reading, descriptions, citations) for reading in readings)
    return canonical_json(Batch(tuple(descriptions), tuple(citations), kept))


def _kept(reading: Reading, descriptions: dict[Entity, int], citations: dict[Document, int]) -> KeptReading:
    uses = []
    for key, entity in sorted(reading.entities.items()):
        number = None if entity is None else descriptions.setdefault(entity, len(descriptions))
        uses.append(Use(key, number, *reading.mentions.get(key, (0, ()))))
    return KeptReading(
        reading.document,
        reading.part,
        reading.extractor,
        tuple(uses),
        tuple(reading.statements[key] for key in sorted(reading.statements)),
        tuple(reading.evidence[key] for key in sorted(reading.evidence)),
        tuple(citations.setdefault(stub, len(citations)) for _, stub in sorted(reading.citations.items())),
        reading.ledger,
    )


# -- reading ------------------------------------------------------------------------------------------------------


def readings_of(line: bytes) -> list[Reading]:
    """The readings of a batch. Raises ``UnreadableLine``."""
    batch: Batch = _checked(_BATCH, line)
    return [_reading(kept, batch) for kept in batch.readings]


def verdict_of(line: bytes) -> Verdict:
    """Raises ``UnreadableLine``."""
    verdict: Verdict = _checked(_VERDICT, line)
    return verdict


def entry_of(line: bytes) -> Entry:
    """Raises ``UnreadableLine``."""
    entry: Entry = _checked(_ENTRY, line)
    return entry


def ledger_of(line: bytes) -> LedgerRow:
    """Raises ``UnreadableLine``."""
    row: LedgerRow = _checked(_LEDGER, line)
    return row


def _checked(adapter: TypeAdapter[Any], line: bytes) -> Any:  # noqa: ANN401 - what the adapter is of
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise UnreadableLine(f"{'.'.join(map(str, first['loc']))}: {first['msg'][:100]}".lstrip(": ")) from None
    except IsthmusError as error:  # a value of ours that refuses what it is made of
        raise UnreadableLine(str(error)) from None


def _reading(kept: KeptReading, batch: Batch) -> Reading:
    statements = {each.id: each for each in kept.statements}
    evidence = {each.id: each for each in kept.evidence}
    if any(each.statement not in statements or not 0.0 <= each.score <= 1.0 for each in evidence.values()):
        raise UnreadableLine(
            f"{kept.document.id} has evidence for a statement that it does not make, or a score beyond 1"
        )
    entities = {use.entity: _described(use, batch.descriptions) for use in kept.entities}
    ends = {end for each in statements.values() for end in (each.subject, each.object)}
    if not ends <= entities.keys():
        raise UnreadableLine(f"{kept.document.id} makes statements about entities that it does not use")
    if any(not 0 <= number < len(batch.citations) for number in kept.citations):
        raise UnreadableLine(f"{kept.document.id} cites what is not in its batch")
    citations = {stub.id: stub for stub in (batch.citations[number] for number in kept.citations)}
    if any(each.document not in {kept.document.id, *citations} for each in evidence.values()):
        raise UnreadableLine(f"{kept.document.id} has evidence in a document that it does not cite")
    return Reading(
        kept.document,
        kept.part,
        kept.extractor,
        entities,
        _mentions(kept.entities),
        statements,
        evidence,
        citations,
        kept.ledger,
    )


def _described(use: Use, descriptions: Sequence[Entity]) -> Entity | None:
    if use.description is None:
        return None
    if not 0 <= use.description < len(descriptions) or descriptions[use.description].id != use.entity:
        raise UnreadableLine(f"{use.entity} is described as something else")
    return descriptions[use.description]


def _mentions(uses: Iterable[Use]) -> Mapping[str, tuple[int, tuple[int, ...]]]:
    return {use.entity: (use.count, use.sentences) for use in uses if use.count > 0}
