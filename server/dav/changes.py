"""`sync-collection` on files (RFC 6578): what a client has to learn since a token, by its view.

A token names a sequence and the view that the client was shown. After a change of the profile the
client is told the difference of the two views, and its token stays good.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace

from doctypes.files.errors import DeparturesForgotten
from doctypes.files.names import composed
from doctypes.files.node import Directory, Node
from doctypes.files.paths import joined, names_of
from doctypes.files.seen_difference import Difference, Seen
from doctypes.files.view_store import NOTHING, ViewStore
from doctypes.profiles.view import View
from server.dav.visible_tree import VisibleTree
from webdav.model.path import Path
from webdav.model.resource import Located
from webdav.model.sync import SyncChanges, SyncPage, TokenUnknown

PREFIX = "urn:foyer:sync:"
_PAGE = 200
_PARTS_OF_WHOLE, _PARTS_OF_BEGUN = 3, 6


@dataclass(frozen=True, slots=True)
class SyncToken:
    """A state that a client was brought to; fingerprints stand for views.

    Where an answer was cut short, the client has all up to the names `until` as they were at
    `target`, and the rest as before.
    """

    sequence: int
    epoch: str
    view: str
    target: "SyncToken | None" = None
    until: tuple[str, ...] = ()

    def spelled(self) -> str:
        """Write it as a URI."""
        parts = [str(self.sequence), self.epoch, self.view]
        if self.target is not None:
            place = urlsafe_b64encode("/".join(self.until).encode()).decode()
            parts += [str(self.target.sequence), self.target.view, place]
        return PREFIX + ":".join(parts)

    @classmethod
    def parse(cls, text: str) -> "SyncToken":
        """Read one. Raises TokenUnknown."""
        parts = text.removeprefix(PREFIX).split(":")
        if not text.startswith(PREFIX) or len(parts) not in (_PARTS_OF_WHOLE, _PARTS_OF_BEGUN):
            raise TokenUnknown
        try:
            begun = cls(int(parts[0]), parts[1], parts[2])
            if len(parts) == _PARTS_OF_WHOLE:
                return begun
            until = tuple(urlsafe_b64decode(parts[5]).decode().split("/"))
            target = cls(int(parts[3]), parts[1], parts[4])
        except (ValueError, NoBase64) as error:
            raise TokenUnknown from error
        return replace(begun, target=target, until=until)


class HomeChanges:
    """The changes of one home's files, as one caller sees them."""

    def __init__(self, visible: VisibleTree, views: ViewStore) -> None:
        self._visible = visible
        self._tree = visible.tree
        self._views = views

    async def token(self, collection: Located) -> str:
        """Name the present state."""
        del collection
        return (await self._now()).spelled()

    async def changes_since(
        self, collection: Located, token: str | None, *, is_deep: bool, limit: int | None
    ) -> SyncChanges:
        """Tell what changed below a collection."""
        now = await self._now()
        begun = self._begin(token, now)
        view = await self._view(begun.target or now)
        target = begun.target or now
        directory = collection.resource.handle
        if not isinstance(directory, Directory):
            raise TokenUnknown
        if begun.view == NOTHING.fingerprint() and not begun.sequence:
            walk = self._everything(collection, directory, view, begun, is_deep=is_deep)
            return await self._cut(walk, begun, target, collection, limit)
        before = Seen(begun.sequence, await self._view(begun))
        try:
            found = await self._tree.difference(directory, before, view)
        except DeparturesForgotten as error:
            raise TokenUnknown from error
        if not is_deep:
            found = await self._of_members(directory, found)
        walk = self._different(collection, directory, _ordered(directory, found, begun.until), view)
        return await self._cut(walk, begun, target, collection, limit)

    async def _now(self) -> SyncToken:
        sequence = await self._tree.sequence()
        view = await self._views.keep(self._visible.view)
        return SyncToken(sequence.number, sequence.epoch, view)

    @staticmethod
    def _begin(token: str | None, now: SyncToken) -> SyncToken:
        if token is None:
            return SyncToken(0, now.epoch, NOTHING.fingerprint())
        begun = SyncToken.parse(token)
        if begun.epoch != now.epoch or begun.sequence > now.sequence:
            raise TokenUnknown  # of another life of the home: a backup was brought back
        return begun

    async def _view(self, token: SyncToken) -> View:
        view = await self._views.find(token.view)
        if view is None:
            raise TokenUnknown
        return view

    async def _everything(
        self,
        top: Located,
        directory: Directory,
        view: View,
        begun: SyncToken,
        *,
        is_deep: bool,
    ) -> AsyncIterator[SyncPage]:
        waiting: list[tuple[str, Node]] = []
        found = self._tree.all_seen(directory, view, deep=is_deep, after=begun.until)
        async for path, node in found:
            waiting.append((path, node))
            if len(waiting) == _PAGE:
                yield await self._page(top, directory, waiting)
                waiting = []
        if waiting:
            yield await self._page(top, directory, waiting)

    async def _of_members(self, top: Directory, found: Difference) -> Difference:
        """Return what that says of members alone: one that something changed below has changed."""
        kept = Difference()
        for path in {*found.present, *found.absent}:
            names = _below(top, path)
            member = joined(top.path, names[0])
            node = await self._visible.find(tuple(names_of(member)))
            if node is not None:
                kept.present[member] = node.id
            elif len(names) == 1:
                kept.absent.add(member)
        return kept

    async def _different(
        self, top: Located, directory: Directory, entries: Sequence[tuple[str, str]], view: View
    ) -> AsyncIterator[SyncPage]:
        for start in range(0, len(entries), _PAGE):
            told = entries[start : start + _PAGE]
            present = [(path, there) for path, there in told if there]
            page = await self._page(top, directory, await self._tree.still_seen(present, view))
            gone = [(*top.path, *_below(directory, path)) for path, there in told if not there]
            yield SyncPage(page.changed, gone)

    async def _page(
        self, top: Located, directory: Directory, found: Sequence[tuple[str, Node]]
    ) -> SyncPage:
        resources = await self._visible.resources([node for _, node in found])
        return SyncPage(
            [
                Located((*top.path, *_below(directory, path)), resource)
                for (path, _), resource in zip(found, resources, strict=True)
            ]
        )

    async def _cut(
        self,
        pages: AsyncIterator[SyncPage],
        begun: SyncToken,
        target: SyncToken,
        top: Located,
        limit: int | None,
    ) -> SyncChanges:
        """Tell no more than the limit; the token then says how far that went."""
        if limit is None:
            return SyncChanges(pages, target.spelled())
        kept: list[tuple[Path, Located | None]] = []
        async for page in pages:
            entries: list[tuple[Path, Located | None]] = [(one.path, one) for one in page.changed]
            entries += [(path, None) for path in page.removed]
            kept += sorted(entries, key=lambda entry: key_of(entry[0]))
            if len(kept) > limit:
                break
        is_cut = len(kept) > limit
        kept = kept[:limit]
        page = SyncPage([one for _, one in kept if one], [path for path, one in kept if not one])
        token = target
        if is_cut:
            until = key_of(kept[-1][0][len(top.path) :])
            token = replace(begun, target=target, until=until)
        return SyncChanges(_one(page), token.spelled(), is_truncated=is_cut)


async def _one(page: SyncPage) -> AsyncIterator[SyncPage]:
    yield page


def key_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return what orders paths as the tree does."""
    return tuple(composed(name) for name in names)


def _ordered(top: Directory, found: Difference, until: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the paths behind those told before, in order, with ids of what is there or empty."""
    entries = [*found.present.items(), *((path, "") for path in found.absent)]
    keyed = [(key_of(_below(top, path)), path, there) for path, there in entries]
    return [(path, there) for key, path, there in sorted(keyed) if key > until]


def _below(top: Directory, path: str) -> tuple[str, ...]:
    """Return the names of a path below a collection."""
    return tuple(names_of(path)[len(names_of(top.path)) :])
