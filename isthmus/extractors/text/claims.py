"""Which words of a parsed sentence say something of its mentions, and what they take as subject and object.

Every trigger word of ``patterns`` is looked at where it stands: a verb in the active or passive, a verb with its
preposition, a noun made from a verb, a noun said of a thing, a word after a hyphen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from spacy.tokens import Token

from isthmus.extractors.text.arguments import (
    Argument,
    arguments_of,
    described,
    groups,
    objects_of,
    own_arguments,
    subjects_of,
)
from isthmus.extractors.text.parsing import Parse
from isthmus.extractors.text.patterns import (
    ADJECTIVES,
    AGENT_NOUNS,
    CARRYING_VERBS,
    EFFECT_ADJECTIVES,
    HYPHENED,
    HYPHENED_FORWARD,
    LIGHT_VERBS,
    LINKS,
    LOWERED,
    NEEDS_MODIFIER,
    NOMINAL,
    NOMINAL_AGENTS,
    PREPOSITIONAL,
    RAISED,
    REVERSED_AGENTS,
    TELLING_MODIFIERS,
    TRANSITIVE,
    USING_VERBS,
    Frame,
    Kind,
)
from isthmus.extractors.text.rules import Group

_VERBAL = ("VERB", "AUX")
_NOMINAL_SURENESS, _HYPHEN_SURENESS, _ALTERED_SURENESS = 0.9, 0.95, 0.85
_NAMING_VERBS = frozenset({
    "use", "identify", "propose", "report", "employ", "consider", "establish", "recognize", "recognise", "describe", "validate",
    "suggest", "reveal", "implicate", "nominate", "define", "view", "regard", "know", "characterize", "classify", "take", "develop",
})  # fmt: skip
_MORE = frozenset({"increase", "elevate", "enrich", "upregulate"})
_MEASURED = frozenset({"abundant", "prevalent", "frequent", "common", "numerous"})
_LESS = frozenset({"decrease", "reduce", "deplete", "downregulate", "lower"})


class Claim(NamedTuple):
    """What one word says: ``kind`` between each of ``subjects`` and each of ``objects``; ``sureness`` in [0, 1].

    ``given``: said by the way, of a name beside it, whatever the sentence then states or denies.
    """

    trigger: Token
    kind: Kind
    subjects: list[Argument]
    objects: list[Argument]
    sureness: float = 1.0
    given: bool = False


def claims(parse: Parse, token: Token) -> Iterator[Claim]:
    """What the sentence says with this word; a claim may lack its subjects or its objects."""
    if token.i in parse.named:
        return
    if token.pos_ in _VERBAL or token.tag_.startswith("VB") or _is_mistaken_verb(parse, token):
        yield from _verb(parse, token)
    elif token.pos_ == "ADJ":
        yield from _adjective(parse, token)
    elif token.pos_ in ("NOUN", "PROPN"):
        yield from _noun(parse, token)
    yield from _hyphened(parse, token)
    yield from _altered(parse, token)


def _is_mistaken_verb(parse: Parse, token: Token) -> bool:
    """Whether a noun has a subject of its own, or is the root after a name: "Chronic inflammation *results* in pain"."""
    if token.pos_ not in ("NOUN", "PROPN"):
        return False
    has_subject = any(child.dep_ in ("nsubj", "nsubjpass") for child in token.children)
    return has_subject or bool(_taken_for_compound(parse, token))


def _taken_for_compound(parse: Parse, token: Token) -> list[Argument]:
    """The name before a root that may be a verb in the third person."""
    if token.dep_ != "ROOT" or token.tag_ != "NNS" or token.i - 1 not in parse.named:
        return []
    return arguments_of(parse, [token.nbor(-1)])


def _verb(parse: Parse, verb: Token) -> Iterator[Claim]:
    lemma, passive = verb.lemma_.lower(), _is_passive(verb)
    frame = TRANSITIVE.get(lemma)
    if frame is not None:
        if passive:
            yield _turned(verb, frame, _agents(parse, verb, frame), _patients(parse, verb))
        else:
            direct = [child for child in verb.children if child.dep_ == "dobj"]
            yield _turned(verb, frame, subjects_of(parse, verb), arguments_of(parse, direct))
    for preposition in {child.lower_ for child in verb.children if child.dep_ in ("prep", "agent", "dative")}:
        frame = PREPOSITIONAL.get((lemma, preposition))
        if frame is not None:
            first = _patients(parse, verb) if passive else subjects_of(parse, verb) or _taken_for_compound(parse, verb)
            yield _turned(verb, frame, first, arguments_of(parse, objects_of(verb, preposition)))


def _is_passive(verb: Token) -> bool:
    if any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children):
        return True
    return (
        verb.tag_ == "VBN"
        and verb.dep_ in ("acl", "relcl", "conj", "advcl", "amod", "xcomp", "ROOT")
        and not any(child.lower_ in ("has", "have", "had", "having") or child.dep_ == "dobj" for child in verb.children)
    )


def _patients(parse: Parse, verb: Token) -> list[Argument]:
    """What a passive verb is done to: its subject, or the noun it follows ("genes *associated* with")."""
    found = subjects_of(parse, verb)
    if not found and verb.dep_ in ("acl", "amod", "relcl") and verb.tag_ == "VBN":
        return described(parse, verb.head)
    return found


def _agents(parse: Parse, verb: Token, frame: Frame) -> list[Argument]:
    """Who does it to the subject of a passive: "by X", "treated *with* X", "prevented *by giving* X"."""
    healing = frame.kind in (Kind.TREAT, Kind.IMPROVE, Kind.ATTENUATE, Kind.PREVENT)
    found: list[Argument] = []
    for preposition in ("by", "with", "via", "through") if healing else ("by",):
        for target in objects_of(verb, preposition):
            gerund = [child for child in target.children if child.dep_ == "dobj"] if target.tag_ == "VBG" else []
            found.extend(arguments_of(parse, [target]) or arguments_of(parse, gerund))
    return found


def _turned(trigger: Token, frame: Frame, subjects: list[Argument], objects: list[Argument]) -> Claim:
    if frame.reverse:
        subjects, objects = objects, subjects
    return Claim(trigger, frame.kind, subjects, objects)


def _adjective(parse: Parse, token: Token) -> Iterator[Claim]:
    """Such as "X is important for Y", "genes linked to Y"; a participle that is read as a verb comes from ``_verb``."""
    for preposition in {child.lower_ for child in token.children if child.dep_ == "prep"}:
        frame = ADJECTIVES.get((token.lower_, preposition))
        if frame is None:
            continue
        head = token.head
        if token.dep_ in ("amod", "acl", "relcl") and head.pos_ not in _VERBAL:
            subjects = arguments_of(parse, [head])
        else:
            subjects = subjects_of(parse, head if head.pos_ in _VERBAL else token)
        yield _turned(token, frame, subjects, arguments_of(parse, objects_of(token, preposition)))


def _noun(parse: Parse, noun: Token) -> Iterator[Claim]:
    lemma = noun.lemma_.lower()
    if lemma in LINKS:
        yield from _link(parse, noun, lemma)
    if lemma in NOMINAL:
        yield from _nominal(parse, noun, NOMINAL[lemma])
    if lemma in AGENT_NOUNS:
        yield from _agent_noun(parse, noun, lemma)


def _after(parse: Parse, noun: Token, preposition: str) -> list[Argument]:
    """What a preposition brings to a noun, also where it hangs on the noun's verb: "plays a role *in Y*"."""
    found = arguments_of(parse, objects_of(noun, preposition))
    verb = noun.head
    if not found and preposition not in ("of", "by") and noun.dep_ in ("dobj", "attr", "nsubjpass", "nsubj"):
        light = verb.lemma_.lower() in LIGHT_VERBS and verb.pos_ in _VERBAL
        return arguments_of(parse, objects_of(verb, preposition)) if light else []
    return found


