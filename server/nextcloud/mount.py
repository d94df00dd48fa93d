"""Where the dialect's clients find the files: two addresses of one tree, as ownCloud left them.

`/remote.php/webdav` is the older one, which ownCloud's programs still use.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from doctypes.files.node import DOCTYPE
from doctypes.permissions.rule import Verb
from server import keys
from server.auth.principal import Principal
from server.dav.homes import holder_of
from server.dav.mount import path_as_sent, send
from server.dav.refusals import in_words_of_dav
from server.dav.sight import READING, Sight
from server.dav.sights import is_bound, own_sight
from server.files.asking import author_of
from server.home_settings.avatar_routes import public_name
from server.http.receiving import body_of, no_continue_yet
from server.instances.instance import Instance
from server.media.describing import describer
from server.media.media import MEDIA
from server.nextcloud.dialect import in_dialect, sabre_error
from server.nextcloud.folder_sizes import FolderSizes
from server.nextcloud.home_files import DialectFiles, headers_of
from server.nextcloud.identity import instance_id
from server.nextcloud.properties import Home, Rights
from server.nextcloud.providers import providers
from server.nextcloud.searching import HomeSearch, reports
from webdav.handler import DavHandler
from webdav.message import (
    XML_TYPE,
    BodyIncomplete,
    DavRequest,
    DavResponse,
    FileSlice,
    fold_headers,
)
from webdav.model.errors import DavError
from webdav.model.extension import Extensions
from webdav.model.path import parse_path, quote_segment
from webdav.wire.gzip import accepts_gzip, compressed

DAV = "/remote.php/dav"
WEBDAV = "/remote.php/webdav"
SIZES = web.AppKey("folder_sizes", FolderSizes)

Answering = Callable[[web.Request, DavRequest], Awaitable[DavResponse]]


def files_mount(home: Instance) -> str:
    """Return where the files of a home are, encoded as in hrefs."""
    return f"{DAV}/files/{quote_segment(home.owner.name)}"


def rights_of(principal: Principal) -> Rights:
    """Return what a credential may do to all files that it sees."""
    allows = {verb: principal.permissions.allows_type(verb, DOCTYPE) for verb in Verb}
    if principal.profile.read_only:
        return Rights(write=False, create=False, move=False, delete=False, share=False)
    may_share = allows[Verb.GET] and allows[Verb.POST]
    return Rights(
        allows[Verb.PUT], allows[Verb.POST], allows[Verb.PATCH], allows[Verb.DELETE], may_share
    )


async def shown_home(request: web.Request) -> Home:
    """Return what properties tell of the request's home, to its caller."""
    home, principal = request[keys.INSTANCE], request[keys.PRINCIPAL]
    lists = request.method in {"PROPFIND", "REPORT", "SEARCH"}
    name = await public_name(home) if lists else home.owner.name
    rights = rights_of(principal)
    return Home(instance_id(home.domain), home.owner.name, name, rights)


def backend_of(request: web.Request, sight: Sight) -> DialectFiles:
    """Return the files of the request's home, as its caller sees them."""
    home, principal = request[keys.INSTANCE], request[keys.PRINCIPAL]
    describe = describer(request.app[MEDIA], home) if MEDIA in request.app else None
    return DialectFiles(home.files, author_of(principal), describe, sight)


async def extensions_of(request: web.Request, sight: Sight) -> Extensions:
    """Return what the dialect adds for the request's caller."""
    home, shown = request[keys.HOME], await shown_home(request)
    search = HomeSearch(home, backend_of(request, sight))
    return Extensions(
        reports=reports(search),
        search=search,
        properties=providers(
            home.files, home.store, request.app[SIZES], replace(shown, view=sight.view)
        ),
        may_write=shown.rights.write,
        check=sight.check,
        may_break_locks=request[keys.PRINCIPAL].is_owner,
        headers=lambda resource: headers_of(shown.instance, resource),
    )


async def handler_of(request: web.Request) -> DavHandler:
    """Return who answers about the files of the request's home."""
    if keys.PRINCIPAL not in request:  # OPTIONS is answered to anybody, and touches nothing
        instance = request[keys.INSTANCE]
        return DavHandler(DialectFiles(instance.files), instance.locks)
    locks, holder = request[keys.HOME].locks, holder_of(request[keys.PRINCIPAL])
    sight = await own_sight(request)
    extensions = await extensions_of(request, sight)
    return DavHandler(backend_of(request, sight), locks, holder, extensions)


