"""Whether somebody gets to see a document, or to do something to it: one question for all doors.

Doors for documents ask the guard, which asks the same rules; this is for whoever knows the document
otherwise, as realtime does.
"""

from typing import Any

import msgspec

from doctypes.files.ancestors import ancestors
from doctypes.files.node import DOCTYPE as FILES
from doctypes.permissions.reserved import READ_ONLY, UNREADABLE
from doctypes.permissions.rule import Subject, Verb
from replication.store.protocol import Database
from server.auth.principal import Principal

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def may_see(principal: Principal, verb: Verb, doctype: str, subject: Subject | None) -> bool:
    """Tell whether a caller may do something to a document, or without one to the whole type.

    What generic doors never show is shown to nobody, and what they never change is not changed. A
    subject that is a file has to know the folders it lies in: `subject_of` finds them.
    """
    if doctype.startswith("_") or doctype in UNREADABLE:
        return False
    if verb is not Verb.GET and doctype in READ_ONLY:
        return False
    if subject is None:
        return principal.permissions.allows_type(verb, doctype)
    return principal.permissions.allows(verb, doctype, subject)


async def subject_of(database: Database, document_id: str, body: bytes) -> Subject:
    """Return a document of a database as rules are held against it; `body` is its JSON."""
    fields = _decode(body)
    within = await ancestors(database, fields) if database.name == FILES else ()
    return Subject(document_id, fields, within)
