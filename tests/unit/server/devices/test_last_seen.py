from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from replication.core.errors import StorageFull
from replication.store.memory import MemoryDocumentStore
from server.auth.principal import Kind, Principal
from server.devices.last_seen import EVERY_SECONDS, LastSeen, forget, seen_of

PHONE = Principal("Phone", "home", Kind.DEVICE, credential="a")


@pytest.fixture
def home():
    return SimpleNamespace(store=MemoryDocumentStore())


class Watch:
    def __init__(self):
        self.now = datetime(2026, 5, 3, tzinfo=UTC)

    def __call__(self):
        return self.now


async def test_a_device_is_written_down_once_in_a_while(home):
    watch = Watch()
    seen = LastSeen(watch)
    await seen.note(PHONE, home, "192.0.2.1")
    first = (await seen_of(home))["a"]
    watch.now += timedelta(seconds=EVERY_SECONDS - 1)
    await seen.note(PHONE, home, "192.0.2.2")
    assert (await seen_of(home))["a"] == first
    watch.now += timedelta(seconds=1)
    await seen.note(PHONE, home, "192.0.2.2")
    assert (await seen_of(home))["a"].address == "192.0.2.2"
    await forget(home, "a")
    await forget(home, "a")
    assert await seen_of(home) == {}


@pytest.mark.parametrize("kind", [Kind.OWNER, Kind.SESSION, Kind.SHARE, Kind.CLI])
async def test_who_is_no_device_is_not_written_down(home, kind):
    await LastSeen(Watch()).note(Principal("x", "home", kind, credential="a"), home, "192.0.2.1")
    assert await seen_of(home) == {}


async def test_a_full_disk_keeps_no_device_out(home, monkeypatch):
    await LastSeen(Watch()).note(PHONE, home, "192.0.2.1")
    database = await home.store.open("io.cozy.oauth.clients")

    async def full(*_):
        raise StorageFull

    monkeypatch.setattr(type(database), "put_local", full)
    await LastSeen(Watch()).note(PHONE, home, "192.0.2.2")
    assert (await seen_of(home))["a"].address == "192.0.2.1"
