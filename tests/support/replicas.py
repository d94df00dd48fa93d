"""What devices make of their feeds of files, and what they should have made of them."""

from replication.core.change import ChangesQuery


class Replica:
    """What a device has made of its feed so far: ids and revisions.

    A revision that it has, be it as a deletion, it does not fetch again.
    """

    def __init__(self, changes):
        self.changes = changes
        self.since = 0
        self.documents = {}
        self.known = set()

    async def pull(self, limit):
        """Read a page; returns how many changes are left."""
        page = await self.changes.changes(
            ChangesQuery(since=self.since, limit=limit, include_documents=True)
        )
        for row in page.rows:
            assert row.document.deleted == row.deleted
            assert row.document.revision == row.leaves[0]
            if (row.document_id, row.leaves[0]) in self.known:
                continue
            self.known.add((row.document_id, row.leaves[0]))
            if row.deleted:
                self.documents.pop(row.document_id, None)
            else:
                self.documents[row.document_id] = row.document.revision
        self.since = page.last.number
        return page.pending

    async def catch_up(self):
        while await self.pull(None):
            pass


def seen(nodes, excluded):
    """Ids and revisions of nodes that do not lie in any of these directories."""
    return {
        node.id: node.revision
        for node in nodes.values()
        if not excluded & set(line(nodes, node.id))
    }


def line(nodes, node):
    """The node, what it lies in, and so on up to the root."""
    found = []
    while node:
        found.append(node)
        node = nodes[node].dir_id
    return found
