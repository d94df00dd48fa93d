from datetime import UTC, datetime

import pytest

from webdav.model.errors import PreconditionFailed
from webdav.model.resource import Resource
from webdav.wire.conditional import Conditions

MODIFIED = datetime(2026, 11, 23, 12, 0, 0, 250000, tzinfo=UTC)
FILE = Resource("a", "1", False, '"now"', 3, MODIFIED, MODIFIED, "text/plain")
FOLDER = Resource("f", "2", True, "", 0, MODIFIED, MODIFIED, "")
BEFORE, SAME = "Mon, 23 Nov 2026 11:59:59 GMT", "Mon, 23 Nov 2026 12:00:00 GMT"


def passes(found, **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        Conditions.from_headers(fields).check(found)
    except PreconditionFailed:
        return False
    return True


@pytest.mark.parametrize(
    ("found", "headers", "expected"),
    [
        (FILE, {}, True),
        (None, {}, True),
        (FILE, {"if_match": '"now"'}, True),
        (FILE, {"if_match": '"old", "now"'}, True),
        (FILE, {"if_match": "now"}, True),
        (FILE, {"if_match": 'W/"now"'}, False),
        (FILE, {"if_match": '"old"'}, False),
        (FILE, {"if_match": ""}, False),
        (FILE, {"if_match": "*"}, True),
        (None, {"if_match": "*"}, False),
        (None, {"if_match": '"now"'}, False),
        (FOLDER, {"if_match": "*"}, True),
        (FOLDER, {"if_match": '""'}, False),
        (FILE, {"if_none_match": "*"}, False),
        (None, {"if_none_match": "*"}, True),
        (FILE, {"if_none_match": '"now"'}, False),
        (FILE, {"if_none_match": 'W/"now"'}, False),
        (FILE, {"if_none_match": '"old"'}, True),
        (FILE, {"if_unmodified_since": SAME}, True),
        (FILE, {"if_unmodified_since": BEFORE}, False),
        (None, {"if_unmodified_since": BEFORE}, True),
        (FILE, {"if_unmodified_since": "soon"}, True),
        (FILE, {"if_match": '"now"', "if_unmodified_since": BEFORE}, True),
        (FILE, {"if_modified_since": SAME}, True),
    ],
)
def test_a_write_passes_only_over_the_state_it_names(found, headers, expected):
    assert passes(found, **headers) is expected


@pytest.mark.parametrize(
    ("headers", "known"),
    [
        ({}, False),
        ({"if-none-match": '"now"'}, True),
        ({"if-none-match": 'W/"now"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"old"', "if-modified-since": SAME}, False),
        ({"if-modified-since": SAME}, True),
        ({"if-modified-since": BEFORE}, False),
    ],
)
def test_a_reader_knows_the_state_it_names(headers, known):
    assert Conditions.from_headers(headers).is_known(FILE) is known
