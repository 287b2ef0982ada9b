"""What of a dossier one specialist may see: a smaller dossier, so that whatever reads one reads the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from isthmus.extractors.chat.instructions import speaks_to_a_model
from isthmus.graph.model import DocumentKind, Evidence
from isthmus.graph.vocabulary import Predicate
from isthmus.service.panel.dossier import Dossier, Exhibit
from isthmus.service.panel.specialists import Specialist


def seen_by(specialist: Specialist, dossier: Dossier) -> Dossier:
    """The exhibits of its predicates and categories, each with the evidence of its kinds of research; none without any.

    Evidence of a retracted paper is not among it.
    """

    def sees(one: Evidence) -> bool:
        document = dossier.documents.get(one.document)
        return document is not None and document.modality in specialist.evidence and not document.retracted

    return with_evidence(
        replace(
            dossier, exhibits={each.id: each for each in dossier.exhibits.values() if _about(specialist, each, dossier)}
        ),
        sees,
    )


def told_to_a_model(dossier: Dossier, *, reads_reports: bool) -> Dossier:
    """What of a dossier a language model may be told.

    Without ``reads_reports`` no clinical report is among it. A sentence that speaks to a model instead of to a reader is
    told to none.
    """

    def fit(one: Evidence) -> bool:
        return (reads_reports or not from_a_report(one, dossier)) and not speaks_to_a_model(one.text)

    return with_evidence(dossier, fit)


def from_a_report(evidence: Evidence, dossier: Dossier) -> bool:
    """Whether it stands in a clinical report; what nobody knows of counts as one."""
    document = dossier.documents.get(evidence.document)
    return document is None or document.kind is DocumentKind.REPORT


def with_evidence(dossier: Dossier, wanted: Callable[[Evidence], bool]) -> Dossier:
    """The dossier with the evidence that is wanted, and the exhibits that keep any."""
    exhibits: dict[str, Exhibit] = {}
    for each in dossier.exhibits.values():
        evidence = tuple(filter(wanted, each.evidence))
        if evidence:
            exhibits[each.id] = replace(each, evidence=evidence)
    return replace(dossier, exhibits=exhibits)


def _about(specialist: Specialist, exhibit: Exhibit, dossier: Dossier) -> bool:
    statement = exhibit.row.statement
    if specialist.predicates and statement.predicate not in (specialist.predicates | {Predicate.RELATED_TO}):
        return False
    if not specialist.categories:
        return True
    ends = [dossier.entities[end].category for end in (statement.subject, statement.object) if end in dossier.entities]
    return any(wanted.includes(end) for wanted in specialist.categories for end in ends)
