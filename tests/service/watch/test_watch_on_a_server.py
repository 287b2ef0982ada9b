"""The same life on Neo4j: proposed, kept, watched, confirmed by what came, all of it in the server."""

import pytest
from graph.samples import DRUG_TREATS_ALZHEIMER, paper
from neo4j_server import NEO4J_NAMES
from service.hypotheses.living_graph import PAPERS, kept

from isthmus.graph.stores.open import open_store
from isthmus.service.hypotheses.kept import difference_of, living, move, whole
from isthmus.service.hypotheses.replay import replay
from isthmus.service.hypotheses.status import Status
from isthmus.service.watch.added import add_watch
from isthmus.service.watch.kept import latest_alerts, unpublished, watched_of
from isthmus.service.watch.run import run_watches
from isthmus.service.watch.watch import AlertKind


@pytest.mark.parametrize("name", NEO4J_NAMES)
def test_a_hypothesis_lives_in_the_server(empty_neo4j, tmp_path, name):
    with open_store(empty_neo4j(name).url) as store:
        store.write(PAPERS)
        hypothesis = kept(store, tmp_path).hypothesis.id
        move(store, hypothesis, Status.UNDER_REVIEW, who="Ada")
        assert replay(whole(store, hypothesis)).differences == []
        add_watch(store, lambda curie: None, hypothesis=hypothesis, cache=tmp_path)
        store.write([paper("pmid:9", DRUG_TREATS_ALZHEIMER)])
        (alert,) = run_watches(store, cache=tmp_path).alerts
        assert (alert.kind, alert.proposes) == (AlertKind.CONFIRMED, Status.CONFIRMED)
        assert run_watches(store, cache=tmp_path).alerts == []
        assert latest_alerts(store) == [alert]
        assert unpublished(store) == []
        assert len(watched_of(store)) == 1
        kept(store, tmp_path)
        assert difference_of(store, hypothesis).figures
        assert [event.to for event in living(store, hypothesis).events] == [Status.PROPOSED, Status.UNDER_REVIEW]
