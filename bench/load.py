"""Many clients at once: does a real server answer each of them, how fast, and does its memory stay flat?

    python -m bench.load [--store demo.sqlite] [--seconds 60] [--clients 32]

The store is an SQLite file, of which a copy is served; without one the demo's graph is made first (its inputs are fetched
once). ``isthmus serve`` runs in a process of its own. Each client keeps its connection and asks its next question as soon as
it has read the answer to the last: nobody waits in between, so that this is the most that so many clients can ask for.

Printed as one JSON document:

* ``alone``: processor time of the server for one request, by kind of question, one client.
* ``together``: errors, requests a second, milliseconds by kind, and the server's memory at the start, middle and end.
* ``health``: milliseconds of ``/health`` while each of some slow or huge things is asked, again and again.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil

API = "/api/v1"
WORDS = ("park", "alzheimer", "gba1", "dementia", "levo", "tau", "ataxia", "seizure", "kinase", "glioma", "lewy")
# Of a hundred questions so many are of this kind; paths are asked now and then.
SHARES = {"entity": 30, "search": 25, "statement": 17, "statements": 15, "document": 12, "paths": 1}
QUICK = ("entity", "search", "statement")  # that a page asks for while somebody waits


@dataclass(frozen=True)
class Questions:
    """Addresses by kind of question."""

    by_kind: dict[str, list[str]]

    def drawn(self, chance: random.Random) -> tuple[str, str]:
        [kind] = chance.choices(list(SHARES), list(SHARES.values()))
        return kind, chance.choice(self.by_kind[kind])


@dataclass
class Took:
    """Milliseconds by kind, and what went wrong."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return sum(map(len, self.milliseconds.values()))


class Connection:
    """One kept connection that speaks as much HTTP as this needs, and costs a tenth of a client library's time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, method: str = "GET", body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
        """Status and body, as sent."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body else ""
        writer.write(f"{head}\r\n".encode() + body)
        await writer.drain()
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(answer.split(" ", 2)[1])
        told = b""
        if "transfer-encoding: chunked" in answer:
            while size := int(await reader.readline(), 16):
                told += (await reader.readexactly(size + 2))[:-2]
            await reader.readline()
        elif "content-length: " in answer:
            told = await reader.readexactly(int(answer.split("content-length: ")[1].split("\r\n")[0]))
        if "connection: close" in answer:
            await self.close()
        return status, told

    async def close(self) -> None:
        if self._streams is not None:
            writer, self._streams = self._streams[1], None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


@contextmanager
def served(store: Path, **settings: str) -> Iterator[tuple[int, psutil.Process]]:
    """A real server on a free port, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "isthmus", "serve", "--port", str(port), "--store", f"sqlite:///{store}"]
    environment = {**os.environ, "ISTHMUS_LOG_LEVEL": "warning", **settings}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 60
            while time.monotonic() < until and process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()


async def questions(port: int) -> Questions:
    """What can be asked of this graph: of entities that a search finds, their statements, and some documents."""
    one = Connection(port)

    async def items(path: str) -> list[dict]:
        status, told = await one.ask(path)
        assert status == 200, (path, status, told)
        return json.loads(unpacked(told))["items"]

    found: dict[str, dict] = {}
    for word in WORDS:
        found |= {hit["id"]: hit for hit in await items(f"{API}/search?q={word}&limit=40")}
    rows = await items(f"{API}/statements?limit=300")
    documents = await items(f"{API}/documents?limit=200")
    names = list(found) or [row["subject"] for row in rows]
    ends = [(row["subject"], row["object"]) for row in rows[:20]]
    await one.close()
    return Questions(
        {
            "entity": [f"{API}/entities/{quote(name)}" for name in names],
            "search": [f"{API}/search?q={word}" for word in WORDS],
            "statement": [f"{API}/statements/{row['id']}" for row in rows],
            "statements": [f"{API}/entities/{quote(name)}/statements?limit=20" for name in names],
            "document": [f"{API}/documents/{quote(each['id'])}" for each in documents],
            "paths": [f"{API}/paths?from={quote(a)}&to={quote(c)}&top=5" for a, c in ends],
        }
    )


async def asked_together(port: int, of: Questions, clients: int, seconds: float, seed: int = 7) -> Took:
    """What so many clients saw, each of which asks one question after the other."""
    took, until = Took(), time.monotonic() + seconds

    async def client(number: int) -> None:
        connection, chance = Connection(port), random.Random(seed * 1000 + number)
        while time.monotonic() < until:
            kind, path = of.drawn(chance)
            began = time.perf_counter()
            try:
                status, _ = await connection.ask(path)
            except (OSError, asyncio.IncompleteReadError) as error:
                took.errors.append(f"{path}: {error!r}")
                await connection.close()
                continue
            took.milliseconds[kind].append((time.perf_counter() - began) * 1000)
            if status != 200:
                took.errors.append(f"{path}: {status}")
        await connection.close()

    await asyncio.gather(*map(client, range(clients)))
    return took


async def alone(port: int, server: psutil.Process, of: Questions, each: int) -> dict[str, float]:
    """Milliseconds of the server's processor time for one request, by kind."""
    connection, spent = Connection(port), {}
    for kind, paths in {"health": ["/health"], **of.by_kind}.items():
        for path in paths[:10]:
            await connection.ask(path)
        before = _processor_seconds(server)
        for number in range(each):
            await connection.ask(paths[number % len(paths)])
        spent[kind] = round((_processor_seconds(server) - before) / each * 1000, 2)
    await connection.close()
    return spent


