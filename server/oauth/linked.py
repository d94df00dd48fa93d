"""Clients that stand for an application of the home: they may do what its manifest says.

Their software is `registry://slug`, their scope `@io.cozy.apps/slug` (cozy.md B4), and what that
allows is read from the manifest each time, so that an application that asks for less gets less.
"""

import msgspec

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.scope import parse_rules
from replication.core.errors import DatabaseMissing, DocumentMissing
from replication.store.protocol import DocumentStore

APPS = "io.cozy.apps"
KONNECTORS = "io.cozy.konnectors"
_PREFIX = f"@{APPS}/"


class _Manifest(msgspec.Struct):
    permissions: dict[str, msgspec.Raw] = {}


def scope_of(slug: str) -> str:
    """Return the scope of a client that stands for an application."""
    return _PREFIX + slug


def slug_of(scope: str) -> str:
    """Return the application that a scope names; empty for a scope of rules."""
    return scope.removeprefix(_PREFIX) if scope.startswith(_PREFIX) else ""


async def manifest_rules(
    slug: str, store: DocumentStore, doctype: str = APPS
) -> PermissionSet | None:
    """Return what the manifest of an application asks for; None if it is not installed here."""
    try:
        document = await (await store.open(doctype)).get(f"{doctype}/{slug}")
        manifest = msgspec.json.decode(document.body, type=_Manifest)
        told = {name: msgspec.json.decode(rule) for name, rule in manifest.permissions.items()}
        return PermissionSet(tuple(parse_rules(told).values()))
    except (DatabaseMissing, DocumentMissing, msgspec.DecodeError, RuleIllegal):
        return None
