"""Long questions that nobody waits for any more: given up at a checkpoint, and none the worse when they are asked again."""

from collections.abc import Iterator

import pytest

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Store
from isthmus.service.backtests import answer_backtest
from isthmus.service.gaps import answer_bridges, answer_gaps
from isthmus.service.pair_scores import answer_scores
from isthmus.steps import heeding

PAIRS = [(f"CHEBI:{900000 + drug}", f"MONDO:{900000 + disease}") for drug in range(6) for disease in range(6)]
QUESTIONS = {
    "backtest": lambda store, snapshot: answer_backtest(store, snapshot, 2005),
    "gaps": answer_gaps,
    "bridges": lambda store, snapshot: answer_bridges(store, snapshot, "sleep", "pain", lambda _: None),
    "scores": lambda store, snapshot: answer_scores(PAIRS, store, snapshot, lambda _: None),
}


class Enough(Exception):
    """Nobody waits any more."""


class Heed:
    """Goes away at the checkpoint of this number, 0 for never."""

    def __init__(self, last=0):
        self.told, self.last = [], last

    def __call__(self, doing, done, of):
        assert 0 <= done <= of
        self.told.append(doing)
        if len(self.told) == self.last:
            raise Enough


@pytest.fixture(scope="module")
def dated(dated_store) -> Iterator[Store]:
    with open_store(dated_store, create=False) as store:
        yield store


@pytest.mark.parametrize("name", QUESTIONS)
def test_one_that_is_given_up_anywhere_is_answered_the_next_time_as_if_it_had_not_been(dated, name):
    ask, columns = QUESTIONS[name], dated.columns()
    with heeding(listening := Heed()):
        undisturbed = ask(dated, Snapshot.from_columns(columns))
    checkpoints = len(listening.told)
    assert checkpoints > 3, listening.told
    snapshot = Snapshot.from_columns(columns)
    for last in sorted({1, 2, checkpoints // 2, checkpoints}):  # each goes on from what the one before had finished
        with heeding(Heed(last)):
            try:
                ask(dated, snapshot)
            except Enough:
                continue
    assert ask(dated, snapshot) == undisturbed


def test_nobody_is_asked_outside_the_block(dated):
    heed = Heed(1)
    with heeding(heed), pytest.raises(Enough):
        answer_gaps(dated, Snapshot.from_columns(dated.columns()))
    answer_gaps(dated, Snapshot.from_columns(dated.columns()))
    assert len(heed.told) == 1
