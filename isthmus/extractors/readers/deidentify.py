r"""A person's data taken out of a clinical text before anything else sees it; ``personal_data`` says what it looks like.

Replaced: names after a title (Dr., Mrs.), a label ("Patient:", "Referring physician:") or in a signature ("Electronically
signed by"), or before a degree (", MD"), and then *every* further place where a part of such a name stands; dates, of
which only the year stays (a date of birth loses that too); record, accession and insurance numbers; telephone numbers;
e-mail and web addresses; postal addresses and hospitals; ages over 89.

What rules cannot promise: a name with no title, label, signature or degree near it anywhere in the text ("Maria was seen
today"), a nickname or a misspelled second form of a name, a first name in lower case, "MS." before a name in capitals
(it is multiple sclerosis more often), a town that stands by itself, an unusual story that tells who it is about. A name
that is a word of reports (White, Long) is replaced only beside a title or label or inside the whole name; one that
medicine took over (Parkinson, Wilson) stays before "disease" and the like. So text that leaves the house needs a
person's eye as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from isthmus.extractors.readers.personal_data import (
    ANNOUNCED,
    BEFORE_A_NAME,
    EPONYMS,
    MEDICAL,
    MEDICAL_USE,
    NO_NAME,
    ORDINARY,
    PARTICLE,
    RULES,
    Rule,
)

NAME = "[NAME]"
_NAME_WORD = re.compile(r"[^\s,]+")
# what another program put in a name's place
_MASKED = re.compile(r"[Xx*_]{2,}")
_RUN_OF_NAMES = re.compile(rf"{re.escape(NAME)}(?:[ \t]*[,.-]?[ \t]*{re.escape(NAME)})+")

Person: TypeAlias = tuple[str, ...]  # the words of a name, in their order


def deidentify(text: str, names: Iterable[str] = ()) -> tuple[str, dict[str, int]]:
    """The text with placeholders for personal data, and how often each kind was found.

    ``names`` are names known from elsewhere: each of their parts is replaced as well.

    >>> deidentify("Mrs. Ada Bell, 93-year-old, seen on 3/14/2019. Ms. Bell fell. No Bell palsy.")[0]
    'Mrs. [NAME], [AGE over 89]-year-old, seen on [DATE] 2019. Ms. [NAME] fell. No Bell palsy.'
    """
    cleaned, counts = deidentify_parts([text], names)
    return cleaned[0], counts


def deidentify_parts(
    texts: Sequence[str], names: Iterable[str] = (), numbers: Iterable[str] = ()
) -> tuple[list[str], dict[str, int]]:
    """Several parts of one report, each as ``deidentify`` gives it: a name that one part announces goes from all.

    ``numbers`` are record numbers known from elsewhere; those of fewer than five characters or without a digit stay.
    """
    counts: Counter[str] = Counter()
    ruled = [_ruled(text, counts) for text in texts]
    if telling := sorted(
        (number for number in map(str.strip, numbers) if _is_identifier(number)), key=len, reverse=True
    ):
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, telling))})(?!\w)", re.IGNORECASE)
        for at, text in enumerate(ruled):
            ruled[at], found = pattern.subn("[ID]", text)
            counts["id"] += found
    spans = [list(_announced(text)) for text in ruled]
    people = {_words(name) for name in names}
    people |= {_words(text[start:end]) for text, found in zip(ruled, spans, strict=True) for start, end in found}
    cleaned = [_without(people - {()}, _cut_out(text, found)) for text, found in zip(ruled, spans, strict=True)]
    cleaned = [_RUN_OF_NAMES.sub(NAME, text) for text in cleaned]
    counts["name"] = sum(text.count(NAME) for text in cleaned) - sum(text.count(NAME) for text in texts)
    return cleaned, {kind: count for kind, count in counts.items() if count > 0}


def _is_identifier(number: str) -> bool:
    return len(number) >= 5 and any(map(str.isdigit, number))


def _ruled(text: str, counts: Counter[str]) -> str:
    for rule in RULES:
        text, found = rule.pattern.subn(partial(_replaced, rule=rule), text)
        counts[rule.kind] += found
    return text


def _replaced(match: re.Match[str], rule: Rule) -> str:
    groups = match.groupdict()
    year = groups.get("year")
    return f"{groups.get('keep') or groups.get('decade') or ''}{rule.replacement}{f' {year}' if year else ''}"


def _announced(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each name that something beside it announces."""
    for pattern, sure in ANNOUNCED:
        for match in pattern.finditer(text):
            span = _name_within(text, *match.span(1))
            if span and (sure or not _is_medicine(text, *span)):
                yield span


