"""Whether the free text of a claim says what the claim asserts, and nothing besides.

A text is read as: words before the first of its names, the words between each two, and the words after the last. Between
two names only the forms of ``claim_grammar`` may stand; before and after them words that say nothing by themselves, and
pieces that stand so in the evidence. All errors are towards striking out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from isthmus.extractors.chat.instructions import speaks_to_a_model
from isthmus.extractors.readers.visible_text import visible
from isthmus.graph.vocabulary import Predicate, Sign
from isthmus.service.panel.claim_grammar import grammar, moving_words, relation_words
from isthmus.service.panel.claim_words import DENIAL, HEDGE, LEAD, NUMBERS, STRONG, TAIL, TURNING
from isthmus.service.panel.naming import Forms, find_named
from isthmus.service.panel.report import Asserted, Strike

LONGEST_TEXT = 400  # characters
_MARKUP = re.compile(r"[<>{}\[\]`|\\*_#~^=]|https?:|www\.|\w@\w|&\w+;|!|\?|\.\.|\"", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.;:](?=\s+\S)|\n")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’](?:t|s))?|\d+(?:[.,]\d+)*|\S")
_NEXT_WORD = re.compile(r"\s+([A-Za-z]+)\b")
_PREFIXES = re.compile(r"\b(up|down|co)-(?=[a-z])", re.IGNORECASE)
_CONTRAST = frozenset(
    (
        "but",
        "however",
        "whereas",
        "although",
        "though",
        "while",
        "unlike",
        "except",
        "only",
        "rather",
        "instead",
        "than",
    )
) | {"if", "unless", "whether"}
_OPPOSITE = {Sign.POSITIVE: Sign.NEGATIVE, Sign.NEGATIVE: Sign.POSITIVE}
# Whose noun joins both ends in any order: "association between S and O".
_MUTUAL = (Predicate.GENE_ASSOCIATED_WITH_CONDITION, Predicate.RELATED_TO)
_AGAIN = frozenset(("(", ",", "and"))  # what may stand between a name and the same one again
_OPENS = frozenset(("in", "at", "during", "after", "under", "from", "on", "within", "among"))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a claim may not pass, in one word and in words for a person."""

    strike: Strike
    words: str


@dataclass(frozen=True, slots=True)
class Names:
    """The forms of the ends of what is asserted, and of where the statements that are cited hold."""

    ends: Forms
    contexts: Forms


@dataclass(frozen=True, slots=True)
class Read:
    """A text taken apart: ``names`` are the entities it names, in order; ``gaps`` the words between each two."""

    names: tuple[str, ...]
    lead: tuple[str, ...]
    gaps: tuple[tuple[str, ...], ...]
    tail: tuple[str, ...]

    @property
    def words(self) -> Iterator[str]:
        """All words that are no names."""
        for part in (self.lead, *self.gaps, self.tail):
            yield from part


def form_faults(text: str, names: Forms) -> Iterator[Fault]:
    """What makes a text no plain sentence: hidden characters, other scripts, markup, links, instructions, length.

    ``names`` are those that it may hold; what they are made of is not looked at.
    """
    if not text.strip() or len(text) > LONGEST_TEXT:
        yield Fault(Strike.MALFORMED, f"is not one sentence of at most {LONGEST_TEXT} characters")
        return
    plain = text.strip()
    for one in reversed(find_named(plain, names)):
        plain = f"{plain[: one.start]}it{plain[one.end :]}"
    if text != visible(text) or any(map(_odd, plain)):
        yield Fault(Strike.MALFORMED, "holds hidden characters or letters that only look like ours")
    if _MARKUP.search(plain):
        yield Fault(Strike.MALFORMED, "holds markup, a link, a quotation mark or a question")
    if _SENTENCE_END.search(plain):
        yield Fault(Strike.MALFORMED, "is more than one sentence")
    if speaks_to_a_model(text):
        yield Fault(Strike.MALFORMED, "speaks to a model instead of to a reader")


def _odd(character: str) -> bool:
    if character.isascii() or character in "–—’‐‑":
        return False
    name = unicodedata.name(character, "")
    return not name.startswith(("LATIN ", "GREEK ", "MICRO SIGN"))


def read_text(text: str, forms: Forms) -> Read:
    """The text taken apart at the names of these entities. A name that follows on itself counts once."""
    names: list[str] = []
    parts: list[list[str]] = [[]]
    position = 0
    for named in find_named(text, forms):
        parts[-1].extend(_tokens(text[position : named.start]))
        position = named.end
        kinds = forms.kinds.get(named.entity, frozenset())
        if parts[-1] and parts[-1][-1] in kinds:
            parts[-1].pop()
        if names and names[-1] == named.entity and _AGAIN.issuperset(parts[-1]):
            position += parts[-1] == ["("] and text[named.end : named.end + 1] == ")"
            parts[-1] = []
        else:
            names.append(named.entity)
            parts.append([])
        after = _NEXT_WORD.match(text, position)
        if after and after[1].lower() in kinds:
            position = after.end()
    parts[-1].extend(_tokens(text[position:]))
    return Read(tuple(names), tuple(parts[0]), tuple(map(tuple, parts[1:-1])), tuple(parts[-1]) if names else ())


