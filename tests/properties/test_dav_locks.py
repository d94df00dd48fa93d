"""Locks over WebDAV: whatever clients do at once, and however often the server starts again.

Two promises, both read off what is there before and after, and not off what the code decided: no
two locks that exclude each other cover one path; nothing under a lock changes unless one who holds
it says its token. FOYER_LOCK_EXAMPLES makes a longer campaign.
"""

import asyncio
import itertools
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from doctypes.files.file_tree import FileTree
from replication.blobs.memory import MemoryBlobStore
from replication.store.sqlite.store import SqliteDocumentStore
from server.dav.file_resource import FileTreeBackend
from server.dav.kept_locks import locks_over
from webdav.handler import DavHandler
from webdav.message import DavRequest
from webdav.model.backend import UploadFacts
from webdav.model.lock import Scope
from webdav.wire.conditional import Conditions

SHORT = 20
EXAMPLES = int(os.environ.get("FOYER_LOCK_EXAMPLES", SHORT))
PATHS = ["a", "b", "c", "c/a", "c/d", "c/d/b", "\N{LATIN SMALL LETTER U WITH DIAERESIS}", "u\u0308"]
CLIENTS = ["ann", "bob", "eve"]

EVENTS = st.sampled_from(["", "", "", "fill", "fill", "fill", "10", "300", "restart"])

paths = st.sampled_from([*PATHS, "c", "c", "c/a", "c/a"])


@dataclass(frozen=True)
class Operation:
    """One request of one client, which says some of the tokens that anybody ever got."""

    method: str
    path: str
    client: str
    tokens: tuple[int, ...]
    other: str
    depth: str
    scope: str
    seconds: int


operations = st.builds(
    Operation,
    method=st.sampled_from(
        ["PUT", "PUT", "DELETE", "DELETE", "MOVE", "COPY", "MKCOL", "PROPPATCH", "PATCH",
         "LOCK", "LOCK", "LOCK", "LOCK", "REFRESH", "UNLOCK"]
    ),
    path=paths,
    client=st.sampled_from(CLIENTS),
    tokens=st.lists(st.integers(0, 4), max_size=3).map(tuple),
    other=paths,
    depth=st.sampled_from(["0", "infinity"]),
    scope=st.sampled_from(["exclusive", "exclusive", "shared"]),
    seconds=st.sampled_from([180, 1000]),
)  # fmt: skip

PATCH = (
    '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><p xmlns="urn:p">{}</p></D:prop></D:set>'
    "</D:propertyupdate>"
)
LOCK = (
    '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:{}/></D:lockscope>'
    "<D:locktype><D:write/></D:locktype></D:lockinfo>"
)


async def pieces(body):
    yield body
    await asyncio.sleep(0)


