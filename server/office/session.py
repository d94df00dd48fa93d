"""An editing session: a document key lent to the editors of one file, and what it was based on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from replication.core.revision import Revision

REMEMBERED_SAVES = 100
"""A callback is repeated within seconds; this many saves back is days of autosaving."""


MOST_PEOPLE = 200
NOTED_EVERY = timedelta(days=1)
ALARM, EDITING = "alarm", "editing"


class State(Enum):
    """`OPEN` keys are lent to whoever opens the same bytes; `CLOSED` ones had their final save."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class EditingSession:
    """What is remembered of a document key.

    `target_file` is where the next save goes: the file that was opened (`file_id`), or the copy
    that an earlier save of this session became. `base_blob` is the content that the editors started
    from or last saved there, `base_revision` the document revision that named it; `opened_blob` the
    content that the first of them opened. `committed` has the fingerprints of the saves that are on
    disk, `last_save` the time the last of them was made; `opened_at` is when somebody opened it
    again, to within a day. `alarm` says why the last save could not be taken, empty when it could;
    `unsaved_by` is who made it, and `doubtful` whether the Document Server itself could not make a
    proper document of it. `people` are all who opened it, id to name; `editors` the ids of
    those who are there now, as far as was told. `stored` is the revision of the session's own
    document (None: not written yet).
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
    unsaved_by: str = ""
    doubtful: bool = False
    opened_blob: str = ""
    opened_at: datetime | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    editors: tuple[str, ...] = ()
    stored: Revision | None = None

    @property
    def used_at(self) -> datetime:
        """When something was last done under its key, to within a day."""
        return max(at for at in (self.created_at, self.opened_at, self.last_save) if at)

    @property
    def attention(self) -> str:
        """Why somebody may want to see it: `alarm`, `editing`, or nothing."""
        return ALARM if self.alarm else EDITING if self.editors else ""


@dataclass(frozen=True, slots=True)
class Content:
    """Where the bytes of a save now are: a file, its document's revision, its blob and size."""

    file_id: str
    revision: str
    blob: str
    size: int
    extension: str


@dataclass(frozen=True, slots=True)
class Save:
    """One save that was taken: how it is known again, whether it ends the key, when it was made."""

    fingerprint: str
    final: bool
    made_at: datetime | None = None


def after_save(session: EditingSession, save: Save, content: Content) -> EditingSession:
    """Return the session once a save rests in its target; later saves build on that content."""
    return replace(
        after_rescue(session, save),
        target_file=content.file_id,
        extension=content.extension,
        base_revision=content.revision,
        base_blob=content.blob,
        base_size=content.size,
        last_save=save.made_at or session.last_save,
    )


def after_rescue(session: EditingSession, save: Save) -> EditingSession:
    """Return the session once bytes rest beside its target, which stays the target.

    After a final save the Document Server has burnt the key.
    """
    return replace(
        session,
        state=State.CLOSED if save.final else session.state,
        committed=(*session.committed, save.fingerprint)[-REMEMBERED_SAVES:],
        alarm="",
        unsaved_by="",
        doubtful=False,
        editors=() if save.final else session.editors,
    )


def after_alarm(
    session: EditingSession, reason: str, by: str = "", *, doubtful: bool = False
) -> EditingSession:
    """Return the session when a save was left with the Document Server; the key stays lent."""
    return replace(session, alarm=reason, unsaved_by=by, doubtful=doubtful)


def with_editors(session: EditingSession, editors: tuple[str, ...]) -> EditingSession:
    """Return the session with those who are there now; what came too late says nothing."""
    if session.state is State.CLOSED:
        editors = ()
    return session if session.editors == editors else replace(session, editors=editors)


def opened(session: EditingSession, now: datetime) -> EditingSession:
    """Return the session that somebody opens now; once a day is noted."""
    last = session.opened_at or session.created_at
    return session if now - last < NOTED_EVERY else replace(session, opened_at=now)


def with_person(session: EditingSession, user_id: str, name: str) -> EditingSession:
    """Return the session with one more who opened it."""
    if session.people.get(user_id) == name or len(session.people) >= MOST_PEOPLE:
        return session
    return replace(session, people={**session.people, user_id: name})
