"""The doors of office editing: people open and ask, the Document Server reads, and reports.

People show a credential. The Document Server shows a secret in the address (it was given this file)
and a signature (it is who it says).
"""

from aiohttp import web

from server.office import actions
from server.office.check_page import show_check
from server.office.editor_page import show_editor
from server.office.history_routes import restore_version, show_history, show_version
from server.office.lending import send_lent
from server.office.mentions import list_users, notify
from server.office.new_document import make_document
from server.office.open_document import open_document
from server.office.previews import show_preview
from server.office.receive_callback import receive_callback
from server.office.send_content import send_content
from server.office.session_list import list_sessions


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of this folder."""
    return [
        web.get("/office/sessions", list_sessions),
        web.get("/office/check", show_check),
        web.post("/office/new", make_document),
        web.get("/office/lent/{token}", send_lent, allow_head=False),
        web.get("/office/{id}/edit", show_editor, allow_head=False),
        web.get("/office/{id}/history", show_history, allow_head=False),
        web.get("/office/{id}/history/{version}", show_version, allow_head=False),
        web.post("/office/{id}/history/{version}/restore", restore_version),
        web.post("/office/{id}/rename", actions.rename),
        web.post("/office/{id}/save-as", actions.save_as),
        web.post("/office/{id}/convert", actions.convert),
        web.get("/office/{id}/download", actions.download_as, allow_head=False),
        web.get("/office/{id}/images", actions.list_pictures, allow_head=False),
        web.post("/office/{id}/images", actions.lend_pictures),
        web.get("/office/{id}/users", list_users, allow_head=False),
        web.post("/office/{id}/notify", notify),
        web.get("/office/{id}/preview", show_preview),
        web.get("/office/{id}/open", open_document, allow_head=False),
        web.get("/office/content/{token}", send_content, allow_head=False),
        web.post("/office/callback", receive_callback),
    ]
