"""The ways in for devices: the access token of an OAuth client, and an app password."""

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.scope import parse_scope
from server.auth.authenticator import Found
from server.auth.errors import TokenRefused
from server.auth.principal import Kind, Principal
from server.auth.tokens import INVALID, LIFETIMES, Claims
from server.devices.device import BY_PASSWORD, DOCTYPE, Device, devices_of, hashed
from server.instances.collection import Kept
from server.instances.instance import Instance

CLIENT_GONE = "Client not found"
SHORTEST_PASSWORD = 16
"""Characters of an app password; what is shorter is none, and is not looked up."""


async def by_access_token(claims: Claims, instance: Instance, now: float) -> Found:
    """Find the client that an access token speaks for. Raises TokenRefused.

    The scope is the token's own: what the owner consented to when it was granted.
    """
    del now
    kept = await devices_of(instance.store).get(claims.subject)
    if kept is None or kept.value.is_password:
        raise TokenRefused(CLIENT_GONE)
    return _found(kept.value.client_name, Kind.OAUTH, instance, claims.scope, kept.id, claims)


async def by_cli_token(claims: Claims, instance: Instance, now: float) -> Found:
    """Find whom a token made on the command line speaks for; it rests on nothing but its age."""
    del now
    return _found(claims.subject, Kind.CLI, instance, claims.scope, "", claims)


async def by_app_password(password: str, instance: Instance) -> Found | None:
    """Find the device that an app password was made for; its form is Basic's password alone."""
    kept = await device_by_password(password, instance)
    if kept is None:
        return None
    device = kept.value
    return _found(device.client_name, Kind.DEVICE, instance, device.scope, kept.id, None)


async def device_by_password(password: str, instance: Instance) -> Kept[Device] | None:
    """Return the device with this app password."""
    if len(password) < SHORTEST_PASSWORD:
        return None
    found = await devices_of(instance.store).find(BY_PASSWORD, hashed(password))
    return found[0] if found else None


def _found(
    name: str, kind: Kind, instance: Instance, scope: str, credential: str, claims: Claims | None
) -> Found:
    principal = Principal(name, instance.domain, kind, permissions_of(scope), credential)
    lifetime = LIFETIMES[claims.audience] if claims else None
    until = float("inf") if claims is None or lifetime is None else claims.issued_at + lifetime
    return Found(principal, DOCTYPE, until)


def permissions_of(scope: str) -> PermissionSet:
    """Return what a granted scope allows. Raises TokenRefused for what is none."""
    try:
        return parse_scope(scope)
    except RuleIllegal as error:
        raise TokenRefused(INVALID) from error
