from pathlib import Path

import pytest

from server.cli.banner import Welcome, banner
from server.instances.founding import LOCAL_ALIASES, Founded
from server.instances.instance import Owner
from server.instances.record import InstanceRecord
from server.settings import Settings


def record(domain="localhost"):
    return InstanceRecord(Path(), domain, LOCAL_ALIASES, Owner("owner", "h"), b"s")


def said(*, house="serve", host="127.0.0.1", founded=None, records=None):
    settings = Settings(dir=Path("/srv/home"), host=host)
    return banner(Welcome(house, settings, 8080, records or [record()], founded))


def test_a_person_learns_where_to_go():
    text = said()
    for address in (
        "http://localhost:8080/",
        "http://localhost:8080/couchdb",
        "http://localhost:8080/dav/files/",
        "owner",
        str(Path("/srv/home")),
    ):
        assert address in text


def test_a_password_is_shown_only_when_it_was_made_up_now():
    made = Founded(record(), "lumo-kati", generated=True)
    given = Founded(record(), "lumo-kati", generated=False)
    assert "lumo-kati" in said(founded=made)
    assert "lumo-kati" not in said(founded=given)
    assert "lumo-kati" not in said()


def test_a_couch_alone_has_its_databases_at_the_root():
    text = said(house="couch")
    assert "/couchdb" not in text
    assert "/dav/" not in text


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("0.0.0.0", "http://localhost:8080/"),
        ("::1", "http://localhost:8080/"),
        ("192.0.2.1", "http://192.0.2.1:8080/"),
        ("2001:db8::1", "http://[2001:db8::1]:8080/"),
        ("home.example", "http://home.example:8080/"),
    ],
)
def test_the_address_is_one_that_can_be_opened(host, base):
    assert base in said(host=host)


def test_many_homes_are_named():
    assert "a.example, b.example" in said(records=[record("a.example"), record("b.example")])
