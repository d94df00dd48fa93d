"""PouchDB in Node against a running home, in both dialects."""

import json
from pathlib import Path

import pytest

from tests.support.running_home import RunningHome

SCRIPTS = Path(__file__).parent / "pouchdb"


@pytest.mark.parametrize("door", ["couchdb", "data"])
def test_two_replicas_and_a_home_end_up_the_same(home, node, run, door):
    address = f"{home.address_with_login}/{door}/org.example.things"
    seen = json.loads(run(node, SCRIPTS / "replication.js", address, 1000, 50))
    assert seen["delay"] < 1000  # milliseconds from a write on one side to the other
    del seen["delay"]
    assert seen == {
        "pushed": 1000,
        "pulled": 1000,
        "failures": 0,
        "attachments": 50,
        "same": True,
        "conflicts": 20,
        "live": 994,
        "again": 0,
    }


def test_the_session_that_is_recorded_goes_as_it_does_with_couchdb(tmp_path, node, run):
    with RunningHome(tmp_path / "couch", command="couch") as couch:
        seen = json.loads(run(node, SCRIPTS / "session.js", couch.address_with_login))
    assert seen == {
        "pushed": [13, 0],
        "changed": [2, 6],
        "lookedAt": [1, 2, 2, "as it is", ["doc-3", "doc-4", "doc-5"], 3, 404],
        "followed": [2, 4, 1],
        "live": 15,
    }
