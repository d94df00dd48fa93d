from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from server.instances.context import Context
from server.instances.owner import Owner
from server.instances.record import InstanceRecord
from server.instances.standing import HomeShut, check_standing, terms_warning

OPEN = InstanceRecord(Path(), "a.example", (), Owner("o", "h"), b"s")
PLAIN = Context()
TERMS = Context(terms_url="https://example.org/terms", terms_version="2.0.0-20270101")
EVE, DAY = date(2026, 12, 31), date(2027, 1, 1)


def refusal(record, path, context=PLAIN, today=DAY):
    try:
        check_standing(record, context, path, today)
    except HomeShut as shut:
        return shut.warning
    return None


@pytest.mark.parametrize("path", ["/", "/data/x", "/auth/login", "/settings/instance"])
def test_an_open_home_answers(path):
    assert refusal(OPEN, path) is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(
            (path, 503)
            for path in ("/", "/data/x", "/auth/login", "/public/prelogin", "/dav/files/")
        ),
        *((path, 503) for path in ("/couchdb", "/remote.php/dav", "/settingsx")),
        *((path, None) for path in ("/settings/instance", "/apps/", "/konnectors/", "/compat")),
        *((path, None) for path in ("/office/callback", "/assets/style.css")),
    ],
)
def test_a_blocked_home_answers_only_who_can_mend_it(path, status):
    found = refusal(replace(OPEN, blocked="UNKNOWN"), path)
    assert (found and found.status) == status


@pytest.mark.parametrize(
    ("reason", "status"), [("PAYMENT_FAILED", 402), ("MOVING", 503), ("spam", 503)]
)
def test_the_reason_is_told(reason, status):
    context = Context(support_address="help@example.org")
    found = refusal(replace(OPEN, blocked=reason), "/data/x", context).shown()
    assert found["status"] == str(status)
    assert (found["title"], found["code"]) == ("Blocked", reason)
    assert found["detail"].endswith("Ask help@example.org.")


def test_a_home_about_to_be_deleted_is_shut():
    found = refusal(replace(OPEN, deletion_at="2027-02-01T00:00:00Z"), "/data/x")
    assert found.code == "DELETION"


@pytest.mark.parametrize(
    ("signed", "today", "path", "status"),
    [
        ("", DAY, "/data/x", 402),
        ("1.4.0-20260101", DAY, "/files/x", 402),
        ("2.0.0-20260101", DAY, "/data/x", None),
        ("v3.0.1", DAY, "/data/x", None),
        ("nonsense", DAY, "/data/x", 402),
        ("", EVE, "/data/x", None),
        ("", DAY, "/auth/login", None),
        ("", DAY, "/settings/instance", None),
    ],
)
def test_unsigned_terms_shut_the_interfaces_from_their_day_on(signed, today, path, status):
    found = refusal(replace(OPEN, terms_signed=signed), path, TERMS, today)
    assert (found and found.status) == status


def test_terms_to_sign_say_where_they_are():
    told = terms_warning(OPEN, TERMS).shown()
    assert told["code"] == "tos-updated"
    assert told["links"] == {"self": "https://example.org/terms"}
