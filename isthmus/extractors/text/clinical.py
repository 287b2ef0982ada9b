"""What a clinical sentence says of a finding that it names: denied, past, only feared, or a relative's.

Cues and how far each reaches, in the manner of NegEx and ConText (Chapman et al. 2001, doi:10.1006/jbin.2001.1029;
Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002). A cue before the finding reaches it unless a word stands between that
begins a thought of its own; clinical sentences are lists without verbs, so no parser is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from isthmus.extractors.text.mentions import Found
from isthmus.extractors.text.sentences import Sentence
from isthmus.graph.model import Experiencer, Mention, Standing
from isthmus.graph.vocabulary import Category


def _words(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(phrases)})(?![\w-])", re.IGNORECASE)


# Where a new sentence or numbered item begins inside what was given as one sentence. A heading ends in a colon, or in a
# dash with spaces about it.
_SENTENCE = re.compile(r"[.?!]\s+(?=[A-Z*\d(])|\s\d{1,2}\)\s|;")
_HEADING = re.compile(r"(?:^|(?<=[.;\s]))([A-Za-z][A-Za-z /,&()'-]{1,50}?)(?::|\s[-–]\s)")
_NEW_THOUGHT = _words(
    "but", "however", "although", "though", "except", "apart from", "aside from", "other than", "who", "which", "whom",
    "because", "since", "due to", "secondary to", "while", "whereas", "therefore", "then", "presents?", "presented",
    "presenting", "complain(?:s|ed|ing)", "reveal(?:s|ed|ing)?", "(?<!history )(?<!history is )(?<!history was )positive for", "and (?:is|was|are|were|has|had|have)",
    "there (?:is|are|was|were)", "(?:he|she|they|it|we|i) (?:is|was|has|had|does|did|will)", "to suggest", "as the cause of",
    "for which", "on the other hand", "instead", "still", "continues?",
)  # fmt: skip
_NO = _words(
    "no", "not", "non", "nor", "neither", "without", "den(?:y|ies|ied|ying)", "never", "negative(?: for)?", "absence of", "absent",
    "free of", "lack(?:s|ed)?(?: of)?", "cannot", r"\w+n['’]t", "rule[sd]? out", "ruled out for", "unremarkable for",
    "fail(?:s|ed)? to", "resolution of", "resolved", "w/o",
)  # fmt: skip
# Each holds a word of denial that denies something else.
_NO_DENIAL = _words(
    "no (?:significant |interval |definite |further |new )?(?:increase|change|progression|worsening)[a-z]*(?: in| of)?",
    "not (?:only|certain|sure|clear|know|necessarily|entirely|completely|optimally|fully|well|been previously|previously)",
    "(?:can|could|may) ?not (?:be )?(?:rule[sd]?|exclude[sd]?)(?: out)?", "no further", "not (?:rule|exclude)d?(?: out)?",
    "no doubt", "do not know", "not yet", "(?:to )?rule out", "no (?:cause|source|explanation|reason)(?: of| for)?",
    "without (?:difficulty|change|complications?)", "not (?:a )?(?:surgical )?candidate", "no longer (?:able|taking)",
)  # fmt: skip
_NO_AFTER = re.compile(
    r"^[\s,]*(?:(?:is|was|are|were|has|have|had|be|been|being|seems?|seemed|appears?|to|also|now|since|all|completely"
    r"|largely|both|either|and|or|nausea|vomiting)\s+){0,6}"
    r"(?:resolved|denied|absent|negative|excluded|ruled out|unlikely|gone|disappeared|not (?:seen|present|detected|noted"
    r"|identified|found|demonstrated|appreciated|visuali[sz]ed|evident|observed))\b"
    r"|^\s*(?::|-|\?)\s*(?:no|none|negative|not|neg|denies|absent|never|quit|non)\b"
    r"|^[^.;,]{0,30}\b(?:to have resolved|have resolved|has resolved)\b",
    re.IGNORECASE,
)
# A finding that says by itself how it is; a "no" before it was another's.
_TELLS_ITSELF = _words(
    "is", "are", "was", "were", "normal", "intact", "clear", "soft", "supple", "symmetric", "unremarkable"
)

_PAST = _words(
    r"(?<!day )(?<!days )(?<!week )(?<!weeks )(?<!month )(?<!months )(?<!hour )(?<!hours )(?<!present )history"
    r"(?: is| was)?(?: also)?(?: remarkable| positive| notable)?(?: significant)?(?: of| for| includes?| including)?",
    r"h/o", r"hx(?: of)?", r"pmhx?", r"psh", "status[- ]post", r"s/p", "previous(?:ly)?", "prior", "old", "remote", "former(?:ly)?",
    "(?:well-)?known(?: to have)?", "past", "risk factors?(?:\\s+including)?", "in (?:19|20)\\d\\d", "healed", "residual", "post",
)  # fmt: skip
# What ends a past cue's reach, though not a denial's.
_BACK_TO_NOW = re.compile(r"\b(?:and|but) denie[sd]\b|, with\b|\bnow\b|\bcurrent(?:ly)?\b|\btoday\b", re.IGNORECASE)
_DURATION_HISTORY = re.compile(
    r"(?:days?|weeks?|months?|hours?|years?|hrs?|\d+)['’]?[\s-]+(?:\w+\s+)?history(?: of)?|history of present illness",
    re.IGNORECASE,
)
_PAST_HEADING = re.compile(
    r"(?:past|prior|previous|medical|surgical|social|obstetric\w*|psychiatric|menstrual|gyn\w*|ocular|oncologic\w*|patient|his|her)"
    r"[\w /]*\bhist(?:ory|ories)$|^(?:pmhx?|psh|allerg(?:y|ies)|referring diagnosis|habits|tobacco|alcohol)$",
    re.IGNORECASE,
)
_NOW_HEADING = re.compile(
    r"present illness|complaint|admission|course|exam|findings|impression|diagnos[ie]s|system|plan|assessment|results?",
    re.IGNORECASE,
)
_PAST_AFTER = re.compile(
    r"^[^.;]{0,60}\b(?:in the past|years? ago|months? ago|the last time|as a child|in childhood|redemonstrated)\b"
    r"|^\s+(?:history\b|in (?:19|20)\d\d\b)",
    re.IGNORECASE,
)
# Named alone, as one item of a list, these are of the past medical history: nobody has had diabetes since yesterday.
_LASTING = _words(
    "hypertension", "htn", "diabetes(?: mellitus)?", "dm", "niddm", "iddm", r"type (?:1|2|i|ii) diabetes(?: mellitus)?", "hyperlipid\\w*",
    "hypercholesterol\\w*", "(?:increased|elevated|high) cholesterol", "dyslipid\\w*", "hypothyroid\\w*", "hyperthyroid\\w*", "copd",
    "chf", "cad", "gerd", "gastro-?o?esophageal reflux(?: disease)?", "atrial fibrillation", "coronary artery disease", "asthma",
    "osteoporo\\w*", "osteoarthritis", "arthritis", "gout", "glaucoma", "cataracts?", "dementia", "depression", "anxiety", "obesity",
    "epilepsy", "migraines?", "hiv", "hepatitis [bc]", "(?:pulmonary|portal) hypertension", "adrenal insufficiency", "measles", "mumps",
    "varicella", "smok(?:er|es|ing)(?: cigarettes)?", "tobacco(?: (?:use|abuse))?", "alcohol(?: (?:use|abuse))?", "alcoholism",
    "(?:illicit )?drug(?:s| use| abuse)", "(?:drug )?allerg\\w+(?: .*)?", "post-?menopausal",
)  # fmt: skip
_HABIT = _words(
    "smok\\w*(?:\\s+cigarettes)?", "tobacco(?: (?:use|abuse))?", "alcohol(?: (?:use|abuse))?", "etoh", "(?:illicit )?drugs?(?: use| abuse)?",
    "(?:drug )?allerg\\w+",
)  # fmt: skip

_FEARED = _words(
    "if", "should (?:she|he|they|you|the patient)", "return (?:to|for|if)", "call (?:the|your|if)", "watch for", "monitor for",
    "(?:to )?rule out", "r/o", "evaluate for", "evaluation (?:of|for)", "assess for", "concern(?:ed)?(?: \\w+)? (?:for|about)",
    "question(?:able)?(?: of)?", "possib(?:le|ility|ly)(?: of)?", "suspect(?:ed|s)?(?: of)?", "suspicious for", "risk (?:of|for)",
    "in case of", "unless", "prevent(?:ion)?(?: of)?", "prophyla\\w+(?: \\w+)?",
)  # fmt: skip
_RELATIVES = (
    "(?:grand)?(?:mother|father|parents?)|mom|dad|brothers?|sisters?|siblings?|(?:maternal |paternal )?(?:aunts?|uncles?|cousins?)"
    "|sons?|daughters?|children|nephews?|nieces?|relatives?|family"
)
_RELATIVE = _words(rf"(?:{_RELATIVES})(?:['’]s)?", "family (?:medical )?history(?: of| is \\w+ for)?", "fh(?:x)?")
_RELATIVE_SPEAKS = re.compile(
    rf"\b(?:{_RELATIVES})\b\s+(?:\w+\s+){{0,2}}(?:state[sd]?|report(?:s|ed)|sa(?:ys|id)|notice[sd]?|noted|deny|den(?:ies|ied)"
    r"|witnessed|brought|found|believes?|describes?|called|member)\b|\bby (?:his|her|the) \w+",
    re.IGNORECASE,
)
_PERSONAL = _words("personal", "the patient", "she", "he", "patient's")
# "No effusion in the left chest": it is not the chest that is denied.
_NO_FINDINGS = (Category.ANATOMICAL_ENTITY, Category.ORGANISM_TAXON, Category.POPULATION)
_LONGEST_REACH = 300  # characters between a cue and its finding


def standing(sentence: str, start: int, end: int) -> Standing:
    """How ``sentence`` puts the finding ``sentence[start:end]``.

    >>> text = "Father had gout; patient denies joint pain."
    >>> standing(text, 11, 15).experiencer.value, standing(text, 32, 42).negated
    ('family', True)
    """
    heading, before, after = _clause(sentence, start, end)
    finding = sentence[start:end]
    return Standing(
        negated=_negated(before, finding, after),
        historical=_historical(sentence, heading, before, finding, after),
        hypothetical=_hypothetical(before),
        experiencer=Experiencer.FAMILY if _of_family(heading, before, after) else Experiencer.PATIENT,
    )


def with_standing(
    text: str, sentences: Sequence[Sentence], names: Iterable[tuple[Mention, Found]]
) -> list[tuple[Mention, Found]]:
    """The mentions of a clinical report, each finding with how its sentence puts it; a place in the body has no standing."""
    told = []
    for mention, found in names:
        if any(kind.includes(mention.category) for kind in _NO_FINDINGS):
            told.append((mention, found))
            continue
        low, high = sentences[mention.sentence].start, sentences[mention.sentence].end
        how = standing(text[low:high], mention.start - low, mention.end - low)
        told.append((replace(mention, standing=how), found))
    return told


def _clause(sentence: str, start: int, end: int) -> tuple[str, str, str]:
    """The heading that the finding stands under, and what stands before and after it in its own sentence."""
    low = max((found.end() for found in _SENTENCE.finditer(sentence) if found.end() <= start), default=0)
    ending = _SENTENCE.search(sentence, end)
    heading = ""
    at = max(low, start - _LONGEST_REACH)
    for found in _HEADING.finditer(sentence, low, start):
        heading, at = found[1].strip(), max(at, found.end())
    return heading, sentence[at:start], sentence[end : ending.start() if ending else len(sentence)]


def _reaching(cue: re.Pattern[str], before: str) -> re.Match[str] | None:
    """The last cue before the finding that no new thought parts from it."""
    last = max((found.end() for found in _NEW_THOUGHT.finditer(before)), default=0)
    return max(cue.finditer(before, last), key=re.Match.end, default=None)


def _negated(before: str, finding: str, after: str) -> bool:
    if _NO_AFTER.search(after):
        return True
    if _TELLS_ITSELF.search(finding):
        return False
    plain = _NO_DENIAL.sub(lambda found: " " * len(found.group()), before)
    return _reaching(_NO, plain) is not None


def _historical(sentence: str, heading: str, before: str, finding: str, after: str) -> bool:
    if _HABIT.fullmatch(finding.strip()) or _LASTING.fullmatch(sentence.strip(" .,;\n")):
        return True
    if _PAST_HEADING.search(heading) and not _NOW_HEADING.search(heading):
        return True
    if _PAST_AFTER.search(after):
        return True
    plain = _DURATION_HISTORY.sub(lambda found: "#" * len(found.group()), before)
    found = _reaching(_PAST, plain)
    return found is not None and "#" not in plain[found.end() :] and not _BACK_TO_NOW.search(plain, found.end())


def _hypothetical(before: str) -> bool:
    return _reaching(_FEARED, before) is not None


def _of_family(heading: str, before: str, after: str) -> bool:
    if re.search(r"\bfamily\b", heading, re.IGNORECASE):
        return True
    told = _RELATIVE_SPEAKS.sub(lambda found: " " * len(found.group()), before)
    found = _reaching(_RELATIVE, told)
    if found is not None:
        return _PERSONAL.search(told, found.end()) is None
    return re.match(rf"\s*(?:in|of) (?:(?:his|her|the|a) )?(?:{_RELATIVES})\b", after, re.IGNORECASE) is not None
