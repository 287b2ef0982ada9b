"""The ledger in every store: what was read by which run, what that took, and what a better extractor makes of it."""

from dataclasses import replace

import pytest
from contents import contents
from samples import APP_CAUSES_ALZHEIMER, BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, paper

from isthmus.graph.stores.archive import archive_of
from isthmus.graph.stores.ledger import Effort, LedgerRow, Outcome
from isthmus.graph.stores.protocol import BadCursor
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind

CUTS, INHIBITS = BACE1_CUTS_APP.statement.id, DRUG_INHIBITS_BACE1.statement.id


def walk(store, limit, **asked):
    found, cursor = [], ""
    while True:
        page = store.find_ledger_rows(limit=limit, cursor=cursor, **asked)
        assert len(page.items) <= limit
        found += page.items
        cursor = page.cursor
        if not cursor:
            return found


def by_better(extraction):
    """The same as another version of the extractor gives it."""
    evidence = tuple(replace(each, extractor="better/2") for each in extraction.evidence)
    return replace(extraction, extractor="better/2", evidence=evidence)


@pytest.fixture
def filled(store):
    """Nine papers by two runs, one that failed and one in quarantine."""
    for number in range(9):
        run = "first" if number < 6 else "second"
        extraction = paper(f"pmid:{number}", BACE1_CUTS_APP)
        extraction = replace(extraction, document=replace(extraction.document, source=f"file{number % 2}.xml"))
        store.write([extraction], run=run, efforts={f"pmid:{number}": Effort(number / 2, 10 * number, number / 100)})
    store.record(
        [
            LedgerRow("file0.xml#12", 0, Outcome.FAILED, "no title", source="file0.xml", run="second"),
            LedgerRow(
                "pmid:99", 0, Outcome.QUARANTINED, "it took longer than 60 s", "d", "x/1", "file1.xml", run="second"
            ),
        ]
    )
    return store


def test_a_row_tells_the_run_and_what_it_took(filled):
    [row] = filled.ledger(["pmid:7"]).values()
    assert (row.run, row.seconds, row.tokens, row.money) == ("second", 3.5, 70, 0.07)
    document = filled.documents(["pmid:7"])["pmid:7"]
    assert (row.characters, row.sections) == (
        len(document.title) + sum(len(each.text) for each in document.sections),
        len(document.sections),
    )


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_rows_are_found_by_run_outcome_and_source_page_by_page(filled, limit):
    everything = walk(filled, limit)
    assert [row.document for row in everything] == ["file0.xml#12", *(f"pmid:{n}" for n in range(9)), "pmid:99"]
    for name, values in {
        "run": ["first", "second", "", "nobody"],
        "outcome": list(Outcome),
        "source": ["file0.xml", "file1.xml", "\ud800"],
        "document": ["pmid:3", "pmid:404"],
    }.items():
        for value in values:
            assert walk(filled, limit, **{name: value}) == [row for row in everything if getattr(row, name) == value]
    both = walk(filled, limit, run="second", source="file1.xml", outcome=Outcome.QUARANTINED)
    assert [row.document for row in both] == ["pmid:99"]


@pytest.mark.parametrize("cursor", ["x", "bGVkZ2Vy", "bGVkZ2VyOng"])
def test_a_cursor_of_something_else_is_refused(filled, cursor):
    with pytest.raises(BadCursor):
        filled.find_ledger_rows(cursor=cursor)


def test_parts_of_a_long_document_keep_their_order(store):
    long = paper("sha256:1", BACE1_CUTS_APP)
    store.write([replace(long, part=part) for part in (10, 2, 0)], run="r")
    assert [row.part for row in walk(store, 1, run="r")] == [0, 2, 10]


def test_what_is_unchanged_stays_with_the_run_that_read_it(filled):
    [row] = filled.ledger(["pmid:1"]).values()
    extraction = paper("pmid:1", BACE1_CUTS_APP)
    extraction = replace(extraction, document=replace(extraction.document, source="file1.xml"))
    [again] = filled.write([extraction], run="third", efforts={"pmid:1": Effort(9.0)}).rows
    assert again == replace(row, outcome=Outcome.UNCHANGED)
    assert filled.ledger(["pmid:1"]) == {("pmid:1", 0): row}


