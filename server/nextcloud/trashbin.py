"""`/remote.php/dav/trashbin/{user}/`: what was thrown away, to be looked at, restored or destroyed.

`trash` holds it, under the names that it has there; what is moved to `restore`, under any name, is
put back where it was. A DELETE is for good, and that of `trash` itself empties it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress

from aiohttp import web

from doctypes.files.authors import By
from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import TRASH_ID, TRASH_NAME, Directory, Node
from doctypes.files.paths import joined
from doctypes.files.trash import restore_name, restore_path, thrown_away_at
from doctypes.profiles.view import WHOLE, View
from server import keys
from server.dav.closed_files import ClosedFiles, folder
from server.dav.file_resource import FileTreeBackend
from server.dav.node_resource import resource_of
from server.dav.refusals import in_words_of_dav
from server.dav.sights import own_sight
from server.files.asking import by
from server.files.seen import sees
from server.instances.instance import Instance
from server.nextcloud.folder_sizes import FolderSizes
from server.nextcloud.identity import file_id
from server.nextcloud.mount import DAV, SIZES, at, entry, shown_home
from server.nextcloud.properties import NC, OF_TRASH, TEXTS, Home, Text, Trashed
from server.nextcloud.providers import Provider
from webdav.handler import DavHandler
from webdav.message import DavRequest, DavResponse, FileSlice
from webdav.model.backend import Guard, Placed
from webdav.model.errors import Forbidden, NotFound
from webdav.model.extension import Extensions
from webdav.model.path import Path, quote_segment
from webdav.model.resource import Resource

_TRASH, _RESTORE = "trash", "restore"


class TrashFiles(ClosedFiles):
    """What is seen of the trash of one home; `author` is who restores."""

    def __init__(self, tree: FileTree, author: By = "", view: View = WHOLE) -> None:
        self._tree = tree
        self._by = author
        self._view = view
        self._contents = FileTreeBackend(tree)

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path."""
        if not path or path == (_RESTORE,):
            return folder("".join(path))
        if path == (_TRASH,):
            return resource_of(await self._tree.get(TRASH_ID))
        node = await self._find(path)
        return None if node is None else resource_of(node)

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List what lies in the trash, or in a directory that is there."""
        if not collection.name:
            yield [folder(_TRASH), folder(_RESTORE)]
        if isinstance(directory := collection.handle, Directory):
            async for page in self._tree.children(directory):
                seen = [node for node in page if await sees(self._tree, self._view, node)]
                yield [resource_of(node) for node in seen]

    async def content(
        self, file: Resource, start: int, stop: int
    ) -> FileSlice | AsyncIterator[bytes]:
        """Return a part of a file."""
        return await self._contents.content(file, start, stop)

    async def remove(self, path: Path, guard: Guard) -> None:
        """Destroy something, or all there is."""
        if path == (_TRASH,):
            await self._empty()
            return
        node = await self._require(path)
        guard.check(resource_of(node))
        with in_words_of_dav():
            await self._tree.destroy(node.id, expected=node.revision, trashed=True)

    async def _empty(self) -> None:
        if self._view.is_everything:
            await self._tree.empty_trash()
            return
        listed = [node async for page in self._tree.trashed() for node in page]
        for node in listed:
            if await sees(self._tree, self._view, node):
                with suppress(FileTreeError):  # somebody was faster
                    await self._tree.destroy(node.id, trashed=True)

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Put something back where it was, under a name that is free there."""
        del replace
        if destination[:1] != (_RESTORE,):
            raise Forbidden("what is in the trash can be moved to `restore`")
        node = await self._require(source)
        guard.check(resource_of(node))
        with in_words_of_dav():
            restored = await self._tree.restore(node.id, by=self._by)
        return Placed(resource_of(restored), is_new=True)

    async def _require(self, path: Path) -> Node:
        node = await self._find(path)
        if node is None:
            raise NotFound
        return node

    async def _find(self, path: Path) -> Node | None:
        if path[0] != _TRASH or len(path) == 1:
            return None
        with suppress(FileTreeError):
            node = await self._tree.at("/" + "/".join((TRASH_NAME, *path[1:])))
            return node if await sees(self._tree, self._view, node) else None
        return None


class TrashProvider(Provider):
    """Nextcloud's properties of what is in the trash."""

    async def trashed(self, path: Path, node: Node, asked: frozenset[str]) -> Trashed | None:
        """Return what it was called, where it was, and when it was thrown away."""
        if not asked & _ASKED or path[:1] != (_TRASH,) or len(path) == 1:
            return None
        top, here = node, "/" + "/".join((TRASH_NAME, *path[1:]))
        if node.dir_id != TRASH_ID:
            top = await self._tree.at(f"/{TRASH_NAME}/{path[1]}")
        name = restore_name(node) if top.id == node.id else node.name
        place = joined(restore_path(top, here), name)
        when = thrown_away_at(top) or top.updated_at
        return Trashed(name, place.removeprefix("/"), int(when.timestamp()))


_ASKED = frozenset(f"{{{NC}}}{local}" for local in OF_TRASH)


async def answer_trash(request: web.Request, asked: DavRequest) -> DavResponse:
    """Answer about the trash."""
    home = request[keys.INSTANCE]
    if asked.method == "OPTIONS":
        return await DavHandler(TrashFiles(home.files)).handle(asked)
    shown = await shown_home(request)
    extensions = Extensions(
        properties=_providers(request[keys.HOME], request.app[SIZES], shown),
        headers=lambda resource: {"OC-FileId": file_id(resource.id, shown.instance)},
    )
    files = TrashFiles(home.files, by(request), (await own_sight(request)).view)
    return await DavHandler(files, extensions=extensions).handle(asked)


def _providers(home: Instance, sizes: FolderSizes, shown: Home) -> list[Provider]:
    found: list[Provider] = []
    for prefix, namespace, texts in TEXTS:
        more: Mapping[str, Text] = {**texts, **OF_TRASH} if namespace == NC else texts
        kind = TrashProvider if namespace == NC else Provider
        found.append(kind(home.files, home.store, sizes, (prefix, namespace, more, shown)))
    return found


def trashbin_mount(home: Instance) -> str:
    """Return where the trash is."""
    return f"{DAV}/trashbin/{quote_segment(home.owner.name)}"


def routes() -> list[web.AbstractRouteDef]:
    """Return its routes."""
    return at(f"{DAV}/trashbin/{{user}}", entry(trashbin_mount, answer_trash, of_files=False))
