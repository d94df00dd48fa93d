"""The editor's history of a document: its versions, one to look at, one to bring back."""

from functools import partial

from aiohttp import web

from doctypes.files.errors import VersionMissing
from doctypes.files.node import DOCTYPE
from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Verb
from server import keys
from server.files.asking import by, require
from server.office.answers import plain
from server.office.history import (
    CURRENT,
    PastOf,
    Shown,
    contents_of,
    history_data,
    refresh_history,
)
from server.office.history_store import HistoryStore
from server.office.lending import lent
from server.office.links import Loan
from server.office.office import OFFICE
from server.office.opened import Document, document_of
from server.office.rights import EDIT
from server.office.signature import sign


async def show_history(request: web.Request) -> web.Response:
    """Answer the versions of a document, as `refreshHistory` takes them."""
    return plain(refresh_history(await _past(request, await document_of(request))))


async def show_version(request: web.Request) -> web.Response:
    """Answer one version, as `setHistoryData` takes it, signed."""
    document = await document_of(request)
    past = await _past(request, document)
    data = history_data(
        past,
        _number(request),
        partial(_content_url, request, document),
        partial(_changes_url, request, document),
    )
    if data is None:
        raise VersionMissing(request.match_info["version"])
    settings, now = document.settings, request.app[OFFICE].now()
    data["token"] = sign(data, settings.secret, now=now, lifetime=settings.config_lifetime)
    return plain(data)


async def restore_version(request: web.Request) -> web.Response:
    """Bring a version back; what the file held becomes a version. Answers the history."""
    document = await document_of(request)
    await require(request, Verb.PUT, document.file)
    files, number = request[keys.HOME].files, _number(request)
    past = await _past(request, document)
    shown = next((one for one in past.shown if one.number == number), None)
    if shown is None:
        raise VersionMissing(request.match_info["version"])
    if shown.version_id != CURRENT:
        await files.revert(document.file.id, shown.version_id, by=by(request))
    return plain(refresh_history(await _past(request, await document_of(request))))


async def _past(request: web.Request, document: Document) -> PastOf:
    home, file, rights = request[keys.HOME], document.file, document.rights
    if not rights.takes_out and rights.role != EDIT:  # drafts are not what such a link shares
        raise PermissionDenied(Verb.GET, DOCTYPE, file.id)
    shown = contents_of(file, await home.files.versions_of(file.id))
    known = await HistoryStore(home.store, home.blobs).of(file.id, [one.blob for one in shown])
    return PastOf(home.domain, home.owner.name, file, shown, known)


def _number(request: web.Request) -> int:
    told = request.match_info["version"]
    return int(told) if told.isascii() and told.isdigit() and len(told) < _DIGITS else 0


def _content_url(request: web.Request, document: Document, shown: Shown) -> str:
    return lent(request, document.settings, Loan("past", document.file.id, shown.blob))


def _changes_url(request: web.Request, document: Document, shown: Shown) -> str:
    loan = Loan("changes", document.file.id, shown.blob)
    return lent(request, document.settings, loan, to_browser=True)


_DIGITS = 10
