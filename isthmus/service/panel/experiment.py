"""The experiment that would decide a proposal, put together from what the graph itself says of its nodes.

One end is changed on purpose, the other is measured, and so is what lies between. Which end can be changed and how a thing
is measured follows from what kind of thing it is; where to do it follows from the species, cells and tissues in which the
statements were found to hold. What the graph does not say is said to be unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from isthmus.graph.discovery.walks.signs import PathSign, Push, compose
from isthmus.graph.model import Entity, Modality
from isthmus.graph.vocabulary import Category, Predicate, Sign
from isthmus.service.answers import HopStatement, PathAnswer
from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.report import Experiment
from isthmus.service.panel.wording import agreeing, counted, in_words, listed, opened

_GENES = (Category.GENE, Category.PROTEIN, Category.GENE_FAMILY, Category.MACROMOLECULAR_COMPLEX)
_IN_USE = (Predicate.TREATS, Predicate.STUDIED_TO_TREAT, Predicate.PREVENTS, Predicate.AMELIORATES)
FEATURES = 4  # of a disease that are measured


@dataclass(frozen=True, slots=True)
class Mean:
    """One thing that a test needs: in words, how good it is (0 to 1), why, and the statements that this was taken from."""

    words: str
    score: float
    reason: str
    statement_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to test a proposal with: what is changed, what is measured, where, and on the way.

    ``changed`` and ``measured`` are the two ends, ``hops`` the path from the one to the other; ``directed`` is whether it
    tells which way the one moves the other.
    """

    changed: Entity
    measured: Entity
    hops: tuple[HopStatement, ...]
    between: tuple[Entity, ...]
    directed: bool
    handle: Mean
    readout: Mean
    system: Mean
    middle: Mean


def means_of(dossier: Dossier) -> Means:
    """What there is to test the leading path with. The end that is easier to change is the one that is changed."""
    source, target = dossier.source, dossier.target
    path = dossier.leading
    hops = tuple(path.statements) if path else ()
    between = tuple(dossier.entities[node.id] for node in path.nodes[1:-1]) if path else ()
    handles = _handle(dossier, source), _handle(dossier, target)
    if handles[1].score > handles[0].score:
        source, target, hops, between = target, source, hops[::-1], between[::-1]
    return Means(
        changed=source,
        measured=target,
        hops=hops,
        between=between,
        directed=path is not None and path.sign != PathSign.UNKNOWN,
        handle=max(handles, key=lambda handle: handle.score),
        readout=_readout(dossier, target, hops[-1] if hops else None),
        system=_system(dossier, path),
        middle=_middle(between),
    )


def decide(dossier: Dossier, means: Means) -> Experiment | None:
    """The experiment that would decide the leading path; ``None`` where there is no path."""
    if not means.hops:
        return None
    measured = means.measured.name
    way = listed([each.name for each in means.between])
    hypothesis = opened(f"{_moves(means)} {measured}{f' by way of {way}' if way else ''}.")
    blocked = next((each for each in means.between if _held_still(each)), None)
    undone = f", and that this is undone with {blocked.name} {_held_still(blocked)}" if blocked else ""
    against = f" although {blocked.name} moves, or moves although {blocked.name} cannot" if blocked else ""
    expected = (
        f"For it: that {_outcome(means)} with the dose{undone}. Against it: that {measured} stays as it is{against}."
    )
    assay = _assay(means)
    ids = dict.fromkeys(
        [
            *(hop.id for hop in means.hops),
            *means.system.statement_ids,
            *means.readout.statement_ids,
            *means.handle.statement_ids,
        ]
    )
    return Experiment(
        hypothesis=hypothesis,
        assay=assay,
        model_system=means.system.words,
        readout=means.readout.words,
        expected=expected,
        text=f"{assay} Where: {means.system.words}. Readout: {means.readout.words}. {expected}",
        statement_ids=[each for each in ids if each in dossier.exhibits],
    )


# -- what is changed ---------------------------------------------------------------------------------------------------


