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
