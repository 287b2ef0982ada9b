"""Things that are joined because they are nearly the same thing."""

from dataclasses import replace

import numpy as np
import pytest
from small_graphs import graph

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.paths import find_paths
from isthmus.graph.discovery.walks.routes import TRIVIAL_COST
from isthmus.graph.discovery.walks.trivial import Kinship, Trivial, name_stem


@pytest.mark.parametrize(
    ("names", "same"),
    [
        (("IL-1 alpha", "IL-1 beta"), True),
        (("IL1A", "IL1B"), True),
        (("MAPK1", "MAPK3"), True),
        (("PKCdelta", "PKC"), True),
        (("Parkinson disease 8", "Parkinson disease"), True),
        (("amyloid-β", "Amyloid beta"), True),
        (("type II", "type I"), True),
        (("C3", "C5"), False),
        (("APP", "APOE"), False),
        (("vitamin A", "vitamin D"), False),
        (("SNCA", "SNCB"), False),
    ],
)
def test_names_that_differ_at_the_end_only(names: tuple[str, str], same: bool):
    first, second = (name_stem(name) for name in names)
    assert (first == second != "") is same


def kinship(snapshot: Snapshot, left: str, right: str) -> Kinship | None:
    ends = snapshot.locate(left), snapshot.locate(right)
    trivial = Trivial.of(snapshot)
    found = trivial.kinship(*ends)
    assert trivial.kinship(*reversed(ends)) is found
    assert trivial.kin_of(ends[0], np.array(ends, dtype=np.int32)).tolist() == [False, found is not None]
    return found


def test_why_two_things_are_kin():
    snapshot = graph(
        "dis:young subclass_of dis:old",
        "dis:young associated_with dis:old",
        "gene:psen part_of fam:secretase",
        "gene:nct part_of fam:secretase",
        "gene:app part_of complex:whole",
        "gene:IL6 associated_with gene:IL10",
        "gene:alone associated_with gene:other",
        alone=["complex:p(X:app)-p(X:nct)", "dis:app"],
    )
    assert kinship(snapshot, "dis:young", "dis:old") is Kinship.PARENT_OR_LOOKALIKE
    assert kinship(snapshot, "gene:psen", "gene:nct") is Kinship.SAME_FAMILY
    assert kinship(snapshot, "gene:psen", "fam:secretase") is Kinship.SAME_FAMILY
    assert kinship(snapshot, "gene:app", "complex:whole") is Kinship.PART_OF_COMPLEX
    assert kinship(snapshot, "gene:IL6", "gene:IL10") is Kinship.SAME_NAME
    assert kinship(snapshot, "gene:alone", "gene:other") is None
    assert kinship(snapshot, "gene:app", "dis:app") is None


def test_a_complex_is_kin_of_what_its_name_lists():
    snapshot = graph("gene:APP associated_with gene:NCSTN", alone=["complex:complex(p(HGNC.APP), p(HGNC.NCSTN))"])
    written = "complex(p(HGNC:APP), p(HGNC:NCSTN))"
    names = [written if name.startswith("complex") else name for name in snapshot.names]
    listed = Snapshot.from_columns(replace(snapshot.columns, names=names))
    whole = next(node for node in range(listed.n_nodes) if listed.names[node] == written)
    kin = Trivial.of(listed).kin_of(whole, np.arange(listed.n_nodes, dtype=np.int32))
    assert sorted(np.array(listed.names)[kin]) == ["APP", "NCSTN"]


def test_a_hop_between_kin_costs_is_marked_and_can_be_left_out():
    """Two ways that are alike but for the name of the first gene: one of them is the other gene's brother."""
    snapshot = graph(
        "drug:a inhibits gene:IL1A",
        "gene:IL1A associated_with gene:IL1B",
        "drug:a inhibits gene:TNF",
        "gene:TNF associated_with gene:IL1B",
        "gene:IL1B causes dis:d",
    )
    ends = snapshot.locate("drug:a"), snapshot.locate("dis:d")
    plain, kin = find_paths(snapshot, *ends)
    assert [node.name for node in plain.nodes] == ["a", "TNF", "IL1B", "d"]
    assert [step.kin for step in kin.steps] == [None, Kinship.SAME_NAME, None]
    assert (plain.trivial, kin.trivial) == (False, True)
    assert kin.score == pytest.approx(TRIVIAL_COST * plain.score)
    assert [path.trivial for path in find_paths(snapshot, *ends, trivial=False)] == [False]
