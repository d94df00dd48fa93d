"""The files of the home that a request is for, and the locks on them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import web

from doctypes.files.node import DOCTYPE
from doctypes.files.view_store import ViewStore
from doctypes.permissions.permission_set import EVERYTHING
from server import keys
from server.auth.principal import Principal
from server.dav.access import verb_of
from server.dav.apache_properties import COMPLIANCE, ApacheProperties
from server.dav.changes import HomeChanges
from server.dav.confined import ConfinedBackend, Places
from server.dav.file_resource import FileTreeBackend
from server.dav.folder_page import folder_page
from server.dav.kept_sidecars import KeptSidecars
from server.dav.principals import principal_href
from server.dav.profile_property import ProfileProperty
from server.dav.sight import Sight
from server.dav.sights import own_sight
from server.files.asking import author_of
from server.media.describing import describer
from server.media.media import MEDIA
from webdav.finder import FinderBackend
from webdav.handler import DavHandler
from webdav.message import fold_headers
from webdav.model.backend import Backend
from webdav.model.extension import Extensions
from webdav.quirks import is_finder

_APACHE = ApacheProperties()

SightOf = Callable[[web.Request], Awaitable[Sight]]


async def home_files(request: web.Request, sight_of: SightOf = own_sight) -> DavHandler:
    """Return who answers a request: the handler of its home, for its caller and its mount."""
    instance = request[keys.INSTANCE]
    # OPTIONS is answered to anybody, and touches nothing.
    principal = request.get(keys.PRINCIPAL)
    who = "" if principal is None else author_of(principal)
    describe = describer(request.app[MEDIA], instance) if MEDIA in request.app else None
    sight = await sight_of(request)
    backend = FileTreeBackend(instance.files, who, describe, sight)
    extensions = replace(
        _extensions(principal, sight),
        folder_page=folder_page(request),
        kept=instance.designs.kept,
    )
    holder = holder_of(principal)
    permissions = EVERYTHING if principal is None else principal.permissions
    if permissions.everything or permissions.allows_type(verb_of(request.method), DOCTYPE):
        now = request.app[keys.NOW]
        changes = HomeChanges(backend.visible, ViewStore(instance.store, lambda: now().date()))
        whole = replace(extensions, changes=changes)
        return DavHandler(_as_seen(request, backend), instance.locks, holder, whole)
    confined = ConfinedBackend(backend, Places(instance.files, permissions))
    return DavHandler(confined, instance.locks, holder, confined.checking(extensions))


def _as_seen(request: web.Request, files: Backend) -> Backend:
    """Keep what macOS writes beside files out of them."""
    if not is_finder(fold_headers(request.headers.items())):
        return files
    home = request.get(keys.HOME, request[keys.INSTANCE])  # whose store is not guarded
    return FinderBackend(files, KeptSidecars(home.store), request.app[keys.NOW])


def holder_of(principal: Principal | None) -> str:
    """Return whose the locks are that the caller takes: those of one credential."""
    return "" if principal is None else principal.credential or principal.name


def _extensions(principal: Principal | None, sight: Sight) -> Extensions:
    profile = ProfileProperty(None if sight.keep is None else sight.profile)
    return Extensions(
        properties=(_APACHE, profile),
        principal="" if principal is None else principal_href(principal.name),
        may_write=sight.may_write,
        may_break_locks=principal is not None and principal.is_owner,
        check=sight.check,
        compliance=(COMPLIANCE,),
    )
