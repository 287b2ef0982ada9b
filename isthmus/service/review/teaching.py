"""What verdicts teach: rows of a sentence, the statement it is said to support, and whether people found that right.

``python -m bench.fit_belief --verdicts FILE`` fits the figures of belief with them, ``python -m
isthmus.extractors.training.verification --verdicts FILE`` the model behind ``isthmus verify``, which reads the same rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from isthmus.errors import IsthmusError
from isthmus.graph.belief import READERS, reader_of
from isthmus.graph.model import Evidence
from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind, latest
from isthmus.service.review.history import is_right

Row = dict[str, Any]


class CannotWriteVerdicts(IsthmusError):
    """The file of an export cannot be written."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What an export held: ``tied`` sentences, of which as many say right as not, and verdicts on what is no sentence of
    the graph (a statement that is gone, a hypothesis) were left out.
    """

    rows: int
    tied: int
    without_sentence: int


def export_verdicts(store: Store, file: Path) -> Taught:
    """Write the rows as JSON lines, one for each judged sentence. Raises ``CannotWriteVerdicts``."""
    rows, taught = verdict_rows(store)
    try:
        file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    except OSError as error:
        raise CannotWriteVerdicts(f"{file} cannot be written: {error.strerror or error}. Name another file.") from error
    return taught


def verdict_rows(store: Store) -> tuple[list[Row], Taught]:
    """One row for each judged sentence, by statement and sentence, and what was left out."""
    judged, without = _judged(store)
    rows = list(_rows(store, judged))
    return rows, Taught(len(rows), len(judged) - len(rows), without)


def _judged(store: Store) -> tuple[dict[tuple[str, str], list[Verdict]], int]:
    """What counts, by statement and the sentence that was looked at, and how many verdicts are on none.

    Who named no sentence is taken to have read the one that is shown first.
    """
    said = latest(store.verdicts())
    evidence = store.evidence({one.target for one in said if one.about is VerdictAbout.STATEMENT})
    judged: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    without = 0
    for verdict in said:
        pieces = evidence.get(verdict.target, [])
        looked_at = verdict.evidence or (best_first(pieces)[0].id if pieces else "")
        if looked_at in {one.id for one in pieces}:
            judged[verdict.target, looked_at].append(verdict)
        else:
            without += 1
    return judged, without


def best_first(evidence: Sequence[Evidence]) -> list[Evidence]:
    """In the order in which it is shown: the surest first, of equals the oldest."""
    return sorted(evidence, key=lambda one: (-one.score, one.year or 0, one.id))


def _rows(store: Store, judged: Mapping[tuple[str, str], Sequence[Verdict]]) -> Iterator[Row]:
    statements = store.statements({statement for statement, _ in judged})
    names = store.entities(
        {end for row in statements.values() for end in (row.statement.subject, row.statement.object)}
    )
    evidence = store.evidence(statements)
    for (key, looked_at), verdicts in sorted(judged.items()):
        tag = majority([one.kind for one in verdicts])
        if tag is None:
            continue
        row, pieces = statements[key], {one.id: one for one in evidence[key]}
        piece = pieces[looked_at]
        yield {
            "text": piece.text,
            "subject": names[row.statement.subject].name,
            "predicate": row.statement.predicate,
            "object": names[row.statement.object].name,
            "negated": row.statement.negated,
            "tag": tag,
            "statement": key,
            "evidence": looked_at,
            "document": piece.document,
            "reader": READERS[reader_of(piece.extractor)].name,
            "extractor": piece.extractor,
            "source_counts": Counter(READERS[reader_of(one.extractor)].name for one in pieces.values()),
            "belief": row.belief,
            "reviewers": sorted(one.reviewer for one in verdicts),
            "comment": "; ".join(one.comment for one in verdicts if one.comment),
        }


def majority(kinds: Sequence[VerdictKind]) -> VerdictKind | None:
    """What most say: right, or the commonest of what is wrong; None where as many say right as not.

    >>> majority([VerdictKind.CORRECT, VerdictKind.OTHER, VerdictKind.WRONG_ENTITY, VerdictKind.WRONG_ENTITY]).value
    'wrong_entity'
    """
    right = sum(is_right(kind) for kind in kinds)
    if 2 * right == len(kinds):
        return None
    if 2 * right > len(kinds):
        return VerdictKind.CORRECT
    wrong = Counter(kind for kind in kinds if not is_right(kind))
    return min(wrong, key=lambda kind: (-wrong[kind], kind))
