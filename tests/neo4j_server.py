"""Real Neo4j servers for the tests: Community, from Maven Central's jars, on free loopback ports, gone afterwards.

``ISTHMUS_TEST_NEO4J=bolt://user:password@host:port`` uses a server that is there instead; the tests empty it between
one another, so it must be empty at the start. ``ISTHMUS_TEST_CACHE`` says where the jars are kept.
``python tests/neo4j_server.py`` fetches them ahead of the tests, whose time limit does not reckon with a slow download.
"""

import atexit
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

import neo4j
import platformdirs
import pytest

POM = Path(__file__).resolve().parent / "neo4j" / "pom.xml"
START_LIMIT = 180.0  # seconds; ten where nothing else runs
DOWNLOAD_LIMIT = 900.0


class Release(NamedTuple):
    """A line of Neo4j: what to fetch and how to run it. ``java`` are the majors it supports, the best first."""

    version: str
    main: str
    java: range
    options: tuple[str, ...] = ()


RELEASES = {
    "neo4j-5": Release("5.26.28", "org.neo4j.server.CommunityEntryPoint", range(17, 22)),
    "neo4j-calendar": Release(
        "2026.05.0", "org.neo4j.server.Neo4jCommunity", range(21, 100), ("--enable-native-access=ALL-UNNAMED",)
    ),
}
EXTERNAL = os.environ.get("ISTHMUS_TEST_NEO4J", "")
# What a fixture is parametrized with: each line of Neo4j, or only the server that is there.
NEO4J_NAMES = ("neo4j-external",) if EXTERNAL else tuple(RELEASES)


class CannotRunNeo4j(Exception):
    """Something that a person has to install or mend: the test fails with this, it is never skipped."""


@dataclass
class Server:
    """A running Neo4j. ``url`` carries the credentials, ``address`` does not."""

    url: str
    driver: neo4j.Driver = field(repr=False)
    stop: Callable[[], None] = field(repr=False)
    process: "Process | None" = field(default=None, repr=False)  # where we have started it

    @property
    def home(self) -> Path:
        return self.process.home if self.process else Path()

    @property
    def address(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port}{parts.path}"

    @property
    def password(self) -> str:
        return unquote(urlsplit(self.url).password or "")

    @property
    def user(self) -> str:
        return unquote(urlsplit(self.url).username or "")

    def wipe(self) -> None:
        """Every node and relationship goes, constraints and the record of migrations stay."""
        self.query(
            "MATCH (n) WHERE NOT n:Migration CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS",
        )

    def query(self, cypher: str, **parameters: object) -> list[neo4j.Record]:
        with self.driver.session(database=urlsplit(self.url).path.strip("/") or "neo4j") as session:
            return list(session.run(cypher, parameters))


# -- what has to be there -----------------------------------------------------------------------------------------


