"""A hypothesis worked out again from its file alone: the same answer, and whatever was changed in the file is found."""

import copy
import json
from dataclasses import replace

import pytest
from graph.samples import (
    ALZHEIMER,
    APP,
    APP_CAUSES_ALZHEIMER,
    BACE1,
    BACE1_CUTS_APP,
    DRUG_INHIBITS_BACE1,
    DRUG_TREATS_ALZHEIMER,
    VERUBECESTAT,
    Claim,
    paper,
)
from service.hypotheses.living_graph import PAPERS, kept, proposed

from isthmus.graph.belief import reader_of
from isthmus.graph.model import Assertion, Context, Modality
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind, now_in_utc
from isthmus.graph.vocabulary import Predicate
from isthmus.service.graphs import snapshot_of
from isthmus.service.hypotheses.edition import UnreadableEdition, edition_of, read_edition, seal_of
from isthmus.service.hypotheses.kept import whole
from isthmus.service.hypotheses.recompute import Recomputed, columns_of
from isthmus.service.hypotheses.replay import replay
from isthmus.service.hypotheses.subgraph import Subgraph
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.discussed import Discussed, Judgement
from isthmus.service.panel.report import Asserted, Cost, Stance, Turn, TurnKind
from isthmus.service.panel.report import Claim as PanelClaim

DENIED = Claim(APP, Predicate.CAUSES, ALZHEIMER, score=0.6, negated=True, assertion=Assertion.NEGATED)
SUPPOSED = Claim(BACE1, Predicate.ACTIVATES, APP, score=0.9, assertion=Assertion.SPECULATED, year=2009)
MORE = (
    paper("pmid:11", DENIED, date="2016"),
    paper("pmid:12", SUPPOSED, date="2009", authors=("Ada Writer", "Leader of pmid:2")),
    paper("pmid:13", APP_CAUSES_ALZHEIMER, retracted=True),
    paper("pmid:14", DRUG_TREATS_ALZHEIMER, BACE1_CUTS_APP, publication_types=("Review",), extractor="reach/1"),
    paper("pmid:15", DRUG_INHIBITS_BACE1, extractor="compact/2"),
)


@pytest.fixture
def rich(store):
    """A graph with all that moves belief: denials, suppositions, retractions, reviews, readers, groups, verdicts."""
    store.write(MORE)
    for kind, claim in ((VerdictKind.WRONG_RELATION, BACE1_CUTS_APP), (VerdictKind.CORRECT, DRUG_INHIBITS_BACE1)):
        store.put_verdict(Verdict(claim.statement.id, VerdictAbout.STATEMENT, kind, "Ada", at=now_in_utc()))
    return store


def through_json(value):
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("as_of", [None, 2018, 2020])
def test_the_file_alone_gives_the_same_report(rich, tmp_path, as_of):
    value = through_json(proposed(rich, tmp_path, as_of))
    found = replay(value)
    assert found.differences == []
    assert found.carried == 0
    assert found.beliefs == len(value["hypothesis"]["subgraph"]["statements"]) > 0
    assert found.report.model_dump(mode="json", by_alias=True) == {
        name: each for name, each in value.items() if name != "hypothesis"
    }


def test_a_link_without_a_path_is_replayed_too(tmp_path):
    with SqliteStore(tmp_path / "two.sqlite") as store:
        store.write([paper("pmid:1", names=(VERUBECESTAT, ALZHEIMER))])
        value = through_json(proposed(store, tmp_path))
    assert value["hypothesis"]["scores"] is None
    assert replay(value).differences == []


def test_a_species_that_the_graph_has_no_name_for_is_no_difference(store, tmp_path):
    said = paper("pmid:21", BACE1_CUTS_APP)
    statement = replace(said.statements[0], context=Context(species="NCBITaxon:10090"))
    evidence = replace(said.evidence[0], statement=statement.id)
    store.write([replace(said, statements=(statement,), evidence=(evidence,))])
    value = through_json(proposed(store, tmp_path))
    assert "NCBITaxon:10090" in {one["species"] for one in statements(value)}
    assert replay(value).differences == []


