"""A server whose disk fills: told as such, nothing half-written, and it goes on when there is room, without a restart."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCENE = Path(__file__).with_name("on_a_full_disk.py")
ENTER = [shutil.which("unshare") or "unshare", "--map-root-user", "--mount"]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What each request was told: status, type of content, type of problem, what to do."""
    folder = tmp_path_factory.mktemp("full")
    probe = [*ENTER, "mount", "-t", "tmpfs", "tmpfs", str(folder)]
    if shutil.which("unshare") is None or subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small file system: allow user namespaces to run this test")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [*ENTER, sys.executable, str(SCENE), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


def test_what_does_not_fit_is_507_and_says_what_to_do(told):
    status, form, problem, detail = told["full"]
    assert (status, form, problem) == (507, "application/problem+json", "urn:isthmus:problem:store-full")
    assert "free some and run it again" in detail


def test_nothing_of_it_is_written_and_what_was_written_before_is_read(told):
    assert told["kept_while_full"] == told["kept_before"]
    assert told["read_while_full"][0] == told["health_while_full"][0] == 200
    assert told["ready_while_full"][0] == 503


def test_with_room_again_the_same_request_completes_it(told):
    assert told["before"][0] == told["after"][0] == 200
    assert told["kept_after"]["statements"] == told["kept_before"]["statements"] + 1


def test_a_full_cache_is_done_without(told):
    assert told["cache_full"][0] == 200


def test_a_full_folder_for_what_is_sent_is_507_and_the_next_request_is_served(told):
    status, _, problem, detail = told["no_room_for_what_is_sent"]
    assert (status, problem) == (507, "urn:isthmus:problem:disk-full")
    assert "make room" in detail
    assert told["health_after"][0] == told["room_again"][0] == 200
