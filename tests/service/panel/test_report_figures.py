"""Novelty, plausibility, testability and the verdict, against sums done by hand; what is known, against the whole matrix."""

import math
from dataclasses import replace

import pytest
from service.panel.ataxia import (
    ATAXIA,
    BLOCKS,
    BLOCKS_NOT,
    CAUSES,
    GAIT,
    KAPX1,
    LINKED,
    LOMP2,
    REZANOL,
    SCAN,
    SHOWS,
    SOURCES,
    SWELLING,
    TREATS,
    TREATS_IT,
    TREATS_IT_NOT,
    TRIED,
    Said,
    snapshot_of,
    source,
    store_of,
)

from isthmus.graph.discovery.co_mention.counts import CoMentions
from isthmus.graph.model import DocumentKind, Modality
from isthmus.graph.vocabulary import Predicate
from isthmus.service.panel import figures
from isthmus.service.panel.experiment import decide, means_of
from isthmus.service.panel.gather import gather
from isthmus.service.panel.known import NamedTogether, known_already, named_together
from isthmus.service.panel.report import Figure
from isthmus.service.panel.verdict import rule


def dossier_of(folder, sources, ends=(REZANOL, ATAXIA), **settings):
    with store_of(folder, sources) as store:
        return gather(store, snapshot_of(store), *ends, **settings)


@pytest.fixture(scope="module")
def untried(tmp_path_factory):
    return dossier_of(tmp_path_factory.mktemp("untried"), SOURCES, top=8)


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    return dossier_of(tmp_path_factory.mktemp("tried"), SOURCES + TRIED, top=8)


# -- what is known -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [None, 2009, 2012])
@pytest.mark.parametrize(("first", "second"), [(REZANOL, ATAXIA), (KAPX1, SWELLING), (LOMP2, GAIT), (SWELLING, ATAXIA)])
def test_documents_that_name_both_are_those_of_the_matrix(tmp_path, first, second, year):
    both = Said(first, Predicate.AFFECTS, second, f"A row of {first.id}.")
    more = (
        source("table:7", 2011, both, modality=Modality.GENOMICS, kind=DocumentKind.ANNOTATIONS, reader="table/1"),
        source("pmid:9040", 2008, replace(both, text=f"{first.name} stood beside {second.name}."), retracted=True),
    )
    with store_of(tmp_path, (*SOURCES, *TRIED, *more)) as store:
        snapshot = snapshot_of(store, year)
        dossier = gather(store, snapshot, first, second)
        found = named_together(store, snapshot, dossier)
        counts = CoMentions.of(store.columns(), store.mention_columns(), year)
    ends = (snapshot.ids.index(first.id), snapshot.ids.index(second.id))
    documents = counts.documents_of_both(*ends)
    years = [int(counts.years[each]) for each in documents if counts.years[each]]
    assert found == NamedTogether(len(documents), min(years, default=None))


def test_a_table_that_names_everything_says_nothing_of_two(tmp_path, monkeypatch):
    rows = [
        Said(REZANOL, Predicate.AFFECTS, each, f"rezanol: {each.name}") for each in (KAPX1, LOMP2, SWELLING, ATAXIA)
    ]
    table = source("table:8", 2011, *rows, kind=DocumentKind.ANNOTATIONS, modality=Modality.GENOMICS, reader="table/1")
    table = replace(table, mentions=())
    with store_of(tmp_path, (*SOURCES, table)) as store:
        snapshot = snapshot_of(store)
        dossier = gather(store, snapshot, REZANOL, ATAXIA)
        whole = named_together(store, snapshot, dossier).documents
        monkeypatch.setattr("isthmus.service.panel.known.LONGEST_LIST", 4)
        assert named_together(store, snapshot, dossier).documents == whole - 1
        monkeypatch.setattr("isthmus.service.panel.known.LONGEST_LIST", 5)
        assert named_together(store, snapshot, dossier).documents == whole


def test_what_is_known_since_when(tried, untried):
    known = known_already(tried, NamedTogether(3, 2011))
    assert {*known.direct} == {TREATS_IT.statement.id, TREATS_IT_NOT.statement.id}
    assert known.since == 2013
    assert "Three documents name both, the first in 2011." in known.text
    nothing = known_already(untried, None)
    assert (nothing.direct, nothing.since, nothing.named_together) == ([], None, None)
    assert "not counted" in nothing.text


# -- figures -----------------------------------------------------------------------------------------------------------


def test_novelty_of_a_link_that_nobody_named(untried):
    path = untried.leading
    drawn = max(hop.first_year for hop in path.statements)
    latest = max(one.year for each in untried.exhibits.values() for one in each.evidence if one.year)
    length = {1: 0.2, 2: 0.9}.get(len(path.statements), 1.0)
    wanted = length * (1 - 0.3 * (latest - drawn) / 20)
    figure = figures.novelty(untried, known_already(untried, NamedTogether(0, None)))
    assert figure.value == pytest.approx(wanted, abs=5e-4)


def test_papers_that_name_both_and_direct_statements_make_it_less_new(tried):
    direct = tried.exhibits[TREATS_IT.statement.id].row.belief
    alone, named = (figures.novelty(tried, known_already(tried, NamedTogether(n, 2011))) for n in (0, 31))
    assert named.value / alone.value == pytest.approx(1 - math.log2(32) / math.log2(33) / 2, abs=5e-3)
    length = 0.9 if len(tried.leading.statements) == 2 else 1.0
    assert alone.value <= length * (1 - direct) + 5e-4


