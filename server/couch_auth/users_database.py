"""The `_users` database: passwords are hashed on their way in, and each sees their own document."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from replication.core.document import DESIGN_PREFIX, Edit, StoredRevision
from replication.core.errors import DocumentMissing, ReplicationError
from replication.core.revision import Revision
from replication.store.protocol import Database, Outcome
from server.couch_auth.errors import NOT_SERVER_ADMIN, refusal
from server.couch_auth.guarded_database import SecuredDatabase
from server.couch_auth.passwords import PASSWORD_FIELDS, hashed
from server.couch_auth.user import User
from server.couch_auth.user_documents import PREFIX, check_document, check_writer

NAME = "_users"


class UsersDatabase(SecuredDatabase):
    """`_users` as an admin uses it."""

    async def write(self, edits: Sequence[Edit], *, together: bool = False) -> list[Outcome]:
        """Write user documents; a plain password is never kept, what stands for it is."""
        prepared = [await self._prepared(edit) for edit in edits]
        sound = [edit for edit in prepared if isinstance(edit, Edit)]
        wrong = [edit for edit in prepared if isinstance(edit, ReplicationError)]
        if together and wrong:
            raise wrong[0]
        written = iter(await self._database.write(sound, together=together) if sound else [])
        return [next(written) if isinstance(edit, Edit) else edit for edit in prepared]

    async def _prepared(self, edit: Edit) -> Edit | ReplicationError:
        if edit.document_id.startswith(DESIGN_PREFIX):
            return edit
        fields: dict[str, Any] = msgspec.json.decode(edit.body)
        if edit.deleted:
            return await with_hash(edit, {**fields, "password": None})
        try:
            check_document(edit.document_id, fields)
            await self._check(edit, fields)
        except ReplicationError as error:
            return error
        return await with_hash(edit, fields)

    async def _check(self, edit: Edit, fields: Mapping[str, Any]) -> None:
        """Refuse what this user may not write; an admin may write whatever is sound."""


async def with_hash(edit: Edit, fields: Mapping[str, Any]) -> Edit:
    """Return the edit with what stands for its plain password, if it has one."""
    if "password" not in fields:
        return edit
    kept = {name: value for name, value in fields.items() if name not in PASSWORD_FIELDS}
    password = fields["password"]
    if password is not None:
        salt = fields.get("salt") if fields.get("preserve_salt") is True else None
        salt = salt if isinstance(salt, str) else secrets.token_hex(16)
        kept |= await asyncio.to_thread(hashed, password, salt)
    return edit._replace(body=msgspec.json.encode(kept))


_SEEN_BY_ALL = frozenset({"name", "info", "sequence"})


class OwnUserDatabase(UsersDatabase):
    """`_users` as somebody uses it who is no admin: one document, and nothing beside it.

    `may_sign_up` tells whether whoever is not logged in may make a document of their own.
    """

    def __init__(self, database: Database, user: User, *, may_sign_up: bool) -> None:
        super().__init__(database)
        self._user = user
        self._may_sign_up = may_sign_up

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # of the port
        if name not in _SEEN_BY_ALL:
            raise refusal(self._user, NOT_SERVER_ADMIN)
        return super().__getattr__(name)

    async def security(self) -> bytes:
        """Refuse it."""
        raise refusal(self._user, NOT_SERVER_ADMIN)

    async def set_security(self, body: bytes) -> None:
        """Refuse it."""
        del body
        raise refusal(self._user, NOT_SERVER_ADMIN)

    async def get(
        self, document_id: str, revision: Revision | None = None, *, latest: bool = False
    ) -> StoredRevision:
        """Read one's own document. Raises DocumentMissing, for those of others too."""
        self._check_own(document_id)
        return await self._database.get(document_id, revision, latest=latest)

    async def leaves(self, document_id: str) -> list[StoredRevision]:
        """Read the leaves of one's own document. Raises DocumentMissing."""
        self._check_own(document_id)
        return await self._database.leaves(document_id)

    async def bodies_of(self, document_id: str) -> Mapping[Revision, bool]:
        """Tell which revisions of one's own document are kept. Raises DocumentMissing."""
        self._check_own(document_id)
        return await self._database.bodies_of(document_id)

    async def _prepared(self, edit: Edit) -> Edit | ReplicationError:
        signs_up = self._user.name is None and self._may_sign_up
        if edit.history is not None or edit.attachments:
            return refusal(self._user, NOT_SERVER_ADMIN)
        if signs_up and not edit.deleted and edit.document_id.startswith(PREFIX):
            return await super()._prepared(edit)
        if not self._is_own(edit.document_id):
            return DocumentMissing(edit.document_id)
        return await super()._prepared(edit)

    async def _check(self, edit: Edit, fields: Mapping[str, Any]) -> None:
        (found,) = await self._database.get_many([edit.document_id])
        old = None if found is None or found.deleted else msgspec.json.decode(found.body)
        check_writer(self._user, old, fields)

    def _check_own(self, document_id: str) -> None:
        if not self._is_own(document_id):
            raise DocumentMissing(document_id)

    def _is_own(self, document_id: str) -> bool:
        return self._user.name is not None and document_id == PREFIX + self._user.name
