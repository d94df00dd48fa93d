"""The owner's door: everything that a page needs to start an editor on a file."""

from aiohttp import web

from doctypes.files.node import File
from server import keys
from server.office.answers import not_found, resource
from server.office.config import Addresses, Editor, cozy_attributes, editor_config
from server.office.formats import Format, format_of
from server.office.links import callback_secret, content_token
from server.office.look_up import file_in
from server.office.office import OFFICE
from server.office.opening import NewKey, lend_key
from server.office.session import EditingSession
from server.office.session_store import SessionStore
from server.office.settings import OfficeSettings
from server.office.signature import sign


async def open_document(request: web.Request) -> web.StreamResponse:
    """Answer an `io.cozy.office.url`: all that a page needs to start an editor on a file."""
    office, instance = request.app[OFFICE], request[keys.INSTANCE]
    if office.settings is None:
        return not_found("No Document Server is configured")
    file = await file_in(instance.files, request.match_info["id"])
    if file is None or file.trashed:
        return not_found("There is no such file")
    opened_as = format_of(file.name)
    if opened_as is None:
        return not_found("This is not an office document")
    sessions = await SessionStore.of(instance.store)
    new = NewKey(office.new_key(), office.clock())
    session = await lend_key(sessions, office.locks, instance.domain, file, new)
    return _opened(request, office.settings, file, session, opened_as)


def _opened(
    request: web.Request,
    settings: OfficeSettings,
    file: File,
    session: EditingSession,
    opened_as: Format,
) -> web.Response:
    instance, now = request[keys.INSTANCE], request.app[OFFICE].clock().timestamp()
    addresses = _addresses(request, settings, session, now)
    owner = instance.owner.name
    editor = Editor(f"{owner}@{instance.domain}", owner)
    config = editor_config(session, opened_as, file.name, addresses, editor)
    token = sign(config, settings.secret, now=now, lifetime=settings.config_lifetime)
    attributes: dict[str, object] = {
        "document_id": file.id,
        "subdomain": "flat",
        "protocol": request.scheme,
        "instance": instance.domain,
        "onlyoffice": cozy_attributes(config, token, settings.server),
    }
    if session.alarm:
        attributes["alarm"] = session.alarm  # an earlier save is still with the Document Server
    data = {"type": "io.cozy.office.url", "id": file.id, "attributes": attributes}
    return resource(data)


def _addresses(
    request: web.Request, settings: OfficeSettings, session: EditingSession, now: float
) -> Addresses:
    instance = request[keys.INSTANCE]
    own = settings.callback_base or f"{request.scheme}://{request.host}"
    base = own.replace("{domain}", instance.domain).rstrip("/")
    token = content_token(instance.secret, session.key, int(now + settings.content_lifetime))
    secret = callback_secret(instance.secret, session.key)
    return Addresses(f"{base}/office/content/{token}", f"{base}/office/callback?secret={secret}")
