"""The identifier of a thing that no source knows: an honest state, not a forced id."""

from __future__ import annotations

import re
import unicodedata

from isthmus.graph.model import Entity, content_hash
from isthmus.graph.vocabulary import Category

LONGEST_SLUG = 80
_LOW_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_IN_SLUG = re.compile(r"[^\w]+")
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "π": "pi", "σ": "sigma", "τ": "tau", "ω": "omega",
}  # fmt: skip


def normalised(text: str) -> str:
    """One spelling of a name: compatibility forms plain, white space single, lower case but for words with capitals inside.

    >>> normalised("Foo-Bar  Syndrome"), normalised("the  PARK99 Gene")
    ('foo-bar syndrome', 'the PARK99 gene')
    """
    words = unicodedata.normalize("NFKC", text).split()
    return " ".join(word if _is_symbol(word) else word.lower() for word in words)


def ungrounded_id(text: str, category: Category) -> str:
    """``text:`` + category + slug of the normalised name; the same for every spelling that differs in signs or capitals.

    >>> ungrounded_id("Foo-Bar Syndrome", Category.DISEASE), ungrounded_id("foo bar syndrome", Category.DISEASE)
    ('text:disease/foo-bar-syndrome', 'text:disease/foo-bar-syndrome')
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    spelled = "".join(_GREEK.get(character, character) for character in plain)
    slug = _NOT_IN_SLUG.sub("-", spelled).replace("_", "-").strip("-")
    if not slug or len(slug) > LONGEST_SLUG:
        slug = f"{slug[:LONGEST_SLUG].strip('-')}-{content_hash(plain)[:8]}".strip("-")
    return f"text:{_LOW_HUMP.sub('-', category.value).lower()}/{slug}"


def ungrounded_entity(text: str, category: Category) -> Entity:
    """The entity of a name that no source knows."""
    return Entity(ungrounded_id(text, category), normalised(text) or text, category)


def _is_symbol(word: str) -> bool:
    inner_capital = any(char.isupper() for char in word[1:]) and not word.istitle() and "-" not in word
    return inner_capital or any(char.isdigit() for char in word)
