"""The checks that nothing unbacked passes: a claim as a model put it in, a claim of the case or a struck one out.

Each check is a function that yields faults; a claim passes where none does. They know nothing of models: whoever puts a
claim, a person included, is checked alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from isthmus.extractors.chat.instructions import speaks_to_a_model
from isthmus.graph.model import Assertion, Evidence, Statement
from isthmus.graph.vocabulary import Sign
from isthmus.service.panel.claim_text import Fault, Names, form_faults, hedged, text_faults
from isthmus.service.panel.claim_words import DENIAL, HEDGE
from isthmus.service.panel.dossier import Dossier, Exhibit, Role
from isthmus.service.panel.naming import Forms, surface_forms
from isthmus.service.panel.report import Asserted, Claim, Stance, Strike, StruckClaim
from isthmus.service.panel.wording import in_words

BELIEVED = 0.5  # a statement that is believed less may only be put as a supposition


@dataclass(frozen=True, slots=True)
class Put:
    """A claim as it was put, before any check. Ids may be invented; ``unread`` says what could not be understood at all."""

    text: str
    asserted: Sequence[Asserted]
    statement_ids: Sequence[str]
    evidence_ids: Sequence[str]
    quote: str
    stance: Stance
    by: str
    model: str
    round: int
    unread: Sequence[Fault] = field(default=())


def check_claim(put: Put, seen: Dossier, dossier: Dossier) -> Claim | StruckClaim:
    """The claim, if every check lets it through; else the claim struck out, with all that is wrong with it.

    ``seen`` is what of the dossier the one who put it may see.
    """
    faults = list(dict.fromkeys(_faults(put, seen, dossier)))
    if faults:
        return struck(put, faults)
    first = seen.evidence(put.evidence_ids[0])
    assert first is not None  # the checks let only evidence through that is seen
    return Claim(
        text=put.text.strip(),
        asserted=[_as_held(seen.exhibits[one].row.statement) for one in put.statement_ids],
        statement_ids=list(put.statement_ids),
        evidence_ids=list(put.evidence_ids),
        quote=_honest_quote(put.quote, [one for _, one in _cited_evidence(put, seen)]),
        stance=put.stance,
        modality=dossier.documents[first[1].document].modality,
        by=put.by,
        model=put.model,
        round=put.round,
    )


def _as_held(statement: Statement) -> Asserted:
    """What a claim that passed asserts, which is what its statement says; a symmetric one may have been told either way."""
    return Asserted(
        subject=statement.subject, predicate=statement.predicate, object=statement.object, negated=statement.negated
    )


def struck(put: Put, faults: Sequence[Fault]) -> StruckClaim:
    """The claim struck out for these faults."""
    return StruckClaim(
        text=put.text,
        asserted=list(put.asserted),
        statement_ids=list(put.statement_ids),
        evidence_ids=list(put.evidence_ids),
        quote=put.quote,
        stance=put.stance,
        by=put.by,
        model=put.model,
        round=put.round,
        reasons=list(dict.fromkeys(fault.strike for fault in faults)),
        explanation="; ".join(fault.words for fault in faults),
    )


def _faults(put: Put, seen: Dossier, dossier: Dossier) -> Iterator[Fault]:
    """All faults; what a claim cites is looked at closer only where it is there to be looked at."""
    exhibits = [seen.exhibits[one] for one in put.statement_ids if one in seen.exhibits]
    names = _names(exhibits, dossier)
    yield from put.unread
    yield from form_faults(put.text, names.ends)
    yield from citation_faults(put, seen, dossier)
    evidence = [one for _, one in _cited_evidence(put, seen)]
    yield from quote_faults(put.quote, evidence)
    if put.unread or len(exhibits) != len(put.statement_ids) or not exhibits:
        return
    if len(put.asserted) != len(exhibits):
        yield Fault(Strike.MALFORMED, "does not assert one relation for each statement that it cites")
        return
    for asserted, exhibit in zip(put.asserted, exhibits, strict=True):
        yield from assertion_faults(asserted, exhibit.row.statement)
        yield from support_faults(
            asserted, exhibit, [one for one in evidence if one.statement == exhibit.id], hedged(put.text, names)
        )
        yield from stance_faults(put.stance, exhibit)
    yield from text_faults(put.text, put.asserted, names, [one.text for one in evidence])


def citation_faults(put: Put, seen: Dossier, dossier: Dossier) -> Iterator[Fault]:
    """Ids that are not there, that were not to be seen, that do not belong together, or that are missing."""
    if not put.statement_ids or not put.evidence_ids:
        yield Fault(Strike.NO_CITATION, "cites no statement or no evidence")
    for one in put.statement_ids:
        if one not in dossier.exhibits:
            yield Fault(Strike.UNKNOWN_ID, f"there is no statement {one!r}")
        elif one not in seen.exhibits:
            yield Fault(Strike.NOT_VISIBLE, f"{put.by} may not see the statement {one}")
    backed = set()
    for one in put.evidence_ids:
        found = dossier.evidence(one)
        if found is None:
            yield Fault(Strike.UNKNOWN_ID, f"there is no evidence {one!r}")
        elif seen.evidence(one) is None:
            yield Fault(Strike.NOT_VISIBLE, f"{put.by} may not see the evidence {one}")
        elif found[0].id not in put.statement_ids:
            yield Fault(Strike.MISMATCHED_EVIDENCE, f"the evidence {one} is not for a statement that it cites")
        else:
            backed.add(found[0].id)
    for one in put.statement_ids:
        if one in seen.exhibits and one not in backed and put.evidence_ids:
            yield Fault(Strike.MISMATCHED_EVIDENCE, f"cites no evidence for the statement {one}")


def assertion_faults(asserted: Asserted, statement: Statement) -> Iterator[Fault]:
    """How what is asserted differs from the statement: its ends, direction, relation, sign, negation."""
    said, held = (asserted.subject, asserted.object), (statement.subject, statement.object)
    if said != held:
        turned = said == (held[1], held[0])
        if not turned:
            yield Fault(Strike.FOREIGN_NAME, f"asserts something of {said[0]} and {said[1]}; the statement does not")
        elif not statement.predicate.symmetric:
            yield Fault(Strike.WRONG_DIRECTION, "asserts the statement the other way round")
    if asserted.predicate is not statement.predicate:
        signs = {asserted.predicate.sign, statement.predicate.sign}
        strike = Strike.WRONG_SIGN if signs == {Sign.POSITIVE, Sign.NEGATIVE} else Strike.WRONG_RELATION
        yield Fault(strike, f"asserts {asserted.predicate}; the statement says {statement.predicate}")
    if asserted.negated is not statement.negated:
        yield Fault(
            Strike.WRONG_NEGATION, "denies its statement" if asserted.negated else "affirms what its statement denies"
        )


def support_faults(
    asserted: Asserted, exhibit: Exhibit, evidence: Sequence[Evidence], supposes: bool
) -> Iterator[Fault]:
    """Evidence that says the opposite, that speaks to a model, or is too weak for a claim that ``supposes`` nothing."""
    if not asserted.negated and any(one.assertion is Assertion.NEGATED for one in evidence):
        yield Fault(Strike.CONTRADICTED, "cites a sentence that denies it")
    if any(speaks_to_a_model(one.text) for one in evidence):
        yield Fault(Strike.MALFORMED, "cites a sentence that speaks to a model instead of to a reader")
    if supposes:
        return
    if evidence and all(one.assertion is Assertion.SPECULATED for one in evidence):
        yield Fault(Strike.OVERSTATED, "states what its evidence only supposes")
    elif exhibit.row.belief < BELIEVED:
        yield Fault(Strike.OVERSTATED, f"states without a doubt what is believed to {exhibit.row.belief:.2f}")


def stance_faults(stance: Stance, exhibit: Exhibit) -> Iterator[Fault]:
    """A side that the statement cannot be on: a step of the path speaks for the link, a denial of it against.

    A step that contradicts another one may be put on either side.
    """
    denies, opposed = exhibit.row.statement.negated, bool(exhibit.contradicts)
    stands_on = exhibit.role in (Role.PATH, Role.DIRECT)
    against = exhibit.role is Role.OPPOSITE or (opposed and not stands_on) or (denies and exhibit.role is Role.DIRECT)
    if stance is Stance.SUPPORTS and against:
        yield Fault(Strike.CONTRADICTED, "takes for support what speaks against the proposal")
    if stance is Stance.CONTRADICTS and stands_on and not denies and not opposed:
        yield Fault(Strike.CONTRADICTED, "takes for an objection what the proposal stands on")


def quote_faults(quote: str, evidence: Sequence[Evidence]) -> Iterator[Fault]:
    """Words in quotation marks that do not stand so in the evidence; white space aside."""
    wanted = " ".join(quote.split())
    if wanted and not any(wanted in " ".join(one.text.split()) for one in evidence):
        yield Fault(Strike.NOT_VERBATIM, "quotes words that do not stand in the evidence it cites")


def _honest_quote(quote: str, evidence: Sequence[Evidence]) -> str:
    """The quote; the whole sentence where the quote leaves out that it denies or only supposes."""
    wanted = " ".join(quote.split())
    if not wanted:
        return ""
    whole = next(one.text for one in evidence if wanted in " ".join(one.text.split()))
    left_out = set(" ".join(whole.lower().split()).replace(wanted.lower(), " ", 1).replace(",", " ").split())
    return whole if (DENIAL | HEDGE) & left_out else wanted


def _cited_evidence(put: Put, seen: Dossier) -> list[tuple[Exhibit, Evidence]]:
    return [found for one in put.evidence_ids if (found := seen.evidence(one)) is not None]


def _names(exhibits: Iterable[Exhibit], dossier: Dossier) -> Names:
    """The forms of the ends of these statements, as the dossier and their own sentences call them, and of their contexts."""
    ends: set[str] = set()
    contexts: set[str] = set()
    surfaces: list[tuple[str, str]] = []
    for exhibit in exhibits:
        statement = exhibit.row.statement
        ends |= {statement.subject, statement.object}
        contexts |= {statement.context.species, statement.context.cell, statement.context.anatomy} - {""}
        surfaces += surface_forms(statement, exhibit.evidence)
    known = dossier.entities
    return Names(
        Forms.of([known[one] for one in sorted(ends) if one in known], surfaces),
        Forms.of(
            [known[one] for one in sorted(contexts - ends) if one in known],
            [(one, in_words(one, known).removeprefix("the ")) for one in sorted(contexts - ends)],
        ),
    )
