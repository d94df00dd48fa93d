"""cozy-stack-client, with which Cozy's applications speak to a home, from first to last."""

import json
from pathlib import Path

import pytest

from tests.support.running_home import PASSWORD

HERE = Path(__file__).parent


def test_a_native_application_from_its_first_request_to_its_last(home, node, run):
    if not (HERE / "node_modules" / "cozy-stack-client").is_dir():
        pytest.skip("run `npm ci --ignore-scripts` in tests/interop first")
    seen = json.loads(run(node, HERE / "cozy" / "stack_client.js", home.address, PASSWORD))
    assert seen == {
        "registered": True,
        "information": "2",
        "event": ["UPDATED", "io.cozy.contacts", True],
        "found": ["Ada"],
        "all": 1,
        "refreshed": True,
        "recovered": 1,
        "refused": 403,
        "left": "Invalid token",  # as it reads WWW-Authenticate
    }


def test_files_by_every_verb_that_applications_and_the_desktop_client_use(home, node, run):
    if not (HERE / "node_modules" / "cozy-stack-client").is_dir():
        pytest.skip("run `npm ci --ignore-scripts` in tests/interop first")
    seen = json.loads(run(node, HERE / "cozy" / "files.js", home.address, PASSWORD))
    assert seen == {
        "made": ["/Dir", "é #1.txt", "3", True, {"label": "bill"}, "1"],
        "taken": [409, ""],
        "checksum": [412, "Content-MD5"],
        "newer": ["4", "2"],
        "stale": [412, "If-Match"],
        "versions": [["3", True]],
        "content": "two!",
        "moved": ["b.txt", "io.cozy.files.root-dir", True],
        "loop": [412, "dir-id"],
        "byPath": ["/Dir/a/b", True],
        "find": [["b.txt", "/b.txt"]],
        "pages": [["0.txt", "1.txt"], ["2.txt", "3.txt"], ["4.txt", "a"], []],
        "unknown": ["b.txt"],  # the client made the index that was missing
        "all": [["/b.txt", "file"], ["/Dir", "directory"]],
        "copy": ["copy.txt", True],
        "referred": ["holidays"],
        "unreferred": [],
        "link": "two!",
        "archive": "PK",
        "metadata": {"label": "invoice"},
        "leftOut": 1,
        "feed": [0, ["/b.txt"]],
        "back": True,
        "trashed": True,
        "again": [400, ""],
        "restored": "/b.txt",
        "gone": [404, ""],
    }
