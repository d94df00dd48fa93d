"""An editing session: a document key lent to the editors of one file, and what it was based on."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from replication.core.revision import Revision
from server.office.callback import Callback, Status

REMEMBERED_SAVES = 100
"""A callback is repeated within seconds; this many saves back is days of autosaving."""


class State(Enum):
    """`OPEN` keys are lent to whoever opens the same bytes; `CLOSED` ones had their final save."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class EditingSession:
    """What is remembered of a document key.

    `target_file` is where the next save goes: the file that was opened (`file_id`), or the copy
    that an earlier save of this session became. `base_blob` is the content that the editors started
    from or last saved there, `base_revision` the document revision that named it. `committed` has
    the fingerprints of the saves that are on disk, `last_save` the time the last of them was made.
    `alarm` says why the last save could not be taken; empty when it could. `stored` is the revision
    of the session's own document (None: not written yet).
    """

    key: str
    file_id: str
    name: str
    extension: str
    base_revision: str
    base_blob: str
    base_size: int
    target_file: str
    created_at: datetime
    state: State = State.OPEN
    committed: tuple[str, ...] = ()
    last_save: datetime | None = None
    alarm: str = ""
    stored: Revision | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """Where the bytes of a save now are: a file, its document's revision, its blob and size."""

    file_id: str
    revision: str
    blob: str
    size: int
    extension: str


def after_save(session: EditingSession, callback: Callback, content: Content) -> EditingSession:
    """Return the session once a save rests in its target; later saves build on that content."""
    return replace(
        _acknowledged(session, callback),
        target_file=content.file_id,
        extension=content.extension,
        base_revision=content.revision,
        base_blob=content.blob,
        base_size=content.size,
        last_save=callback.last_save or session.last_save,
    )


def after_rescue(session: EditingSession, callback: Callback) -> EditingSession:
    """Return the session once doubtful bytes rest beside its target, which stays the target."""
    return _acknowledged(session, callback)


def after_alarm(session: EditingSession, reason: str) -> EditingSession:
    """Return the session when a save was left with the Document Server; the key stays lent."""
    return replace(session, alarm=reason)


def _acknowledged(session: EditingSession, callback: Callback) -> EditingSession:
    """Note a callback as done; after a final one the Document Server has burnt the key."""
    final = callback.status in (Status.MUST_SAVE, Status.SAVE_FAILED)
    return replace(
        session,
        state=State.CLOSED if final else session.state,
        committed=(*session.committed, callback.fingerprint)[-REMEMBERED_SAVES:],
        alarm="",
    )
