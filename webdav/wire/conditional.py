"""Conditional requests of RFC 9110 13: what a client demands of the current state."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from webdav.model.errors import PreconditionFailed
from webdav.model.resource import Resource
from webdav.wire.dates import parse_http_date

_TAG = re.compile(r'(W/)?"([^"]*)"|([^\s,"]+)')


@dataclass(frozen=True, slots=True)
class EntityTags:
    """The tags of an `If-Match` or `If-None-Match`: quoted, and apart whether each is weak.

    A tag sent without quotes counts as if it had them; some clients copy it out of XML that way.
    """

    strong: frozenset[str]
    weak: frozenset[str] = frozenset()
    is_any: bool = False

    @classmethod
    def parse(cls, text: str) -> "EntityTags":
        """Read the field's value; tags that cannot be read are tags that match nothing."""
        if text.strip() == "*":
            return cls(frozenset(), is_any=True)
        strong: set[str] = set()
        weak: set[str] = set()
        for mark, quoted, bare in _TAG.findall(text):
            (weak if mark else strong).add(f'"{quoted or bare}"')
        return cls(frozenset(strong), frozenset(weak))

    def match_strongly(self, found: Resource | None) -> bool:
        """Compare as `If-Match` does: a weak tag is never equal (RFC 9110 8.8.3.2)."""
        return found is not None and (self.is_any or found.etag in self.strong)

    def match_weakly(self, found: Resource | None) -> bool:
        """Compare as `If-None-Match` does."""
        return self.match_strongly(found) or (found is not None and found.etag in self.weak)


@dataclass(frozen=True, slots=True)
class Conditions:
    """All conditional fields of one request; a Guard for the write it makes."""

    match: EntityTags | None = None
    none_match: EntityTags | None = None
    unmodified_since: datetime | None = None
    modified_since: datetime | None = None

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> "Conditions":
        """Take the fields out of a request; dates that are none are ignored (RFC 9110 13.1.3)."""
        return cls(
            match=_tags(headers, "if-match"),
            none_match=_tags(headers, "if-none-match"),
            unmodified_since=parse_http_date(headers.get("if-unmodified-since", "")),
            modified_since=parse_http_date(headers.get("if-modified-since", "")),
        )

    def check(self, found: Resource | None) -> None:
        """Raise PreconditionFailed unless a write may replace what was found."""
        self.check_state(found)
        if self.none_match is not None and self.none_match.match_weakly(found):
            raise PreconditionFailed("If-None-Match: the resource is there")

    def check_state(self, found: Resource | None) -> None:
        """Raise PreconditionFailed by the fields that also stop a GET (RFC 9110 13.2.2 1-2)."""
        if self.match is not None:
            if not self.match.match_strongly(found):
                raise PreconditionFailed("If-Match: the resource is another")
        elif self.unmodified_since is not None and _is_newer(found, self.unmodified_since):
            raise PreconditionFailed("If-Unmodified-Since: the resource was modified")

    def is_known(self, found: Resource) -> bool:
        """Tell whether a reader has this state already, so that 304 will do (13.2.2 3-4)."""
        if self.none_match is not None:
            return self.none_match.match_weakly(found)
        return self.modified_since is not None and not _is_newer(found, self.modified_since)


def _tags(headers: Mapping[str, str], name: str) -> EntityTags | None:
    text = headers.get(name)
    return None if text is None else EntityTags.parse(text)


def _is_newer(found: Resource | None, moment: datetime) -> bool:
    """Compare by whole seconds: that is all a client was told."""
    return found is not None and found.modified.replace(microsecond=0) > moment
