"""The page that a WOPI client's editor opens in."""

from aiohttp import web
from yarl import URL

from doctypes.files.errors import FileTreeError
from doctypes.files.node import DOCTYPE, File
from doctypes.permissions.rule import Verb
from server import keys
from server.auth.principal import Kind
from server.files.asking import subject_of as subject_of_node
from server.office.dav_locks import EditingLocks
from server.office.formats import extension_of
from server.office.office import OFFICE
from server.office.opened import UNNAMED, Found
from server.office.participants import participant_of, subject_of
from server.office.rights import EDIT, VIEW
from server.office.words import WORDS
from server.pages.page import Sheet, page, page_language
from server.wopi.asked import base_of
from server.wopi.discovery import ClientUnreachable, frame_address
from server.wopi.settings import WopiSettings
from server.wopi.tokens import Access, AccessTokens
from server.wopi.wopi import WOPI

_LANGUAGE_PLACES = ("UI_LLCC", "ui", "lang")


def goes_to_wopi(request: web.Request, name: str) -> bool:
    """Tell whether a document of this name is opened by the WOPI client."""
    settings = request.app[WOPI].settings
    beside = request.app[OFFICE].settings is not None
    return settings is not None and settings.opens(extension_of(name), beside=beside)


async def show_wopi_editor(request: web.Request, found: Found) -> web.Response:
    """Answer the page with the client's frame, or what keeps it from being reached."""
    wopi = request.app[WOPI]
    if wopi.settings is None or wopi.discovery is None:
        raise web.HTTPNotFound
    file = found.file
    values: dict[str, object] = {
        "id": file.id,
        "name": file.name,
        "takes_out": found.rights.takes_out,
        "and_token": "",
        "credential": request.query.get("bearer_token", ""),
        "frame": "",
        "reason": "",
    }
    origin = str(URL(wopi.settings.server).origin())
    try:
        discovery = await wopi.discovery.get()
    except ClientUnreachable as error:
        values["reason"] = str(error)
        return page(request, _sheet(values, origin, request.path))
    access = await _access(request, found, wopi.settings)
    wanted = ("view", "edit") if access.role == VIEW else ("edit", "view")
    address = discovery.address(extension_of(file.name), *wanted)
    if address is None:
        values["reason"] = f".{extension_of(file.name)}"
        return page(request, _sheet(values, origin, request.path))
    source = f"{base_of(request, wopi.settings)}/wopi/files/{file.id}"
    language = page_language(request)
    known = dict.fromkeys(_LANGUAGE_PLACES, language)
    frame = _as_browsers(frame_address(address, source, **known), wopi.settings)
    if "lang=" not in frame:
        frame += f"&lang={language}"
    token = AccessTokens(request[keys.HOME].secret).make(access)
    values |= {"frame": frame, "token": token, "ttl": access.ends * 1000, "origin": origin}
    return page(request, _sheet(values, origin, request.path))


def _sheet(values: dict[str, object], origin: str, path: str) -> Sheet:
    return Sheet(
        "wopi/editor.html",
        WORDS,
        values,
        forms=path,
        form_to=(origin,),
        scripts=True,
        embeds=(origin,),
    )


def _as_browsers(address: str, settings: WopiSettings) -> str:
    """Return an address of the client as browsers reach it: discovery may tell its inner name."""
    url = URL(address, encoded=True)
    if url.origin() == URL(settings.reached_at).origin():
        outer = URL(settings.server)
        url = url.with_scheme(outer.scheme).with_host(outer.host or "").with_port(outer.port)
    return str(url)


async def _access(request: web.Request, found: Found, settings: WopiSettings) -> Access:
    home, principal, file = request[keys.HOME], request[keys.PRINCIPAL], found.file
    who = participant_of(principal, request.query.get("name", ""), UNNAMED[page_language(request)])
    subject = await subject_of(home.files, file)
    held_by = await EditingLocks(home).held_by(file)
    role = found.rights.role if found.opened_as.editable and not held_by else VIEW
    is_device = principal.kind in (Kind.OAUTH, Kind.DEVICE)
    return Access(
        file_id=file.id,
        user_id=who.user_id,
        name=who.name,
        role=role,
        takes_out=found.rights.takes_out,
        renames=role == EDIT and principal.permissions.allows(Verb.PATCH, DOCTYPE, subject),
        adds=await _may_add(request, file),
        device=principal.credential if is_device else "",
        ends=int(request.app[OFFICE].now() + settings.token_lifetime),
    )


async def _may_add(request: web.Request, file: File) -> bool:
    """Tell whether the caller may put files beside this one."""
    files, permissions = request[keys.HOME].files, request[keys.PRINCIPAL].permissions
    try:
        folder = await files.get(file.dir_id)
        subject = await subject_of_node(files, folder)
    except FileTreeError:
        return False
    return permissions.allows(Verb.POST, DOCTYPE, subject)
