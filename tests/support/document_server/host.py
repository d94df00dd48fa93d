"""A home with nothing but files and the office routes, for the double to talk to."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp import web

from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory, File
from replication.blobs.memory import MemoryBlobStore
from replication.store.memory import MemoryDocumentStore
from server import keys
from server.auth.principal import Principal
from server.office.office import OFFICE, Office
from server.office.routes import routes
from server.office.session import EditingSession
from server.office.session_store import SessionStore
from server.office.settings import OfficeSettings
from webdav.model.lock_manager import LockManager
from webdav.model.lock_store import MemoryLockStore

INSTANCE_SECRET = b"i" * 32
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid.uuid4().hex


@dataclass
class Host:
    """One home; `hold` lets a test step in whenever a callback arrives."""

    files: FileTree
    store: MemoryDocumentStore
    settings: OfficeSettings | None
    blobs: MemoryBlobStore
    address: str = ""
    runner: web.AppRunner | None = None
    locks: LockManager = field(
        default_factory=lambda: LockManager(MemoryLockStore(), _now, _new_id)
    )
    hold: Callable[[], Awaitable[None]] | None = None

    async def start(self, port: int = 0) -> None:
        """Listen, on the port of an earlier life or on a free one."""

        @web.middleware
        async def enter(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._enter(request, handler)

        app = web.Application(middlewares=[enter])
        app[OFFICE] = Office(self.settings, _now, _new_id)
        app.add_routes(routes())
        app.cleanup_ctx.append(_client)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", port, reuse_address=True).start()
        self.address = f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        assert self.runner is not None
        return self.runner.addresses[0][1]

    async def stop(self) -> None:
        if self.runner is not None:
            await self.runner.cleanup()

    async def _enter(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        request[keys.INSTANCE] = request[keys.HOME] = self._instance()
        request[keys.PRINCIPAL] = Principal("alice", "home.example")
        if self.hold is not None and request.path == "/office/callback":
            await self.hold()
        return await handler(request)

    def _instance(self) -> Any:
        return SimpleNamespace(
            domain="home.example",
            files=self.files,
            store=self.store,
            secret=INSTANCE_SECRET,
            locks=self.locks,
            blobs=self.blobs,
            owner=SimpleNamespace(name="alice"),
        )

    def open_url(self, file: File) -> str:
        return f"{self.address}/office/{file.id}/open"

    async def put(self, name: str, content: bytes) -> File:
        """Make a file in the root folder."""
        return await self.files.create(ROOT_ID, name, await self._staged(content))

    async def overwrite(self, file: File, content: bytes) -> File:
        """Replace a file's content as another client of the home would."""
        return await self.files.replace(file.id, await self._staged(content))

    async def _staged(self, content: bytes) -> Any:
        async def pieces() -> AsyncIterator[bytes]:
            yield content

        return await self.files.stage(pieces(), length=len(content))

    async def read(self, file_id: str) -> bytes:
        node = await self.files.get(file_id)
        assert isinstance(node, File)
        return b"".join([piece async for piece in self.files.read(node)])

    async def revision(self, file: File) -> str:
        return str((await self.files.get(file.id)).revision)

    async def everything(self) -> dict[str, bytes]:
        """Return all contents by name, of the root folder and (with a `!`) of the trash."""
        found = {}
        for parent, mark in ((ROOT_ID, ""), (TRASH_ID, "!")):
            async for node in self._below(parent):
                found[mark + node.name] = await self.read(node.id)
        return found

    async def _below(self, parent: str) -> AsyncIterator[File]:
        directory = await self.files.get(parent)
        assert isinstance(directory, Directory)
        async for page in self.files.children(directory):
            for node in page:
                if isinstance(node, File):
                    yield node

    async def session(self, key: str) -> EditingSession:
        return await (await SessionStore.of(self.store)).get(key)


async def _client(app: web.Application) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as client:
        app[keys.HTTP_CLIENT] = client
        yield


@asynccontextmanager
async def office_host(settings: OfficeSettings | None) -> AsyncIterator[Host]:
    """Run a home over stores in memory."""
    store = MemoryDocumentStore()
    blobs = MemoryBlobStore()
    files = FileTree(store, blobs, clock=_now, new_id=_new_id)
    await files.start()
    host = Host(files, store, settings, blobs)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()
