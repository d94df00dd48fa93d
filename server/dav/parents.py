"""What lies above the files: `/`, `/dav`, and who the caller is (RFC 5397).

Explorer wants an answer about every parent of a share before it opens it, and gvfs climbs to them
and stops at the first 405. They are collections that hold the next one, and nothing can be written.
"""

from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from server import keys
from server.dav.closed_files import ClosedFiles, folder
from server.dav.mount import answered_by
from server.dav.principals import PARENTS, PRINCIPALS, principal_href
from webdav.handler import DavHandler
from webdav.model.backend import Backend
from webdav.model.extension import Extensions
from webdav.model.path import Path
from webdav.model.resource import Resource


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of what lies above the mount: they tell, and take nothing."""
    return [web.route("PROPFIND", path, _tell) for path in PARENTS]


async def _tell(request: web.Request) -> web.StreamResponse:
    name = request[keys.PRINCIPAL].name
    extensions = Extensions(principal=principal_href(name), may_write=False)
    handler = DavHandler(Parents(name), extensions=extensions)
    return await answered_by(handler, request, "")


class Parents(ClosedFiles):
    """A handful of collections, each at its path; `name` is who asks."""

    def __init__(self, name: str) -> None:
        paths = ((), ("dav",), ("dav", "files"), PRINCIPALS, (*PRINCIPALS, name))
        self._known = {path: _collection(path) for path in paths}

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path."""
        return self._known.get(path)

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List members."""
        yield [
            member
            for path, member in self._known.items()
            if path and self._known[path[:-1]] is collection
        ]


def _collection(path: Path) -> Resource:
    found = folder(path[-1] if path else "")._replace(id="/".join(("", *path)))
    return found._replace(kinds="<D:principal/>") if path[:-1] == PRINCIPALS else found


_: type[Backend] = Parents
