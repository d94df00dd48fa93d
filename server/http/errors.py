"""The one table from errors to HTTP: each kind of error to its status, word and sentence."""

from collections.abc import Callable
from math import ceil
from typing import Any

from aiohttp import web

from doctypes.files import errors as files
from doctypes.permissions import errors as permissions
from replication.core import errors as core
from server.at_rest.host_key import KeyUnusable
from server.auth import errors as auth
from server.couch_auth import errors as couch
from server.data.cozy.refusals import CozyRefused, DoctypeUnknown
from server.devices import errors as devices
from server.files import problem
from server.files.resumable import headers as tus
from server.http.fault import Fault, word_for
from server.instances.directory import AppMissing, HomeBusy, InstanceUnknown, KeptElsewhere
from server.instances.standing import HomeShut
from server.oauth import errors as oauth
from server.oauth.oidc import errors as oidc
from server.permissions.asked import PermissionAskedWrong
from webdav.message import BodyIncomplete

CHALLENGE = 'Basic realm="Foyer", charset="UTF-8"'
READABLE = (
    "Passwords are taken over an encrypted connection only. Use https (where a proxy in front of "
    "Foyer ends TLS, name it in trusted_proxies), or connect from the same machine to "
    "http://localhost."
)

_Row = Callable[[Any], Fault]

SECOND_FACTOR_NEEDED = (
    "This home asks for a second factor, which a name and passphrase cannot give. Make an app "
    "password for this program (in a browser, under Devices) and use it instead."
)


def _engine(status: int, word: str, reason: str) -> _Row:
    fault = Fault(status, word, reason, of_engine=True)
    return lambda _: fault


def _file(status: int, parameter: str = "") -> _Row:
    return lambda error: Fault(status, word_for(status), str(error), parameter=parameter)


def _invalid(error: core.Invalid) -> Fault:
    return Fault(400, error.word, error.reason, of_engine=True)


_REFUSALS = {
    "bad_request": 400,
    "query_parse_error": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
}


def _refused(error: core.Refused) -> Fault:
    return Fault(_REFUSALS.get(error.word, 500), error.word, error.reason, of_engine=True)


def _document_missing(error: core.DocumentMissing) -> Fault:
    reason = "deleted" if error.deleted else "missing"
    return Fault(404, "not_found", reason, of_engine=True)


def _stub_missing(error: core.StubMissing) -> Fault:
    reason = f"Invalid attachment stub in {error.document_id} for {error.name}"
    return Fault(412, "missing_stub", reason, of_engine=True)


def _blob_mismatch(error: core.BlobMismatch) -> Fault:
    if error.what == "md5":
        return Fault(400, "content_md5_mismatch", "Possible message corruption.", of_engine=True)
    return Fault(400, "bad_request", f"The body is not as announced: {error}", of_engine=True)


def _too_large(error: core.TooLarge) -> Fault:
    if error.what == "request":
        return Fault(413, word_for(413), "the request entity is too large", of_engine=True)
    return Fault(413, f"{error.what}_too_large", error.name, of_engine=True)


def _too_many_attempts(error: auth.TooManyAttempts) -> Fault:
    reason = "Too many wrong passwords came from your address; wait a little."
    return Fault(429, word_for(429), reason, {"Retry-After": str(ceil(error.retry_after))})


def _token_refused(error: auth.TokenRefused) -> Fault:
    # cozy.md 0: 400 and not 401, and the sentence is what clients look for.
    told = ' error_description="The access token expired"' if error.expired else ""
    challenge = f'Bearer error="invalid_token"{"," if told else ""}{told}'
    return Fault(400, word_for(400), error.message, {"WWW-Authenticate": challenge})


def _oauth(status: int) -> _Row:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    if status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return lambda error: Fault(status, error.word, error.description, headers)


def _unknown_home(error: InstanceUnknown) -> Fault:
    return Fault(404, "not_found", f"No home answers to the name {error.host!r} here.")


def _home_shut(error: HomeShut) -> Fault:
    warning = error.warning
    return Fault(
        warning.status, word_for(warning.status), warning.detail, warnings=(warning.shown(),)
    )


def _app_missing(error: AppMissing) -> Fault:
    return Fault(404, "not_found", f"This home has no application {error.slug!r}.")


