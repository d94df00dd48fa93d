"""New documents, empty, of the kinds that an editor opens."""

from collections.abc import AsyncIterator

from aiohttp import web

from doctypes.files.node import ROOT_ID, Directory
from doctypes.permissions.rule import Verb
from server import keys
from server.files.asking import by, require
from server.files.problem import FileRequestRefused
from server.files.reading import json_body
from server.office.answers import plain
from server.office.blank import KINDS, blank
from server.office.formats import extension_of
from server.pages.page import page_language

_NAMES = {
    "en": {
        **dict.fromkeys(("docx", "odt"), "New document"),
        **dict.fromkeys(("xlsx", "ods"), "New spreadsheet"),
        **dict.fromkeys(("pptx", "odp"), "New presentation"),
        "pdf": "New form",
    },
    "fr": {
        **dict.fromkeys(("docx", "odt"), "Nouveau document"),
        **dict.fromkeys(("xlsx", "ods"), "Nouvelle feuille de calcul"),
        **dict.fromkeys(("pptx", "odp"), "Nouvelle présentation"),
        "pdf": "Nouveau formulaire",
    },
}


async def make_document(request: web.Request) -> web.Response:
    """Make an empty document, `{"type", "dir_id", "name"}`; answers where it is edited.

    The folder is the root where none is named; of a name that is taken the first like `x (2)` that
    is free is given.
    """
    told = await json_body(request)
    kind, files = told.get("type"), request[keys.HOME].files
    if not isinstance(kind, str) or kind not in KINDS:
        raise FileRequestRefused(422, f"type must be one of {', '.join(KINDS)}", "type")
    folder = await files.get(str(told.get("dir_id") or ROOT_ID))
    if not isinstance(folder, Directory):
        raise FileRequestRefused(422, "dir_id must name a folder", "dir_id")
    await require(request, Verb.POST, folder)
    language = page_language(request)
    name = str(told.get("name") or "").strip() or _NAMES[language][kind]
    if extension_of(name) != kind:
        name = f"{name}.{kind}"
    content = blank(kind, language)
    staged = await files.stage(_one_piece(content), length=len(content))
    try:
        made = await files.create_copy(folder.id, name, staged, by=by(request))
    finally:
        await staged.discard()
    return plain({"id": made.id, "name": made.name, "edit": f"/office/{made.id}/edit"})


async def _one_piece(content: bytes) -> AsyncIterator[bytes]:
    yield content
