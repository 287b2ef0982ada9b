"""Which names in a document are mentions, and what each of them means.

A match of the lexicon has several readings. What decides, in this order: the document's own abbreviations; words beside
the name ("AR *gene*", "*patients with* AR"); what the document names elsewhere in full; the lexicon's prior.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from isthmus.extractors.lexicon.lexicon import Candidate, Lexicon, Match
from isthmus.extractors.text.abbreviations import Abbreviation, find_abbreviations
from isthmus.extractors.text.name_rules import rule_names
from isthmus.extractors.text.stop_names import ALIASES, is_stopped
from isthmus.extractors.ungrounded import ungrounded_entity
from isthmus.graph.model import Entity, Mention
from isthmus.graph.vocabulary import Category

THRESHOLD = 0.30
SHORT = 4  # a symbol this short needs its capitals, whatever the lexicon says
_UNDEFINED, _UNDEFINED_CHEMICAL = 0.38, 0.55
_AS_LIKELY = 0.6  # of the best reading's score
_AGREES = 1.6  # the document names this reading elsewhere in full
_CUE = 1.5

_GENE_LIKE = frozenset({Category.GENE, Category.PROTEIN, Category.GENE_FAMILY, Category.MACROMOLECULAR_COMPLEX})
_DISEASE_LIKE = frozenset({Category.DISEASE, Category.PHENOTYPIC_FEATURE, Category.DISEASE_OR_PHENOTYPIC_FEATURE})
_CHEMICAL_LIKE = frozenset({Category.CHEMICAL_ENTITY, Category.SMALL_MOLECULE, Category.DRUG, Category.FOOD})
_BROAD = frozenset(
    {Category.BIOLOGICAL_PROCESS, Category.PATHWAY, Category.MOLECULAR_ACTIVITY, Category.BEHAVIOR, Category.PROCEDURE}
    | {Category.CELL, Category.PHENOMENON, Category.CELLULAR_COMPONENT}
)
_LEFT_OUT = frozenset({Category.NAMED_THING, Category.INFORMATION_CONTENT_ENTITY, Category.POPULATION})

_AFTER: tuple[tuple[re.Pattern[str], frozenset[Category]], ...] = (
    (
        re.compile(
            r"[-\s]+(?:genes?|proteins?|mRNAs?|promoter|alleles?|locus|loci|expression|mutations?|mutants?|polymorphisms?|variants?|"
            r"transcripts?|knockout|knockdown|receptors?|signall?ing|kinase|isoforms?|null|\+/-|-/-)",
            re.IGNORECASE,
        ),
        _GENE_LIKE,
    ),
    (
        re.compile(r"[-\s]+(?:patients?|diseases?|cases|symptoms|diagnosis|pathogenesis|progression)", re.IGNORECASE),
        _DISEASE_LIKE,
    ),
    (
        re.compile(
            r"[-\s]+(?:treatment|administration|mg|dose|infusion|therapy|supplementation|injection)", re.IGNORECASE
        ),
        _CHEMICAL_LIKE,
    ),
)
_BEFORE: tuple[tuple[re.Pattern[str], frozenset[Category]], ...] = (
    (
        re.compile(
            r"(?:patients?|individuals|subjects|people|diagnosed) with\s+(?:\w+\s+)?$|(?:suffering from|symptoms of|risk of)\s+$"
        ),
        _DISEASE_LIKE,
    ),
    (re.compile(r"(?:expression of|gene encoding|the gene|mutations in)\s+(?:the\s+)?$"), _GENE_LIKE),
    (re.compile(r"(?:treated with|mg of|administration of|injection of|doses? of|dissolved in)\s+$"), _CHEMICAL_LIKE),
)
_LONG_FORM_HEADS: tuple[tuple[re.Pattern[str], Category], ...] = (
    (
        re.compile(
            r"(?:diseases?|syndromes?|disorders?|dystrophy|cancers?|carcinomas?|tumou?rs?|sclerosis|dementia|\w+itis|\w+opathy|"
            r"epilepsy|failure|palsy|ataxia|injury|deficiency|encephalopathy|lymphoma|leuka?emia|depression|dyskinesias?|hypertension)$",
            re.IGNORECASE,
        ),
        Category.DISEASE,
    ),
    (re.compile(r"(?:proteins?|receptors?|kinases?|factors?(?: \w{1,5})?|\w+ases?|transporter|ligand|channel|\w*globulin)$", re.IGNORECASE), Category.GENE),
    (re.compile(r"(?:\w+ acids?|\w+(?:ine|ide|one|ol|ate|amine|azole))$", re.IGNORECASE), Category.CHEMICAL_ENTITY),
)  # fmt: skip
# What ends like an enzyme or a chemical and is none: "risk factor", "increase", "control", "false discovery rate".
_NO_HEAD = re.compile(
    r"(?:(?:risk|impact|growth-promoting|environmental|clinical|protective|prognostic|use|bias) factors?|\w*(?:phase|base|case|crease|lease|chase|phrase|ease)s?"
    r"|control|protocol|school|tool|pool|symbol|goal|rate|state|climate|candidate|estimate|substrate|isolate|template|plate|gate|date|debate|index \w+"
    r"|medicine|baseline|line|decline|discipline|routine|machine|magazine|spine|urine|intestine|alone|zone|bone|phone|stone|clone|milestone|tone"
    r"|side|guide|slide|divide|suicide|stride|time|magnitude|altitude|attitude|genotype|score|scale|diet|surface|interface|trial)\Z",
    re.IGNORECASE,
)

_ASIDE = re.compile(r"\s\([^()]*\)(?=\s)")
_CHARGE = re.compile(r"[\d]*[+-]?\)")
_STRAIN = re.compile(r"[\s-](mice|mouse|rats?)\Z")
_ALIAS = re.compile(
    rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(ALIASES, key=len, reverse=True)))})(?!\w)", re.IGNORECASE
)
_BRACKETED = re.compile(r"\s?\((\w[\w/-]{1,9})[);,]")


@dataclass(frozen=True, slots=True)
class Found:
    """A name with the meaning chosen for it. ``inner`` names lie inside a longer one and are in no statement."""

    start: int
    end: int
    entity: Entity
    score: float
    inner: bool = False


def find_mentions(text: str, sentences: Sequence[tuple[int, int]], lexicon: Lexicon) -> list[tuple[Mention, Found]]:
    """The mentions of a text in order of their start, longer first; each lies within one of ``sentences``."""
    return list(located(text, _all_found(text, sentences, lexicon), sentences))


def located(text: str, found: Iterable[Found], sentences: Sequence[tuple[int, int]]) -> Iterator[tuple[Mention, Found]]:
    """Names as mentions, in order of their start, longer first; what lies in no sentence, or in two, is left out."""
    starts = [start for start, _ in sentences]
    for name in sorted(found, key=lambda name: (name.start, -name.end)):
        sentence = bisect_right(starts, name.start) - 1
        if sentence >= 0 and name.end <= sentences[sentence][1]:
            entity = name.entity
            yield (
                Mention(
                    name.start,
                    name.end,
                    text[name.start : name.end],
                    entity.category,
                    entity.id,
                    sentence,
                    round(name.score, 3),
                    entity.xrefs,
                ),
                name,
            )


def _all_found(text: str, sentences: Sequence[tuple[int, int]], lexicon: Lexicon) -> list[Found]:
    matches = [_mended(text, match, lexicon) for match in lexicon.find(text)]
    matches = [match for match in matches if not is_stopped(text[match.start : match.end])]
    meanings = _meanings(find_abbreviations(text, sentences), lexicon)
    meanings = _bracketed(text, matches, meanings) | meanings
    named_in_full = Counter(
        candidate.entity.id
        for match in matches
        if match.end - match.start > SHORT + 2
        for candidate in match.candidates[:1]
    )
    found: list[Found] = []
    for match in matches:
        name = text[match.start : match.end]
        if _short_form(name, meanings) is None and _alias(name) is None:
            chosen = _choose(text, match.start, match.end, match.candidates, named_in_full)
            if chosen is not None:
                found.append(chosen)
                found.extend(_inner(text, chosen, lexicon))
    found.extend(_defined(text, meanings))
    found.extend(_aliased(text, lexicon))
    found.extend(
        Found(rule.start, rule.end, Entity(rule.entity, text[rule.start : rule.end], rule.category), rule.score)
        for rule in rule_names(text)
    )
    return _without_overlaps(found)


def _mended(text: str, match: Match, lexicon: Lexicon) -> Match:
    """The match with its brackets in pairs, with the charge of an ion, of an animal's strain only the animal."""
    start, end = match.start, match.end
    if text[start - 1 : start] == "(" and text.find(")", start, end) >= 0 and "(" not in text[start:end]:
        start -= 1  # "(R)-ketamine"
    name = text[start:end]
    opened = name.rfind("(")
    if opened > name.rfind(")"):
        charge = _CHARGE.match(text, end)
        end = charge.end() if charge else start + len(name[:opened].rstrip())
    elif name.endswith("2") and text[end : end + 1] == "+":
        end += 1
    animal = _STRAIN.search(text, start, end)
    if animal and match.candidates[0].entity.category is Category.ORGANISM_TAXON:
        start = animal.start(1)
        return Match(start, end, lexicon.candidates(animal.group(1)) or match.candidates)
    return Match(start, end, match.candidates)


