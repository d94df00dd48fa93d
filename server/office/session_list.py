"""What the owner sees of editing: who is at which document, and which saves are not here yet."""

from typing import Any

from aiohttp import web

from server import keys
from server.office.answers import resources
from server.office.office import OFFICE
from server.office.session import ALARM, EDITING, EditingSession

DOCTYPE = "io.cozy.office.sessions"


async def list_sessions(request: web.Request) -> web.StreamResponse:
    """Answer the sessions that somebody edits in, and those with a save that is not here.

    `?file_id=` asks about one document.
    """
    office, home = request.app[OFFICE], request[keys.HOME]
    sessions = await office.sessions(home)
    file_id = request.query.get("file_id")
    found = [
        session
        for attention in (ALARM, EDITING)
        for session in await sessions.asking(attention, file_id)
    ]
    office.edited.update((home.domain, session.key) for session in found if session.editors)
    return resources([session_object(session) for session in found])


def session_object(session: EditingSession) -> dict[str, object]:
    """Return a session as JSON:API."""
    return {"type": DOCTYPE, "id": session.key, "attributes": session_fields(session)}


def session_fields(session: EditingSession) -> dict[str, Any]:
    """Return what is told of a session; its key opens nothing without a signature."""
    editors = [{"id": one, "name": session.people.get(one, one)} for one in session.editors]
    return {
        "file_id": session.target_file,
        "opened_file_id": session.file_id,
        "name": session.name,
        "state": session.state.value,
        "editors": editors,
        "alarm": session.alarm,
        "last_save": session.last_save.isoformat() if session.last_save else None,
    }
