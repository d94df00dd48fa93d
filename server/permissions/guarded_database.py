"""One database as a credential may use it: the port for documents, with refusals in front of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.rule import Subject, Verb
from replication.core.document import DESIGN_PREFIX, DocumentText, Edit, StoredRevision
from replication.core.errors import Refused
from replication.core.revision import Revision
from replication.store.protocol import Database, Outcome
from server.permissions.seeing import subject_of

_OWNERS = frozenset(
    {"purge", "compact", "set_security", "set_revs_limit", "set_purged_infos_limit"}
)


class GuardedDatabase:
    """A database for a credential that may do less than everything.

    Verbs that are not said here tell of any document, and take GET on the whole type.
    """

    def __init__(self, database: Database, permissions: PermissionSet) -> None:
        self._database = database
        self._permissions = permissions
        self._reads_all = permissions.allows_type(Verb.GET, database.name)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the port has
        if name in _OWNERS:
            raise PermissionDenied(name, self._database.name)
        if not self._reads_all:
            raise PermissionDenied(Verb.GET, self._database.name)
        return getattr(self._database, name)

    @property
    def name(self) -> str:
        """The name it was created under."""
        return self._database.name

    async def get(
        self, document_id: str, revision: Revision | None = None, *, latest: bool = False
    ) -> StoredRevision:
        """Read a revision of a document that may be read, as it is now and as it was then."""
        found = await self._database.get(document_id, revision, latest=latest)
        await self._require_read(found)
        if revision is not None and not self._reads_all:
            (winner,) = await self._database.get_many([document_id])
            if winner is not None and not winner.deleted:
                await self._require_read(winner)
        return found

    async def get_many(self, document_ids: Sequence[str]) -> list[StoredRevision | None]:
        """Read winners, all of which may be read."""
        found = await self._database.get_many(document_ids)
        for row in found:
            if row is not None:
                await self._require_read(row)
        return found

    async def document_text(self, document_id: str) -> DocumentText | None:
        """Give the text where all may be read; elsewhere `get` is to be asked."""
        return await self._database.document_text(document_id) if self._reads_all else None

    async def documents_text(
        self, document_ids: Sequence[str], *, history: bool
    ) -> dict[str, DocumentText]:
        """Give texts where all may be read; elsewhere `get_many` is to be asked."""
        if not self._reads_all:
            return {}
        return await self._database.documents_text(document_ids, history=history)

    async def leaves(self, document_id: str) -> list[StoredRevision]:
        """Read all leaves of a document, each of which may be read."""
        found = await self._database.leaves(document_id)
        for row in found:
            await self._require_read(row)
        return found

    async def bodies_of(self, document_id: str) -> Mapping[Revision, bool]:
        """Return which bodies of a document are kept, if it may be read."""
        await self.leaves(document_id)
        return await self._database.bodies_of(document_id)

    async def write(self, edits: Sequence[Edit], *, together: bool = False) -> list[Outcome]:
        """Write those edits that are allowed; the others are refused, and hinder nobody.

        An edit that makes a document takes POST, one that changes it PUT and one that deletes it
        DELETE, each on the document as it was and as it will be. Design documents speak for the
        whole type, and take the verb on all of it.
        """
        refused = await self._refused(edits)
        if refused and (together or len(edits) == 1):
            raise refused[min(refused)]
        allowed = [edit for place, edit in enumerate(edits) if place not in refused]
        written = iter(await self._database.write(allowed, together=together) if allowed else [])
        return [
            Refused("forbidden", "Forbidden") if place in refused else next(written)
            for place in range(len(edits))
        ]

    async def _refused(self, edits: Sequence[Edit]) -> dict[int, PermissionDenied]:
        doctype, permissions = self._database.name, self._permissions
        if all(permissions.allows_type(verb, doctype) for verb in _CHANGING):
            return {}
        before = await self._database.get_many([edit.document_id for edit in edits])
        refused = {}
        for place, (edit, stored) in enumerate(zip(edits, before, strict=True)):
            there = stored is not None and not stored.deleted
            verb = Verb.DELETE if edit.deleted else Verb.PUT if there else Verb.POST
            if not await self._may_write(verb, edit, stored if there else None):
                refused[place] = PermissionDenied(verb, doctype, edit.document_id)
        return refused

    async def _may_write(self, verb: Verb, edit: Edit, before: StoredRevision | None) -> bool:
        doctype, permissions = self._database.name, self._permissions
        if permissions.allows_type(verb, doctype):
            return True
        if edit.document_id.startswith(DESIGN_PREFIX):
            return False
        rows = await self._living(before) if before is not None else []
        subjects = [await self._subject(row.document_id, row.body) for row in rows]
        if not edit.deleted:
            subjects.append(await self._subject(edit.document_id, edit.body))
        return bool(subjects) and all(
            permissions.allows(verb, doctype, subject) for subject in subjects
        )

    async def _living(self, winner: StoredRevision) -> list[StoredRevision]:
        """Return the living leaves of a document: an edit may be of one that has not won."""
        if len(winner.tree.branches) == 1:
            return [winner]
        leaves = await self._database.leaves(winner.document_id)
        return [leaf for leaf in leaves if not leaf.deleted]

    async def _require_read(self, row: StoredRevision) -> None:
        if self._reads_all:
            return
        if row.document_id.startswith(DESIGN_PREFIX):
            raise PermissionDenied(Verb.GET, self._database.name, row.document_id)
        subject = await self._subject(row.document_id, row.body)
        self._permissions.require(Verb.GET, self._database.name, subject)

    async def _subject(self, document_id: str, body: bytes) -> Subject:
        return await subject_of(self._database, document_id, body)


_CHANGING = (Verb.POST, Verb.PUT, Verb.DELETE)
