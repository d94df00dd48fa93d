"""The page about who can get in: factors, recovery codes, sessions and browsers that are known."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from server import keys
from server.auth.principal import Kind
from server.home_settings.profile import mail_address
from server.instances.instance import Instance
from server.pages.page import Sheet, page, page_language
from server.sign_in.browser import described
from server.sign_in.factors import read_factors
from server.sign_in.known_browser import browsers_of, is_trusted
from server.sign_in.room import SIGN_IN
from server.sign_in.session import sessions_of
from server.sign_in.words import WORDS

PAGE = "/auth/security"


class ProofNeeded(Exception):
    """The owner is to show again who they are, before what signs in is changed."""


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session or a browser as the page lists it."""

    id: str
    name: str
    ip: str
    seen: str
    here: bool


async def require_fresh(request: web.Request) -> None:
    """Raise ProofNeeded unless the owner showed a moment ago who they are."""
    principal = request[keys.PRINCIPAL]
    if principal.kind is Kind.OWNER:  # the passphrase came with the request
        return
    kept = await sessions_of(request[keys.HOME].store).get(principal.credential)
    if kept is None or not kept.value.is_fresh(request.app[SIGN_IN].now()):
        raise ProofNeeded


async def security_page(request: web.Request, said: str = "", error: str = "") -> web.Response:
    """Return the page, with a sentence about what was done or why it was not."""
    home, room = request[keys.HOME], request.app[SIGN_IN]
    language = page_language(request)
    known = [kept async for kept in browsers_of(home.store).all()]
    values = {
        "factors": await read_factors(home.store),
        "day": lambda text: day(text, language),
        "sessions": await _sessions(request),
        "known": len(known),
        "trusted": sum(is_trusted(kept, room.now()) for kept in known),
        "mail_works": room.mailer.works,
        "mail": hidden_address(await mail_address(home)),
        "said": said,
        "error": error,
    }
    sheet = Sheet("sign_in/security.html", WORDS, values, forms="/auth", scripts=True)
    return page(request, sheet, status=400 if error else 200)


async def _sessions(request: web.Request) -> list[ShownSession]:
    home: Instance = request[keys.HOME]
    now, language = request.app[SIGN_IN].now().timestamp(), page_language(request)
    shown = [
        ShownSession(
            kept.id,
            described(kept.value.user_agent),
            kept.value.ip,
            day(kept.value.last_seen, language, with_time=True),
            here=kept.id == request[keys.PRINCIPAL].credential,
        )
        async for kept in sessions_of(home.store).all()
        if now < kept.value.ends_at
    ]
    return sorted(shown, key=lambda session: not session.here)


def hidden_address(address: str) -> str:
    """Return an address as it is shown to whoever looks over a shoulder: `a…e@example.org`."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…{name[-1:]}@{domain}" if at else ""


def day(text: str, language: str, *, with_time: bool = False) -> str:
    """Return a date (RFC 3339) as people write it: 27 November 2026, 14:05 UTC."""
    moment = datetime.fromisoformat(text)
    month = WORDS[language]["months"].split()[moment.month - 1]
    told = f"{moment.day} {month} {moment.year}"
    return f"{told}, {moment:%H:%M} UTC" if with_time else told
