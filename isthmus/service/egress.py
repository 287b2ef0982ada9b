"""The one way out: an address is resolved, checked and connected to as checked.

Only https is reached, and plain http on this machine itself; only public addresses, or those of this machine. What
``ISTHMUS_EGRESS_ALLOW`` names (``host:port``) may be reached over plain http and at a private address too. The connection goes
to the very address that was checked: a name that resolves to another one a moment later changes nothing. ``post`` follows
no redirect; ``get`` follows a few, each checked like the first address, and never to another host than those it was given.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from isthmus.errors import IsthmusError, UsageError
from isthmus.service.telemetry.tracing import handed_on
from isthmus.steps import Step, step

TIMEOUT = 10.0  # seconds for each step: connecting, sending, one read
DEADLINE = 30.0  # for all of it
REDIRECTS = 5
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"http": 80, "https": 443}


class AddressRefused(UsageError):
    """An address that may not be reached; the message says how to allow it."""


class NotDelivered(IsthmusError):
    """An address that did not take what was sent."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address that has passed the checks that need no network."""

    scheme: str
    host: str
    port: int
    target: str
    allowed: bool


def allowed_pairs(setting: str) -> frozenset[str]:
    """The host:port pairs of a setting.

    >>> sorted(allowed_pairs(" Hooks.example:8080, [::1]:90 "))
    ['[::1]:90', 'hooks.example:8080']
    """
    return frozenset(part.strip().lower() for part in setting.split(",") if part.strip())


def address_of(url: str, allow: Collection[str] = ()) -> Address:
    """The address of a URL. Raises ``AddressRefused`` for what may not be reached, or is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise AddressRefused(f"{url[:100]!r} is no address: give https://HOST/PATH") from None
    host = (parts.hostname or "").lower()
    _check_form(url, parts, host)
    allowed = f"[{host}]:{port}" in allow if ":" in host else f"{host}:{port}" in allow
    if parts.scheme == "http" and host not in _LOOPBACK and not allowed:
        raise AddressRefused(
            f"http://{host}:{port} is not encrypted: use https, or name {host}:{port} in ISTHMUS_EGRESS_ALLOW"
        )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(parts.scheme, host, port, target, allowed)


def _check_form(url: str, parts: SplitResult, host: str) -> None:
    if parts.scheme not in _PORTS or not host:
        raise AddressRefused(f"{url[:100]!r} is no web address: give https://HOST/PATH")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("a name or password stands in the address: leave it out, what is sent is signed")
    if any(not "!" <= each <= "~" for each in url):
        raise AddressRefused(f"{url[:100]!r} holds spaces or other characters that an address cannot have: escape them")


def reachable(host: str, port: int, *, allowed: bool) -> str:
    """The IP address to connect to. Raises ``AddressRefused`` where any that the name stands for is not public.

    This machine itself may be named as such (``localhost``); another name that leads to it is refused.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no name can be
        raise NotDelivered(f"{host} is not known: {error}") from None
    addresses = [str(entry[4][0]) for entry in found]
    for each in addresses:
        ip = ipaddress.ip_address(each.partition("%")[0])
        public = ip.is_global and not ip.is_multicast
        if not (public or allowed or (host in _LOOPBACK and ip.is_loopback)):
            raise AddressRefused(
                f"{host} is at {each}, which is not a public address: name {host}:{port} in ISTHMUS_EGRESS_ALLOW to allow it"
            )
    return addresses[0]


