"""The report of a proposal: the claims that passed, the figures, and every statement and sentence that they cite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.model import DocumentKind, Entity, Modality
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.answers import EntityName
from isthmus.service.panel.discussed import EVIDENCE_ONLY, Discussed
from isthmus.service.panel.dossier import Dossier, Exhibit
from isthmus.service.panel.evidence_only import BY_EVIDENCE, argue
from isthmus.service.panel.experiment import decide, means_of
from isthmus.service.panel.figures import novelty, plausibility, testability
from isthmus.service.panel.gather import PATHS, gather
from isthmus.service.panel.known import NamedTogether, known_already, named_together
from isthmus.service.panel.report import (
    CitedSentence,
    CitedStatement,
    Claim,
    Cost,
    Modalities,
    Report,
    Stance,
)
from isthmus.service.panel.verdict import rule
from isthmus.service.panel.weakest import weakest_link
from isthmus.service.panel.wording import counted, listed, opened, sentence_of

_LEADS = {
    "therapeutic": "may help against",
    "harmful": "may promote",
    "positive": "may raise",
    "negative": "may lower",
    "unknown": "may have to do with",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed link: all that was looked at, and the report of it."""

    dossier: Dossier
    named: NamedTogether
    report: Report


def propose(
    store: Store,
    snapshot: Snapshot,
    source: Entity,
    target: Entity,
    *,
    max_hops: int = 3,
    top: int = PATHS,
    discuss: Callable[[Dossier], Discussed] | None = None,
) -> Proposal:
    """Gather what the graph holds of a link, have it discussed where there is a panel, and report.

    Raises ``SameEnds`` where both ends are one.
    """
    dossier = gather(store, snapshot, source, target, max_hops=max_hops, top=top)
    named = named_together(store, snapshot, dossier)
    discussed = discuss(dossier) if discuss is not None else None
    return Proposal(dossier, named, assemble(dossier, named, discussed))


def assemble(
    dossier: Dossier,
    named: NamedTogether | None,
    discussed: Discussed | None = None,
    *,
    created: datetime | None = None,
) -> Report:
    """The report, from these values alone: the same ones give the same report.

    Args:
        dossier: all that may be cited.
        named: how many documents name both ends; ``None`` where not counted.
        discussed: what the panel said; without it the case is made from the evidence alone.
        created: when; now by default.
    """
    known = known_already(dossier, named)
    means = means_of(dossier)
    experiment = decide(dossier, means)
    plausible = plausibility(dossier)
    case, dissent, contradicting = _claims(dossier, discussed)
    claims = [*case, *dissent, *contradicting]
    ruled = rule(dossier, plausible)
    judgement = discussed.judgement if discussed else None
    struck = list(discussed.struck) if discussed else []
    return Report(
        from_=EntityName.of(dossier.source),
        to=EntityName.of(dossier.target),
        as_of=dossier.as_of,
        graph_hash=dossier.graph_hash,
        created=(created or datetime.now(UTC)).isoformat(timespec="seconds"),
        claim=_proposal(dossier),
        claim_statement_ids=[hop.id for hop in dossier.leading.statements] if dossier.leading else [],
        verdict=judgement.verdict if judgement else ruled.word,
        verdict_reasons=list(judgement.reasons) if judgement else ruled.reasons,
        paths=list(dossier.paths),
        case=case,
        modalities=_modalities(dossier, case),
        dissent=dissent,
        contradicting=contradicting,
        struck=struck,
        struck_counts=dict(Counter(reason for one in struck for reason in one.reasons)),
        weakest=weakest_link(dossier),
        novelty=novelty(dossier, known),
        plausibility=plausible,
        testability=testability(means),
        known=known,
        experiment=experiment,
        not_looked_at=list(_not_looked_at(dossier, discussed)),
        statements=list(
            _statements(dossier, claims, [*known.direct, *(experiment.statement_ids if experiment else [])])
        ),
        evidence=list(_sentences(dossier, claims)),
        specialists=_specialists(discussed),
        transcript=list(discussed.transcript) if discussed else [],
        cost=discussed.cost if discussed else Cost(),
        with_models=discussed is not None and discussed.with_models,
    )


def _claims(dossier: Dossier, discussed: Discussed | None) -> tuple[list[Claim], list[Claim], list[Claim]]:
    """The case, the dissent, and what contradicts it.

    Where no model spoke, all of it is the evidence's; else what contradicts and what is doubtful still comes from the
    evidence, so that nothing of it is passed over.
    """
    evidence = argue(dossier)
    if discussed is None or not discussed.with_models:
        return evidence.case, evidence.doubts, evidence.contradicting
    told = {one.statement_ids[0] for one in evidence.contradicting}
    said = list(_once(discussed.claims))
    case = [one for one in said if one.stance is not Stance.CONTRADICTS]
    against = [one for one in said if one.stance is Stance.CONTRADICTS]
    dissent = [one for one in against if one.model or one.statement_ids[0] not in told]
    return case, [*dissent, *evidence.doubts], evidence.contradicting


