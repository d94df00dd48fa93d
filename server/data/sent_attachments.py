"""Which attachments travel with a document: all, those a client does not have, or none."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from replication.core.document import StoredRevision
from replication.core.revision import Revision
from server.data import reading


@dataclass(frozen=True, slots=True)
class SentAttachments:
    """With `since`, those that came after the newest of these revisions that is an ancestor."""

    all: bool = False
    since: tuple[Revision, ...] = ()

    def names(self, stored: StoredRevision) -> frozenset[str]:
        """Return the names of the attachments of a revision whose bytes are to be sent."""
        if not (self.all or self.since):
            return frozenset()
        known = self._known_up_to(stored)
        return frozenset(
            name for name, attachment in stored.attachments.items() if attachment.revpos > known
        )

    def _known_up_to(self, stored: StoredRevision) -> int:
        branch = stored.tree.branch_of(stored.revision)
        if branch is None:
            return -1
        known = (revision.generation for revision in self.since if branch.holds(revision))
        return max(known, default=-1)


NONE = SentAttachments()
ALL = SentAttachments(all=True)


def sent_attachments(request: web.Request) -> SentAttachments:
    """Read from the query which attachments are to be sent. Raises Invalid."""
    listed: Sequence[str] | None = None
    if "atts_since" in request.query:
        listed = reading.json_parameter(request, "atts_since", list[str], word="bad_request")
    since = tuple(Revision.parse(rev) for rev in listed or ())
    return SentAttachments(all=reading.wants(request, "attachments"), since=since)