def test_what_the_store_holds_is_replayed_whatever_became_of_the_hypothesis(rich, tmp_path):
    hypothesis = kept(rich, tmp_path).hypothesis.id
    assert replay(through_json(whole(rich, hypothesis))).differences == []


def test_beliefs_are_those_of_the_store(rich, tmp_path):
    subgraph = Subgraph.model_validate(proposed(rich, tmp_path)["hypothesis"]["subgraph"])
    beliefs = Recomputed.of(subgraph, None).beliefs
    rows = rich.statements(beliefs)
    assert {each: row.belief for each, row in rows.items()} == pytest.approx(beliefs, abs=1e-9)
    judged = columns_of(subgraph)
    assert len(judged.verdict_statement) == 2
    assert reader_of("reach/1") in judged.evidence_reader


def statements(value):
    return value["hypothesis"]["subgraph"]["statements"]


def evidenced(value):
    return next(one for one in statements(value) if one["evidence"])


def resealed(value):
    """What somebody does who knows how the seal is made."""
    value["hypothesis"]["seal"] = seal_of(value)
    return value


def set_in(*path, to):
    def change(value):
        for name in path[:-1]:
            value = value[name]
        value[path[-1]] = to(value[path[-1]]) if callable(to) else to

    return change


def change_evidence(name, to):
    return lambda value: evidenced(value)["evidence"][0].update({name: to})


TAMPERED = {
    "a sentence": change_evidence("text", "Nothing of the kind."),
    "a score": change_evidence("score", 0.999),
    "an assertion": change_evidence("assertion", "speculated"),
    "a belief": lambda value: evidenced(value).update(belief=0.97),
    "a predicate": lambda value: evidenced(value).update(predicate="treats"),
    "a denial made a claim": lambda value: next(one for one in statements(value) if one["negated"]).update(
        negated=False
    ),
    "evidence left out": lambda value: next(one for one in statements(value) if len(one["evidence"]) > 1)[
        "evidence"
    ].pop(),
    "a retraction taken back": lambda value: next(
        one for one in value["hypothesis"]["subgraph"]["documents"] if one["retracted"]
    ).update(retracted=False),
    "a verdict left out": lambda value: value["hypothesis"]["subgraph"]["verdicts"].pop(),
    "a document left out": lambda value: value["hypothesis"]["subgraph"]["documents"].pop(),
    "an entity left out": lambda value: value["hypothesis"]["subgraph"]["entities"].pop(),
    "a claim of the case": set_in("case", 0, "text", to="The drug cures the disease."),
    "a claim left out": lambda value: value["case"].pop(),
    "what contradicts left out": lambda value: value.update(contradicting=[]),
    "a figure": set_in("plausibility", "value", to=0.99),
    "a figure's reason": set_in("novelty", "reasons", 0, to="Nobody knew."),
    "the verdict": set_in("verdict", to=lambda word: "unsupported" if word == "supported" else "supported"),
    "the belief of a path": set_in("paths", 0, "belief", to=0.9),
    "the sign of a path": set_in("paths", 0, "sign", to="harmful"),
    "the papers of a path": set_in("paths", 0, "papers", to=40),
    "the weakest hop": lambda value: value["paths"][-1].update(
        weakest=next(
            hop["id"] for hop in value["paths"][-1]["statements"] if hop["id"] != value["paths"][-1]["weakest"]
        )
    ),
    "the score": set_in("paths", -1, "score", to=99.0),
    "what would break it": lambda value: value["weakest"].update(minimal=["pmid:99"]),
    "the experiment": lambda value: value.update(experiment=None),
    "the question": set_in("hypothesis", "plan", "max_hops", to=2),
    "the year": set_in("hypothesis", "plan", "as_of", to=1999),
    "the graph": set_in("graph_hash", to="0" * 64),
    "a belief said to be carried": lambda value: (
        statements(value)[0].update(belief=0.97),
        value["hypothesis"]["carried"].append(statements(value)[0]["id"]),
    ),
}


