"""Byte ranges of RFC 9110 14: which part of a file a GET asks for."""

import re

from webdav.model.errors import RangeUnsatisfiable
from webdav.model.resource import Resource
from webdav.wire.dates import parse_http_date

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE)


def parse_range(text: str | None, size: int) -> tuple[int, int] | None:
    """Return the range as (start, before stop); None where the whole file is the answer.

    Several ranges at once, other units and what cannot be read are ignored, as RFC 9110 14.2
    allows. Raises RangeUnsatisfiable for a range that begins behind the last byte.
    """
    matched = _ONE_RANGE.fullmatch(text or "")
    if matched is None or matched.groups() == ("", ""):
        return None
    first, last = matched.groups()
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= size:
        raise RangeUnsatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return start, stop


def is_range_current(if_range: str | None, found: Resource) -> bool:
    """Tell whether `If-Range` still names this state (RFC 9110 13.1.5); otherwise send it whole."""
    if if_range is None:
        return True
    if '"' in if_range:
        return if_range.strip() == found.etag
    moment = parse_http_date(if_range)
    return moment is not None and moment == found.modified.replace(microsecond=0)
