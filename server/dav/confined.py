"""The files as a credential sees them whose rules name folders: these, and the way down to them.

The tree keeps its shape. What leads to a folder is listed, and nothing else beside it; what is not
seen is not there (404), and nothing is written where no rule allows it (403). Rules that ask for a
field of a file show nothing here.

A place is decided on as it is when a request comes: a folder that is moved away while its content
is on the way is no longer there to take it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from doctypes.files.errors import NodeMissing
from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, TRASH_NAME, Directory, File, Node
from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.rule import Verb
from server.dav.file_resource import FileTreeBackend
from server.dav.visible_tree import VisibleTree
from webdav.message import DavRequest, FileSlice
from webdav.model.backend import Backend, Guard, Placed, PropertyChanges, Upload, UploadFacts
from webdav.model.errors import Forbidden, NotFound
from webdav.model.extension import Extensions
from webdav.model.path import Path
from webdav.model.resource import Quota, Resource

_BY_ID = frozenset({"", "_id", "id"})
_LOCKING = frozenset({"LOCK", "UNLOCK"})


def named_by(permissions: PermissionSet) -> Mapping[str, frozenset[Verb]]:
    """Return the ids of files and folders that rules name, with what is allowed there."""
    named: dict[str, frozenset[Verb]] = {}
    for rule in permissions.rules:
        if rule.covers_type(DOCTYPE) and rule.selector in _BY_ID:
            for value in rule.values:
                named[value] = named.get(value, frozenset()) | rule.verbs
    return named


class Places:
    """Which paths a credential may do what to; looked up once a request."""

    def __init__(self, tree: FileTree, permissions: PermissionSet) -> None:
        self._tree = tree
        self._visible = VisibleTree(tree)
        self._permissions = permissions
        self._roots: dict[Path, frozenset[Verb]] | None = None

    def anew(self) -> "Places":
        """Return the same, to be looked up again: what takes long has to ask twice."""
        return Places(self._tree, self._permissions)

    async def require(self, verb: Verb, path: Path) -> None:
        """Raise NotFound for what is not seen, and Forbidden for what is, where not allowed."""
        place = await self.place(path)
        if await self.allows(verb, place):
            return
        if await self.is_seen(place):
            raise Forbidden("this credential may not do that here")
        raise NotFound if verb is Verb.GET else Forbidden("this credential may not write here")

    async def allows(self, verb: Verb, place: Path) -> bool:
        """Tell whether a rule allows it at a place."""
        if self._permissions.allows_type(verb, DOCTYPE):
            return True
        roots = await self._known()
        return any(verb in verbs and place[: len(root)] == root for root, verbs in roots.items())

    async def is_seen(self, place: Path) -> bool:
        """Tell whether a place is shown: what may be read, and what leads there."""
        if await self.allows(Verb.GET, place):
            return True
        roots = await self._known()
        return not place or any(
            Verb.GET in verbs and root[: len(place)] == place for root, verbs in roots.items()
        )

    async def place(self, path: Path) -> Path:
        """Return a path with its names as they are kept, down to where there is something."""
        for length in range(len(path), 0, -1):
            node = await self._visible.find(path[:length])
            if node is not None:
                return await self.place_of(node) + path[length:]
        return path

    async def place_of(self, node: Node) -> Path:
        """Return where a node is."""
        return _parts(await self._tree.path_of(node))

    async def _known(self) -> Mapping[Path, frozenset[Verb]]:
        if self._roots is None:
            roots: dict[Path, frozenset[Verb]] = {}
            for node_id, verbs in named_by(self._permissions).items():
                try:
                    root = await self.place_of(await self._tree.get(node_id))
                except NodeMissing:
                    continue
                if root[:1] != (TRASH_NAME,):
                    roots[root] = roots.get(root, frozenset()) | verbs
            self._roots = roots
        return self._roots


class ConfinedBackend:
    """A backend of which one credential gets to see what its rules name."""

    def __init__(self, backend: FileTreeBackend, places: Places) -> None:
        self._backend = backend
        self._places = places

    def checking(self, extensions: Extensions) -> Extensions:
        """Return extensions for who is confined.

        Locks on what may not be written are refused, for they would keep others from writing; and
        there is nothing of what looks into the tree past this backend.
        """

        async def check(request: DavRequest, path: Path) -> None:
            await extensions.check(request, path)
            if request.method in _LOCKING:
                await self._places.require(Verb.PUT, path)

        return replace(extensions, check=check, reports={}, changes=None, search=None, kept=None)

    async def is_collection(self, path: Path) -> bool:
        """Tell whether a collection has this path."""
        found = await self.lookup(path)
        return found is not None and found.is_collection

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path, if it is seen."""
        found = await self._backend.lookup(path)
        return found if found and await self._shows(found) else None

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List the members that are seen."""
        within = await self._place(collection)
        whole = await self._places.allows(Verb.GET, within)
        async for page in self._backend.children(collection):
            yield (
                page
                if whole
                else [
                    member for member in page if await self._places.is_seen((*within, member.name))
                ]
            )

    async def content(
        self, file: Resource, start: int, stop: int
    ) -> FileSlice | AsyncIterator[bytes]:
        """Return a part of a file that is seen."""
        return await self._backend.content(file, start, stop)

    async def stage(self, path: Path, body: AsyncIterator[bytes], facts: UploadFacts) -> Upload:
        """Take content in where it may be written."""
        await self._places.require(Verb.PUT, path)
        return ConfinedUpload(
            await self._backend.stage(path, body, facts), path, self._places.anew()
        )

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Make an empty directory where one may be made."""
        await self._places.require(Verb.POST, path)
        return await self._backend.make_collection(path, properties)

    async def remove(self, path: Path, guard: Guard) -> None:
        """Put into the trash what may be deleted."""
        await self._places.require(Verb.DELETE, path)
        await self._backend.remove(path, guard)

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Move between places that may both be changed."""
        await self._places.require(Verb.PATCH, source)
        await self._require_end(Verb.PATCH, destination)
        return await self._backend.move(source, destination, replace=replace, guard=guard)

    async def copy(
        self, source: Path, destination: Path, *, replace: bool, deep: bool, guard: Guard
    ) -> Placed:
        """Copy what may be read to where something may be made."""
        await self._places.require(Verb.GET, source)
        await self._require_end(Verb.POST, destination)
        return await self._backend.copy(
            source, destination, replace=replace, deep=deep, guard=guard
        )

    async def patch(self, path: Path, changes: PropertyChanges, guard: Guard) -> None:
        """Change properties where they may be changed."""
        await self._places.require(Verb.PUT, path)
        await self._backend.patch(path, changes, guard)

    async def quota(self) -> Quota:
        """Count the bytes of all files: whoever writes wants to know what fits."""
        return await self._backend.quota()

    async def _require_end(self, verb: Verb, destination: Path) -> None:
        """Ask for where something goes, and for what is replaced there."""
        await self._places.require(verb, destination)
        if await self._backend.lookup(destination) is not None:
            await self._places.require(Verb.DELETE, destination)

    async def _shows(self, resource: Resource) -> bool:
        return await self._places.is_seen(await self._place(resource))

    async def _place(self, resource: Resource) -> Path:
        node = resource.handle
        if isinstance(node, Directory):
            return _parts(node.path)
        if not isinstance(node, File):
            raise NotFound
        return await self._places.place_of(node)


@dataclass(frozen=True, slots=True)
class ConfinedUpload:
    """Content on its way to a path that may still be written when it is whole."""

    upload: Upload
    path: Path
    places: Places

    async def commit(self, guard: Guard) -> Placed:
        """Put it at its path, if that is allowed there as it is now."""
        await self.places.require(Verb.PUT, self.path)
        return await self.upload.commit(guard)

    async def discard(self) -> None:
        """Forget the staged bytes."""
        await self.upload.discard()


def _parts(path: str) -> Path:
    return tuple(part for part in path.split("/") if part)


_: type[Backend] = ConfinedBackend
