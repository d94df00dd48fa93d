"""The owner's mail address: another one takes the passphrase, and a letter that arrives there.

Where no mail server is named nothing can be sent, so the address holds at once: the passphrase is
all there is to ask for.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from doctypes.permissions.rule import Verb
from server import keys
from server.audit.trail import audited
from server.auth.errors import TooManyAttempts
from server.devices.device import hashed
from server.home_settings.email_words import LETTERS
from server.home_settings.profile import Profile, read_profile, write_profile
from server.home_settings.rights import require_settings
from server.home_settings.settings_document import change_settings
from server.instances.instance import Instance
from server.mail.mailer import Letter, MailUnsent
from server.pages.look import look_of
from server.pages.page import page_language
from server.sign_in.login_routes import check_passphrase
from server.sign_in.room import SIGN_IN

LIFETIME = timedelta(days=1)
"""How long a letter may take to be read."""

_CODE_LENGTH = 24
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\]{1,190}\Z")


async def change_email(request: web.Request) -> web.Response:
    """POST /settings/email `{passphrase, email}`: 204; a link is mailed to the new address."""
    require_settings(request, Verb.POST)
    home, sent = request[keys.HOME], await _sent(request)
    if not await check_passphrase(request, sent):
        raise web.HTTPForbidden(text="The passphrase is wrong.")
    address = str(sent.get("email", "")).strip()
    if not _ADDRESS.match(address):
        raise web.HTTPUnprocessableEntity(text="email is no mail address.")
    profile = await read_profile(home)
    if not request.app[SIGN_IN].mailer.works:
        await _settle(request, home, address)
        return web.Response(status=204)
    await _ask(request, home, msgspec.structs.replace(profile, pending_email=address))
    return web.Response(status=204)


async def send_again(request: web.Request) -> web.Response:
    """POST /settings/email/resend: 204; the letter once more, with another link."""
    require_settings(request, Verb.POST)
    home = request[keys.HOME]
    profile = await read_profile(home)
    _require_pending(profile)
    await _ask(request, home, profile)
    return web.Response(status=204)


async def cancel(request: web.Request) -> web.Response:
    """DELETE /settings/email: 204; the address stays what it was."""
    require_settings(request, Verb.POST)
    home = request[keys.HOME]
    profile = await read_profile(home)
    _require_pending(profile)
    await write_profile(home, Profile(email=profile.email))
    return web.Response(status=204)


async def confirm(request: web.Request) -> web.Response:
    """GET /settings/email/confirm?token: the new address holds; on to the home page."""
    home, now = request[keys.HOME], request.app[SIGN_IN].now()
    profile = await read_profile(home)
    token = hashed(request.query.get("token", ""))
    good = profile.pending_email and hmac.compare_digest(token, profile.pending_hash)
    if not good or now > datetime.fromisoformat(profile.pending_until):
        raise web.HTTPBadRequest(text="This link is over, or was used already.")
    await _settle(request, home, profile.pending_email)
    raise web.HTTPSeeOther("/auth/security")


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the address."""
    return [
        web.post("/settings/email", change_email),
        web.post("/settings/email/resend", send_again),
        web.delete("/settings/email", cancel),
        web.get("/settings/email/confirm", confirm, allow_head=False),
    ]


async def _settle(request: web.Request, home: Instance, address: str) -> None:
    await write_profile(home, Profile(email=address))
    await change_settings(home.store, {"email": address, "pending_email": None})
    await audited(request, "email.changed")


async def _ask(request: web.Request, home: Instance, profile: Profile) -> None:
    room = request.app[SIGN_IN]
    wait = room.letters.wait(home.domain, alone=True)
    if wait > 0:
        raise TooManyAttempts(wait)
    room.letters.attempted(home.domain)
    token = room.random(_CODE_LENGTH).hex()
    pending_until = (room.now() + LIFETIME).isoformat()
    profile = msgspec.structs.replace(
        profile, pending_hash=hashed(token), pending_until=pending_until
    )
    await write_profile(home, profile)
    base = f"{request.scheme}://{request.host}/settings/email/confirm"
    facts = {
        "host": request.host,
        "name": home.owner.name,
        "link": f"{base}?{urlencode({'token': token})}",
    }
    subject, text = LETTERS[page_language(request)]
    sender = look_of(request).name
    letter = Letter(profile.pending_email, subject.format(**facts), text.format(**facts), sender)
    try:
        await room.mailer.send(letter)
    except MailUnsent as error:
        raise web.HTTPBadGateway(text=f"The letter did not leave: {error}.") from error


def _require_pending(profile: Profile) -> None:
    if not profile.pending_email:
        raise web.HTTPUnprocessableEntity(text="No other address waits to be confirmed.")


async def _sent(request: web.Request) -> Mapping[str, object]:
    try:
        sent = msgspec.json.decode(await request.read())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise web.HTTPUnprocessableEntity(text="The body is no JSON.") from error
    if not isinstance(sent, dict):
        raise web.HTTPUnprocessableEntity(text="The body is no JSON object.")
    return sent
