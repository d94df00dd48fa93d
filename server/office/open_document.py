"""The door of applications: everything that a page needs to start an editor on a file."""

from aiohttp import web

from server import keys
from server.office.answers import not_found, resource
from server.office.config import cozy_attributes
from server.office.opened import NothingToOpen, Opened, open_for


async def open_document(request: web.Request) -> web.StreamResponse:
    """Answer an `io.cozy.office.url`: all that a page needs to start an editor on a file."""
    try:
        opened = await open_for(request)
    except NothingToOpen as nothing:
        return not_found(str(nothing))
    return resource(_shown(request, opened))


def _shown(request: web.Request, opened: Opened) -> dict[str, object]:
    attributes: dict[str, object] = {
        "document_id": opened.file.id,
        "subdomain": "flat",
        "protocol": request.scheme,
        "instance": request[keys.HOME].domain,
        "onlyoffice": cozy_attributes(opened.config, opened.token, opened.server),
    }
    if opened.participant.is_guest:
        attributes["public_name"] = opened.participant.name
    if opened.held_by:
        attributes["held_by"] = opened.held_by  # in another program, so it is opened to read
    if opened.session.alarm:
        attributes["alarm"] = opened.session.alarm  # an earlier save is still with the editor
    return {"type": "io.cozy.office.url", "id": opened.file.id, "attributes": attributes}
