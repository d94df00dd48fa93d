"""One person's cloud, opened: their documents, contents and files, and who owns them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from replication.blobs.protocol import BlobStore
from replication.store.protocol import DocumentStore
from server.auth.kdf import PLAIN, Kdf
from server.views.home_designs import HomeDesigns

if TYPE_CHECKING:
    from doctypes.files.file_tree import FileTree


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose home it is; `password_hash` is a PHC string (`$argon2id$…`) of what `kdf` derives.

    An empty one is that of a home whose passphrase is still to be chosen; nothing is its password.
    `setup_hash` is then the SHA-256 of the token in its set-up link.
    """

    name: str
    password_hash: str = field(repr=False)
    kdf: Kdf = PLAIN
    setup_hash: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Instance:
    """A home that is open; `secret` is random and its own, for signing whatever it hands out."""

    domain: str
    folder: Path
    store: DocumentStore
    blobs: BlobStore
    files: "FileTree"
    secret: bytes = field(repr=False)
    owner: Owner
    designs: HomeDesigns

    async def close(self) -> None:
        """Finish the writes under way and let go of the folder; idempotent."""
        await self.designs.close()
        await self.store.close()
        await self.blobs.close()
