from datetime import UTC, datetime, timedelta

import pytest

from server.devices.spoken import moment, rights_of

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "english", "french"),
    [
        (timedelta(seconds=-5), "just now", "à l’instant"),
        (timedelta(seconds=90), "just now", "à l’instant"),
        (timedelta(minutes=3), "3 minutes ago", "il y a 3 minutes"),
        (timedelta(hours=1, minutes=5), "1 hour ago", "il y a 1 heure"),
        (timedelta(hours=23), "23 hours ago", "il y a 23 heures"),
        (timedelta(days=2), "on 1 May 2026", "le 1er mai 2026"),
        (timedelta(days=70), "on 22 February 2026", "le 22 février 2026"),
    ],
)
def test_moments_in_words(ago, english, french):
    text = (NOW - ago).isoformat()
    assert (moment(text, NOW, "en"), moment(text, NOW, "fr")) == (english, french)


def test_what_is_no_moment_is_said_as_it_stands():
    assert moment("soon", NOW, "en") == "soon"


@pytest.mark.parametrize(
    ("kind", "scope", "told"),
    [
        ("couchdb", "io.cozy.notes:GET", ["Read: your notes"]),
        (
            "oauth",
            "io.cozy.files io.cozy.contacts io.example.x:GET",
            ["Read and change: your files and folders, your contacts", "Read: io.example.x"],
        ),
        (
            "oauth",
            "io.cozy.settings:GET:io.cozy.settings.disk-usage",
            ["Read: how much room is taken"],
        ),
        ("oauth", "io.cozy.bills:GET:x", ["Read: your bills (x)"]),
        ("oauth", "*", ["Everything"]),
        ("oauth", "", []),
        ("oauth", "io.cozy.bills:FLY", []),
    ],
)
def test_rights_in_words(kind, scope, told):
    assert rights_of(kind, scope, "en") == told


def test_a_kind_of_its_own_says_what_it_is_for():
    assert rights_of("webdav", "io.cozy.files", "fr")[0].startswith("WebDAV")
