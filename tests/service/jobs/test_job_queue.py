"""The queue of a server: order, room, stopping, what is left when a server dies, what is cleared away."""

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from isthmus.errors import UsageError
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.protocol import StoreUnreachable
from isthmus.service.graphs import Graphs
from isthmus.service.jobs import folder as folders
from isthmus.service.jobs import running
from isthmus.service.jobs.asked import GapsIn
from isthmus.service.jobs.clearing import Bounds, clear
from isthmus.service.jobs.folder import folder_of
from isthmus.service.jobs.job import INTERRUPTED, JobFile, JobKind, JobState, NoSuchJob, all_jobs, change, find
from isthmus.service.jobs.running import Jobs, Owner, TooManyJobs
from isthmus.service.jobs.work import Made
from isthmus.service.scheduler.lease import holder
from isthmus.steps import checkpoint

ASKED = GapsIn(kind=JobKind.GAPS)
LIMIT = 20.0  # seconds that anything here may take


class Work:
    """Work in steps that the test lets it make."""

    def __init__(self):
        self.began, self.step, self.stepped = (threading.Semaphore(0) for _ in range(3))
        self.on, self.error = [], None

    def __call__(self, asked, folder, graphs, tell):
        self.on.append(folder.path.name)
        self.began.release()
        for number in range(1, 4):
            assert self.step.acquire(timeout=LIMIT)
            if self.error:
                raise self.error
            tell(number / 3, f"step {number}")
            self.stepped.release()
        file = folder.made / "result.json"
        file.write_text("{}")
        return Made("made", JobFile(file.name, "application/json", 2))


@pytest.fixture
def work(monkeypatch):
    made = Work()
    monkeypatch.setattr(running, "work", made)
    monkeypatch.setattr(running, "TOLD_EVERY", 0.0)
    return made


@pytest.fixture
def queue(url, store, cache):
    graphs = Graphs(url)
    jobs = Jobs(graphs, Bounds(), waiting=2)
    yield jobs
    jobs.close()
    graphs.close()
    for kind in (EntryKind.JOB, EntryKind.LEASE):
        for entry in store.entries(kind).items:
            store.delete_entry(kind, entry.id)


def ended(queue, store, job):
    """The job as it ended, once all that its server does after it is done."""
    until = threading.Event()
    for _ in range(int(LIMIT * 100)):
        found = find(store, job.id)
        if found.state.ended and job.id not in queue._stops:
            return found
        until.wait(0.01)
    raise AssertionError(f"{find(store, job.id)} has not ended")


def begun(work):
    assert work.began.acquire(timeout=LIMIT)


def stepped(work):
    work.step.release()
    assert work.stepped.acquire(timeout=LIMIT)


def through(work):
    for _ in range(3):
        work.step.release()


def test_a_job_tells_each_step_and_at_last_what_it_came_to(queue, store, work):
    job = queue.submit(ASKED, Owner("k", "anna"))
    begun(work)
    assert (find(store, job.id).state, find(store, job.id).share) == (JobState.RUNNING, None)
    stepped(work)
    found = find(store, job.id)
    assert (found.share, found.message, found.owner, found.name) == (round(1 / 3, 4), "step 1", "k", "anna")
    through(work)
    found = ended(queue, store, job)
    assert (found.state, found.share, found.message, found.file.bytes) == (JobState.DONE, 1.0, "made", 2)
    assert found.seconds >= 0
    assert folder_of(job.id).made.joinpath(found.file.name).exists()
    assert not folder_of(job.id).asked.exists()


def test_jobs_run_in_the_order_in_which_they_came_and_one_too_many_is_told_to_come_back(queue, store, work):
    jobs = [queue.submit(ASKED, Owner()) for _ in range(3)]
    begun(work)
    with pytest.raises(TooManyJobs) as full:
        queue.submit(ASKED, Owner())
    assert (full.value.http_status, full.value.retry_after) == (503, 30)
    for _ in jobs:
        through(work)
    assert [ended(queue, store, job).state for job in jobs] == [JobState.DONE] * 3
    assert work.on == [job.id for job in jobs]
    last = queue.submit(ASKED, Owner())
    through(work)
    assert ended(queue, store, last).state is JobState.DONE


