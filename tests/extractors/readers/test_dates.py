"""Dates as sources write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.extractors.readers.dates import date_in_words, date_of, earliest, is_date


@pytest.mark.parametrize(
    ("given_parts", "date"),
    [
        (("2019", "Feb", "16"), "2019-02-16"),
        (("2019", "02", "6"), "2019-02-06"),
        (("2019", "February", ""), "2019-02"),
        (("2019", "feb", "x"), "2019-02"),
        (("2020", "2", "29"), "2020-02-29"),
        (("2019", "2", "29"), "2019-02"),
        (("2019", "13", "1"), "2019"),
        (("2019", "0", "1"), "2019"),
        (("2019", "Summer", "1"), "2019"),
        (("2019", "", "5"), "2019"),
        ((" 2019 ", " Mar ", " 5 "), "2019-03-05"),
        (("19", "Feb", "16"), ""),
        (("1019", "Feb", "16"), ""),
        (("", "Feb", "16"), ""),
        (("2019", "²", "²"), "2019"),
    ],
)
def test_a_date_goes_as_far_as_it_can_be_made_out(given_parts, date):
    assert date_of(*given_parts) == date


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("1998 Dec-1999 Jan", "1998-12"),
        ("2003 Jan-Feb", "2003-01"),
        ("2004 Mar 15-31", "2004-03-15"),
        ("2000 Nov 15-Dec 3", "2000-11-15"),
        ("2004 Spring", "2004"),
        ("Winter 1982", "1982"),
        ("1982-1983 Winter", "1982"),
        ("1976-1977", "1976"),
        ("2003 4th Quarter", "2003"),
        ("2003 1st Quarter", "2003"),
        ("2001 Autumn-Winter", "2001"),
        ("2019/03/05", "2019-03-05"),
        ("19981999", ""),
        ("no year", ""),
        ("", ""),
    ],
)
def test_a_span_in_words_starts_at_its_first_date(words, date):
    assert date_in_words(words) == date


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["2019", "2019-01-24", ""], "2019-01-24"),
        (["2019-03", "2018-12-20"], "2018-12-20"),
        (["1998", "2006-05-01"], "1998"),
        (["2019-03", "2019-03-02"], "2019-03-02"),
        ([], ""),
        (["", ""], ""),
    ],
)
def test_the_earliest_of_several_is_the_more_precise_of_two_that_agree(dates, first):
    assert earliest(dates) == first
    assert earliest(reversed(dates)) == first


@given(st.dates())
def test_a_calendar_date_is_told_from_its_parts_and_is_normal(day):
    known = 1500 <= day.year < 2200
    assert date_of(str(day.year), str(day.month), str(day.day)) == (day.isoformat() if known else "")
    assert is_date(day.isoformat()) == known


@given(st.text(), st.text(), st.text())
def test_whatever_the_parts_are_a_date_is_normal_or_empty(year, month, day):
    date = date_of(year, month, day)
    assert date == "" or is_date(date)


@given(st.text())
def test_whatever_the_words_are_a_date_is_normal_or_empty(words):
    date = date_in_words(words)
    assert date == "" or is_date(date)
