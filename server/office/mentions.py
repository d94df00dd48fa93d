"""Who may be mentioned in a comment, and telling them."""

import logging
from typing import Any

import msgspec
from aiohttp import web

from server import keys
from server.auth.errors import TooManyAttempts
from server.files.reading import json_body
from server.mail.mailer import MailUnsent
from server.office.answers import plain
from server.office.office import OFFICE
from server.office.opened import UNNAMED, document_of
from server.office.participants import participant_of
from server.pages.page import page_language
from server.realtime.events import notice
from server.realtime.notices import NOTICES
from server.sign_in.letters import send

DOCTYPE = "io.cozy.office.mentions"
_LONGEST = 500
_MOST = 50
_log = logging.getLogger(__name__)


async def list_users(request: web.Request) -> web.Response:
    """Answer who is known at a document, as `setUsers` takes it.

    The editor tells people apart by mail addresses, and shows them: these are ids, and nobody's.
    """
    document = await document_of(request)
    home = request[keys.HOME]
    sessions = await request.app[OFFICE].sessions(home)
    session = await sessions.live_for(document.file.id, document.file.blob)
    people = {_owner_id(request): home.owner.name, **(session.people if session else {})}
    users = [{"id": one, "name": name, "email": one} for one, name in people.items()]
    return plain({"users": users})


async def notify(request: web.Request) -> web.Response:
    """Tell those who are mentioned, `{"message", "emails"}`; the owner by letter too."""
    document = await document_of(request)
    told = await json_body(request)
    by = participant_of(
        request[keys.PRINCIPAL], request.query.get("name", ""), UNNAMED[page_language(request)]
    )
    message = str(told.get("message") or "")[:_LONGEST]
    emails = told.get("emails")
    meant = [str(one) for one in emails[:_MOST]] if isinstance(emails, list) else []
    fields: dict[str, Any] = {
        "_id": document.file.id,
        "file_id": document.file.id,
        "name": document.file.name,
        "by": by.name,
        "message": message,
        "people": meant,
    }
    event = notice(DOCTYPE, document.file.id, msgspec.json.encode(fields))
    request.app[NOTICES].tell(request[keys.HOME].domain, event)
    owner = _owner_id(request)
    mailed = (
        owner in meant
        and by.user_id != owner
        and await _mailed(
            request, who=by.name, file=document.file.name, message=message, id=document.file.id
        )
    )
    return plain({"told": len(meant), "mailed": mailed})


async def _mailed(request: web.Request, **facts: str) -> bool:
    try:
        await send(request, "mention", **facts)
    except (MailUnsent, TooManyAttempts) as error:
        _log.info("mention not mailed", extra={"reason": repr(error)})
        return False
    return True


def _owner_id(request: web.Request) -> str:
    home = request[keys.HOME]
    return f"{home.owner.name}@{home.domain}"
