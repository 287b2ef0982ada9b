"""Jobs and idempotency keys over a store that several servers share."""

import neo4j_server as neo4j_server_module
from service.jobs.events_read import events_of
from starlette.testclient import TestClient

from isthmus.service.api.app import create_app
from isthmus.service.backup.archive_file import open_archive


def test_two_servers_over_one_neo4j_share_jobs_and_answers(empty_neo4j, story, cache, tmp_path):
    url = empty_neo4j(neo4j_server_module.NEO4J_NAMES[0]).url
    key = {"Idempotency-Key": "one"}
    with TestClient(create_app(url)) as here, TestClient(create_app(url)) as there:
        files = [("file", (file.name, file.read_bytes())) for file in sorted(story.iterdir(), reverse=True)]
        sent = here.post("/api/v1/documents", files=files, headers={"Prefer": "respond-async"})
        end = list(events_of(there.get(f"{sent.headers['location']}/events").text.splitlines()))[-1]
        assert (end.job["state"], end.job["summary"]["written"]) == ("done", 1), end
        asked = {"kind": "backup", "parameters": {}}
        twice = [client.post("/api/v1/jobs", json=asked, headers=key).json() for client in (here, there)]
        assert twice[0] == twice[1]
        at = f"/api/v1/jobs/{twice[0]['id']}"
        end = list(events_of(there.get(f"{at}/events").text.splitlines()))[-1]
        assert (end.job["state"], end.job["summary"]["form"]) == ("done", "archive"), end
        assert [job["kind"] for job in there.get("/api/v1/jobs").json()["items"]] == ["backup", "ingest"]
        file = tmp_path / end.job["file"]
        file.write_bytes(here.get(f"{at}/result").content)
    with open_archive(file) as archive:
        assert archive.manifest.graph_hash == end.job["summary"]["graph_hash"]
