"""Which relation a question asks for, and which way round."""

from __future__ import annotations

import re

from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.questions.cues import Kind, Verb
from isthmus.service.questions.draft import Draft
from isthmus.service.questions.plan import Role
from isthmus.service.questions.spans import Span

CONDITION = Category.DISEASE_OR_PHENOTYPIC_FEATURE
_PARTICIPLE = re.compile(r"\w+(?:ed|wn|en|ound|ought)\b")
_BE = re.compile(r"\b(?:is|are|was|were|be|been|being|gets?|got)\b(?!.*\bthat\b)", re.IGNORECASE | re.DOTALL)
_BY = re.compile(r"\bby (?:the |an? )?$", re.IGNORECASE)
_AS_PUT: dict[PathSign, PathSign] = {
    PathSign.POSITIVE: PathSign.HARMFUL,
    PathSign.NEGATIVE: PathSign.THERAPEUTIC,
}


def is_condition(category: Category | None) -> bool:
    """Whether it is a disease or a symptom: what a push up of is harmful."""
    return category is not None and CONDITION.includes(category)


def sign_of(verb: Verb, patient: Category | None, other: Category | None) -> PathSign | None:
    """The sign of the paths that a verb asks for, given the categories of its object and of the other end."""
    if is_condition(patient) or (patient is None and verb.condition_first):
        return verb.condition_sign
    sign = verb.other_sign
    return _AS_PUT[sign] if sign is not None and is_condition(other) else sign


def relation_of(draft: Draft, patient: Category | None) -> Predicate | None:
    """The relation of the statements asked for, given the category of its object where that is known."""
    span = draft.verb()
    if span is None:
        links = draft.of(Kind.LINK)
        if not links:
            return None
        draft.take("relation", Predicate.ASSOCIATED_WITH, links[0])
        return Predicate.ASSOCIATED_WITH
    verb: Verb = span.value
    condition = is_condition(patient) or (patient is None and verb.condition_first)
    relation = verb.condition if condition else verb.other
    draft.take("relation", relation, span)
    return relation


def agent_and_patient(text: str, first: Span, second: Span, verb: Span) -> tuple[Span, Span]:
    """The two names as subject and object of a verb; ``first`` and ``second`` where it does not turn them round."""
    turned = bool(_BY.search(text[: second.start]))
    if not turned and is_passive(text, verb) and verb.value.inverted:
        return first, second
    if verb.value.inverted and not turned:
        return second, first
    if verb.value.nominal and not turned and re.match(r"\W*(?:of|for|against)\b", text[verb.end :]):
        # "an inhibitor of X": what stands before the noun is the agent, else nobody is
        return first, second
    return (second, first) if turned else (first, second)


def role_of(draft: Draft, name: Span | None, relation: Predicate | None, category: Category) -> Role:
    """What A is in the statements: with two names the subject, with one what its place beside the verb says."""
    if name is None:
        nobody = relation is None or draft.undirected(relation) or nobody_acts(draft)
        return Role.EITHER if nobody else Role.SUBJECT
    span = draft.verb()
    if span is None:
        return Role.EITHER
    verb: Verb = span.value
    if verb.other is Predicate.HAS_SIDE_EFFECT:
        return Role.SUBJECT if Category.DRUG.includes(category) else Role.OBJECT
    if verb.nominal:
        return Role.OBJECT
    # "Parkinson disease: which drugs help?": what stands next before the verb is its subject.
    asked = any(name.start < other.start < span.start for other in draft.of(Kind.CATEGORY))
    subject = name.start < span.start and not asked
    for turned in (is_passive(draft.text, span), verb.inverted):
        subject ^= turned
    return Role.SUBJECT if subject else Role.OBJECT


def is_passive(text: str, verb: Span) -> bool:
    """Whether a verb is a participle after a form of "to be".

    "Is it known that X inhibited Y" is not: another clause begins between the two.
    """
    return _PARTICIPLE.match(verb.text) is not None and _BE.search(text[: verb.start]) is not None


def nobody_acts(draft: Draft) -> bool:
    """Whether a question names no agent, as "Is dopamine lowered in Parkinson disease?" does."""
    span = draft.verb()
    if span is None or span.value.inverted or not is_passive(draft.text, span):
        return False
    return not re.search(r"\bby\b", draft.text[span.end :])
