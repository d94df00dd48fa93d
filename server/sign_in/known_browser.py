"""Browsers where the owner signed in before: what others try does not lock them out.

Each holds a cookie of random bytes, whose hash is the id of a document in `_known_browsers`. Where
the owner said so, it also spares them the second factor for a while.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from replication.store.protocol import DocumentStore
from server import keys
from server.devices.device import hashed
from server.instances.collection import Collection, Kept
from server.instances.instance import Instance
from server.sign_in.room import SIGN_IN

DATABASE = "_known_browsers"
COOKIE = "foyer_known"
PATH = "/auth"
TOKEN_LENGTH = 32
KNOWN_FOR = timedelta(days=365)
TRUSTED_FOR = timedelta(days=90)
_SHORTEST = 20


class KnownBrowser(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A browser; `trusted_until` is until when no second factor is asked for, RFC 3339."""

    created_at: str
    user_agent: str = ""
    trusted_until: str = ""


def browsers_of(store: DocumentStore) -> Collection[KnownBrowser]:
    """Return the browsers that a home knows."""
    return Collection(store, DATABASE, KnownBrowser)


async def known_browser(home: Instance, tokens: Sequence[str]) -> Kept[KnownBrowser] | None:
    """Return the browser that one of these tokens is of; None for a stranger."""
    for token in tokens:
        if len(token) >= _SHORTEST:
            kept = await browsers_of(home.store).get(hashed(token))
            if kept is not None:
                return kept
    return None


def is_trusted(browser: Kept[KnownBrowser] | None, now: datetime) -> bool:
    """Tell whether no second factor is asked for here."""
    if browser is None or not browser.value.trusted_until:
        return False
    return now < datetime.fromisoformat(browser.value.trusted_until)


async def come_to_know(request: web.Request, *, trusted: bool) -> str:
    """Keep the browser that asks among those known; returns what its cookie is to hold."""
    room, home = request.app[SIGN_IN], request[keys.INSTANCE]
    now = room.now()
    token = request.cookies.get(COOKIE, "")
    kept = await known_browser(home, (token,))
    until = (now + TRUSTED_FOR).isoformat() if trusted else ""
    if kept is not None:
        await browsers_of(home.store).update(kept.id, lambda value: _renewed(value, until))
        return token
    token = room.random(TOKEN_LENGTH).hex()
    user_agent = request.headers.get("User-Agent", "")[:200]
    browser = KnownBrowser(created_at=now.isoformat(), user_agent=user_agent, trusted_until=until)
    await browsers_of(home.store).add(hashed(token), browser)
    return token


async def forget_browsers(home: Instance) -> int:
    """Forget all browsers; returns how many those were."""
    known = [kept.id async for kept in browsers_of(home.store).all()]
    for browser in known:
        await browsers_of(home.store).delete(browser)
    return len(known)


def keep_known(request: web.Request, response: web.Response, token: str) -> None:
    """Give the browser its cookie."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(KNOWN_FOR.total_seconds()),
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=request.scheme == "https",
    )


def _renewed(browser: KnownBrowser, until: str) -> KnownBrowser | None:
    return msgspec.structs.replace(browser, trusted_until=until) if until else None
