"""A disk that is really full: a file system of one megabyte, in a namespace of its own that ends with the process."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from isthmus.graph.stores.protocol import StoreFull

# Arguments: the folder to mount on, the graph, the Python, where to write what was said.
FULL_THEN_LARGER = """
mount -t tmpfs -o size=1m tmpfs "$1" || exit 9
store="sqlite:///$1/graph.db"
"$3" -m isthmus ingest "$2" --store "$store" --json > "$4/first.json" 2> "$4/said"
echo $?
"$3" -m isthmus doctor --store "$store" --json > "$4/between.json"
mount -o remount,size=64m "$1"
"$3" -m isthmus ingest "$2" --store "$store" --json > "$4/second.json" 2> "$4/said-again"
echo $?
"$3" -m isthmus doctor --store "$store" --json > "$4/after.json"
true # the doctor calls so small a disk too full, and is right
"""


@pytest.fixture
def private_mounts(tmp_path):
    """Run a shell script with arguments where it may mount what it likes."""
    folder = tmp_path / "mount"
    folder.mkdir()
    unshare = shutil.which("unshare")
    enter = [unshare or "unshare", "--map-root-user", "--mount"]
    if unshare is None or subprocess.run([*enter, "mount", "-t", "tmpfs", "tmpfs", folder], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small file system: allow user namespaces to run this test")

    def run(script, *arguments):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [*enter, "sh", "-c", script, "sh", str(folder), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=120)

    return run


def write_graph(folder, edges):
    nodes = ["id\tcategory\tname", *(f"X:{number}\tbiolink:Gene\tgene {number}" for number in range(100))]
    rows = ["subject\tpredicate\tobject"]
    rows += [f"X:{number % 100}\tbiolink:regulates\tX:{number // 100}" for number in range(edges)]
    (folder / "small_nodes.tsv").write_text("\n".join(nodes) + "\n")
    (folder / "small_edges.tsv").write_text("\n".join(rows) + "\n")
    return folder / "small_edges.tsv"


def test_a_full_disk_loses_nothing_and_the_same_command_completes_it(tmp_path, private_mounts):
    edges = write_graph(tmp_path, 9_000)
    done = private_mounts(FULL_THEN_LARGER, edges, sys.executable, tmp_path)
    assert done.stdout.split() == ["1", "0"]
    said = (tmp_path / "said").read_text().strip().splitlines()[-1]
    assert "no room is left to write" in said
    assert "run it again" in said
    assert "Traceback" not in (tmp_path / "said").read_text()
    between, after = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("between", "after"))
    assert between["counts"]["statements"] == 0, "the part that did not fit left nothing behind"
    assert between["counts"]["entities"] in (0, 100)
    assert after["counts"]["statements"] == 9_000
    undisturbed = tmp_path / "undisturbed.db"
    for command in (["ingest", str(edges)], ["doctor", "--json"]):
        said = subprocess.run(
            [sys.executable, "-m", "isthmus", *command, "--store", f"sqlite:///{undisturbed}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    assert json.loads(said)["graph_hash"] == after["graph_hash"]


def test_a_full_store_ends_the_command_line_with_1():
    assert StoreFull.exit_code == 1