@pytest.fixture(scope="module")
def whole_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    with SqliteStore(folder / "graph.sqlite") as store:
        store.write([*PAPERS, *MORE])
        store.put_verdict(
            Verdict(BACE1_CUTS_APP.statement.id, VerdictAbout.STATEMENT, VerdictKind.OTHER, "Ada", at=now_in_utc())
        )
        return through_json(proposed(store, folder))


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_was_changed_is_found_though_the_seal_was_made_anew(whole_file, what):
    value = copy.deepcopy(whole_file)
    TAMPERED[what](value)
    assert value != whole_file
    assert replay(resealed(value)).differences


def test_what_cannot_be_worked_out_again_is_under_the_seal(whole_file):
    value = copy.deepcopy(whole_file)
    assert replay(value).differences == []
    for path in value["paths"]:
        path["p_value"] = 0.5
    value["hypothesis"]["scores"]["p_value"] = 0.5
    assert any("seal" in one for one in replay(value).differences)


def test_a_file_that_is_none_says_what_it_lacks(tmp_path, whole_file):
    file = tmp_path / "file.json"
    for content in ("", "[]", "{}", '{"hypothesis": 3}'):
        file.write_text(content)
        with pytest.raises(UnreadableEdition):
            read_edition(file)
    with pytest.raises(UnreadableEdition, match="cannot be read"):
        read_edition(tmp_path / "absent.json")
    file.write_text(json.dumps(whole_file | {"case": 3}))
    with pytest.raises(UnreadableEdition, match="case"):
        replay(read_edition(file))
    newer = copy.deepcopy(whole_file)
    newer["hypothesis"]["form"] = 999
    with pytest.raises(UnreadableEdition, match="999"):
        replay(newer)


def discussed(text):
    """A panel of one, whose model said this of the first hop."""

    def discuss(dossier):
        exhibit = next(each for each in dossier.exhibits.values() if each.id == DRUG_INHIBITS_BACE1.statement.id)
        statement, evidence = exhibit.row.statement, exhibit.evidence[0]
        claim = PanelClaim(
            text=text,
            asserted=[Asserted(subject=statement.subject, predicate=statement.predicate, object=statement.object)],
            statement_ids=[exhibit.id],
            evidence_ids=[evidence.id],
            quote=evidence.text,
            stance=Stance.SUPPORTS,
            modality=Modality.LITERATURE,
            by="pharmacology",
            model="openai:m",
        )
        turn = Turn(round=0, kind=TurnKind.PROPOSE, by="pharmacology", model="openai:m", text="{}", claims=1)
        judgement = Judgement("supported", ["It was said."], "chair", "openai:m")
        return Discussed([claim], [], [turn], {"pharmacology": "openai:m"}, judgement, Cost(requests=1))

    return discuss


def test_a_discussion_is_replayed_from_its_transcript_and_its_claims_are_checked_again(store, tmp_path):
    snapshot = snapshot_of(store, cache=tmp_path)

    def edition(text):
        proposal = propose(store, snapshot, VERUBECESTAT, ALZHEIMER, discuss=discussed(text))
        return through_json(edition_of(store, snapshot, proposal))

    value = edition("verubecestat inhibits BACE1.")
    found = replay(value)
    assert found.differences == []
    assert (found.report.with_models, found.report.verdict) == (True, "supported")
    assert found.report.transcript[0].by == "pharmacology"
    assert any(one.startswith("case.0:") for one in replay(edition("verubecestat activates BACE1.")).differences)
    del value["transcript"][:]
    assert replay(resealed(value)).differences
