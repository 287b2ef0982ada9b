"""Answers as flat rows: the columns that a model makes, from its fields alone, so that they are the same for every answer."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Union, get_args, get_origin

import orjson
from pydantic import BaseModel

Cell = str | int | float | bool | None
JOINT = "|"  # between the items of a list, as KGX has it
_SCALARS = (str, int, float, bool)


class Column:
    """One column: its name, what it holds, and how it is read off an item."""

    __slots__ = ("about", "cell", "name")

    def __init__(self, name: str, about: str, cell: Callable[[Any], Cell]) -> None:
        self.name, self.about, self.cell = name, about, cell


def columns_of(model: type[BaseModel]) -> list[Column]:
    """The columns of a model.

    A field of its own is a column; a model within it gives its columns, after the field's name and ``_``; a list of plain
    values is joined by ``|``; of a list of things with ids these are told, and their names in a column ``…_names``; a
    mapping is JSON. Lists of anything else are left out: they are rows of another table.
    """
    return list(_columns(model, "", lambda item: item))


def _columns(model: type[BaseModel], prefix: str, of: Callable[[Any], Any]) -> Iterator[Column]:
    for field, info in model.model_fields.items():
        name, about = f"{prefix}{(info.alias or field)}", info.description or ""
        kind = _without_none(info.annotation)

        def get(item: Any, field: str = field) -> Any:  # noqa: ANN401 - a field's value
            holder = of(item)
            return None if holder is None else getattr(holder, field)

        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _columns(kind, f"{name}_", get)
        elif get_origin(kind) in (list, tuple):
            yield from _listed(kind, name, about, get)
        elif _plain(kind):
            yield Column(name, about, lambda item, get=get: _value(get(item)))  # type: ignore[misc]
        else:
            yield Column(name, about, lambda item, get=get: _json(get(item)))  # type: ignore[misc]


def _listed(kind: Any, name: str, about: str, get: Callable[[Any], Any]) -> Iterator[Column]:  # noqa: ANN401 - a type
    inner = get_args(kind)[0]
    if _plain(inner):
        yield Column(name, about, lambda item: _joined(get(item)))
    elif isinstance(inner, type) and issubclass(inner, BaseModel) and "id" in inner.model_fields:
        yield Column(name, about, lambda item: _joined([each.id for each in get(item) or ()]))
        if "name" in inner.model_fields:
            yield Column(f"{name}_names", about, lambda item: _joined([each.name for each in get(item) or ()]))


def _without_none(kind: Any) -> Any:  # noqa: ANN401 - a type
    """The type in ``X | None``."""
    if get_origin(kind) in (Union, types.UnionType):
        others = [each for each in get_args(kind) if each is not type(None)]
        return others[0] if len(others) == 1 else Any
    return kind


def _plain(kind: Any) -> bool:  # noqa: ANN401 - a type
    return get_origin(kind) is not dict and (
        (isinstance(kind, type) and issubclass(kind, (*_SCALARS, Enum))) or str(kind).startswith("typing.Literal")
    )


def _value(value: Any) -> Cell:  # noqa: ANN401 - a field's value
    plain: Cell = value.value if isinstance(value, Enum) else value
    return plain


def _joined(values: Any) -> Cell:  # noqa: ANN401 - a field's value
    return None if values is None else JOINT.join(str(_value(each)) for each in values)


def _json(value: Any) -> Cell:  # noqa: ANN401 - a field's value
    if value is None:
        return None
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True)
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
