"""`/ocs/v2.php/search/providers`: what the phone apps ask when somebody types into their search."""

from aiohttp import web

from doctypes.files.node import Directory, File
from server import keys
from server.dav.sights import own_sight
from server.media.sizes import CLASSES
from server.nextcloud.identity import file_number
from server.nextcloud.mount import backend_of
from server.nextcloud.ocs import OcsError, answered, refused
from server.nextcloud.searching import HomeSearch
from webdav.model.resource import Located
from webdav.model.search import Contains, Question, Scope

_FILES = {"id": "files", "appId": "files", "name": "Files", "icon": "", "order": 5}
_USUAL, _MOST = 5, 100


async def providers(request: web.Request) -> web.Response:
    """GET /ocs/v2.php/search/providers: where can be searched: in files."""
    told = {**_FILES, "triggers": ["files"], "filters": {"term": "string"}, "inAppSearch": True}
    return answered(request, [told])


async def search(request: web.Request) -> web.Response:
    """GET /ocs/v2.php/search/providers/files/search?term=…&limit=…&cursor=…: entries."""
    if request.match_info["provider"] != _FILES["id"]:
        return refused(request, OcsError(404, "There is no such provider"))
    limit = min(_number(request, "limit", _USUAL), _MOST)
    first = _number(request, "cursor", 0)
    term = request.query.get("term", "").strip()
    if not term:
        return refused(request, OcsError(400, "term is missing"))
    source = HomeSearch(request[keys.HOME], backend_of(request, await own_sight(request)))
    question = Question((Scope(()),), Contains(term), limit=limit, first=first)
    entries = [
        _entry(request, located) async for page in source.search(question) for located in page
    ]
    told = {
        "name": _FILES["name"],
        "isPaginated": True,
        "entries": entries,
        "cursor": first + limit if len(entries) == limit else None,
    }
    return answered(request, told)


def _number(request: web.Request, name: str, usual: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else usual  # noqa: PLR2004


def _entry(request: web.Request, located: Located) -> dict[str, object]:
    node, base = located.resource.handle, f"{request.scheme}://{request.host}"
    number = file_number(located.resource.id)
    has_picture = isinstance(node, File) and node.file_class in CLASSES
    picture = f"{base}/index.php/core/preview?x=32&y=32&fileId={number}" if has_picture else ""
    icon = "icon-folder" if isinstance(node, Directory) else "icon-filetype-file"
    return {
        "thumbnailUrl": picture,
        "title": located.resource.name,
        "subline": "/".join(located.path[:-1]),
        "resourceUrl": f"{base}/index.php/f/{number}",
        "icon": icon,
        "rounded": False,
        "attributes": {"fileId": str(number), "path": "/" + "/".join(located.path)},
    }


def routes() -> list[web.AbstractRouteDef]:
    """Return its routes."""
    return [
        web.get("/ocs/v2.php/search/providers", providers),
        web.get("/ocs/v2.php/search/providers/{provider}/search", search),
    ]
