"""Long work by REST: what each kind of job makes is what its command and its route make."""

import io
import json
import tarfile
import zipfile

import pytest
from service.jobs.events_read import events_of

from isthmus.graph.stores.open import open_store
from isthmus.service.api.examples import DISEASE, DRUG
from isthmus.service.jobs.asked import EXAMPLES
from isthmus.service.jobs.folder import folder_of

TEXT = "Metformin activates AMPK.\n\nIn our mice metformin activated AMPK. It did not inhibit mTOR.\n"


@pytest.fixture(scope="module")
def done(client):
    """Hand a job in, follow it to its end, and give its last state."""

    def run(kind, **parameters):
        sent = client.post("/api/v1/jobs", json={"kind": kind, "parameters": parameters})
        assert sent.status_code == 202, sent.text
        assert sent.headers["location"] == f"/api/v1/jobs/{sent.json()['id']}"
        return followed(client, sent)

    return run


def followed(client, sent):
    told = list(events_of(client.get(f"{sent.headers['location']}/events").text.splitlines()))
    assert [event.name for event in told] == ["progress"] * (len(told) - 1) + ["end"]
    assert [event.id for event in told] == sorted({event.id for event in told})
    last = told[-1].job
    assert last == client.get(sent.headers["location"]).json()
    return last


def result_of(client, job):
    return client.get(f"/api/v1/jobs/{job['id']}/result")


def refused(response, status, kind):
    assert (response.status_code, response.json()["type"]) == (status, f"urn:isthmus:problem:{kind}"), response.text
    return response


@pytest.mark.parametrize("archive", ["zip", "tar"])
def test_an_export_is_the_one_of_the_command_in_an_archive(client, done, isthmus, url, tmp_path, archive):
    job = done("export", format="kgx", archive=archive)
    assert (job["state"], job["share"], job["steps"]) == ("done", 1.0, "known"), job
    assert isthmus("export", "--out", tmp_path, "--store", url).code == 0
    response = result_of(client, job)
    assert response.headers["content-disposition"] == f'attachment; filename="{job["file"]}"'
    assert len(response.content) == job["bytes"]
    if archive == "zip":
        packed = zipfile.ZipFile(io.BytesIO(response.content))
        found = {name.rpartition("/")[2]: packed.read(name) for name in packed.namelist()}
    else:
        with tarfile.open(fileobj=io.BytesIO(response.content)) as packed:
            found = {name.rpartition("/")[2]: packed.extractfile(name).read() for name in packed.getnames()}
    assert found == {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert sorted(job["summary"]["files"]) == sorted(found)


@pytest.mark.parametrize("form", ["copy", "archive"])
def test_a_backup_can_be_restored(client, done, isthmus, url, tmp_path, form):
    job = done("backup", form=form)
    assert job["state"] == "done", job
    file = tmp_path / job["file"]
    file.write_bytes(result_of(client, job).content)
    restored = f"sqlite:///{tmp_path / 'restored.sqlite'}"
    assert isthmus("restore", file, "--store", restored).code == 0
    with open_store(url) as before, open_store(restored) as after:
        assert before.graph_hash() == after.graph_hash() == job["summary"]["graph_hash"]


def test_what_is_asked_of_the_graph_is_answered_as_its_route_does(client, done):
    for kind, parameters, route, query in (
        ("backtest", {"cut": 2007, "until": 2010}, "backtest", "cut=2007&until=2010"),
        ("gaps", {"a": "Drug", "b": "Disease"}, "gaps", "a=Drug&b=Disease"),
    ):
        job = done(kind, **parameters)
        assert (job["state"], job["share"], job["steps"]) == ("done", 1.0, "unknown"), job
        assert result_of(client, job).json() == client.get(f"/api/v1/{route}?{query}").json()
    score = done("score", pairs=[{"a": DRUG, "c": DISEASE}, {"a": DRUG, "c": "nobody"}])
    pairs = {"pairs": [{"a": DRUG, "c": DISEASE}, {"a": DRUG, "c": "nobody"}]}
    assert result_of(client, score).json() == client.post("/api/v1/score", json=pairs).json()
    proposed = result_of(client, done("propose", **{"from": DRUG, "to": DISEASE})).json()
    assert proposed["claim"] == client.post("/api/v1/proposals", json={"from": DRUG, "to": DISEASE}).json()["claim"]


def test_rows_are_judged_as_the_route_does_even_with_half_a_character(client, done):
    row = {"text": "Metformin activated AMPK.", "subject": "metformin", "predicate": "activates", "object": "AMPK"}
    rows = [row, {"text": 1}, {**row, "note": "\ud800"}]
    body = json.dumps({"kind": "verify", "parameters": {"rows": rows}})
    sent = client.post("/api/v1/jobs", content=body, headers={"content-type": "application/json"})
    told = json.loads(result_of(client, followed(client, sent)).content)
    judged = client.post("/api/v1/verify", json={"rows": rows[:2]}).json()
    assert told["rows"][0] == judged["rows"][0]
    assert told["rows"][1]["note"] == "\ud800"
    assert told["problems"] == judged["problems"]
    assert client.get(sent.headers["location"]).json()["parameters"] == {"rows": 3}


def test_documents_are_read_by_a_job_and_what_was_sent_is_let_go_of(client, done, cache):
    document = {"id": "lab:note-1", "text": "Metformin activated PRKAA1 in cultured neurons."}
    job = done("ingest", documents=[document])
    told = result_of(client, job).json()
    assert (job["state"], told["written"], told["run"]) == ("done", 1, job["summary"]["run"]), job
    assert client.get(f"/api/v1/runs/{told['run']}").json()["trigger"] == "rest"
    assert client.get("/api/v1/documents/lab:note-1").status_code == 200
    assert job["parameters"] == {"documents": 1, "as": None, "profile": "default"}
    left = [file.name for file in folder_of(job["id"]).path.rglob("*") if file.is_file()]
    assert left == ["result.json"]
    assert all((each.stat().st_mode & 0o077) == 0 for each in (cache / "jobs").iterdir())


def test_files_sent_to_documents_become_a_job_where_that_is_preferred(client):
    files = [("file", ("a.txt", TEXT)), ("file", ("b.txt", "Nothing.\n\nNothing at all."))]
    sent = client.post("/api/v1/documents", files=files, headers={"Prefer": "wait=5, respond-async"})
    assert (sent.status_code, sent.headers["preference-applied"]) == (202, "respond-async")
    job = followed(client, sent)
    told = result_of(client, job).json()
    assert (told["read"], told["failed"], job["parameters"]["files"]) == (2, 0, 2)
    now = client.post("/api/v1/documents", files=files)
    assert (now.status_code, now.json()["unchanged"]) == (200, 2)


def test_a_job_that_cannot_be_done_says_why_and_has_no_result(client, done):
    job = done("propose", **{"from": "nobody", "to": DISEASE})
    assert (job["state"], job["file"]) == ("failed", "")
    assert "nobody" in job["message"]
    assert "nobody" in refused(result_of(client, job), 409, "no-result-yet").json()["detail"]
    assert not folder_of(job["id"]).path.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "restore"},
        {"kind": "export", "parameters": {"format": "xml"}},
        {"kind": "export", "parameters": {"out": "/etc"}},
        {"kind": "gaps", "parameters": {"a": "Drug"}},
        {"kind": "backtest"},
        {"kind": "score", "parameters": {"pairs": []}},
        {},
        [],
    ],
    ids=["kind", "format", "folder", "half", "cut", "none", "nothing", "list"],
)
def test_what_is_no_job_is_refused_before_it_is_one(client, body):
    before = len(client.get("/api/v1/jobs").json()["items"])
    refused(client.post("/api/v1/jobs", json=body), 422, "bad-request")
    assert len(client.get("/api/v1/jobs").json()["items"]) == before


