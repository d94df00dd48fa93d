"""The ways in for devices: the access token of an OAuth client, and an app password."""

import re
from dataclasses import replace

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.permission_set import NOTHING, PermissionSet
from doctypes.permissions.scope import parse_scope
from server.auth.authenticator import Found
from server.auth.errors import TokenRefused
from server.auth.principal import Kind, Principal
from server.auth.tokens import INVALID, LIFETIMES, Claims
from server.devices.device import BY_PASSWORD, DOCTYPE, Device, devices_of, hashed
from server.instances.collection import Kept
from server.instances.instance import Instance
from server.oauth.linked import APPS, KONNECTORS, manifest_rules, slug_of

CLIENT_GONE = "Client not found"
LOGIN = "login"
"""The scope of who wants to know that it is the owner, and nothing else (cozy.md B4)."""

SHORTEST_PASSWORD = 16
"""Characters of an app password; what is shorter is none, and is not looked up."""
_FORM = re.compile(r"[a-z]+(?:-[a-z]+)+")
"""What app passwords look like, and few others do: those cost a look in the database."""


async def by_access_token(claims: Claims, instance: Instance, now: float) -> Found:
    """Find the client that an access token speaks for. Raises TokenRefused.

    The scope is the token's own: what the owner consented to when it was granted.
    """
    del now
    kept = await devices_of(instance.store).get(claims.subject)
    if kept is None or kept.value.is_password:
        raise TokenRefused(CLIENT_GONE)
    if kept.value.stamp != claims.stamp:
        raise TokenRefused(INVALID)
    name, slug = kept.value.client_name, slug_of(claims.scope)
    profile = kept.value.sync_profile
    if not slug:
        found = _found(name, Kind.OAUTH, instance, claims.scope, kept.id, claims)
        return replace(found, principal=replace(found.principal, profile=profile))
    rules = await manifest_rules(slug, instance.store) or NOTHING
    principal = Principal(name, instance.domain, Kind.OAUTH, rules, kept.id, profile=profile)
    return Found(principal, DOCTYPE, _until(claims), rights_in=APPS)


async def by_cli_token(claims: Claims, instance: Instance, now: float) -> Found:
    """Find whom a token made on the command line speaks for; it rests on nothing but its age."""
    del now
    return _found(claims.subject, Kind.CLI, instance, claims.scope, "", claims)


async def by_konnector_token(claims: Claims, instance: Instance, now: float) -> Found:
    """Find the konnector that a token speaks for. Raises TokenRefused.

    It may do what its manifest says, while it is installed.
    """
    del now
    rules = await manifest_rules(claims.subject, instance.store, KONNECTORS)
    if rules is None:
        raise TokenRefused(INVALID)
    principal = Principal(claims.subject, instance.domain, Kind.KONNECTOR, rules)
    return Found(principal, KONNECTORS, _until(claims))


async def by_app_password(password: str, instance: Instance) -> Found | None:
    """Find the device that an app password was made for; its form is Basic's password alone."""
    kept = await device_by_password(password, instance)
    if kept is None:
        return None
    device = kept.value
    found = _found(device.client_name, Kind.DEVICE, instance, device.scope, kept.id, None)
    return replace(found, principal=replace(found.principal, profile=device.sync_profile))


async def device_by_password(password: str, instance: Instance) -> Kept[Device] | None:
    """Return the device with this app password."""
    if len(password) < SHORTEST_PASSWORD or not _FORM.fullmatch(password):
        return None
    found = await devices_of(instance.store).find(BY_PASSWORD, hashed(password))
    return found[0] if found else None


def _found(
    name: str, kind: Kind, instance: Instance, scope: str, credential: str, claims: Claims | None
) -> Found:
    principal = Principal(name, instance.domain, kind, permissions_of(scope), credential)
    return Found(principal, DOCTYPE, _until(claims))


def _until(claims: Claims | None) -> float:
    lifetime = LIFETIMES[claims.audience] if claims else None
    return float("inf") if claims is None or lifetime is None else claims.issued_at + lifetime


def permissions_of(scope: str) -> PermissionSet:
    """Return what a granted scope allows. Raises TokenRefused for what is none."""
    if scope == LOGIN:
        return NOTHING
    try:
        return parse_scope(scope)
    except RuleIllegal as error:
        raise TokenRefused(INVALID) from error
