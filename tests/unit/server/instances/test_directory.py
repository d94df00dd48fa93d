import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from server.instances import directory as directory_module
from server.instances.directory import HomeBusy, InstanceDirectory, InstanceUnknown, host_name
from server.instances.instance import Owner
from server.instances.record import InstanceRecord
from tests.support.clock import FakeClock


class FakeInstance:
    """A home that notes whether it is open."""

    def __init__(self, domain, log):
        self.domain = domain
        self.log = log
        log.append(f"open {domain}")

    def with_record(self, record):
        self.domain = record.domain
        return self

    async def close(self):
        await asyncio.sleep(0)
        self.log.append(f"close {self.domain}")


class Homes:
    """A directory of fake homes, with a gate that opening waits at."""

    def __init__(self, *domains, **options):
        self.log = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failures = []
        self.clock = FakeClock()
        records = [
            InstanceRecord(Path(domain), domain, (f"www.{domain}",), Owner("o", "h"), b"s")
            for domain in domains
        ]
        self.kept = {str(record.folder): record for record in records}
        self.directory = InstanceDirectory(
            records,
            self.open,
            clock=self.clock,
            read=lambda folder: self.kept[str(folder)],
            **options,
        )

    async def open(self, record):
        await self.gate.wait()
        if self.failures:
            raise self.failures.pop()
        return FakeInstance(record.domain, self.log)

    async def visit(self, host):
        async with self.directory.borrow(host) as instance:
            return instance.domain


@pytest.fixture
def homes():
    return Homes("a.example", "b.example")


@pytest.mark.parametrize("host", ["a.example", "A.Example:8080", "www.a.example", "a.example."])
async def test_a_host_header_finds_its_home(homes, host):
    assert await homes.visit(host) == "a.example"


@pytest.mark.parametrize("host", ["", "c.example", "a.example.evil", "[a.example]x", ":8080"])
async def test_another_host_finds_none(homes, host):
    if host == "[a.example]x":
        assert host_name(host) == "a.example"  # what follows the bracket is a port or nothing
        return
    with pytest.raises(InstanceUnknown):
        await homes.visit(host)


async def test_alone_the_first_home_answers_to_every_name():
    homes = Homes("localhost", alone=True)
    assert await homes.visit("whatever.example") == "localhost"


async def test_a_home_is_opened_when_asked_for_and_once(homes):
    assert homes.log == []
    for _ in range(3):
        await homes.visit("a.example")
    assert homes.log == ["open a.example"]


async def test_requests_at_once_share_the_opening(homes):
    homes.gate.clear()
    visits = [asyncio.create_task(homes.visit("a.example")) for _ in range(20)]
    await asyncio.sleep(0)
    homes.gate.set()
    assert set(await asyncio.gather(*visits)) == {"a.example"}
    assert homes.log == ["open a.example"]


async def test_a_visitor_who_leaves_during_the_opening_takes_nobody_along(homes):
    homes.gate.clear()
    first = asyncio.create_task(homes.visit("a.example"))
    await asyncio.sleep(0)
    second = asyncio.create_task(homes.visit("a.example"))
    await asyncio.sleep(0)
    first.cancel()
    homes.gate.set()
    assert await second == "a.example"


async def test_a_failed_opening_is_tried_again(homes):
    homes.failures.append(OSError("no disk"))
    with pytest.raises(OSError, match="no disk"):
        await homes.visit("a.example")
    assert await homes.visit("a.example") == "a.example"


async def test_an_idle_home_is_closed_and_opened_again(homes):
    await homes.visit("a.example")
    homes.clock.advance(61)
    await homes.visit("b.example")
    assert await homes.directory.close_idle(60) == 1
    assert homes.directory.open_count == 1
    await homes.visit("a.example")
    assert homes.log == ["open a.example", "open b.example", "close a.example", "open a.example"]


async def test_a_home_in_use_is_not_idle_however_long(homes):
    async with homes.directory.borrow("a.example"):
        homes.clock.advance(1_000_000)
        assert await homes.directory.close_idle(60) == 0
    assert await homes.directory.close_idle(60) == 0
    homes.clock.advance(61)
    assert await homes.directory.close_idle(60) == 1


async def test_who_comes_while_a_home_closes_gets_it_opened_anew(homes):
    await homes.visit("a.example")
    homes.clock.advance(61)
    closing = asyncio.create_task(homes.directory.close_idle(60))
    await asyncio.sleep(0)
    assert await homes.visit("a.example") == "a.example"
    await closing
    assert homes.log == ["open a.example", "close a.example", "open a.example"]


async def test_at_the_end_all_are_closed_even_in_use(homes):
    await homes.visit("b.example")
    async with homes.directory.borrow("a.example"):
        await homes.directory.close()
    assert sorted(homes.log[2:]) == ["close a.example", "close b.example"]
    assert homes.directory.open_count == 0


async def test_a_home_takes_so_many_requests_and_no_more(homes, monkeypatch):
    monkeypatch.setattr(directory_module, "MOST_REQUESTS", 1)
    async with homes.directory.borrow("a.example"):
        with pytest.raises(HomeBusy):
            await homes.visit("a.example")
        assert await homes.visit("b.example") == "b.example"
    assert await homes.visit("a.example") == "a.example"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:8080", "localhost"),
        ("127.0.0.1:1", "127.0.0.1"),
        ("[::1]:8080", "::1"),
        ("[::1]", "::1"),
        ("Home.Example.", "home.example"),
    ],
)
def test_the_name_in_a_host_header(host, name):
    assert host_name(host) == name


async def test_more_homes_than_may_are_closed_the_longest_unused_first():
    homes = Homes("a.example", "b.example", "c.example", most_open=2)
    for domain in ("a.example", "b.example"):
        await homes.visit(domain)
        homes.clock.advance(1)
    async with homes.directory.borrow("a.example"):
        homes.clock.advance(1)
        await homes.visit("c.example")
    assert sorted(homes.directory.open_domains) == ["a.example", "c.example"]
    assert homes.log[-1] == "close b.example"


async def test_of_homes_that_are_closed_no_record_is_kept(homes):
    await homes.visit("a.example")
    homes.clock.advance(61)
    await homes.directory.close_idle(60)
    del homes.kept["a.example"]
    with pytest.raises(KeyError):  # it is read again
        homes.directory.find("a.example")


async def test_an_application_is_found_with_its_home(homes):
    found = homes.directory.find("notes.a.example:8080")
    assert (found.record.domain, found.slug, found.former) == ("a.example", "notes", False)


async def test_a_record_that_changes_during_the_opening_holds(homes):
    homes.gate.clear()
    visit = asyncio.create_task(homes.visit("a.example"))
    await asyncio.sleep(0)
    record = homes.directory.find("a.example").record
    homes.directory.renew(replace(record, domain="new.example"))
    homes.gate.set()
    assert await visit == "new.example"


async def test_a_home_taken_away_during_the_opening_is_not_given(homes):
    homes.gate.clear()
    first = asyncio.create_task(homes.visit("a.example"))
    second = asyncio.create_task(homes.visit("a.example"))
    await asyncio.sleep(0)
    record = homes.directory.find("a.example").record
    removing = asyncio.create_task(homes.directory.remove(record))
    await asyncio.sleep(0)
    homes.gate.set()
    await removing
    await asyncio.gather(first, second, return_exceptions=True)
    assert homes.directory.open_count == 0
    with pytest.raises(InstanceUnknown):
        homes.directory.find("a.example")