async def answer_search(request: web.Request, asked: DavRequest) -> DavResponse:
    """Answer a SEARCH of the files, which clients send to where all of WebDAV begins."""
    return await (await handler_of(request)).handle(replace(asked, target=asked.mount))


async def answer_files(request: web.Request, asked: DavRequest) -> DavResponse:
    """Answer about files."""
    await make_way(request, asked)
    return await (await handler_of(request)).handle(asked)


async def make_way(request: web.Request, asked: DavRequest) -> None:
    """Make the directories above what is put, where that is asked for (iOS uploads)."""
    if asked.headers.get("x-nc-webdav-auto-mkcol") != "1" or asked.method != "PUT":
        return
    principal = request[keys.PRINCIPAL]
    principal.permissions.require_type(Verb.POST, DOCTYPE)
    if is_bound(principal.profile):
        return  # it makes its way itself, as far as it sees
    parent = parse_path(asked.target, asked.mount)[:-1]
    with in_words_of_dav():
        await request[keys.INSTANCE].files.make_directories("/" + "/".join(parent))


def entry(
    mount_of: Callable[[Instance], str], answering: Answering, *, of_files: bool = True
) -> Handler:
    """Return a handler that speaks the dialect below a mount, to the owner's programs.

    `of_files` tells whether headers may speak of files by any address that those have.
    """

    async def serve(request: web.Request) -> web.StreamResponse:
        home = request[keys.INSTANCE]
        if request.match_info.get("user", home.owner.name) != home.owner.name:
            return refusal(HTTPStatus.NOT_FOUND, "There is nobody of this name here")
        principal = request.get(keys.PRINCIPAL)
        if principal and principal.profile.read_only and request.method not in READING:
            return refusal(HTTPStatus.FORBIDDEN, "This device may read only")
        mount = mount_of(home)
        headers = fold_headers(request.headers.items())
        coding = headers.pop("accept-encoding", "")  # what is packed cannot be put into words
        aliases = _addresses(home) if of_files else set[str]()
        asked = DavRequest(
            method=request.method,
            target=path_as_sent(request),
            headers=headers,
            body=body_of(request),
            mount=mount,
            aliases=tuple(sorted(aliases - {mount})),
        )
        try:
            response = in_dialect(await answering(request, asked))
        except DavError as refused:
            return refusal(HTTPStatus(refused.status), str(refused), refused.condition)
        except BodyIncomplete as cut_off:
            return refusal(HTTPStatus.BAD_REQUEST, f"the body is not whole: {cut_off}")
        return await send(request, packed({"accept-encoding": coding}, response))

    return serve


def _addresses(home: Instance) -> set[str]:
    """Return what clients call the place of the files: in a SEARCH, only by the end of it."""
    return {files_mount(home), WEBDAV, f"/files/{quote_segment(home.owner.name)}"}


def refusal(status: HTTPStatus, sentence: str, condition: str = "") -> web.Response:
    """Return a refusal in sabre's words."""
    body = sabre_error(status, sentence, condition)
    return web.Response(status=status, body=body, headers={"Content-Type": XML_TYPE})


def packed(headers: Mapping[str, str], response: DavResponse) -> DavResponse:
    """Pack a listing where the client takes that."""
    body = response.body
    if response.status is not HTTPStatus.MULTI_STATUS or isinstance(body, bytes | FileSlice):
        return response
    if not accepts_gzip(headers):
        return response
    told = {**response.headers, "Content-Encoding": "gzip"}
    return replace(response, headers=told, body=compressed(body))


def at(path: str, serve: Handler) -> list[web.AbstractRouteDef]:
    """Return the routes of one mount, for all methods."""
    return [
        web.route("*", found, serve, expect_handler=no_continue_yet)
        for found in (path, f"{path}/{{path:(?s:.*)}}")
    ]


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the files."""
    return [
        *at(f"{DAV}/files/{{user}}", entry(files_mount, answer_files)),
        web.route("SEARCH", DAV, entry(files_mount, answer_search)),
        web.route("SEARCH", f"{DAV}/", entry(files_mount, answer_search)),
        *at(WEBDAV, entry(lambda _home: WEBDAV, answer_files)),
    ]


async def one_piece(body: bytes) -> AsyncIterator[bytes]:
    """Yield a body that is here already."""
    yield body
