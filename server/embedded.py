"""A home's documents and files, kept by the embedded engine."""

from doctypes.files.file_tree import FileTree
from replication.blobs.local import LocalBlobStore
from replication.store.sqlite.store import SqliteDocumentStore
from server.dav.kept_locks import locks_over
from server.fresh import new_id, new_lock_token, now
from server.instances.instance import Instance
from server.instances.record import InstanceRecord
from server.views.home_designs import HomeDesigns


async def open_documents(record: InstanceRecord) -> Instance:
    """Open a home's documents and files alone, with the embedded engine.

    Raises ValueError for a file that is not ours or of another format.
    """
    store = SqliteDocumentStore(record.folder / "documents.db")
    try:
        blobs = LocalBlobStore(record.folder / "blobs")
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
    )
