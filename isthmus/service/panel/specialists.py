"""Specialists are data: who they are, what of the graph they may see, what they ask, which model speaks for them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from isthmus.errors import UsageError
from isthmus.graph.model import Modality
from isthmus.graph.vocabulary import Category, Predicate

PACKAGED = Path(__file__).parent / "specialists"
CHAIR = "chair"
LONGEST_FILE = 100_000  # bytes
_Line = Field(min_length=1, max_length=300)


class BadSpecialist(UsageError):
    """A file of a specialist that cannot be read; the message names the file and the field."""


class Specialist(BaseModel):
    """One member of the panel.

    ``categories`` and ``predicates`` name the statements it sees: of one of these predicates, with an end of one of these
    categories or their descendants; none named means all. ``evidence`` are the kinds of research whose sentences it sees.
    ``modality`` is its own field; absent for one that looks across them. ``model`` is ``provider:model``, empty for the
    settings'; ``base_url`` the address of its server, likewise. ``tools``: whether its model may look things up by tool
    calls where its part of the dossier is longer than the table in its prompt.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    modality: Modality | None = None
    knows: str = _Line
    categories: frozenset[Category] = frozenset()
    predicates: frozenset[Predicate] = frozenset()
    evidence: frozenset[Modality] = Field(min_length=1)
    questions: tuple[str, ...] = Field(min_length=1, max_length=8)
    model: str = Field("", max_length=200, pattern=r"^(?:[^:\s]+:\S+)?$")
    base_url: str = Field("", max_length=500, pattern=r"^(?:https?://\S+)?$")
    tools: bool = False
    kind: Literal["specialist", "chair"] = "specialist"


def specialists(own: Path | None = None) -> dict[str, Specialist]:
    """All members by name, the chair last: the package's, and over them the user's from the folder ``own``.

    A file of the user's replaces the packaged one of the same name. Raises ``BadSpecialist``.
    """
    found = dict(_packaged())
    if own is not None and own.is_dir():
        found |= _read_folder(own)
    chairs = [each for each in found.values() if each.kind == CHAIR]
    if len(chairs) != 1:
        raise BadSpecialist(f"a panel has one chair, not {len(chairs)}: name it {CHAIR!r} to replace the packaged one")
    members = [each for each in found.values() if each.kind != CHAIR]
    return {each.name: each for each in (*members, *chairs)}


def read_specialist(path: Path) -> Specialist:
    """The specialist of one YAML file. Raises ``BadSpecialist``."""
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise BadSpecialist(f"{path.name}: longer than {LONGEST_FILE:,} bytes, so no specialist")
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSpecialist(f"{path.name}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise BadSpecialist(f"{path.name}{where}: is no YAML text") from None
    if not isinstance(told, dict):
        raise BadSpecialist(f"{path.name}: is not a list of fields such as name: genetics")
    try:
        return Specialist.model_validate(told)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in error.errors()[:3])
        raise BadSpecialist(f"{path.name}: {faults}") from None


@cache
def _packaged() -> dict[str, Specialist]:
    return _read_folder(PACKAGED)


def _read_folder(folder: Path) -> dict[str, Specialist]:
    return _named((path, read_specialist(path)) for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))))


def _named(read: Iterable[tuple[Path, Specialist]]) -> dict[str, Specialist]:
    found: dict[str, Specialist] = {}
    for path, specialist in read:
        if specialist.name in found:
            raise BadSpecialist(f"{path.name}: name: another file of this folder is called {specialist.name!r} too")
        found[specialist.name] = specialist
    return found
