"""Names of the sources that in running text hardly ever mean what the source means by them, and words that mean a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files


def _lines(name: str) -> Iterator[str]:
    text = (files("isthmus.extractors.text") / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


_STOPPED = frozenset(word for line in _lines("stop_names.txt") for word in line.split())
# What only looks like a name: phenotype qualifiers of inheritance, onset and frequency; a number with a unit; a preposition.
_PATTERN = re.compile(
    r"(?:(?:autosomal|x[- ]linked|y[- ]linked|somatic|germline|mitochondrial|mode of)\b.*(?:dominant|recessive|inheritance|mutations?)"
    r"|x[- ]linked|.*[- ]onset|age (?:at|of) onset|.*\bpenetrance|family history|clinical course|disease progression|phenotypic variability"
    r"|(?:very |slowly |rapidly )?(?:rare|frequent|progressive)|body ?weights?|(?:short|long) arm|amino acids?|stop codons?|highly sensitive"
    r"|(?:mature|premature).*codon|(?:other|human|genetic) diseases?|genetic predisposition|normal saline|transcription factors?"
    r"|(?:3|5)['’]?[- ](?:utr|untranslated region)|signs and symptoms|calcium channel blockers?|\d+ ?\w{1,3}|(?-i:(?![A-Z]{2} )\w{1,2} \d+)|a factor"
    r"|(?:at|in|on|of|and|for|by|with|to|or) .{1,4}|.* (?:in|of|at|on|to|for|with|by|and|or)|pain free|mutant proteins?|.*-free"
    r"|(?-i:(?=.[a-z]))(?:gln|arg|ser|val|ile|cys|ala|lys|asn|asp|glu|gly|his|leu|met|phe|pro|thr|trp|tyr)|membrane proteins?|cell lines?"
    r"|(?:tumou?r )?cell lines?|\d+[pq]\d*)\Z",
    re.IGNORECASE,
)
ALIASES: dict[str, str] = {word: name for word, _, name in (line.partition("\t") for line in _lines("aliases.tsv"))}


def is_stopped(name: str) -> bool:
    """Whether a name of the lexicon is left alone where it stands in a text.

    >>> is_stopped("severity"), is_stopped("X-linked"), is_stopped("PCR"), is_stopped("seizure")
    (True, True, True, False)
    """
    return name in _STOPPED or name.lower() in _STOPPED or _PATTERN.match(name) is not None
