"""The way in for a browser: the session's cookie."""

from server.auth.authenticator import Found
from server.auth.principal import Kind, Principal
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
