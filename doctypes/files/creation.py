"""New files and directories, and new content for a file that is there."""

from dataclasses import dataclass
from datetime import datetime

from doctypes.files.document import (
    Fields,
    Stamp,
    creation,
    fields_of,
    first_metadata,
    next_metadata,
    revision,
    uploaded,
    written,
)
from doctypes.files.mime import class_of, mime_of
from doctypes.files.node import ROOT_ID, TRASH_ID, TRASH_NAME, File
from doctypes.files.paths import ROOT_PATH, TRASH_PATH
from doctypes.files.plan import Place, Plan
from replication.blobs.protocol import StagedBlob
from replication.core.document import Edit


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What an uploader says of a file; None where nothing is said."""

    mime: str | None = None
    modified_at: datetime | None = None
    executable: bool = False


def first_directories(now: datetime) -> tuple[Edit, Edit]:
    """Make the root and the trash of a new home."""
    stamp = Stamp(now)
    root = _directory("", "", ROOT_PATH, stamp)
    trash = _directory(TRASH_NAME, ROOT_ID, TRASH_PATH, stamp)
    return creation(ROOT_ID, root), creation(TRASH_ID, trash)


def new_directory(node_id: str, parent: Place, name: str, stamp: Stamp) -> Plan:
    """Make an empty directory."""
    fields = _directory(name, parent.id, parent.path_of(name), stamp)
    return Plan((creation(node_id, fields),))


def _directory(name: str, dir_id: str, path: str, stamp: Stamp) -> Fields:
    return {
        "type": "directory",
        "name": name,
        "dir_id": dir_id,
        "path": path,
        "created_at": written(stamp.now),
        "updated_at": written(stamp.now),
        "tags": [],
        "cozyMetadata": first_metadata(stamp),
    }


def new_file(
    node_id: str, parent: Place, name: str, content: StagedBlob, facts: FileFacts, stamp: Stamp
) -> Plan:
    """Make a file. One that is older than its arrival was also created no later than modified."""
    modified = facts.modified_at or stamp.now
    mime = mime_of(name, facts.mime)
    fields = {
        "type": "file",
        "name": name,
        "dir_id": parent.id,
        "created_at": written(min(stamp.now, modified)),
        "updated_at": written(modified),
        "tags": [],
        **_content_fields(content, mime),
        "executable": facts.executable,
        "trashed": False,
        "cozyMetadata": uploaded(first_metadata(stamp), stamp),
    }
    return Plan((creation(node_id, fields),), content.size)


def new_content(file: File, content: StagedBlob, facts: FileFacts, stamp: Stamp) -> Plan | None:
    """Give a file new content; None if it says nothing new.

    Where no media type is said, one that was said earlier is kept, unless the name tells one.
    """
    mime = mime_of(file.name, facts.mime or file.mime)
    modified = facts.modified_at or stamp.now
    if file.blob == content.digest and file.mime == mime and _is_same_time(file, facts):
        return None
    fields = fields_of(file)
    fields |= {
        "created_at": written(min(file.created_at, modified)),
        "updated_at": written(modified),
        **_content_fields(content, mime),
        "cozyMetadata": uploaded(next_metadata(fields, stamp), stamp),
    }
    return Plan((revision(file, fields),), content.size - file.size)


def _is_same_time(file: File, facts: FileFacts) -> bool:
    return facts.modified_at is None or facts.modified_at == file.updated_at


def _content_fields(content: StagedBlob, mime: str) -> Fields:
    return {
        "size": str(content.size),
        "md5sum": content.md5,
        "sha256sum": content.digest,
        "mime": mime,
        "class": class_of(mime),
    }
