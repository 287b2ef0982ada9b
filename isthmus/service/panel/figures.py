"""Novelty, plausibility and testability: three numbers from 0 to 1, each with its reasons.

The weights are chosen, not fitted: there are no judged proposals to fit them to. They say how proposals of one graph compare,
not how likely one is to come true; ``isthmus backtest`` says how good the ranking behind them has been. All three are worked
out from the dossier alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from isthmus.service.answers import PathAnswer
from isthmus.service.panel.dossier import Dossier, Exhibit, Role
from isthmus.service.panel.experiment import Means
from isthmus.service.panel.known import direct_statements, naming_in_words
from isthmus.service.panel.report import Figure, Known
from isthmus.service.panel.wording import counted, listed, opened

KNOWN_BY_ALL = 32  # documents that name both: as many as make a link common knowledge, said or not
OLD = 20  # years after which nobody wonders any more why a path was not tried
UNKNOWN_SIGN = 0.5

# What plausibility is made of, and by how much.
BELIEF, SURPRISE, INDEPENDENCE, DIRECTION, KINDS = 0.4, 0.2, 0.2, 0.1, 0.1
# What testability is made of, and by how much.
HANDLE, READOUT, SYSTEM, MIDDLE = 0.35, 0.25, 0.25, 0.15


def novelty(dossier: Dossier, known: Known) -> Figure:
    """How new the link would be: ``(1 - k) · (1 - c/2) · l · a``.

    * ``k``: the belief of the best believed direct statement, denials left out; 0 where there is none.
    * ``c = min(1, log2(1 + n) / log2(1 + 32))``: n documents name both ends; 0 where that was not counted.
    * ``l``: .2 for a path of one hop, .9 of two, 1 of more; 0 without a path.
    * ``a = 1 - .3 · min(1, y / 20)``: for y years all hops of the path have been known, and anybody could have drawn it.
    """
    path = dossier.leading
    if path is None:
        return Figure(value=0.0, reasons=["No path was found: there is nothing that could be new."])
    direct = [exhibit for exhibit in direct_statements(dossier) if not exhibit.row.statement.negated]
    k = max((exhibit.row.belief for exhibit in direct), default=0.0)
    c = min(1.0, math.log2(1 + (known.named_together or 0)) / math.log2(1 + KNOWN_BY_ALL))
    hops = len(path.statements)
    length = {1: 0.2, 2: 0.9}.get(hops, 1.0)
    drawn, now = _drawn(path), _latest(dossier)
    years = 0 if drawn is None or now is None else max(0, now - drawn)
    a = 1.0 - 0.3 * min(1.0, years / OLD)
    reasons = [
        f"{counted(len(direct), 'direct statement').capitalize()} join{'s' if len(direct) == 1 else ''} the two already, "
        f"the best believed to {k:.2f}."
        if direct
        else "No direct statement joins the two.",
        naming_in_words(known.named_together, known.named_together_since),
        f"The path has {counted(hops, 'hop')}.",
    ]
    if drawn is not None:
        then = f"{counted(years, 'year')} before" if years else "the year of"
        reasons.append(f"All its hops have been known since {drawn}, {then} the latest evidence here.")
    return _figure((1 - k) * (1 - c / 2) * length * a, reasons)


def plausibility(dossier: Dossier) -> Figure:
    """How well the leading path stands: ``(.4 b + .2 s + .2 i + .1 d + .1 m) · (1 - x)``.

    * ``b``: the geometric mean of the beliefs of its hops.
    * ``s = 1 - q``: how little the degrees of the two ends explain that such paths join them.
    * ``i = 1 - 2 ** -g``: g is the fewest groups of authors behind any of its hops.
    * ``d``: the share of the paths with a direction that point where it points; .5 where it has none.
    * ``m``: 1 where two kinds of research or more bear it, else .5.
    * ``x``: the belief of the best believed statement that speaks against one of its hops, or against the link itself.
    """
    path = dossier.leading
    if path is None:
        return Figure(value=0.0, reasons=["No path was found."])
    beliefs = [hop.belief for hop in path.statements]
    b = math.prod(beliefs) ** (1 / len(beliefs))
    groups = min(hop.groups for hop in path.statements)
    share = _agreeing(dossier.paths, path)
    against = _against(dossier, path)
    x = max((exhibit.row.belief for exhibit in against), default=0.0)
    made = (
        BELIEF * b
        + SURPRISE * (1 - path.q_value)
        + INDEPENDENCE * (1 - 2.0**-groups)
        + DIRECTION * (UNKNOWN_SIGN if share is None else share)
        + KINDS * (1.0 if len(path.modalities) > 1 else 0.5)
    )
    reasons = [
        f"Its hops are believed to {listed([f'{one:.2f}' for one in beliefs])}, {b:.2f} on average.",
        f"By chance, given how much is known of the two, as many such paths would join them with p = {path.p_value:.2g} "
        f"(q = {path.q_value:.2g} over all kinds that were looked at).",
        f"Its least supported hop stands on {counted(groups, 'group')} of authors.",
        _direction_words(path, share),
        f"{listed(path.modalities).replace('_', '-').capitalize()} evidence bears it.",
        f"{counted(len(against), 'statement').capitalize()} speak{'s' if len(against) == 1 else ''} against it, "
        f"the best believed to {x:.2f}."
        if against
        else "No statement of the graph speaks against one of its hops.",
    ]
    return _figure(made * (1 - x), reasons)


def testability(means: Means) -> Figure:
    """How well it can be tested: ``.35 h + .25 r + .25 s + .15 m``.

    * ``h``: how well one end can be changed on purpose: 1 for a drug in use, less for other things (``experiment``).
    * ``r``: whether the other end can be measured: 1 where the graph knows how, .6 where only its kind tells.
    * ``s``: how much the graph says of where to test it: 1 for a species with a cell or tissue, .7 for one of them, .4 for
      where its genes are expressed, 0 for nothing.
    * ``m``: the share of the nodes between that can be measured.
    """
    value = (
        HANDLE * means.handle.score
        + READOUT * means.readout.score
        + SYSTEM * means.system.score
        + MIDDLE * means.middle.score
    )
    made = (means.handle, means.readout, means.system, means.middle)
    return _figure(value, [opened(one.reason) for one in made])


def _figure(value: float, reasons: Iterable[str]) -> Figure:
    return Figure(value=round(min(max(value, 0.0), 1.0), 3), reasons=[reason for reason in reasons if reason])


def _drawn(path: PathAnswer) -> int | None:
    """The year from which all hops of a path were known; ``None`` where one is not dated."""
    years = [hop.first_year for hop in path.statements]
    return None if None in years else max(year for year in years if year is not None)


def _latest(dossier: Dossier) -> int | None:
    """The year asked for, else that of the latest evidence of the dossier."""
    if dossier.as_of is not None:
        return dossier.as_of
    years = [one.year for exhibit in dossier.exhibits.values() for one in exhibit.evidence if one.year is not None]
    return max(years, default=None)


def _agreeing(paths: Sequence[PathAnswer], leading: PathAnswer) -> float | None:
    if leading.sign == "unknown":
        return None
    signs = [path.sign for path in paths if path.sign != "unknown"]
    return signs.count(leading.sign) / len(signs)


def _direction_words(path: PathAnswer, share: float | None) -> str:
    if share is None:
        return "It does not tell which way the one moves the other."
    if share == 1.0:
        return f"It points one way ({path.sign}), and no other path that was found points elsewhere."
    return f"It points one way ({path.sign}); so do {share:.0%} of the paths that have a direction."


def _against(dossier: Dossier, path: PathAnswer) -> list[Exhibit]:
    """What speaks against a hop of the path, or denies the link of the two ends."""
    hops = {hop.id for hop in path.statements}
    ends = {dossier.source.id, dossier.target.id}
    return [
        exhibit
        for exhibit in dossier.exhibits.values()
        if exhibit.row.belief > 0.0
        and (
            exhibit.contradicts in hops
            or (
                exhibit.role is Role.OPPOSITE
                and exhibit.row.statement.negated
                and {exhibit.row.statement.subject, exhibit.row.statement.object} == ends
            )
        )
    ]
