"""Co-mentions against counts made one document at a time, and the measures against their definitions."""

from dataclasses import fields, replace
from itertools import combinations
from math import log

import numpy as np
import pytest
from small_graphs import Said, columns

from isthmus.graph.discovery.co_mention.bridges import AGGREGATES, LEGS, abc_from, abc_measures, joined_by_co_mention
from isthmus.graph.discovery.co_mention.counts import LONGEST_LIST, CoMentions
from isthmus.graph.discovery.co_mention.measures import (
    MEASURES,
    UnlikeNumbers,
    pair_measures,
    source_measures,
    surges,
)
from isthmus.graph.stores.columns import MentionColumns

N = 9
GENES = [f"gene:{number}" for number in range(N)]
NOTHING = columns(alone=GENES)

Sentences = list[tuple[int, list[set[int]]]]  # of each document the year, and who its sentences name


def random_papers(seed: int, n: int = 60) -> Sentences:
    generator = np.random.default_rng(seed)
    return [
        (
            int(generator.choice([0, *range(1990, 2004)])),
            [set(generator.choice(N - 1, generator.integers(1, 4)).tolist()) for _ in range(generator.integers(1, 4))],
        )
        for _ in range(n)
    ]


def mention_columns(
    papers: Sentences, retracted: tuple[int, ...] = (), entity_ids: list[str] = GENES
) -> MentionColumns:
    named = [(p, s, e) for p, (_, lines) in enumerate(papers) for s, line in enumerate(lines) for e in sorted(line)]
    lines = sorted({(p, s) for p, s, _ in named})
    mentions = sorted({(p, e) for p, _, e in named})
    return MentionColumns(
        entity_ids=entity_ids,
        document_ids=[f"pmid:{number:03d}" for number in range(len(papers))],
        document_year=np.array([year for year, _ in papers], dtype=np.int16),
        document_retracted=np.array([number in retracted for number in range(len(papers))]),
        mention_document=np.array([p for p, _ in mentions], dtype=np.int32),
        mention_entity=np.array([e for _, e in mentions], dtype=np.int32),
        mention_count=np.array([sum((p, e) == (q, f) for q, _, f in named) for p, e in mentions], dtype=np.int32),
        sentence_document=np.array([p for p, _ in lines], dtype=np.int32),
        named_sentence=np.array([lines.index((p, s)) for p, s, _ in named], dtype=np.int32),
        named_entity=np.array([e for _, _, e in named], dtype=np.int32),
    )


def every_pair() -> tuple[np.ndarray, np.ndarray]:
    a, c = np.meshgrid(np.arange(N), np.arange(N), indexing="ij")
    return a.ravel(), c.ravel()


def papers_of(papers: Sentences, *entities: int) -> int:
    return sum(set(entities) <= set().union(*lines) for _, lines in papers)


def naive(papers: Sentences, name: str, a: int, c: int, floor: int = 1) -> float:
    """One measure from its definition."""
    both, x, y, n = papers_of(papers, a, c), papers_of(papers, a), papers_of(papers, c), len(papers)
    if a == c or both == 0 or (name in ("npmi", "scp") and both < floor):
        return 0.0
    if name == "llr":
        table = {(1, 1): both, (1, 0): x - both, (0, 1): y - both, (0, 0): n - x - y + both}
        expected = {(i, j): (x if i else n - x) * (y if j else n - y) / n for i, j in table}
        total = 2 * sum(o * log(o / expected[cell]) for cell, o in table.items() if o)
        return total if both > x * y / n else 0.0
    return {
        "documents": float(both),
        "sentences": float(sum({a, c} <= line for _, lines in papers for line in lines)),
        "jaccard": both / (x + y - both),
        "npmi": -1 + (log(x / n) + log(y / n)) / log(both / n) if both < n else 1.0,
        "scp": (both / n) ** 2 / (x / n * y / n),
    }[name]


@pytest.mark.parametrize("name", [name for name in MEASURES if name != "surge"])
@pytest.mark.parametrize("floor", [1, 3])
def test_a_measure_of_pairs_is_that_of_its_definition(name, floor):
    papers = random_papers(1)
    co = CoMentions.of(NOTHING, mention_columns(papers))
    a, c = every_pair()
    expected = [naive(papers, name, x, y, floor) for x, y in zip(a.tolist(), c.tolist(), strict=True)]
    assert any(expected)
    found = pair_measures(co, a, c, measures=[name], floor=floor)[name]
    assert found == pytest.approx(np.array(expected), abs=1e-12)