def test_a_failure_that_is_none_any_more_is_forgotten_and_nothing_else(filled):
    before = contents(filled)
    filled.forget_failures(["file0.xml#12", "pmid:1", "pmid:99", "nowhere", "\ud800"])
    assert [row.document for row in walk(filled, 5)] == [*(f"pmid:{n}" for n in range(9)), "pmid:99"]
    assert contents(filled) == before


def test_what_is_quarantined_keeps_what_was_read_of_it_before(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    before = contents(store)
    store.record([LedgerRow("pmid:1", 0, Outcome.QUARANTINED, "it ended the process", "newer", "x/1", run="r")])
    assert contents(store) == before
    [row] = store.write([paper("pmid:1", BACE1_CUTS_APP)]).rows  # once it is read again it is no longer quarantined
    assert (row.outcome, contents(store)) == (Outcome.WRITTEN, before)


def test_runs_and_efforts_are_no_part_of_the_graph(empty_store):
    plain, told = [], []
    for efforts, found in (({}, plain), ({"pmid:1": Effort(5.0, 7, 0.1)}, told)):
        store = empty_store()
        store.write([paper("pmid:1", BACE1_CUTS_APP)], run="r" if efforts else "", efforts=efforts)
        found += [contents(store), store.version()]
    assert plain == told


def test_an_archive_holds_the_ledger_whole(filled):
    def taken(everything):
        return sorted(
            [*everything.ledger(), *(reading.ledger for reading in everything.readings())],
            key=lambda row: (row.document, row.part),
        )

    assert archive_of(filled).read(taken) == walk(filled, 100)


# -- a better extractor -------------------------------------------------------------------------------------------


def verdict(target, kind=VerdictKind.CORRECT, about=VerdictAbout.STATEMENT):
    return Verdict(target=target, about=about, kind=kind, reviewer="Ada", at="2026-03-01T09:00:00.000000+00:00")


def test_a_better_extractor_takes_the_place_of_the_old_one_as_if_it_alone_had_read(empty_store):
    better = [by_better(paper("pmid:1", BACE1_CUTS_APP)), by_better(paper("pmid:2", BACE1_CUTS_APP))]
    alone = empty_store()
    alone.write(better)
    wanted = contents(alone)
    store = empty_store()
    store.write([paper("pmid:1", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1), paper("pmid:2", APP_CAUSES_ALZHEIMER)])
    assert {row.outcome for row in store.write(better).rows} == {Outcome.WRITTEN}
    assert contents(store) == wanted
    assert {each.extractor for each in store.all_evidence()} == {"better/2"}


def test_a_verdict_counts_for_what_a_better_extractor_says(empty_store):
    better = by_better(paper("pmid:1", BACE1_CUTS_APP))
    alone = empty_store()
    alone.write([better])
    unjudged = alone.statements([CUTS])[CUTS].belief
    store = empty_store()
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    store.put_verdict(verdict(CUTS))
    store.write([better])
    assert store.verdicts() == [verdict(CUTS)]
    judged = store.statements([CUTS])[CUTS].belief
    assert judged > unjudged
    assert store.delete_verdict(verdict(CUTS).id)
    assert store.statements([CUTS])[CUTS].belief == pytest.approx(unjudged, abs=1e-12)


def test_a_verdict_outlives_its_statement_and_counts_when_that_comes_back(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1)])
    store.put_verdict(verdict(INHIBITS, VerdictKind.WRONG_RELATION))
    judged = store.statements([INHIBITS])[INHIBITS].belief
    store.write([by_better(paper("pmid:1", BACE1_CUTS_APP))])
    assert store.statements([INHIBITS]) == {}  # nobody says so any more
    assert store.verdicts(targets=[INHIBITS]) == [verdict(INHIBITS, VerdictKind.WRONG_RELATION)]
    store.write([paper("pmid:1", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1)])
    assert store.statements([INHIBITS])[INHIBITS].belief == pytest.approx(judged, abs=1e-12)