def test_an_ingest_of_nothing_is_refused(client):
    for parameters in ({}, {"documents": []}):
        refused(client.post("/api/v1/jobs", json={"kind": "ingest", "parameters": parameters}), 422, "nothing-to-read")


def test_the_list_is_the_newest_first_in_pages_and_as_a_table(client, done):
    made = [done("gaps", a="Drug", b="Disease")["id"] for _ in range(3)]
    seen, cursor = [], ""
    while True:
        page = client.get(f"/api/v1/jobs?limit=2&cursor={cursor}").json()
        seen += [job["id"] for job in page["items"]]
        if not (cursor := page["cursor"]):
            break
    assert seen[:3] == made[::-1]
    assert len(seen) == len(set(seen))
    rows = client.get("/api/v1/jobs?format=tsv&limit=2").text.splitlines()
    assert [row.split("\t")[0] for row in rows] == ["id", *seen[:2]]
    failed = client.get("/api/v1/jobs?state=failed").json()["items"]
    assert {job["state"] for job in failed} <= {"failed"}


def test_who_has_seen_the_end_is_told_not_to_come_back(client, done):
    job = done("gaps", a="Drug", b="Disease")
    at = f"/api/v1/jobs/{job['id']}/events"
    [end] = events_of(client.get(at, headers={"Last-Event-ID": "1"}).text.splitlines())
    assert (end.name, end.job) == ("end", job)
    assert client.get(at, headers={"Last-Event-ID": str(end.id)}).status_code == 204
    [again] = events_of(client.get(at, headers={"Last-Event-ID": "nonsense"}).text.splitlines())
    assert again == end


@pytest.mark.parametrize("rest", ["", "/events", "/result", "/cancel"])
@pytest.mark.parametrize("job", ["20260101-000000000000-0123456789abcdef", "..%2F..%2Fetc", "%00", "%ED%A0%80"])
def test_an_id_that_no_job_has_is_404(client, job, rest):
    method = "POST" if rest == "/cancel" else "GET"
    assert client.request(method, f"/api/v1/jobs/{job}{rest}").status_code == 404


def test_a_job_handed_in_twice_with_one_key_is_one(client):
    before = len(client.get("/api/v1/jobs").json()["items"])
    sent = [client.post("/api/v1/jobs", json=EXAMPLES["gaps"], headers={"Idempotency-Key": "j"}) for _ in range(2)]
    assert sent[0].json() == sent[1].json()
    assert sent[0].headers["location"] == sent[1].headers["location"]
    assert len(client.get("/api/v1/jobs").json()["items"]) == before + 1
    followed(client, sent[0])
