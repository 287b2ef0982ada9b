"""The process that serves."""

from __future__ import annotations

import ipaddress

import typer
import uvicorn

from isthmus.errors import UsageError
from isthmus.service.api.app import create_app


class UnsafeAddress(UsageError):
    """An address that others could reach, with nothing to keep them out."""


def run(store_url: str, host: str, port: int) -> None:
    """Serve until stopped. Raises ``UnsafeAddress`` for anything but loopback, since there are no keys to check."""
    if not _loopback(host):
        raise UnsafeAddress(f"{host} can be reached by others, and no key is configured. Use --host 127.0.0.1.")
    typer.echo(f"Isthmus on http://{host}:{port}/ (loopback only: no key is configured), API at /docs", err=True)
    uvicorn.run(create_app(store_url), host=host, port=port, log_level="warning", access_log=False)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
