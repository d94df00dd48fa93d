"""What FileTree and the stores beneath it refuse, in the words of WebDAV."""

from collections.abc import Iterator
from contextlib import contextmanager

from doctypes.files.errors import (
    AlreadyInTrash,
    FileTreeError,
    IllegalName,
    IsADirectory,
    MoveIntoItself,
    NameTaken,
    NodeMissing,
    NotADirectory,
    ParentInTrash,
    Protected,
    QuotaExceeded,
    TooDeep,
)
from replication.core.errors import BlobMismatch, ReplicationError, StorageFull
from webdav.model.errors import (
    BadRequest,
    DavError,
    Forbidden,
    NotAllowed,
    NotFound,
    OutOfSpace,
    ParentMissing,
    PreconditionFailed,
)

_REFUSALS: dict[type[FileTreeError | ReplicationError], type[DavError]] = {
    IllegalName: BadRequest,
    TooDeep: Forbidden,
    Protected: Forbidden,
    ParentInTrash: Forbidden,
    MoveIntoItself: Forbidden,
    NotADirectory: ParentMissing,
    IsADirectory: NotAllowed,
    NodeMissing: NotFound,
    AlreadyInTrash: NotFound,
    NameTaken: PreconditionFailed,
    QuotaExceeded: OutOfSpace,
    StorageFull: OutOfSpace,
    BlobMismatch: BadRequest,
}


@contextmanager
def in_words_of_dav() -> Iterator[None]:
    """Raise what is refused inside as the DavError that it comes to."""
    try:
        yield
    except tuple(_REFUSALS) as fault:
        raise _REFUSALS[type(fault)](str(fault)) from fault
