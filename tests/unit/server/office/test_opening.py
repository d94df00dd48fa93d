import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

from replication.core.revision import Revision
from replication.store.memory import MemoryDocumentStore
from server.office.key_locks import KeyLocks
from server.office.opening import NewKey, lend_key
from server.office.session_store import SessionStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def file(file_id="f", blob="base"):
    return SimpleNamespace(
        id=file_id, name="letter.DOCX", revision=Revision(1, "a"), blob=blob, size=10
    )


class SlowSessions(SessionStore):
    """Lets others in between looking and writing, as a store on a disk does."""

    async def live_for(self, file_id, blob):
        found = await super().live_for(file_id, blob)
        await asyncio.sleep(0.01)
        return found


async def desk():
    return await SlowSessions.of(MemoryDocumentStore()), KeyLocks()


async def lend(sessions, locks, number, **of):
    new = NewKey(f"{number:032x}", NOON)
    return (await lend_key(sessions, locks, "home.example", file(**of), new)).key


async def test_a_new_session_starts_from_what_the_file_holds():
    sessions, locks = await desk()
    session = await sessions.get(await lend(sessions, locks, 1))
    assert (session.file_id, session.target_file, session.base_blob) == ("f", "f", "base")
    assert (session.name, session.extension) == ("letter.DOCX", "docx")
    assert (session.base_revision, session.base_size) == ("1-a", 10)
    assert session.created_at == NOON


async def test_all_who_open_the_same_content_at_once_get_one_key():
    sessions, locks = await desk()
    keys = await asyncio.gather(*(lend(sessions, locks, number) for number in range(5)))
    assert len(set(keys)) == 1


async def test_other_content_and_other_files_get_other_keys():
    sessions, locks = await desk()
    keys = [
        await lend(sessions, locks, 1),
        await lend(sessions, locks, 2, blob="changed"),
        await lend(sessions, locks, 3, file_id="g"),
    ]
    assert len(set(keys)) == 3