def test_a_running_job_stops_at_its_next_step_and_leaves_no_file(queue, store, work):
    job = queue.submit(ASKED, Owner())
    begun(work)
    stepped(work)
    told = queue.cancel(job.id)
    assert (told.state, told.stopping) == (JobState.RUNNING, True)
    work.step.release()
    found = ended(queue, store, job)
    assert (found.state, found.file) == (JobState.CANCELLED, None)
    assert not folder_of(job.id).path.exists()
    assert queue.cancel(job.id) == found


def test_one_without_steps_tells_and_stops_at_its_next_checkpoint(queue, store, monkeypatch):
    def endless(*_):
        while True:
            checkpoint("fitting", 1, 1000)

    monkeypatch.setattr(running, "work", endless)
    monkeypatch.setattr(running, "TOLD_EVERY", 0.01)
    job = queue.submit(ASKED, Owner())
    until = time.monotonic() + LIMIT
    while find(store, job.id).message != "fitting: 1 of 1,000":
        assert time.monotonic() < until
    queue.cancel(job.id)
    found = ended(queue, store, job)
    assert (found.state, found.message) == (JobState.CANCELLED, "stopped as asked for")


def test_another_server_over_the_store_can_stop_it(queue, store, url, work):
    job = queue.submit(ASKED, Owner())
    begun(work)
    other = Jobs(Graphs(url), Bounds())
    other.cancel(job.id)
    work.step.release()
    assert ended(queue, store, job).state is JobState.CANCELLED
    other._graphs.close()


def test_a_job_that_waits_is_cancelled_at_once_and_never_begins(queue, store, work):
    first, second = (queue.submit(ASKED, Owner()) for _ in range(2))
    begun(work)
    assert queue.cancel(second.id).state is JobState.CANCELLED
    assert not folder_of(second.id).asked.exists()
    through(work)
    assert ended(queue, store, first).state is JobState.DONE
    third = queue.submit(ASKED, Owner())
    through(work)
    ended(queue, store, third)
    assert work.on == [first.id, third.id]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UsageError("choose another name"), "choose another name"),
        (ZeroDivisionError("secret"), "A fault of this service, number"),
        (MemoryError(), "A fault of this service, number"),
    ],
    ids=["asked wrongly", "fault", "memory"],
)
def test_what_goes_wrong_is_told_and_the_next_job_runs(queue, store, work, error, told):
    work.error = error
    job = queue.submit(ASKED, Owner())
    begun(work)
    through(work)
    found = ended(queue, store, job)
    assert found.state is JobState.FAILED
    assert told in found.message
    assert "secret" not in found.message
    work.error, work.step = None, threading.Semaphore(3)
    assert ended(queue, store, queue.submit(ASKED, Owner())).state is JobState.DONE


def test_a_store_that_is_away_for_a_moment_stops_no_job(queue, store, work, monkeypatch):
    monkeypatch.setattr(running, "TRIES", (0.0, 0.0))
    job = queue.submit(ASKED, Owner())
    begun(work)
    away = iter([True, True, True, False])  # all steps, then the first try to write the end down

    def change_or_not(*args):
        if next(away, False):
            raise StoreUnreachable("away")
        return change(*args)

    monkeypatch.setattr(running, "change", change_or_not)
    through(work)
    assert ended(queue, store, job).state is JobState.DONE


