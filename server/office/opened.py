"""Somebody opens a document: what they may do, under which key, with which configuration."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from doctypes.files.node import DOCTYPE, File
from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Verb
from server import keys
from server.files.problem import FileRequestRefused
from server.office.config import LOOKS, Addresses, Editor, Look, editor_config
from server.office.dav_locks import EditingLocks
from server.office.formats import Format, format_of
from server.office.links import callback_secret, content_token
from server.office.look_up import file_in
from server.office.office import OFFICE, Office
from server.office.opening import NewKey, lend_key
from server.office.participants import Participant, participant_of, subject_of
from server.office.rights import Rights, rights_of
from server.office.session import EditingSession, with_person
from server.office.settings import OfficeSettings
from server.office.signature import sign
from server.pages.page import page_language

THEMES = {"light": "theme-light", "dark": "theme-dark"}
UNNAMED = {"en": "Guest", "fr": "Invité"}


class NothingToOpen(FileRequestRefused):
    """There is no document here for an editor; the message says why, for whoever reads it."""

    def __init__(self, why: str) -> None:
        super().__init__(404, why)


@dataclass(frozen=True, slots=True)
class Opened:
    """A document that was opened: everything that a page needs, signed."""

    file: File
    session: EditingSession
    rights: Rights
    participant: Participant
    opened_as: Format
    config: dict[str, Any]
    token: str
    server: str
    held_by: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A document, and what who asks may do to it."""

    file: File
    opened_as: Format
    rights: Rights


@dataclass(frozen=True, slots=True)
class Document(Found):
    """A document that a Document Server opens."""

    settings: OfficeSettings


async def document_of(request: web.Request) -> Document:
    """Return the document that a request names. Raises NothingToOpen, PermissionDenied."""
    settings = request.app[OFFICE].settings
    if settings is None:
        raise NothingToOpen("No Document Server is configured")
    found = await found_document(request)
    return Document(found.file, found.opened_as, found.rights, settings)


async def found_document(request: web.Request) -> Found:
    """Return the document that a request names, whoever opens it.

    Raises NothingToOpen, PermissionDenied.
    """
    home = request[keys.HOME]
    file = await file_in(home.files, request.match_info["id"])
    if file is None or file.trashed:
        raise NothingToOpen("There is no such file")
    opened_as = format_of(file.name)
    if opened_as is None:
        raise NothingToOpen("This is not an office document")
    permissions = request[keys.PRINCIPAL].permissions
    rights = rights_of(permissions, await subject_of(home.files, file))
    if rights is None:
        raise PermissionDenied(Verb.GET, DOCTYPE, file.id)
    return Found(file, opened_as, rights)


async def open_for(request: web.Request) -> Opened:
    """Open a document for who asks. Raises NothingToOpen, PermissionDenied."""
    document = await document_of(request)
    office, home = request.app[OFFICE], request[keys.HOME]
    participant = participant_of(
        request[keys.PRINCIPAL], request.query.get("name", ""), UNNAMED[page_language(request)]
    )
    sessions = await office.sessions(home)
    new = NewKey(office.new_key(), office.clock())
    session = await lend_key(sessions, office.locks, home.domain, document.file, new)
    session = await sessions.update(
        session.key, lambda kept: with_person(kept, participant.user_id, participant.name)
    )
    held_by = await EditingLocks(home).held_by(document.file)
    return _configured(request, office, document, session, participant, held_by)


def _configured(
    request: web.Request,
    office: Office,
    document: Document,
    session: EditingSession,
    participant: Participant,
    held_by: str,
) -> Opened:
    settings, now = document.settings, office.now()
    addresses = addresses_of(request, settings, session, now)
    config = editor_config(
        session,
        document.opened_as,
        document.file.name,
        addresses,
        _editor(request, participant, held_by),
        document.rights,
    )
    token = sign(config, settings.secret, now=now, lifetime=settings.config_lifetime)
    return Opened(
        document.file,
        session,
        document.rights,
        participant,
        document.opened_as,
        config,
        token,
        settings.server,
        held_by,
    )


def _editor(request: web.Request, participant: Participant, held_by: str) -> Editor:
    by_program: Look = "mobile" if "Mobi" in request.headers.get("User-Agent", "") else "desktop"
    asked = request.query.get("type", "")
    look = next((look for look in LOOKS if look == asked), by_program)
    return Editor(
        participant.user_id,
        participant.name,
        page_language(request),
        is_guest=participant.is_guest,
        look=look,
        held_by=held_by,
        theme=THEMES.get(request.query.get("theme", ""), ""),
    )


def base_of(request: web.Request, settings: OfficeSettings) -> str:
    """Return this home's address as the Document Server reaches it."""
    own = settings.callback_base or f"{request.scheme}://{request.host}"
    return own.replace("{domain}", request[keys.HOME].domain).rstrip("/")


def addresses_of(
    request: web.Request, settings: OfficeSettings, session: EditingSession, now: float
) -> Addresses:
    """Return the addresses of a session."""
    home, base = request[keys.HOME], base_of(request, settings)
    token = content_token(home.secret, session.key, int(now + settings.content_lifetime))
    secret = callback_secret(home.secret, session.key)
    return Addresses(
        f"{base}/office/content/{token}",
        f"{base}/office/callback?secret={secret}",
        f"{request.scheme}://{request.host}/",
    )
