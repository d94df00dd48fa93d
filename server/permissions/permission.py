"""What a link opens, or an application may do: sets of rules that the home keeps.

Codes let in whoever has them, and whoever made a link wants to see it again. So what is kept of a
code is a seed, of which the code is made anew with the home's secret (`codes.py`), and no code.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.scope import parse_rules
from replication.store.protocol import DocumentStore, FieldIndex
from server.instances.collection import Collection, Kept

DOCTYPE = "io.cozy.permissions"
BY_SOURCE = FieldIndex("by-source", ("source_id",))

SHARE, APP, KONNECTOR = "share", "app", "konnector"
"""Types of sets that are kept; those of OAuth clients and devices are their scopes."""


class CodeSeed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a code is made of: random, when it was made (seconds since 1970), and its form."""

    seed: str
    made_at: int
    tiny: bool = False


class Permission(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A set of rules by titles, in Cozy's JSON (cozy.md B5); dates are RFC 3339, "" for never.

    `source_id` names the application or client that made it, as `type/id`. `password_hash` is a
    PHC string, or "" for a link without password.
    """

    type: str
    source_id: str = ""
    permissions: dict[str, dict[str, Any]] = {}
    codes: dict[str, CodeSeed] = {}
    shortcodes: dict[str, CodeSeed] = {}
    password_hash: str = ""
    expires_at: str = ""
    created_at: str = ""
    metadata: dict[str, Any] = msgspec.field(default_factory=dict, name="cozyMetadata")

    @property
    def rules(self) -> PermissionSet:
        """What it allows."""
        return PermissionSet(tuple(parse_rules(self.permissions).values()))

    @property
    def ends_at(self) -> float:
        """When it ends, in seconds since 1970; infinite for never."""
        return datetime.fromisoformat(self.expires_at).timestamp() if self.expires_at else _NEVER


_NEVER = float("inf")


class ShortCode(msgspec.Struct):
    """Where a short code leads; the document's id is what is kept of the code."""

    permission: str
    name: str


def permissions_of(store: DocumentStore) -> Collection[Permission]:
    """Return the sets of permissions of a home."""
    return Collection(store, DOCTYPE, Permission, (BY_SOURCE,))


def short_codes_of(store: DocumentStore) -> Collection[ShortCode]:
    """Return the short codes of a home, by what is kept of them."""
    return Collection(store, "_share_codes", ShortCode)


async def of_source(store: DocumentStore, source_id: str, kind: str) -> Kept[Permission] | None:
    """Return the set that an application or a konnector was given, if there is one."""
    found = await permissions_of(store).find(BY_SOURCE, source_id)
    return next((kept for kept in found if kept.value.type == kind), None)


def named(seeds: Mapping[str, CodeSeed], seed: str) -> bool:
    """Tell whether a code with this seed is among these."""
    return any(one.seed == seed for one in seeds.values())
