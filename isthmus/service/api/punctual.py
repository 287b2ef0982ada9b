"""Connections on which no request comes are given up, so that none are left open to keep others out."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

ENDLESS = "endless"  # of a request's state: its answer is a stream that goes on for as long as something does
HEADER_SECONDS = 15.0  # in which the head of a request has to be here, from its first byte or the connection's start


class PunctualProtocol(H11Protocol):
    """Uvicorn's, which gives a client all the time in the world for the head of a request."""

    header_seconds = HEADER_SECONDS
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in the class above
        """As asyncio has it."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """As asyncio has it."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        else:
            self._wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio has it."""
        self._wait_no_more()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """As uvicorn has it; a stream without an end ends now, and not when the server's patience does."""
        if self.cycle is not None and self.cycle.scope.get("state", {}).get(ENDLESS):
            self.transport.close()
        else:
            super().shutdown()

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(self.header_seconds, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
