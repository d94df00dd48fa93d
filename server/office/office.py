"""What the routes of office editing share: settings, clock, keys, locks, and a look at a file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from doctypes.files.errors import NodeMissing
from doctypes.files.file_tree import FileTree
from doctypes.files.node import Directory, File
from server.office.key_locks import KeyLocks
from server.office.settings import OfficeSettings


@dataclass(frozen=True, slots=True)
class Office:
    """What these routes take from the application; without `settings` nothing can be opened."""

    settings: OfficeSettings | None
    clock: Callable[[], datetime]
    new_key: Callable[[], str]
    locks: KeyLocks = field(default_factory=KeyLocks)


OFFICE = web.AppKey("office", Office)


async def file_in(files: FileTree, file_id: str) -> File | None:
    """Read a file, in the trash or not; None when nothing or a directory has this id."""
    try:
        node = await files.get(file_id)
    except NodeMissing:
        return None
    return None if isinstance(node, Directory) else node
