"""Any order of saves, repeats, failures and outside changes: nobody's bytes are lost."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, TRASH_ID, File
from replication.blobs.memory import MemoryBlobStore
from replication.core.errors import Conflict
from replication.store.memory import MemoryDocumentStore
from server.office.callback import Callback, Status
from server.office.download import DownloadRefused, DownloadUnavailable
from server.office.key_locks import KeyLocks
from server.office.look_up import file_in
from server.office.opening import NewKey, lend_key
from server.office.save import Answer, Saver
from server.office.session_store import SessionStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def anybody(_user, _file):
    return True


class Shelf:
    """Stands for the network: bytes by address, and the next answer's fault."""

    def __init__(self):
        self.contents, self.fault = {}, None

    async def fetch(self, url, _extension, stage):
        fault, self.fault = self.fault, None
        if fault is not None:
            raise fault
        content = self.contents[url]

        async def pieces():
            yield content

        return await stage(pieces(), len(content))


class ForgetfulSessions(SessionStore):
    """Fails once when told to, as a crash does after the file and before its session."""

    fails = False

    async def put(self, session):
        if self.fails:
            self.fails = False
            raise Conflict(session.key)
        return await super().put(session)


class World:
    """One file under edit; it knows what must be readable, and looks."""

    async def begin(self):
        self.numbers = count()
        self.files = FileTree(
            MemoryDocumentStore(),
            MemoryBlobStore(),
            clock=lambda: NOON,
            new_id=lambda: f"{next(self.numbers):032x}",
        )
        await self.files.start()
        self.sessions = await ForgetfulSessions.of(MemoryDocumentStore())
        self.shelf = Shelf()
        self.saver = Saver(self.files, self.sessions, self.shelf, anybody)
        self.file = await self.files.create(ROOT_ID, "a.txt", await self.staged(b"at first"))
        new = NewKey("ab" * 16, NOON)
        self.key = (await lend_key(self.sessions, KeyLocks(), "d", self.file, new)).key
        self.outside = {}
        self.sent = []
        self.heard = set()

    async def staged(self, content):
        async def pieces():
            yield content

        return await self.files.stage(pieces())

    async def readable(self):
        found = set()
        for parent in (ROOT_ID, TRASH_ID):
            async for page in self.files.children(await self.files.get(parent)):
                found |= {node.blob for node in page if isinstance(node, File)}
        return found

    async def save(self, status):
        number = next(self.numbers)
        url = f"http://o.example/{number}/output.txt"
        self.shelf.contents[url] = f"save {number}".encode()
        made = NOON + timedelta(seconds=number)
        self.sent.append(Callback(self.key, status, url, (), "txt", made))
        await self.deliver(self.sent[-1])

    async def repeat(self):
        if self.sent:
            await self.deliver(self.sent[-1])

    async def deliver(self, callback):
        """Bring a callback; what is acknowledged for the first time must be readable now."""
        owed = set(self.outside.values())
        try:
            answer = await self.saver.take(callback)
        except (Conflict, DownloadUnavailable):
            answer = None
        if answer is Answer.STORED and callback.url not in self.heard:
            self.heard.add(callback.url)
            owed.add(hashlib.sha256(self.shelf.contents[callback.url]).hexdigest())
        assert owed <= await self.readable()

    async def change_outside(self, step):
        """Do to the target what another client may; what it wrote is owed to it from then on."""
        node = await file_in(self.files, (await self.sessions.get(self.key)).target_file)
        if node is None:
            return
        match step:
            case "overwrite":
                content = await self.staged(f"outside {next(self.numbers)}".encode())
                self.outside[node.id] = (await self.files.replace(node.id, content)).blob
            case "trash" if not node.trashed:
                await self.files.trash(node.id)
            case "restore" if node.trashed:
                await self.files.restore(node.id)
            case "destroy":
                await self.files.destroy(node.id)
                self.outside.pop(node.id, None)
            case "rename" if not node.trashed:
                await self.files.move(node.id, ROOT_ID, f"b{next(self.numbers)}.txt")


OF_EDITORS = ("final", "forced", "doubtful", "repeat", "crash", "unavailable", "refused")
OUTSIDE = ("overwrite", "trash", "restore", "destroy", "rename")
STEPS = st.sampled_from((*OF_EDITORS, *OUTSIDE))


async def play(steps):
    world = World()
    await world.begin()
    for step in steps:
        match step:
            case "final":
                await world.save(Status.MUST_SAVE)
            case "forced":
                await world.save(Status.FORCE_SAVED)
            case "doubtful":
                await world.save(Status.FORCE_SAVE_FAILED)
            case "repeat":
                await world.repeat()
            case "crash":
                world.sessions.fails = True
            case "unavailable":
                world.shelf.fault = DownloadUnavailable("503")
            case "refused":
                world.shelf.fault = DownloadRefused("elsewhere")
            case _:
                await world.change_outside(step)


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_what_is_acknowledged_and_what_was_written_elsewhere_can_be_read(steps):
    asyncio.run(play(steps))
