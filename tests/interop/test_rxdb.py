"""RxDB replicating with `foyer couch` and a home's /couchdb by its CouchDB plugin."""

from pathlib import Path

import pytest

from tests.support.running_home import RunningHome
from tests.support.tap import read_report

SCRIPT = Path(__file__).parent / "rxdb" / "replication.js"


@pytest.mark.parametrize(("command", "prefix"), [("couch", "/"), ("serve", "/couchdb/")])
def test_collections_replicate_at_rest_and_live(command, prefix, tmp_path, node_tests):
    with RunningHome(tmp_path / "home", command=command) as running:
        report = read_report(node_tests(SCRIPT, running.address_with_login + prefix))
    assert report.failed == {}
    assert report.whole