def _link(parse: Parse, noun: Token, lemma: str) -> Iterator[Claim]:
    """Such as "association between X and Y", "effect of X on Y", "X plays a role in Y"."""
    kind, shapes = LINKS[lemma]
    modifiers = {child.lower_ for child in noun.children if child.dep_ in ("amod", "compound")}
    for modifier in modifiers & EFFECT_ADJECTIVES.keys():
        kind = EFFECT_ADJECTIVES[modifier]
    for first, second in shapes:
        if second == "between":
            one, others = _either_side(parse, noun)
            if one and others:
                yield Claim(noun, LINKS[lemma][0] if kind is Kind.CAUSE else kind, one, others)
                return
            continue
        targets = _after(parse, noun, second)
        sources = _after(parse, noun, first) if first else _possessors(parse, noun) or _light_subjects(parse, noun)
        if sources and targets:
            yield Claim(noun, kind, sources, targets, _NOMINAL_SURENESS)
            return


def _either_side(parse: Parse, noun: Token) -> tuple[list[Argument], list[Argument]]:
    """What stands first after "between", and what is coordinated with it; nothing where the first is no mention."""
    for head in [*objects_of(noun, "between"), *objects_of(noun, "among")]:
        everything, own = arguments_of(parse, [head]), own_arguments(parse, head)
        return own, [argument for argument in everything if argument not in own]
    found = _after(parse, noun, "between")
    return found[:1], found[1:]


