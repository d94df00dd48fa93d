"""Lending a document key: the one that others already edit the same content under, or a new one."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from doctypes.files.node import File
from server.office.document_keys import marked
from server.office.formats import extension_of
from server.office.key_locks import KeyLocks
from server.office.session import EditingSession, opened
from server.office.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a new session takes from the world: random hex digits for its key, and the time.

    Keys are random: a Document Server may serve several homes, and what it holds under one key it
    shows to everybody who brings that key.
    """

    random: str
    now: datetime


async def lend_key(
    sessions: SessionStore, locks: KeyLocks, domain: str, file: File, new: NewKey
) -> EditingSession:
    """Return the open session for what the file now holds; it is written before it is returned.

    While one is open for the same content everybody gets that one, so that they edit together; a
    file that was changed outside gets a new key, or the editors would see its old content. That a
    session is used is noted under the lock that pruning takes.
    """
    async with locks.held("file", domain, file.id):
        session = await sessions.live_for(file.id, file.blob)
        if session is None:
            return await sessions.put(_begun(file, new, domain))
        return await sessions.update(session.key, partial(opened, now=new.now))


def _begun(file: File, new: NewKey, domain: str) -> EditingSession:
    return EditingSession(
        key=marked(domain, new.random),
        file_id=file.id,
        name=file.name,
        extension=extension_of(file.name),
        base_revision=str(file.revision),
        base_blob=file.blob,
        base_size=file.size,
        target_file=file.id,
        created_at=new.now,
        opened_blob=file.blob,
    )
