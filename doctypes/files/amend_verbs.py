"""Verbs that change what a document says, and neither the node's place nor its content."""

from collections.abc import Sequence

from doctypes.files.amending import Amendment, Reference, amend, refer
from doctypes.files.authors import By
from doctypes.files.node import Node
from doctypes.files.workspace import Verbs, require_revision
from replication.core.revision import Revision

REFERENCED_BY = "referenced_by"


class AmendVerbs(Verbs):
    """Where nothing would change, the node is returned as it is."""

    async def amend(
        self, node_id: str, change: Amendment, *, expected: Revision | None = None, by: By = ""
    ) -> Node:
        """Say something anew in a node's document. Raises OlderThanStored, StaleRevision."""
        async with self._work.lock.sharing(node_id):
            node = await self._work.nodes.get(node_id)
            require_revision(node, expected)
            plan = amend(node, change, self._work.stamp(by))
            if plan is None:
                return node
            await self._work.write(plan)
            return await self._work.nodes.get(node_id)

    async def refer(
        self,
        node_id: str,
        *,
        add: Sequence[Reference] = (),
        remove: Sequence[Reference] = (),
        expected: Revision | None = None,
        by: By = "",
    ) -> Node:
        """Add documents that refer to a node (an album, an app), and take some out."""
        async with self._work.lock.sharing(node_id):
            node = await self._work.nodes.get(node_id)
            require_revision(node, expected)
            plan = refer(node, REFERENCED_BY, add, remove, self._work.stamp(by))
            if plan is None:
                return node
            await self._work.write(plan)
            return await self._work.nodes.get(node_id)
