"""Sending a letter: composed by the standard library, carried by aiosmtplib (RFC 5321, 5322)."""

import logging
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from typing import TYPE_CHECKING

from server.mail.settings import MailSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_log = logging.getLogger(__name__)


class MailUnsent(Exception):
    """A letter did not leave: no mail server is named, or that one did not take it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of plain text; `sender_name` is what the home calls itself."""

    to: str
    subject: str
    text: str
    sender_name: str = "Foyer"


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends letters; without settings it sends none. `now` tells the time, aware."""

    settings: MailSettings | None
    now: "Callable[[], datetime]"

    @property
    def works(self) -> bool:
        """Whether a mail server is named."""
        return self.settings is not None

    async def send(self, letter: Letter) -> None:
        """Hand a letter to the mail server. Raises MailUnsent."""
        if self.settings is None:
            raise MailUnsent("no mail server is named in the settings")
        import aiosmtplib  # most homes never send a letter

        settings = self.settings
        try:
            await aiosmtplib.send(
                self._composed(letter, settings),
                hostname=settings.host,
                port=settings.port,
                username=settings.user or None,
                password=settings.password or None,
                use_tls=settings.security == "tls",
                start_tls=settings.security == "starttls",
                timeout=settings.timeout,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            # The words of the server, never the letter: it may hold a code.
            _log.error("mail not sent", extra={"error": f"{type(error).__name__}: {error}"[:300]})
            raise MailUnsent("the mail server did not take it") from error

    def _composed(self, letter: Letter, settings: MailSettings) -> EmailMessage:
        message = EmailMessage()
        message["From"] = formataddr((letter.sender_name, settings.sender))
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(self.now())
        message["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers of machines
        message.set_content(letter.text)
        return message