def java_for(release: Release) -> Path:
    """A Java whose major version the release supports: ``JAVA_HOME``, the path, then the usual folders."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    if on_path := shutil.which("java"):
        homes.append(Path(on_path).resolve().parent.parent)
    for pattern in ("/usr/lib/jvm/*", "/opt/java/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home"):
        homes += sorted(Path("/").glob(pattern.lstrip("/")))
    homes += sorted((Path.home() / ".sdkman/candidates/java").glob("*"))
    programs = dict.fromkeys(home / "bin" / "java" for home in homes if (home / "bin" / "java").is_file())
    found = {program: java_major(program) for program in programs}
    for program, major in found.items():
        if major in release.java:
            return program
    wanted = f"{release.java.start}" if release.java.stop == 100 else f"{release.java.start} to {release.java.stop - 1}"
    raise CannotRunNeo4j(
        f"Neo4j {release.version} needs Java {wanted}{' or newer' if release.java.stop == 100 else ''}, "
        f"found {sorted(set(found.values())) or 'none'}: install a JDK (for instance Temurin) and set JAVA_HOME, "
        "or set ISTHMUS_TEST_NEO4J to the URL of an empty server"
    )


def java_major(program: Path) -> int:
    """The major version of a Java, 0 where it does not say."""
    answer = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=False)
    version = re.search(r'version "(\d+)', answer.stderr)
    return int(version[1]) if version else 0


def jars_of(release: Release) -> Path:
    """The folder of the release's jars, fetched from Maven Central the first time."""
    cache = Path(os.environ.get("ISTHMUS_TEST_CACHE") or platformdirs.user_cache_path("isthmus-test"))
    jars = cache / f"neo4j-{release.version}"
    if jars.is_dir():
        return jars
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotRunNeo4j(
            f"the jars of Neo4j {release.version} are not in {cache} and Maven is not installed: install it "
            "(`apt-get install maven`), or set ISTHMUS_TEST_NEO4J to the URL of an empty server"
        )
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=f"{jars.name}.") as unfinished:
        lib = Path(unfinished) / "lib"
        fetch = [maven, "-q", "-B", "-C", "-f", str(POM), f"-Dneo4j.version={release.version}"]
        fetch += ["dependency:copy-dependencies", f"-DoutputDirectory={lib}"]
        answer = subprocess.run(fetch, capture_output=True, text=True, timeout=DOWNLOAD_LIMIT, check=False)
        if answer.returncode != 0:
            said = [line for line in answer.stdout.splitlines() if "ERROR" in line][:3]
            raise CannotRunNeo4j(f"Maven could not fetch Neo4j {release.version}: {' '.join(said) or answer.stderr}")
        try:
            lib.rename(jars)  # whole or not at all, and whoever comes second takes the first one's
        except OSError:
            if not jars.is_dir():
                raise
    return jars


# -- starting and stopping ----------------------------------------------------------------------------------------

CONFIGURATION = """\
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.pagecache.size=256m
db.tx_log.rotation.retention_policy=false
"""


def start(release: Release) -> Server:
    """Start a server in a folder of its own, with a random password, and wait until Bolt answers."""
    java, jars = java_for(release), jars_of(release)
    home = Path(tempfile.mkdtemp(prefix=f"isthmus-neo4j-{release.version}-"))
    (home / "conf").mkdir()
    port = _free_port()
    (home / "conf" / "neo4j.conf").write_text(CONFIGURATION.format(port=port))
    command = [str(java), "-Xmx1g", "-XX:+UseSerialGC"]
    for package in ("nio", "lang"):
        command.append(f"--add-opens=java.base/java.{package}=ALL-UNNAMED")
    command += ["--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", *release.options, "-cp", f"{jars}/*", release.main]
    command += [f"--home-dir={home}", f"--config-dir={home / 'conf'}"]
    process = Process(command, home)

    def stop() -> None:
        atexit.unregister(stop)
        process.kill()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    try:
        process.run()
        url, driver = _set_password(f"127.0.0.1:{port}")
    except BaseException:
        stop()
        raise

    def close_and_stop() -> None:
        driver.close()
        stop()

    return Server(url, driver, close_and_stop, process)


@dataclass
class Process:
    """The process of a server: may be killed and run again over the data in its folder."""

    command: list[str]
    home: Path
    _server: subprocess.Popen[bytes] | None = None
    _watch: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Until Bolt answers."""
        started = _times_started(self.home)
        with (self.home / "log").open("ab") as log:
            self._server = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        # Ends the server and removes its folder when this process goes without running Python: its end of the pipe closes.
        self._watch = subprocess.Popen(
            ["sh", "-c", 'read -r _; kill -KILL -- "-$1"; rm -rf -- "$2"', "sh", str(self._server.pid), str(self.home)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        _wait_until_started(self._server, self.home, started)

    def kill(self) -> None:
        """As a power cut would: no checkpoint, no waiting. What it had committed is in its folder."""
        if self._watch is None or self._server is None:
            return
        self._watch.kill()
        self._watch.wait()
        if self._watch.stdin:
            self._watch.stdin.close()
        if self._server.poll() is None:
            os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()
        self._watch = self._server = None


def _free_port() -> int:
    """A loopback port that nobody listens on: Neo4j, told to choose one itself, does not say which."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _times_started(home: Path) -> int:
    log = home / "logs" / "neo4j.log"
    return log.read_text(errors="replace").count("Started.") if log.exists() else 0