def post(address: Address, body: bytes, headers: Mapping[str, str], *, service: str = "other") -> int:
    """Send a body and return the status. Of the answer nothing else is read, and no redirect is followed.

    ``service`` is what metrics and traces call whoever is asked.

    Raises:
        AddressRefused: the name leads somewhere else than it may.
        NotDelivered: nobody answers in time, or not in HTTP.
    """
    with _told(service) as asking, _connected(address, DEADLINE, "did not take it") as connection:
        connection.request("POST", address.target, body, {**headers, **_trace(address)})
        status = connection.getresponse().status
        asking.add(status=str(status))
        return status


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of an answer is taken: bytes as unpacked, unpacked to packed size, seconds for all of it."""

    size: int = 64 * 2**20
    ratio: int = 200
    seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a GET brought; the names of the headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def get(
    url: str,
    hosts: Collection[str],
    headers: Mapping[str, str],
    *,
    allow: Collection[str] = (),
    caps: Caps | None = None,
    service: str = "other",
) -> Answer:
    """Fetch an address, whatever status it answers with, over at most ``REDIRECTS`` redirects.

    Only ``hosts`` are reached, and this machine only where ``allow`` names it. ``service`` as for ``post``.

    Raises:
        AddressRefused: the address, or one that it redirects to, may not be reached.
        NotDelivered: nobody answers in time, the answer breaks off, or it is beyond ``caps``.
    """
    with _told(service) as asking:
        answer = _followed(url, hosts, headers, allow, caps or Caps())
        asking.add(status=str(answer.status), bytes=len(answer.body))
        return answer


def _followed(
    url: str, hosts: Collection[str], headers: Mapping[str, str], allow: Collection[str], caps: Caps
) -> Answer:
    for _ in range(REDIRECTS + 1):
        address = address_of(url, allow)
        if address.host not in hosts:
            raise AddressRefused(f"{address.host} is none of the hosts of this feed: a redirect led there")
        if address.host in _LOOPBACK and not address.allowed:
            raise AddressRefused(f"name {address.host}:{address.port} in ISTHMUS_EGRESS_ALLOW to reach this machine")
        with _connected(address, caps.seconds, "gave no whole answer") as connection:
            connection.request("GET", address.target, headers={"Accept-Encoding": "gzip", **headers, **_trace(address)})
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            if response.status not in (301, 302, 303, 307, 308) or "location" not in told:
                body = _body(response, told.get("content-encoding", ""), caps)
                if connection.aborted:  # what ends with the connection would look whole
                    raise TimeoutError(f"it took longer than {caps.seconds:g} s")
                return Answer(response.status, told, body)
        url = urljoin(url, told["location"])
    raise NotDelivered(f"{address.host} redirects more than {REDIRECTS} times")


@contextmanager
def _told(service: str) -> Iterator[Step]:
    """Whoever watches is told of a request, and what became of it."""
    with step("egress.ask", service=service, status="none") as asking:
        try:
            yield asking
        except AddressRefused:
            asking.add(status="refused")
            raise


def _trace(address: Address) -> Mapping[str, str]:
    """What tells of the trace that a request is of: only to services of one's own, not to those of the public."""
    return handed_on() if address.allowed else {}


def _body(response: http.client.HTTPResponse, encoding: str, caps: Caps) -> bytes:
    """The answer, unpacked. Raises ``ValueError`` beyond the caps, ``IncompleteRead`` where it breaks off."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding.lower() == "gzip" else None
    taken, packed = bytearray(), 0
    while chunk := response.read(1 << 16):
        packed += len(chunk)
        taken += unpacker.decompress(chunk, caps.size + 1 - len(taken)) if unpacker else chunk
        if len(taken) > caps.size or (unpacker and unpacker.unconsumed_tail):
            raise ValueError(f"it is longer than {caps.size:,} bytes")
        if unpacker and len(taken) > 2**20 and len(taken) > caps.ratio * packed:
            raise ValueError(f"it unpacks to more than {caps.ratio} times its size")
    if response.length or (unpacker and packed and not unpacker.eof):
        raise http.client.IncompleteRead(bytes(taken[:20]), response.length)
    return bytes(taken)


@contextmanager
def _connected(address: Address, seconds: float, failing: str) -> Iterator[_Connection]:
    """A connection to the checked IP address that ends after so many seconds, its errors in words."""
    ip = reachable(address.host, address.port, allowed=address.allowed)
    connection = _Connection(address, ip)
    watchdog = threading.Timer(seconds, connection.abort)  # a server that answers a byte at a time passes each timeout
    watchdog.start()
    try:
        yield connection
    except (OSError, http.client.HTTPException, ssl.SSLError, ValueError, zlib.error) as error:
        told = str(error) or type(error).__name__
        raise NotDelivered(f"{address.host}:{address.port} {failing}: {told}") from None
    finally:
        watchdog.cancel()
        connection.close()


class _Connection(http.client.HTTPConnection):
    """To the IP address that was checked, under the name that was asked for."""

    def __init__(self, address: Address, ip: str) -> None:
        super().__init__(address.host, address.port, timeout=TIMEOUT)
        self._address, self._ip = address, ip
        self._socket: socket.socket | None = None  # of an answer that ends with the connection, http.client lets go
        self.aborted = False

    def connect(self) -> None:
        plain = socket.create_connection((self._ip, self._address.port), TIMEOUT)
        if self._address.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self._address.host)
        else:
            self.sock = plain
        self._socket = self.sock

    def abort(self) -> None:
        """End it from another thread."""
        self.aborted = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
