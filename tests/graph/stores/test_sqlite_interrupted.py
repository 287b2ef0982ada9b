"""A process that is killed while it writes: run again, the graph is that of an uninterrupted run."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from contents import contents
from samples import ALZHEIMER, APP, Claim, citation, paper, table

from isthmus.graph.model import Entity
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.vocabulary import Category, Predicate

DOCUMENTS = ("pmid:77", "pmid:00", "pmid:11")

# Counts the SQL statements of the writing connection and kills itself, as kill -9 does, at the one that was asked for.
# 0 counts to the end and says how many there were.
WRITER = """
import os, signal, sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from test_sqlite_interrupted import batches
from isthmus.graph.stores.sqlite import SqliteStore
at, seen = int(sys.argv[2]), 0
def count(_):
    global seen
    seen += 1
    if seen == at:
        os.kill(os.getpid(), signal.SIGKILL)
with SqliteStore(Path(sys.argv[1])) as store:
    store._connections._writer.set_trace_callback(count)
    for batch in batches():
        store.write(batch)
print(seen)
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


def write_in_a_process(path: Path, kill_at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(kill_at), str(Path(__file__).parent)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What an uninterrupted run leaves, and how many SQL statements it takes."""
    path = tmp_path_factory.mktemp("undisturbed") / "graph.db"
    done = write_in_a_process(path, 0)
    assert done.returncode == 0, done.stderr
    with SqliteStore(path) as store:
        return contents(store, DOCUMENTS), int(done.stdout)


@pytest.mark.parametrize("fraction", [0.0, 0.15, 0.3, 0.5, 0.65, 0.8, 0.99])
def test_a_killed_ingest_that_is_run_again_gives_the_same_graph(tmp_path, undisturbed, fraction):
    expected, statements = undisturbed
    path = tmp_path / "graph.db"
    killed = write_in_a_process(path, max(1, int(statements * fraction)))
    assert killed.returncode == -signal.SIGKILL
    with SqliteStore(path) as store:
        for batch in batches():
            assert len({row.outcome for row in store.write(batch).rows}) == 1, "a batch is there whole or not at all"
        assert contents(store, DOCUMENTS) == expected


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
        readers = [
            subprocess.Popen([sys.executable, "-c", READER, url], stderr=subprocess.PIPE, text=True) for _ in range(2)
        ]
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
    here = str(Path(__file__).resolve().parent.parent)
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {here!r})\n{OPENER}", url]
    openers = [subprocess.Popen([*command, f"pmid:{n}"], stderr=subprocess.PIPE, text=True) for n in range(6)]
    for opener in openers:
        _, said = opener.communicate(timeout=60)
        assert opener.returncode == 0, said
    with open_store(url) as store:
        assert store.counts().documents == 6
        assert [row.evidence_count for row in store.all_statements()] == [6]
