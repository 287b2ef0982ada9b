"""A client that is killed in the middle, and two that write at once: the graph is as if nothing had happened."""

import threading

import pytest
from contents import contents
from processes import start_python
from samples import ALZHEIMER, APP, Claim, citation, paper, table

from isthmus.graph.model import Entity
from isthmus.graph.stores.ledger import Outcome
from isthmus.graph.stores.neo4j import Neo4jStore
from isthmus.graph.vocabulary import Category, Predicate

BATCHES = 6

# What the process that is killed runs: it says when it begins a batch and when that is written.
WRITER = """
import sys
from test_neo4j_interrupted import batches
from isthmus.graph.stores.neo4j import Neo4jStore
with Neo4jStore(sys.argv[1]) as store:
    for number, batch in enumerate(batches()):
        print("begin", number, flush=True)
        store.write(batch)
        print("written", number, flush=True)
"""


def batches():
    """Papers and tables that share entities, statements and cited papers."""
    genes = [Entity(f"G:{number}", f"gene {number}", Category.GENE) for number in range(40)]
    for batch in range(BATCHES):
        papers = [
            paper(f"pmid:{batch}{number}", *_claims(genes, batch + number), names=(APP,), date=f"20{batch:02}")
            for number in range(20)
        ]
        rows = _claims(genes, batch, document="pmid:77", count=200)
        yield [*papers, table(f"sha256:{batch}", *rows, cited=(citation("pmid:77", title=f"v{batch}"),))]


def _claims(genes, first, count=8, document=""):
    return [
        Claim(genes[(first + n) % 40], Predicate.CAUSES, genes[n % 7] if n % 3 else ALZHEIMER, document=document)
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def uninterrupted():
    return {}


@pytest.mark.parametrize("last_words", ["begin 0", "begin 2", "written 3", "begin 5"])
def test_a_killed_ingest_that_is_run_again_gives_the_same_graph(neo4j_server, uninterrupted, last_words):
    expected = uninterrupted.get(neo4j_server.url)
    with Neo4jStore(neo4j_server.url) as store:
        if expected is None:
            for batch in batches():
                store.write(batch)
            expected = uninterrupted[neo4j_server.url] = contents(store, ("pmid:77", "pmid:00"))
            neo4j_server.wipe()
        said = []
        with start_python(WRITER, neo4j_server.url) as writer:
            for line in writer.stdout:
                said.append(line.strip())
                if said[-1] == last_words:
                    writer.kill()
                    break
            assert said[-1:] == [last_words], writer.stderr.read()
        written = int(last_words.split()[1]) + (last_words.startswith("written"))
        outcomes = [{row.outcome for row in store.write(batch).rows} for batch in batches()]
        assert outcomes[:written] == [{Outcome.UNCHANGED}] * written
        assert all(len(outcome) == 1 for outcome in outcomes), "a batch is written whole or not at all"
        assert contents(store, ("pmid:77", "pmid:00")) == expected


def test_two_writers_take_turns(neo4j_server):
    everything = list(batches())
    with Neo4jStore(neo4j_server.url) as one, Neo4jStore(neo4j_server.url) as other:
        for batch in everything:
            one.write(batch)
        expected = contents(one, ("pmid:77",))
        neo4j_server.wipe()
        failed = []

        def write(store, mine):
            try:
                for batch in mine:
                    store.write(batch)
            except Exception as error:
                failed.append(error)

        threads = [
            threading.Thread(target=write, args=(one, everything[::2])),
            threading.Thread(target=write, args=(other, everything[::-1])),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert contents(one, ("pmid:77",)) == expected
