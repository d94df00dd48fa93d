"""Reading documents whole: all their leaves, with histories, many at a time."""

from collections.abc import Iterable, Sequence
from itertools import islice

from replication.core.errors import DatabaseMissing
from replication.core.revision import Revision
from replication.couch.couch_client import document_path
from replication.store.couch.answers import BulkGet
from replication.store.couch.documents import Leaf, Leaves, leaves_of, read_leaf
from replication.store.couch.link import MISSING, CouchLink
from replication.wire.document_json import encode

AT_ONCE = 500


async def fetch(link: CouchLink, document_ids: Sequence[str]) -> dict[str, Leaves]:
    """Read documents, tombstones too; those that are not there are left out.

    Raises DatabaseMissing.
    """
    found: dict[str, Leaves] = {}
    asked = iter(dict.fromkeys(document_ids))
    while some := list(islice(asked, AT_ONCE)):
        body = encode({"docs": [{"id": name} for name in some]})
        answer = await link.read("POST", "_bulk_get", parameters={"revs": "true"}, body=body)
        if answer.status == MISSING:
            raise DatabaseMissing(some[0])
        for row in link.decode(answer, BulkGet).results:
            leaves = [read_leaf(bytes(leaf.ok)) for leaf in row.docs if bytes(leaf.ok)]
            if leaves:
                found[row.id] = leaves_of(leaves)
    return found


async def fetch_revision(link: CouchLink, document_id: str, revision: Revision) -> Leaf | None:
    """Read one revision, a leaf or not; None where its body is not kept."""
    asked = {"rev": str(revision), "revs": "true"}
    answer = await link.read("GET", *document_path(document_id), parameters=asked)
    return None if answer.status == MISSING else read_leaf(answer.body)


async def kept(
    link: CouchLink, document_id: str, revisions: Iterable[Revision]
) -> dict[Revision, bool]:
    """Return which of these revisions have bodies, and which are tombstones; reads the bodies."""
    found: dict[Revision, bool] = {}
    asked = iter(revisions)
    while some := list(islice(asked, AT_ONCE)):
        body = encode({"docs": [{"id": document_id, "rev": str(one)} for one in some]})
        answer = await link.read("POST", "_bulk_get", body=body)
        for row in link.decode(answer, BulkGet).results:
            for leaf in (read_leaf(bytes(one.ok)) for one in row.docs if bytes(one.ok)):
                found[leaf.revision] = leaf.deleted
    return found
