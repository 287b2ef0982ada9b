"""How a sentence is built between the two names of a statement, as numbers: the path in the parse, and what patterns find."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.lexicon.symbols import is_symbolic
from isthmus.extractors.text.assertion import stance
from isthmus.extractors.text.parsing import Parse, parse_many
from isthmus.extractors.text.relations import relations
from isthmus.extractors.verification.claim import FITS, Reading
from isthmus.extractors.verification.cues import CUE
from isthmus.graph.model import Mention
from isthmus.graph.vocabulary import Category, Predicate

LONGEST_PARSED = 1200  # characters: what is longer is no sentence, and the parser needs its square
_SUBJECT, _OBJECT = "text:subject", "text:object"
_SAID_OF = (Category.CHEMICAL_ENTITY, Category.DISEASE)
_DEPENDENCIES = (
    "nsubj", "nsubjpass", "dobj", "pobj", "compound", "conj", "appos", "agent", "amod", "nmod", "attr", "relcl", "acl", "advcl",
    "prep", "ccomp", "xcomp", "dep", "ROOT", "npadvmod", "punct", "poss",
)  # fmt: skip
_PREPOSITIONS = (
    "by", "of", "to", "with", "in", "between", "on", "for", "from", "via", "through", "at", "as", "than", "into", "after",
    "against", "under",
)  # fmt: skip
_P = Predicate
_RAISING = frozenset({
    _P.ACTIVATES, _P.INCREASES, _P.INCREASES_EXPRESSION_OF, _P.CAUSES, _P.POSITIVELY_CORRELATED_WITH, _P.PRODUCES,
})  # fmt: skip
_LOWERING = frozenset({
    _P.INHIBITS, _P.DECREASES, _P.DECREASES_EXPRESSION_OF, _P.TREATS, _P.PREVENTS, _P.AMELIORATES, _P.NEGATIVELY_CORRELATED_WITH,
})  # fmt: skip
_JOINING = frozenset({_P.BINDS, _P.INTERACTS_WITH, _P.PHYSICALLY_INTERACTS_WITH, _P.PART_OF, _P.ASSOCIATED_WITH})
_RAISED = frozenset({"activation", "stimulation", "amount_up", "phosphorylation"})
_LOWERED = frozenset({"inhibition", "amount_down", "dephosphorylation"})
_JOINED = frozenset({"binding", "interaction"})
_PATH = (
    "length", "up subject", "up object", "verbs", "fits", "against", "other cues", "top verb", "top name", "top fits",
    "top against", "negated", "speculated", "child fits", "child cues",
)  # fmt: skip
_PATTERNS = ("any", "same", "turned", "up", "down", "joined", "agrees", "against", "score", "negated", "total")
NAMES = (
    "mentions",
    "parsed",
    *(f"path {name}" for name in _PATH),
    *(f"pattern {name}" for name in _PATTERNS),
    *(f"{side} {dependency}" for side in ("subject is", "object is", "path has") for dependency in _DEPENDENCIES),
    *(f"path by way of {word}" for word in _PREPOSITIONS),
)


@dataclass(frozen=True, slots=True)
class Syntax:
    """``numbers`` has every one of ``NAMES``, NaN where the sentence was not parsed or lacks a name.

    ``path`` goes from the subject up to the word that governs both names and down to the object: what each step is, and the
    words between.
    """

    numbers: dict[str, float]
    path: tuple[str, ...] = ()


def read_syntax(readings: Sequence[Reading], lexicon: Lexicon) -> list[Syntax]:
    """How each sentence is built, in the order given."""
    found = [Syntax(dict.fromkeys(NAMES, math.nan)) for _ in readings]
    short = [place for place, reading in enumerate(readings) if len(reading.claim.text) <= LONGEST_PARSED]
    parses = parse_many((readings[place].claim.text, 0, _mentions(readings[place], lexicon)) for place in short)
    for place, parse in zip(short, parses, strict=True):
        found[place] = _syntax(parse, readings[place].kind)
    return found


def _mentions(reading: Reading, lexicon: Lexicon) -> list[Mention]:
    """The two names, and whatever else the lexicon knows outside them: the parser reads each as one noun."""
    text = reading.claim.text
    own: list[Mention] = []
    for identifier, place in zip((_SUBJECT, _OBJECT), reading.pair, strict=True):
        if place is None or any(place.start < one.end and one.start < place.end for one in own):
            continue
        surface = text[place.start : place.end]
        known = [candidate.entity.category for candidate in lexicon.candidates(surface)[:1]]
        fitting = [each for each in known if is_symbolic(each) or any(kind.includes(each) for kind in _SAID_OF)]
        category = fitting[0] if fitting else Category.GENE
        own.append(Mention(place.start, place.end, surface, category, identifier, 0, 1.0))
    others = [
        Mention(m.start, m.end, text[m.start : m.end], best.category, best.id, 0, 1.0)
        for m in lexicon.find(text)
        for best in (m.candidates[0].entity,)
        if all(m.end <= one.start or one.end <= m.start for one in own)
    ]
    return sorted([*own, *others], key=lambda mention: mention.start)


def _syntax(parse: Parse, kind: str) -> Syntax:
    at = {mention.entity: place for mention, place in zip(parse.mentions, parse.at, strict=True)}
    both = _SUBJECT in at and _OBJECT in at
    numbers = dict.fromkeys(NAMES, math.nan) | {"mentions": len(parse.mentions), "parsed": both}
    if not both:
        return Syntax(numbers)
    ours, theirs = parse.doc[at[_SUBJECT]], parse.doc[at[_OBJECT]]
    way = _way(ours, theirs)
    numbers |= _path_features(ours, theirs, way, kind) | _pattern_features(parse, kind)
    return Syntax(numbers, _steps(*way))


def _way(ours: Token, theirs: Token) -> tuple[list[Token], Token | None, list[Token]]:
    """From each name, itself first, to below the word that governs both; None for that word in a text of two sentences."""
    up, down = [ours, *ours.ancestors], [theirs, *theirs.ancestors]
    depth = {token.i: number for number, token in enumerate(down)}
    climbed = next((number for number, token in enumerate(up) if token.i in depth), None)
    if climbed is None:
        return up, None, down
    return up[:climbed], up[climbed], down[: depth[up[climbed].i]]


def _steps(up: Sequence[Token], top: Token | None, down: Sequence[Token]) -> tuple[str, ...]:
    """``nsubj< inhibit >dobj``: the names themselves are left out, and so is the top where it is one of them."""
    climb = [step for token in up for step in (token.lemma_.lower(), f"{token.dep_}<")][1:]
    fall = [step for token in down for step in (token.lemma_.lower(), f">{token.dep_}")][1:]
    above = [top.lemma_.lower()] if top is not None and up and down else []
    return (*climb, *above, *reversed(fall))


def _path_features(
    ours: Token, theirs: Token, way: tuple[list[Token], Token | None, list[Token]], kind: str
) -> dict[str, float]:
    up, top, down = way
    found = {f"path {name}": 0.0 for name in _PATH}
    found["path length"] = -1.0
    path = [*up, *down]
    if top is not None:
        path.append(top)
        found |= {"path length": len(up) + len(down), "path up subject": len(up), "path up object": len(down)}
        found["path top verb"] = top.pos_ in ("VERB", "AUX")
        found["path negated"], found["path speculated"] = map(float, stance(top, (ours, theirs)))
    ends = (ours.i, theirs.i)
    inner = [token for token in path if token.i not in ends]
    found |= _path_cues(inner, top, ours, theirs, kind)
    found["path top name"] = top is not None and top.i in ends
    found["path verbs"] = sum(token.pos_ in ("VERB", "AUX") for token in inner)
    steps = [token.dep_ for token in path if token is not top]
    for name in _DEPENDENCIES:
        found[f"subject is {name}"], found[f"object is {name}"] = ours.dep_ == name, theirs.dep_ == name
        found[f"path has {name}"] = steps.count(name)
    words = [token.lower_ for token in path]
    return found | {f"path by way of {word}": words.count(word) for word in _PREPOSITIONS}


def _path_cues(inner: Sequence[Token], top: Token | None, ours: Token, theirs: Token, kind: str) -> dict[str, float]:
    fits, against = FITS[kind]
    cues = [_cue(token) for token in inner]
    below = [_cue(child) for name in (ours, theirs) for child in name.children]
    above = _cue(top) if top is not None and top in inner else ""
    return {
        "path fits": sum(cue in fits for cue in cues),
        "path against": sum(cue in against for cue in cues),
        "path other cues": sum(cue not in fits and cue not in against for cue in cues if cue),
        "path top fits": above in fits,
        "path top against": above in against,
        "path child fits": sum(cue in fits for cue in below),
        "path child cues": sum(map(bool, below)),
    }


def _cue(token: Token) -> str:
    found = CUE.match(token.text)
    return (found.lastgroup or "") if found else ""


def _pattern_features(parse: Parse, kind: str) -> dict[str, float]:
    """What our own patterns read between the two names, and whether the statement says the same."""
    rows = relations(parse)
    found = {f"pattern {name}": 0.0 for name in _PATTERNS} | {"pattern total": float(len(rows))}
    for row in rows:
        ends = parse.mentions[row.subject].entity, parse.mentions[row.object].entity
        if set(ends) != {_SUBJECT, _OBJECT}:
            continue
        raises, lowers, joins = (row.predicate in group for group in (_RAISING, _LOWERING, _JOINING))
        turned = ends[0] != _SUBJECT
        found["pattern any"] = 1.0
        found["pattern turned" if turned else "pattern same"] = 1.0
        found["pattern up"] += raises
        found["pattern down"] += lowers
        found["pattern joined"] += joins
        found["pattern score"] = max(found["pattern score"], row.score)
        found["pattern negated"] += row.negated
        found["pattern agrees"] += (
            (raises and kind in _RAISED) or (lowers and kind in _LOWERED) or (joins and kind in _JOINED)
        )
        found["pattern against"] += (lowers and kind in _RAISED) or (raises and kind in _LOWERED)
    return found
