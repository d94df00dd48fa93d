import os
import random
import stat

import pytest

from server.auth.passwords import is_password
from server.instances.founding import (
    DomainTaken,
    HomeRegister,
    InstanceMissing,
)
from server.instances.names import DomainIllegal, legal_domain
from server.instances.record import RecordUnreadable, read_records


@pytest.fixture
def register(tmp_path):
    return HomeRegister(tmp_path, random.Random(7).randbytes, kdf_iterations=0)


def test_a_home_is_found_again_as_it_was_made(register):
    founded = register.found("home.example", "alice", aliases=("h.example",), password="secret 1")
    [record] = register.records()
    assert record == founded.record
    assert record.hosts == ("home.example", "h.example")
    assert record.owner.name == "alice"
    assert len(record.secret) == 32
    assert is_password("secret 1", record.owner.password_hash)
    assert not founded.generated


def test_without_a_password_a_random_one_is_made(register):
    founded = register.found("home.example", "owner")
    assert founded.generated
    assert is_password(founded.password, founded.record.owner.password_hash)


def test_the_record_is_for_its_owner_alone_and_holds_no_password(register):
    founded = register.found("home.example", "owner", password="secret 1")
    file = founded.record.folder / "instance.json"
    assert "secret 1" not in file.read_text()
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(founded.record.folder.stat().st_mode) == 0o700
    assert {path.name for path in founded.record.folder.iterdir()} == {file.name, "new"}


def test_nothing_secret_shows_when_a_record_is_printed(register):
    founded = register.found("home.example", "owner", password="secret 1")
    shown = repr(founded)
    assert "secret 1" not in shown
    assert founded.record.owner.password_hash not in shown
    assert repr(founded.record.secret) not in shown


def test_the_first_home_is_made_once(register):
    assert register.found_first("owner", None).record.hosts == ("localhost", "127.0.0.1", "::1")
    assert register.found_first("owner", None) is None
    assert len(register.records()) == 1


@pytest.mark.parametrize("domain", ["home.example", "HOME.example", "h.example"])
def test_a_name_that_is_taken_is_refused(register, domain):
    register.found("home.example", "owner", aliases=("h.example",), password="x")
    with pytest.raises(DomainTaken):
        register.found(domain, "owner", password="x")


def test_an_alias_that_is_taken_is_refused(register):
    register.found("home.example", "owner", password="x")
    with pytest.raises(DomainTaken):
        register.found("other.example", "owner", aliases=("home.example",), password="x")
    with pytest.raises(DomainTaken):
        register.found("third.example", "owner", aliases=("HOME.example",), password="x")


def test_aliases_are_kept_as_host_headers_have_them(register):
    founded = register.found("a.example", "owner", aliases=("Foyer.Example", "[::1]"), password="x")
    assert founded.record.aliases == ("foyer.example", "::1")


def test_an_alias_that_is_no_name_is_refused(register):
    with pytest.raises(DomainIllegal):
        register.found("a.example", "owner", aliases=("b:80",), password="x")


def test_a_password_is_changed_and_nothing_else(register):
    before = register.found("home.example", "owner", password="old").record
    after = register.change_password(None, "new")
    assert is_password("new", after.owner.password_hash)
    assert not is_password("old", after.owner.password_hash)
    assert (after.secret, after.domain, after.folder) == (
        before.secret,
        before.domain,
        before.folder,
    )
    assert register.records() == [after]


def test_a_password_of_one_of_many_homes(register):
    register.found("a.example", "owner", password="a")
    register.found("b.example", "owner", password="b")
    register.change_password("B.example", "new")
    a, b = register.records()
    assert is_password("a", a.owner.password_hash)
    assert is_password("new", b.owner.password_hash)


def test_a_home_that_is_not_there_is_named_with_those_that_are(register):
    register.found("a.example", "owner", password="a")
    with pytest.raises(InstanceMissing) as missing:
        register.change_password("c.example", "new")
    assert missing.value.domains == ["a.example"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"domain": "a", "aliases": []}'])
def test_a_record_that_is_broken_is_named(register, content):
    founded = register.found("a.example", "owner", password="a")
    (founded.record.folder / "instance.json").write_text(content)
    with pytest.raises(RecordUnreadable, match=r"instance\.json"):
        read_records(founded.record.folder.parent)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("home.example", "home.example"),
        (" Home.Example. ", "home.example"),
        ("localhost", "localhost"),
        ("müller.example", "xn--mller-kva.example"),
        ("a-b.c", "a-b.c"),
    ],
)
def test_a_legal_domain(text, domain):
    assert legal_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "a..b", "-a.example", "a-.example", "a b", "a/b", "a:80", "http://a"),
        *("127.0.0.1", "::1", "a_b.example", "x" * 64 + ".example", "a." * 130 + "b"),
    ],
)
def test_an_illegal_domain(text):
    with pytest.raises(DomainIllegal):
        legal_domain(text)
