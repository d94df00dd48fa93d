from dataclasses import replace
from datetime import UTC, datetime

import pytest

from replication.core.errors import Conflict
from replication.store.memory import MemoryDocumentStore
from server.office.session import EditingSession, State
from server.office.session_store import DATABASE, SessionMissing, SessionStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = "ab" * 16
SESSION = EditingSession(
    key=KEY,
    file_id="f",
    name="lettre é.docx",
    extension="docx",
    base_revision="1-a",
    base_blob="base",
    base_size=10,
    target_file="f",
    created_at=NOON,
)


@pytest.fixture
async def sessions():
    return await SessionStore.of(MemoryDocumentStore())


async def test_a_session_comes_back_as_it_was_written(sessions):
    full = replace(
        SESSION,
        state=State.CLOSED,
        committed=("6 /1", "2 /2"),
        last_save=NOON,
        alarm="why",
        target_file="copy",
        opened_at=NOON,
    )
    stored = await sessions.put(full)
    assert stored == replace(full, stored=stored.stored)
    assert await sessions.get(KEY) == stored


@pytest.mark.parametrize("key", ["cd" * 16, "", "_design/x", "_local/x", "../x", KEY.upper()])
async def test_an_unknown_key_is_missing(sessions, key):
    await sessions.put(SESSION)
    with pytest.raises(SessionMissing):
        await sessions.get(key)


async def test_of_two_writers_who_read_the_same_one_is_told(sessions):
    read = await sessions.put(SESSION)
    await sessions.put(replace(read, alarm="first"))
    with pytest.raises(Conflict):
        await sessions.put(replace(read, alarm="second"))
    assert (await sessions.get(KEY)).alarm == "first"


async def test_a_new_session_does_not_overwrite_one(sessions):
    await sessions.put(SESSION)
    with pytest.raises(Conflict):
        await sessions.put(SESSION)


async def test_only_an_open_session_on_this_content_is_live(sessions):
    stored = await sessions.put(SESSION)
    assert await sessions.live_for("f", "base") == stored
    assert await sessions.live_for("f", "other") is None
    assert await sessions.live_for("g", "base") is None
    await sessions.put(replace(stored, state=State.CLOSED))
    assert await sessions.live_for("f", "base") is None


async def test_a_session_lives_where_its_next_save_goes(sessions):
    moved = await sessions.put(replace(SESSION, target_file="copy", base_blob="new"))
    assert await sessions.live_for("copy", "new") == moved
    assert await sessions.live_for("f", "base") is None


async def test_the_database_is_of_the_kind_that_no_door_serves():
    store = MemoryDocumentStore()
    await SessionStore.of(store)
    await SessionStore.of(store)
    assert await store.names() == [DATABASE]
    assert DATABASE.startswith("_")


async def test_sessions_at_rest_are_those_that_ask_for_nothing(sessions):
    quiet = await sessions.put(SESSION)
    closed = await sessions.put(replace(SESSION, key="cd" * 16, state=State.CLOSED))
    await sessions.put(replace(SESSION, key="ef" * 16, alarm="why"))
    await sessions.put(replace(SESSION, key="12" * 16, editors=("alice",)))
    assert [one async for one in sessions.at_rest()] == [quiet, closed]


async def test_a_session_that_changed_meanwhile_is_not_forgotten(sessions):
    read = await sessions.put(SESSION)
    changed = await sessions.put(replace(read, alarm="why"))
    assert not await sessions.forget(read)
    assert await sessions.get(KEY) == changed
    assert await sessions.forget(changed)
    with pytest.raises(SessionMissing):
        await sessions.get(KEY)
