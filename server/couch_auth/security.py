"""A database's `_security` object: who may read and write there, and who rules it."""

from dataclasses import dataclass
from typing import Any

import msgspec

from replication.core.errors import Invalid
from server.couch_auth.user import ADMIN_ROLE, User

ADMINS_ONLY = b'{"members":{"roles":["_admin"]},"admins":{"roles":["_admin"]}}'
"""What holds until somebody sets another one, as in CouchDB 3."""


@dataclass(frozen=True, slots=True)
class Group:
    """Users by name, and all who have one of the roles."""

    names: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    @property
    def is_everybody(self) -> bool:
        """Tell whether nobody is named: a database without members is public."""
        return not self.names and not self.roles

    def holds(self, user: User) -> bool:
        """Tell whether the user is one of them; server admins are everywhere."""
        return not (self.roles | {ADMIN_ROLE}).isdisjoint(user.roles) or user.name in self.names


@dataclass(frozen=True, slots=True)
class Security:
    """Both groups of a database."""

    admins: Group
    members: Group

    def is_admin(self, user: User) -> bool:
        """Tell whether the user may change design documents and limits."""
        return self.admins.holds(user)

    def is_member(self, user: User) -> bool:
        """Tell whether the user may read and write documents."""
        return self.is_admin(user) or self.members.is_everybody or self.members.holds(user)


def parse_security(body: bytes) -> Security:
    """Read a security object. Raises Invalid, with CouchDB's sentences."""
    told: Any = msgspec.json.decode(body)
    if not isinstance(told, dict):
        raise Invalid("bad_request", "Request body must be a JSON object")
    return Security(_group(told.get("admins", {})), _group(told.get("members", {})))


def _group(told: object) -> Group:
    if not isinstance(told, dict):
        raise Invalid("bad_request", "Security object's groups must be JSON objects")
    return Group(_strings(told, "names"), _strings(told, "roles"))


def _strings(told: dict[str, object], field: str) -> frozenset[str]:
    value = told.get(field, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Invalid("bad_request", f"{field} must be a JSON list of strings")
    return frozenset(value)