def _nominal(parse: Parse, noun: Token, kind: Kind) -> Iterator[Claim]:
    """Such as "inhibition of Y by X", "X-mediated inhibition of Y", "X led to a reduction in Y"."""
    before = _possessors(parse, noun)
    targets = _after(parse, noun, "of")
    # "activation *in the brain*" only says where, "a reduction *in IL-6*" of what.
    further = [found for preposition in ("in", "for") for found in _after(parse, noun, preposition)]
    targets += [found for found in further if groups(parse, found) is not Group.PLACE]
    targets = targets or before
    agents = [found for preposition in NOMINAL_AGENTS for found in _after(parse, noun, preposition)]
    agents = (
        agents
        or _light_subjects(parse, noun)
        or _used(parse, noun)
        or [found for found in before if found not in targets]
    )
    if agents and targets:
        yield Claim(noun, kind, agents, targets, _NOMINAL_SURENESS)


def _agent_noun(parse: Parse, noun: Token, lemma: str) -> Iterator[Claim]:
    """Such as "X is an inhibitor of Y", "X, a Y inhibitor,", "the Y inhibitor X"."""
    kind = AGENT_NOUNS[lemma]
    modifiers = {child.lower_ for child in noun.children if child.dep_ in ("amod", "compound", "nmod")}
    if kind is Kind.RISK and "risk" not in modifiers:
        return
    if lemma in NEEDS_MODIFIER and not (modifiers & TELLING_MODIFIERS or objects_of(noun, "for")):
        return
    prepositions = {Kind.RISK: ("for", "of"), Kind.TREAT: ("for", "of", "against")}.get(kind, ("of", "for", "in"))
    targets = [found for preposition in prepositions for found in _after(parse, noun, preposition)]
    if not targets and kind in (Kind.INHIBIT, Kind.ACTIVATE, Kind.BIOMARKER, Kind.BIND):
        targets = _possessors(parse, noun)
        if not targets and noun.head.i == noun.i + 1 and noun.i - 1 in parse.named:
            targets = arguments_of(parse, [noun.nbor(-1)])
    bearers = _bearers(parse, noun)
    if lemma in REVERSED_AGENTS:
        bearers, targets = targets, bearers
    given = noun.dep_ in ("nsubj", "nsubjpass", "appos", "compound", "dobj", "pobj") and noun.head.lower_ != "as"
    yield Claim(noun, kind, bearers, targets, given=given)


def _bearers(parse: Parse, noun: Token) -> list[Argument]:
    """Of what a noun is said: its subject over a copula, or the name beside it."""
    head = noun.head
    if noun.dep_ in ("attr", "oprd") and head.pos_ in _VERBAL:
        return subjects_of(parse, head)
    if noun.dep_ == "pobj" and head.lower_ == "as" and head.head.pos_ in _VERBAL:
        # "We used X as an inhibitor of Y", but "As an inhibitor of Y, X lowers Z".
        naming = head.head.lemma_.lower() in _NAMING_VERBS
        direct = [child for child in head.head.children if child.dep_ == "dobj" and naming]
        return arguments_of(parse, direct) or subjects_of(parse, head.head)
    if noun.dep_ == "appos":
        return arguments_of(parse, [head])
    if noun.dep_ == "conj" and head.dep_ in ("attr", "appos"):
        return _bearers(parse, head)
    beside = [child for child in noun.children if child.dep_ == "appos" and child.i in parse.named]
    # "The Y inhibitor X": the parser makes the noun a modifier of the name, or a second subject beside it.
    if not beside and noun.i + 1 < len(noun.doc) and noun.i + 1 in parse.named:
        beside = [noun.nbor(1)]
    return arguments_of(parse, beside)


