"""The scheduler's log: a line of JSON for each run, with its id, and no secret, whatever a service says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from service.scheduler.literature_server import Fault, LiteratureServer, days_ago

from isthmus.extractors.feeds.feed import FeedKind
from isthmus.graph.stores.open import open_store
from isthmus.service.scheduler.history import history_of
from isthmus.service.scheduler.schedules import add

SECRET = "pubmed-key-of-ours"


def test_each_run_is_a_line_with_its_id_and_a_failure_tells_no_secret(isthmus, tmp_path):
    url, long_ago = f"sqlite:///{tmp_path}/g.sqlite", datetime.now(UTC) - timedelta(days=3)
    with open_store(url) as store, LiteratureServer() as server:
        add(store, "new", FeedKind.PUBMED, "genes", "0 3 * * *", days_ago(3), now=long_ago)
        add(store, "old", FeedKind.BIORXIV, "genes", "0 3 * * *", days_ago(3), now=long_ago)
        server.library.faults.append(Fault("esearch", 400))
        settings = {**server.environment, "ISTHMUS_PUBMED_API_KEY": SECRET, "ISTHMUS_LOG": "json"}
        settings["ISTHMUS_SMTP_PASSWORD"] = "answered 400"  # a word of the service's own that is a secret of ours
        ran = isthmus("schedule", "daemon", "--once", "--metrics-port", "0", "--store", url, **settings)
        [failed], [done] = history_of(store, "new"), history_of(store, "old")
    lines = [json.loads(line) for line in ran.err.splitlines()]
    ended = {line["schedule"]: line for line in lines if "schedule" in line}
    assert ended["old"]["run_id"] == done.run
    assert ended["old"]["outcome"] == done.outcome
    assert (ended["new"]["outcome"], ended["new"]["level"]) == ("failed", "warning")
    assert [line for line in lines if line["message"].startswith("metrics at http://127.0.0.1:")]
    for told in (ran.err, ran.out, failed.reason):
        assert SECRET not in told
        assert "answered 400" not in told
    assert "esearch" in failed.reason
    assert ran.code == 1
