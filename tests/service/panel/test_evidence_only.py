"""The case that the evidence makes by itself: sentences that say what the statements say, no more and no less."""

import re
from dataclasses import replace

import pytest
from service.panel.ataxia import (
    ATAXIA,
    BLOCKS,
    BLOCKS_NOT,
    CALMS,
    DRIVES,
    EVERYTHING,
    LEADS,
    RAISES,
    REZANOL,
    SCAN,
    SHOWS,
    SOURCES,
    SWELLING,
    TREATS_IT_NOT,
    TRIED,
    Said,
    snapshot_of,
    source,
    store_of,
)

from isthmus.graph.model import Entity, Modality, Statement
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.panel.dossier import Role
from isthmus.service.panel.evidence_only import argue, part_of
from isthmus.service.panel.gather import gather
from isthmus.service.panel.report import Stance
from isthmus.service.panel.specialists import specialists
from isthmus.service.panel.wording import VERBS, opened, sentence_of

ENTITIES = {each.id: each for each in EVERYTHING}


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    with store_of(tmp_path_factory.mktemp("case"), SOURCES + TRIED) as store:
        return gather(store, snapshot_of(store), REZANOL, ATAXIA, top=8)


def claims_of(dossier, said):
    told = argue(dossier)
    return [one for one in (*told.case, *told.doubts, *told.contradicting) if said.statement.id in one.statement_ids]


def every_claim(dossier):
    told = argue(dossier)
    return [*told.case, *told.doubts, *told.contradicting]


def test_every_claim_cites_what_it_says_and_quotes_it_verbatim(dossier):
    for claim in every_claim(dossier):
        assert claim.statement_ids
        assert claim.evidence_ids
        held = [dossier.evidence(each) for each in claim.evidence_ids]
        assert all(found is not None and found[0].id in claim.statement_ids for found in held)
        assert any(claim.quote in one.text for _, one in held)
        for asserted, each in zip(claim.asserted, claim.statement_ids, strict=True):
            statement = dossier.exhibits[each].row.statement
            assert (asserted.subject, asserted.predicate, asserted.object) == (
                statement.subject,
                statement.predicate,
                statement.object,
            )
            assert asserted.negated is statement.negated
            for end in (statement.subject, statement.object):
                assert dossier.entities[end].name.lower() in claim.text.lower()


def test_two_papers_of_two_groups_in_mice(dossier):
    [claim] = [one for one in argue(dossier).case if BLOCKS.statement.id in one.statement_ids]
    assert claim.stance is Stance.SUPPORTS
    assert claim.text.endswith("KAPX1 in mice (two papers, 2001 to 2004).")
    assert len(claim.evidence_ids) == 2


def test_what_is_only_supposed_says_may(dossier):
    [claim] = [one for one in argue(dossier).case if RAISES.statement.id in one.statement_ids]
    assert claim.text.startswith("Rezanol may ")
    [mixed] = [one for one in argue(dossier).case if LEADS.statement.id in one.statement_ids]
    assert "may" not in mixed.text
    assert mixed.text.endswith("2005 to 2010; one of two sentences only supposes it).")


def test_a_denial_and_the_other_sign_contradict(dossier):
    against = {each: one for one in argue(dossier).contradicting for each in one.statement_ids}
    assert "does not" in against[BLOCKS_NOT.statement.id].text
    assert against[BLOCKS_NOT.statement.id].asserted[0].negated
    assert CALMS.statement.id in against
    assert against[CALMS.statement.id].text.endswith("Against it stands that KAPX1 activates glial swelling.")
    assert against[CALMS.statement.id].statement_ids == [CALMS.statement.id, DRIVES.statement.id]
    assert TREATS_IT_NOT.statement.id in against
    assert all(one.stance is Stance.CONTRADICTS for one in against.values())


def test_a_retracted_paper_supports_nothing_and_is_named(dossier):
    [lost] = [each.id for each in dossier.exhibits[LEADS.statement.id].evidence if each.document == "pmid:9008"]
    cited = {each: one for one in every_claim(dossier) for each in one.evidence_ids}
    assert cited[lost].stance is Stance.CONTRADICTS
    assert "retracted" in cited[lost].text
    assert not any(lost in one.evidence_ids for one in argue(dossier).case)


def test_doubts_name_what_is_weak(dossier):
    doubts = {one.statement_ids[0]: one.text for one in argue(dossier).doubts}
    assert "only supposed" in doubts[RAISES.statement.id]
    assert "single source" in doubts[RAISES.statement.id]
    switches = [one for one in argue(dossier).doubts if "species" in one.text]
    assert {*switches[0].statement_ids} == {BLOCKS.statement.id, DRIVES.statement.id}
    assert "mice" in switches[0].text
    assert "rats" in switches[0].text


