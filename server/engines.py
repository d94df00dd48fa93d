"""What homes are kept in: this machine's disk, or the CouchDB and the S3 store of the settings.

Beside `app` the only file that names concrete engines; those that are not asked for are not even
imported.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aiohttp import ClientSession, TCPConnector, web

from doctypes.files.file_tree import FileTree
from replication.blobs.local import LocalBlobStore
from replication.blobs.protocol import BlobStore
from replication.couch.address import server_address
from replication.store.protocol import DocumentStore
from replication.store.sqlite.store import SqliteDocumentStore
from server.at_rest.home_key import HomeKey, read_key
from server.at_rest.host_key import host_key
from server.dav.kept_locks import locks_over
from server.fresh import new_id, new_lock_token, now
from server.instances.erasing import STAGED
from server.instances.instance import Instance
from server.instances.record import InstanceRecord
from server.settings import Settings
from server.storage.settings import S3Settings
from server.views.home_designs import HomeDesigns

if TYPE_CHECKING:
    from replication.blobs.s3.store import S3BlobStore
    from replication.store.couch.store import CouchDocumentStore

CONNECTIONS = 100
"""To CouchDB, at once, from this process; further requests wait."""


class Engines:
    """Opens what a home is kept in: without settings, the disk.

    Belongs to one event loop; `new_id` gives ids nobody has.
    """

    def __init__(self, new_id: Callable[[], str], settings: Settings | None = None) -> None:
        self._couchdb_url = settings.couchdb_url if settings else None
        self._s3 = settings.s3 if settings else None
        self._host_key = host_key(settings.encryption) if settings and settings.encryption else None
        self._new_id = new_id
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def documents(self, record: InstanceRecord) -> DocumentStore:
        """Open a home's documents, with what an earlier process left undone carried out.

        Raises ValueError for a file that is not ours, StorageUnreachable for a CouchDB,
        KeyUnusable for a sealed home.
        """
        if self._couchdb_url is None:
            key = await self.key(record)
            sealed = key.documents if key else None
            return SqliteDocumentStore(record.folder / "documents.db", key=sealed)
        store = self._couch(self._couchdb_url, record)
        await store.recover()
        return store

    def _couch(self, url: str, record: InstanceRecord) -> "CouchDocumentStore":
        from replication.store.couch.names import prefix_of
        from replication.store.couch.store import CouchDocumentStore

        if self._session is None:
            self._session = ClientSession(connector=TCPConnector(limit=CONNECTIONS))
        return CouchDocumentStore(
            self._session, server_address(url), prefix_of(_place(record)), self._new_id
        )

    async def key(self, record: InstanceRecord) -> HomeKey | None:
        """Return what a home is sealed with on the disk; None for one that is not.

        Raises KeyUnusable.
        """
        return await asyncio.to_thread(read_key, record.folder, self._host_key)

    async def blobs(self, record: InstanceRecord) -> BlobStore:
        """Open a home's contents. Raises KeyUnusable."""
        if self._s3 is not None:
            return self._bucket(self._s3, record)
        key = await self.key(record)
        if key is None:
            return LocalBlobStore(record.folder / "blobs")
        from replication.blobs.sealed.store import SealedBlobStore

        return SealedBlobStore(record.folder / "blobs", key.contents)

    async def erase(self, record: InstanceRecord) -> None:
        """Remove what a home has beside its folder, for good; may be asked again.

        Nobody has it open. Raises StorageUnreachable.
        """
        if self._couchdb_url is not None:
            await self._couch(self._couchdb_url, record).erase()
        if self._s3 is not None:
            await self._bucket(self._s3, record).erase()

    def _bucket(self, s3: S3Settings, record: InstanceRecord) -> "S3BlobStore":
        from replication.blobs.s3.bucket import S3Account
        from replication.blobs.s3.store import S3BlobStore

        account = S3Account(
            bucket=s3.bucket,
            endpoint=s3.endpoint,
            region=s3.region,
            access_key=s3.access_key,
            secret_key=s3.secret_key,
        )
        return S3BlobStore(account.connect(), _place(record), self._new_id)

    async def close(self) -> None:
        """Let go of connections; homes are closed before."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _place(record: InstanceRecord) -> str:
    """Return what a home is called where many hosts may keep theirs: a name that none other has.

    It has that name from when it is brought in (`STAGED`).
    """
    name = record.folder.name.removeprefix(STAGED)
    return f"{name}.{sha256(record.secret).hexdigest()[:12]}"


async def open_documents(record: InstanceRecord, engines: Engines) -> Instance:
    """Open a home's documents and files alone. Raises as the engines do."""
    store = await engines.documents(record)
    try:
        blobs = await engines.blobs(record)
        files = FileTree(
            store, blobs, clock=now, new_id=new_id, address=f"https://{record.domain}/"
        )
        await files.start()
        files.quota = record.quota
    except BaseException:
        await store.close()
        raise
    return Instance(
        record=record,
        store=store,
        blobs=blobs,
        files=files,
        designs=HomeDesigns.over(store),
        locks=locks_over(store, now, new_lock_token),
        key=await engines.key(record),
    )


def closed(engines: Engines) -> Callable[[web.Application], AsyncIterator[None]]:
    """Return what lets go of engines when all homes are closed: the last to be cleaned up."""

    async def cleaned_up(app: web.Application) -> AsyncIterator[None]:
        del app
        yield
        await engines.close()

    return cleaned_up
