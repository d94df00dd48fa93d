"""Who may hear of what (cozy.md B8)."""

from doctypes.files.node import DOCTYPE as FILES
from doctypes.permissions.reserved import UNREADABLE
from doctypes.permissions.rule import Subject, Verb
from server.auth.principal import Principal
from server.realtime.events import Event
from server.realtime.protocol import Topic

_HEARD_AS = {"io.cozy.files.thumbnails": FILES, "io.cozy.notes.events": FILES}
"""Types whose events say something about documents of another type."""

_FOR_ALL = frozenset({"io.cozy.sharings.initial_sync", "io.cozy.auth.confirmations"})
_NEVER = UNREADABLE - {"io.cozy.sharings", *_FOR_ALL}
"""Documents that hold secrets, or traces of them."""


def may_listen(principal: Principal, topic: Topic) -> bool:
    """Tell whether a topic may be subscribed to; each event is asked about again."""
    if topic.doctype in _FOR_ALL:
        return True
    if topic.doctype in _NEVER:
        return False
    doctype = _HEARD_AS.get(topic.doctype, topic.doctype)
    if topic.document_id:
        # A rule with a selector may name it: what the document says is looked at as it comes.
        return principal.permissions.may_allow(Verb.GET, doctype)
    return principal.permissions.allows_type(Verb.GET, doctype)


def may_hear(principal: Principal, topic: Topic, event: Event) -> bool:
    """Tell whether an event belongs to a topic and may be told."""
    if topic.document_id not in ("", event.document_id):
        return False
    if topic.doctype in _FOR_ALL:
        return True
    doctype = _HEARD_AS.get(topic.doctype, topic.doctype)
    if principal.permissions.allows_type(Verb.GET, doctype):
        return True
    subject = Subject(event.document_id, event.fields())
    return principal.permissions.allows(Verb.GET, doctype, subject)
