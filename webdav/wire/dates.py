"""Dates as HTTP and DAV spell them; all values are aware and in UTC."""

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun",
           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # fmt: skip

_TWO = tuple(f"{number:02}" for number in range(61))  # listings spell thousands of dates


def http_date(moment: datetime) -> str:
    """Spell a moment as IMF-fixdate (RFC 9110 5.6.7), to the second below."""
    at = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{_day(at.toordinal())} {_TWO[at.hour]}:{_TWO[at.minute]}:{_TWO[at.second]} GMT"


@lru_cache(maxsize=4096)
def _day(ordinal: int) -> str:
    at = date.fromordinal(ordinal)
    return f"{_DAYS[at.weekday()]}, {_TWO[at.day]} {_MONTHS[at.month]} {at.year:04}"


def iso_date(moment: datetime) -> str:
    """Spell a moment as `creationdate` wants it (RFC 3339, RFC 4918 15.1)."""
    at = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return (
        f"{at.year:04}-{_TWO[at.month]}-{_TWO[at.day]}"
        f"T{_TWO[at.hour]}:{_TWO[at.minute]}:{_TWO[at.second]}Z"
    )


def parse_http_date(text: str) -> datetime | None:
    """Read any of HTTP's date forms; None for what is no date."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse_unix_seconds(text: str) -> datetime | None:
    """Read seconds since the epoch, as `X-OC-Mtime` has them; None for what is no such number."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
