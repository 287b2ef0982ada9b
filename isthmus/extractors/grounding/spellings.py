"""Other ways to write a name, nearest first: what a source may call the thing that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Common symbols of chemistry; many are also words or single letters, which the lexicon leaves out. The document's own come first.
SHORT_FOR = {
    "NO": "nitric oxide", "K": "potassium", "K+": "potassium", "Na": "sodium", "Na+": "sodium", "Ca": "calcium",
    "Ca2+": "calcium", "Ca(2+)": "calcium", "Mg": "magnesium", "Li": "lithium", "As": "arsenic", "O2": "oxygen",
    "CaCl(2)": "calcium chloride", "CaCl2": "calcium chloride", "NaCl": "sodium chloride", "GSH": "glutathione",
    "DA": "dopamine", "NE": "norepinephrine", "ACh": "acetylcholine", "5-HT": "serotonin", "H2O2": "hydrogen peroxide",
}  # fmt: skip
_LEADING = re.compile(
    r"(?:acute|chronic|severe|mild|familial|hereditary|inherited|sporadic|human|primary|recurrent|advanced|idiopathic)\s+",
    re.IGNORECASE,
)
_TURNED = re.compile(
    r"(?P<kind>cancers?|carcinomas?|tumou?rs?|diseases?|disorders?|atrophy|stenosis) of (?:the )?(?P<place>[\w\s-]+)\Z",
    re.IGNORECASE,
)
_ENANTIOMER = re.compile(r"\(?(?:[+-]|±|\+/-|[RSDL]|dl|DL)\)?-(?=[A-Za-z]{4})|\([RSEZ+±-]\)\s?")
_SALT = re.compile(
    r"\s(?:hydrochloride|hydrobromide|HCl|sulphate|sulfate|maleate|tartrate|mesylate|acetate|phosphate|sodium|citrate)\Z"
)

# Adjectives and what they say that someone has; the first noun that a source knows is taken.
_NOUNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tensive", ("tension",)),
    ("toxic", ("toxicity",)),
    ("toxicities", ("toxicity",)),
    ("diabetic", ("diabetes",)),
    ("depressed", ("depression",)),
    ("depressive", ("depression",)),
    ("sive", ("sion",)),
    ("lytic", ("lysis",)),
    ("rotic", ("rosis",)),
    ("otic", ("osis",)),
    ("eptic", ("epsy", "epsis")),
    ("emic", ("emia",)),
    ("phrenic", ("phrenia",)),
    ("alic", ("aly",)),
    ("athic", ("athy",)),
    ("demented", ("dementia",)),
    ("psychotic", ("psychosis",)),
    ("ic", ("ia", "y", "is")),
)
_BRACKETED_NUMBER = re.compile(r"\((\d+)\)")


def spellings(name: str, chemical: bool) -> Iterator[str]:
    """The name, then its other forms, each once; affixes of salts and enantiomers come off chemicals only.

    >>> list(spellings("severe acute hepatitis", chemical=False))
    ['severe acute hepatitis', 'acute hepatitis', 'hepatitis']
    >>> list(spellings("cancer of the colon", chemical=False))
    ['cancer of the colon', 'colon cancer']
    """
    given = name.strip()
    seen = {given}
    yield given
    for other in _chemical_forms(given) if chemical else _other_forms(given):
        if other and other not in seen:
            seen.add(other)
            yield other


def _chemical_forms(name: str) -> Iterator[str]:
    plain = _ENANTIOMER.sub("", name, count=1) if _ENANTIOMER.match(name) else name
    yield plain
    yield _SALT.sub("", plain)
    yield _BRACKETED_NUMBER.sub(r"\1", name)


def _other_forms(name: str) -> Iterator[str]:
    turned = _TURNED.match(name)
    if turned:
        yield f"{turned['place']} {turned['kind']}"
    while leading := _LEADING.match(name):
        name = name[leading.end() :]
        yield name
    yield from _nouns(name)


def _nouns(name: str) -> Iterator[str]:
    for ending, nouns in _NOUNS:
        if name.endswith(ending):
            yield from (name[: -len(ending)] + noun for noun in nouns)
            return
