"""What is to be done about a callback: decided from values, so that every case can be tabled.

The rule behind all of it: the Document Server forgets its copy when it hears `error 0`, and keeps
it when it hears `error 1`. So whatever is not certainly safe here must stay there.
"""

from dataclasses import dataclass
from enum import Enum

from doctypes.files.node import ROOT_ID
from replication.core.revision import Revision
from server.office.callback import Callback, Status
from server.office.formats import with_extension
from server.office.session import EditingSession, State


class CopyReason(Enum):
    """Why a save goes beside the file and not into it."""

    CHANGED_OUTSIDE = "the file was changed outside the editor"
    FILE_GONE = "the file is deleted or in the trash"
    OTHER_FORMAT = "the save has another format than the file"
    DOUBTFUL = "the document server could not save properly"
    PERMISSION_LOST = "whoever saved may no longer write to the file"


@dataclass(frozen=True, slots=True)
class Head:
    """The target file as it is now; `writable` tells whether the author still may change it."""

    file_id: str
    revision: Revision
    name: str
    dir_id: str
    blob: str
    trashed: bool = False
    writable: bool = True


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing to store: there are no bytes, or they are stored already."""

    reason: str


@dataclass(frozen=True, slots=True)
class SaveVersion:
    """The bytes become the file's new content, if its content still is `expected_blob`."""

    file_id: str
    expected_blob: str
    extension: str


@dataclass(frozen=True, slots=True)
class SaveCopy:
    """The bytes become a file of their own, under the first free name like this one."""

    parent_id: str
    name: str
    extension: str
    reason: CopyReason

    @property
    def is_rescue(self) -> bool:
        """Whether the session goes on with its target, and not with this copy."""
        return self.reason in (CopyReason.DOUBTFUL, CopyReason.PERMISSION_LOST)


@dataclass(frozen=True, slots=True)
class KeepAndAlarm:
    """The bytes must stay with the Document Server, and somebody has to be told."""

    reason: str


Placement = SaveVersion | SaveCopy
Decision = Ignore | Placement | KeepAndAlarm


def decide(callback: Callback, session: EditingSession, head: Head | None) -> Decision:
    """Decide about one callback of this session; `head` is None when the target is gone."""
    if not callback.brings_bytes:
        return Ignore("there is nothing to save")
    if callback.url is None:
        return KeepAndAlarm(f"status {callback.status.value} came without a url")
    if callback.fingerprint in session.committed:
        return Ignore("this save is stored already")
    if _is_overtaken(callback, session):
        return Ignore("a later save is stored already")
    extension = callback.extension or session.extension
    return place(extension, session, head, doubtful=callback.is_doubtful)


def place(
    extension: str, session: EditingSession, head: Head | None, *, doubtful: bool = False
) -> Placement:
    """Say where bytes go that are to be stored; asked again when the target has moved on."""
    if head is None or head.trashed:
        name = _name_for(head.name if head else session.name, session, extension)
        return SaveCopy(ROOT_ID, name, extension, CopyReason.FILE_GONE)
    name = _name_for(head.name, session, extension)
    if doubtful:
        return SaveCopy(head.dir_id, name, extension, CopyReason.DOUBTFUL)
    if not head.writable and head.file_id == session.file_id:
        return SaveCopy(head.dir_id, name, extension, CopyReason.PERMISSION_LOST)
    if head.blob != session.base_blob:
        return SaveCopy(head.dir_id, name, extension, CopyReason.CHANGED_OUTSIDE)
    if extension != session.extension:
        return SaveCopy(head.dir_id, name, extension, CopyReason.OTHER_FORMAT)
    return SaveVersion(head.file_id, session.base_blob, extension)


def _is_overtaken(callback: Callback, session: EditingSession) -> bool:
    """Tell whether a forced save is older than what is stored, and so contained in it.

    After the final save that is so unless its time says otherwise: editors may have come back with
    the same key.
    """
    if callback.status is not Status.FORCE_SAVED:
        return False
    if callback.last_save is None or session.last_save is None:
        return session.state is State.CLOSED
    if session.state is State.CLOSED:
        return callback.last_save <= session.last_save
    return callback.last_save < session.last_save


def _name_for(name: str, session: EditingSession, extension: str) -> str:
    """Keep the name, whatever it became; only bytes of another format change its extension."""
    return name if extension == session.extension else with_extension(name, extension)
