"""What stands behind a claim, against a look at every statement and piece of evidence."""

import numpy as np
import pytest
from small_graphs import Said, graph

from isthmus.graph.discovery.memory.edges import claim_keys
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.vocabulary import Predicate


def mixed(as_of: int | None = None, *, several: bool = True) -> Snapshot:
    """Claims of one statement; with ``several`` also of statements in several species, and denied ones."""
    generator = np.random.default_rng(5)
    species = ("", "NCBITaxon:9606", "NCBITaxon:10090") if several else ("",)
    said = [
        Said(
            f"gene:{left} {predicate} gene:{right}",
            float(generator.choice([0.0, 0.4, 0.9])),
            int(generator.choice([0, 1999, 2004, 2009])),
            f"pmid:{generator.integers(30)}",
            negated=several and bool(generator.random() < 0.2),
            species=str(generator.choice(species)),
        )
        for left in range(4)
        for right in range(4)
        for predicate in ("inhibits", "interacts_with")
        for _ in range(3)
        if left != right
    ]
    return graph(*said, as_of=as_of)


def like(snapshot: Snapshot, statement: int) -> list[int]:
    """The statements of the same claim, one by one."""
    columns = snapshot.columns

    def claim(one: int) -> tuple[Predicate, list[int]]:
        predicate = list(Predicate)[columns.predicates[one]]
        ends = [int(columns.subjects[one]), int(columns.objects[one])]
        return predicate, sorted(ends) if predicate.symmetric else ends

    return [one for one in range(len(columns.subjects)) if claim(one) == claim(statement)]


@pytest.mark.parametrize("as_of", [None, 2004])
@pytest.mark.parametrize("several", [True, False])
def test_the_statements_and_evidence_of_a_claim(as_of, several):
    snapshot = mixed(as_of, several=several)
    columns, claims = snapshot.columns, snapshot.claims
    keys = claim_keys(columns)
    for statement in np.flatnonzero(~columns.negated).tolist():
        alike = like(snapshot, statement)
        assert claims.with_keys(keys[[statement]]).tolist() == alike
        affirmed = [one for one in alike if not columns.negated[one]]
        assert claims.statements(statement).tolist() == affirmed
        pieces = [
            piece
            for piece, (of, score, year) in enumerate(
                zip(columns.evidence_statement, columns.evidence_score, columns.evidence_year, strict=True)
            )
            if of in affirmed and score > 0 and (as_of is None or 0 < year <= as_of)
        ]
        assert claims.evidence(statement).tolist() == pieces


def test_what_all_statements_of_a_claim_share():
    snapshot = mixed()
    columns = snapshot.columns
    values = np.random.default_rng(6).integers(3, size=len(columns.subjects)).astype(np.int32)
    found = snapshot.claims.common(values, -7)
    for statement in range(len(values)):
        of_claim = {int(values[one]) for one in like(snapshot, statement) if not columns.negated[one]}
        assert found[statement] == (of_claim.pop() if len(of_claim) == 1 else -7)


def test_an_empty_graph_has_no_claims():
    claims = graph().claims
    assert claims.single
    assert len(claims.with_keys(np.empty(0, dtype=np.int64))) == 0
    assert len(claims.common(np.empty(0, dtype=np.int32), -1)) == 0
