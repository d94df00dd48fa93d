"""Verbs that look at the past of a folder, and bring it back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from doctypes.files.authors import By
from doctypes.files.content_verbs import ContentVerbs
from doctypes.files.errors import (
    AlreadyInTrash,
    NameTaken,
    NodeMissing,
    NotADirectory,
    StaleRevision,
    VersionMissing,
)
from doctypes.files.node import TRASH_ID, Directory, File
from doctypes.files.past import Past, PastNode
from doctypes.files.past_reader import PastReader
from doctypes.files.paths import is_in_trash, parted
from doctypes.files.shape_verbs import ShapeVerbs
from doctypes.files.version_verbs import VersionVerbs


@dataclass(slots=True)
class Rewound:
    """What a rewind did: how many nodes it placed, reverted, threw away; and what it could not.

    `lost` are paths of files whose content then is kept nowhere: they are as they were found.
    """

    placed: int = 0
    reverted: int = 0
    thrown_away: int = 0
    lost: list[str] = field(default_factory=list)


class RewindVerbs(ContentVerbs, ShapeVerbs, VersionVerbs):
    """As far back as versions, the trash and the bodies that documents keep reach."""

    async def past_of(self, folder_id: str, moment: datetime) -> Past:
        """Tell what a folder held at a moment (aware). Raises NodeMissing, NotADirectory."""
        folder = await self._work.nodes.directory(folder_id)
        return await PastReader(self._work.database, self._work.versions).read(folder, moment)

    async def rewind(
        self,
        folder_id: str,
        moment: datetime,
        *,
        by: By = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> Rewound:
        """Bring a folder back to what it held at a moment (aware).

        What has come since goes into the trash, and contents that came since become versions: so a
        rewind can be undone. What was only moved in from elsewhere stays. Each node is a
        transaction of its own; a rewind that is cut off is ended by doing it again. `progress` is
        told how many nodes of how many are done. Raises NodeMissing, NotADirectory.
        """
        past = await self.past_of(folder_id, moment)
        done = Rewound()
        steps = len(past.newcomers) + len(past.nodes)
        carried = []
        for number, newcomer in enumerate(past.newcomers, 1):
            gone = await self._thrown_away(newcomer.id, by)
            done.thrown_away += gone
            carried += [] if gone else [newcomer.id]
            if progress:
                progress(number, steps)
        for number, node in enumerate(past.nodes, len(past.newcomers) + 1):
            await self._brought_back(node, done, by)
            if progress:
                progress(number, steps)
        for node in past.nodes:
            await self._named(node, by)
        # What was in the trash already may have come back inside a directory of old.
        for newcomer_id in carried:
            done.thrown_away += await self._thrown_away(newcomer_id, by)
        return done

    async def _thrown_away(self, node_id: str, by: By) -> bool:
        try:
            await self.trash(node_id, by=by)
        except (NodeMissing, AlreadyInTrash):
            return False
        return True

    async def _brought_back(self, past: PastNode, done: Rewound, by: By) -> None:
        try:
            if past.is_moved:
                await self._placed(past, by)
                done.placed += 1
            if past.version is not None:
                await self.revert(past.node.id, past.version.id, by=by)
                done.reverted += 1
        except (NodeMissing, VersionMissing, StaleRevision):  # somebody was there meanwhile
            done.lost.append(past.path)
        if past.lost:
            done.lost.append(past.path)

    async def _placed(self, past: PastNode, by: By) -> None:
        parent = await self._parent(past, by)
        try:
            await self.move(past.node.id, parent.id, past.place.name, by=by)
        except NameTaken:
            is_file = isinstance(past.node, File)
            free = self._work.planner.free_name
            name = await free(parent.id, past.place.name, is_file=is_file)
            await self.move(past.node.id, parent.id, name, by=by)

    async def _named(self, past: PastNode, by: By) -> None:
        """Give a node its name, where another had it that has gone back to its own since."""
        try:
            node = await self._work.nodes.get(past.node.id)
            if past.is_moved and node.dir_id != TRASH_ID and node.name != past.place.name:
                await self.move(node.id, node.dir_id, past.place.name, by=by)
        except (NodeMissing, NameTaken, StaleRevision):
            return  # it keeps the name it has

    async def _parent(self, past: PastNode, by: By) -> Directory:
        """Return the directory that a node lay in, or another in its place if that is gone."""
        try:
            parent = await self._work.nodes.directory(past.place.dir_id)
        except (NodeMissing, NotADirectory):
            return await self.make_directories(parted(past.path)[0], by=by)
        if parent.id == TRASH_ID or is_in_trash(parent.path):
            return await self.make_directories(parted(past.path)[0], by=by)
        return parent
