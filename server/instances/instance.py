"""One person's cloud, opened: their documents, contents and files, and who owns them."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from replication.blobs.protocol import BlobStore
from replication.store.protocol import DocumentStore
from server.at_rest.home_key import HomeKey
from server.at_rest.transit import InTheClear, Masked, Transit
from server.instances.owner import Owner
from server.instances.record import InstanceRecord
from server.views.home_designs import HomeDesigns
from webdav.model.lock_manager import LockManager

if TYPE_CHECKING:
    from doctypes.files.file_tree import FileTree


@dataclass(frozen=True, slots=True)
class Instance:
    """A home that is open, as its `record` stood when it was borrowed."""

    record: InstanceRecord
    store: DocumentStore
    blobs: BlobStore
    files: "FileTree"
    designs: HomeDesigns
    locks: LockManager
    key: HomeKey | None = None
    """What it is sealed with on the disk; None for one that is not."""

    @property
    def domain(self) -> str:
        """Its name, lower case, without port."""
        return self.record.domain

    @property
    def folder(self) -> Path:
        """Where all of it is."""
        return self.record.folder

    @property
    def secret(self) -> bytes:
        """Random bytes of its own, for signing whatever it hands out."""
        return self.key.turned(self.record.secret) if self.key else self.record.secret

    @property
    def transit(self) -> Transit:
        """How uploads under way lie in its folder."""
        if self.key is None:
            return InTheClear()
        return Masked(self.key.derived("masks"), self.key.derived("texts"))

    @property
    def owner(self) -> Owner:
        """Whose home it is."""
        return self.record.owner

    def with_record(self, record: InstanceRecord) -> "Instance":
        """Return the same open home as another record of it says."""
        self.files.quota = record.quota
        return replace(self, record=record)

    async def close(self) -> None:
        """Finish the writes under way and let go of the folder; idempotent."""
        await self.designs.close()
        await self.store.close()
        await self.blobs.close()