def _handle(dossier: Dossier, end: Entity) -> Mean:
    name, kind = end.name, end.category
    if kind is Category.FOOD:
        return Mean(f"feed {name} against a diet without it", 0.8, f"{name} is a food, which can be given.")
    if Category.DRUG.includes(kind):
        used = [
            exhibit.id
            for exhibit in dossier.exhibits.values()
            if exhibit.row.statement.subject == end.id
            and exhibit.row.statement.predicate in _IN_USE
            and not exhibit.row.statement.negated
        ]
        known = (
            f"{name} is given for other things already, as the graph says."
            if used
            else f"{name} is a substance, which can be given."
        )
        return Mean(f"give {name} in rising doses against vehicle", 1.0 if used else 0.85, known, tuple(used[:3]))
    score, words, reason = next(
        (row for categories, row in _HANDLES if any(one.includes(kind) for one in categories)),
        (0.1, "compare what has {0} with what has not", "{0} is not a thing that can be given or taken away at will."),
    )
    return Mean(words.format(name), score, reason.format(name))


_HANDLES: tuple[tuple[tuple[Category, ...], tuple[float, str, str]], ...] = (
    (
        _GENES,
        (
            0.8,
            "knock {0} down, and express it in excess, against controls",
            "{0} can be knocked down and expressed in excess.",
        ),
    ),
    (
        (Category.SEQUENCE_VARIANT,),
        (0.7, "edit {0} into cells, against the unedited line", "{0} is a variant, which can be edited into cells."),
    ),
    (
        (Category.ORGANISM_TAXON,),
        (
            0.6,
            "give {0} to animals without it, against heat-killed {0}",
            "{0} is an organism, which can be given or taken away if it can be grown.",
        ),
    ),
    (
        (Category.PROCEDURE, Category.DEVICE),
        (0.7, "use {0} against a sham", "{0} is something that is done, and can be compared with a sham."),
    ),
    (
        (Category.BIOLOGICAL_PROCESS, Category.MOLECULAR_ACTIVITY),
        (
            0.5,
            "stimulate and inhibit {0}, against controls",
            "{0} is a process: what stimulates or inhibits it has to be chosen.",
        ),
    ),
    (
        (Category.ANATOMICAL_ENTITY, Category.CELL_LINE),
        (0.4, "compare tissue with {0} and without", "{0} can be isolated or lesioned, hardly given."),
    ),
    (
        (Category.DISEASE_OR_PHENOTYPIC_FEATURE,),
        (
            0.3,
            "compare those with {0} and matched ones without",
            "{0} is a condition: it can be modelled or observed, not given.",
        ),
    ),
)


# -- what is measured --------------------------------------------------------------------------------------------------

_MEASURED: tuple[tuple[tuple[Category, ...], str], ...] = (
    (_GENES, "abundance of {0} (immunoblot or ELISA) and its mRNA (qPCR)"),
    ((Category.FOOD,), "intake of {0}"),
    ((Category.CHEMICAL_ENTITY,), "level of {0} (mass spectrometry or ELISA)"),
    ((Category.ORGANISM_TAXON,), "abundance of {0} (16S sequencing or qPCR)"),
    ((Category.CELL,), "number and state of {0} (flow cytometry, histology)"),
    ((Category.BEHAVIOR,), "{0}, scored by somebody who does not know the group"),
    ((Category.BIOLOGICAL_PROCESS, Category.MOLECULAR_ACTIVITY), "extent of {0} (reporter or marker assay)"),
    ((Category.ANATOMICAL_ENTITY,), "histology of {0}"),
)
_OF_HOP: dict[Predicate, str] = {
    Predicate.ACTIVATES: "activity of {0} (reporter or phosphorylation assay)",
    Predicate.INHIBITS: "activity of {0} (reporter or phosphorylation assay)",
    Predicate.INCREASES_EXPRESSION_OF: "expression of {0} (qPCR or RNA sequencing)",
    Predicate.DECREASES_EXPRESSION_OF: "expression of {0} (qPCR or RNA sequencing)",
    Predicate.BINDS: "binding of {0} (surface plasmon resonance or co-precipitation)",
}


def measure(entity: Entity, hop: HopStatement | None = None) -> str:
    """How a thing is measured, by what it is and by the statement that is to be tested; empty where its kind does not tell."""
    if hop is not None and hop.object == entity.id and hop.predicate in _OF_HOP and entity.category in _GENES:
        return _OF_HOP[hop.predicate].format(entity.name)
    words = next((words for kinds, words in _MEASURED if any(one.includes(entity.category) for one in kinds)), "")
    return words.format(entity.name)


