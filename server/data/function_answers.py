"""What functions of design documents answer, as HTTP: CouchDB's response objects."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import web

from replication.core.errors import Refused
from replication.wire.document_json import encode

_FIELDS = frozenset({"code", "headers", "body", "json", "base64", "stop"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_TEXT = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*\Z")
_STATUSES = range(200, 600)

_NOT_THEIRS = frozenset(
    {
        *("connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding"),
        *("upgrade", "set-cookie", "www-authenticate"),
    }
)
"""Headers about the connection, and about who is logged in, are not a function's to set."""

SANDBOX = {"Content-Security-Policy": "sandbox"}
"""A page that a function wrote may run nothing in the name of the home it comes from."""


def function_answer(
    told: Mapping[str, Any], *, code: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return the response that a function described; `headers` replace its own of these names.

    Raises Refused for what is no response.
    """
    for name in told:
        if name not in _FIELDS:
            raise _invalid(name, told[name])
    status = told.get("code", code)
    if not isinstance(status, int) or isinstance(status, bool) or status not in _STATUSES:
        raise _invalid("code", status)
    body, content_type = _content(told)
    response = web.Response(status=status, body=body, headers={"Content-Type": content_type})
    response.headers.update(_headers(told.get("headers") or {}))
    response.headers.update(headers or {})
    for name, value in SANDBOX.items():
        response.headers.add(name, value)  # beside what it sets itself: browsers heed both
    return response


def _content(told: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return bytes and their type; the last of several fields counts."""
    content, content_type = b"", "application/json"
    for name, value in told.items():
        if name == "json":
            content, content_type = encode(value) + b"\n", "application/json"
        elif name == "body":
            content, content_type = _bytes(name, value), "text/html; charset=utf-8"
        elif name == "base64":
            content, content_type = _decoded(value), "application/binary"
    return content, content_type


def _bytes(name: str, value: object) -> bytes:
    if not isinstance(value, str):
        raise _invalid(name, value)
    return value.encode("utf-8", "replace")


def _decoded(value: object) -> bytes:
    if not isinstance(value, str):
        raise _invalid("base64", value)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise _invalid("base64", value) from None


def _headers(told: object) -> dict[str, str]:
    if not isinstance(told, dict):
        raise _invalid("headers", told)
    return dict(_lines(told))


def _lines(told: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in told.items():
        if name.lower() in _NOT_THEIRS or name.lower().startswith("access-control-"):
            continue
        text = str(value)
        if isinstance(value, dict | list) or not _TOKEN.match(name) or not _TEXT.match(text):
            raise _invalid("headers", told)
        yield name, text


def _invalid(name: str, value: object) -> Refused:
    shown = encode({name: value})[:200].decode(errors="replace")
    return Refused("external_response_error", f"Invalid data from external server: {shown}")
