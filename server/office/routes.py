"""The three doors of office editing: a person opens, the Document Server reads, and reports.

Only the first asks for a login. The other two are for the Document Server, which shows a secret in
the address (it was given this file) and a signature (it is who it says).
"""

from aiohttp import web

from server.office.open_document import open_document
from server.office.receive_callback import receive_callback
from server.office.send_content import send_content
from server.office.session_list import list_sessions


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of this folder; `/office/{id}/open` alone is for the owner's login."""
    return [
        web.get("/office/sessions", list_sessions),
        web.get("/office/{id}/open", open_document, allow_head=False),
        web.get("/office/content/{token}", send_content, allow_head=False),
        web.post("/office/callback", receive_callback),
    ]
