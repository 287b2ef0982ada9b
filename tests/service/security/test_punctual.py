"""Who opens a connection and does not ask is hung up on; who asks is not."""

import socket
import threading
from contextlib import closing
from time import monotonic

import pytest
import uvicorn

from isthmus.service.api.punctual import PunctualProtocol


class Impatient(PunctualProtocol):
    header_seconds = 0.3


async def _app(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(scope="module")
def port():
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(_app, http=Impatient, ws="none", lifespan="off", log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


def _until_hung_up(connection):
    began, heard = monotonic(), b""
    while part := connection.recv(1000):
        heard += part
    return heard, monotonic() - began


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nhost: a\r\nx: "])
def test_half_a_head_is_given_up(port, sent):
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(sent)
        heard, seconds = _until_hung_up(connection)
    assert heard == b""
    assert seconds < 4


def test_a_head_that_dribbles_is_given_up_after_a_request_too(port):
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        answer = b""
        while not answer.endswith(b"ok"):
            answer += connection.recv(1000)
        connection.sendall(b"GET / HT")
        heard, seconds = _until_hung_up(connection)
    assert heard == b""
    assert seconds < 4


def test_a_request_whose_body_takes_longer_is_answered(port):
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\na")
        connection.settimeout(0.6)  # twice the time that a head may take
        with pytest.raises(TimeoutError):
            connection.recv(1000)
        connection.settimeout(5)
        connection.sendall(b"b")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
