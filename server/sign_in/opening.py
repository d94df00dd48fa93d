"""Opening a session: the document, the cookie, and an entry in the history of logins."""

from datetime import timedelta

import msgspec
from aiohttp import web

from server import keys
from server.audit.trail import audited
from server.auth.shown import COOKIE
from server.instances.collection import Collection
from server.instances.instance import Instance
from server.sign_in.browser import browser_of, described, system_of
from server.sign_in.room import SIGN_IN
from server.sign_in.session import Session, session_id, sessions_of

COOKIE_LENGTH = 32
COOKIE_AGE = int(timedelta(days=400).total_seconds())
"""The longest that browsers keep a cookie."""

LOGINS = "io.cozy.sessions.logins"


class Login(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Once that somebody signed in (cozy-stack's `io.cozy.sessions.logins`)."""

    session_id: str
    ip: str
    os: str
    browser: str
    created_at: str
    user_agent: str = ""
    way: str = ""
    client_registered: bool = False


async def open_session(
    request: web.Request,
    *,
    way: str,
    long_run: bool = False,
    lifetime: timedelta | None = None,
    proved: bool = True,
) -> str:
    """Open a session of the owner for the browser that asks; returns what its cookie holds.

    `proved`: the owner showed who they are just now, and not something that acts for them.
    """
    room, home = request.app[SIGN_IN], request[keys.INSTANCE]
    now = room.now()
    cookie = room.random(COOKIE_LENGTH).hex()
    user_agent = request.headers.get("User-Agent", "")[:200]
    session = Session(
        created_at=now.isoformat(),
        last_seen=now.isoformat(),
        long_run=long_run,
        user_agent=user_agent,
        ip=request[keys.CALLER].address,
        until=(now + lifetime).isoformat() if lifetime else "",
        proved_at=now.isoformat() if proved else "",
        way=way,
    )
    kept = await sessions_of(home.store).add(session_id(cookie), session)
    login = Login(
        session_id=kept.id,
        ip=session.ip,
        os=system_of(user_agent),
        browser=browser_of(user_agent),
        created_at=session.created_at,
        user_agent=user_agent,
        way=way,
    )
    await Collection(home.store, LOGINS, Login).add(room.new_id(), login)
    await _forget_ended(home, now.timestamp())
    await audited(request, "session.opened", described(user_agent), way=way)
    return cookie


def keep_session(
    request: web.Request, response: web.Response, cookie: str, *, long_run: bool
) -> None:
    """Give the browser its session's cookie: for this host alone, and for no script."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=COOKIE_AGE if long_run else None,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.scheme == "https",
    )


def drop_session(response: web.Response) -> None:
    """Have the browser forget its session."""
    response.del_cookie(COOKIE, path="/")


async def end_session(request: web.Request, ended: str) -> bool:
    """End a session with all that is under way in it; tells whether there was one."""
    home = request[keys.INSTANCE]
    there = await sessions_of(home.store).delete(ended)
    request.app[keys.LIVE].cut_off(home.domain, ended)
    return there


async def end_sessions(request: web.Request, *, but: str = "") -> int:
    """End all sessions but one; returns how many that were."""
    home = request[keys.INSTANCE]
    others = [kept.id async for kept in sessions_of(home.store).all() if kept.id != but]
    for other in others:
        await end_session(request, other)
    return len(others)


async def _forget_ended(home: Instance, now: float) -> None:
    sessions = sessions_of(home.store)
    async for kept in sessions.all():
        if now >= kept.value.ends_at:
            await sessions.delete(kept.id)
