"""`/remote.php/dav/versions/{user}/`: the old contents of a file, to be looked at and brought back.

`versions/{number of the file}` lists them; one that is moved to `restore`, under any name, is the
file's content again.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from aiohttp import web

from doctypes.files.authors import By
from doctypes.files.errors import FileTreeError, VersionMissing
from doctypes.files.file_tree import FileTree
from doctypes.files.node import File
from doctypes.files.version import Version
from doctypes.profiles.view import WHOLE, View
from replication.store.protocol import DocumentStore
from server import keys
from server.dav.closed_files import ClosedFiles, folder
from server.dav.node_resource import content_tag, resource_of
from server.dav.refusals import in_words_of_dav
from server.dav.sights import own_sight
from server.files.asking import by
from server.files.seen import sees
from server.instances.instance import Instance
from server.nextcloud.file_numbers import node_of
from server.nextcloud.mount import DAV, at, entry
from webdav.handler import DavHandler
from webdav.message import DavRequest, DavResponse, FileSlice
from webdav.model.backend import Guard, Placed
from webdav.model.errors import Forbidden, NotAllowed, NotFound
from webdav.model.path import Path, quote_segment
from webdav.model.resource import Resource

_VERSIONS, _RESTORE = "versions", "restore"
_OF_A_FILE, _OF_A_VERSION = 2, 3


class VersionFiles(ClosedFiles):
    """The old contents of the files that are seen of a home; `author` is who brings one back."""

    def __init__(
        self, store: DocumentStore, tree: FileTree, author: By = "", view: View = WHOLE
    ) -> None:
        self._store = store
        self._tree = tree
        self._by = author
        self._view = view

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path."""
        if len(path) < _OF_A_FILE:
            return folder("".join(path)) if path in ((), (_VERSIONS,), (_RESTORE,)) else None
        file = await self._file(path)
        if file is None:
            return None
        if len(path) == _OF_A_FILE:
            return folder(path[1])
        version = await self._version(file, path)
        return None if version is None else _shown(version, file)

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List the versions of a file, the latest first."""
        file = await self._file((_VERSIONS, collection.name))
        if file is not None:
            yield [_shown(version, file) for version in await self._tree.versions_of(file.id)]

    async def content(
        self, file: Resource, start: int, stop: int
    ) -> FileSlice | AsyncIterator[bytes]:
        """Return a part of an old content."""
        if not isinstance(version := file.handle, Version):
            raise NotAllowed
        local = await self._tree.content_path(version)
        if local is None:
            return self._tree.read(version, start, stop)
        return FileSlice(local, start, stop)

    async def remove(self, path: Path, guard: Guard) -> None:
        """Delete a version."""
        file, version = await self._require(path)
        guard.check(_shown(version, file))
        with in_words_of_dav():
            await self._tree.delete_version(version.id)

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Give the file this content back; what it held has become a version."""
        del replace
        if destination[:1] != (_RESTORE,):
            raise Forbidden("a version can be moved to `restore`")
        file, version = await self._require(source)
        guard.check(_shown(version, file))
        with in_words_of_dav():
            restored = await self._tree.revert(file.id, version.id, by=self._by)
        return Placed(resource_of(restored), is_new=True)

    async def _require(self, path: Path) -> tuple[File, Version]:
        file = await self._file(path)
        version = None if file is None else await self._version(file, path)
        if file is None or version is None:
            raise NotFound
        return file, version

    async def _file(self, path: Path) -> File | None:
        if path[:1] != (_VERSIONS,):
            return None
        with suppress(FileTreeError):
            node = await node_of(self._store, self._tree, path[1])
            if isinstance(node, File) and await sees(self._tree, self._view, node):
                return node
        return None

    async def _version(self, file: File, path: Path) -> Version | None:
        if len(path) != _OF_A_VERSION:
            return None
        with suppress(VersionMissing):
            return await self._tree.version(f"{file.id}/{path[2]}")
        return None


def _shown(version: Version, file: File) -> Resource:
    return Resource(
        name=version.id.rpartition("/")[2],
        id=version.id,
        is_collection=False,
        etag=content_tag(version.blob),
        size=version.size,
        created=version.uploaded_at,
        modified=version.updated_at,
        content_type=file.mime,
        handle=version,
    )


def versions_mount(home: Instance) -> str:
    """Return where versions are."""
    return f"{DAV}/versions/{quote_segment(home.owner.name)}"


async def answer_versions(request: web.Request, asked: DavRequest) -> DavResponse:
    """Answer about versions."""
    author = by(request) if keys.PRINCIPAL in request else ""
    home = request.get(keys.HOME, request[keys.INSTANCE])
    view = (await own_sight(request)).view
    return await DavHandler(VersionFiles(home.store, home.files, author, view)).handle(asked)


def routes() -> list[web.AbstractRouteDef]:
    """Return its routes."""
    return at(f"{DAV}/versions/{{user}}", entry(versions_mount, answer_versions, of_files=False))