def _choose(
    text: str, start: int, end: int, candidates: Sequence[Candidate], named_in_full: Mapping[str, int]
) -> Found | None:
    """The likeliest reading of a name where it stands; None where none is likely enough."""
    name = text[start:end]
    cued = _cued(text, start, end)
    scored: list[tuple[float, Candidate]] = []
    for candidate in candidates:
        if candidate.entity.category in _LEFT_OUT or not _capitals_fit(name, candidate):
            continue
        score = candidate.score
        if candidate.entity.category in cued:
            score *= _CUE
        if len(name) <= SHORT + 2 and named_in_full.get(candidate.entity.id):
            score *= _AGREES
        scored.append((score, candidate))
    if not scored:
        return None
    score, best = max(scored, key=lambda pair: pair[0])
    # "p21" may be three genes: that it is a gene is surer than which.
    of_its_kind = sum(other for other, candidate in scored if _kind(candidate) == _kind(best))
    if of_its_kind < THRESHOLD or (score < _least(name, best) and not named_in_full.get(best.entity.id)):
        return None
    return Found(start, end, best.entity, min(score, 0.99))


def _least(name: str, candidate: Candidate) -> float:
    """What a symbol that the document never defines must score: three capitals stand for anything.

    Of such symbols that a source has as a synonym, fewer than one in three were right below these marks on the training documents.
    """
    if candidate.match == "name" or len(name) > SHORT or not name.isalnum() or not name.isupper():
        return 0.0
    if candidate.entity.category in _CHEMICAL_LIKE:
        return _UNDEFINED_CHEMICAL if name.isalpha() else 0.0
    if not name.isalpha() and len(name) > 2:
        return 0.0
    return _UNDEFINED if len(name) < SHORT else 0.0


