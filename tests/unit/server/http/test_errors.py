import inspect

import pytest
from aiohttp import web

from doctypes.files import errors as files
from doctypes.files.errors import FileTreeError
from replication.core import errors as core
from replication.core.errors import ReplicationError
from server.auth import errors as auth
from server.http.errors import CHALLENGE, fault_of
from server.http.fault import Fault
from server.instances.directory import HomeBusy, InstanceUnknown

OURS_TO_MEND = {core.BlobMissing, files.NotANode}
"""What no request can be blamed for: bytes that are gone, a document that is no file."""


def kinds(module, root):
    found = vars(module).values()
    return {k for k in found if inspect.isclass(k) and issubclass(k, root) and k is not root}


def example(kind):
    """Make an error of a kind, with text wherever it wants a fact."""
    if kind.__init__ is Exception.__init__:
        return kind()
    wanted = list(inspect.signature(kind).parameters.values())
    required = [p for p in wanted if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    facts = {"limit": 1, "retry_after": 1, "word": "forbidden", "what": "request"}
    return kind(*(facts.get(p.name, p.name) for p in required))


FORESEEN = [
    *sorted(kinds(core, ReplicationError) - OURS_TO_MEND, key=str),
    *sorted(kinds(files, FileTreeError) - OURS_TO_MEND, key=str),
    *sorted(kinds(auth, auth.AccessRefused), key=str),
    InstanceUnknown,
    HomeBusy,
]


@pytest.mark.parametrize("kind", FORESEEN)
def test_every_error_of_the_floors_below_has_its_answer(kind):
    fault = fault_of(example(kind))
    assert fault is not None
    assert 400 <= fault.status < 600
    assert fault.status != 500
    assert fault.reason


@pytest.mark.parametrize("error", [core.BlobMissing("ab"), ValueError("x"), KeyError("x")])
def test_what_nobody_foresaw_has_none(error):
    assert fault_of(error) is None


@pytest.mark.parametrize(
    ("error", "status", "word", "reason"),
    [
        (core.DatabaseMissing("x"), 404, "not_found", "Database does not exist."),
        (core.DocumentMissing("x"), 404, "not_found", "missing"),
        (core.DocumentMissing("x", deleted=True), 404, "not_found", "deleted"),
        (core.Conflict("x"), 409, "conflict", "Document update conflict."),
        (core.Invalid("illegal_docid", "Bad."), 400, "illegal_docid", "Bad."),
        (core.InvalidRevision("x"), 400, "bad_request", "Invalid rev format"),
        (core.StubMissing("x", "a"), 412, "missing_stub", "Invalid attachment stub in x for a"),
        (
            core.BlobMismatch("md5", "a", "b"),
            400,
            "content_md5_mismatch",
            "Possible message corruption.",
        ),
    ],
)
def test_what_couchdb_clients_read_is_couchdbs(error, status, word, reason):
    assert fault_of(error) == Fault(status, word, reason, of_engine=True)


def test_a_subclass_answers_as_its_parent():
    class Odd(core.Conflict):
        pass

    assert fault_of(Odd("x")) == fault_of(core.Conflict("x"))


def test_nobody_is_challenged_with_basic():
    fault = fault_of(auth.Unauthenticated())
    assert fault.status == 401
    assert fault.headers == {"WWW-Authenticate": CHALLENGE}
    assert CHALLENGE == 'Basic realm="Foyer", charset="UTF-8"'


def test_a_readable_connection_is_told_what_to_do_and_not_challenged():
    fault = fault_of(auth.ConnectionReadable())
    assert fault.status == 403
    assert "https" in fault.reason
    assert "trusted_proxies" in fault.reason
    assert fault.headers == {}


def test_too_many_attempts_say_when_to_come_back():
    fault = fault_of(auth.TooManyAttempts(4.2))
    assert (fault.status, fault.headers) == (429, {"Retry-After": "5"})


def test_an_http_error_keeps_status_text_and_the_headers_that_mean_something():
    fault = fault_of(web.HTTPMethodNotAllowed("POST", {"GET", "HEAD"}))
    assert (fault.status, fault.word) == (405, "method_not_allowed")
    assert fault.reason == "Only GET,HEAD allowed"
    assert set(fault.headers["Allow"].split(",")) == {"GET", "HEAD"}
    assert "Content-Type" not in fault.headers


def test_an_http_error_without_a_text_says_its_phrase():
    assert fault_of(web.HTTPNotFound()).reason == "Not Found"
    assert fault_of(web.HTTPNotFound(text="no such filter")).reason == "no such filter"
