"""The way out: what may be reached, and that nothing else is, whatever a name resolves to or a server answers."""

import socket
import time

import pytest
from service.watch.receivers import resolving, silent, webhook

from isthmus.service import egress
from isthmus.service.egress import AddressRefused, NotDelivered, address_of, allowed_pairs, post, reachable


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://hooks.example/path?x=1", "hooks.example", 443),
        ("https://hooks.example:8443", "hooks.example", 8443),
        ("http://127.0.0.1:9000/a", "127.0.0.1", 9000),
        ("http://localhost/a", "localhost", 80),
        ("http://[::1]:9000/a", "::1", 9000),
    ],
)
def test_https_anywhere_and_http_on_this_machine(url, host, port):
    address = address_of(url)
    assert (address.host, address.port) == (host, port)
    assert address.target.startswith("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "http://10.0.0.1/",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user:secret@hooks.example/",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nHost: other",
        "https://hooks.example:99999/",
        "https://hooks.example:port/",
        "hooks.example",
        "",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(AddressRefused):
        address_of(url)


def test_what_is_allowed_by_host_and_port_may_be_plain():
    allow = allowed_pairs("mirror.lab:8080, [fd00::1]:90")
    assert address_of("http://mirror.lab:8080/x", allow).allowed
    assert address_of("http://[fd00::1]:90/x", allow).allowed
    with pytest.raises(AddressRefused, match="ISTHMUS_EGRESS_ALLOW"):
        address_of("http://mirror.lab:8081/x", allow)


PRIVATE = ("10.1.2.3", "192.168.0.9", "172.16.0.1", "169.254.169.254", "127.0.0.1", "0.0.0.0", "100.64.0.1", "::1", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1", "224.0.0.1")  # fmt: skip


@pytest.mark.parametrize("ip", PRIVATE)
def test_a_name_that_leads_to_a_private_address_is_refused_even_as_one_of_several(monkeypatch, ip):
    monkeypatch.setattr(socket, "getaddrinfo", resolving({"hooks.example": ["93.184.216.34", ip]}))
    with pytest.raises(AddressRefused, match="not a public address"):
        reachable("hooks.example", 443, allowed=False)
    assert reachable("hooks.example", 443, allowed=True) == "93.184.216.34"


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    """A name that is public when it is looked up and private a moment later leads nowhere else."""
    asked, connected = [], []

    def lookup(host, port, **named):
        asked.append(host)
        return resolving({"hooks.example": ["93.184.216.34" if len(asked) == 1 else "127.0.0.1"]})(host, port)

    def connect(address, *rest):
        connected.append(address)
        raise OSError("nothing is sent in a test")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotDelivered):
        post(address_of("https://hooks.example/"), b"{}", {})
    assert connected == [("93.184.216.34", 443)]
    assert asked == ["hooks.example"]


def test_a_name_that_nobody_knows(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolving({}))
    with pytest.raises(NotDelivered, match="not known"):
        reachable("hooks.example", 443, allowed=False)


def test_a_name_that_no_name_can_be():
    with pytest.raises(NotDelivered, match="not known"):
        post(address_of("https://hooks..example/"), b"{}", {})


def test_a_body_is_posted_and_a_redirect_not_followed():
    with webhook(302) as hook:
        assert post(address_of(hook.url), b"body", {"X-A": "1"}) == 302
        ((headers, body),) = hook.requests
    assert body == b"body"
    assert headers["path"] == "/alerts?team=1"
    assert (headers["host"], headers["x-a"]) == (f"127.0.0.1:{hook.port}", "1")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 2", b"not http at all\r\n\r\n"])
def test_a_server_that_does_not_answer_in_time_is_given_up(monkeypatch, answer):
    monkeypatch.setattr(egress, "TIMEOUT", 0.2)
    monkeypatch.setattr(egress, "DEADLINE", 0.4)
    with silent(answer) as port:
        started = time.monotonic()
        with pytest.raises(NotDelivered):
            post(address_of(f"http://127.0.0.1:{port}/"), b"{}", {})
    assert time.monotonic() - started < 20


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NotDelivered):
        post(address_of(f"http://127.0.0.1:{port}/"), b"{}", {})
