"""What the chair makes of a proposal where no model judges: by rules, from the dossier and the figures."""

from __future__ import annotations

from dataclasses import dataclass

from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.service.panel.dossier import Dossier, Exhibit, Role
from isthmus.service.panel.report import Figure
from isthmus.service.panel.wording import opened, sentence_of

PLAUSIBLE = 0.5  # a proposal with less is weak
LEAST_BELIEF = 0.3  # of a hop: a path is no better than its weakest
BY_CHANCE = 0.05  # p of a metapath: with less, degree alone does not explain it
STRONG_DENIAL = 0.5  # as a share of the belief in what is denied


@dataclass(frozen=True, slots=True)
class Verdict:
    """Supported, contested, weak or unsupported, and why."""

    word: str
    reasons: list[str]


def rule(dossier: Dossier, plausibility: Figure) -> Verdict:
    """The verdict by rules, the first that fits.

    * *unsupported*: no path leads from the one end to the other.
    * *contested*: a hop of the leading path, or the link itself, is denied or put the other way by something believed at
      least half as much.
    * *weak*: the weakest hop is believed to less than .3; or the path tells no direction and chance would join such ends by
      paths like it (p above .05); or plausibility is below .5.
    * *supported*: else.
    """
    path = dossier.leading
    if path is None:
        return Verdict("unsupported", [f"No path leads from {dossier.source.name} to {dossier.target.name}."])
    hops = {hop.id: hop.belief for hop in path.statements}
    denials = [
        _denial(dossier, exhibit)
        for exhibit in dossier.exhibits.values()
        if exhibit.row.belief >= STRONG_DENIAL * hops.get(exhibit.contradicts, 2.0) or _denies_link(dossier, exhibit)
    ]
    if denials:
        return Verdict("contested", denials)
    least = min(path.statements, key=lambda hop: hop.belief)
    exhibit = dossier.exhibits[least.id]
    said = f"{sentence_of(exhibit.row.statement, dossier.entities)} (believed to {least.belief:.2f})"
    if least.belief < LEAST_BELIEF:
        return Verdict("weak", [f"The path is no stronger than its weakest hop: {said}."])
    if path.sign == PathSign.UNKNOWN and path.p_value > BY_CHANCE:
        chance = f"no more of such paths join the two than their degrees explain (p = {path.p_value:.2g})"
        return Verdict("weak", [f"The path tells no direction, and {chance}.", f"Its weakest hop: {said}."])
    told = f"Plausibility is {plausibility.value:.2f}"
    if plausibility.value < PLAUSIBLE:
        return Verdict("weak", [f"{told}, below {PLAUSIBLE}.", *plausibility.reasons])
    return Verdict(
        "supported", [f"{told}, and no hop is denied by anything half as well believed.", f"Its weakest hop: {said}."]
    )


def _denies_link(dossier: Dossier, exhibit: Exhibit) -> bool:
    """Whether it denies that the two ends have to do with each other, and is believed more than what says they do."""
    statement = exhibit.row.statement
    if exhibit.role is not Role.OPPOSITE or {statement.subject, statement.object} != {
        dossier.source.id,
        dossier.target.id,
    }:
        return False
    claimed = dossier.exhibits.get(exhibit.contradicts)
    return exhibit.row.belief > 0.0 and exhibit.row.belief >= STRONG_DENIAL * (claimed.row.belief if claimed else 0.0)


def _denial(dossier: Dossier, exhibit: Exhibit) -> str:
    said = opened(sentence_of(exhibit.row.statement, dossier.entities))
    claimed = dossier.exhibits.get(exhibit.contradicts)
    against = (
        f", against {sentence_of(claimed.row.statement, dossier.entities)} ({claimed.row.belief:.2f})"
        if claimed
        else ""
    )
    return f"{said} (believed to {exhibit.row.belief:.2f}){against}."