def _readout(dossier: Dossier, end: Entity, hop: HopStatement | None) -> Mean:
    features, markers = [], []
    for exhibit in dossier.exhibits.values():
        statement = exhibit.row.statement
        if statement.negated:
            continue
        if statement.predicate is Predicate.HAS_PHENOTYPE and statement.subject == end.id:
            features.append((exhibit.id, dossier.entities[statement.object].name))
        elif statement.predicate is Predicate.BIOMARKER_FOR and statement.object == end.id:
            markers.append((exhibit.id, dossier.entities[statement.subject].name))
    known = [*features[:FEATURES], *markers[:FEATURES]]
    known_of = ((features, "feature"), (markers, "marker"))
    if known:
        told = [
            (what if len(some) == 1 else f"{what}s", listed([name for _, name in some[:FEATURES]]))
            for some, what in known_of
            if some
        ]
        return Mean(
            f"{end.name}, by {listed([f'its {what} {names}' for what, names in told])}",
            1.0,
            f"The graph knows {listed([counted(len(some), what) for some, what in known_of if some])} of {end.name} to measure.",
            tuple(each for each, _ in known),
        )
    scanned = _scanned(dossier, end)
    if scanned:
        reason = f"The graph holds imaging reports of {end.name}: it can be seen on a scan."
        return Mean(f"{end.name} on a scan, as in the imaging reports that the graph holds", 1.0, reason, scanned)
    words = measure(end, hop)
    if words:
        return Mean(words, 0.9, f"{end.name} can be measured directly.")
    return Mean(
        f"{end.name}, by an accepted scale or histology (the graph knows no feature or marker of it)",
        0.6,
        f"The graph knows no feature or marker of {end.name}: the scale has to be chosen.",
    )


def _scanned(dossier: Dossier, end: Entity) -> tuple[str, ...]:
    """The statements of a thing that imaging reports make."""
    return tuple(
        exhibit.id
        for exhibit in dossier.exhibits.values()
        if end.id in (exhibit.row.statement.subject, exhibit.row.statement.object)
        and not exhibit.row.statement.negated
        and any(
            (document := dossier.documents.get(one.document)) and document.modality is Modality.IMAGING
            for one in exhibit.evidence
        )
    )[:FEATURES]


def _middle(between: Sequence[Entity]) -> Mean:
    if not between:
        return Mean("", 0.0, "There is nothing between the two that could be followed.")
    can = [each.name for each in between if measure(each)]
    cannot = [each.name for each in between if not measure(each)]
    told = [f"{listed(can)} between the two can be followed"] if can else []
    told += [f"{listed(cannot)} between the two by a scale at best"] if cannot else []
    return Mean(listed(can), len(can) / len(between), f"{opened('; '.join(told))}.")


# -- where -------------------------------------------------------------------------------------------------------------


def _system(dossier: Dossier, path: PathAnswer | None) -> Mean:
    on_path = {node.id for node in path.nodes} if path else set()
    hops = {hop.id for hop in path.statements} if path else set()
    claims = {(hop.subject, hop.predicate, hop.object) for hop in path.statements} if path else set()
    facets: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
    ids: dict[str, list[str]] = {}
    for exhibit in dossier.exhibits.values():
        statement = exhibit.row.statement
        if exhibit.id in hops or (statement.subject, statement.predicate, statement.object) in claims:
            context = statement.context
            for facet, value in zip(facets, (context.species, context.cell, context.anatomy), strict=True):
                if value:
                    facet[value] += len(exhibit.evidence)
                    ids.setdefault(value, []).append(exhibit.id)
    chosen = [value for facet in facets for value, _ in sorted(facet.items(), key=lambda item: (-item[1], item[0]))[:1]]
    if chosen:
        words = ", ".join(in_words(each, dossier.entities) for each in chosen)
        whole = 1.0 if facets[0] and (facets[1] or facets[2]) else 0.7
        return Mean(
            f"in {words}",
            whole,
            f"Hops of the path were seen in {words}.",
            tuple(one for each in chosen for one in ids[each]),
        )
    return _expressed(dossier, on_path)


