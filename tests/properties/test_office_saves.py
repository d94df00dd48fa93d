"""Two people, other programs, crashes and a Document Server in any order: no save is ever lost.

What was typed is in a file, or in a copy beside it, or still with the editor; and where it is only
with the editor although nobody edits, the owner is told, at the latest when somebody asked for it.
"""

import asyncio
import os
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from doctypes.files.errors import FileTreeError, QuotaExceeded
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, TRASH_ID, File
from replication.blobs.memory import MemoryBlobStore
from replication.core.errors import ReplicationError, StorageFull
from replication.store.memory import MemoryDocumentStore
from server.office.callback import Callback, Status
from server.office.download import DownloadRefused, DownloadUnavailable
from server.office.key_locks import KeyLocks
from server.office.look_up import file_in
from server.office.opening import NewKey, lend_key
from server.office.placing import SaveUnsettled
from server.office.save import Saver
from server.office.session_store import SessionStore
from tests.support.document_server.model import EditorModel, Lost

RUNS = int(os.environ.get("FOYER_TESTS_OFFICE_RUNS", "50"))
STEPS = 30
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PEOPLE = ("alice", "bob")
USERS = st.sampled_from(PEOPLE)
FAULTS = st.sampled_from(
    [
        "unavailable",
        "refused",
        "full",
        "crash before the file",
        "crash after the file",
        "crash before the session",
        "crash after the session",
        "answer lost",
    ]
)


class Crash(BaseException):
    """The process is gone, and with it whatever was in memory."""


class Fragile:
    """Passes calls on, and crashes around the next one of some that a fault names."""

    def __init__(self, inner, faults, verbs, what):
        self._inner, self._faults, self._verbs, self._what = inner, faults, verbs, what

    def __getattr__(self, name):
        found = getattr(self._inner, name)
        if name not in self._verbs:
            return found

        async def crashing(*args, **named):
            self._strike(f"crash before {self._what}")
            done = await found(*args, **named)
            self._strike(f"crash after {self._what}")
            return done

        return crashing

    def _strike(self, fault):
        if fault in self._faults:
            self._faults.remove(fault)
            raise Crash(fault)