class Locking(RuleBasedStateMachine):
    """Three clients, one home."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.blobs = MemoryBlobStore()
        self.time = datetime(2026, 11, 23, tzinfo=UTC)
        self.numbers = itertools.count()
        self.tokens = []
        self.granted = []
        self.store = None

    @initialize()
    def begin(self):
        self.loop.run_until_complete(self.open())
        self.fill()

    def fill(self):
        """Put back what went, past the locks, so that there is always something to quarrel over."""

        async def put_back():
            for path in (tuple(text.split("/")) for text in PATHS):
                above = await self.backend.lookup(path[:-1])
                if not (above and above.is_collection) or await self.backend.lookup(path):
                    continue
                if path in {("c",), ("c", "d")}:
                    await self.backend.make_collection(path, {})
                else:
                    upload = await self.backend.stage(path, pieces(b"x"), UploadFacts(length=1))
                    await upload.commit(Conditions())

        self.loop.run_until_complete(put_back())

    async def open(self):
        self.store = SqliteDocumentStore(self.folder / "documents.db")
        tree = FileTree(
            self.store, self.blobs, clock=self.now, new_id=lambda: f"node{next(self.numbers)}"
        )
        await tree.start()
        self.backend = FileTreeBackend(tree, "test")
        self.locks = locks_over(self.store, self.now, lambda: f"urn:lock:{next(self.numbers)}")

    def now(self):
        return self.time

    async def send(self, client, method, path, body=b"", **headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        fields |= {"content-length": str(len(body)), "host": "home"}
        request = DavRequest(method, f"/{path}", fields, pieces(body))
        answer = await DavHandler(self.backend, self.locks, client).handle(request)
        if not isinstance(answer.body, bytes) and answer.status == 207:
            answer = answer, b"".join([piece async for piece in answer.body])
            return answer[0], b" 200 " in answer[1]
        return answer, 200 <= answer.status < 300

    async def carry_out(self, operation):
        """Send it; return whether it was done."""
        known = [lock.token for lock in await self.held()] + self.tokens[-1:]
        said = [known[n % len(known)] for n in operation.tokens if known]
        token = said[0] if said else "urn:none"
        lists = "".join(f"(<{one}>)" for one in said) + "(Not <DAV:no-lock>)"
        headers, method, body = {"if": lists}, operation.method, b""
        number = next(self.numbers)
        if method in {"MOVE", "COPY"}:
            headers["destination"] = f"/{operation.other}"
        elif method == "PROPPATCH":
            body = PATCH.format(number).encode()
        elif method == "PATCH":
            headers |= {
                "content_type": "application/x-sabredav-partialupdate",
                "x_update_range": "append",
            }
            body = b"x"
        elif method == "PUT":
            body = b"%d" % number
        elif method == "LOCK":
            body = LOCK.format(operation.scope).encode()
            headers |= {"depth": operation.depth, "timeout": f"Second-{operation.seconds}"}
        elif method == "REFRESH":
            method, headers = "LOCK", {"if": f"(<{token}>)", "timeout": "Second-500"}
        elif method == "UNLOCK":
            headers = {"lock_token": f"<{token}>"}
        answer, is_done = await self.send(operation.client, method, operation.path, body, **headers)
        assert answer.status < 500 or answer.status in {503, 507}, answer
        if operation.method == "LOCK" and is_done:
            token = answer.headers["Lock-Token"].strip("<>")
            self.tokens.append(token)
            self.granted.append((token, path_of(operation.path), await self.etag(operation.path)))
        return {(one, operation.client) for one in said} if is_done else set()

    @rule(burst=st.lists(operations, min_size=1, max_size=5), first=EVENTS)
    def at_once(self, burst, first):
        """Several requests at the same time, after something else has happened."""
        if first == "restart":
            self.start_again()
        elif first == "fill":
            self.fill()
        elif first:
            self.time += timedelta(seconds=int(first))
        self.loop.run_until_complete(self.check(burst))

    async def check(self, burst):
        tree, locks, self.granted = await self.snapshot(), await self.held(), []
        done = await asyncio.gather(*(self.carry_out(operation) for operation in burst))
        said = set().union(*done)
        stayed = [lock for lock in await self.held() if lock.token in {one.token for one in locks}]
        for path, is_coming_or_going in changed(tree, await self.snapshot()):
            places = [path] + ([path[:-1]] if is_coming_or_going and path else [])
            for place in places:
                over = [lock for lock in stayed if covers(lock, place)]
                opened = {(lock.token, lock.principal) for lock in over} & said
                assert not over or opened, (path, over, burst)
        await self.check_granted({token for token, _ in said}, burst)

    async def check_granted(self, said, burst):
        """Whoever was given a lock reads what no write is about to change any more."""
        held = await self.held()
        for token, path, etag in self.granted:
            over = {lock.token for lock in held if covers(lock, path)}
            if token in over and not over & said:
                assert await self.etag("/".join(path)) == etag, (token, path, burst)

    async def etag(self, path):
        found = await self.backend.lookup(path_of(path))
        return found.etag if found and not found.is_collection else ""

    def start_again(self):
        """Every lock is there after it, with the time it has left."""

        async def restart():
            before = await self.held()
            await self.store.close()
            await self.open()
            assert sorted(await self.held(), key=repr) == sorted(before, key=repr)

        self.loop.run_until_complete(restart())

    @invariant()
    def locks_that_exclude_each_other_cover_no_path_together(self):
        if self.store is None:
            return
        held = self.loop.run_until_complete(self.held())
        for one, two in itertools.combinations(held, 2):
            if Scope.EXCLUSIVE in (one.scope, two.scope):
                assert not covers(one, two.root), (one, two)
                assert not covers(two, one.root), (one, two)

    async def held(self):
        return await self.locks.around(())

    async def snapshot(self):
        """Path -> what is there."""
        found, waiting = {}, [((), await self.backend.lookup(()))]
        while waiting:
            path, resource = waiting.pop()
            properties = sorted(resource.properties.items())
            etag = "" if resource.is_collection else resource.etag  # a folder's is of all below it
            found[path] = (resource.is_collection, etag, properties)
            if resource.is_collection:
                async for page in self.backend.children(resource):
                    waiting += [((*path, composed(one.name)), one) for one in page]
        return found

    def teardown(self):
        if self.store is not None:
            self.loop.run_until_complete(self.store.close())
        self.loop.close()
        shutil.rmtree(self.folder)


def composed(name):
    return PATHS[-2] if name == PATHS[-1] else name


def path_of(text):
    return tuple(composed(name) for name in text.split("/"))


def covers(lock, path):
    return path == lock.root or (lock.is_deep and path[: len(lock.root)] == lock.root)


def changed(before, after):
    """Yield paths that are not as they were, and whether they came or went."""
    for path in before.keys() | after.keys():
        if before.get(path) != after.get(path):
            yield path, (path in before) != (path in after)


TestLocking = Locking.TestCase
TestLocking.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=25, deadline=None, derandomize=EXAMPLES == SHORT
)