def _wait_until_started(process: subprocess.Popen[bytes], home: Path, before: int) -> None:
    """Until the server's own log says so once more than before, which it does once Bolt answers."""
    log, until = home / "logs" / "neo4j.log", time.monotonic() + START_LIMIT
    while time.monotonic() < until and process.poll() is None:
        if _times_started(home) > before:
            return
        time.sleep(0.05)
    how = f"ended with {process.returncode}" if process.poll() is not None else f"was not up after {START_LIMIT:.0f} s"
    said = [
        line
        for name in (home / "log", log)
        if name.exists()
        for line in name.read_text("utf-8", "replace").splitlines()
    ]
    raise CannotRunNeo4j("\n".join([f"the Neo4j server {how}; the end of its log:", *said[-20:]]))


def _set_password(address: str) -> tuple[str, neo4j.Driver]:
    """Take the initial password away, as the server wants, and connect with the new one."""
    password = secrets.token_urlsafe(16)
    with neo4j.GraphDatabase.driver(f"bolt://{address}", auth=("neo4j", "neo4j")) as first:
        first.execute_query(
            "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password", password=password, database_="system"
        )
    driver = neo4j.GraphDatabase.driver(f"bolt://{address}", auth=("neo4j", password))
    driver.verify_connectivity()
    return f"bolt://neo4j:{quote(password)}@{address}", driver


def _already_there(url: str) -> Server:
    """The server that ``ISTHMUS_TEST_NEO4J`` names, when it is empty: the tests will empty it again and again."""
    parts = urlsplit(url)
    auth = (parts.username or "neo4j", parts.password or "")
    driver = neo4j.GraphDatabase.driver(f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}", auth=auth)
    server = Server(url, driver, driver.close)
    [found] = server.query("MATCH (n) WHERE NOT n:Migration RETURN count(n) AS nodes")
    if found["nodes"]:
        driver.close()
        raise CannotRunNeo4j(f"ISTHMUS_TEST_NEO4J holds {found['nodes']} nodes and the tests wipe it: use an empty one")
    return server


# -- fixtures -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def neo4j_servers() -> Iterator[Callable[[str], Server]]:
    """``neo4j_servers(name)`` is the running server of that name (one of ``NEO4J_NAMES``), started when first asked."""
    running: dict[str, Server] = {}

    def server(name: str) -> Server:
        if name not in running:
            running[name] = _already_there(EXTERNAL) if EXTERNAL else start(RELEASES[name])
        return running[name]

    yield server
    for each in running.values():
        each.stop()


@pytest.fixture
def empty_neo4j(neo4j_servers: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Server]:
    """``empty_neo4j(name)`` is that server with nothing in it; its credentials are in the environment too."""

    def server(name: str) -> Server:
        found = neo4j_servers(name)
        found.wipe()
        monkeypatch.setenv("ISTHMUS_NEO4J_USER", found.user)
        monkeypatch.setenv("ISTHMUS_NEO4J_PASSWORD", found.password)
        return found

    return server


@pytest.fixture(params=NEO4J_NAMES)
def neo4j_server(request: pytest.FixtureRequest, empty_neo4j: Callable[[str], Server]) -> Server:
    """Each line of Neo4j in turn, empty."""
    return empty_neo4j(request.param)


@pytest.fixture
def neo4j_url(neo4j_server: Server) -> str:
    """The URL, with credentials, of each line of Neo4j in turn, empty."""
    return neo4j_server.url


if __name__ == "__main__":  # so that the first test does not wait for the download
    for each in () if EXTERNAL else RELEASES.values():
        java_for(each)
        jars_of(each)
