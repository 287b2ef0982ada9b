"""Whether a sentence affirms, denies or only supposes what one of its words says.

Cues are looked for where they govern the word in the parse, in the manner of NegEx and its dependency form DEEPEN
(Chapman et al. 2001, doi:10.1006/jbin.2001.1029; Mehrabi et al. 2015, doi:10.1016/j.jbi.2015.02.010).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Token


class Stance(NamedTuple):
    """How a sentence puts a relation; both may hold ("may not")."""

    negated: bool
    speculated: bool


_NOT = frozenset(["not", "n't", "n’t", "never", "no", "neither", "nor", "without", "cannot", "hardly"])
_DENYING_VERBS = frozenset(["fail", "lack", "deny", "refute", "exclude", "contradict"])
_DENYING_NOUNS = frozenset(["lack", "absence", "failure"])
_DENYING_ADJECTIVES = frozenset({
    "unable", "incapable", "unlikely", "insufficient", "ineffective", "unrelated", "unaffected",
})  # fmt: skip
_NOTHING_NOUNS = frozenset({
    "evidence", "effect", "association", "correlation", "relationship", "relation", "link", "difference", "change",
    "influence", "impact", "role", "support", "interaction", "connection", "alteration", "increase", "decrease",
    "reduction", "improvement", "indication", "sign", "benefit",
})  # fmt: skip
_MODALS = frozenset(["may", "might", "could", "can", "would", "should"])
_SUPPOSING_VERBS = frozenset({
    "suggest", "hypothesize", "hypothesise", "propose", "speculate", "postulate", "suspect", "assume", "believe",
    "think", "consider", "seem", "appear", "suppose", "investigate", "examine", "explore", "assess", "evaluate",
    "determine", "test", "study", "analyze", "analyse", "aim", "seek", "ask", "question", "expect", "predict",
    "imply", "conjecture", "estimate", "wonder", "clarify", "elucidate", "compare", "hope", "need", "try", "attempt",
    "verify", "check",
})  # fmt: skip
# Found by looking, not by supposing: "was examined and found to" stands on its own verb.
_SUPPOSING_NOUNS = frozenset({
    "hypothesis", "possibility", "potential", "aim", "objective", "purpose", "goal", "suggestion", "speculation",
    "question", "assumption", "likelihood", "candidate", "attempt", "effort",
})  # fmt: skip
_SUPPOSING_ADVERBS = frozenset({
    "possibly", "probably", "potentially", "perhaps", "likely", "presumably", "putatively", "supposedly",
    "conceivably", "maybe", "hypothetically", "apparently", "potential", "possible", "putative", "probable",
    "presumed", "promising", "hypothetical", "plausible", "suspected", "proposed",
})  # fmt: skip
# "The role of X in Y remains unclear"; "is *poorly* understood".
_OPEN = frozenset({
    "unclear", "unknown", "uncertain", "controversial", "elusive", "unresolved", "undetermined", "debatable", "inconclusive",
    "questionable", "unproven", "disputed", "contentious", "ambiguous", "speculative", "hypothetical",
})  # fmt: skip
_BARELY = frozenset({"poorly", "incompletely", "not", "insufficiently", "partially", "partly", "yet", "scarcely"})
_QUESTIONING = frozenset(["whether", "if"])
_CLAUSE_LINKS = frozenset({
    "ccomp", "xcomp", "advcl", "acl", "conj", "dobj", "attr", "pobj", "prep", "pcomp", "nsubj", "nsubjpass", "acomp",
    "oprd", "dep", "agent",
})  # fmt: skip
# A clause that only states when or why does not stand under its governor's doubt.
_OWN_CLAUSE = frozenset(["because", "since", "although", "while", "whereas", "though", "when", "after", "before", "as"])


def stance(trigger: Token, arguments: tuple[Token, Token], *, given: bool = False) -> Stance:
    """How the sentence puts what ``trigger`` says about its two arguments.

    ``given``: the sentence takes it for granted and says something else, "the Y inhibitor X *did not help*", so that
    only words at the trigger itself count.
    """
    negated = speculated = questioned = False
    for word, is_trigger in [(trigger, True)] if given else _governors(trigger):
        children = [child for child in word.children if child.dep_ not in ("conj", "cc", "punct")]
        lowered = {child.lower_ for child in children}
        # "It is not known whether": what stands above a question denies the answer, not the relation.
        if not questioned and _denies(word, children, is_trigger=is_trigger):
            negated = not negated if is_trigger or not negated else negated
        if lowered & _MODALS or any(child.lower_ in _SUPPOSING_ADVERBS for child in children):
            speculated = True
        if lowered & _QUESTIONING and not _is_condition(word, children):
            speculated = questioned = True
        if not is_trigger and _is_open(word, children):
            speculated = True
        if not is_trigger and (
            (word.pos_ in ("VERB", "AUX") and word.lemma_.lower() in _SUPPOSING_VERBS and not _is_done_with(word))
            or word.lemma_.lower() in _SUPPOSING_NOUNS
            or (word.lemma_ == "be" and any(child.lemma_.lower() in _SUPPOSING_NOUNS for child in children))
        ):
            speculated = True
    if any(_argument_denied(argument, trigger) for argument in arguments):
        negated = True
    return Stance(negated, speculated)


def _governors(trigger: Token) -> Iterator[tuple[Token, bool]]:
    """The trigger and what it hangs on, up to where another clause begins that says its own."""
    word = trigger
    yield word, True
    for _ in range(12):
        head = word.head
        if head.i == word.i or word.dep_ not in _CLAUSE_LINKS:
            return
        if word.dep_ == "relcl" or (word.dep_ == "acl" and word.tag_ in ("VBN", "VBG")):
            return
        if word.dep_ == "advcl" and any(child.lower_ in _OWN_CLAUSE for child in word.children):
            return
        if word.dep_ == "conj" and not _shares_auxiliary(word, head):
            return
        word = head
        yield word, False


def _shares_auxiliary(conjunct: Token, head: Token) -> bool:
    """Whether a coordinated verb stands under the same "may" or "did not": "may reduce A *and increase* B"."""
    if conjunct.pos_ not in ("VERB", "AUX"):
        return True
    between = {token.lower_ for token in conjunct.doc[head.i : conjunct.i]}
    own_start = any(child.dep_ in ("nsubj", "nsubjpass", "aux", "auxpass") for child in conjunct.children)
    return not own_start and "but" not in between and conjunct.tag_ == head.tag_


def _denies(word: Token, children: list[Token], *, is_trigger: bool) -> bool:
    for child in children:
        if child.lower_ in _NOT and child.dep_ in ("neg", "det", "advmod", "preconj", "cc", "prep", "nsubj", "aux"):
            if child.lower_ == "not" and _is_not_only(child):
                continue
            if child.dep_ == "prep" or (child.lower_ == "without" and child.i > word.i):
                continue
            return True
        # "No effect of X on Y was found", "there is no evidence that X inhibits Y".
        if child.dep_ in ("dobj", "attr", "nsubj", "nsubjpass") and child.lemma_.lower() in _NOTHING_NOUNS:
            if (
                any(grandchild.lower_ in ("no", "little", "neither") for grandchild in child.children)
                and not is_trigger
            ):
                return True
    lemma = word.lemma_.lower()
    if not is_trigger and (
        (word.pos_ == "VERB" and lemma in _DENYING_VERBS)
        or lemma in _DENYING_NOUNS
        or word.lower_ in _DENYING_ADJECTIVES
    ):
        return True
    if any(child.lower_ == "saying" for child in word.children):
        return False  # "it goes without saying"
    return word.lower_ in ("without", "unaffected", "unrelated", "uncorrelated")


def _is_open(word: Token, children: list[Token]) -> bool:
    """Whether this verb says that a question is not answered: "remains unclear", "is poorly understood"."""
    if any(child.lower_ in _OPEN and child.dep_ in ("acomp", "oprd", "attr") for child in children):
        return True
    known = word.lemma_.lower() in ("understand", "establish", "know", "elucidate", "define", "clarify", "characterize")
    return word.lower_ in _OPEN or (known and any(child.lower_ in _BARELY for child in children))


def _is_not_only(token: Token) -> bool:
    after = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    return after in ("only", "just", "merely", "solely", "surprisingly")


def _is_condition(word: Token, children: list[Token]) -> bool:
    """As in "if" that opens a condition rather than a question."""
    return word.dep_ == "advcl" and any(child.lower_ == "if" for child in children)


def _is_done_with(word: Token) -> bool:
    """As in "was considered to be", "is believed" stay suppositions; "as expected", "compared with" do not count."""
    return word.dep_ in ("prep", "advcl") and word.tag_ == "VBN"


def _argument_denied(argument: Token, trigger: Token) -> bool:
    """A "no", "neither" or "without" on the argument's own noun phrase, below the trigger."""
    word = argument
    for _ in range(6):
        if word.i == trigger.i or word.pos_ in ("VERB", "AUX"):
            return False
        for child in word.children:
            if child.lower_ in ("no", "neither", "nor", "without") and child.dep_ in ("det", "preconj", "cc", "neg"):
                return True
            if child.lower_ == "not" and child.dep_ in ("preconj", "neg") and not _is_not_only(child):
                return True
        if word.dep_ == "pobj" and word.head.lower_ == "without":
            return True
        if word.head.i == word.i:
            return False
        word = word.head
    return False