class OfficeSaves(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.numbers, self.faults, self.revoked = count(), [], set()
        self.owed, self.key_of, self.waited = set(), {}, set()
        self.run(self.begin())

    def teardown(self):
        try:
            self.faults.clear()
            self.run(self.set_quota(None))
            self.run(self.do_sweep())
            assert not self.editor.forgotten
            assert self.owed <= self.run(self.readable()) | self.editor.lines()
        finally:
            self.loop.close()

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    async def begin(self):
        self.files = FileTree(
            MemoryDocumentStore(),
            MemoryBlobStore(),
            clock=lambda: NOON,
            new_id=lambda: f"{next(self.numbers):032x}",
        )
        await self.files.start()
        self.store = MemoryDocumentStore()
        self.editor = EditorModel(self.report)
        await self.restart()
        self.file = await self.files.create(ROOT_ID, "a.txt", await self.staged("at first"))
        self.owed.add("at first")

    async def restart(self):
        self.locks = KeyLocks()
        self.sessions = await SessionStore.of(self.store)
        self.sessions.put = Fragile(self.sessions, self.faults, {"put"}, "the session").put
        tree = Fragile(self.files, self.faults, {"replace", "create_copy"}, "the file")
        self.saver = Saver(tree, self.sessions, self, self.may_write)

    async def may_write(self, user, _file):
        return user not in self.revoked

    async def fetch(self, url, _extension, stage):
        """Stand in for the download: what the editor offers there, or a fault."""
        for fault, error in (
            ("unavailable", DownloadUnavailable),
            ("refused", DownloadRefused),
            ("full", StorageFull),
        ):
            if fault in self.faults:
                self.faults.remove(fault)
                raise error(fault)
        content = self.editor.urls[url].encode()

        async def pieces():
            yield content

        return await stage(pieces(), len(content))

    async def report(self, key, status, url, users):
        """Be the host: 0 or 1, or Lost where the answer is 503 or none."""
        callback = Callback(key, Status(status), url, users, "txt")
        self.waited.discard(key)
        try:
            try:
                answer = await self.saver.take(callback)
            except (DownloadUnavailable, SaveUnsettled, FileTreeError, ReplicationError) as error:
                await self.saver.note_failure(callback, error)
                raise Lost from error
        except Crash as crash:
            await self.restart()
            self.waited.add(key)
            raise Lost from crash
        if "answer lost" in self.faults:
            self.faults.remove("answer lost")
            self.waited.add(key)
            raise Lost
        return answer.value

    async def staged(self, text):
        async def pieces():
            yield text.encode()

        return await self.files.stage(pieces())

    async def nodes(self):
        for parent in (ROOT_ID, TRASH_ID):
            async for page in self.files.children(await self.files.get(parent)):
                for node in page:
                    if isinstance(node, File):
                        yield node

    async def text_of(self, file):
        return b"".join([piece async for piece in self.files.read(file)]).decode()

    async def readable(self):
        return {
            line async for node in self.nodes() for line in (await self.text_of(node)).split("\n")
        }

    async def set_quota(self, quota):
        self.files.quota = quota

    async def excuse(self, action):
        """Owe no more what a person took away on purpose: it was in a file before, and now not."""
        before = await self.readable()
        await action
        self.owed -= before - await self.readable()

    # What people do in the editor: it is opened for whoever has it not.

    @rule(user=USERS)
    def edit(self, user):
        if user not in self.key_of:
            self.run(self.open(user))
        if user in self.key_of:
            text = f"{user} {next(self.numbers)}"
            self.editor.edit(self.key_of[user], user, text)
            self.owed.add(text)

    async def open(self, user):
        file = await self.usable_file()
        self.faults[:] = [fault for fault in self.faults if "session" not in fault]
        new = NewKey(f"{next(self.numbers):032x}", NOON)
        session = await lend_key(self.sessions, self.locks, "d", file, new)
        if await self.editor.open(session.key, user, await self.text_of(file)):
            self.key_of[user] = session.key

    async def usable_file(self):
        """Return the file, made anew where it is gone."""
        file = await file_in(self.files, self.file.id)
        if file is not None and file.trashed:
            file = await self.files.restore(file.id)
        if file is None:
            await self.set_quota(None)
            text, name = f"anew {next(self.numbers)}", f"c{next(self.numbers)}.txt"
            file = self.file = await self.files.create(ROOT_ID, name, await self.staged(text))
            self.owed.add(text)
        return file

    @precondition(lambda self: self.key_of)
    @rule(first=st.booleans())
    def force_save(self, first):
        user = sorted(self.key_of)[0 if first else -1]
        self.run(self.editor.force_save(self.key_of[user], user))

    @precondition(lambda self: self.key_of)
    @rule(first=st.booleans(), converts=st.booleans())
    def leave(self, first, converts):
        user = sorted(self.key_of)[0 if first else -1]
        self.run(self.editor.leave(self.key_of.pop(user), user, converts=converts))

    @precondition(lambda self: self.key_of)
    @rule()
    def leave_all(self):
        while self.key_of:
            self.leave(first=True, converts=True)

    # What goes wrong, and what others do to the file.

    @rule(fault=FAULTS, times=st.sampled_from([1, 1, 1, 5]))
    def plan_a_fault(self, fault, times):
        self.faults.extend([fault] * times)

    @rule(user=USERS, step=st.sampled_from(["permission", "room", "restart"]))
    def change_the_home(self, user, step):
        if step == "permission":
            self.revoked ^= {user}
        elif step == "restart":
            self.run(self.restart())
        else:
            usage = self.run(self.files.usage())
            full = self.files.quota is None
            self.run(self.set_quota(usage.files + usage.versions if full else None))

    @rule(step=st.sampled_from(["overwrite", "overwrite", "trash", "destroy", "rename"]))
    def change_outside(self, step):
        self.run(self.do_outside(step))

    async def do_outside(self, step):
        file = await file_in(self.files, self.file.id)
        if file is None or file.trashed:
            return
        number = next(self.numbers)
        if step == "overwrite":
            with suppress(QuotaExceeded):
                await self.excuse(self.replaced(file, f"outside {number}"))
                self.owed.add(f"outside {number}")
        elif step == "destroy":
            await self.excuse(self.files.destroy(file.id))
        elif step == "trash":
            await self.files.trash(file.id)
        else:
            await self.files.move(file.id, ROOT_ID, f"b{number}.txt")

    async def replaced(self, file, text):
        await self.files.replace(file.id, await self.staged(text))

    @rule()
    def sweep(self):
        self.run(self.do_sweep())

    async def do_sweep(self):
        """Bring in what is forgotten, as `ForgottenSaves` does."""
        for key, lines in list(self.editor.forgotten.items()):
            url = f"http://office.example/forgotten/{key}/output.txt"
            self.editor.urls[url] = "\n".join(lines)
            try:
                try:
                    await self.saver.take_forgotten(key, url, "txt")
                except (DownloadUnavailable, DownloadRefused, FileTreeError, ReplicationError) as e:
                    await self.saver.note_forgotten(key, e)
                    continue
            except Crash:
                await self.restart()
                continue
            self.waited.discard(key)
            if "answer lost" not in self.faults:  # else: killed before it told the editor
                self.editor.forgotten.pop(key, None)
            else:
                self.faults.remove("answer lost")

    @invariant()
    def nothing_is_lost(self):
        assert self.owed <= self.run(self.readable()) | self.editor.lines()

    @invariant()
    def nothing_fails_in_silence(self):
        for key, lines in self.editor.forgotten.items():
            heard = key not in self.waited and key not in self.editor.live
            if heard and not self.owed.intersection(lines) <= self.run(self.readable()):
                assert self.run(self.sessions.get(key)).alarm, key


OfficeSaves.TestCase.settings = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestOfficeSaves = OfficeSaves.TestCase
