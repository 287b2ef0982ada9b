"""What a person typed, to the one entity of the graph that it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from isthmus.errors import UsageError
from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store

CHOICES_SHOWN = 12
_CURIE = re.compile(r"[A-Za-z][\w.+-]*:\S+")


class HalfAPair(UsageError):
    """A question about two things that names one, or about one of two sorts of pair that names halves of both."""


class AmbiguousName(UsageError):
    """A name that several entities share. The command line exits with 2, the API answers 409."""

    http_status = 409

    def __init__(self, name: str, choices: Sequence[Entity]) -> None:
        self.choices = tuple(choices)
        listed = ", ".join(f"{entity.id} ({entity.name}, {entity.category})" for entity in choices[:CHOICES_SHOWN])
        more = f" and {len(choices) - CHOICES_SHOWN} more" if len(choices) > CHOICES_SHOWN else ""
        super().__init__(f"{name!r} could be {listed}{more}. Use the identifier.")


class UnknownName(UsageError):
    """A name or identifier that the graph does not hold. The command line exits with 2, the API answers 404."""

    http_status = 404

    def __init__(self, name: str, near: Sequence[Entity]) -> None:
        self.near = tuple(near)
        listed = ", ".join(f"{entity.id} ({entity.name})" for entity in near)
        hint = f"Near to it: {listed}." if near else "Search with other words, or ingest a source that names it."
        super().__init__(f"{name!r} is not in this graph. {hint}")


def resolve(text: str, store: Store, canonical: Callable[[str], Entity | None]) -> Entity:
    """The entity that a CURIE or a name means in this graph.

    A CURIE is looked up as it is, then as a cross-reference of the graph's own entities, then through the lexicon.
    A name is compared, but for case, with names, then with synonyms. Raises ``AmbiguousName`` or ``UnknownName``.
    """
    wanted = text.strip()
    found = store.entities([wanted]).get(wanted)
    if found is not None:
        return found
    matches = _by_curie(wanted, store, canonical) if _CURIE.fullmatch(wanted) else []
    matches = matches or store.entities_named(wanted)
    if len(matches) > 1:
        raise AmbiguousName(text, matches)
    if not matches:
        raise UnknownName(text, [hit.entity for hit in store.search(wanted, limit=5).items])
    return matches[0]


def _by_curie(curie: str, store: Store, canonical: Callable[[str], Entity | None]) -> list[Entity]:
    direct = store.entities_with_xref(curie)
    if direct:
        return direct
    concept = canonical(curie)
    if concept is None:
        return []
    same = store.entities([concept.id, *concept.xrefs])
    if same:
        return list(same.values())
    return [entity for xref in concept.xrefs for entity in store.entities_with_xref(xref)]