def test_one_with_all_is_each_pair():
    co = CoMentions.of(NOTHING, mention_columns(random_papers(2)))
    a, c = every_pair()
    pairs = pair_measures(co, a, c)
    for name, values in source_measures(co, 4).items():
        np.testing.assert_array_equal(values, pairs[name][a == 4], err_msg=name)


def test_what_every_paper_names_has_the_highest_npmi():
    co = CoMentions.of(NOTHING, mention_columns([(2000, [{0, 1}]), (2001, [{0}, {1}])]))
    assert pair_measures(co, np.array([0]), np.array([1]), measures=["npmi"])["npmi"] == 1.0


def test_as_of_a_year_is_as_if_nothing_later_had_been_written():
    papers = random_papers(3)
    before = [paper for paper in papers if 0 < paper[0] <= 1996]
    a, c = every_pair()
    then = pair_measures(CoMentions.of(NOTHING, mention_columns(papers)).at(1996), a, c)
    alone = pair_measures(CoMentions.of(NOTHING, mention_columns(before)), a, c)
    for name in MEASURES:
        np.testing.assert_array_equal(then[name], alone[name], err_msg=name)
    assert CoMentions.of(NOTHING, mention_columns(papers), as_of=1900).n_documents == 0


def test_retracted_papers_and_lists_of_everything_are_left_out():
    many = [f"gene:{number:05d}" for number in range(LONGEST_LIST + 1)]
    papers = [(2000, [{0, 1}]), (2000, [{0, 1}]), (2000, [set(range(LONGEST_LIST + 1))])]
    co = CoMentions.of(columns(alone=many), mention_columns(papers, retracted=(1,), entity_ids=many))
    assert list(co.document_ids) == ["pmid:000"]
    assert pair_measures(co, np.array([0]), np.array([1]), measures=["documents"])["documents"] == 1.0


def test_entities_keep_the_graphs_numbers_when_another_write_came_between():
    newer = ["gene:1", "gene:2", "gene:new"]
    older = columns(alone=["gene:0", "gene:1", "gene:2"])
    co = CoMentions.of(older, mention_columns([(2000, [{0, 1, 2}])], entity_ids=newer))
    assert co.document_counts.tolist() == [0, 1, 1]


def test_evidence_stands_for_papers_that_were_not_read():
    graph = columns(
        Said("drug:a inhibits gene:g", year=2001, document="pmid:1"),
        Said("gene:g causes dis:d", year=2001, document="pmid:1"),
        Said("gene:g causes dis:d", year=2005, document="pmid:2"),
        Said("drug:a treats dis:d", year=2005, document="pmid:3", belief=0.0),
    )
    a, d, g = (graph.entity_ids.index(name) for name in ("drug:a", "dis:d", "gene:g"))
    co = CoMentions.of(graph)
    assert co.from_evidence.tolist() == [True, True]
    found = pair_measures(co, np.array([a, a, g]), np.array([d, g, d]), measures=["documents", "sentences"])
    assert found["documents"].tolist() == [1.0, 1.0, 2.0]
    assert found["sentences"].tolist() == [0.0, 1.0, 2.0]
    assert co.at(2001).document_counts[[a, d, g]].tolist() == [1, 1, 1]


def test_a_paper_that_was_read_stands_by_what_it_names():
    graph = columns(
        Said("drug:a inhibits gene:g", year=2001, document="pmid:000"),
        Said("gene:g causes dis:d", year=2002, document="pmid:other"),
    )
    named = mention_columns([(2001, [{graph.entity_ids.index("dis:d")}])], entity_ids=list(graph.entity_ids))
    co = CoMentions.of(graph, named)
    assert dict(zip(co.document_ids, co.from_evidence.tolist(), strict=True)) == {"pmid:000": False, "pmid:other": True}
    assert co.document_counts[graph.entity_ids.index("drug:a")] == 0


def test_a_sudden_rise_is_a_surge():
    quiet = [(year, [{0, other}, {5}, {6}]) for year in range(1990, 2000) for other in (1, 2, 3, 4)]
    burst = [(1999, [{0, 7}])] * 6
    co = CoMentions.of(NOTHING, mention_columns(quiet + burst))
    found = surges(co, 0, floor=1)
    risen = {
        int(entity): int(year)
        for entity, year, h in zip(found.entities, found.years, found.heights, strict=True)
        if h > 0
    }
    assert risen == {7: 1999}
    expected = 6**2 / (10 * 6)  # of the ten papers of 1999 that name it
    assert found.heights[found.entities.tolist().index(7)] + found.fence == pytest.approx(expected)
    assert pair_measures(co, np.array([0, 0]), np.array([7, 1]), measures=["surge"], floor=1)["surge"][1] == 0.0


