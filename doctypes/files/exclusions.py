"""Selective sync: which directories which device does not want (cozy.md C5).

A directory's document names the devices in `not_synchronized_on`. A device is shown a directory it
excluded, and all below it, as deleted. So that it learns of every change of what it sees, whatever
it sees no longer or sees again is written anew: when a directory is excluded or included, and when
one goes across such a border. Then the rule needs no memory: a document is shown as it is, or as
deleted, by where it lies now.
"""

from collections.abc import Iterable, Sequence

from doctypes.files.amending import references
from doctypes.files.document import fields_of
from doctypes.files.errors import NotANode
from doctypes.files.node import Directory, parse_node
from doctypes.files.node_reader import NodeReader
from doctypes.files.paths import ROOT_PATH
from replication.core.change import ChangesQuery
from replication.core.document import Edit, StoredRevision, Written
from replication.store.protocol import Database, Outcome

NOT_SYNCHRONIZED_ON = "not_synchronized_on"
DEVICES = "io.cozy.oauth.clients"

FAR = 1000
"""Changes from which on all directories are read rather than all changes: most are of files."""

_MARK = NOT_SYNCHRONIZED_ON.encode()


def devices_of(directory: Directory) -> frozenset[str]:
    """Return the devices that do not want a directory."""
    if _MARK not in directory.document.body:
        return frozenset()
    listed = references(fields_of(directory), NOT_SYNCHRONIZED_ON)
    return frozenset(reference.id for reference in listed if reference.type == DEVICES)


class Exclusions:
    """Which directories are excluded by whom, kept in step with the changes feed when asked."""

    def __init__(self, database: Database, nodes: NodeReader) -> None:
        self._database = database
        self._nodes = nodes
        self._devices: dict[str, frozenset[str]] = {}  # of each directory that has any
        self._through: int | None = None

    async def any(self) -> bool:
        """Tell whether any device has excluded anything."""
        await self._catch_up()
        return bool(self._devices)

    async def directories_of(self, device: str) -> list[Directory]:
        """Return what a device has excluded."""
        await self._catch_up()
        ids = sorted(node_id for node_id, by in self._devices.items() if device in by)
        found = [directory_of(row) for row in await self._database.get_many(ids)] if ids else []
        return [directory for directory in found if directory is not None]

    async def hiding(self, directory: Directory) -> frozenset[str]:
        """Return the devices from which a directory is hidden, by itself or by one above it."""
        hiding = devices_of(directory)
        while directory.dir_id:
            directory = await self._nodes.directory(directory.dir_id)
            hiding |= devices_of(directory)
        return hiding

    def follow(self, edits: Sequence[Edit], outcomes: Sequence[Outcome]) -> None:
        """Take in a write of the tree's own that excludes nothing; any other is read when asked."""
        sequences = [row.sequence for row in outcomes if isinstance(row, Written) and row.sequence]
        if self._through is None or not sequences or sequences[0] != self._through + 1:
            return
        if sequences[-1] - self._through != len(edits):
            return
        if any(_MARK in edit.body or edit.document_id in self._devices for edit in edits):
            return
        self._through = sequences[-1]

    async def _catch_up(self) -> None:
        stands = (await self._database.sequence()).number
        if self._through is None or stands - self._through > FAR:
            self._devices.clear()
            self._through = stands
            async for directories in self._nodes.directories_below(ROOT_PATH):
                self._take_in(directories)
        while (await self._database.sequence()).number > self._through:
            query = ChangesQuery(since=self._through, include_documents=True)
            page = await self._database.changes(query)
            for row in page.rows:
                self._devices.pop(row.document_id, None)
                if (directory := directory_of(row.document)) is not None:
                    self._take_in([directory])
            self._through = page.last.number

    def _take_in(self, directories: Iterable[Directory]) -> None:
        for directory in directories:
            if by := devices_of(directory):
                self._devices[directory.id] = by


def directory_of(document: StoredRevision | None) -> Directory | None:
    """Read a document as a directory; None where it is none, or is gone."""
    if document is None or document.deleted:
        return None
    try:
        node = parse_node(document)
    except NotANode:
        return None
    return node if isinstance(node, Directory) else None