def _possessors(parse: Parse, noun: Token) -> list[Argument]:
    """Such as "X inhibition", "X's role", "X-mediated inhibition"."""
    named: list[Token] = []
    for child in noun.children:
        if child.dep_ in ("compound", "poss", "nmod", "amod", "npadvmod"):
            if child.i in parse.named:
                named.append(child)
            elif child.lower_ in HYPHENED:
                named.extend(grandchild for grandchild in child.children if grandchild.i in parse.named)
    return arguments_of(parse, named)


def _light_subjects(parse: Parse, noun: Token) -> list[Argument]:
    """The subject of a verb that only carries the noun: "X *has* an effect on Y", "X *leads to* a reduction of Y"."""
    word = noun
    for _ in range(4):
        head = word.head
        if word.dep_ == "conj":
            word = head
            continue
        if word.dep_ == "pobj" and head.lower_ in ("to", "in", "with"):
            head = head.head
        elif word.dep_ not in ("dobj", "attr", "oprd"):
            return []
        carries = head.pos_ in _VERBAL and head.lemma_.lower() in LIGHT_VERBS and not _is_passive(head)
        return subjects_of(parse, head) if carries else []
    return []


def _used(parse: Parse, noun: Token) -> list[Argument]:
    """What is put to the use that the noun names: "X is *approved for* the treatment of Y", "the use of X *for* prevention"."""
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("for", "in"):
        return []
    user = noun.head.head
    if user.pos_ in _VERBAL and user.lemma_.lower() in USING_VERBS and _is_passive(user):
        return _patients(parse, user)
    return arguments_of(parse, objects_of(user, "of")) if user.lemma_.lower() == "use" else []


def _hyphened(parse: Parse, token: Token) -> Iterator[Claim]:
    """Such as "LPS-induced inflammation", "amyloid-lowering drugs": a name, a hyphen, a word, and the noun that they modify."""
    kind = HYPHENED.get(token.lower_)
    if kind is None or token.i < 2 or token.nbor(-1).text not in "-–‐‑" or token.i - 2 not in parse.named:
        return
    if token.head.i > token.i:
        name = [Argument(parse.named[token.i - 2], token.i - 2)]
        others = [argument for argument in arguments_of(parse, [token.head]) if argument.token > token.i]
        if kind is Kind.ASSOCIATE and any(groups(parse, argument) is Group.PLACE for argument in (*name, *others)):
            return  # "nervous system-related" only says where
        forward = token.lower_ in HYPHENED_FORWARD
        yield Claim(token, kind, others if forward else name, name if forward else others, _HYPHEN_SURENESS)


def _altered(parse: Parse, token: Token) -> Iterator[Claim]:
    """More or less of a thing in an illness: "IL-6 was higher in PD patients", "PD patients showed lower Prevotella"."""
    word, lemma = token.lower_, token.lemma_.lower()
    more, less = word in RAISED or lemma in _MORE, word in LOWERED or lemma in _LESS
    if word in _MEASURED:  # "less abundant"
        degree = {child.lower_ for child in token.children if child.dep_ == "advmod"}
        more, less = bool(degree & {"more", "most"}), bool(degree & {"less", "least"})
    has_agent = any(child.dep_ in ("agent", "dobj") for child in token.children)
    if (more or less) and token.dep_ not in ("amod", "compound") and not has_agent:
        host = token.head if token.pos_ == "ADJ" and token.head.pos_ in _VERBAL else token
        ill = _ill(parse, arguments_of(parse, [*_places(token), *_places(host)]))
        changed = [replace(found, direction=1 if more else -1) for found in subjects_of(parse, host)] if ill else []
        yield Claim(token, Kind.CORRELATE, changed, ill, _ALTERED_SURENESS)
    if lemma in CARRYING_VERBS and token.pos_ == "VERB":
        direct = [child for child in token.children if child.dep_ == "dobj"]
        measured = [argument for argument in arguments_of(parse, direct) if argument.direction]
        if measured:
            yield Claim(token, Kind.CORRELATE, measured, _ill(parse, subjects_of(parse, token)), _ALTERED_SURENESS)


def _places(word: Token) -> list[Token]:
    return [target for preposition in ("in", "among") for target in objects_of(word, preposition)]


def _ill(parse: Parse, found: Iterable[Argument]) -> list[Argument]:
    return [argument for argument in found if groups(parse, argument) is Group.DISEASE]
