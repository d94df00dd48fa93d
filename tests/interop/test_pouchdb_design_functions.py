"""PouchDB in Node replicating through functions of design documents."""

import json
from pathlib import Path

SCRIPT = Path(__file__).parent / "pouchdb" / "design_functions.js"


def test_filters_views_selectors_and_refusals(home, node, run):
    address = f"{home.address_with_login}/couchdb/org.example.numbers"
    assert json.loads(run(node, SCRIPT, address)) == {
        "even": ["d0", "d3", "d6"],
        "big": ["d6", "d7"],
        "chosen": ["d1", "d7"],
        "written": 1,
        "failures": 1,
        "denied": [["below", "forbidden", "below zero: -1"]],
        "single": [403, "forbidden", "below zero: -2"],
        "above": 9,
    }
