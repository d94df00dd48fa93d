"""`_top_N` and `_bottom_N`: the highest or lowest of the values, each once, in view order."""

from collections.abc import Iterable
from typing import Any

from replication.query.sort_key import sort_key

MOST = 100
"""How many values can be kept, as in CouchDB."""


def best(values: Iterable[Any], most: int, *, highest: bool) -> list[Any]:
    """Return the `most` highest or lowest different values, the most extreme first."""
    distinct = {sort_key(value): value for value in values}
    return [distinct[key] for key in sorted(distinct, reverse=highest)[:most]]
