import asyncio
import random
from datetime import UTC, datetime

import pytest

from server.instances.changes import Changes
from server.instances.directory import InstanceDirectory, InstanceUnknown
from server.instances.founding import DomainTaken, HomeRegister, InstanceMissing
from server.instances.homes import ServedHomes
from tests.support.clock import FakeClock


class FakeInstance:
    """A home that notes whether it is open."""

    def __init__(self, record, closed):
        self.record = record
        self.closed = closed

    @property
    def domain(self):
        return self.record.domain

    def with_record(self, record):
        return FakeInstance(record, self.closed)

    async def close(self):
        self.closed.append(self.record.domain)


@pytest.fixture
def closed():
    return []


@pytest.fixture
def homes(tmp_path, closed):
    async def open_instance(record):
        return FakeInstance(record, closed)

    register = HomeRegister(tmp_path, random.Random(7).randbytes, kdf_iterations=0)
    return ServedHomes(register, InstanceDirectory((), open_instance, clock=FakeClock()))


async def domain_at(homes, host):
    async with homes.directory.borrow(host) as instance:
        return instance.domain


async def test_a_home_is_served_from_its_making_on(homes):
    await homes.found("a.example", "ann", aliases=("www.a.example",), password="x")
    assert await domain_at(homes, "www.a.example") == "a.example"
    with pytest.raises(DomainTaken):
        await homes.found("www.a.example", "bob", password="x")


async def test_two_who_want_one_name_at_once(homes):
    made = await asyncio.gather(
        *(homes.found("a.example", "o", password="x") for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in made) == ["DomainTaken", "DomainTaken", "Founded"]


async def test_a_home_is_renamed_while_it_is_open(homes, closed):
    await homes.found("a.example", "ann", password="x")
    assert await domain_at(homes, "a.example") == "a.example"
    await homes.change("a.example", Changes(domain="b.example", quota=7))
    assert await domain_at(homes, "b.example") == "b.example"
    assert closed == []
    assert homes.directory.find("a.example").former
    assert homes.directory.domains == ["b.example"]
    [record] = homes.register.records()
    assert (record.domain, record.quota) == ("b.example", 7)
    await homes.change("b.example", Changes(remove_aliases=["a.example"]))
    with pytest.raises(InstanceUnknown):
        homes.directory.find("a.example")


async def test_a_name_of_another_home_is_not_taken_over(homes):
    await homes.found("a.example", "ann", password="x")
    await homes.found("b.example", "bob", password="x")
    with pytest.raises(DomainTaken):
        await homes.change("b.example", Changes(add_aliases=["a.example"]))
    assert homes.record("b.example").aliases == ()


async def test_a_home_that_is_shut_lets_go_of_those_who_are_in(homes, closed):
    await homes.found("a.example", "ann", password="x")
    async with homes.directory.borrow("a.example"):
        await homes.change("a.example", Changes(blocked="spam"))
        assert closed == ["a.example"]


async def test_a_home_is_erased_while_it_is_open(homes, closed):
    await homes.found("a.example", "ann", password="x")
    await domain_at(homes, "a.example")
    await homes.erase("a.example")
    assert closed == ["a.example"]
    with pytest.raises(InstanceUnknown):
        homes.directory.find("a.example")
    with pytest.raises(InstanceMissing):
        await homes.erase("a.example")
    assert list(homes.register.instances.iterdir()) == []


async def test_only_what_is_due_is_erased(homes):
    for name, at in (("a", "2027-01-01T00:00:00Z"), ("b", "2027-03-01T00:00:00Z"), ("c", "")):
        await homes.found(f"{name}.example", "o", password="x")
        await homes.change(f"{name}.example", Changes(deletion_at=at))
    assert await homes.erase_due(datetime(2027, 2, 1, tzinfo=UTC)) == ["a.example"]
    assert sorted(homes.directory.domains) == ["b.example", "c.example"]


async def test_an_application_is_no_home_to_change(homes):
    await homes.found("a.example", "o", password="x")
    with pytest.raises(InstanceMissing):
        await homes.erase("notes.a.example")
