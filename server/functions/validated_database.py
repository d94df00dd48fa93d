"""A database whose design documents have a say in what is written to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from replication.core.attachment import Attachment, AttachmentStub
from replication.core.document import DESIGN_PREFIX, Edit, StoredRevision
from replication.core.errors import Conflict, DocumentMissing, Refused, ReplicationError
from replication.core.revision import Revision
from replication.store.protocol import Database, Outcome
from replication.wire.document_json import encode, render_document
from server.functions.design import Design
from server.functions.design_check import faults
from server.functions.design_functions import DesignFunctions, NewEdit
from server.functions.rules import DatabaseRules, RuleBook


class ValidatedDatabase:
    """Asks `validate_doc_update` of every design document before it writes, for one user.

    It writes to `database`, and reads what rules and precedes an edit from `whole`, which hides
    nothing. What is not said here is the database's own. Nobody is asked about design documents
    and revisions known before, as in CouchDB.
    """

    def __init__(
        self,
        database: Database,
        whole: Database,
        functions: DesignFunctions,
        rules: RuleBook,
        user: bytes,
    ) -> None:
        self._database = database
        self._whole = whole
        self._functions = functions
        self._rules = rules
        self._user = user

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the port has
        return getattr(self._database, name)

    async def write(self, edits: Sequence[Edit], *, together: bool = False) -> list[Outcome]:
        """Write those edits that no function refuses; Refused is the outcome of the others."""
        rules = await self._rules.of(self._whole)
        refused = await faults(self._functions, edits)
        if rules.designs:
            refused |= await self._refused(edits, rules)
        if refused and together:
            raise refused[min(refused)]
        accepted = [edit for place, edit in enumerate(edits) if place not in refused]
        written = await self._database.write(accepted, together=together) if accepted else []
        rules.wrote(accepted, written)
        rest = iter(written)
        return [refused[n] if n in refused else next(rest) for n in range(len(edits))]

    async def purge(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, tuple[Revision, ...]]:
        """Forget leaves; a design document that is gone has no say any more."""
        purged = await self._database.purge(revisions)
        self._rules.forget(self._database)
        return purged

    async def _refused(
        self, edits: Sequence[Edit], rules: DatabaseRules
    ) -> dict[int, ReplicationError]:
        """Return what is wrong with edits, by their places."""
        asked, refused = await self._prepared(edits)
        security = await self._whole.security()
        for design in rules.designs:
            if asked:
                found = await self._asked(design, asked, security)
                refused |= found
                asked = {place: edit for place, edit in asked.items() if place not in found}
        return refused

    async def _prepared(
        self, edits: Sequence[Edit]
    ) -> tuple[dict[int, NewEdit], dict[int, ReplicationError]]:
        """Tell which edits to ask about, and which are in conflict already."""
        asked: dict[int, NewEdit] = {}
        refused: dict[int, ReplicationError] = {}
        for place, edit in enumerate(edits):
            if edit.document_id.startswith(DESIGN_PREFIX):
                continue
            try:
                before = await _before(self._whole, edit)
            except Conflict as conflict:
                refused[place] = conflict
                continue
            if not before.known:
                asked[place] = NewEdit(_new_document(edit), _old_document(before.stored))
        return asked, refused

    async def _asked(
        self, design: Design, asked: Mapping[int, NewEdit], security: bytes
    ) -> dict[int, ReplicationError]:
        """Ask one design document; where it fails to answer, it lets nobody through."""
        try:
            verdicts = await self._functions.validate(
                design, list(asked.values()), self._user, security
            )
        except Refused as failure:
            return dict.fromkeys(asked, failure)
        return {
            place: Refused(*verdict)
            for place, verdict in zip(asked, verdicts, strict=True)
            if verdict is not None
        }


@dataclass(frozen=True, slots=True)
class _Before:
    """What an edit would follow; `known` when it is there already, and nothing will be written."""

    stored: StoredRevision | None
    known: bool = False


async def _before(database: Database, edit: Edit) -> _Before:
    """Find the revision that an edit would follow.

    Raises Conflict for an edit that is based on no leaf, whatever may happen meanwhile: it was
    not asked about.
    """
    try:
        leaves = await database.leaves(edit.document_id)
    except DocumentMissing:
        leaves = []
    if edit.history is not None:
        return await _ancestor(database, edit.history, leaves)
    if edit.base is None:
        if leaves and not leaves[0].deleted:
            raise Conflict(edit.document_id, None, leaves[0].revision)
        return _Before(None)
    for leaf in leaves:
        if leaf.revision == edit.base:
            return _Before(leaf)
    raise Conflict(edit.document_id, edit.base, leaves[0].revision if leaves else None)


async def _ancestor(
    database: Database, history: Sequence[Revision], leaves: Sequence[StoredRevision]
) -> _Before:
    if not leaves:
        return _Before(None)
    document_id, tree = leaves[0].document_id, leaves[0].tree
    if not tree.missing(history[:1]):
        return _Before(None, known=True)
    kept = await database.bodies_of(document_id)
    for revision in history[1:]:
        if revision in kept:
            return _Before(await database.get(document_id, revision))
    return _Before(None)


def _old_document(stored: StoredRevision | None) -> bytes:
    return b"null" if stored is None else render_document(stored)


def _new_document(edit: Edit) -> bytes:
    """Write an edit as a document; its `_rev` is the one it is based on, if it is not its own."""
    history = edit.history or ((edit.base,) if edit.base else ())
    head: dict[str, object] = {"_id": edit.document_id}
    if history:
        head["_rev"] = str(history[0])
        ids = [revision.digest for revision in history]
        head["_revisions"] = {"start": history[0].generation, "ids": ids}
    if edit.deleted:
        head["_deleted"] = True
    if edit.attachments:
        head["_attachments"] = _stubs(edit.attachments)
    rest = edit.body[1:-1].strip()
    return encode(head)[:-1] + (b"," + rest if rest else b"") + b"}"


def _stubs(attachments: Mapping[str, Attachment | AttachmentStub]) -> dict[str, object]:
    stubs: dict[str, object] = {}
    for name, attachment in attachments.items():
        stub: dict[str, object] = {"content_type": attachment.content_type, "stub": True}
        if attachment.revpos:
            stub["revpos"] = attachment.revpos
        if isinstance(attachment, Attachment):
            stub |= {"digest": f"md5-{attachment.md5}", "length": attachment.length}
        stubs[name] = stub
    return stubs
