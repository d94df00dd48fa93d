import pytest

from doctypes.permissions.scope import parse_scope
from server.devices.errors import DeviceIllegal
from server.devices.kinds import MOST_DOCTYPES, PasswordKind, Wanted


@pytest.mark.parametrize("kind", [k for k in PasswordKind if k is not PasswordKind.COUCHDB])
def test_each_kind_has_a_scope_that_can_be_read(kind):
    permissions = parse_scope(Wanted(kind).scope)
    assert permissions.everything == (kind is PasswordKind.EVERYTHING)


def test_a_password_that_reads_alone_has_no_other_verb():
    rules = parse_scope(Wanted(PasswordKind.WEBDAV, read_only=True).scope).rules
    assert {str(verb) for rule in rules for verb in rule.verbs} == {"GET"}


def test_types_are_named_once_and_not_too_many():
    names = tuple(f"io.example.t{number}" for number in range(MOST_DOCTYPES))
    assert Wanted(PasswordKind.COUCHDB, names + names).scope.split() == list(names)
    with pytest.raises(DeviceIllegal):
        _ = Wanted(PasswordKind.COUCHDB, (*names, "io.example.more")).scope
