import json

import pytest

from replication.core.errors import Invalid
from server.couch_auth.security import ADMINS_ONLY, parse_security
from server.couch_auth.user import ANONYMOUS, User

ADMIN = User("root", ("_admin",))
JAN = User("jan", ("gardener",))


def security(**groups):
    return parse_security(json.dumps(groups).encode())


@pytest.mark.parametrize(
    ("groups", "user", "is_member", "is_admin"),
    [
        ({}, ANONYMOUS, True, False),
        ({}, JAN, True, False),
        ({}, ADMIN, True, True),
        ({"members": {"names": ["jan"]}}, JAN, True, False),
        ({"members": {"names": ["jan"]}}, ANONYMOUS, False, False),
        ({"members": {"names": ["eva"]}}, JAN, False, False),
        ({"members": {"roles": ["gardener"]}}, JAN, True, False),
        ({"members": {"roles": ["cook"], "names": []}}, JAN, False, False),
        ({"admins": {"names": ["jan"]}, "members": {"roles": ["cook"]}}, JAN, True, True),
        ({"admins": {"roles": ["gardener"]}}, JAN, True, True),
        ({"members": {"roles": ["cook"]}}, ADMIN, True, True),
        ({"members": {"roles": ["jan"], "names": ["gardener"]}}, JAN, False, False),
    ],
)
def test_who_belongs(groups, user, is_member, is_admin):
    read = security(**groups)
    assert read.is_member(user) is is_member
    assert read.is_admin(user) is is_admin


def test_a_new_database_is_for_admins():
    read = parse_security(ADMINS_ONLY)
    assert read.is_admin(ADMIN)
    assert not read.is_member(JAN)
    assert not read.is_member(ANONYMOUS)


@pytest.mark.parametrize(
    "body",
    [b"[]", b'{"members":[]}', b'{"admins":{"names":"jan"}}', b'{"members":{"roles":[null]}}'],
)
def test_what_is_none(body):
    with pytest.raises(Invalid):
        parse_security(body)
