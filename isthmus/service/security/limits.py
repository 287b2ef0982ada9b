"""How often a key may ask: a token bucket for each, in this process."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

WINDOW = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit: ``remaining`` requests at once, the next after ``wait`` seconds, all of them after ``reset``."""

    limit: int
    remaining: int
    wait: float
    reset: float
    window: float = WINDOW  # seconds that the limit is for

    @property
    def granted(self) -> bool:
        """Whether this request is within the limit."""
        return self.wait == 0.0

    def headers(self) -> dict[str, str]:
        """As a client is told: draft-ietf-httpapi-ratelimit-headers, version 6; and Retry-After where it was too often."""
        told = {
            "ratelimit-limit": f"{self.limit}, {self.limit};w={self.window:.0f}",
            "ratelimit-remaining": str(self.remaining),
            "ratelimit-reset": str(math.ceil(self.reset)),
        }
        return told if self.granted else {**told, "retry-after": str(math.ceil(self.wait))}


class RateLimiter:
    """Token buckets: each holds ``limit`` requests and is filled with as many a minute, evenly; a key may have its own limit.

    There are as many as there are keys that were used, so memory is bounded by what the owner gave out. Each process of a
    service that runs several counts for itself.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = monotonic) -> None:
        self.limit, self._clock = limit, clock
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens, and when there were so many
        self._lock = threading.Lock()

    def take(self, who: str, limit: int = 0) -> Allowance:
        """Take one request from somebody's bucket, where there is one. ``limit`` is theirs, where it is not that of all."""
        limit = limit or self.limit
        rate = limit / WINDOW
        with self._lock:
            now = self._clock()
            tokens, since = self._buckets.get(who, (float(limit), now))
            tokens = min(float(limit), tokens + (now - since) * rate)
            granted = tokens >= 1.0
            tokens -= granted
            self._buckets[who] = tokens, now
        wait = 0.0 if granted else (1.0 - tokens) / rate
        return Allowance(limit, int(tokens), wait, (limit - tokens) / rate)
