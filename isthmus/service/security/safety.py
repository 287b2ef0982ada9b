"""Whether a server may be started as it is set."""

from __future__ import annotations

import ipaddress
import socket
from datetime import UTC, datetime

from isthmus.errors import UsageError
from isthmus.graph.stores.open import NEO4J_SCHEMES, open_store
from isthmus.graph.stores.protocol import StoreUnreachable
from isthmus.service.security.keys import keys_of
from isthmus.service.settings import Settings

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "testserver"})


class UnsafeAddress(UsageError):
    """An address that others could reach, with nothing to keep them out."""


class UnsafeSetting(UsageError):
    """A setting that lets others in."""


def check_safe(store_url: str, host: str, settings: Settings) -> bool:
    """Whether there is a key that works, for a server at this host.

    Raises ``UnsafeAddress`` where others could reach it and there is none, and ``UnsafeSetting``. A store that does not
    answer yet counts as one with a key: nobody gets in before it does.
    """
    if settings.environment == "production":
        for name, value in (("TRUSTED_HOSTS", settings.hosts), ("CORS_ORIGINS", settings.origins)):
            if "*" in value:
                raise UnsafeSetting(f"ISTHMUS_{name}=* lets any page in: in production name each")
    keyed = _has_key(store_url)
    if keyed:
        return True
    make = "make a key first (`isthmus keys create --scope read`)"
    if not is_loopback(host):
        raise UnsafeAddress(
            f"{host} can be reached by others, and no key is configured. Use --host 127.0.0.1, or {make}."
        )
    if not LOOPBACK_HOSTS.issuperset(settings.hosts):
        raise UnsafeSetting(f"ISTHMUS_TRUSTED_HOSTS names this service for others, and no key is configured: {make}")
    return False


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def names_of(host: str) -> frozenset[str]:
    """What a server at this host is called where nobody said."""
    return frozenset({host.lower(), socket.gethostname().lower()})


def _has_key(store_url: str) -> bool:
    try:
        with open_store(store_url, create=False) as store:
            return any(key.works(datetime.now(UTC)) for key in keys_of(store))
    except StoreUnreachable:
        return store_url.partition(":")[0] in NEO4J_SCHEMES  # a file that is not there has none
