"""What a reader would look at in the wording to tell whether a sentence supports a statement, as numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.lexicon.normalise import read_name
from isthmus.extractors.lexicon.symbols import is_english, is_symbolic
from isthmus.extractors.verification.claim import FITS, KINDS, Claim, Reading, kind_of
from isthmus.extractors.verification.cues import AFTER, ASIDE, BEFORE, CUE, CUES
from isthmus.extractors.verification.places import How, Located, Place, locate, read_sentence

_NAME_LIKE = re.compile(r"\b(?=\w*[A-Z0-9])(?=\w*[A-Za-z])\w*[A-Z]\w*[A-Z0-9]\w*\b")


def read_claim(claim: Claim, lexicon: Lexicon) -> Reading:
    """Find both names. Where both have the same places (a dimer), the object takes another one if there is one."""
    subject, obj = locate(claim.text, claim.subject, lexicon), locate(claim.text, claim.object, lexicon)
    return Reading(claim, kind_of(claim.type), subject, obj, _nearest(subject, obj))


def _nearest(subject: Located, obj: Located) -> tuple[Place | None, Place | None]:
    pairs = [
        (max(s.first, o.first) - min(s.last, o.last), number, s, o)
        for number, (s, o) in enumerate((s, o) for s in subject.places for o in obj.places)
        if s.last < o.first or o.last < s.first
    ]
    if pairs:
        return min(pairs, key=lambda pair: pair[:2])[2:]
    return (subject.places or (None,))[0], (obj.places or (None,))[0]


def wording_features(reading: Reading, lexicon: Lexicon) -> dict[str, float]:
    """Named numbers, every one of them in every reading; not found and not given are zeros."""
    found: dict[str, float] = {}
    text = reading.claim.text
    for name in KINDS:
        found[f"kind {name}"] = reading.kind == name
    for side, located, name, place in (
        ("subject", reading.subject, reading.claim.subject, reading.pair[0]),
        ("object", reading.object, reading.claim.object, reading.pair[1]),
    ):
        found |= {f"{side} {key}": value for key, value in _side(text, name, located, place, lexicon).items()}
    found |= _between(reading, lexicon)
    found |= _sentence(text)
    return found


def _side(text: str, name: str, located: Located, place: Place | None, lexicon: Lexicon) -> dict[str, float]:
    surface = text[place.start : place.end] if place else ""
    after = text[place.end : place.end + 30] if place else ""
    before = text[max(0, place.start - 40) : place.start] if place else ""
    found: dict[str, float] = {f"how {how.name}": located.how is how for how in How}
    found |= {f"after {cue}": bool(place and AFTER[cue].match(after)) for cue in AFTER}
    found |= {f"before {cue}": bool(place and BEFORE[cue].search(before)) for cue in BEFORE}
    found["places"] = min(len(located.places), 5)
    found["length"] = len(name)
    found["surface length"] = len(surface)
    found["surface capitals"] = sum(map(str.isupper, surface)) / max(len(surface), 1)
    found["surface digits"] = sum(map(str.isdigit, surface))
    found["surface words"] = surface.count(" ") + surface.count("-")
    found["family"] = "_" in name or name.endswith("family")
    found["english"] = is_english(read_name(surface)) if surface else 0.0
    return found | _grounding(name, surface, lexicon)


def _grounding(name: str, surface: str, lexicon: Lexicon) -> dict[str, float]:
    """How well the sentence's words fit the name by the lexicon: what else they may mean, and how likely."""
    meant = {candidate.entity.id for candidate in lexicon.candidates(name)[:2]}
    candidates = lexicon.candidates(surface) if surface else ()
    fits = [number for number, candidate in enumerate(candidates) if candidate.entity.id in meant]
    total = sum(candidate.score for candidate in candidates) or 1.0
    return {
        "meanings": min(len(candidates), 6),
        "rank": min(fits[0] if fits else 6, 6),
        "share": candidates[fits[0]].score / total if fits else 0.0,
        "score": candidates[fits[0]].score if fits else 0.0,
        "best score": candidates[0].score if candidates else 0.0,
        "known": bool(meant),
        "best is symbol": bool(candidates) and is_symbolic(candidates[0].entity.category),
    }


