"""From a word of a sentence to the mentions that it speaks of: "levels of IL-6 and TNF in patients with PD"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Token

from isthmus.extractors.text.parsing import Parse
from isthmus.extractors.text.patterns import CARRIERS, LOWERED, RAISED, Aspect
from isthmus.extractors.text.rules import GROUPS, Group

_DEPTH = 5
_MODIFIERS = frozenset({"compound", "amod", "nmod", "poss", "npadvmod", "nummod"})
_RELATIVE = frozenset({"which", "that", "who", "whom"})
_INCLUDING = frozenset({"as", "including", "like"})


@dataclass(frozen=True, slots=True)
class Argument:
    """A mention as a sentence speaks of it.

    ``aspect`` is of what of it, ``flip`` whether of a lack of it, ``direction`` +1 for "higher levels of", -1 for "lower".
    ``steps`` counts the words between the trigger's argument and the name; ``excluded`` marks "but not X".
    """

    mention: int
    token: int
    aspect: Aspect = Aspect.NONE
    flip: bool = False
    direction: int = 0
    steps: int = 0
    excluded: bool = False


def arguments(parse: Parse, token: Token, depth: int = 0, seen: frozenset[int] = frozenset()) -> list[Argument]:
    """The mentions that a noun phrase stands for, its coordinated parts included; empty where it names none."""
    if depth > _DEPTH or token.i in seen:
        return []
    seen = seen | {token.i}
    if token.lower_ in _RELATIVE:
        antecedent = _antecedent(token)
        return described(parse, antecedent) if antecedent is not None else []
    found = own_arguments(parse, token, depth, seen)
    for conjunct in _conjuncts(parse, token):
        further = arguments(parse, conjunct, depth, seen)
        if _is_excluded(conjunct):
            further = [replace(argument, excluded=True) for argument in further]
        found.extend(further)
    return found


def own_arguments(parse: Parse, token: Token, depth: int = 0, seen: frozenset[int] = frozenset()) -> list[Argument]:
    """The mentions of a noun phrase without what is coordinated with it."""
    direction = _direction(token)
    found = _own(parse, token, depth, seen | {token.i})
    return [replace(argument, direction=argument.direction or direction) for argument in found] if direction else found


def arguments_of(parse: Parse, tokens: Iterable[Token]) -> list[Argument]:
    """The arguments of several phrases, one after the other."""
    return [argument for token in tokens for argument in arguments(parse, token)]


def _own(parse: Parse, token: Token, depth: int, seen: frozenset[int]) -> list[Argument]:
    index = parse.named.get(token.i)
    if index is not None:
        return [Argument(index, token.i)]
    carrier = CARRIERS.get(token.lemma_.lower())
    if carrier is None:
        return [argument for child in _examples(token) for argument in arguments(parse, child, depth + 1, seen)]
    found: list[Argument] = []
    for child in token.children:
        if child.dep_ in _MODIFIERS:
            found.extend(_modifier(parse, child, depth, seen))
    if not found:
        for preposition in carrier.prepositions:
            for child in _objects(token, preposition):
                found.extend(arguments(parse, child, depth + 1, seen))
            if found:
                break
    if not found:
        found = [argument for child in _examples(token) for argument in arguments(parse, child, depth + 1, seen)]
    return [
        replace(
            argument,
            aspect=argument.aspect if carrier.aspect is Aspect.NONE else carrier.aspect,
            flip=argument.flip != carrier.flip,
            steps=argument.steps + 1,
        )
        for argument in found
    ]


def _modifier(parse: Parse, token: Token, depth: int, seen: frozenset[int]) -> list[Argument]:
    """A name before a noun, "*IL-6* levels", or one more noun between, "*IL-6* mRNA levels"."""
    if token.i in parse.named:
        return arguments(parse, token, depth + 1, seen)
    if token.lemma_.lower() in CARRIERS and token.dep_ in ("compound", "nmod", "poss"):
        return arguments(parse, token, depth + 1, seen)
    return []


def _examples(token: Token) -> Iterator[Token]:
    """As in "cytokines such as IL-6", "cytokines (IL-6, TNF)", "bacteria including Prevotella"."""
    for child in token.children:
        if child.dep_ == "appos":
            yield child
        elif child.dep_ == "prep" and child.lower_ in _INCLUDING:
            yield from (grandchild for grandchild in child.children if grandchild.dep_ in ("pobj", "pcomp"))


def _objects(token: Token, preposition: str) -> Iterator[Token]:
    """What follows a preposition of a word: "levels *of IL-6*"; also through a second one, "levels in serum of patients"."""
    for child in token.children:
        if child.dep_ in ("prep", "agent", "dative") and child.lower_ == preposition:
            yield from (grandchild for grandchild in child.children if grandchild.dep_ in ("pobj", "pcomp"))


def objects_of(token: Token, preposition: str) -> list[Token]:
    """The heads of the phrases that hang on a word by this preposition."""
    return list(_objects(token, preposition))


def _conjuncts(parse: Parse, token: Token) -> Iterator[Token]:
    """What is coordinated with a noun; names in a row that the parser takes for appositions are a list too."""
    for child in token.children:
        if child.dep_ == "conj" and child.pos_ not in ("VERB", "AUX"):
            yield child
        elif child.dep_ == "appos" and child.i in parse.named and token.i in parse.named:
            one, other = parse.mentions[parse.named[token.i]], parse.mentions[parse.named[child.i]]
            if GROUPS.get(one.category) is GROUPS.get(other.category):
                yield child


def _is_excluded(token: Token) -> bool:
    """Whether it stands after "but not", "rather than" or "not"."""
    words = [other.lower_ for other in token.doc[max(0, token.left_edge.i - 3) : token.i]]
    return "not" in words or ("than" in words and "rather" in words)


def _direction(token: Token) -> int:
    """+1 for "higher levels", -1 for "reduced abundance", 0 where nothing is said."""
    words = {child.lower_ for child in token.children if child.dep_ in ("amod", "compound", "advmod", "nmod")}
    lemma = token.lower_.rstrip("s")
    if words & RAISED or lemma in RAISED:
        return 1
    return -1 if words & LOWERED or lemma in LOWERED else 0


def _antecedent(token: Token) -> Token | None:
    """The noun that a relative pronoun stands for."""
    for ancestor in token.ancestors:
        if ancestor.dep_ == "relcl":
            return ancestor.head
    return None


def subjects_of(parse: Parse, verb: Token, depth: int = 0) -> list[Argument]:
    """Who does what the verb says, also where the sentence says it only once: "X was shown *to inhibit*", "X, *thereby reducing*"."""
    if depth > _DEPTH:
        return []
    own = [child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass", "csubj")]
    if own:
        return [argument for subject in own for argument in _subject(parse, subject)]
    if verb.dep_ in ("conj", "xcomp", "advcl", "dep", "ccomp", "pcomp", "prep", "aux"):
        head = verb.head
        while head.pos_ == "ADP" and head.head.i != head.i:
            head = head.head
        if head.i == verb.i:
            return []
        if head.pos_ in ("VERB", "AUX"):
            return subjects_of(parse, head, depth + 1)
        if head.pos_ == "ADJ" or head.dep_ in ("acomp", "attr"):
            return subjects_of(parse, head.head, depth + 1)
        # "X activates Y and inhibits Z", where the parser hangs the second verb on Y.
        if verb.dep_ == "conj" and head.dep_ in ("dobj", "pobj"):
            return subjects_of(parse, _verb_above(head), depth + 1)
        return arguments(parse, head)
    if verb.dep_ in ("acl", "relcl") and verb.tag_ != "VBN":
        if verb.tag_ == "VB" and verb.head.dep_ in ("dobj", "attr", "pobj"):
            return subjects_of(parse, verb.head.head, depth + 1)
        return _subject(parse, verb.head) or described(parse, verb.head)
    if verb.dep_ in ("acomp", "attr", "oprd"):
        return subjects_of(parse, verb.head, depth + 1)
    return []


def described(parse: Parse, noun: Token) -> list[Argument]:
    """The mentions of a noun, or of what it only describes: "X is a *disorder* characterized by", "X, a *drug* that lowers"."""
    found = arguments(parse, noun)
    if not found and noun.dep_ == "attr":
        return subjects_of(parse, noun.head)
    if not found and noun.dep_ == "appos":
        return arguments(parse, noun.head)
    return found


def _verb_above(token: Token) -> Token:
    """The verb that a phrase belongs to; the phrase's root where there is none."""
    for ancestor in token.ancestors:
        if ancestor.pos_ in ("VERB", "AUX"):
            return ancestor
    return token.head


def _subject(parse: Parse, token: Token) -> list[Argument]:
    """The mentions of a subject: "the ability of X to", "treatment with X", "X, an inhibitor of Y,"."""
    found = arguments(parse, token)
    if found or token.i in parse.named:
        return found
    for preposition in ("of", "with", "by"):
        for child in _objects(token, preposition):
            found.extend(replace(argument, steps=argument.steps + 2) for argument in arguments(parse, child))
        if found:
            return found
    return found


def groups(parse: Parse, argument: Argument) -> Group:
    """The group of an argument's category."""
    return GROUPS.get(parse.mentions[argument.mention].category, Group.OTHER)
