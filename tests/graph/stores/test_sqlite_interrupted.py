"""A process that is killed while it writes: run again, the graph is that of an uninterrupted run."""

import shutil
import signal
from pathlib import Path
from random import Random

import pytest
from contents import contents
from processes import start_python
from samples import ALZHEIMER, APP, Claim, citation, paper, table

from isthmus.graph.model import Entity
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.vocabulary import Category, Predicate

DOCUMENTS = ("pmid:77", "pmid:00", "pmid:11")

# Counts the steps of SQLite's engine on the writing connection and kills itself, as kill -9 does, at the one that was
# asked for: between two rows of a statement, between two statements, in the middle of a commit. 0 counts to the end and
# says how many steps there were.
WRITER = """
import os, signal, sys
from pathlib import Path
from test_sqlite_interrupted import batches
from isthmus.graph.stores.sqlite import SqliteStore
at, seen = int(sys.argv[2]), 0
def count():
    global seen
    seen += 1
    if seen == at:
        os.kill(os.getpid(), signal.SIGKILL)
store = SqliteStore(Path(sys.argv[1]))
store._connections._writer.set_progress_handler(count, 1)
for batch in batches():
    store.write(batch)
print(seen)
if at < 0:
    os.kill(os.getpid(), signal.SIGKILL)
"""


def batches():
    """Papers that are revised, and tables that cite them, so that every kind of row is written and removed."""
    genes = [Entity(f"G:{number}", f"gene {number}", Category.GENE) for number in range(12)]

    def claims(first, document=""):
        return [
            Claim(genes[(first + n) % 12], Predicate.CAUSES, genes[n] if n % 2 else ALZHEIMER, document=document)
            for n in range(5)
        ]

    for number in range(3):
        papers = [
            paper(f"pmid:{each}{each}", *claims(number + each), names=(APP,), date=f"200{number}") for each in (0, 1)
        ]
        rows = claims(number, document="pmid:77")
        yield [*papers, table(f"sha256:{number}", *rows, cited=(citation("pmid:77", title=f"v{number}"),))]


def write_in_a_process(path: Path, kill_at: int) -> tuple[int, str, str]:
    """Exit status, what it printed, what it complained of."""
    with start_python(WRITER, path, kill_at) as writer:
        printed, complained = writer.communicate(timeout=60)
        return writer.returncode, printed, complained


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What an uninterrupted run leaves after each batch, from none to all of them."""
    with SqliteStore(tmp_path_factory.mktemp("undisturbed") / "graph.db") as store:
        states = [contents(store, DOCUMENTS)]
        for batch in batches():
            store.write(batch)
            states.append(contents(store, DOCUMENTS))
        return states


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """How many steps of the engine an uninterrupted run takes."""
    status, printed, complained = write_in_a_process(tmp_path_factory.mktemp("steps") / "graph.db", 0)
    assert status == 0, complained
    return int(printed)


@pytest.mark.parametrize("seed", range(10))
def test_a_killed_ingest_that_is_run_again_gives_the_same_graph(tmp_path, undisturbed, steps, seed):
    path = tmp_path / "graph.db"
    status, _, complained = write_in_a_process(path, Random(seed).randrange(1, steps))
    assert status == -signal.SIGKILL, complained
    with SqliteStore(path) as store:
        assert contents(store, DOCUMENTS) in undisturbed, "a batch is there whole or not at all"
        for batch in batches():
            store.write(batch)
        assert contents(store, DOCUMENTS) == undisturbed[-1]


def test_a_log_that_was_cut_off_anywhere_loses_whole_writes_only(tmp_path, undisturbed):
    """As when the machine goes down: of what was written last, only the beginning is on the disk."""
    source = tmp_path / "source.db"
    status, _, complained = write_in_a_process(source, -1)
    assert status == -signal.SIGKILL, complained
    log = (tmp_path / "source.db-wal").read_bytes()
    generator, seen = Random(0), set()
    for number in range(24):
        path = tmp_path / f"{number}.db"
        shutil.copy(source, path)
        (tmp_path / f"{number}.db-wal").write_bytes(log[: generator.randrange(len(log) + 1)])
        with SqliteStore(path) as store:
            seen.add(undisturbed.index(contents(store, DOCUMENTS)))
            for batch in batches():
                store.write(batch)
            assert contents(store, DOCUMENTS) == undisturbed[-1]
    assert seen >= {0, 1, 2}, "the cuts fell into every batch"


# Each batch adds ten statements, each with one piece of evidence: a reader that sees anything else sees half a write.
READER = """
import sys
from isthmus.graph.stores.open import open_store
with open_store(sys.argv[1], create=False) as store:
    statements = 0
    while statements < 200:
        columns = store.columns()
        statements = len(columns.statement_ids)
        assert statements % 10 == 0, statements
        assert len(columns.evidence_score) == statements
        assert len(list(store.all_statements())) % 10 == 0
        assert store.counts().statements % 10 == 0
"""


def test_several_processes_read_whole_writes_while_one_writes(tmp_path):
    url = f"sqlite:///{tmp_path}/graph.db"
    with open_store(url) as store:
        readers = [start_python(READER, url) for _ in range(2)]
        for batch in range(20):
            genes = [Entity(f"G:{batch}-{number}", f"gene {batch} {number}", Category.GENE) for number in range(10)]
            store.write([paper(f"pmid:{batch}", *(Claim(gene, Predicate.CAUSES, ALZHEIMER) for gene in genes))])
        for reader in readers:
            _, said = reader.communicate(timeout=60)
            assert reader.returncode == 0, said


OPENER = """
import sys
from samples import BACE1_CUTS_APP, paper
from isthmus.graph.stores.open import open_store
with open_store(sys.argv[1]) as store:
    store.write([paper(sys.argv[2], BACE1_CUTS_APP)])
"""


def test_processes_that_make_the_same_store_at_once_take_turns(tmp_path):
    url = f"sqlite:///{tmp_path}/new/graph.db"
    openers = [start_python(OPENER, url, f"pmid:{number}") for number in range(6)]
    for opener in openers:
        _, said = opener.communicate(timeout=60)
        assert opener.returncode == 0, said
    with open_store(url) as store:
        assert store.counts().documents == 6
        assert [row.evidence_count for row in store.all_statements()] == [6]
