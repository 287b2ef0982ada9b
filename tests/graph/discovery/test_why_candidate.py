"""Why a candidate ranks where it does: without a paper it stands where it would in a graph that never had it."""

from dataclasses import replace

import numpy as np
import pytest
from small_graphs import Said, columns, graph

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.affinity import EntityTexts
from isthmus.graph.discovery.ranking.candidates import rank_candidates
from isthmus.graph.discovery.ranking.features import FEATURES, Features
from isthmus.graph.discovery.ranking.fusion import DEFAULT, DEFAULT_WITHOUT_TEXT, Fusion, fusion_of, scales_of
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.discovery.walks.why import Ground, Standing
from isthmus.graph.discovery.walks.why_candidate import why_candidate
from isthmus.graph.vocabulary import Category

SAID = [
    Said("drug:a inhibits gene:g", 0.9, document="pmid:1"),
    Said("drug:a inhibits gene:h", 0.9, document="pmid:2"),
    Said("drug:b inhibits gene:g", 0.9, document="pmid:3"),
    Said("drug:b inhibits gene:g", 0.8, document="pmid:4"),
    Said("drug:c inhibits gene:h", 0.7, document="pmid:4"),
    Said("gene:g causes dis:d", 0.9, document="pmid:5"),
    Said("gene:h causes dis:d", 0.9, document="pmid:6"),
    Said("drug:c treats dis:e", 0.9, document="pmid:7"),
]


def without(name: str, weights: dict[str, float]) -> Fusion:
    return Fusion(np.array([0.0 if feature == name else weights[feature] for feature in FEATURES]))


def test_without_each_paper_a_candidate_stands_as_in_the_graph_that_never_had_it():
    """The embedding is left out, since a fit of its own moves everything; what was learned stays that of the whole."""
    snapshot = graph(*SAID)
    snapshot.memo["fusion", False, 3] = without("embedding", DEFAULT_WITHOUT_TEXT)
    source, candidate = snapshot.locate("dis:d"), snapshot.locate("drug:b")
    explained = why_candidate(snapshot, source, candidate, Category.DRUG, top=1)
    papers = {one.id: one.standing for one in explained.without if one.ground is Ground.PAPER}
    assert set(papers) == {"pmid:3", "pmid:4", "pmid:5"}
    for paper, standing in papers.items():
        table = columns(*SAID)
        lost = table.evidence_document == table.document_ids.index(paper)
        left = Snapshot.from_columns(replace(table, evidence_score=np.where(lost, 0.0, table.evidence_score)))
        left.memo.update(
            {key: value for key, value in snapshot.memo.items() if key[0] in ("fusion", "scales", "routes")}
        )
        ranked = rank_candidates(left, source, Category.DRUG, paths_each=0)
        found = {one.node.id: (rank, one.score) for rank, one in enumerate(ranked, start=1)}
        expected = found.get("drug:b")
        assert standing == (Standing(expected[0], pytest.approx(expected[1])) if expected else Standing(None, 0.0))


def test_the_fewest_papers_without_which_it_falls_out_of_the_first_are_named():
    snapshot = graph(*SAID)
    explained = why_candidate(snapshot, snapshot.locate("dis:d"), snapshot.locate("drug:a"), Category.DRUG, top=1)
    assert explained.standing.rank == 1
    without_each = {one.id: one.standing.rank for one in explained.without if one.ground is Ground.PAPER}
    assert explained.minimal is not None
    assert len(explained.minimal) == 1
    assert without_each[explained.minimal[0]] > 1


def test_where_it_stands_lower_already_its_own_rank_is_what_it_can_lose():
    snapshot = graph(*SAID)
    last = rank_candidates(snapshot, snapshot.locate("dis:d"), Category.DRUG)[-1]
    explained = why_candidate(snapshot, snapshot.locate("dis:d"), last.node.index, Category.DRUG, top=1)
    assert explained.top == explained.standing.rank == 3


# -- text --------------------------------------------------------------------------------------------------------------

SENTENCES = (
    ("Alphan was tried against deltosis.", "pmid:1"),
    ("Alphan was tried against deltosis once more.", "pmid:1"),
    ("Betan was tried against deltosis.", "pmid:3"),
    ("Betan was tried against deltosis.", "pmid:4"),
    ("Gamman is sold in pharmacies.", "pmid:7"),
    ("Geex is a gene.", "pmid:5"),
)
NAMES = {"drug:a": "Alphan", "drug:b": "Betan", "drug:c": "Gamman", "gene:g": "Geex", "gene:h": "Hatch"} | {
    "dis:d": "Deltosis",
    "dis:e": "Epsilosis",
}
ABOUT = {"pmid:1": "drug:a", "pmid:3": "drug:b", "pmid:4": "drug:b", "pmid:5": "gene:g", "pmid:7": "drug:c"}


def sentences(snapshot: Snapshot) -> Named:
    texts = list(dict.fromkeys(text for text, _ in SENTENCES))
    ids, documents = list(snapshot.ids), list(snapshot.columns.document_ids)
    rows = [(texts.index(text), ids.index(ABOUT[paper]), documents.index(paper)) for text, paper in SENTENCES]
    text, entity, document = np.array(rows, dtype=np.int32).T
    names = [NAMES[one] for one in ids]
    return Named.of(EntityTexts(names, texts, text, entity, np.zeros(len(text), dtype=np.int16), document))


def test_a_papers_sentences_go_with_it_unless_another_paper_has_them_too():
    snapshot = graph(*SAID)
    named = sentences(snapshot)
    features = Features(snapshot, named)
    fusion_of(snapshot, named)
    scales_of(features)
    source = snapshot.locate("dis:d")
    for drug, paper, stays in (("drug:a", "pmid:1", False), ("drug:b", "pmid:3", True)):
        gone = np.array([one == paper for one in snapshot.columns.document_ids])
        left = snapshot.without(gone[snapshot.columns.evidence_document])
        fewer = Features(left, named.without(gone), whole=features)
        together = FEATURES.index("named together")
        assert features.of_source(source)[snapshot.locate(drug), together] > 0.0
        assert bool(fewer.of_source(source)[snapshot.locate(drug), together] > 0.0) is stays


def test_words_that_leave_with_a_paper_leave_the_affinity_of_the_two():
    snapshot = graph(*SAID)
    named = sentences(snapshot)
    snapshot.memo["fusion", True, 3] = Fusion(
        np.array([DEFAULT[name] if "affinity" in name or name == "named together" else 0.0 for name in FEATURES])
    )
    source, candidate = snapshot.locate("dis:d"), snapshot.locate("drug:a")
    explained = why_candidate(snapshot, source, candidate, Category.DRUG, named=named, top=3)
    papers = {one.id: one.standing for one in explained.without if one.ground is Ground.PAPER}
    assert papers["pmid:1"].score < 0.5 * explained.standing.score
    assert papers["pmid:6"].score == pytest.approx(explained.standing.score, rel=0.2)
    assert explained.without[0].standing.score <= papers["pmid:1"].score


def test_documents_that_name_both_are_those_of_the_sentence():
    snapshot = graph(*SAID)
    named = sentences(snapshot)
    found = named.documents_naming(snapshot.locate("dis:d"), snapshot.locate("drug:b"), None, snapshot.exists)
    assert [snapshot.columns.document_ids[one] for one in found] == ["pmid:3", "pmid:4"]
    assert len(named.documents_naming(snapshot.locate("dis:d"), snapshot.locate("gene:h"), None, snapshot.exists)) == 0
