"""nano, CouchDB's own client for Node, against `foyer couch` and a home's /couchdb."""

from pathlib import Path

import pytest

from tests.support.running_home import RunningHome
from tests.support.tap import read_report

SCRIPTS = Path(__file__).parent / "nano"


@pytest.fixture(scope="module", params=["couch", "serve"])
def root(request, tmp_path_factory):
    """Return the address of a CouchDB-like root, the owner's login in it."""
    folder = tmp_path_factory.mktemp("nano") / "home"
    with RunningHome(folder, command=request.param) as running:
        prefix = "/" if request.param == "couch" else "/couchdb/"
        yield running.address_with_login + prefix


@pytest.mark.parametrize(
    "topic", ["databases", "documents", "attachments", "changes", "replication"]
)
def test_everything_nano_does_with(topic, root, node_tests):
    report = read_report(node_tests(SCRIPTS / f"{topic}.js", root))
    assert report.failed == {}
    assert report.whole


def test_sessions_of_users(home_of_users, node_tests):
    report = read_report(node_tests(SCRIPTS / "sessions.js", home_of_users.address_with_login))
    assert report.failed == {}
    assert report.whole


@pytest.fixture
def home_of_users(tmp_path):
    with RunningHome(tmp_path / "couch", command="couch") as running:
        yield running