def test_without_dates_nothing_surges():
    co = CoMentions.of(NOTHING, mention_columns([(0, [{0, 1}])] * 3))
    assert not source_measures(co, 0)["surge"].any()


@pytest.mark.parametrize("leg", LEGS)
def test_bridges_add_up_to_what_the_definition_says(leg):
    papers = random_papers(4)
    co = CoMentions.of(NOTHING, mention_columns(papers))

    def value(x: int, y: int) -> float:
        return max(naive(papers, leg, x, y, 2), 0.0)

    a, c = every_pair()
    found = abc_measures(co, a, c, leg=leg)
    for number, (x, y) in enumerate(zip(a.tolist(), c.tolist(), strict=True)):
        legs = [(value(x, b), value(b, y)) for b in range(N) if b not in (x, y)]
        legs = [each for each in legs if min(each) > 0]
        expected = dict.fromkeys(AGGREGATES, 0.0)
        if legs:
            for how, of in (("min", min), ("max", max), ("avg", lambda pair: sum(pair) / 2)):
                values = [of(pair) for pair in legs]
                expected |= {f"{how}_sum": sum(values), f"{how}_max": max(values)}
            expected |= {"ltc": len(legs), "amw": sum(map(min, legs)) / len(legs)}
        if x != y:
            assert {name: found[name][number] for name in AGGREGATES} == pytest.approx(expected), (x, y)
        else:
            assert not any(found[name][number] for name in AGGREGATES)


def test_bridges_from_one_to_all_are_those_of_each_pair():
    co = CoMentions.of(NOTHING, mention_columns(random_papers(5)))
    found = abc_from(co, 3)
    pairs = abc_measures(co, np.full(N, 3), np.arange(N))
    for name in AGGREGATES:
        assert found[name] == pytest.approx(pairs[name]), name


def test_the_answer_names_the_bridges_with_their_papers():
    papers = [(1999, [{0, 1}]), (2001, [{0}, {1}]), (2003, [{1, 2}]), (2000, [{1, 2}]), (2002, [{0, 3}]), (0, [{3, 2}])]
    co = CoMentions.of(NOTHING, mention_columns(papers))
    answer = joined_by_co_mention(co, 0, 2)
    assert (answer.kind, answer.direct, answer.n_bridges) == ("co-mention", None, 2)
    assert [path.bridge for path in answer.bridges] == [1, 3]
    first, second = answer.bridges[0].legs
    assert (first.documents, first.sentences, first.years) == (2, 1, (1999, 2001))
    assert first.document_ids == ("pmid:001", "pmid:000")
    assert (second.documents, second.years, second.from_evidence) == (2, (2000, 2003), False)
    assert answer.bridges[0].score == pytest.approx(2 / 5)
    assert answer.bridges[1].legs[1].years is None
    barred = np.arange(N) == 1
    assert [path.bridge for path in joined_by_co_mention(co, 0, 2, barred=barred).bridges] == [3]
    assert joined_by_co_mention(co, 0, 1).direct.documents == 2
    assert "statement" not in {field.name for field in fields(answer.bridges[0])}


def test_nothing_joins_an_entity_with_itself_or_with_one_that_no_paper_names():
    co = CoMentions.of(NOTHING, mention_columns(random_papers(6)))
    for a, c in ((2, 2), (2, N - 1), (N - 1, 2)):
        answer = joined_by_co_mention(co, a, c)
        assert (answer.direct, answer.bridges, answer.n_bridges) == (None, (), 0)


def test_an_empty_graph_has_no_co_mentions():
    co = CoMentions.of(replace(NOTHING))
    assert (co.n_documents, co.n_entities) == (0, N)
    assert not any(values.any() for values in source_measures(co, 0).values())
    assert not any(values.any() for values in abc_from(co, 0).values())


def test_lists_of_unlike_length_are_no_pairs():
    co = CoMentions.of(NOTHING)
    with pytest.raises(UnlikeNumbers, match="2 sources and 1 targets"):
        pair_measures(co, np.array([0, 1]), np.array([1]))
    with pytest.raises(UnlikeNumbers):
        abc_measures(co, np.array([0, 1]), np.array([1]))


def test_pairs_are_symmetric():
    co = CoMentions.of(NOTHING, mention_columns(random_papers(7)))
    a, c = np.array(list(combinations(range(N), 2))).T
    there, back = abc_measures(co, a, c), abc_measures(co, c, a)
    for name in AGGREGATES:
        assert there[name] == pytest.approx(back[name])
