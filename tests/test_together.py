"""Where several processes test at once, the tests of one file stay with one of them: its fixtures are made once."""

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process tests all")
def test_a_file_stays_with_one_process(request):
    assert request.node.nodeid.endswith("@test_together.py")