def _tokens(text: str) -> list[str]:
    joined = _PREFIXES.sub(r"\1", text.replace("’", "'"))
    return [token.lower() for token in _TOKEN.findall(joined) if token not in ("'s", "'")]


def text_faults(text: str, asserted: Sequence[Asserted], names: Names, evidence: Sequence[str]) -> list[Fault]:
    """How the text differs from what is asserted; ``evidence`` are the sentences that it cites."""
    missing = {end for one in asserted for end in (one.subject, one.object)} - set(read_text(text, names.ends).names)
    if missing:
        return [Fault(Strike.UNNAMED_ENDS, f"does not name {' and '.join(sorted(missing))}")]
    told = [read_text(each, names.ends) for each in evidence]
    found = list(_read_faults(read_text(text, names.ends), asserted, told))
    masked = _masked(text, names)
    if found and masked != text:
        # Where it holds may be said in the statement's own words or in those of the sentence.
        return min(found, list(_read_faults(read_text(masked, names.ends), asserted, told)), key=len)
    return found


def _masked(text: str, names: Names) -> str:
    """The text with the names of where its statements hold taken for a word that says nothing."""
    taken = [(one.start, one.end) for one in find_named(text, names.ends)]
    for one in reversed(find_named(text, names.contexts)):
        if all(one.end <= start or end <= one.start for start, end in taken):
            text = f"{text[: one.start]}here{text[one.end :]}"
    return text


def _read_faults(read: Read, asserted: Sequence[Asserted], evidence: Sequence[Read]) -> Iterator[Fault]:
    around = yield from _relation_faults(read, asserted)
    yield from _denial_faults(read, asserted)
    strong = sorted(STRONG & set(read.words))
    if strong:
        yield Fault(Strike.OVERSTATED, f"says more than any statement does: {', '.join(strong)}")
    yield from _foreign_faults(around, read.names[-1], asserted, evidence)


@dataclass(frozen=True, slots=True)
class _Around:
    """The words before and after the names that are no part of a relation."""

    lead: Sequence[str]
    tail: Sequence[str]


def _relation_faults(read: Read, asserted: Sequence[Asserted]) -> Generator[Fault, None, _Around]:
    """What the words between the names say otherwise."""
    around = _Around(read.lead, read.tail)
    if len(read.gaps) != len(asserted):
        yield Fault(Strike.WRONG_RELATION, "names things more often than what it asserts has ends")
        return around
    left = list(asserted)
    for place, gap in enumerate(read.gaps):
        pair = read.names[place], read.names[place + 1]
        # The relation may lean on words before and after the names only where there are no others to confuse it with.
        near = around if len(read.gaps) == 1 else _Around((), read.tail if place + 1 == len(read.gaps) else ())
        said = [(one, rest) for one in left if (rest := _says(pair, gap, near, one)) is not None]
        if not said:
            yield _misread(pair, gap, near, left)
            return around
        left.remove(said[0][0])
        rest = said[0][1]
        around = rest if len(read.gaps) == 1 else _Around(around.lead, rest.tail if near.tail else around.tail)
    return around


def _says(pair: tuple[str, str], gap: Sequence[str], near: _Around, one: Asserted) -> _Around | None:
    """What is left of the words around where those between two names relate them as asserted; None where they do not."""
    forms, between = grammar(one.predicate, negated=one.negated), " ".join(gap)
    forward, back = pair == (one.subject, one.object), pair == (one.object, one.subject)
    if (forward and forms.forward.fullmatch(between)) or (back and forms.back.fullmatch(between)):
        return near
    after = forms.bare_tail.match(" ".join(near.tail)) if forward and forms.bare.fullmatch(between) else None
    if after:
        return _Around(near.lead, near.tail[len(after.group().split()) :])
    by, mutual = gap[:1] in (("by",), ("with",)), one.predicate.symmetric or one.predicate in _MUTUAL
    turned = back and (mutual or (by and one.predicate is not Predicate.AFFECTS))
    if forms.nominal is None or not (turned or (forward and (mutual or gap[:1] == ("on",)))):
        return None
    before = forms.nominal.fullmatch(" ".join(near.lead)) if forms.nominal_between.fullmatch(between) else None
    return _Around(before["rest"].split(), near.tail) if before else None