def _name_within(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The words from the first that can be one of a name to before the next that cannot."""
    span: tuple[int, int] | None = None
    for found in _NAME_WORD.finditer(text, start, end):
        word = _bare(found[0])
        if span is None and word.lower() in BEFORE_A_NAME:
            continue
        if not _can_name(word):
            break
        at = found.start() + found[0].index(word)
        span = (span[0] if span else at, at + len(word))
    return span


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", word.strip(".;:()[]\"'’-*"))


def _can_name(word: str) -> bool:
    if len(word) == 1:
        return word.isupper()
    return word.lower() not in NO_NAME and not _MASKED.fullmatch(word) and not any(map(str.isdigit, word))


def _words(name: str) -> Person:
    """The words of a name as somebody wrote it, up to the first that is none."""
    words = [_bare(found[0]) for found in _NAME_WORD.finditer(name)]
    end = next((at for at, word in enumerate(words) if not _can_name(word)), len(words))
    return tuple(words[:end])


def _is_medicine(text: str, start: int, end: int) -> bool:
    words = [word.lower() for word in _words(text[start:end])]
    if any(word in MEDICAL for word in words):
        return True
    return words[-1] in EPONYMS and _stands_for_medicine(text, start, end)


def _stands_for_medicine(text: str, start: int, end: int) -> bool:
    """Whether an eponym is meant there: ``Bell palsy``, ``Virchow-Robin``."""
    if MEDICAL_USE.match(text, end):
        return True
    beside = re.compile(r"[-–]([^\W\d_]+)").match(text, end) or re.search(
        r"([^\W\d_]+)[-–]$", text[max(0, start - 30) : start]
    )
    return beside is not None and beside[1].lower() in EPONYMS


def _cut_out(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        kept += [text[at:start], NAME] if start >= at else []
        at = end
    return "".join([*kept, text[at:]])


def _without(people: set[Person], text: str) -> str:
    """The text without these names: whole ones in any case, their words as written, capitalised or in capitals."""
    whole = {r"[\s,.]{1,4}".join(map(re.escape, words)) for words in people if len(words) > 1}
    alone = {part for words in people for word in words for part in (word, *word.split("-")) if _tells(part)}
    # a name of one short word (Wu, Li) is all there is of it
    alone |= {words[0] for words in people if len(words) == 1 and len(words[0]) == 2 and words[0][0].isupper()}
    forms = {form for word in alone for form in (word, word.capitalize(), word.title(), word.upper())}
    alternatives = [f"(?i:{pattern})" for pattern in sorted(whole, key=len, reverse=True)]
    alternatives += [re.escape(form) for form in sorted(forms, key=len, reverse=True)]
    if not alternatives:
        return text
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")
    return pattern.sub(_name_or_eponym, text)


def _name_or_eponym(match: re.Match[str]) -> str:
    is_eponym = match[0].lower() in EPONYMS and _stands_for_medicine(match.string, *match.span())
    return match[0] if is_eponym else NAME


def _tells(word: str) -> bool:
    return len(word) > 2 and word.lower() not in NO_NAME | ORDINARY and not re.fullmatch(PARTICLE, word)
