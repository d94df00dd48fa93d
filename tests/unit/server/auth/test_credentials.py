import asyncio
from base64 import b64encode
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.auth.basic import BasicLogin, read_basic
from server.auth.credentials import Credentials
from server.auth.errors import TooManyAttempts, Unauthenticated
from server.auth.passwords import hash_password
from server.auth.principal import Principal
from server.auth.throttle import ONE_ADDRESS, Throttle
from server.instances.instance import Instance, Owner
from server.instances.record import InstanceRecord
from tests.support.clock import FakeClock

SALT = b"s" * 16
HERE = "192.0.2.1"


@cache
def hashed(password):
    return hash_password(password, SALT)


def home(domain="home.example", password="right"):
    owner = Owner("owner", hashed(password))
    record = InstanceRecord(Path(), domain, (), owner, b"secret")
    return Instance(record, None, None, None, None, None)


def basic(name, password):
    return BasicLogin(name, password)


class CountingPasswords:
    """Stands in for the slow check, and counts."""

    def __init__(self, checker):
        self.checker = checker
        self.looks = 0

    async def is_password(self, password, password_hash, kdf):
        self.looks += 1
        return await self.checker.is_password(password, password_hash, kdf)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def credentials(clock):
    made = Credentials(b"k" * 32, clock, Throttle(clock))
    made._passwords = CountingPasswords(made._passwords)
    return made


def looks(credentials):
    return credentials._passwords.looks


async def test_the_right_password_is_the_owner(credentials):
    principal = await credentials.principal(basic("owner", "right"), home(), HERE)
    assert principal == Principal("owner", "home.example", "owner")


@pytest.mark.parametrize(
    "header",
    [
        basic("owner", "wrong"),
        basic("other", "right"),
        basic("", ""),
        basic("owner", "right "),
        basic("OWNER", "right"),
    ],
)
async def test_all_else_is_nobody(credentials, header):
    with pytest.raises(Unauthenticated):
        await credentials.principal(header, home(), HERE)


async def test_a_credential_of_one_home_is_nothing_at_another(credentials):
    here, there = home(), home("other.example", "different")
    await credentials.principal(basic("owner", "right"), here, HERE)
    with pytest.raises(Unauthenticated):
        await credentials.principal(basic("owner", "right"), there, HERE)


async def test_the_same_password_at_two_homes_is_looked_at_twice(credentials):
    await credentials.principal(basic("owner", "right"), home(), HERE)
    found = await credentials.principal(basic("owner", "right"), home("other.example"), HERE)
    assert found.domain == "other.example"
    assert looks(credentials) == 2


async def test_a_second_request_costs_no_slow_look(credentials):
    for _ in range(50):
        await credentials.principal(basic("owner", "right"), home(), HERE)
    assert looks(credentials) == 1


async def test_requests_at_once_share_one_look(credentials):
    asked = [credentials.principal(basic("owner", "right"), home(), HERE) for _ in range(50)]
    assert len(set(await asyncio.gather(*asked))) == 1
    assert looks(credentials) == 1


async def test_a_request_that_goes_away_takes_nobody_along(credentials):
    first = asyncio.create_task(credentials.principal(basic("owner", "right"), home(), HERE))
    await asyncio.sleep(0)
    second = asyncio.create_task(credentials.principal(basic("owner", "right"), home(), HERE))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).name == "owner"


async def test_after_a_change_the_old_password_is_unknown(credentials):
    before = home()
    await credentials.principal(basic("owner", "right"), before, HERE)
    after = home(password="new")
    with pytest.raises(Unauthenticated):
        await credentials.principal(basic("owner", "right"), after, HERE)
    assert (await credentials.principal(basic("owner", "new"), after, HERE)).name == "owner"


async def wrong(credentials, count):
    for number in range(count):
        with pytest.raises(Unauthenticated):
            await credentials.principal(basic("owner", f"wrong {number}"), home(), HERE)


async def test_too_many_wrong_passwords_are_refused_without_a_look(credentials):
    await wrong(credentials, ONE_ADDRESS.burst)
    before = looks(credentials)
    with pytest.raises(TooManyAttempts) as refused:
        await credentials.principal(basic("owner", "right"), home(), HERE)
    assert 0 < refused.value.retry_after <= ONE_ADDRESS.interval
    assert looks(credentials) == before


async def test_a_known_credential_is_let_in_whatever_others_try(credentials):
    await credentials.principal(basic("owner", "right"), home(), HERE)
    await wrong(credentials, ONE_ADDRESS.burst)
    assert (await credentials.principal(basic("owner", "right"), home(), HERE)).name == "owner"


async def test_later_the_address_may_try_again(credentials, clock):
    await wrong(credentials, ONE_ADDRESS.burst)
    clock.advance(ONE_ADDRESS.interval)
    assert (await credentials.principal(basic("owner", "right"), home(), HERE)).name == "owner"


async def test_a_device_with_an_old_password_repeats_it_at_no_cost(credentials):
    for _ in range(100):
        with pytest.raises(Unauthenticated):
            await credentials.principal(basic("owner", "old"), home(), HERE)
    assert looks(credentials) == 1


async def test_what_is_remembered_holds_no_password(credentials):
    await credentials.principal(basic("owner", "right"), home(), HERE)
    kept = repr(credentials._known)
    assert "right" not in kept
    assert b64encode(b"owner:right").decode() not in kept


def test_a_login_does_not_show_its_password():
    assert "right" not in repr(BasicLogin("owner", "right"))


@given(st.text().filter(lambda name: ":" not in name), st.text())
def test_what_a_client_encodes_is_read_back(name, password):
    header = "basic " + b64encode(f"{name}:{password}".encode()).decode()
    assert read_basic(header) == BasicLogin(name, password)


def test_clients_that_encode_latin_1_are_understood():
    header = "Basic " + b64encode("owner:café".encode("latin-1")).decode()
    assert read_basic(header) == BasicLogin("owner", "café")


@given(st.text())
def test_any_text_is_a_login_or_none(header):
    found = read_basic(header)
    assert found is None or isinstance(found, BasicLogin)


def test_a_header_that_is_not_ascii_is_garbage():
    assert read_basic("Basic é") is None


async def test_right_ones_are_not_driven_out_by_a_storm_of_wrong_ones(credentials, monkeypatch):
    monkeypatch.setattr("server.auth.credentials._REMEMBERED", 3)
    await credentials.principal(basic("owner", "right"), home(), HERE)
    await wrong(credentials, 5)
    before = looks(credentials)
    assert (await credentials.principal(basic("owner", "right"), home(), HERE)).name == "owner"
    assert looks(credentials) == before


async def test_whether_there_is_room_is_told_without_counting_an_attempt(credentials):
    for _ in range(100):
        assert credentials.check_room("home.example", HERE) == 0
    await wrong(credentials, ONE_ADDRESS.burst)
    with pytest.raises(TooManyAttempts):
        credentials.check_room("home.example", HERE)
    assert credentials.check_room("home.example", HERE, known="a browser") == 0
    assert credentials.check_room("home.example", "198.51.100.1") == 0
