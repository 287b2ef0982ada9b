"""What of a discussion reaches a report, and where it stands there."""

from datetime import UTC, datetime

import pytest
from service.panel.ataxia import ATAXIA, BLOCKS_NOT, REZANOL, SOURCES, TRIED, snapshot_of, store_of

from isthmus.graph.model import Modality
from isthmus.service.panel.assemble import assemble
from isthmus.service.panel.check_report import check
from isthmus.service.panel.discussed import Discussed, Judgement
from isthmus.service.panel.evidence_only import argue, part_of
from isthmus.service.panel.gather import gather
from isthmus.service.panel.known import NamedTogether
from isthmus.service.panel.report import Cost, Stance, Strike, StruckClaim, Turn, TurnKind
from isthmus.service.panel.specialists import specialists

MODEL = "tests:parrot"
THEN = datetime(2030, 1, 2, tzinfo=UTC)
NAMED = NamedTogether(1, 2011)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    with store_of(tmp_path_factory.mktemp("assembled"), SOURCES + TRIED) as store:
        return gather(store, snapshot_of(store), REZANOL, ATAXIA, top=8)


def discussed(dossier, *, failure=""):
    """A model's claim for and one against, one struck, and two specialists that speak from the evidence."""
    first = argue(dossier).case[0]
    said = first.model_copy(update={"text": "Rezanol is a thing.", "by": "pharmacology", "model": MODEL})
    against = said.model_copy(update={"text": "Yet it is not.", "stance": Stance.CONTRADICTS})
    members = specialists()
    parts = [claim for name in ("literature", "genetics") for claim in part_of(members[name], dossier)]
    struck = StruckClaim(
        text="It cures all.",
        statement_ids=["nowhere"],
        evidence_ids=[],
        by="pharmacology",
        model=MODEL,
        reasons=[Strike.UNKNOWN_ID, Strike.OVERSTATED],
        explanation="nothing says so",
    )
    turn = Turn(round=0, kind=TurnKind.PROPOSE, by="pharmacology", model=MODEL, text="…", failure=failure)
    return Discussed(
        claims=[] if failure else [said, against, *parts],
        struck=[struck],
        transcript=[turn],
        specialists={
            "pharmacology": MODEL,
            "literature": "evidence-only: asked to",
            "genetics": "evidence-only: asked to",
        },
        judgement=None if failure else Judgement("weak", ["So says the chair."], "chair", MODEL),
        cost=Cost(requests=1),
    )


def test_a_discussion_is_the_case_and_the_evidence_keeps_its_objections(dossier):
    report = assemble(dossier, NAMED, discussed(dossier))
    assert [one.text for one in report.case if one.model] == ["Rezanol is a thing."]
    assert [one.text for one in report.dissent if one.model] == ["Yet it is not."]
    evidence = argue(dossier)
    assert report.contradicting == evidence.contradicting
    assert [one for one in report.dissent if one.by == "evidence"] == evidence.doubts
    # What a stand-in says against it stands among what contradicts, once.
    assert not [one for one in report.dissent if BLOCKS_NOT.statement.id in one.statement_ids and not one.model]
    assert (report.verdict, report.verdict_reasons) == ("weak", ["So says the chair."])
    assert report.with_models


def test_two_stand_ins_that_see_the_same_say_it_once(dossier):
    report = assemble(dossier, NAMED, discussed(dossier))
    told = [(one.text, *one.evidence_ids) for one in report.case if not one.model]
    assert told
    assert len(told) == len(set(told))


def test_struck_claims_are_counted_by_reason_and_stand_nowhere_else(dossier):
    report = assemble(dossier, NAMED, discussed(dossier))
    assert report.struck_counts == {Strike.UNKNOWN_ID: 1, Strike.OVERSTATED: 1}
    assert "It cures all." not in {one.text for one in (*report.case, *report.dissent, *report.contradicting)}
    assert check(report.model_dump(mode="json", by_alias=True)).faults == []


def test_where_every_model_failed_the_evidence_speaks_as_if_none_had_been_asked(dossier):
    failed = assemble(dossier, NAMED, discussed(dossier, failure="timed out"), created=THEN)
    alone = assemble(dossier, NAMED, created=THEN)
    assert (failed.case, failed.dissent, failed.contradicting) == (alone.case, alone.dissent, alone.contradicting)
    assert (failed.verdict, failed.verdict_reasons) == (alone.verdict, alone.verdict_reasons)
    assert not failed.with_models
    assert failed.transcript[0].failure == "timed out"
    assert failed.specialists["pharmacology"] == MODEL
    assert any("No language model" in one for one in failed.not_looked_at)


def test_the_same_values_give_the_same_report(dossier):
    first, second = (assemble(dossier, NAMED, created=THEN) for _ in range(2))
    assert first == second
    assert first.created == "2030-01-02T00:00:00+00:00"


def test_it_says_what_there_is_of_each_kind_of_research(dossier):
    report = assemble(dossier, None)
    told = {row.modality: row for row in report.modalities}
    assert list(told) == list(Modality)
    held = [
        (exhibit.id, one)
        for exhibit in dossier.exhibits.values()
        for one in exhibit.evidence
        if dossier.documents[one.document].modality is Modality.GENOMICS
    ]
    assert told[Modality.GENOMICS].evidence == len(held)
    assert told[Modality.GENOMICS].statements == len({each for each, _ in held})
    assert told[Modality.CLINICAL].text.startswith("No clinical evidence")


def test_it_says_what_was_not_looked_at(dossier, tmp_path):
    told = " ".join(assemble(dossier, None).not_looked_at)
    for part in ("more than 3 hops", "clinical", "retracted", "No language model"):
        assert part in told
    with store_of(tmp_path) as store:
        past = gather(store, snapshot_of(store, 2005), REZANOL, ATAXIA)
    assert "after 2005" in " ".join(assemble(past, None).not_looked_at)
