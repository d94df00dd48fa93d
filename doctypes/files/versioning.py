"""Which old contents of a file are kept, by Cozy's rules (cozy-stack `model/vfs/version.go`).

When a content is replaced it becomes a version. It is not kept when the last one that was is
younger than fifteen minutes, unless the file has tags; and of the old ones the eldest go when there
are more than twenty contents, those with tags excepted. One rule is ours: an empty content is
nothing to go back to. Some clients make a file empty before they fill it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from doctypes.files.document import (
    Fields,
    Stamp,
    creation,
    fields_of,
    metadata_of,
    next_metadata,
    revision,
    said,
    tombstone,
    written,
)
from doctypes.files.node import DOCTYPE, File
from doctypes.files.plan import Plan
from doctypes.files.usage import Usage
from doctypes.files.version import Version


@dataclass(frozen=True, slots=True)
class KeepingRules:
    """How many contents of a file are kept, the present one among them, and how far apart."""

    most: int = 20
    delay: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class History:
    """The old versions of a file, in any order, and the rules by which they are kept."""

    olds: Sequence[Version]
    rules: KeepingRules

    def without(self, version: Version) -> "History":
        """Return the history less one version."""
        return replace(self, olds=[old for old in self.olds if old.id != version.id])


_UPLOAD = ("uploadedAt", "uploadedBy", "uploadedOn")
_OF_CONTENT = ("updated_at", "size", "md5sum", "sha256sum")


def put_aside(file: File, history: History, stamp: Stamp, *, always: bool = False) -> Plan:
    """Keep the content of a file that is about to be replaced, if it is to be kept.

    `always` keeps it whatever its age.
    """
    rules = history.rules
    kept = rules.most > 0 and (always or _is_worth_keeping(file, history, stamp))
    surplus = max(len(history.olds) + 1 + kept - rules.most, 0)
    unpinned = [old for old in sorted(history.olds, key=_age) if not old.tags]
    plan = dropped(unpinned[:surplus])
    return plan + _kept(file, stamp) if kept else plan


def dropped(versions: Iterable[Version]) -> Plan:
    """Delete versions."""
    gone = tuple(versions)
    edits = tuple(map(tombstone, gone))
    return Plan(versions=edits, growth=Usage(versions=-sum(version.size for version in gone)))


def reverted(file: File, version: Version, history: History, stamp: Stamp) -> Plan:
    """Give a file the content, date, tags and metadata of a version, which is one no longer.

    What the file held becomes a version.
    """
    fields, old = fields_of(file), fields_of(version)
    uploads = metadata_of(old)
    fields |= {name: old[name] for name in (*_OF_CONTENT, "tags") if name in old}
    fields["metadata"] = old.get("metadata") or {}
    kept = {key: value for key, value in metadata_of(fields).items() if key not in _UPLOAD}
    kept |= {key: uploads[key] for key in _UPLOAD if key in uploads}
    fields["cozyMetadata"] = next_metadata({"cozyMetadata": kept}, stamp)
    size = version.size - file.size
    change = Plan((revision(file, fields),), Usage(size, size if file.trashed else 0))
    return (
        change
        + dropped([version])
        + put_aside(file, history.without(version), stamp, always=file.size > 0)
    )


def tagged(version: Version, tags: Sequence[str]) -> Plan:
    """Give a version other tags; one that has any is pinned."""
    fields = fields_of(version) | {"tags": list(tags)}
    return Plan(versions=(revision(version, fields),))


def _is_worth_keeping(file: File, history: History, stamp: Stamp) -> bool:
    if not file.size:
        return False
    if file.tags or not history.olds:
        return True
    return max(old.kept_at for old in history.olds) + history.rules.delay <= stamp.now


def _age(version: Version) -> tuple[datetime, int]:
    return version.age


def _kept(file: File, stamp: Stamp) -> Plan:
    fields = fields_of(file)
    uploads = metadata_of(fields)
    version: Fields = {
        "file_id": file.id,
        **{name: fields[name] for name in _OF_CONTENT if name in fields},
        "tags": list(file.tags),
        **said(metadata=fields.get("metadata")),
        "cozyMetadata": {
            "doctypeVersion": "1",
            "metadataVersion": 1,
            "createdAt": written(stamp.now),
            "updatedAt": written(stamp.now),
            "uploadedAt": uploads.get("uploadedAt") or written(file.updated_at),
            **said(createdOn=uploads.get("uploadedOn")),
            **{name: uploads[name] for name in _UPLOAD[1:] if name in uploads},
        },
        "relationships": {"file": {"data": {"_id": file.id, "_type": DOCTYPE}}},
    }
    made = creation(f"{file.id}/{file.revision}", version)
    return Plan(versions=(made,), growth=Usage(versions=file.size))
