"""The letters of signing in: a code, a link to a new passphrase, the hint; a few an hour."""

from aiohttp import web

from server import keys
from server.auth.errors import TooManyAttempts
from server.auth.throttle import Rate
from server.home_settings.profile import mail_address
from server.mail.mailer import Letter, MailUnsent
from server.pages.look import look_of
from server.pages.page import page_language
from server.sign_in.letter_words import LETTERS
from server.sign_in.room import SIGN_IN
from server.sign_in.second_step import Step, mailed_code

LETTERS_RATE = Rate(burst=5, interval=600.0)
"""Letters to one owner."""


async def mail_code(request: web.Request, step: Step) -> None:
    """Send the code of a second step to the owner. Raises MailUnsent, TooManyAttempts."""
    await send(request, "code", code=mailed_code(request[keys.INSTANCE], step))


async def send(request: web.Request, key: str, **facts: str) -> None:
    """Send the owner a letter in their language.

    Raises MailUnsent where no mail server or no address is known, TooManyAttempts.
    """
    room, home = request.app[SIGN_IN], request[keys.INSTANCE]
    to = await mail_address(home)
    if not to:
        raise MailUnsent("the owner has given no address")
    wait = room.letters.wait(home.domain, alone=True)
    if wait > 0:
        raise TooManyAttempts(wait)
    room.letters.attempted(home.domain)
    subject, text = LETTERS[page_language(request)][key]
    facts = {"host": request.host, "name": home.owner.name, **facts}
    sender = look_of(request).name
    await room.mailer.send(Letter(to, subject.format(**facts), text.format(**facts), sender))
