"""Requests to a feed's service: no faster than it allows, again where it failed, and not at all while it is down.

A request that fails (no answer, 408, 425, 429, 5xx, an answer that is cut short) is made again after a wait that doubles
and is part chance, or that the service names with ``Retry-After``. After ``FAILURES`` requests that failed for good within
``REST`` seconds a service is left alone for as long: every schedule that needs it learns so at once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from isthmus import __version__
from isthmus.errors import Unreachable
from isthmus.extractors.feeds.feed import BrokenAnswer, RequestRefused
from isthmus.service.egress import Answer, Caps, NotDelivered, address_of, get
from isthmus.steps import told as tell

T = TypeVar("T")

TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds
LONGEST_ASKED_WAIT = 300.0  # longer than that a run does not wait: it fails, and the schedule tries again later
FAILURES, REST = 3, 300.0
_AGAIN = {408, 425, 429, 500, 502, 503, 504}


class FeedUnreachable(Unreachable):
    """A service that does not answer as it should, however often it is asked."""


@dataclass
class Breaker:
    """Whether a service is left alone for now. One for each service, shared by all schedules of a process."""

    failed_at: list[float] = field(default_factory=list)
    rests_until: float = float("-inf")

    def fail(self, now: float) -> bool:
        """Count a request that failed for good; whether the service is left alone from now on."""
        self.failed_at = [*(at for at in self.failed_at if now - at < REST), now]
        if len(self.failed_at) >= FAILURES:
            self.failed_at, self.rests_until = [], now + REST
            return True
        return False


@dataclass
class Pace:
    """How a client waits; a test gives a clock of its own."""

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    breakers: dict[str, Breaker] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)


class Service:
    """One service under its base address: a ``Fetch`` for its feed."""

    def __init__(
        self,
        base: str,
        per_second: float,
        pace: Pace,
        *,
        allow: frozenset[str] = frozenset(),
        caps: Caps | None = None,
        name: str = "other",
    ) -> None:
        """``name`` is what metrics and traces call it. Raises ``AddressRefused`` where the address may not be reached."""
        address = address_of(base, allow)
        self._base, self._host, self._interval = base.rstrip("/"), address.host, 1.0 / per_second
        self._allow, self._pace, self._caps = allow, pace, caps
        self._service, self._name = urlsplit(base).netloc, name
        self._server_day: date | None = None
        self.requests = 0

    @property
    def server_day(self) -> date | None:
        """The day (UTC) that the service told with its last answer."""
        return self._server_day

    def __call__(self, path: str, parameters: Mapping[str, str], parse: Callable[[bytes], T]) -> T:
        """See ``Fetch``. Raises ``FeedUnreachable``, ``RequestRefused`` and ``AddressRefused``."""
        breaker = self._pace.breakers.setdefault(self._service, Breaker())
        if breaker.rests_until > self._pace.now():
            raise FeedUnreachable(
                f"{self._service} has failed {FAILURES} times within minutes: it is left alone for now"
            )
        url = f"{self._base}{path}" + (f"?{urlencode(parameters)}" if parameters else "")
        why, wait = "", 0.0
        for attempt in range(TRIES):
            if attempt:
                self._pace.sleep(wait)
            try:
                answer = self._once(url)
                if answer.status == 200:
                    return parse(answer.body)
                why, wait = f"answered {answer.status}", _asked_wait(answer)
                if answer.status not in _AGAIN:
                    raise RequestRefused(
                        f"{self._service}{path} answered {answer.status}: {_shown(answer)}", answer.status
                    )
            except (NotDelivered, BrokenAnswer) as error:
                why, wait = str(error), 0.0
            if wait > LONGEST_ASKED_WAIT:
                break
            wait = wait or min(FIRST_WAIT * 2**attempt, LONGEST_WAIT) * random.uniform(0.5, 1.0)  # noqa: S311
        if breaker.fail(self._pace.now()):
            tell("egress.rest", 0.0, service=self._name, rests=REST)
        raise FeedUnreachable(f"{self._service} failed {attempt + 1} times, the last time: {why}. Try again later")

    def _once(self, url: str) -> Answer:
        """One request, when it is its turn."""
        pause = self._pace.last.get(self._service, -1e9) + self._interval - self._pace.now()
        if pause > 0:
            self._pace.sleep(pause)
        self._pace.last[self._service] = self._pace.now()
        self.requests += 1
        known = {"User-Agent": f"isthmus/{__version__}"}
        answer = get(url, {self._host}, known, allow=self._allow, caps=self._caps, service=self._name)
        told = _moment(answer.headers.get("date", ""))
        self._server_day = told.date() if told else self._server_day
        return answer


def _asked_wait(answer: Answer) -> float:
    """Seconds that ``Retry-After`` asks for, as a number or as a time; 0 where it does not."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    until = _moment(asked)
    # counted from the service's own clock: ours may be another
    now = _moment(answer.headers.get("date", "")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0) if until else 0.0


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment else None


def _shown(answer: Answer) -> str:
    text = " ".join(answer.body[:200].decode(errors="replace").split())
    return "".join(each for each in text if each.isprintable()) or "nothing more"
