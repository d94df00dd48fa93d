"""Whether a document, in JSON, matches a selector: only members that are asked about are read."""

from collections.abc import Callable

import msgspec

from replication.mango.analysis import mentioned
from replication.mango.members import EVERYTHING, decoder_of
from replication.query.matching import matcher
from replication.query.selector import Node

TextPredicate = Callable[[bytes], bool]
"""Tells of a document in JSON whether it matches."""


def judging(node: Node) -> TextPredicate:
    """Return what judges documents by a selector."""
    predicate = matcher(node)
    paths = mentioned(node)
    # a condition without a field is one on the whole document
    decode = decoder_of(frozenset(path[0] for path in paths)) if all(paths) else EVERYTHING

    def matches(text: bytes) -> bool:
        try:
            return predicate(decode(text))
        except (msgspec.DecodeError, RecursionError):  # a number that is too large for any
            return False

    return matches
