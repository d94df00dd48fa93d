"""A file moved or copied over another: that one stays who it is, and gets the content.

Programs save a document by writing a new file beside it and moving that over it. Links, favourites,
tags, references and old versions hang on the document's id, so the id that was there is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from doctypes.files.creation import new_content
from doctypes.files.document import Stamp, fields_of, metadata_of
from doctypes.files.facts import FileFacts
from doctypes.files.mime import UNKNOWN
from doctypes.files.moves import mime_after_rename
from doctypes.files.node import File
from doctypes.files.plan import NOTHING, Plan
from doctypes.files.versioning import History

SAVING = timedelta(hours=1)
"""How long a file may have been there to pass for one that a program wrote only to save."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The content that a file holds, as the one that another is given."""

    digest: str
    md5: str
    size: int


def is_only_content(file: File, olds: int, now: datetime) -> bool:
    """Tell whether nothing of a file is lost with it once its content lives on in another.

    Not so where somebody gave it tags, references, a star or `olds` (older contents), nor where it
    has been there for long: links may lead to it that its document does not tell of.
    """
    fields = fields_of(file)
    metadata = metadata_of(fields)
    has_marks = file.tags or fields.get("referenced_by") or metadata.get("favorite") or olds
    return not has_marks and now - _arrival(metadata) < SAVING


def overwritten(
    target: File, source: File, history: History, stamp: Stamp, *, always: bool
) -> Plan:
    """Give a file the content, type, date and metadata of another; what it held is a version.

    That goes by the rules for any new content, or whatever the age of the last one with `always`.
    The date of its creation, and what the other says nothing of, stay.
    """
    if always:
        history = replace(history, rules=replace(history.rules, delay=timedelta(0)))
    held = _Held(source.blob, source.md5sum, source.size)
    return new_content(target, held, _facts(target, source), history, stamp) or NOTHING


def _facts(target: File, source: File) -> FileFacts:
    theirs = fields_of(source)
    mime = mime_after_rename(source, target.name).get("mime", source.mime)
    return FileFacts(
        mime=None if mime == UNKNOWN else mime,
        modified_at=source.updated_at,
        executable=source.executable or None,
        encrypted=bool(theirs.get("encrypted")),
        metadata=_merged(fields_of(target).get("metadata"), theirs.get("metadata")),
    )


def _merged(mine: object, theirs: object) -> dict[str, Any]:
    """Put members over members, and within those that are objects as well (dead properties)."""
    merged = dict(mine) if isinstance(mine, Mapping) else {}
    for key, value in theirs.items() if isinstance(theirs, Mapping) else ():
        there = merged.get(key)
        if isinstance(there, Mapping) and isinstance(value, Mapping):
            merged[key] = {**there, **value}
        else:
            merged[key] = value
    return merged


def _arrival(metadata: Mapping[str, Any]) -> datetime:
    try:
        found = datetime.fromisoformat(metadata["createdAt"])
    except (KeyError, TypeError, ValueError):
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
