"""The ways in for a browser: the session's cookie, and tokens of applications in a session."""

from server.auth.authenticator import Found
from server.auth.errors import TokenRefused
from server.auth.principal import Kind, Principal
from server.auth.tokens import EXPIRED, LIFETIMES, Claims
from server.devices.entering import permissions_of
from server.instances.instance import Instance
from server.sign_in.session import DOCTYPE, session_id, sessions_of

_SHORTEST = 20


async def by_cookie(cookie: str, instance: Instance) -> Found | None:
    """Find the owner's session that a cookie opens; None for one that ended."""
    if len(cookie) < _SHORTEST:
        return None
    kept = await sessions_of(instance.store).get(session_id(cookie))
    if kept is None:
        return None
    owner = instance.owner.name
    principal = Principal(owner, instance.domain, Kind.SESSION, credential=kept.id)
    return Found(principal, DOCTYPE, kept.value.ends_at)


async def by_app_token(claims: Claims, instance: Instance, now: float) -> Found:
    """Find the application that a token of a session speaks for. Raises TokenRefused."""
    kept = await sessions_of(instance.store).get(claims.session_id)
    if kept is None or now >= kept.value.ends_at:
        raise TokenRefused(EXPIRED, expired=True)
    lifetime = LIFETIMES[claims.audience] or 0.0
    permissions = permissions_of(claims.scope)
    principal = Principal(claims.subject, instance.domain, Kind.APP, permissions, kept.id)
    return Found(principal, DOCTYPE, claims.issued_at + lifetime)
