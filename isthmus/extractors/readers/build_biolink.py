"""Make ``data/biolink.json``: the class and slot hierarchy of the Biolink Model, from the package ``biolink-model``.

    python -m isthmus.extractors.readers.build_biolink

The file keeps what is needed to find an ancestor: for each class its parents, for each predicate its parents and its
inverse; ``is_a`` before mixins. Biolink Model is CC0-1.0.
"""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import Any

import orjson
import yaml

TARGET = Path(__file__).parent / "data" / "biolink.json"
ROOT_CLASS, ROOT_PREDICATE = "named thing", "related to"

Definitions = dict[str, dict[str, Any]]


def parents(definitions: Definitions, name: str) -> list[str]:
    """What a class or slot is a kind of: its ``is_a``, then its mixins."""
    definition = definitions[name] or {}
    above = [definition["is_a"]] if definition.get("is_a") else []
    return above + [mixin for mixin in definition.get("mixins") or [] if mixin not in above]


def descends(definitions: Definitions, name: str, root: str) -> bool:
    """Whether ``root`` is ``name`` or one of its ancestors."""
    return name == root or any(descends(definitions, above, root) for above in parents(definitions, name))


def class_name(words: str) -> str:
    """``small molecule`` -> ``SmallMolecule``, as Biolink writes a class in a CURIE."""
    return "".join(word[:1].upper() + word[1:] for word in words.split())


def slot_name(words: str) -> str:
    """``treated by`` -> ``treated_by``."""
    return words.replace(" ", "_")


def inverses(slots: Definitions) -> dict[str, str]:
    """The inverse of each slot that has one, in both directions: the model names it on one side only."""
    both: dict[str, str] = {}
    for name, definition in slots.items():
        if inverse := (definition or {}).get("inverse"):
            both[name] = inverse
            both.setdefault(inverse, name)
    return both


def hierarchy(model: dict[str, Any]) -> dict[str, Any]:
    """What ``biolink.json`` holds, from the parsed model."""
    classes, slots = model["classes"], model["slots"]
    inverse = inverses(slots)
    predicates = {
        slot_name(name): {
            "parents": [slot_name(above) for above in parents(slots, name)],
            "inverse": slot_name(inverse.get(name, "")),
        }
        for name in slots
        if descends(slots, name, ROOT_PREDICATE)
    }
    things = {
        class_name(name): [class_name(above) for above in parents(classes, name)]
        for name in classes
        if descends(classes, name, ROOT_CLASS)
    }
    return {"version": model["version"], "classes": things, "predicates": predicates}


def main() -> None:
    """Write the file."""
    text = (importlib.resources.files("biolink_model") / "schema" / "biolink_model.yaml").read_bytes()
    model = yaml.load(text, Loader=yaml.CSafeLoader)
    TARGET.write_bytes(orjson.dumps(hierarchy(model), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
