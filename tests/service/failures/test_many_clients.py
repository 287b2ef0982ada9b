"""Many clients of a real server at once, as ``bench/load.py`` measures them, for a moment."""

import asyncio
import json
import shutil

from bench.load import Connection, asked_together, health_watched, questions, served, unpacked
from isthmus.graph.stores.open import sqlite_path


def test_many_clients_are_all_answered_and_health_beside_them(story_store, tmp_path):
    store = tmp_path / "graph.sqlite"
    shutil.copy(sqlite_path(story_store), store)

    async def asked(port):
        of = await questions(port)
        async with health_watched(port) as health:
            took = await asked_together(port, of, clients=16, seconds=2.0)
        return took, health

    with served(store) as (port, server):
        took, health = asyncio.run(asked(port))
        before = server.memory_info().rss
        again, _ = asyncio.run(asked(port))
        grown = server.memory_info().rss - before
    assert (took.errors, again.errors) == ([], [])
    assert {"entity", "search", "statement", "statements", "document"} <= set(took.milliseconds)
    assert took.answers > 16
    assert health
    assert grown < 64_000_000  # a connection for each thread with a cache of its own was hundreds


def test_a_server_that_is_told_to_stop_leaves_though_it_is_at_work(story_store, tmp_path):
    store = tmp_path / "graph.sqlite"
    shutil.copy(sqlite_path(story_store), store)
    text = " ".join(f"Compound {number} inhibits GBA1 in neurons." for number in range(20_000)).encode()
    upload = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\n' + text + b"\r\n--b--\r\n"

    async def ask(port):
        working = Connection(port)
        long = asyncio.create_task(working.ask("/api/v1/extract", "POST", upload, "multipart/form-data; boundary=b"))
        looking = Connection(port)
        while b"isthmus_requests_in_flight 2.0" not in await metrics(looking):
            await asyncio.sleep(0.05)
        await looking.close()
        return working, long

    async def metrics(connection):
        return unpacked((await connection.ask("/metrics"))[1])

    async def scene(port, server):
        working, long = await ask(port)
        server.terminate()
        code = await asyncio.to_thread(server.wait, 60)
        status, body = await long
        await working.close()
        return code, status, json.loads(unpacked(body))["type"]

    with served(store, ISTHMUS_SHUTDOWN_SECONDS="1") as (port, server):
        assert asyncio.run(scene(port, server)) == (0, 503, "urn:isthmus:problem:server-stopping")
