r"""Rules that take a person's data out of a clinical text before anything else sees it.

Replaced: names after a title (Dr., Mrs.), a label ("Patient:", "Referring physician:") or in a signature ("Electronically
signed by"), or before a degree (", MD"), and then *every* further place where a part of such a name stands; dates, of
which only the year stays (a date of birth loses that too); record, accession and insurance numbers; telephone numbers;
e-mail and web addresses; postal addresses and hospitals; ages over 89.

What rules cannot promise: a name with no title, label, signature or degree near it anywhere in the text ("Maria was seen
today"), a nickname or a misspelled second form of a name, a first name in lower case, "MS." before a name in capitals
(it is multiple sclerosis more often), a town that stands by itself, an unusual story that tells who it is about. A name
that is also a word of medicine (Dr. Parkinson) takes that word with it where it is written like the name. So text that
leaves the house needs a person's eye as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

NAME = "[NAME]"

_UPPER = "A-ZÀ-ÖØ-ÞĀŁŃŚŹŻČŘŠŽ"
_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|la|le|el|al|bin|ibn|ter|ten|zu)"
# One word of a name: initials, or a capitalised word with apostrophes and hyphens inside.
_WORD = rf"(?:[{_UPPER}]\.(?:-?[{_UPPER}]\.)*|[{_UPPER}][\w'’-]*)"
_PERSON = rf"(?:{_PARTICLE}[ \t]+){{0,2}}{_WORD}(?:,?[ \t]+(?:{_PARTICLE}[ \t]+){{0,2}}{_WORD}){{0,3}}"
_LOWER_PERSON = r"[^\W\d_][\w'’-]+(?:,?[ \t]+[^\W\d_][\w'’.-]*){0,2}"
_ROLE = r"""(?:
    (?:(?:referring|requesting|ordering|attending|consulting|primary(?:[ ]care)?|admitting|reporting|interpreting|reading
        |family|assistant)[ \t]+)?
    (?:physician|doctor|provider|clinician|radiologist|neuroradiologist|surgeon|consultant|resident|fellow|technologist
        |technician|sonographer|practitioner|gp|pcp)(?:\(s\)|s)?
    |(?:patient(?:'s)?|pt|last|first|middle|family|given|full|maiden)[ \t]+name|patient|surname|mother|father|guardian
    |next[ \t]of[ \t]kin|(?:emergency|contact)[ \t](?:contact|person)|referrer|requester|reporter|author|attending|cc
    |cop(?:y|ies)[ \t]to
    |(?<!exam[ ])(?<!study[ ])(?<!file[ ])(?<!test[ ])(?<!drug[ ])(?<!series[ ])(?<!device[ ])(?<!protocol[ ])name
)"""
_SIGNED = r"""(?:
    signed|dictated|transcribed|read|reported|interpreted|reviewed|approved|verified|authenticated|authori[sz]ed
    |finali[sz]ed|performed|requested|referred|ordered|prepared|typed|checked|countersigned
)"""
_DEGREE = r"(?:M\.?D|D\.?O|Ph\.?D|R\.?N|N\.?P|PA-C|MBBS|MBChB|FRCR|FACR|RT\(R\))"

# Each has one group, the name. Case counts inside the name, not in the words around it.
_NAMES = tuple(
    re.compile(pattern, re.VERBOSE | re.MULTILINE)
    for pattern in (
        rf"\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|Professor|Doctor|Nurse)\b\.?[ \t]*\n?[ \t]*({_PERSON})",
        rf"\b(?:DR|MR|MRS|PROF)\.[ \t]+({_PERSON})",
        rf"\b(?i:{_ROLE})[*]*[ \t]*[:=][*]*[ \t]*\n?[ \t]*({_PERSON})",
        rf"^[ \t]*(?i:patient(?:'s)?(?:[ \t]name)?|name)[*]*[ \t]*[:=][*]*[ \t]*({_LOWER_PERSON})[ \t]*(?=$|[,;|(\t]|[ ]{{2}})",
        rf"\b(?:Patient|Pt\.?)[ \t]+({_WORD}[ \t]+{_WORD})",
        rf"\b(?i:{_SIGNED}(?:[ \t]+(?:electronically|digitally))?[ \t]*(?:by\b|:)[ \t]*:?)[ \t]*\n?[ \t]*({_PERSON})",
        rf"\b({_PERSON}),[ \t]*{_DEGREE}\b",
    )
)

# Words that follow a label or a title without being a name; a name ends before them.
_NO_NAME = frozenset(
    [
        "a",
        "about",
        "above",
        "accession",
        "account",
        "acute",
        "additional",
        "adult",
        "age",
        "aged",
        "all",
        "an",
        "and",
        "anterior",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "before",
        "below",
        "brain",
        "but",
        "by",
        "care",
        "center",
        "centre",
        "cerebral",
        "chest",
        "child",
        "chronic",
        "clinic",
        "clinical",
        "comparison",
        "compared",
        "complains",
        "conclusion",
        "contrast",
        "coronary",
        "could",
        "ct",
        "date",
        "days",
        "department",
        "digital",
        "do",
        "dob",
        "doctor",
        "dr",
        "eeg",
        "electronically",
        "emergency",
        "enhanced",
        "exam",
        "examination",
        "examined",
        "exams",
        "family",
        "female",
        "findings",
        "first",
        "follow",
        "for",
        "from",
        "gender",
        "girl",
        "has",
        "have",
        "he",
        "head",
        "her",
        "his",
        "history",
        "hospital",
        "id",
        "images",
        "imaging",
        "impression",
        "in",
        "inc",
        "indication",
        "infant",
        "information",
        "is",
        "it",
        "its",
        "known",
        "last",
        "left",
        "lumbar",
        "male",
        "man",
        "md",
        "medical",
        "medicine",
        "midline",
        "middle",
        "mild",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mr",
        "mra",
        "mri",
        "mrn",
        "mrs",
        "ms",
        "multiple",
        "n/a",
        "na",
        "name",
        "named",
        "neurology",
        "neurosurgery",
        "new",
        "no",
        "none",
        "normal",
        "not",
        "note",
        "notified",
        "number",
        "of",
        "office",
        "old",
        "oncology",
        "on",
        "or",
        "order",
        "orthopedics",
        "our",
        "outpatient",
        "page",
        "pain",
        "patient",
        "pediatrics",
        "per",
        "pet",
        "phd",
        "phone",
        "physician",
        "please",
        "possible",
        "posterior",
        "presented",
        "presenting",
        "presents",
        "previous",
        "prior",
        "procedure",
        "professor",
        "prof",
        "pt",
        "radiology",
        "read",
        "reason",
        "referred",
        "referring",
        "reported",
        "reports",
        "resident",
        "results",
        "right",
        "routine",
        "see",
        "seen",
        "service",
        "severe",
        "sex",
        "she",
        "signed",
        "since",
        "spect",
        "spine",
        "stable",
        "status",
        "study",
        "surgery",
        "team",
        "technique",
        "the",
        "their",
        "there",
        "they",
        "this",
        "time",
        "to",
        "today",
        "unable",
        "unchanged",
        "unit",
        "unknown",
        "ultrasound",
        "us",
        "was",
        "we",
        "were",
        "when",
        "who",
        "will",
        "with",
        "without",
        "woman",
        "xr",
        "x-ray",
        "year",
        "years",
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "am",
        "pm",
        "est",
        "am.",
        "pm.",
        "address",
        "birth",
        "tel",
        "fax",
        "email",
    ]
)


class _Rule(NamedTuple):
    """What a pattern finds becomes ``replacement``; a group called ``keep`` stays before it, one called ``year`` after."""

    kind: str
    pattern: re.Pattern[str]
    replacement: str


def _rule(kind: str, replacement: str, pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> _Rule:
    return _Rule(kind, re.compile(pattern, re.VERBOSE | re.MULTILINE | flags), replacement)


_EXACT = re.RegexFlag(0)
_MONTH = r"""(?-i:(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?
    |Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?
    |AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?))\b\.?"""
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_MM, _DD = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12][0-9]|3[01])"
_NTH = r"(?:st|nd|rd|th)?"
_NUMBERS = (
    rf"(?:{_DD}[ ]?[-/.][ ]?{_DD}[ ]?[-/.][ ]?(?:[0-9]{{4}}|[0-9]{{2}})|[0-9]{{4}}[-/.]{_DD}[-/.]{_DD}|[0-9]{{8}})"
)
_WORDS = rf"(?:{_MONTH}[ -]?{_DD}{_NTH},?[ -]+[0-9]{{2,4}}|{_DD}{_NTH}[ -](?:of[ ])?{_MONTH},?[ -]*[0-9]{{2,4}})"
_TOKEN = r"(?=[\w./-]*[0-9])[A-Za-z0-9][\w./-]*\w"
_NUMBER_OF = r"(?:[ ]?(?:no|num|number|nr|id|\#)\b\.?|[ ]?\#)"
_STREET = r"""(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace
    |Highway|Hwy|Parkway|Pkwy|Circle|Cir)\b\.?"""

# In this order: what a later rule would take for a number or a name is gone by then.
_RULES = (
    _rule("contact", "[CONTACT]", r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bhttps?://\S+|\bwww\.\S+"),
    _rule("contact", "[CONTACT]", r"(?<![\d.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\d.])"),
    _rule(
        "date",
        "[DATE]",
        rf"(?P<keep>\b(?:DOB|D\.O\.B\.?|date[ ]of[ ]birth|birth[ ]?date|born(?:[ ]on)?)\b[ \t]*[:=]?[ \t]*)"
        rf"(?:{_NUMBERS}|{_WORDS}|(?:19|20)[0-9]{{2}})\b",
    ),
    _rule("date", "[DATE]", rf"(?<![\d./-]){_YEAR}(?:-{_MM}-{_DD}|/{_MM}/{_DD}|\.{_MM}\.{_DD})(?![\d/-])"),
    _rule(
        "date",
        "[DATE]",
        rf"(?<![\d./-]){_DD}[ ]?(?P<mark>[-/.])[ ]?{_DD}[ ]?(?P=mark)[ ]?(?:{_YEAR}|[0-9]{{2}})(?![\d/-])",
    ),
    _rule(
        "date", "[DATE]", r"(?<![\d.])(?P<year>(?:19|20)[0-9]{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![\d.])"
    ),
    _rule(
        "date",
        "[DATE]",
        rf"(?<![\w/])(?:{_DD}{_NTH}[ -](?:of[ ])?{_MONTH}|{_MONTH}[ -]?{_DD}{_NTH})(?:,?[ -]+{_YEAR}\b|,?[ ]+'[0-9]{{2}}\b|-[0-9]{{2}}\b|(?![\w./%-]|[ ]?(?:mm|cm|x[ ])))",
    ),
    _rule("date", "[DATE]", rf"\b{_MONTH},?[ ]+(?:of[ ])?{_YEAR}\b"),
    _rule("date", "[DATE]", rf"(?P<keep>\b(?:in|since|from|last|until|early|late|mid)[ -]){_MONTH}(?=[\s,;)]|$)"),
    _rule(
        "date",
        "[DATE]",
        rf"(?P<keep>\b(?:on|dated|since|study[ ]of|exam[ ]of)[ ])(?:{_MM}/{_DD}|{_DD}/{_MM})(?![\d/]|[ ]?(?:of|strength|power))",
    ),
    _rule(
        "contact",
        "[CONTACT]",
        r"(?P<keep>\b(?:tel|telephone|phone|ph|fax|pager|cell|mobile|ext|extension|call(?:ed)?(?:[ ]at)?)\b[.:\# \t]*)"
        r"\+?[\d(][\d ()./-]{1,18}\d",
    ),
    _rule(
        "contact",
        "[CONTACT]",
        r"(?<![\w.])(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[.-]\d{4}(?!\w)|(?<![\w.+])\+\d[\d ()-]{6,16}\d\b",
    ),
    _rule("id", "[ID]", r"(?<![\w-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![\w-])"),
    _rule("contact", "[CONTACT]", r"(?<![\w.-])[0-9]{3}-[0-9]{4}(?![\w-])"),
    _rule(
        "id",
        "[ID]",
        rf"""(?P<keep>\b(?:
            (?:MRN|MR\#|med(?:ical)?\.?[ ]rec(?:ord)?|accession|acc|account|acct|encounter|(?:patient|pt)[ ]?id|SSN
                |social[ ]security|insurance|policy|medicare|medicaid|NHS|PESEL|passport|licen[cs]e|NPI|beneficiary
                |health[ ]plan|serial){_NUMBER_OF}?
            |(?:patient|pt|case|study|exam|order|requisition|report|document|specimen|chart|hospital|visit|unit|member|device
                |record){_NUMBER_OF}
            |ID(?:[ ]?(?:no|number|\#))?(?=[ ]?[:\#=])
        )[ \t]*[:\#=]?[ \t]*){_TOKEN}""",
    ),
    _rule("id", "[ID]", r"(?<![\w.])[0-9]{7,}(?![\w.]*\w)|(?<![\w.])[0-9](?:\.[0-9]+){5,}\b"),
    _rule(
        "age",
        "[AGE over 89]",
        r"""\b(?:9[0-9]|1[0-2][0-9])(?=[ -]?(?:years?|yrs?|y[./]?o)\b|[ ]?-?(?-i:[FM])\b)
            |\b0(?:9[0-9]|1[0-2][0-9])(?=Y\b)
            |(?P<keep>\bage(?:d|[ ]of)?[ ]?[:=]?[ ]?)(?:9[0-9]|1[0-2][0-9])\b(?!%)
            |\bninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?(?=[ -]years?[ -]old)""",
    ),
    _rule(
        "place",
        "[PLACE]",
        rf"""\b\d{{1,6}}[A-Za-z]?[ ](?:[NSEW]\.?[ ])?(?:[{_UPPER}][\w'.-]*[ ]){{1,4}}{_STREET}
            (?:,?[ ](?:Apt|Apartment|Suite|Ste|Unit|\#)\.?[ ]?\w+)?
            (?:,[ ]*(?:[{_UPPER}][\w'-]*[ ]?){{1,3}}(?:,?[ ]*[A-Z]{{2}})?(?:[ ]\d{{5}}(?:-\d{{4}})?)?)?""",
        _EXACT,
    ),
    _rule("place", "[PLACE]", r"\bP\.?[ ]?O\.?[ ]Box[ ]\d+"),
    _rule("place", "[PLACE]", rf"\b(?:[{_UPPER}][\w'-]+,[ ])?[A-Z]{{2}}[ ]\d{{5}}(?:-\d{{4}})?\b", _EXACT),
    _rule(
        "place",
        "[PLACE]",
        r"(?P<keep>^[ \t]*(?:home[ ]|postal[ ])?(?:address|hospital|facility|institution|clinic|city|town|employer|ward)"
        r"(?:[ ]name)?[ \t]*[:=][ \t]*)[^\[\s][^\t;|\n]*",
    ),
    _rule(
        "place",
        "[PLACE]",
        rf"""\b(?:(?:St|ST)\.[ ])?(?:[{_UPPER}][\w'-]+[ ]){{1,4}}
            (?:Hospital|HOSPITAL|Medical[ ]Cent(?:er|re)|MEDICAL[ ]CENT(?:ER|RE)|Infirmary|Clinic)\b""",
        _EXACT,
    ),
)


def deidentify(text: str, names: Iterable[str] = ()) -> tuple[str, dict[str, int]]:
    """The text with placeholders for personal data, and how often each kind was found.

    ``names`` are names known from elsewhere (a table's own column): each of their parts is replaced as well.

    >>> deidentify("Mrs. Ada Bell, 93-year-old, seen on 3/14/2019. Ms. Bell fell.")[0]
    'Mrs. [NAME], [AGE over 89]-year-old, seen on [DATE] 2019. Ms. [NAME] fell.'
    """
    counts: Counter[str] = Counter()
    for rule in _RULES:
        text, found = rule.pattern.subn(partial(_replaced, rule=rule), text)
        counts[rule.kind] += found
    people = {*_people(text), *(person for name in names if (person := tuple(_parts(name))))}
    if people:
        text, counts["name"] = _without(people, text)
    return text, {kind: count for kind, count in counts.items() if count}


def _replaced(match: re.Match[str], rule: _Rule) -> str:
    groups = match.groupdict()
    year = groups.get("year")
    return f"{groups.get('keep') or ''}{rule.replacement}{f' {year}' if year else ''}"


def _people(text: str) -> Iterator[tuple[str, ...]]:
    """Each name that a title, label, signature or degree announces, as its words."""
    for pattern in _NAMES:
        for match in pattern.finditer(text):
            words = tuple(_parts(match[1]))
            if words:
                yield words


def _parts(name: str) -> Iterator[str]:
    """The words of a name, up to the first that is no name."""
    for raw in re.split(r"[\s,]+", name.strip()):
        word = re.sub(r"['’]s$", "", raw.strip(".;:()[]\"'’-"))
        if not word or any(letter.isdigit() for letter in word) or word.lower() in _NO_NAME:
            return
        yield word


def _without(people: set[tuple[str, ...]], text: str) -> tuple[str, int]:
    """The text without these names: whole ones in any case, their words as written, capitalised or in capitals."""
    whole = sorted({r"[\s,.]+".join(map(re.escape, words)) for words in people}, key=len, reverse=True)
    words = {part for words in people for word in words for part in (word, *word.split("-")) if _tells(part)}
    forms = sorted({form for word in words for form in (word, word.capitalize(), word.title(), word.upper())}, key=len)
    # a word of a name that is only an initial is replaced where the whole name stands, not everywhere
    several = [pattern for pattern in whole if "+" in pattern]
    alternatives = [rf"(?i:{pattern})" for pattern in several] + [re.escape(form) for form in reversed(forms)]
    alternatives += [pattern for pattern in whole if "+" not in pattern and len(pattern) == 2]
    if not alternatives:
        return text, 0
    text = re.sub(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", NAME, text)
    text = re.sub(rf"{re.escape(NAME)}(?:[ \t,.-]*{re.escape(NAME)})+", NAME, text)
    return text, text.count(NAME)


def _tells(word: str) -> bool:
    return len(word) > 2 and word.lower() not in _NO_NAME and not re.fullmatch(_PARTICLE, word)
