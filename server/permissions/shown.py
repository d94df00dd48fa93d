"""Sets of permissions as JSON:API shows them (cozy.md B5)."""

from typing import Any

from doctypes.permissions.scope import render_rules, titled
from server.auth.principal import Kind, Principal
from server.auth.tokens import keys_of
from server.http.jsonapi import Resource
from server.instances.collection import Kept
from server.instances.instance import Instance
from server.permissions.codes import long_code, short_code
from server.permissions.permission import DOCTYPE, SHARE, Permission

_TYPES = {
    Kind.OAUTH: "oauth",
    Kind.DEVICE: "oauth",
    Kind.APP: "app",
    Kind.KONNECTOR: "konnector",
    Kind.CLI: "cli",
    Kind.SHARE: SHARE,
    Kind.OWNER: "cli",
    Kind.SESSION: "cli",
}
_EVERYTHING = {"everything": {"type": "*", "verbs": ["ALL"]}}


def shown(home: Instance, kept: Kept[Permission], *, with_codes: bool = True) -> Resource:
    """Return a set that is kept; its codes are for those who may hand them on."""
    link = kept.value
    attributes: dict[str, Any] = {
        "type": link.type,
        "source_id": link.source_id,
        "permissions": link.permissions,
    }
    if with_codes and link.codes:
        token_keys = keys_of(home)
        attributes["codes"] = {n: long_code(token_keys, kept.id, s) for n, s in link.codes.items()}
    if with_codes and link.shortcodes:
        shortcodes = {n: short_code(home.secret, seed) for n, seed in link.shortcodes.items()}
        attributes["shortcodes"] = shortcodes
    if link.password_hash:
        attributes["password"] = True
    if link.expires_at:
        attributes["expires_at"] = link.expires_at
    if link.created_at:
        attributes["created_at"] = link.created_at
    if link.metadata:
        attributes["cozyMetadata"] = link.metadata
    return Resource(DOCTYPE, kept.id, attributes, str(kept.revision), f"/permissions/{kept.id}")


def shown_self(principal: Principal, source_id: str) -> Resource:
    """Return what a caller may do who has no set of their own: their scope, by made-up titles."""
    permissions = principal.permissions
    rules = _EVERYTHING if permissions.everything else render_rules(titled(permissions))
    attributes = {"type": _TYPES[principal.kind], "source_id": source_id, "permissions": rules}
    return Resource(DOCTYPE, principal.credential, attributes, path="/permissions/self")