def _between(reading: Reading, lexicon: Lexicon) -> dict[str, float]:
    text, (subject, obj) = reading.claim.text, reading.pair
    both = subject is not None and obj is not None
    places = [place for place in (subject, obj) if place is not None]
    start, end = (min(p.start for p in places), max(p.end for p in places)) if places else (0, 0)
    inner = (min(p.end for p in places), max(p.start for p in places)) if len(places) > 1 else (0, 0)
    between = text[inner[0] : max(inner)]
    near = text[max(0, start - 60) : end + 60]
    found: dict[str, float] = {
        "subject first": bool(subject and obj and subject.start < obj.start),
        "same place": bool(subject and obj and subject.start == obj.start),
        "same name": bool(reading.claim.subject) and reading.claim.subject == reading.claim.object,
        "both": both,
        "distance": math.log1p(max(0, abs(subject.first - obj.first))) if subject and obj else -1.0,
        "commas between": between.count(","),
        "ends between": len(re.findall(r"[.;:](?=\s)", between)),
        "brackets between": between.count("(") + between.count(")"),
        "and between": bool(re.fullmatch(r"\s*(?:,|and|or|/|,\s*and)\s*", between)) if both else 0.0,
        "hyphen between": bool(re.fullmatch(r"[\s\-/·:–]{1,3}", between)) if both else 0.0,
        "by between": bool(re.search(r"\bby\b", between)),
        "to between": bool(re.search(r"\b(?:to|with)\b", between)),
        "of between": bool(re.search(r"\bof\b", between)),
        "that between": bool(re.search(r"\b(?:that|which|who|while|but|whereas)\b", between)),
        "names between": len(_NAME_LIKE.findall(between)),
        "known names between": sum(inner[0] <= m.start < inner[1] for m in _found(text, lexicon)) if both else 0,
    }
    found |= _cued(text, between, near, reading.kind)
    found["nearest cue"] = _nearest_cue(text, FITS[reading.kind][0], places)
    found["between is one cue"] = len(between.split()) <= 3 and found["fits between"] > 0
    return found


def _cued(text: str, between: str, near: str, kind: str) -> dict[str, float]:
    """Which cues stand between the names, near them and anywhere, and how they fit the kind of statement."""
    found: dict[str, float] = {}
    fits, against = FITS[kind]
    for where, part in (("between", between), ("near", near), ("anywhere", text)):
        counts = _cues(part)
        found |= {f"{cue} {where}": counts.get(cue, 0) for cue in CUES}
        found[f"fits {where}"] = sum(counts.get(cue, 0) for cue in fits)
        found[f"all fit {where}"] = all(counts.get(cue, 0) for cue in fits)
        found[f"against {where}"] = sum(counts.get(cue, 0) for cue in against)
        if where != "anywhere":
            found |= {f"{aside} {where}": bool(pattern.search(part)) for aside, pattern in ASIDE.items()}
    return found


def _found(text: str, lexicon: Lexicon) -> Sequence[Place]:
    return [
        Place(match.start, match.end, 0, 0)
        for match in lexicon.find(text)
        if is_symbolic(match.candidates[0].entity.category)
    ]


def _cues(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for match in CUE.finditer(text):
        counts[match.lastgroup or ""] = counts.get(match.lastgroup or "", 0) + 1
    return counts


def _nearest_cue(text: str, fits: frozenset[str], places: Sequence[Place]) -> float:
    """Logarithm of the characters between the nearest fitting cue and the names; 7 where there is none."""
    gaps = [
        max(0, match.start() - place.end, place.start - match.end())
        for match in CUE.finditer(text)
        if match.lastgroup in fits
        for place in places
    ]
    return math.log1p(min(gaps)) if gaps else 7.0


def _sentence(text: str) -> dict[str, float]:
    found: dict[str, float] = {f"{aside} anywhere": len(pattern.findall(text)) for aside, pattern in ASIDE.items()}
    found["words"] = math.log1p(len(read_sentence(text).keys))
    found["names"] = len(_NAME_LIKE.findall(text))
    found["references"] = len(re.findall(r"xref", text, re.IGNORECASE))
    found["sentence ends"] = len(re.findall(r"[.;](?=\s+[A-Z])", text))
    found["figure"] = bool(re.search(r"\b(?:(?:fig|figure)s?|table|lane|panel)\b", text, re.IGNORECASE))
    found["we"] = bool(re.search(r"\b(?:we|our)\b", text, re.IGNORECASE))
    found["question"] = "?" in text
    return found
