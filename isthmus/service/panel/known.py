"""What is known of a proposed link already: statements of the two ends themselves, and papers that name both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from isthmus.graph.discovery.co_mention.counts import LONGEST_LIST
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.stores.protocol import Store
from isthmus.service.panel.dossier import Dossier, Exhibit
from isthmus.service.panel.report import Known
from isthmus.service.panel.wording import counted, sentence_of

MOST_DATED = 200  # documents that name both ends, and whose years only they themselves tell: more are not looked up


@dataclass(frozen=True, slots=True)
class NamedTogether:
    """How many documents name both ends, and the year of the first of them; ``since`` absent where none is dated."""

    documents: int
    since: int | None


def named_together(store: Store, snapshot: Snapshot, dossier: Dossier) -> NamedTogether:
    """The documents that name both ends of a link, as of the snapshot's year.

    What ``CoMentions`` counts, for one pair and without its matrices: a document names what it mentions, and the ends of the
    statements that it gives evidence of (a table and a citation have no other names). Retracted ones are left out, and
    tables that name over ``LONGEST_LIST`` entities.
    """
    ends = dossier.source.id, dossier.target.id
    named = [{one.document for one in store.mentions(entity=each)} for each in ends]
    given = [_giving(snapshot, each) for each in ends]
    both_given = given[0].keys() & given[1].keys()
    read = named[0] & named[1]
    numbers = sorted(number for number in both_given if snapshot.columns.document_ids[number] not in read)
    years = [year for number in _short(snapshot, numbers) if (year := max(given[0][number], given[1][number])) >= 0]
    years += _years_of_read(store, snapshot, sorted(read))
    if snapshot.as_of is not None:
        years = [year for year in years if 0 < year <= snapshot.as_of]
    return NamedTogether(len(years), min((year for year in years if year > 0), default=None))


def known_already(dossier: Dossier, named: NamedTogether | None) -> Known:
    """What is known, in numbers and in words.

    Args:
        dossier: of the link.
        named: the documents that name both ends; ``None`` where they were not counted.
    """
    direct = list(direct_statements(dossier))
    years = [exhibit.row.first_year for exhibit in direct if exhibit.row.first_year is not None]
    since = min(years, default=None)
    documents, first = (named.documents, named.since) if named else (None, None)
    return Known(
        direct=[exhibit.id for exhibit in direct],
        since=since,
        named_together=documents,
        named_together_since=first,
        text=f"{_direct_words(dossier, direct, since)} {naming_in_words(documents, first)}",
    )


def direct_statements(dossier: Dossier) -> Iterator[Exhibit]:
    """The statements that join the two ends themselves, denials among them; those whose papers are all retracted are not."""
    ends = {dossier.source.id, dossier.target.id}
    for exhibit in dossier.exhibits.values():
        statement = exhibit.row.statement
        if {statement.subject, statement.object} == ends and exhibit.row.belief > 0.0:
            yield exhibit


def _direct_words(dossier: Dossier, direct: list[Exhibit], since: int | None) -> str:
    if not direct:
        return f"No statement of the graph joins {dossier.source.name} and {dossier.target.name} directly."
    best = max(direct, key=lambda exhibit: exhibit.row.belief)
    said = sentence_of(best.row.statement, dossier.entities)
    when = f" since {since}" if since else ""
    more = "" if len(direct) == 1 else f"; {counted(len(direct), 'direct statement')} in all"
    return f"Known{when}: {said} (belief {best.row.belief:.2f}){more}."


def naming_in_words(documents: int | None, since: int | None) -> str:
    """How many documents name both ends, as a sentence; ``None`` where they were not counted."""
    if documents is None:
        return "How many papers name both was not counted."
    if not documents:
        return "No paper that was read names both."
    when = f", the first in {since}" if since else ""
    verb = "names" if documents == 1 else "name"
    return f"{counted(documents, 'document').capitalize()} {verb} both{when}."


def _giving(snapshot: Snapshot, entity: str) -> dict[int, int]:
    """The documents (numbers) with evidence of a statement about the entity that counts, each with its latest year."""
    node, columns = snapshot.index.get(entity), snapshot.columns
    if node is None:
        return {}
    about = (columns.subjects == node) | (columns.objects == node)
    pieces = np.flatnonzero(about[columns.evidence_statement] & (columns.evidence_score > 0.0))
    found: dict[int, int] = {}
    for number, year in zip(
        columns.evidence_document[pieces].tolist(), columns.evidence_year[pieces].tolist(), strict=True
    ):
        found[number] = max(found.get(number, 0), year)
    return found


def _short(snapshot: Snapshot, numbers: list[int]) -> list[int]:
    """Those of the documents that do not name everything there is."""
    if not numbers:
        return []
    columns = snapshot.columns
    pieces = np.flatnonzero(np.isin(columns.evidence_document, numbers) & (columns.evidence_score > 0.0))
    documents = columns.evidence_document[pieces]
    counts = dict(zip(*(each.tolist() for each in np.unique(documents, return_counts=True)), strict=True))
    kept = []
    for number in numbers:
        names = 2 * counts[number]  # at most
        if names > LONGEST_LIST:
            said = columns.evidence_statement[pieces[documents == number]]
            names = len(np.union1d(columns.subjects[said], columns.objects[said]))
        if names <= LONGEST_LIST:
            kept.append(number)
    return kept


def _years_of_read(store: Store, snapshot: Snapshot, read: list[str]) -> list[int]:
    """The years of documents that name both, 0 where unknown or not looked up; without those that were retracted."""
    if snapshot.as_of is None and len(read) > MOST_DATED:
        found = store.documents(read[:MOST_DATED])
        rest = len(read) - MOST_DATED
    else:
        found, rest = store.documents(read), 0
    return [one.year or 0 for one in found.values() if not one.retracted] + [0] * rest