def test_a_server_that_is_stopped_says_so_of_its_jobs(queue, store, work):
    running_one, waiting_one = (queue.submit(ASKED, Owner()) for _ in range(2))
    begun(work)
    closer = threading.Thread(target=queue.close)
    closer.start()
    assert queue.closing.wait(LIMIT)
    work.step.release()
    closer.join(LIMIT)
    found = find(store, running_one.id)
    assert (found.state, found.message) == (JobState.INTERRUPTED, "the server was stopped: hand it in again")
    assert find(store, waiting_one.id).state is JobState.INTERRUPTED
    assert work.on == [running_one.id]
    with pytest.raises(TooManyJobs):
        queue.submit(ASKED, Owner())


def dead():
    machine, _, _, boot = holder().split("/")
    return f"{machine}/999999999/1/{boot}"


def test_a_job_of_a_server_that_died_is_interrupted_and_one_of_a_living_replica_is_not(queue, store, work):
    job = queue.submit(ASKED, Owner())
    begun(work)
    lease = find(store, job.id).lease
    entry = store.entry(EntryKind.LEASE, lease)
    clear(store, Bounds())
    assert find(store, job.id).state is JobState.RUNNING
    for who in (f"elsewhere/1/1/{holder().split('/')[3]}", dead()):
        store.put_entry(EntryKind.LEASE, lease, {**entry.value, "holder": who})
        assert find(store, job.id).state is (JobState.RUNNING if who.startswith("else") else JobState.INTERRUPTED)
    assert not find(store, job.id).ended
    clear(store, Bounds())
    found = find(store, job.id)
    assert (found.state, found.message, bool(found.ended)) == (JobState.INTERRUPTED, INTERRUPTED, True)
    assert not folder_of(job.id).path.exists()
    through(work)


def three_done(queue, store, work):
    jobs = []
    for _ in range(3):
        through(work)
        jobs.append(ended(queue, store, queue.submit(ASKED, Owner())))
    return jobs[::-1]


def test_over_the_room_the_oldest_results_go_and_their_jobs_stay(queue, store, work):
    newest, middle, oldest = three_done(queue, store, work)
    clear(store, Bounds(room=4))
    assert [find(store, job.id).cleared for job in (newest, middle, oldest)] == [False, False, True]
    assert not folder_of(oldest.id).path.exists()
    clear(store, Bounds(room=1))
    assert [find(store, job.id).cleared for job in (newest, middle, oldest)] == [False, True, True]


def test_old_jobs_and_the_oldest_of_too_many_are_forgotten(queue, store, work):
    newest, middle, oldest = three_done(queue, store, work)
    clear(store, Bounds(jobs=2))
    assert [job.id for job in all_jobs(store)] == [newest.id, middle.id]
    change(store, middle.id, lambda job: replace(job, ended="2020-01-01T00:00:00+00:00"))
    clear(store, Bounds())
    assert [job.id for job in all_jobs(store)] == [newest.id]
    for job in (middle, oldest):
        assert not folder_of(job.id).path.exists()
        with pytest.raises(NoSuchJob):
            find(store, job.id)


def test_folders_of_no_job_are_removed_once_they_are_older_than_any_job(queue, store, cache):
    of_another_store, left = (cache / "jobs" / name for name in ("of another store", "left"))
    for path in (of_another_store, left):
        path.mkdir(parents=True)
    for path, days in ((of_another_store, 6), (left, 8)):
        then = path.stat().st_mtime - days * 86_400
        os.utime(path, (then, then))
    clear(store, Bounds(days=7))
    assert (of_another_store.exists(), left.exists()) == (True, False)
    of_another_store.rmdir()


def test_a_disk_that_cannot_be_written_is_507_and_leaves_no_job(queue, store, monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setattr(folders, "_all", lambda: Path(blocked) / "jobs")
    with pytest.raises(folders.NoRoom) as full:
        queue.submit(ASKED, Owner())
    assert full.value.http_status == 507
    assert str(tmp_path) not in str(full.value)
    assert list(all_jobs(store)) == []
    assert not store.entries(EntryKind.LEASE).items