def _kind(candidate: Candidate) -> Category:
    """One category for those that different sources use for the same things."""
    category = candidate.entity.category
    for kinds in (_GENE_LIKE, _DISEASE_LIKE, _CHEMICAL_LIKE):
        if category in kinds:
            return min(kinds)
    return category


def _capitals_fit(name: str, candidate: Candidate) -> bool:
    """Whether a short symbol is written as its source writes it: "met" is not MET, "CASP" is no verb."""
    if candidate.exact_case or len(name) > SHORT + 1:
        return True
    if candidate.entity.category not in _GENE_LIKE | _CHEMICAL_LIKE:
        return True
    has_digit, has_capital = any(map(str.isdigit, name)), any(map(str.isupper, name))
    return (len(name) >= SHORT and (has_digit or has_capital)) or (name[1:].islower() and len(name) > SHORT)


def _cued(text: str, start: int, end: int) -> frozenset[Category]:
    """The categories that the words beside a name speak for."""
    after, before = text[end : end + 20], text[max(0, start - 40) : start]
    cued: frozenset[Category] = frozenset()
    for pattern, categories in _AFTER:
        if pattern.match(after):
            cued |= categories
    for pattern, categories in _BEFORE:
        if pattern.search(before):
            cued |= categories
    return cued


def _meanings(abbreviations: Iterable[Abbreviation], lexicon: Lexicon) -> dict[str, tuple[Abbreviation, Entity | None]]:
    """What each short form of the document means; None where its long form is no name that we know or can guess."""
    meanings: dict[str, tuple[Abbreviation, Entity | None]] = {}
    for abbreviation in abbreviations:
        if abbreviation.short in meanings:
            continue
        entity = _meaning(abbreviation, lexicon)
        meanings[abbreviation.short] = abbreviation, entity
    return meanings


def _meaning(abbreviation: Abbreviation, lexicon: Lexicon) -> Entity | None:
    readings = [c for c in _long_readings(abbreviation.long, lexicon) if c.entity.category not in _LEFT_OUT]
    shorts = [c for c in lexicon.candidates(abbreviation.short) if _capitals_fit(abbreviation.short, c)]
    if readings and not is_stopped(abbreviation.long):
        both = {candidate.entity.id for candidate in shorts}
        likely = [candidate for candidate in readings if candidate.score >= _AS_LIKELY * readings[0].score]
        agreed = [candidate for candidate in likely if candidate.entity.id in both]
        return (agreed or readings)[0].entity
    for pattern, category in _LONG_FORM_HEADS:
        if pattern.search(abbreviation.long) and not _NO_HEAD.search(abbreviation.long):
            kind = [
                c for c in shorts if category is Category.GENE and c.entity.category in _GENE_LIKE and c.score > 0.4
            ]
            return kind[0].entity if kind else ungrounded_entity(abbreviation.long, category)
    if shorts and shorts[0].score >= 0.6 and not is_stopped(abbreviation.short):
        return shorts[0].entity
    return None


