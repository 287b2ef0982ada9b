"""Gaps as they are answered: subfields as a person names them, in answers with names and sentences."""

from collections.abc import Iterator

import pytest
from service.dated_graph import FIELDS

from isthmus.graph.discovery.fields.subfields import EmptySubfield, SameSubfield
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Store
from isthmus.service.gaps import UnknownModality, answer_bridges, answer_gaps, subfield
from isthmus.service.names import UnknownName


def nobody(_: str) -> None:
    """No lexicon: what the graph itself does not know is unknown."""


@pytest.fixture(scope="module")
def dated(dated_store) -> Iterator[Store]:
    with open_store(dated_store, create=False) as store:
        yield store


@pytest.fixture(scope="module")
def now(dated) -> Snapshot:
    return Snapshot.from_columns(dated.columns())


@pytest.fixture
def told(story_store) -> Iterator[Store]:
    with open_store(story_store, create=False) as store:
        yield store


def test_the_map_finds_the_fields_that_the_graph_was_made_of(dated, now):
    answer = answer_gaps(dated, now)
    assert len(answer.subfields) == len(FIELDS)
    assert {each.name.split()[0].casefold() for each in answer.subfields} == set(FIELDS)
    assert len(answer.gaps) == 6
    assert sum(each.entities for each in answer.subfields) <= now.n_nodes
    for gap in answer.gaps:
        assert gap.z < -1.645  # of ten links nine stay within a field
        assert 0 <= gap.observed < gap.expected
        assert gap.text_affinity is not None
        assert gap.co_mentions is not None
        assert gap.bridges
    assert [gap.score for gap in answer.gaps] == sorted((gap.score for gap in answer.gaps), reverse=True)


def test_the_map_of_a_year_counts_what_was_known(dated, now):
    then = now.at(2000)
    before, after = answer_gaps(dated, then), answer_gaps(dated, now)
    assert before.as_of == 2000
    assert sum(each.documents for each in before.subfields) < sum(each.documents for each in after.subfields)
    assert answer_gaps(dated, now.at(1950)).reason


def test_a_graph_of_one_subfield_says_why_it_has_no_gap(told):
    answer = answer_gaps(told, Snapshot.from_columns(told.columns()))
    assert (answer.subfields, answer.gaps) == ([], [])
    assert answer.reason.startswith("a gap lies between two subfields")


def test_bridges_come_with_paths_and_their_sentences(dated, now):
    answer = answer_bridges(dated, now, "sleep", "pain", nobody, top=3)
    assert (answer.a.name, answer.b.name) == ("sleep", "pain")
    assert answer.gap.a == "sleep"
    assert 0 < len(answer.bridges) <= 3
    for bridge in answer.bridges:
        assert (bridge.from_.name.split()[0], bridge.to.name.split()[0]) == ("sleep", "pain")
        assert bridge.paths[0].nodes[0].id == bridge.from_.id
        assert bridge.paths[0].statements[0].evidence[0].text
    told = answer.model_dump(mode="json", by_alias=True)
    assert {"from", "to", "score", "components", "paths"} <= told["bridges"][0].keys()


def test_subfields_are_named_by_words_identifier_category_or_modality(told):
    snapshot = Snapshot.from_columns(told.columns())

    def found(name: str) -> set[str]:
        return {snapshot.names[node] for node in subfield(name, told, snapshot, nobody).nodes.tolist()}

    assert found("drug") == {"metformin", "donepezil"}
    assert found("modality:Literature") >= {"metformin", "SNCA"}
    assert "lonely node" not in found("modality:literature")
    assert found("MONDO:0005180") >= {"Parkinson disease", "SNCA"}  # SNCA has no other tie
    assert {"Alzheimer disease", "Parkinson disease"} <= found("disease")
    assert {"atopic eczema", "Alzheimer disease"} <= found("AD")  # a synonym of two


def test_names_that_stand_for_nothing_are_refused(told):
    snapshot = Snapshot.from_columns(told.columns())
    with pytest.raises(UnknownName, match="'unheard of' is not in this graph"):
        answer_bridges(told, snapshot, "unheard of", "Drug", nobody)
    with pytest.raises(UnknownModality, match="Choose from: literature"):
        answer_bridges(told, snapshot, "modality:taste", "Drug", nobody)
    with pytest.raises(EmptySubfield, match="genomics has no entity"):
        answer_bridges(told, snapshot, "modality:genomics", "Drug", nobody)
    with pytest.raises(EmptySubfield, match="as of 1997"):
        answer_bridges(told, snapshot.at(1997), "metformin", "Disease", nobody)
    with pytest.raises(SameSubfield):
        answer_bridges(told, snapshot, "Drug", " drug ", nobody)
    with pytest.raises(EmptySubfield, match="is part of"):
        answer_bridges(told, snapshot, "Gene", "NamedThing", nobody)


def test_subfields_that_nothing_joins_have_no_bridge_and_a_reason(told):
    snapshot = Snapshot.from_columns(told.columns())
    answer = answer_bridges(told, snapshot, "lonely node", "Disease", nobody)
    assert answer.bridges == []
    assert answer.reason.startswith("no path of at most 2 hops")
