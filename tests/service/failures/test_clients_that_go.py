"""Clients that disappear: what they kept busy is free again, and others are answered."""

import asyncio
import json
import socket
import threading
import time

import pytest
from service.failures.listening import listening, wait_until

from isthmus.service.api import heavy as heavy_work
from isthmus.service.api.app import create_app
from isthmus.service.api.heavy import GoneAway, HeavyOf, HeavyWork, TooBusy
from isthmus.service.api.problems import problem_of
from isthmus.service.api.server_events import ServerEvents
from isthmus.service.settings import Settings
from isthmus.steps import checkpoint


def asked(port, path):
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    return client


def status(client):
    with client:
        return int(client.recv(12).split()[1])


def test_long_questions_of_clients_that_have_gone_are_not_begun(story_store, monkeypatch):
    monkeypatch.setattr(heavy_work, "LOOK", 0.05)
    app, go, begun = create_app(story_store), threading.Event(), []

    @app.get("/api/v1/long/{name}")
    async def long(heavy: HeavyOf, name: str) -> str:
        def work():
            begun.append(name)
            go.wait(60)
            return name

        return await heavy.run(work)

    app.state.heavy = HeavyWork(at_once=1, waiting=2)
    with listening(app) as port:
        first = asked(port, "/api/v1/long/first")
        wait_until(lambda: begun == ["first"])
        gone = [asked(port, f"/api/v1/long/{number}") for number in range(2)]
        wait_until(lambda: app.state.heavy._asked == 3)
        assert status(asked(port, "/api/v1/long/one-too-many")) == 503
        for client in gone:
            client.close()
        wait_until(lambda: app.state.heavy._asked == 1)
        last = asked(port, "/api/v1/long/last")
        wait_until(lambda: app.state.heavy._asked == 2)
        first.close()  # what has begun goes on to its next checkpoint, and its place is free when it ends
        assert status(asked(port, "/health")) == 200
        go.set()
        assert status(last) == 200
        assert begun == ["first", "last"]
        wait_until(lambda: app.state.heavy._asked == 0)


@pytest.mark.parametrize("goes", ["the client", "the time"])
def test_a_long_question_that_nobody_waits_for_any_more_is_given_up(story_store, monkeypatch, goes):
    monkeypatch.setattr(heavy_work, "LOOK", 0.05)
    app, begun = (
        create_app(story_store, options=Settings(time_limit=1 if goes == "the time" else 60)),
        threading.Event(),
    )

    @app.get("/api/v1/endless")
    async def endless(heavy: HeavyOf) -> None:
        def work():
            until = time.monotonic() + 60
            while time.monotonic() < until:
                begun.set()
                checkpoint("turning in circles")

        await heavy.run(work)

    with listening(app) as port:
        client = asked(port, "/api/v1/endless")
        assert begun.wait(30)
        if goes == "the client":
            client.close()
        else:
            assert status(client) == 504
        wait_until(lambda: app.state.heavy._asked == 0, 30)
        assert status(asked(port, "/health")) == 200


def test_who_waits_is_served_in_turn_and_the_places_are_free_afterwards():
    async def scene():
        work, order = HeavyWork(at_once=1, waiting=2), []

        async def here():
            return False

        async def fails():
            raise ValueError

        def note(name):
            order.append(name)
            time.sleep(0.01)

        asking = [asyncio.create_task(work.run(lambda name=name: note(name), here)) for name in "abc"]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            await work.run(lambda: note("d"), here)
        asking[1].cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        with pytest.raises(ZeroDivisionError):
            await work.run(lambda: 1 / 0, fails)
        await work.run(lambda: note("e"), here)
        return order

    assert asyncio.run(scene()) == ["a", "c", "e"]


def test_an_answer_to_nobody_is_no_fault_of_the_service():
    told = problem_of(GoneAway("whoever asked is gone"))
    assert (told.status_code, json.loads(told.body)["title"]) == (499, "Client Closed Request")


def test_a_stream_of_events_ends_its_work_with_its_client(story_store):
    app, ended = create_app(story_store), threading.Event()

    @app.get("/api/v1/told")
    def told():
        def work(emit):
            try:
                while True:
                    emit("turn", "{}")
                    time.sleep(0.01)
            finally:
                ended.set()

        return ServerEvents(work)

    with listening(app) as port:
        client = asked(port, "/api/v1/told")
        while b"event: turn" not in client.recv(4096):
            pass
        client.close()
        assert ended.wait(30)
        assert status(asked(port, "/health")) == 200


def test_a_client_that_goes_in_the_middle_of_a_table_leaves_no_reader_of_the_file_behind(story_store):
    app = create_app(story_store)
    with listening(app) as port:
        for _ in range(20):
            client = asked(port, "/api/v1/statements?format=csv&limit=500")
            client.recv(1)
            client.close()
        assert status(asked(port, "/api/v1/statements")) == 200
        connections = app.state.graphs.store._connections
        wait_until(lambda: len(connections._idle) == len(connections._all) - 1)  # the other one writes
