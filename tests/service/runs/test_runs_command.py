"""``isthmus runs`` and ``ingest --resume``, as they are used."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from service.conftest import Ran
from typer.testing import CliRunner

from isthmus.errors import IsthmusError
from isthmus.graph.stores.ledger import Outcome
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.cli import app
from isthmus.service.runs.record import RunState, all_runs


@pytest.fixture
def cli():
    """As ``isthmus``, in this process: the readers stay warm."""

    def run(*arguments):
        done = CliRunner().invoke(app, [str(each) for each in arguments])
        if isinstance(done.exception, IsthmusError):
            return Ran(done.exception.exit_code, done.stdout, str(done.exception))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "in"
    made.mkdir()
    for number in range(3):
        (made / f"note{number}.txt").write_text(f"Metformin activates PRKAA1 in mouse number {number}.\n")
    (made / "paper.pdf").write_bytes(b"%PDF-1.7")
    return made


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/g.sqlite"


def test_a_run_is_listed_shown_and_what_failed_is_read_again(cli, folder, url):
    ran = cli("ingest", folder, "--store", url, "--json")
    assert ran.code == 1
    summary = json.loads(ran.out)
    [run] = json.loads(cli("runs", "list", "--store", url, "--json").out)
    assert run["id"] == summary["run"]
    assert (run["state"], run["trigger"], run["counts"]["written"], run["counts"]["failed"]) == (
        "partly_failed",
        "command",
        3,
        1,
    )
    shown = json.loads(cli("runs", "show", run["id"], "--outcome", "failed", "--store", url, "--json").out)
    [row] = shown["documents"]
    assert (row["source"], row["outcome"]) == ("paper.pdf", "failed")
    assert "PDF" in row["reason"]
    text = cli("runs", "show", run["id"], "--store", url).out
    assert "paper.pdf is a PDF" in text
    assert str(folder) not in text

    (folder / "paper.pdf").write_text("Aspirin inhibits COX-2.\n")
    again = cli("runs", "retry", run["id"], "--store", url)
    assert again.code == 0, again.err
    assert "has changed since" in again.err
    newest, _ = json.loads(cli("runs", "list", "--store", url, "--json").out)
    assert (newest["state"], newest["asked"]["retries"]) == ("done", run["id"])
    with SqliteStore(folder.parent / "g.sqlite") as store:
        assert not store.find_ledger_rows(outcome=Outcome.FAILED).items


def test_mistakes_are_told_with_what_to_do(cli, folder, url):
    (folder / "paper.pdf").unlink()
    assert cli("ingest", folder, "--store", url).code == 0
    for arguments, told in (
        (("runs", "show", "nope"), "no run 'nope'"),
        (("runs", "list", "--state", "soon"), "none of running"),
        (("ingest", "--resume"), "no run was interrupted"),
        (("ingest", folder, "--resume"), "leave the paths out"),
        (("ingest",), "name the files"),
    ):
        ran = cli(*arguments, "--store", url)
        assert ran.code == 2, arguments
        assert told in ran.err.replace("\n", " "), arguments
    [run] = json.loads(cli("runs", "list", "--store", url, "--json").out)
    refused = cli("runs", "retry", run["id"], "--store", url)
    assert refused.code == 2
    assert "has nothing failed or quarantined" in refused.err
    empty = json.loads(cli("ingest", folder, "--store", url, "--json").out)
    assert (empty["unchanged"], empty["written"]) == (3, 0)
    assert "nothing new" in cli("runs", "show", empty["run"], "--store", url).out


@pytest.mark.slow
def test_a_run_that_was_killed_is_gone_on_with(isthmus, folder, url, tmp_path):
    (folder / "paper.pdf").unlink()
    for number in range(150):
        (folder / f"more{number:03d}.txt").write_text(
            f"SNCA binds LRRK2 in neurons of culture {number}, and TNF activates NFKB1.\n"
        )
    command = [sys.executable, "-m", "isthmus", "ingest", str(folder), "--store", url]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, "ISTHMUS_WORKERS": "1"}) as process:
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
            if (tmp_path / "g.sqlite").exists():
                try:
                    with SqliteStore(tmp_path / "g.sqlite", create=False) as store:
                        if store.counts().documents:
                            break
                except Exception:  # not whole yet
                    continue
        process.kill()
        assert process.wait() == -signal.SIGKILL
    with SqliteStore(tmp_path / "g.sqlite") as store:
        [cut] = all_runs(store)
        assert cut.state is RunState.INTERRUPTED
        assert "--resume" in cut.reason
    ran = isthmus("ingest", "--resume", "--store", url)
    assert ran.code == 0, ran.err
    assert f"run {cut.id} had read" in ran.err
    whole = f"sqlite:///{tmp_path}/whole.sqlite"
    assert isthmus("ingest", folder, "--store", whole).code == 0
    with SqliteStore(tmp_path / "g.sqlite") as one, SqliteStore(tmp_path / "whole.sqlite") as other:
        assert one.graph_hash() == other.graph_hash()
        assert [run.state for run in all_runs(one)] == [RunState.DONE, RunState.INTERRUPTED]