def _misread(pair: tuple[str, str], gap: Sequence[str], near: _Around, left: Sequence[Asserted]) -> Fault:
    """What is wrong with words that no form fits."""
    words = " ".join(gap)
    one = next((each for each in left if {each.subject, each.object} == set(pair)), None)
    if one is None:
        return Fault(Strike.WRONG_RELATION, f"relates {pair[0]} to {pair[1]}, which it does not assert")
    if _says((pair[1], pair[0]), gap, near, one) is not None:
        return Fault(Strike.WRONG_DIRECTION, f"puts {pair[0]} and {pair[1]} the other way round")
    if TURNING & set(gap):
        return Fault(Strike.WRONG_SIGN, f"turns the relation round: {words!r}")
    opposite = moving_words(_OPPOSITE.get(one.predicate.sign, Sign.UNKNOWN))
    if opposite & set(gap) and not moving_words(one.predicate.sign) & set(gap):
        return Fault(Strike.WRONG_SIGN, f"says the opposite of {one.predicate}: {words!r}")
    if "by" in gap:
        return Fault(Strike.WRONG_DIRECTION, f"puts {pair[0]} and {pair[1]} the other way round: {words!r}")
    return Fault(Strike.WRONG_RELATION, f"does not say {one.predicate} plainly: {words or 'nothing'!r}")


def _denial_faults(read: Read, asserted: Sequence[Asserted]) -> Iterator[Fault]:
    inside = sum(word in DENIAL for part in (read.lead, *read.gaps) for word in part)
    after = sum(word in DENIAL for word in read.tail)
    wanted = sum(one.negated for one in asserted)
    if inside != wanted or after:
        more = inside + after > wanted
        yield Fault(Strike.WRONG_NEGATION, "denies what it asserts" if more else "does not deny what it should")


def _foreign_faults(
    around: _Around, last: str, asserted: Sequence[Asserted], evidence: Sequence[Read]
) -> Iterator[Fault]:
    """Words before the names and after the ``last`` of them that the claim brings from elsewhere."""
    # "… lowers X levels", but not "X is lowered by Y levels".
    moved = [one for one in asserted if one.object == last]
    aspects = frozenset().union(*(grammar(one.predicate, negated=one.negated).aspects for one in moved))
    tail = around.tail[1:] if around.tail and around.tail[0] in aspects else around.tail
    if tail and tail[0] in TURNING:
        yield Fault(Strike.WRONG_SIGN, f"turns the relation round: {tail[0]!r}")
    plain = [one for one in evidence if _quotable(one, negated=asserted[0].negated)]
    held = [part for one in plain for part in (_opening(one.lead), one.tail) if part and part[0] in _OPENS]
    yield from _strange(around.lead, LEAD | HEDGE | DENIAL, held)
    yield from _strange(tail, TAIL, held)


def _strange(words: Sequence[str], allowed: frozenset[str], held: Sequence[Sequence[str]]) -> Iterator[Fault]:
    """Words that neither say nothing nor open or end the evidence in just this way."""
    strange = [place for place, word in enumerate(words) if word not in allowed]
    if not strange:
        return
    piece = list(words[: strange[-1] + 1])
    if any(piece == list(each[: len(piece)]) for each in held) and not (STRONG | TURNING) & set(piece):
        return
    told = [words[place] for place in strange]
    numbers = [word for word in told if word[0].isdigit() or word in NUMBERS or word == "%"]
    if numbers:
        yield Fault(Strike.FOREIGN_NUMBER, f"counts or measures what its evidence does not: {', '.join(numbers)}")
    others = [word for word in told if word not in numbers]
    if others:
        yield Fault(
            Strike.FOREIGN_NAME, f"speaks of what neither its statement nor its evidence says: {', '.join(others)}"
        )


def _opening(lead: Sequence[str]) -> Sequence[str]:
    """The words up to the comma that a sentence opens with, "in old rats,"; none where it opens otherwise."""
    return lead if lead and lead[-1] == "," else ()


def _quotable(read: Read, *, negated: bool) -> bool:
    """Whether what a sentence says before and after its names surely belongs to what it says of them.

    It does not where the sentence has several relations, contrasts something, or supposes; a denial must be the one that is
    told.
    """
    words = list(read.words)
    related = sum(word in relation_words() for word in words)
    denials = sum(word in DENIAL for word in words)
    plain = not (HEDGE | _CONTRAST) & set(words) and not any(word in (".", ";", ":") for word in words[:-1])
    return plain and related <= 1 and denials == negated and len(read.names) > 1


def hedged(text: str, names: Names) -> bool:
    """Whether a text only supposes what it says; what stands in its names does not count."""
    return bool(HEDGE & set(read_text(text, names.ends).words))