def test_plausibility_by_hand(untried):
    path = untried.leading
    beliefs = [hop.belief for hop in path.statements]
    groups = min(hop.groups for hop in path.statements)
    signs = [each.sign for each in untried.paths if each.sign != "unknown"]
    opposed = [each for each in untried.exhibits.values() if each.contradicts in {hop.id for hop in path.statements}]
    made = (
        0.4 * math.exp(sum(map(math.log, beliefs)) / len(beliefs))
        + 0.2 * (1 - path.q_value)
        + 0.2 * (1 - 0.5**groups)
        + 0.1 * signs.count(path.sign) / len(signs)
        + 0.1 * 0.5
    )
    wanted = made * (1 - max((each.row.belief for each in opposed), default=0.0))
    assert figures.plausibility(untried).value == pytest.approx(wanted, abs=5e-4)


def test_a_denial_of_a_hop_makes_it_less_plausible(tmp_path):
    for name in ("without", "with"):
        (tmp_path / name).mkdir()
    few = [one for one in SOURCES if one.document.id not in ("pmid:9003", "pmid:9009", "pmid:9005")]
    quiet = dossier_of(tmp_path / "without", few)
    denied = dossier_of(tmp_path / "with", [*few, source("pmid:9003", 2006, BLOCKS_NOT)])
    assert figures.plausibility(denied).value < 0.6 * figures.plausibility(quiet).value
    assert "speak" in " ".join(figures.plausibility(denied).reasons)


def test_no_path_is_neither_new_nor_plausible(tmp_path):
    empty = dossier_of(tmp_path, SOURCES, (GAIT, REZANOL), max_hops=1)
    assert figures.novelty(empty, known_already(empty, None)).value == 0
    assert figures.plausibility(empty).value == 0
    assert rule(empty, figures.plausibility(empty)).word == "unsupported"
    assert decide(empty, means_of(empty)) is None


# -- the verdict by rules ----------------------------------------------------------------------------------------------


def test_the_first_rule_that_fits_is_the_verdict(tmp_path, tried):
    assert rule(tried, figures.plausibility(tried)).word == "contested"
    strong = [one for one in SOURCES if one.document.id in ("pmid:9001", "pmid:9002", "pmid:9004", "pmid:9006")]
    (tmp_path / "strong").mkdir()
    supported = dossier_of(tmp_path / "strong", strong)
    assert rule(supported, Figure(value=0.5, reasons=[])).word == "supported"
    assert rule(supported, Figure(value=0.49, reasons=[])).word == "weak"
    (tmp_path / "undirected").mkdir()
    undirected = dossier_of(tmp_path / "undirected", [*strong[:2], source("pmid:9004", 2003, LINKED), strong[3]])
    assert undirected.leading.sign == "unknown"
    assert undirected.leading.p_value > 0.05
    assert rule(undirected, Figure(value=0.9, reasons=[])).word == "weak"
    (tmp_path / "doubtful").mkdir()
    doubtful = dossier_of(tmp_path / "doubtful", [SOURCES[8]])
    assert min(hop.belief for hop in doubtful.leading.statements) < 0.3
    verdict = rule(doubtful, Figure(value=0.9, reasons=[]))
    assert verdict.word == "weak"
    assert "rezanol" in verdict.reasons[0].lower()


# -- the experiment ----------------------------------------------------------------------------------------------------


def test_a_drug_is_given_and_the_disease_measured_by_what_the_graph_knows_of_it(untried):
    means = means_of(untried)
    experiment = decide(untried, means)
    assert means.changed == REZANOL
    assert "Give rezanol" in experiment.assay
    assert experiment.readout == "sandhill ataxia, by its feature gait drift"
    assert {SHOWS.statement.id, TREATS.statement.id} <= set(experiment.statement_ids)
    assert set(experiment.statement_ids) <= untried.exhibits.keys()
    assert "For it" in experiment.expected
    assert "Against it" in experiment.expected


def test_testability_by_hand(untried):
    means = means_of(untried)
    scores = (means.handle.score, means.readout.score, means.system.score, means.middle.score)
    assert scores[0] == scores[1] == 1.0  # in use already; a feature is known
    wanted = 0.35 * scores[0] + 0.25 * scores[1] + 0.25 * scores[2] + 0.15 * scores[3]
    assert figures.testability(means).value == pytest.approx(wanted, abs=5e-4)


def test_the_species_of_the_hops_is_the_model_system(tmp_path):
    chosen = dossier_of(
        tmp_path, [one for one in SOURCES if one.document.id in ("pmid:9001", "pmid:9002", "pmid:9006", "pmid:9004")]
    )
    means = means_of(chosen)
    assert means.system.words == "in mice"
    assert means.system.score == 0.7
    assert means.system.statement_ids == (BLOCKS.statement.id,)


def test_what_the_graph_does_not_know_is_said(tmp_path):
    chosen = dossier_of(tmp_path, [source("pmid:9050", 2010, CAUSES)], (LOMP2, ATAXIA))
    means = means_of(chosen)
    experiment = decide(chosen, means)
    assert "does not say" in experiment.model_system
    assert means.system.score == 0
    assert "knows no feature" in experiment.readout
    assert "Knock LOMP2 down" in experiment.assay


def test_the_end_that_can_be_changed_is_changed_whichever_way_one_asks(tmp_path):
    turned = means_of(dossier_of(tmp_path, SOURCES, (ATAXIA, REZANOL)))
    assert (turned.changed, turned.measured) == (REZANOL, ATAXIA)
    assert turned.hops[0].subject == REZANOL.id


def test_what_is_seen_on_a_scan_is_read_from_a_scan(tmp_path):
    chosen = dossier_of(tmp_path, SOURCES, (REZANOL, GAIT))
    means = means_of(chosen)
    assert "on a scan" in means.readout.words
    assert SCAN.statement.id in means.readout.statement_ids
