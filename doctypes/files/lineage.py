"""What lies above: every directory that holds what an edit changes is marked with its sequence.

So each directory tells, in the transaction of the change itself, when anything in it or below it
changed last; a client that remembers that looks nowhere else for what is new.
"""

from collections.abc import Iterable, Sequence

from doctypes.files.errors import NotANode
from doctypes.files.node import Directory, parse_node
from replication.core.document import Edit
from replication.store.protocol import Database

MOST_KNOWN = 10_000


class Lineage:
    """The directories above directories, remembered until their documents change.

    Directories move while nobody else writes; the caller holds the tree's lock.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._above: dict[str, str] = {}

    async def marked(self, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """Return edits that mark all directories above what they change, where it was and will be.

        The last of them carries all marks. Directories that are new lie, in the end, in one that is
        there, and its own edit marks that.
        """
        if not edits:
            return ()
        if len(self._above) > MOST_KNOWN:
            self._above.clear()
        above = await self._closure({name for edit in edits for name in edit.marks})
        for edit in edits:
            self._above.pop(edit.document_id, None)
        return (*edits[:-1], edits[-1]._replace(marks=tuple(above)))

    async def _closure(self, directories: Iterable[str]) -> set[str]:
        found: set[str] = set()
        waiting = set(directories)
        while waiting:
            found |= waiting
            await self._learn(waiting - self._above.keys())
            waiting = {self._above.get(directory, "") for directory in waiting} - found - {""}
        return found

    async def _learn(self, directories: Iterable[str]) -> None:
        wanted = list(directories)
        for row in await self._database.get_many(wanted) if wanted else ():
            if row is None or row.deleted:
                continue
            try:
                node = parse_node(row)
            except NotANode:
                continue
            if isinstance(node, Directory):
                self._above[node.id] = node.dir_id
