"""The envelope of Nextcloud's OCS answers, in JSON or XML (its "OCS API" page)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from webdav.wire.xml import escape

Data = Mapping[str, Any] | Sequence[Any]
_SUCCEEDED = {1: 100, 2: 200}
"""What `statuscode` says of success: the first version of OCS had codes of its own."""


class OcsError(Exception):
    """A refusal in OCS's words; version 2 says `code` as the status of the answer as well."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def answered(request: web.Request, data: Data) -> web.Response:
    """Return an answer that succeeded, in the form that is asked for."""
    code = _SUCCEEDED[_version(request)]
    return _response(request, 200, {"status": "ok", "statuscode": code, "message": "OK"}, data)


def refused(request: web.Request, error: OcsError) -> web.Response:
    """Return an answer that did not."""
    meta = {"status": "failure", "statuscode": error.code, "message": error.message}
    status = error.code if _version(request) > 1 and error.code < 600 else 200  # noqa: PLR2004
    return _response(request, status, meta, [])


def speaking_ocs(handler: Handler) -> Handler:
    """Return a handler whose OcsErrors are answers too."""

    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except OcsError as error:
            return refused(request, error)

    return serve


def _version(request: web.Request) -> int:
    return 1 if request.path.startswith("/ocs/v1.php") else 2


def _response(
    request: web.Request, status: int, meta: Mapping[str, Any], data: Data
) -> web.Response:
    told = {"ocs": {"meta": meta, "data": data}}
    headers = {"Cache-Control": "private, no-store"}
    if request.query.get("format") == "json" or "json" in request.headers.get("Accept", ""):
        headers["Content-Type"] = "application/json; charset=utf-8"
        return web.Response(status=status, body=msgspec.json.encode(told), headers=headers)
    headers["Content-Type"] = "application/xml; charset=utf-8"
    body = f'<?xml version="1.0"?>\n{as_xml("ocs", told["ocs"])}\n'
    return web.Response(status=status, body=body.encode(), headers=headers)


def as_xml(name: str, value: object) -> str:
    """Write a value as an element: members are elements, and so is each thing in a list."""
    if isinstance(value, Mapping):
        inner = "".join(as_xml(str(key), member) for key, member in value.items())
    elif isinstance(value, str):
        inner = escape(value)
    elif isinstance(value, Sequence):
        inner = "".join(as_xml("element", member) for member in value)
    elif value is None or value is False:
        inner = ""
    else:
        inner = "1" if value is True else str(value)
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"