def _once(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Without what code says again for a second specialist."""
    seen: set[tuple[str, ...]] = set()
    for one in claims:
        key = (one.text, *one.evidence_ids)
        if one.model or key not in seen:
            seen.add(key)
            yield one


def _proposal(dossier: Dossier) -> str:
    """The proposal in one sentence: what the one may do to the other, by way of what."""
    path = dossier.leading
    source, target = dossier.source.name, dossier.target.name
    if path is None:
        return opened(f"{source} may have to do with {target}: the graph knows no way how.")
    exhibits = [dossier.exhibits[hop.id] for hop in path.statements]
    said = [sentence_of(exhibit.row.statement, dossier.entities) for exhibit in exhibits]
    way = listed([node.name for node in path.nodes[1:-1]])
    by_way = f" by way of {way}" if way else ""
    return opened(f"{source} {_LEADS[path.sign]} {target}{by_way}: {listed(said)}.")


def _modalities(dossier: Dossier, case: Sequence[Claim]) -> list[Modalities]:
    found = []
    claims = Counter(one.modality for one in case)
    for modality in Modality:
        pieces = [
            (exhibit.id, one)
            for exhibit in dossier.exhibits.values()
            for one in exhibit.evidence
            if (document := dossier.documents.get(one.document)) and document.modality is modality
        ]
        statements, documents = len({each for each, _ in pieces}), len({one.document for _, one in pieces})
        name = modality.value.replace("_", "-")
        text = (
            f"{counted(len(pieces), 'piece').capitalize()} of {name} evidence from {counted(documents, 'document')}, "
            f"for {counted(statements, 'statement')}."
            if pieces
            else f"No {name} evidence of this link or what lies around it."
        )
        found.append(
            Modalities(
                modality=modality, statements=statements, evidence=len(pieces), claims=claims[modality], text=text
            )
        )
    return found


def _specialists(discussed: Discussed | None) -> dict[str, str]:
    return dict(discussed.specialists) if discussed else {BY_EVIDENCE: f"{EVIDENCE_ONLY}: no panel was asked for"}


def _not_looked_at(dossier: Dossier, discussed: Discussed | None) -> Iterator[str]:
    """What the report does not rest on, in words."""
    yield from (f"{opened(each)}." for each in dossier.left_out)
    seen = {document.modality for document in dossier.documents.values()}
    missing = [modality.value.replace("_", "-") for modality in Modality if modality not in seen]
    if missing:
        yield f"{opened(listed(missing, 'or'))} evidence: the graph has none of these nodes, which is no sign that there is none."
    if dossier.as_of is not None:
        yield f"Nothing that was published after {dossier.as_of}, and nothing without a date."
    retracted = sum(document.retracted for document in dossier.documents.values())
    if retracted:
        was = "was retracted and counts" if retracted == 1 else "were retracted and count"
        yield f"{counted(retracted, 'document').capitalize()} {was} nothing."
    papers = [one for one in dossier.documents.values() if one.kind in (DocumentKind.ARTICLE, DocumentKind.CITATION)]
    cited = sum(one.kind is DocumentKind.CITATION for one in papers)
    if papers:
        yield f"Figures and supplements of the {counted(len(papers), 'paper')}: only sentences were read."
    if cited:
        yield f"The {counted(cited, 'paper')} that {'is' if cited == 1 else 'are'} known only by what a table quotes of them."
    if discussed is None or not discussed.with_models:
        yield "No language model was asked: the case is the evidence in plain sentences, weighed by rules."


def _statements(dossier: Dossier, claims: Sequence[Claim], others: Iterable[str]) -> Iterator[CitedStatement]:
    """The statements of the paths, of the claims, and others by id; each once."""
    paths = [hop.id for path in dossier.paths for hop in path.statements]
    cited = [*paths, *others, *(each for one in claims for each in one.statement_ids)]
    yield from (_statement(dossier, dossier.exhibits[each]) for each in dict.fromkeys(cited))


def _statement(dossier: Dossier, exhibit: Exhibit) -> CitedStatement:
    statement, context = exhibit.row.statement, exhibit.row.statement.context
    return CitedStatement(
        id=statement.id,
        subject=_name(dossier, statement.subject),
        predicate=statement.predicate,
        object=_name(dossier, statement.object),
        negated=statement.negated,
        belief=exhibit.row.belief,
        species=_place(dossier, context.species, Category.ORGANISM_TAXON),
        cell=_place(dossier, context.cell, Category.CELL),
        anatomy=_place(dossier, context.anatomy, Category.ANATOMICAL_ENTITY),
    )


def _name(dossier: Dossier, curie: str) -> EntityName:
    return EntityName.of(dossier.entities[curie])


def _place(dossier: Dossier, curie: str, category: Category) -> EntityName | None:
    """Where a statement holds; a graph need not describe it, and then it goes by its id."""
    if not curie:
        return None
    return _name(dossier, curie) if curie in dossier.entities else EntityName(id=curie, name=curie, category=category)


def _sentences(dossier: Dossier, claims: Sequence[Claim]) -> Iterator[CitedSentence]:
    """The evidence of the claims, and what the paths show of theirs."""
    wanted = {each for one in claims for each in one.evidence_ids}
    wanted |= {one.id for path in dossier.paths for hop in path.statements for one in hop.evidence}
    for exhibit in dossier.exhibits.values():
        for one in exhibit.evidence:
            if one.id in wanted:
                document = dossier.documents.get(one.document)
                yield CitedSentence(
                    id=one.id,
                    statement_id=one.statement,
                    document=one.document,
                    title=document.title if document else "",
                    year=one.year,
                    text=one.text,
                    assertion=one.assertion,
                    modality=document.modality if document else Modality.LITERATURE,
                    extractor=one.extractor,
                    retracted=document.retracted if document else False,
                )
