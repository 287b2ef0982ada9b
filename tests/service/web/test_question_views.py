"""What the pages of questions show, beside what a few lines of arithmetic say."""

import json
from itertools import pairwise, product
from urllib.parse import parse_qs, parse_qsl

import pytest

from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.graph.model import Modality
from isthmus.graph.stores.open import open_store
from isthmus.service.asking import answer_candidates, answer_paths
from isthmus.service.graphs import Graphs
from isthmus.service.names import AmbiguousName, UnknownName
from isthmus.service.path_picture import draw, ways_of
from isthmus.service.questions.plan import End, Mode, QueryPlan
from isthmus.service.web.ask_routes import asked_by
from isthmus.service.web.question_form import AskedCandidates, AskedPaths, meant
from isthmus.service.web.question_routes import paths_told
from isthmus.service.web.question_views import cytoscape, hop_rows, narrowed, score_bars, weakest_hop


@pytest.fixture(scope="module")
def graphs(story_store):
    opened = Graphs(story_store)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def answer(graphs):
    store = graphs.store
    ends = store.entities(["CHEBI:6801", "MONDO:0005180"])
    found = answer_paths(store, graphs.snapshot(), ends["CHEBI:6801"], ends["MONDO:0005180"], max_hops=4)
    assert found.paths
    return found


def test_filters_leave_what_they_say(answer):
    asked = AskedPaths(from_="a", to="c")
    assert narrowed(answer.paths, asked) == answer.paths
    for sign, modality, least, new in product([None, *PathSign], [None, *Modality], [None, 0.5, 0.99], [False, True]):
        kept = narrowed(
            answer.paths, asked.model_copy(update={"sign": sign, "modality": modality, "least": least, "new": new})
        )
        naive = []
        for path in answer.paths:
            fits = sign is None or path.sign == sign.value
            fits = fits and (modality is None or modality in path.modalities)
            fits = fits and min(hop.belief for hop in path.statements) >= (least or 0)
            if fits and not (new and len(path.statements) == 1):
                naive.append(path)
        assert kept == naive


def test_the_weakest_hop_is_believed_least(answer):
    for path in answer.paths:
        assert weakest_hop(path).belief == min(hop.belief for hop in path.statements)


def test_the_table_has_what_the_picture_has(answer):
    rows, picture = hop_rows(answer.paths), draw(ways_of(answer.paths))
    assert {row.id for row in rows} == {line.hop.statement for line in picture.lines}
    for row in rows:
        on = [rank for rank, path in enumerate(answer.paths, 1) for hop in path.statements if hop.id == row.id]
        assert list(row.ranks) == on
        assert set(on) == {way for line in picture.lines if line.hop.statement == row.id for way in line.ways}


def test_edges_for_cytoscape_run_from_subject_to_object(answer):
    told = cytoscape(draw(ways_of(answer.paths)), "x")["elements"]
    curie = {node["data"]["id"]: node["data"]["curie"] for node in told["nodes"]}
    hops = {hop.id: hop for path in answer.paths for hop in path.statements}
    for edge in told["edges"]:
        hop = hops[edge["data"]["statement"]]
        ends = curie[edge["data"]["source"]], curie[edge["data"]["target"]]
        assert ends == (hop.subject, hop.object) or (hop.predicate.symmetric and set(ends) == {hop.subject, hop.object})
    json.dumps(told)


def test_bars_add_up_to_the_scores(graphs):
    entity = graphs.store.entities(["MONDO:0004975"])["MONDO:0004975"]
    found = answer_candidates(graphs.store, graphs.snapshot(), entity, AskedCandidates().category).candidates
    bars = score_bars(found)
    widest = max(sum(max(v, 0) for v in one.components.values()) for one in found)
    for one, parts in zip(found, bars, strict=True):
        assert sum(part.value for part in parts) == pytest.approx(one.score)
        for part, name in zip(parts, one.components, strict=True):
            assert part.width == pytest.approx(100 * max(one.components[name], 0) / widest, abs=0.001)
        assert all(a.start + a.width == pytest.approx(b.start, abs=0.01) for a, b in pairwise(parts))


def test_an_address_says_all_of_the_view():
    given = {
        "from": "a & b",
        "to": "ü",
        "max_hops": "4",
        "sign": "harmful",
        "least": "0.25",
        "new": "true",
        "as_of": "2005",
    }
    asked = AskedPaths.model_validate(given)
    assert dict(parse_qsl(asked.query())) == given
    assert AskedPaths.model_validate(dict(parse_qsl(asked.query()))) == asked
    assert parse_qs(asked.query(max_hops=3, sign=None)).keys() == {"from", "to", "least", "new", "as_of"}
    assert (
        AskedPaths.model_validate({"from": "a", "as_of": "", "sign": "", "modality": "", "least": ""}).narrowed is False
    )


def test_what_was_typed_counts_where_it_is_not_what_was_picked(story_store):
    with open_store(story_store, create=False) as store:
        assert meant(store, "metformin", "CHEBI:6801").id == "CHEBI:6801"
        assert meant(store, "", "CHEBI:6801").id == "CHEBI:6801"
        assert meant(store, "donepezil", "CHEBI:6801").id == "CHEBI:53289"
        with pytest.raises(AmbiguousName):
            meant(store, "AD", "")
        with pytest.raises(UnknownName):
            meant(store, "nobody", "CHEBI:6801")


def test_narrowed_answers_look_further_than_they_show(graphs):
    every = AskedPaths(from_id="CHEBI:6801", to_id="MONDO:0005180", max_hops=4)
    shown = paths_told(graphs, every, "")["paths"]
    strong = paths_told(graphs, every.model_copy(update={"least": 0.7, "top": 1}), "")["paths"]
    assert strong == [path for path in shown if weakest_hop(path).belief >= 0.7][:1]


def test_a_plan_goes_to_the_page_that_answers_it():
    a, c = (End(text=each, id=f"X:{each}", name=each) for each in "ac")
    paths = asked_by(QueryPlan(question="q", mode=Mode.CLOSED, a=a, c=c, max_hops=2, top=5, sign=PathSign.HARMFUL))
    assert isinstance(paths, AskedPaths)
    assert (paths.from_id, paths.to_id, paths.max_hops, paths.top, paths.sign) == ("X:a", "X:c", 2, 5, "harmful")
    ranked = asked_by(QueryPlan(question="q", mode=Mode.OPEN, a=a, category="Gene", new=True, as_of=2001))
    assert isinstance(ranked, AskedCandidates)
    assert (ranked.for_id, ranked.category.value, ranked.new, ranked.as_of) == ("X:a", "Gene", True, 2001)
    assert asked_by(QueryPlan(question="q", mode=Mode.GAPS)) is None
