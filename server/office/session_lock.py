"""An editing session as a lock on its file, which programs that mount the home see."""

import logging

from server.instances.instance import Instance
from server.office.dav_locks import EditingLocks, HeldElsewhere
from server.office.look_up import file_in
from server.office.session import EDITING
from server.office.session_store import SessionMissing, SessionStore
from webdav.model.errors import DavError

_log = logging.getLogger(__name__)


async def mirror_session(home: Instance, sessions: SessionStore, key: str) -> None:
    """Lock the file of a session that somebody edits in, or let go of it when nobody does any more.

    Where that cannot be, editing goes on: a save never overwrites what it did not begin from.
    """
    try:
        session = await sessions.get(key)
        file = await file_in(home.files, session.target_file)
        if file is None or file.trashed:
            return
        locks = EditingLocks(home)
        if session.editors:
            names = [session.people.get(one, one) for one in session.editors]
            await locks.hold(file, ", ".join(names))
        elif not await sessions.asking(EDITING, file.id):
            await locks.let_go(file)
    except (HeldElsewhere, SessionMissing, DavError) as error:
        _log.info("editing not shown as a lock", extra={"reason": repr(error)})
