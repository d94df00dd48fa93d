"""An old content of a file, as its `io.cozy.files.versions` document tells it (cozy.md E).

Its id is the file's id, a slash, and an id of its own. It carries the tags and the metadata that
the file had with that content; one with tags is pinned.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from doctypes.files.errors import NotANode
from replication.core.document import StoredRevision
from replication.core.revision import Revision
from replication.store.protocol import FieldIndex

VERSIONS = "io.cozy.files.versions"
BY_FILE = FieldIndex("by_file", ("file_id",))

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """`updated_at` is the file's date with this content; `kept_at` when another took its place.

    `uploaded_at` is when it came. `size` in bytes, `md5sum` in base64, `blob` the SHA-256 in hex.
    """

    id: str
    revision: Revision
    file_id: str
    updated_at: datetime
    uploaded_at: datetime
    kept_at: datetime
    size: int
    md5sum: str
    blob: str
    tags: tuple[str, ...]
    document: StoredRevision

    @property
    def dir_id(self) -> str:
        """None: a version lies beside its file, and no directory shows it."""
        return ""

    @property
    def name(self) -> str:
        """None: it is called as its file is."""
        return ""

    @property
    def age(self) -> tuple[datetime, int]:
        """What orders the versions of a file, the eldest first."""
        generation = self.id.rpartition("/")[2].partition("-")[0]
        return self.kept_at, int(generation) if generation.isdecimal() else 0


class _Metadata(msgspec.Struct):
    created_at: datetime = msgspec.field(name="createdAt", default=_EPOCH)
    uploaded_at: datetime | None = msgspec.field(name="uploadedAt", default=None)


class _Header(msgspec.Struct):
    updated_at: datetime
    size: str | int
    sha256sum: str
    md5sum: str = ""
    tags: tuple[str, ...] | None = None
    metadata: _Metadata = msgspec.field(name="cozyMetadata", default_factory=_Metadata)


_decode = msgspec.json.Decoder(_Header).decode


def parse_version(stored: StoredRevision) -> Version:
    """Read a document. Raises NotANode for one that is no version."""
    file_id, slash, _ = stored.document_id.rpartition("/")
    try:
        header = _decode(stored.body)
        size = int(header.size)
    except ValueError as error:
        raise NotANode(stored.document_id) from error
    if not slash:
        raise NotANode(stored.document_id)
    return Version(
        stored.document_id,
        stored.revision,
        file_id,
        header.updated_at,
        header.metadata.uploaded_at or header.updated_at,
        header.metadata.created_at,
        size,
        header.md5sum,
        header.sha256sum,
        header.tags or (),
        stored,
    )
