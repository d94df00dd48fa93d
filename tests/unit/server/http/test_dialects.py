import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.http.dialects import (
    COUCH,
    COZY,
    DAV,
    JSONAPI,
    OF_COUCH,
    OF_HOME,
    OFFICE,
    PLAIN,
    dialect_of,
)
from server.http.fault import Fault

MISSING = Fault(404, "not_found", "missing", of_engine=True)
FORBIDDEN = Fault(403, "forbidden", "not yours")


def told(dialect, fault):
    return json.loads(dialect.render(fault))


def test_couch_says_error_and_reason():
    assert told(COUCH, MISSING) == {"error": "not_found", "reason": "missing"}


def test_cozy_repeats_what_the_engine_said():
    assert told(COZY, MISSING) == {
        "ok": False,
        "status": "404",
        "error": "not_found",
        "reason": "missing",
    }


def test_cozy_says_all_else_in_one_string():
    assert told(COZY, FORBIDDEN) == {"error": "code=403, message=not yours"}


def test_jsonapi_says_status_as_text():
    error = {"status": "403", "title": "Forbidden", "detail": "not yours"}
    assert told(JSONAPI, FORBIDDEN) == {"errors": [error]}
    assert JSONAPI.content_type == "application/vnd.api+json"


def test_the_document_server_never_hears_that_it_may_forget():
    assert told(OFFICE, FORBIDDEN) == {"error": 1}


def test_plain_text_says_it_in_a_line():
    assert PLAIN.render(FORBIDDEN) == b"403 Forbidden: not yours\n"
    assert PLAIN.render(Fault(499, "error", "gone")) == b"499 Error: gone\n"


@given(st.text())
def test_dav_is_xml_whatever_the_reason_says(reason):
    root = ET.fromstring(DAV.render(Fault(403, "forbidden", reason)))
    assert root.tag == "{DAV:}error"


def test_a_response_carries_status_type_and_headers():
    fault = Fault(429, "too_many_requests", "wait", {"Retry-After": "5"})
    response = COUCH.response(fault)
    assert response.status == 429
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("/couchdb", COUCH),
        ("/couchdb/db/doc", COUCH),
        ("/couchdbs", PLAIN),
        ("/data/io.cozy.files", COZY),
        ("/dav/files/a", DAV),
        ("/dav", DAV),
        ("/office/callback", OFFICE),
        ("/office/content/x.y.z", OFFICE),
        ("/office/some-id/open", JSONAPI),
        ("/office/callbacks", JSONAPI),
        ("/", PLAIN),
        ("/nothing", PLAIN),
        ("*", PLAIN),
    ],
)
def test_the_path_decides(path, dialect):
    assert dialect_of(path, OF_HOME) is dialect


def test_a_couch_alone_has_one_spelling():
    assert dialect_of("/db/doc", OF_COUCH) is COUCH
    assert dialect_of("/", OF_COUCH) is COUCH
