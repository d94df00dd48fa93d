"""Verbs for clients that keep a copy by paths: all that a view shows, and what changed since."""

from collections.abc import AsyncIterator, Sequence
from datetime import date

from doctypes.files import milestones
from doctypes.files.document import Departure, departure
from doctypes.files.errors import DeparturesForgotten
from doctypes.files.milestones import Milestones
from doctypes.files.names import composed
from doctypes.files.node import TRASH_ID, Directory, Node
from doctypes.files.paths import joined
from doctypes.files.seen import item_of
from doctypes.files.seen_difference import Comparing, Difference, Seen
from doctypes.files.workspace import Verbs
from doctypes.profiles.view import View
from replication.core.errors import DocumentMissing

Names = tuple[str, ...]
Located = tuple[str, Node]


class SyncVerbs(Verbs):
    """Paths are absolute; things come in the order of their names, a directory before its own."""

    async def departures(self, since: int) -> list[Departure]:
        """Return what lay somewhere after a sequence and has left: moved, renamed or deleted.

        Raises DeparturesForgotten where that is not known any more.
        """
        if since < (await self._milestones()).forgotten:
            raise DeparturesForgotten(since)
        found: list[Departure] = []
        while notes := await self._work.database.notes(since):
            found += [left for _, note in notes if (left := departure(note)) is not None]
            since = notes[-1][0]
        return found

    async def forget_departures(self, today: date) -> None:
        """Forget what left its place so long ago that no client need be told (`milestones`)."""
        database = self._work.database
        former = await self._milestones()
        kept = former.on(today, (await database.sequence()).number)
        if kept == former:
            return
        await database.put_local(milestones.PLACE, milestones.encode(kept))
        if kept.forgotten > former.forgotten:
            await database.forget_notes(kept.forgotten)

    async def _milestones(self) -> Milestones:
        try:
            return milestones.decode((await self._work.database.get_local(milestones.PLACE)).body)
        except DocumentMissing:
            return Milestones()

    async def difference(self, top: Directory, before: Seen, view: View) -> Difference:
        """Return what a client below a directory has to learn that saw `before`.

        Raises DeparturesForgotten.
        """
        departures = await self.departures(before.sequence)
        work = self._work
        return await Comparing(
            work.database, work.nodes, top, before, view, departures
        ).difference()

    async def all_seen(
        self, top: Directory, view: View, *, deep: bool = True, after: Names = ()
    ) -> AsyncIterator[Located]:
        """Yield all that a view shows below a directory, behind a path that was yielded before.

        `after` is that path's names below the directory, in Unicode NFC.
        """
        behind = await self._work.nodes.child(top.id, after[0]) if after else None
        if isinstance(behind, Directory) and deep and view.shows(item_of(behind, behind.path)):
            async for located in self.all_seen(behind, view, after=after[1:]):
                yield located
        async for page in self._work.nodes.children(top.id, behind):
            for node in page:
                if node.id == TRASH_ID or (after and composed(node.name) <= after[0]):
                    continue
                path = joined(top.path, node.name)
                if not view.shows(item_of(node, path)):
                    continue
                yield path, node
                if deep and isinstance(node, Directory):
                    async for located in self.all_seen(node, view):
                        yield located

    async def still_seen(self, found: Sequence[tuple[str, str]], view: View) -> list[Located]:
        """Return those of paths and ids that are still there, and seen."""
        rows = await self._work.nodes.get_many([node_id for _, node_id in found])
        paths = await self._work.nodes.paths_of(rows)
        wanted = dict(found)
        return [
            (path, node)
            for path, node in zip(paths, rows, strict=True)
            if wanted.get(path) == node.id and view.shows(item_of(node, path))
        ]
