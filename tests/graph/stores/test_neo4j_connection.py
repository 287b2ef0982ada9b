"""The way to a Neo4j server, and what is said when it is closed."""

import socket
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import neo4j
import pytest
from neo4j import exceptions
from samples import BACE1_CUTS_APP, paper

from isthmus.graph.stores.neo4j import Neo4jStore
from isthmus.graph.stores.neo4j_connection import driver_errors, read_address
from isthmus.graph.stores.protocol import StoreFull, StoreUnreachable

HERE = read_address("bolt://ann:secret@localhost:7687/brain", {})


def without_credentials(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port}{parts.path}"


# -- addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "server", "database", "auth"),
    [
        ("neo4j://db.example:7687", "neo4j://db.example:7687", "neo4j", None),
        ("bolt://ann:s%40crä%2Ft@h:1/brain", "bolt://h:1", "brain", ("ann", "s@crä/t")),
        ("neo4j+s://:pw@h", "neo4j+s://h", "neo4j", ("neo4j", "pw")),
        ("bolt://[::1]:7687/a%20b", "bolt://[::1]:7687", "a b", None),
    ],
)
def test_a_url_says_server_database_and_credentials(url, server, database, auth):
    address = read_address(url, {})
    assert (address.server, address.database, address.auth) == (server, database, auth)


def test_credentials_may_come_from_the_environment_and_the_url_goes_first():
    environment = {"ISTHMUS_NEO4J_USER": "eve", "ISTHMUS_NEO4J_PASSWORD": "pw"}
    assert read_address("bolt://h", environment).auth == ("eve", "pw")
    assert read_address("bolt://ann@h", environment).auth == ("ann", "pw")
    assert read_address("bolt://ann:mine@h", environment).auth == ("ann", "mine")


@pytest.mark.parametrize("url", ["bolt://", "bolt://host:port", "bolt://host:99999", "neo4j:///brain"])
def test_an_address_that_names_no_server_is_refused(url):
    with pytest.raises(StoreUnreachable, match="names no server"):
        read_address(url, {})


def test_the_password_is_never_shown():
    assert "secret" not in HERE.shown
    assert "secret" not in repr(HERE)


# -- closed doors -------------------------------------------------------------------------------------------------


@contextmanager
def listening(answer=b""):
    """Somebody else's server: says something to whoever calls, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    client.recv(64)
                    client.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"bolt://ann:secret@127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def one_line(error):
    text = str(error.value)
    assert "\n" not in text
    assert "secret" not in text
    return text


def test_a_server_that_is_away_is_named_without_the_password():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(StoreUnreachable) as error:
        Neo4jStore(f"bolt://ann:secret@127.0.0.1:{port}")
    assert f"bolt://ann@127.0.0.1:{port} does not answer" in one_line(error)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00" * 64])
def test_a_server_of_another_kind_is_no_store(answer):
    with listening(answer) as url, pytest.raises(StoreUnreachable) as error:
        Neo4jStore(url)
    assert "does not answer as a Neo4j server" in one_line(error)


def test_a_wrong_password_says_where_the_right_one_goes(neo4j_server):
    parts = urlsplit(neo4j_server.url)
    with pytest.raises(StoreUnreachable) as error:
        Neo4jStore(f"{parts.scheme}://neo4j:secret@{parts.hostname}:{parts.port}")
    assert "ISTHMUS_NEO4J_PASSWORD" in one_line(error)


def test_no_password_at_all_is_refused_in_the_same_words(neo4j_server, monkeypatch):
    monkeypatch.delenv("ISTHMUS_NEO4J_PASSWORD")
    with pytest.raises(StoreUnreachable, match="ISTHMUS_NEO4J_PASSWORD"):
        Neo4jStore(without_credentials(neo4j_server.url))


def test_credentials_from_the_environment_open_the_store(neo4j_server):
    with Neo4jStore(without_credentials(neo4j_server.url)) as store:
        assert store.counts().documents == 0
        assert neo4j_server.password not in store.url


def test_a_database_that_is_not_there_is_named(neo4j_server):
    with pytest.raises(StoreUnreachable, match="no database 'elsewhere'"):
        Neo4jStore(f"{neo4j_server.url}/elsewhere")


def test_the_default_database_may_be_named(neo4j_server):
    with Neo4jStore(f"{neo4j_server.url}/neo4j") as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP)])
        assert store.url.endswith("/neo4j")
    with Neo4jStore(neo4j_server.url) as store:
        assert store.counts().statements == 1


def test_a_store_by_its_routing_address(neo4j_server):
    url = neo4j_server.url.replace("bolt://", "neo4j://")
    with Neo4jStore(url) as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP)])
        assert store.counts().statements == 1


# -- what a server may answer in the middle -------------------------------------------------------------------------


def server_error(code, message):
    return exceptions.Neo4jError._hydrate_neo4j(code=code, message=message)


@pytest.mark.parametrize(
    "error",
    [
        server_error("Neo.DatabaseError.General.UnknownError", "java.io.IOException: No space left on device"),
        server_error("Neo.TransientError.General.MemoryPoolOutOfMemoryError", "the limit of 700 MiB is reached"),
    ],
)
def test_no_room_left_is_a_full_store(error):
    with pytest.raises(StoreFull) as raised, driver_errors(HERE):
        raise error
    assert "run the same command again" in one_line(raised)


@pytest.mark.parametrize(
    "error",
    [
        server_error("Neo.TransientError.General.DatabaseUnavailable", "the database is shutting down"),
        server_error("Neo.ClientError.Security.CredentialsExpired", "change the password first"),
        server_error("Neo.ClientError.Security.AuthenticationRateLimit", "too many wrong attempts"),
        server_error("Neo.ClientError.Security.Forbidden", "not with this role"),
        server_error("Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", "read only"),
        exceptions.ServiceUnavailable("Connection to 127.0.0.1:1 closed"),
        exceptions.SessionExpired("gone"),
        ConnectionResetError("reset by peer"),
    ],
)
def test_a_server_that_goes_away_or_refuses_is_unreachable(error):
    with pytest.raises(StoreUnreachable) as raised, driver_errors(HERE):
        raise error
    assert "bolt://ann@localhost:7687/brain" in one_line(raised)


def test_a_fault_of_ours_is_not_blamed_on_the_server():
    with pytest.raises(exceptions.CypherSyntaxError), driver_errors(HERE):
        raise server_error("Neo.ClientError.Statement.SyntaxError", "invalid input")


def test_a_closed_store_leaves_no_connection_behind(neo4j_url):
    store = Neo4jStore(neo4j_url)
    store.close()
    with pytest.raises(exceptions.DriverError):
        store._driver.verify_connectivity()
    assert isinstance(store._driver, neo4j.Driver)