def _long_readings(long: str, lexicon: Lexicon) -> Sequence[Candidate]:
    """The readings of a long form, also without the aside in it or with a space for its slash."""
    spellings = (long, _ASIDE.sub(" ", long), long.replace("/", " "), long.replace("-", " ").replace("/", " "))
    return next((found for spelling in dict.fromkeys(spellings) if (found := lexicon.candidates(spelling))), ())


def _bracketed(
    text: str, matches: Iterable[Match], meanings: Mapping[str, tuple[Abbreviation, Entity | None]]
) -> dict[str, tuple[Abbreviation, Entity | None]]:
    """Short forms in brackets after a name that they may stand for in another order: "myotonic dystrophy (DM)"."""
    found: dict[str, tuple[Abbreviation, Entity | None]] = {}
    for match in matches:
        bracket = _BRACKETED.match(text, match.end)
        if bracket is None or match.end - match.start < 2 * SHORT:
            continue
        short, long = bracket.group(1), text[match.start : match.end]
        known = meanings.get(short)
        initials = {word[0].lower() for word in re.split(r"[\s-]+", long) if word}
        if known is None and short.isupper() and short.isalpha() and set(short.lower()) <= initials:
            abbreviation = Abbreviation(short, long, *bracket.span(1), match.start, match.end)
            found[short] = abbreviation, match.candidates[0].entity
    return found


def _short_form(
    name: str, meanings: Mapping[str, tuple[Abbreviation, Entity | None]]
) -> tuple[Abbreviation, Entity | None] | None:
    meaning = meanings.get(name)
    if meaning is None and name.endswith("s"):
        meaning = meanings.get(name[:-1])
    return meaning


def _defined(text: str, meanings: Mapping[str, tuple[Abbreviation, Entity | None]]) -> Iterable[Found]:
    """Every place where the document uses a short form that it defined, and the long form where it defined it."""
    known = {short: meaning for short, meaning in meanings.items() if meaning[1] is not None}
    if not known:
        return
    ordered = sorted(known, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ordered))})s?(?!\w)")
    for match in pattern.finditer(text):
        meaning = _short_form(match.group(), known)
        if meaning is not None and meaning[1] is not None:
            yield Found(*match.span(), meaning[1], 0.9 if meaning[1].grounded else 0.7)
    for abbreviation, entity in known.values():
        if entity is not None and not entity.grounded:
            yield Found(abbreviation.long_start, abbreviation.long_end, entity, 0.65)


def _alias(word: str) -> str | None:
    """The name that a word of our own list means; a word of small letters may begin a sentence."""
    return ALIASES.get(word) or (ALIASES.get(word.lower()) if word[1:].islower() else None)


def _aliased(text: str, lexicon: Lexicon) -> Iterable[Found]:
    """Adjectives that mean a disease, and words and spellings that our sources lack or read otherwise."""
    for match in _ALIAS.finditer(text):
        name = _alias(match.group())
        readings = lexicon.candidates(name) if name else ()
        if readings:
            yield Found(*match.span(), readings[0].entity, readings[0].score * 0.8)


def _inner(text: str, outer: Found, lexicon: Lexicon) -> Iterable[Found]:
    """Genes, chemicals and diseases named inside the name of a process: "*insulin* secretion"."""
    if outer.entity.category not in _BROAD:
        return
    name = text[outer.start : outer.end]
    cut = name.find(" ")
    if cut < 0:
        return
    for low, high in ((0, name.rfind(" ")), (cut + 1, len(name))):
        for match in lexicon.find(name[low:high]):
            best = match.candidates[0]
            inside = name[low + match.start : low + match.end]
            if best.entity.category in _GENE_LIKE | _CHEMICAL_LIKE | _DISEASE_LIKE and not is_stopped(inside):
                if best.score >= THRESHOLD and _capitals_fit(inside, best):
                    at = outer.start + low
                    yield Found(at + match.start, at + match.end, best.entity, best.score * 0.9, inner=True)


def _without_overlaps(found: Iterable[Found]) -> list[Found]:
    """Longer names win, then grounded ones, then surer ones; inner names only have to differ from one another."""
    kept: list[Found] = []
    taken: set[int] = set()
    taken_inside: set[int] = set()
    for name in sorted(found, key=lambda n: (n.inner, n.start - n.end, not n.entity.grounded, -n.score, n.start)):
        places = range(name.start, name.end)
        claimed = taken_inside if name.inner else taken
        if claimed.isdisjoint(places):
            kept.append(name)
            claimed.update(places)
    return kept
