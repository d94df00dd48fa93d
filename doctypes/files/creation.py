"""New files and directories, and new content for a file that is there."""

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
from doctypes.files.facts import FileFacts, NodeFacts
from doctypes.files.mime import class_of, mime_of
from doctypes.files.node import ROOT_ID, TRASH_ID, TRASH_NAME, File
from doctypes.files.paths import ROOT_PATH, TRASH_PATH
from doctypes.files.plan import Place, Plan
from doctypes.files.usage import Usage
from doctypes.files.versioning import History, put_aside
from replication.blobs.protocol import Content
from replication.core.document import Edit

NOTHING_SAID = NodeFacts()


def first_directories(stamp: Stamp) -> tuple[Edit, Edit]:
    """Make the root and the trash of a new home."""
    root = _directory("", "", ROOT_PATH, NOTHING_SAID, stamp)
    trash = _directory(TRASH_NAME, ROOT_ID, TRASH_PATH, NOTHING_SAID, stamp)
    return creation(ROOT_ID, root), creation(TRASH_ID, trash)


def new_directory(
    node_id: str, parent: Place, name: str, stamp: Stamp, facts: NodeFacts = NOTHING_SAID
) -> Plan:
    """Make an empty directory."""
    fields = _directory(name, parent.id, parent.path_of(name), facts, stamp)
    return Plan((creation(node_id, fields),))


def _directory(name: str, dir_id: str, path: str, facts: NodeFacts, stamp: Stamp) -> Fields:
    created, modified = facts.dates(stamp.now)
    return {
        "type": "directory",
        "name": name,
        "dir_id": dir_id,
        "path": path,
        "created_at": written(created),
        "updated_at": written(modified),
        **facts.fields,
        "cozyMetadata": first_metadata(stamp) | facts.taken_over,
    }


def new_file(
    node_id: str, parent: Place, name: str, content: Content, facts: FileFacts, stamp: Stamp
) -> Plan:
    """Make a file."""
    created, modified = facts.dates(stamp.now)
    mime = mime_of(name, facts.mime)
    fields = {
        "type": "file",
        "name": name,
        "dir_id": parent.id,
        "created_at": written(created),
        "updated_at": written(modified),
        **facts.fields,
        **_content_fields(content, mime),
        "executable": bool(facts.executable),
        "encrypted": bool(facts.encrypted),
        "trashed": False,
        "cozyMetadata": uploaded(first_metadata(stamp), stamp) | facts.taken_over,
    }
    return Plan((creation(node_id, fields),), Usage(content.size))


def new_content(
    file: File, content: Content, facts: FileFacts, history: History, stamp: Stamp
) -> Plan | None:
    """Give a file new content, and keep the old one if it is to be kept; None if nothing is new.

    Where no media type is said, one that was said earlier is kept, unless the name tells one.
    """
    mime = mime_of(file.name, facts.mime or file.mime)
    fields = fields_of(file)
    changed = fields | _dates(file, facts, stamp.now) | _content_fields(content, mime)
    changed |= {key: value for key, value in facts.fields.items() if value}
    marks = {"executable": facts.executable, "encrypted": facts.encrypted}
    changed |= {key: value for key, value in marks.items() if value is not None}
    if file.blob == content.digest and _says_nothing_new(file, fields, changed, facts):
        return None
    metadata = {**next_metadata(fields, stamp), **facts.taken_over}
    changed["cozyMetadata"] = uploaded(metadata, stamp)
    size = content.size - file.size
    plan = Plan((revision(file, changed),), Usage(size, size if file.trashed else 0))
    return plan if file.blob == content.digest else plan + put_aside(file, history, stamp)


def _says_nothing_new(file: File, fields: Fields, changed: Fields, facts: FileFacts) -> bool:
    """Tell whether nothing but the time of the upload would change."""
    dates = ("created_at", "updated_at") if facts.modified_at is None else ()
    alike = all(changed[key] == fields.get(key) for key in changed if key not in dates)
    return alike and facts.modified_at in (None, file.updated_at)


def _dates(file: File, facts: FileFacts, now: datetime) -> Fields:
    modified = facts.modified_at or now
    created = facts.created_at or min(file.created_at, modified)
    return {"created_at": written(created), "updated_at": written(max(created, modified))}


def _content_fields(content: Content, mime: str) -> Fields:
    return {
        "size": str(content.size),
        "md5sum": content.md5,
        "sha256sum": content.digest,
        "mime": mime,
        "class": class_of(mime),
    }
