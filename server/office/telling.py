"""Telling those who listen what becomes of editing, over the home's realtime doors."""

import msgspec

from server.office.office import Tell
from server.office.session import EditingSession
from server.office.session_list import DOCTYPE, session_fields
from server.realtime.events import CREATED, UPDATED, Event
from server.realtime.notices import Notices


def told_by(notices: Notices) -> Tell:
    """Return what passes sessions on as events about `io.cozy.office.sessions`."""

    def tell(domain: str, session: EditingSession) -> None:
        stored = session.stored
        name = CREATED if stored is not None and stored.generation == 1 else UPDATED
        body = msgspec.json.encode({"_id": session.key, **session_fields(session)})
        notices.tell(domain, Event(name, DOCTYPE, session.key, body))

    return tell
