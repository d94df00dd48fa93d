from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdav.wire.dates import http_date, iso_date, parse_http_date, parse_unix_seconds

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS)
def test_http_date_is_the_standard_librarys(moment):
    assert http_date(moment) == format_datetime(moment, usegmt=True)


@given(MOMENTS)
def test_http_date_reads_back_to_the_second(moment):
    assert parse_http_date(http_date(moment)) == moment.replace(microsecond=0)


def test_dates_of_other_zones_are_told_in_utc():
    moment = datetime(2026, 11, 23, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert http_date(moment) == "Sun, 22 Nov 2026 23:30:00 GMT"
    assert iso_date(moment) == "2026-11-22T23:30:00Z"


@pytest.mark.parametrize(
    "text",
    ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
     "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 -0000"],
)  # fmt: skip
def test_all_of_https_forms_are_read(text):
    assert parse_http_date(text) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT", "0"])
def test_what_is_no_date_is_none(text):
    assert parse_http_date(text) is None


def test_unix_seconds_are_read():
    assert parse_unix_seconds("784111777") == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
    assert parse_unix_seconds("784111777.5").microsecond == 500000
    assert [parse_unix_seconds(text) for text in ("", "x", "nan", "inf", "1e30")] == [None] * 5
