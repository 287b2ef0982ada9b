"""A statement beside the sentence that is said to support it, and the words that would say so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from isthmus.extractors.verification.places import Located, Place

# Kinds of statements, and what each type's name shows of them, in order: the first that fits counts.
_KINDS = (
    ("autophosphorylation", r"autophos"),
    ("dephosphorylation", r"dephos"),
    ("phosphorylation", r"phos"),
    ("modification", r"ubiq|methyl|acetyl|sumo|glyco|hydrox|palmit|myrist|farnes|geranyl|ribosyl|substrate"),
    ("amount_down", r"decrease.?amount|downreg|down.?reg|decreases|represses|reduces.?exp"),
    ("amount_up", r"increase.?amount|upreg|up.?reg|increases|induces.?exp|produc"),
    ("inhibition", r"inhib|block|antagon|suppress|negativ|prevents|disrupt|treats|ameliorat"),
    ("interaction", r"interacts.?with"),
    ("binding", r"complex|bind|interact|associat|coexist|part|compar"),
    ("stimulation", r"stimul"),
    ("activation", r"activ|agonis|positiv|causes|induc|augment|predispos|exacerbat|contribut"),
    ("movement", r"transloc|transport|locali"),
)
KINDS = (*(name for name, _ in _KINDS), "other")
_KIND_OF = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _KINDS)
# For each kind, which cues (``wording.CUES``) speak for it and which against.
FITS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    kind: (frozenset(speak_for.split()), frozenset(against.split()))
    for kind, speak_for, against in (
        ("autophosphorylation", "phosphorylation", "dephosphorylation"),
        ("dephosphorylation", "dephosphorylation", "phosphorylation"),
        ("phosphorylation", "phosphorylation", "dephosphorylation"),
        ("modification", "modification", "phosphorylation"),
        ("amount_down", "down expression", "up binding"),
        ("amount_up", "up expression", "down binding"),
        ("inhibition", "down", "up expression"),
        ("interaction", "binding regulation", ""),
        ("binding", "binding", "up down regulation"),
        ("stimulation", "up", "down"),
        ("activation", "up activity", "down expression"),
        ("movement", "movement", ""),
        ("other", "up down binding regulation", ""),
    )
}


@dataclass(frozen=True, slots=True)
class Claim:
    """``text`` is said to support that ``subject`` stands in the relation ``type`` to ``object``, all in any words."""

    text: str
    type: str
    subject: str
    object: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim with the places of its names; ``pair`` are the two that stand nearest to one another."""

    claim: Claim
    kind: str
    subject: Located
    object: Located
    pair: tuple[Place | None, Place | None]


def kind_of(type_: str) -> str:
    """Which of ``KINDS`` a statement's type or predicate is.

    >>> kind_of("IncreaseAmount"), kind_of("physically interacts with"), kind_of("INHIBITS")
    ('amount_up', 'interaction', 'inhibition')
    """
    return next((name for name, pattern in _KIND_OF if pattern.search(type_)), "other")