_LATER = {"Retry-After": "1"}
_ELSEWHERE = "Another process serves this home; ask again on a new connection."
_TABLE: dict[type[Exception], _Row] = {
    core.DatabaseMissing: _engine(404, "not_found", "Database does not exist."),
    core.DatabaseExists: _engine(
        412, "file_exists", "The database could not be created, the file already exists."
    ),
    core.DocumentMissing: _document_missing,
    core.AttachmentMissing: _engine(404, "not_found", "Document is missing attachment"),
    core.StubMissing: _stub_missing,
    core.Conflict: _engine(409, "conflict", "Document update conflict."),
    core.Invalid: _invalid,
    core.Refused: _refused,
    couch.LoginNeeded: lambda error: Fault(
        401, error.word, error.reason, {"WWW-Authenticate": CHALLENGE}, of_engine=True
    ),
    couch.Forbidden: lambda error: Fault(403, error.word, error.reason, of_engine=True),
    core.BlobMismatch: _blob_mismatch,
    core.TooLarge: _too_large,
    core.StorageFull: _engine(507, "insufficient_storage", "There is no room left to store this."),
    KeyUnusable: lambda _: Fault(
        503, word_for(503), "The key of this home cannot be had at the moment.", _LATER
    ),
    core.StorageUnreachable: lambda _: Fault(
        503, word_for(503), "What the home is kept in does not answer.", _LATER, of_engine=True
    ),
    core.StoreClosed: lambda _: Fault(
        503, word_for(503), "The home is being closed; try again.", _LATER, of_engine=True
    ),
    BodyIncomplete: lambda _: Fault(408, word_for(408), "The body ended before its end."),
    files.NodeMissing: _file(404),
    files.NameTaken: _file(409),
    files.IllegalName: _file(422, "name"),
    files.NotADirectory: _file(409),
    files.IsADirectory: _file(409),
    files.MoveIntoItself: _file(412, "dir-id"),
    files.StaleRevision: _file(412, "If-Match"),
    files.ParentInTrash: _file(404),
    files.Protected: _file(403),
    files.TooDeep: _file(422, "path"),
    files.OlderThanStored: _file(422, "UpdatedAt"),
    files.QuotaExceeded: _file(413),
    files.VersionMissing: _file(404),
    files.DeparturesForgotten: _file(410, "since"),
    tus.TusRefused: lambda error: Fault(
        error.status, word_for(error.status), error.reason, {"Tus-Resumable": tus.VERSION}
    ),
    problem.FileRequestRefused: lambda error: Fault(
        error.status,
        word_for(error.status),
        error.detail,
        error.headers,
        parameter=error.parameter,
    ),
    files.AlreadyInTrash: lambda _: Fault(
        400, word_for(400), "File or directory is already in the trash"
    ),
    files.NotInTrash: _file(400),
    auth.Unauthenticated: lambda _: Fault(
        401, word_for(401), "Name or password is incorrect.", {"WWW-Authenticate": CHALLENGE}
    ),
    auth.SecondFactorNeeded: lambda _: Fault(
        401, word_for(401), SECOND_FACTOR_NEEDED, {"WWW-Authenticate": CHALLENGE}
    ),
    auth.TokenRefused: _token_refused,
    auth.TokenElsewhere: lambda _: Fault(403, word_for(403), "Forbidden"),
    auth.NotForThisCredential: lambda _: Fault(403, word_for(403), "Forbidden"),
    auth.LinkLocked: lambda _: Fault(403, word_for(403), "This link asks for its password first."),
    auth.CrossSiteRequest: lambda _: Fault(
        403, word_for(403), "A page of another site may not do this in your session."
    ),
    auth.FormForged: lambda _: Fault(
        403, word_for(403), "The form is too old, or from elsewhere; reload the page."
    ),
    permissions.PermissionDenied: lambda _: Fault(403, word_for(403), "Forbidden"),
    CozyRefused: lambda error: Fault(
        error.status, word_for(error.status), error.detail, spelt=error.spelt
    ),
    DoctypeUnknown: _engine(404, "not_found", "wrong_doctype"),
    permissions.LargerPermissions: lambda error: Fault(403, word_for(403), str(error)),
    permissions.RuleIllegal: lambda error: Fault(422, word_for(422), str(error)),
    PermissionAskedWrong: _file(422),
    permissions.DoctypeReserved: lambda error: Fault(403, word_for(403), str(error)),
    devices.DeviceIllegal: lambda error: Fault(422, word_for(422), str(error)),
    devices.DeviceMissing: lambda _: Fault(404, "not_found", "No device has this id."),
    oauth.RegistrationRefused: _oauth(400),
    oauth.GrantRefused: _oauth(400),
    oauth.ClientMissing: _oauth(404),
    oidc.ProviderAbsent: lambda error: Fault(404, "not_found", error.why),
    oauth.RegistrationTokenRefused: _oauth(401),
    oauth.ClientUnproven: _oauth(401),
    auth.ConnectionReadable: lambda _: Fault(403, word_for(403), READABLE),
    auth.TooManyAttempts: _too_many_attempts,
    InstanceUnknown: _unknown_home,
    HomeShut: _home_shut,
    AppMissing: _app_missing,
    KeptElsewhere: lambda _: Fault(421, word_for(421), _ELSEWHERE, {"Connection": "close"}),
    HomeBusy: lambda _: Fault(503, word_for(503), "Too many requests at once.", _LATER),
}
"""Errors that are not here, BlobMissing among them, are ours to mend: 500, and a log line."""


def fault_of(error: Exception) -> Fault | None:
    """Return what an error is to the client; None for one that nobody foresaw."""
    if isinstance(error, web.HTTPException):
        return _fault_of_http(error)
    for kind in type(error).__mro__:
        row = _TABLE.get(kind)
        if row is not None:
            return row(error)
    return None


def _fault_of_http(error: web.HTTPException) -> Fault:
    headers = {name: value for name, value in error.headers.items() if name in _KEPT}
    reason = error.text or error.reason
    if reason == f"{error.status}: {error.reason}":  # aiohttp's own, which says nothing more
        reason = error.reason
    if isinstance(error, web.HTTPMethodNotAllowed):
        reason = f"Only {','.join(sorted(error.allowed_methods))} allowed"
    return Fault(error.status, word_for(error.status), reason, headers)


_KEPT = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range", "Link", "Location")
