"""Dates as sources write them, to ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable

# not the calendar module's names, which change with the locale of the process
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_MONTHS, start=1)}
_YEAR = re.compile(r"(?<![0-9])(1[5-9][0-9]{2}|2[01][0-9]{2})(?![0-9])")
_AFTER_YEAR = re.compile(r"[\s,/-]+([A-Za-z]{3,9}|[0-9]{1,2}(?![0-9A-Za-z]))\.?(?:[\s,/-]+([0-9]{1,2})(?![0-9]))?")
_NORMAL = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")


def date_of(year: str, month: str = "", day: str = "") -> str:
    """The date as far as it can be made out; empty without a year between 1500 and 2199.

    >>> date_of("2019", "Feb", "16"), date_of("2019", "02", "30"), date_of("2019", "Spring"), date_of("19")
    ('2019-02-16', '2019-02', '2019', '')
    """
    if not _YEAR.fullmatch(year.strip()):
        return ""
    year = year.strip()
    number = _month(month)
    if not number:
        return year
    days = calendar.monthrange(int(year), number)[1]
    day = day.strip()
    if day.isascii() and day.isdigit() and 1 <= int(day[:3]) <= days:
        return f"{year}-{number:02}-{int(day):02}"
    return f"{year}-{number:02}"


def _month(month: str) -> int:
    month = month.strip()
    if month.isascii() and month.isdigit():
        return int(month) if 1 <= int(month[:3]) <= 12 else 0
    return MONTHS.get(month[:3].lower(), 0)


def date_in_words(text: str) -> str:
    """The first date of a span written in words, year first (MEDLINE's ``MedlineDate``).

    A season or a quarter says only its year: spring is not the same months everywhere.

    >>> [date_in_words(words) for words in ("2003 Jan-Feb", "1998 Dec-1999 Jan", "2004 Mar 15-31", "Winter 1982")]
    ['2003-01', '1998-12', '2004-03-15', '1982']
    """
    year = _YEAR.search(text)
    if not year:
        return ""
    rest = _AFTER_YEAR.match(text, year.end())
    return date_of(year[1], rest[1] or "", rest[2] or "") if rest else year[1]


def is_date(text: str) -> bool:
    """Whether a text is a date in normal form.

    >>> is_date("2024-02-29"), is_date("2023-02-29"), is_date("soon")
    (True, False, False)
    """
    return bool(_NORMAL.fullmatch(text)) and date_of(*text.split("-")) == text


def earliest(dates: Iterable[str]) -> str:
    """The earliest of several dates; of two that agree as far as both go, the more precise.

    >>> earliest(["2019", "2019-01-24", ""]), earliest(["2019-03", "2018-12-20"]), earliest(["1998", "2006-05-01"])
    ('2019-01-24', '2018-12-20', '1998')
    """
    return min((date for date in dates if date), key=lambda date: date.ljust(10, "~"), default="")