def _expressed(dossier: Dossier, nodes: Iterable[str]) -> Mean:
    """Where the genes of the path are expressed, when no hop says where it was seen."""
    wanted = set(nodes)
    found = [
        exhibit
        for exhibit in dossier.exhibits.values()
        if exhibit.row.statement.predicate in (Predicate.EXPRESSED_IN, Predicate.LOCATED_IN)
        and exhibit.row.statement.subject in wanted
        and not exhibit.row.statement.negated
    ][:2]
    if found:
        places = listed(
            list(dict.fromkeys(in_words(one.row.statement.object, dossier.entities) for one in found)), "or"
        )
        reason = f"No hop says where it was seen, but what is on the path is found in {places}."
        return Mean(f"cells or tissue of {places}", 0.4, reason, tuple(one.id for one in found))
    unknown = "The graph does not say in which species, cells or tissue any hop was seen."
    return Mean("to be chosen: the graph does not say where any of this was seen", 0.0, unknown)


# -- what it would look like -------------------------------------------------------------------------------------------


def _assay(means: Means) -> str:
    handle = f"{means.handle.words[:1].upper()}{means.handle.words[1:]}"
    steps = [measure(each, hop) or each.name for each, hop in zip(means.between, means.hops, strict=False)]
    follow = f"; on the way follow {listed(steps)}" if steps else ""
    blocked = next((each for each in means.between if _held_still(each)), None)
    block = f", once as it is and once with {blocked.name} {_held_still(blocked)}" if blocked else ""
    return f"{handle}{block}{follow}."


def _sign(means: Means, hops: Sequence[HopStatement]) -> Sign:
    """Of some hops from the end that is changed on; unknown where that of the whole path is."""
    return compose([Push(hop.predicate) for hop in hops]) if means.directed else Sign.UNKNOWN


_MOVES = {Sign.POSITIVE: "raise", Sign.NEGATIVE: "lower", Sign.UNKNOWN: "change"}
_MOVES_CONDITION = {Sign.POSITIVE: "worsen", Sign.NEGATIVE: "ease", Sign.UNKNOWN: "change"}
_SHIFTS = {Sign.POSITIVE: "rise", Sign.NEGATIVE: "fall", Sign.UNKNOWN: "change"}
_SHIFTS_CONDITION = {Sign.POSITIVE: "get worse", Sign.NEGATIVE: "get better", Sign.UNKNOWN: "change"}


def _condition(entity: Entity) -> bool:
    return Category.DISEASE_OR_PHENOTYPIC_FEATURE.includes(entity.category)


def _moves(means: Means) -> str:
    """The end that is changed, with what it does to the other."""
    verbs = _MOVES_CONDITION if _condition(means.measured) else _MOVES
    return agreeing(means.changed.name, verbs[_sign(means, means.hops)])


def _shifts(means: Means, entity: Entity, hops: Sequence[HopStatement]) -> str:
    """A thing on the way or at the end, with what becomes of it."""
    return agreeing(entity.name, (_SHIFTS_CONDITION if _condition(entity) else _SHIFTS)[_sign(means, hops)])


def _held_still(entity: Entity) -> str:
    """How a thing between the ends is kept from moving; empty for what cannot be, such as a condition."""
    if any(kind.includes(entity.category) for kind in (Category.ORGANISM_TAXON, Category.CELL)):
        return "removed"
    blocked = (*_GENES, Category.CHEMICAL_ENTITY, Category.BIOLOGICAL_PROCESS, Category.MOLECULAR_ACTIVITY)
    return "blocked" if any(kind.includes(entity.category) for kind in blocked) else ""


def _outcome(means: Means) -> str:
    """What is to be seen on the way and at its end, where the proposal holds."""
    if not means.directed:
        names = [each.name for each in (*means.between, means.measured)]
        return f"{listed(names)} change" if len(names) > 1 else agreeing(names[0], "change")
    steps = [_shifts(means, each, means.hops[: place + 1]) for place, each in enumerate(means.between)]
    return listed([*steps, _shifts(means, means.measured, means.hops)])
