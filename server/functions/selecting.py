"""Selectors whose regular expressions may take for ever, tried in the process that may be ended."""

import json

from replication.query.matching import matcher
from replication.query.selector import parse_selector

MOST_DIGITS = 400


def select(body: bytes) -> bytes:
    """Tell of each document whether a selector matches; both are JSON."""
    given = json.loads(body, parse_int=_integer)
    matches = matcher(parse_selector(given["selector"]))
    return json.dumps({"ok": [matches(document) for document in given["documents"]]}).encode()


def _integer(text: str) -> int | float:
    """Read a number; one of thousands of digits is infinite, for all it matters."""
    return int(text) if len(text) < MOST_DIGITS else float(text)
