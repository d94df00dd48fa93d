"""How each family of routes spells an error: by the path's first segments, nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from xml.sax.saxutils import escape

import msgspec
from aiohttp import web

from server.http.fault import Fault
from server.nextcloud.dialect import sabre_error


@dataclass(frozen=True, slots=True)
class ErrorDialect:
    """One spelling: the content type, and the body it gives to a fault."""

    content_type: str
    render: Callable[[Fault], bytes]
    cozy: bool = False
    """Cozy's clients read it, and look for warnings as a bare list."""

    def response(self, fault: Fault) -> web.Response:
        """Return the answer that says this fault."""
        if self.cozy and fault.warnings:
            return web.Response(
                status=fault.status,
                body=_json(fault.warnings),
                headers={**fault.headers, "Content-Type": "application/json"},
            )
        return web.Response(
            status=fault.status,
            body=self.render(fault),
            headers={**fault.headers, "Content-Type": self.content_type},
        )


def _couch(fault: Fault) -> bytes:
    return _json({"error": fault.word, "reason": fault.reason})


def _cozy(fault: Fault) -> bytes:
    # cozy.md 0: what the engine says keeps its words, the rest is one string, which clients search.
    if fault.of_engine:
        status = str(fault.status)
        told = {"ok": False, "status": status, "error": fault.word, "reason": fault.reason}
        return _json(told)
    return _json({"error": fault.spelt or f"code={fault.status}, message={fault.reason}"})


def _jsonapi(fault: Fault) -> bytes:
    told = {"status": str(fault.status), "title": _title(fault), "detail": fault.reason}
    source = {"source": {"parameter": fault.parameter}} if fault.parameter else {}
    return _json({"errors": [{**told, **source}]})


def _auth(fault: Fault) -> bytes:
    return _json({"error": fault.reason})


def _dav(fault: Fault) -> bytes:
    reason = "".join(character for character in fault.reason if character.isprintable())
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<D:error xmlns:D="DAV:">'
        f'<F:reason xmlns:F="urn:foyer">{escape(reason)}</F:reason></D:error>\n'
    ).encode()


def _sabre(fault: Fault) -> bytes:
    return sabre_error(fault.status, fault.reason)


def _office(fault: Fault) -> bytes:
    del fault  # any number but 0 makes the Document Server keep its copy (office.md 1.4)
    return _json({"error": 1})


def _plain(fault: Fault) -> bytes:
    return f"{fault.status} {_title(fault)}: {fault.reason}\n".encode()


def _title(fault: Fault) -> str:
    try:
        return HTTPStatus(fault.status).phrase
    except ValueError:
        return "Error"


def _json(value: object) -> bytes:
    return msgspec.json.encode(value) + b"\n"


def _oauth(fault: Fault) -> bytes:
    told = {"error": fault.word}
    return _json({**told, "error_description": fault.reason} if fault.reason else told)


COUCH = ErrorDialect("application/json", _couch)
COZY = ErrorDialect("application/json", _cozy, cozy=True)
JSONAPI = ErrorDialect("application/vnd.api+json", _jsonapi, cozy=True)
AUTH = ErrorDialect("application/json", _auth, cozy=True)
OAUTH = ErrorDialect("application/json", _oauth)
SABRE = ErrorDialect("application/xml; charset=utf-8", _sabre)
DAV = ErrorDialect("application/xml; charset=utf-8", _dav)
OFFICE = ErrorDialect("application/json", _office)
PLAIN = ErrorDialect("text/plain; charset=utf-8", _plain, cozy=True)

Dialects = Sequence[tuple[str, ErrorDialect]]
"""Prefixes of paths; the first that fits decides."""

OF_HOME: Dialects = (
    ("/couchdb", COUCH),
    ("/data", COZY),
    ("/dav", DAV),
    ("/remote.php", SABRE),
    ("/office/callback", OFFICE),
    ("/office/content", OFFICE),
    ("/office/lent", OFFICE),
    ("/office", JSONAPI),
    ("/auth/register", OAUTH),
    ("/auth/access_token", OAUTH),
    ("/auth/revoke", OAUTH),
    ("/auth/login/flagship", OAUTH),
    ("/oidc/access_token", OAUTH),
    ("/oidc", AUTH),
    ("/auth/device_authorization", OAUTH),
    ("/auth/device/token", OAUTH),
    ("/index.php", AUTH),
    ("/login", AUTH),
    ("/ocs", AUTH),
    ("/devices", AUTH),
    ("/auth", AUTH),
    ("/settings", JSONAPI),
    ("/realtime", JSONAPI),
    ("/permissions", JSONAPI),
    ("/files", JSONAPI),
    ("/", PLAIN),
)
SHOWN_AS_PAGES = (PLAIN, AUTH, JSONAPI)
"""What people meet with a browser: there, an error is a page to who asks for HTML by name."""

OF_COUCH: Dialects = (("/", COUCH),)


def dialect_of(path: str, dialects: Dialects) -> ErrorDialect:
    """Return the spelling for a path; plain text for what is no path, like the `*` of OPTIONS."""
    for prefix, dialect in dialects:
        if path == prefix or path.startswith(prefix.rstrip("/") + "/"):
            return dialect
    return PLAIN
