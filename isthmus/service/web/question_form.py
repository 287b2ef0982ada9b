"""What the address of a question's page says: the whole of what is seen, so that it can be shared."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.graph.model import Entity, Modality
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve

NOTHING = BeforeValidator(lambda value: None if value == "" else value)  # a field of a form that was left empty
Year = Annotated[Annotated[int, Field(ge=1000, le=9999)] | None, NOTHING]
Share = Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOTHING]
Name = Annotated[str, Field(max_length=500)]
MOST_PATHS, MOST_CANDIDATES = 50, 100


class _Asked(BaseModel):
    """``words`` is the question that it was read from, where there was one; ``whole`` asks for page and answer in one."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    as_of: Year = None
    words: Name = ""
    whole: bool = False

    def query(self, **changes: object) -> str:
        """The part of an address that says so, with some of it changed; what is by default is left out."""
        given = self.model_copy(update={"whole": False, **changes}).model_dump(
            mode="json", by_alias=True, exclude_defaults=True
        )
        return urlencode(
            {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
        )


class AskedPaths(_Asked):
    """The paths between two entities: names as typed with the ids that were picked, limits, and what is left out."""

    from_: Name = Field("", alias="from")
    from_id: Name = ""
    to: Name = ""
    to_id: Name = ""
    max_hops: int = Field(3, ge=1, le=4)
    top: int = Field(10, ge=1, le=MOST_PATHS)
    sign: Annotated[PathSign | None, NOTHING] = None
    modality: Annotated[Modality | None, NOTHING] = None
    least: Share = None
    new: bool = False

    @property
    def ready(self) -> bool:
        """Whether both ends are named."""
        return bool((self.from_ or self.from_id).strip() and (self.to or self.to_id).strip())

    @property
    def narrowed(self) -> bool:
        """Whether some paths are left out."""
        return bool(self.sign or self.modality or self.least or self.new)

    def of(self, source: Entity, target: Entity) -> AskedPaths:
        """The same, with what the names were found to mean."""
        return self.model_copy(
            update={"from_": source.name, "from_id": source.id, "to": target.name, "to_id": target.id}
        )


class AskedCandidates(_Asked):
    """What of a category ranks best for an entity."""

    for_: Name = Field("", alias="for")
    for_id: Name = ""
    category: Category = Category.DRUG
    top: int = Field(20, ge=1, le=MOST_CANDIDATES)
    new: bool = False
    kin: bool = False

    @property
    def ready(self) -> bool:
        """Whether the entity is named."""
        return bool((self.for_ or self.for_id).strip())

    def of(self, entity: Entity) -> AskedCandidates:
        """The same, with what the name was found to mean."""
        return self.model_copy(update={"for_": entity.name, "for_id": entity.id})


def meant(store: Store, text: str, curie: str) -> Entity:
    """The entity of a field: the id that was picked, unless the text was changed since, which is then what counts.

    Raises ``AmbiguousName`` and ``UnknownName``.
    """
    if curie:
        picked = store.entities([curie]).get(curie)
        if picked is not None and text.strip() in ("", picked.name, curie):
            return picked
    return resolve(text or curie, store, lexicon().canonical)
