import json
from datetime import UTC, datetime

import pytest

from server.office.callback import Callback, CallbackMalformed, Status, read_callback
from server.office.signature import BadSignature
from tests.support.document_server import hand_jwt

SECRET = "s" * 32
NOW = 1_000_000.0
KEY = "ab" * 16
URL = f"https://office.example/cache/files/data/{KEY}_1/output.docx?md5=a&expires=1"
SAVE = {
    "key": KEY,
    "status": 2,
    "url": URL,
    "users": ["alice"],
    "filetype": "docx",
    "lastsave": "2026-11-23T10:00:00.000Z",
    "something": {"new": 1},
}
READ = Callback(
    KEY, Status.MUST_SAVE, URL, ("alice",), "docx", datetime(2026, 11, 23, 10, tzinfo=UTC)
)


def signed(claims, secret=SECRET):
    return hand_jwt.encode({**claims, "exp": NOW + 300}, secret)


def read(body, header=None):
    return read_callback(json.dumps(body).encode(), header, SECRET, now=NOW)


def test_a_token_in_the_body():
    assert read({**SAVE, "token": signed(SAVE)}) == READ


def test_a_token_in_the_header_alone():
    assert read(SAVE, f"Bearer {signed({'payload': SAVE})}") == READ


def test_fields_beside_the_token_say_nothing():
    forged = {**SAVE, "key": "cd" * 16, "status": 4, "url": "http://169.254.169.254/"}
    assert read({**forged, "token": signed(SAVE)}) == READ
    assert read(forged, f"Bearer {signed({'payload': SAVE})}") == READ


def test_the_body_token_goes_before_the_header():
    other = signed({"payload": {**SAVE, "status": 4}})
    assert read({**SAVE, "token": signed(SAVE)}, f"Bearer {other}") == READ
    with pytest.raises(BadSignature):
        read({**SAVE, "token": signed(SAVE, "t" * 32)}, f"Bearer {signed({'payload': SAVE})}")


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Bearer abc"])
def test_without_a_genuine_token_nothing_is_read(header):
    with pytest.raises(BadSignature):
        read(SAVE, header)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_malformed(body):
    with pytest.raises(CallbackMalformed):
        read_callback(body, None, SECRET, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"key": None},
        {"key": ""},
        {"key": 1},
        {"status": "2"},
        {"status": 0},
        {"status": 5},
        {"status": 99},
        {"status": 2.0},
        {"status": True},
        {"status": None},
        {"url": 1},
        {"url": "http://[::1"},
        {"url": "http://a:99999/x"},
        {"url": "http://a:b/x"},
        {"url": "http://a/\ud800"},
    ],
)
def test_claims_that_are_no_callback_are_malformed(change):
    with pytest.raises(CallbackMalformed):
        read({"token": signed({**SAVE, **change})})


@pytest.mark.parametrize("payload", [None, "text", []])
def test_a_header_token_without_a_payload_is_malformed(payload):
    with pytest.raises(CallbackMalformed):
        read(SAVE, f"Bearer {signed({'payload': payload})}")


def test_an_editor_configuration_is_no_callback():
    with pytest.raises(CallbackMalformed):
        read({"token": signed({"document": {"key": KEY}, "documentType": "word"})})


@pytest.mark.parametrize(
    "claims",
    [
        {"key": KEY, "status": 1, "users": ["a", "b"], "actions": [{"type": 1, "userid": "b"}]},
        {"key": KEY, "status": 1, "users": [], "actions": [{"type": 0, "userid": "a"}]},
        {"key": KEY, "status": 1, "users": ["a"], "userdata": "info"},
        {"key": KEY, "status": 4, "actions": [{"type": 0, "userid": "a"}]},
        {"key": KEY, "status": 3, "users": ["a"], "lastsave": "2026-11-23T10:00:00.000Z"},
        {"key": KEY, "status": 7, "users": ["a"], "forcesavetype": 1},
    ],
)
def test_bodies_without_an_address(claims):
    callback = read({"token": signed(claims)})
    assert (callback.key, callback.status, callback.url) == (KEY, claims["status"], None)


@pytest.mark.parametrize(
    ("claims", "field", "value"),
    [
        ({"filetype": "DOCX"}, "extension", "docx"),
        ({"filetype": "../docx"}, "extension", None),
        ({"filetype": 1}, "extension", None),
        ({"users": "alice"}, "author", ""),
        ({"users": [1]}, "author", ""),
        ({"users": []}, "author", ""),
        ({"lastsave": "yesterday"}, "last_save", None),
        ({"lastsave": 1}, "last_save", None),
        ({"lastsave": "2026-11-23T10:00:00"}, "last_save", READ.last_save),
        ({"url": ""}, "url", None),
        ({"url": None}, "url", None),
    ],
)
def test_what_is_odd_and_does_no_harm(claims, field, value):
    assert getattr(read({"token": signed({**SAVE, **claims})}), field) == value


def test_a_fingerprint_outlives_a_new_signature():
    again = URL.replace("md5=a&expires=1", "md5=b&expires=2")
    fingerprints = {Callback(KEY, Status.MUST_SAVE, url).fingerprint for url in (URL, again)}
    assert fingerprints == {f"2 /cache/files/data/{KEY}_1/output.docx"}
    assert Callback(KEY, Status.FORCE_SAVED, URL).fingerprint not in fingerprints
    assert Callback(KEY, Status.EDITING).fingerprint == "1 "


@pytest.mark.parametrize(
    ("status", "brings_bytes", "is_doubtful"),
    [
        (Status.EDITING, False, False),
        (Status.MUST_SAVE, True, False),
        (Status.SAVE_FAILED, True, True),
        (Status.CLOSED_UNCHANGED, False, False),
        (Status.FORCE_SAVED, True, False),
        (Status.FORCE_SAVE_FAILED, True, True),
    ],
)
def test_what_a_status_means(status, brings_bytes, is_doubtful):
    callback = Callback(KEY, status)
    assert (callback.brings_bytes, callback.is_doubtful) == (brings_bytes, is_doubtful)
