"""What may be changed about a home, and the record that comes of it: pure values."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from server.instances.names import legal_alias, legal_domain
from server.instances.record import InstanceRecord

_MOST_NAMES = 100


class Why(StrEnum):
    """What is wrong with a change."""

    NEGATIVE = "quota: must be 0 or more, not {about}"
    TOO_MANY = "aliases: a home has {about} names at most"
    OWN_NAME = "aliases: {about} is the home's own name, and no alias"
    NO_NAME = "aliases: {about} is no name of this home"
    NO_CONTEXT = "context: the settings do not have it; there are {about}"


class ChangeIllegal(Exception):
    """A home cannot become what was asked; `about` is what the sentence is about."""

    def __init__(self, why: Why, about: str) -> None:
        super().__init__(why.format(about=about))
        self.why = why
        self.about = about


class Changes(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What is to be otherwise; what is not said stays.

    `quota` is in bytes, None for no limit. `blocked` is the reason, empty to open the home again;
    `deletion_at` an RFC 3339 time, empty for never. Another `domain` keeps the old one as a name
    that leads on; removing that from the aliases forgets it. Of the `flags` those that are named
    change; null takes one out.
    """

    domain: str | UnsetType = UNSET
    add_aliases: tuple[str, ...] = ()
    remove_aliases: tuple[str, ...] = ()
    locale: str | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    context: str | UnsetType = UNSET
    quota: int | UnsetType | None = UNSET
    blocked: str | UnsetType = UNSET
    deletion_at: str | UnsetType = UNSET
    moved_to: str | UnsetType = UNSET
    terms_signed: str | UnsetType = UNSET
    oidc_id: str | UnsetType = UNSET
    onboarded: bool | UnsetType = UNSET
    flags: Mapping[str, Any] = msgspec.field(default_factory=dict)


NOTHING = Changes()
_PLAIN = (
    *("locale", "timezone", "context", "quota", "blocked", "deletion_at", "moved_to"),
    *("terms_signed", "onboarded", "oidc_id"),
)


def changed(record: InstanceRecord, changes: Changes) -> InstanceRecord:
    """Return the record as it is to be. Raises DomainIllegal, ChangeIllegal."""
    told = {name: getattr(changes, name) for name in _PLAIN}
    plain = {name: value for name, value in told.items() if value is not UNSET}
    if changes.quota is not UNSET and changes.quota is not None and changes.quota < 0:
        raise ChangeIllegal(Why.NEGATIVE, str(changes.quota))
    flags = {**record.flags, **changes.flags}
    flags = {name: value for name, value in flags.items() if value is not None}
    after = _named(replace(record, **plain, flags=flags), changes)
    if len(after.hosts) > _MOST_NAMES:
        raise ChangeIllegal(Why.TOO_MANY, str(_MOST_NAMES))
    return after


def _named(record: InstanceRecord, changes: Changes) -> InstanceRecord:
    gone = {legal_alias(name) for name in changes.remove_aliases}
    if record.domain in gone:
        raise ChangeIllegal(Why.OWN_NAME, record.domain)
    unknown = gone.difference(record.hosts)
    if unknown:
        raise ChangeIllegal(Why.NO_NAME, ", ".join(sorted(unknown)))
    domain = record.domain if changes.domain is UNSET else legal_domain(changes.domain)
    former = [name for name in record.former if name not in gone and name != domain]
    if domain != record.domain:
        former.append(record.domain)
    came = [legal_alias(name) for name in changes.add_aliases]
    kept = [name for name in record.aliases if name not in gone]
    aliases = [name for name in dict.fromkeys([*kept, *came]) if name != domain]
    return replace(
        record,
        domain=domain,
        aliases=tuple(aliases),
        former=tuple(name for name in former if name not in aliases),
    )
