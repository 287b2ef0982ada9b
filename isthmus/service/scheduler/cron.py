"""When a schedule is due. Times are UTC, so that no hour of a year comes twice or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

from isthmus.errors import UsageError


class BadCron(UsageError):
    """A cron expression that cannot be read, or never comes."""


def next_due(cron: str, after: datetime) -> datetime:
    """The first time after another at which a cron expression is due, UTC.

    >>> next_due("0 3 * * *", datetime(2026, 3, 29, 3, 0, tzinfo=UTC)).isoformat()
    '2026-03-30T03:00:00+00:00'

    Raises:
        BadCron: it has not five fields, a value out of range, or no such time comes within 50 years.
    """
    try:
        return next(CronSim(cron, after.astimezone(UTC)))
    except CronSimError:
        raise BadCron(
            f'{cron!r} is no cron expression: give minute, hour, day, month and weekday, such as "0 3 * * *"'
        ) from None
    except StopIteration:
        raise BadCron(f"{cron!r} never comes: no such day is in the calendar") from None