def test_modalities_are_those_of_the_evidence(dossier):
    assert {one.modality for one in claims_of(dossier, SCAN)} == {Modality.IMAGING}
    assert {one.modality for one in claims_of(dossier, SHOWS)} == {Modality.GENOMICS}


def test_one_specialist_speaks_of_what_it_sees(dossier):
    seen = replace(dossier, exhibits={each: one for each, one in dossier.exhibits.items() if one.role is Role.AROUND})
    claims = part_of(specialists()["imaging"], seen)
    assert claims
    assert {one.by for one in claims} == {"imaging"}
    assert {each for one in claims for each in one.statement_ids} <= seen.exhibits.keys()


def test_statements_that_differ_in_their_place_alone_are_one_claim(tmp_path):
    elsewhere = Said(
        SWELLING,
        Predicate.CONTRIBUTES_TO,
        ATAXIA,
        "In rats glial swelling brings sandhill ataxia.",
        context=DRIVES.context,
    )
    with store_of(tmp_path, (*SOURCES, source("pmid:9020", 2015, elsewhere))) as store:
        dossier = gather(store, snapshot_of(store), REZANOL, ATAXIA, top=8)
    [claim] = [one for one in argue(dossier).case if LEADS.statement.id in one.statement_ids]
    assert {*claim.statement_ids} == {LEADS.statement.id, elsewhere.statement.id}
    assert len(claim.asserted) == 2


def test_a_long_passage_is_quoted_where_it_names_both(tmp_path):
    filler = "The weather in the hills was fair and nothing of note was seen by us that week. " * 8
    long = Said(
        SWELLING,
        Predicate.CONTRIBUTES_TO,
        ATAXIA,
        f"{filler}Glial swelling contributes to sandhill ataxia, we think. {filler}".strip(),
    )
    with store_of(
        tmp_path,
        (
            *(one for one in SOURCES if one.document.id not in ("pmid:9006", "pmid:9007")),
            source("pmid:9021", 2015, long),
        ),
    ) as store:
        dossier = gather(store, snapshot_of(store), REZANOL, ATAXIA, top=8)
    [claim] = [one for one in argue(dossier).case if long.statement.id in one.statement_ids]
    assert claim.quote == "Glial swelling contributes to sandhill ataxia, we think."


# -- the words -------------------------------------------------------------------------------------------------------


def test_every_predicate_has_words():
    assert VERBS.keys() == set(Predicate)
    for verb in (one for some in VERBS.values() for one in some):
        word = next(each for each in verb.one.split() if not each.endswith("ly"))
        assert word.endswith("s"), verb
        assert not re.search(r"lys\b|ss\b", verb.one), verb


@pytest.mark.parametrize(
    ("predicate", "negated", "may", "said"),
    [
        (Predicate.INHIBITS, False, False, "rezanol inhibits KAPX1"),
        (Predicate.INHIBITS, True, False, "rezanol does not inhibit KAPX1"),
        (Predicate.INHIBITS, False, True, "rezanol may inhibit KAPX1"),
        (Predicate.INHIBITS, True, True, "rezanol may not inhibit KAPX1"),
        (Predicate.ASSOCIATED_WITH, False, False, "rezanol is associated with KAPX1"),
        (Predicate.ASSOCIATED_WITH, True, False, "rezanol is not associated with KAPX1"),
        (Predicate.HAS_SIDE_EFFECT, False, False, "rezanol has KAPX1 as a side effect"),
        (Predicate.HAS_SIDE_EFFECT, True, False, "rezanol does not have KAPX1 as a side effect"),
        (Predicate.POSITIVELY_CORRELATED_WITH, False, False, "rezanol correlates positively with KAPX1"),
    ],
)
def test_a_sentence(predicate, negated, may, said):
    statement = Statement(REZANOL.id, predicate, "HGNC:990001", negated)
    assert sentence_of(statement, ENTITIES, may=may) == said


def test_several_things_take_a_verb_of_several():
    plaques = Entity("HP:1", "Senile plaques", Category.PHENOTYPIC_FEATURE)
    statement = Statement(plaques.id, Predicate.AFFECTS, REZANOL.id)
    assert sentence_of(statement, {**ENTITIES, plaques.id: plaques}) == "Senile plaques affect rezanol"


def test_a_condition_is_promoted_or_counteracted_not_raised():
    statement = Statement(REZANOL.id, Predicate.DECREASES, ATAXIA.id)
    assert sentence_of(statement, ENTITIES) == "rezanol counteracts sandhill ataxia"
    assert opened(sentence_of(statement, {})) == f"{REZANOL.id} decreases {ATAXIA.id}"