@asynccontextmanager
async def health_watched(port: int) -> AsyncIterator[list[float]]:
    """Milliseconds that ``/health`` took, fifty times a second, while the block runs."""
    took: list[float] = []

    connection = Connection(port)

    async def watch() -> None:
        while True:
            began = time.perf_counter()
            status, _ = await connection.ask("/health")
            assert status == 200
            took.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    try:
        yield took
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await connection.close()


async def health_during(port: int, seconds: float) -> dict[str, dict]:
    """How ``/health`` does beside something slow or huge, which is asked until the time is over, once at least."""
    text = " ".join(f"Compound {number} inhibits GBA1 in neurons." for number in range(4_000)).encode()
    upload = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\n' + text + b"\r\n--b--\r\n"
    beside = {
        "gaps": ("GET", f"{API}/gaps?limit=100", b"", ""),
        "500 statements": ("GET", f"{API}/statements?limit=500", b"", ""),
        "all statements as a table": ("GET", f"{API}/statements?limit=500&format=csv", b"", ""),
        "a document of 170 kB": ("POST", f"{API}/extract", upload, "multipart/form-data; boundary=b"),
    }
    told = {}
    for name, (method, path, body, kind) in beside.items():
        connection, until, statuses = Connection(port), time.monotonic() + seconds, []
        async with health_watched(port) as took:
            while not statuses or time.monotonic() < until:
                statuses.append((await connection.ask(path, method, body, kind))[0])
        await connection.close()
        told[name] = {"asked": len(statuses), "statuses": sorted(set(statuses)), **percentiles(took)}
    return told


def percentiles(milliseconds: list[float]) -> dict[str, float]:
    """Middle, 95 and 99 of a hundred, and the longest."""
    if len(milliseconds) < 2:
        return {"n": len(milliseconds), "max": round(max(milliseconds, default=0.0), 1)}
    parts = statistics.quantiles(milliseconds, n=100)
    told = {"p50": parts[49], "p95": parts[94], "p99": parts[98], "max": max(milliseconds)}
    return {"n": len(milliseconds), **{name: round(value, 1) for name, value in told.items()}}


async def measured(port: int, server: psutil.Process, clients: int, seconds: float) -> dict:
    of = await questions(port)
    figures: dict[str, object] = {"processors": os.cpu_count(), "load_before": os.getloadavg()[0]}
    connection = Connection(port)
    for path in of.by_kind["paths"]:  # the first of each kind fits what chance explains, once
        await connection.ask(path)
    await connection.close()
    figures["alone_cpu_ms"] = await alone(port, server, of, 300)
    memory, stop = [_megabytes(server)], asyncio.Event()

    async def watch_memory() -> None:
        while not stop.is_set():
            memory.append(_megabytes(server))
            await asyncio.sleep(1)

    await asked_together(port, of, clients, min(5.0, seconds), seed=1)  # connections and threads are there
    watching, spent, began = asyncio.create_task(watch_memory()), _processor_seconds(server), time.monotonic()
    async with health_watched(port) as health:
        took = await asked_together(port, of, clients, seconds)
    stop.set()
    await watching
    passed = time.monotonic() - began
    figures["together"] = {
        "clients": clients,
        "seconds": round(passed, 1),
        "errors": len(took.errors),
        "first_errors": took.errors[:5],
        "requests_per_second": round(took.answers / passed, 1),
        "server_processors": round((_processor_seconds(server) - spent) / passed, 2),
        "milliseconds": {kind: percentiles(each) for kind, each in sorted(took.milliseconds.items())},
        "quick_p95": percentiles([each for kind in QUICK for each in took.milliseconds[kind]]).get("p95"),
        "health": percentiles(health),
        "memory_mb": {
            "first": memory[1],
            "middle": memory[len(memory) // 2],
            "last": memory[-1],
            "most": max(memory),
        },
    }
    figures["health_beside"] = await health_during(port, seconds / 6)
    figures["load_after"] = os.getloadavg()[0]
    return figures


def _processor_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _megabytes(process: psutil.Process) -> float:
    return round(process.memory_info().rss / 1e6, 1)


def unpacked(told: bytes) -> bytes:
    return gzip.decompress(told) if told[:2] == b"\x1f\x8b" else told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=32)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "served.sqlite"
        if asked.store:
            shutil.copyfile(asked.store, copy)
        else:
            make = [sys.executable, "-m", "isthmus", "demo", "--store", f"sqlite:///{copy}"]
            subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        with served(copy) as (port, server):
            print(json.dumps(asyncio.run(measured(port, server, asked.clients, asked.seconds)), indent=2))


if __name__ == "__main__":
    main()
