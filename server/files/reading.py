"""Parameters, headers and bodies of requests for files, checked."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
from aiohttp import hdrs, web

from replication.core.errors import InvalidRevision
from replication.core.revision import Revision
from server.files.problem import FileRequestRefused

MOST = 1000
_MD5_BYTES, _SHA256_BYTES = 16, 32
LARGEST_BODY = 1 << 20


def date_parameter(query: Mapping[str, str], name: str) -> datetime | None:
    """Read an RFC 3339 date; one without a zone is UTC. Raises FileRequestRefused 422."""
    text = query.get(name)
    if not text:
        return None
    return read_date(text, name)


def read_date(text: object, name: str) -> datetime:
    """Read an RFC 3339 date. Raises FileRequestRefused 422."""
    try:
        found = datetime.fromisoformat(str(text).replace(" ", "+"))
    except ValueError as error:
        raise FileRequestRefused(422, f"{name} is no date of RFC 3339", name) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def date_header(headers: Mapping[str, str]) -> datetime | None:
    """Read the Date header, which Cozy takes for when a file was modified; None for garbage."""
    text = headers.get(hdrs.DATE)
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def flag(query: Mapping[str, str], name: str) -> bool | None:
    """Read a boolean parameter; None when it is not there. Raises FileRequestRefused 422."""
    text = query.get(name, "")
    if not text:
        return None
    if text not in ("true", "false"):
        raise FileRequestRefused(422, f"{name} must be true or false", name)
    return text == "true"


def number(query: Mapping[str, str], name: str, usual: int, most: int) -> int:
    """Read a count from 1 to `most`. Raises FileRequestRefused 422."""
    text = query.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < _DIGITS and int(text) > 0):
        raise FileRequestRefused(422, f"{name} must be a number from 1 to {most}", name)
    return min(int(text), most)


_DIGITS = 10


def tags(query: Mapping[str, str]) -> list[str]:
    """Read tags, separated by commas."""
    return [tag.strip() for tag in query.get("Tags", "").split(",") if tag.strip()]


def claimed_md5(headers: Mapping[str, str]) -> str | None:
    """Read Content-MD5 in its usual form. Raises FileRequestRefused 422 for what is none."""
    text = headers.get("Content-MD5", "").strip()
    if not text:
        return None
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:  # also what is not ASCII
        decoded = b""
    if len(decoded) != _MD5_BYTES:
        raise FileRequestRefused(422, "Content-MD5 must be an MD5 in base64", "Content-MD5")
    return base64.b64encode(decoded).decode()


def claimed_sha256(headers: Mapping[str, str]) -> str | None:
    """Read the SHA-256 of Content-Digest in hex (RFC 9530); other algorithms are not looked at.

    Raises FileRequestRefused 422 for what is none.
    """
    for part in headers.get("Content-Digest", "").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() != "sha-256":
            continue
        try:
            decoded = base64.b64decode(value.removeprefix(":").removesuffix(":"), validate=True)
        except ValueError:  # also what is not ASCII
            decoded = b""
        if len(decoded) != _SHA256_BYTES:
            reason = "Content-Digest must be sha-256=:base64:"
            raise FileRequestRefused(422, reason, "Content-Digest")
        return decoded.hex()
    return None


def expected_revision(request: web.Request) -> Revision | None:
    """Read If-Match or `?rev=`: the revision that is to be changed.

    Cozy's client sends an empty header by default, which says nothing (cozy.md B7). Raises
    FileRequestRefused 412 for what no document could have.
    """
    return read_revision(
        request.headers.get(hdrs.IF_MATCH, "").strip() or request.query.get("rev", "")
    )


def read_revision(text: str) -> Revision | None:
    """Read a revision as If-Match has it; None where it names none. As `expected_revision`."""
    text = text.removeprefix("W/").strip('"')
    if not text or text == "*":
        return None
    try:
        return Revision.parse(text)
    except InvalidRevision as error:
        raise FileRequestRefused(412, "If-Match names no revision", "If-Match") from error


async def json_body(request: web.Request) -> dict[str, Any]:
    """Read a JSON object. Raises FileRequestRefused 422, for 400 means a revoked device (C6)."""
    body = await request.read()
    try:
        return msgspec.json.decode(body or b"{}", type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise FileRequestRefused(422, "The body must be a JSON object") from error


def json_parameter(query: Mapping[str, str], name: str) -> dict[str, Any]:
    """Read a JSON object out of the query. Raises FileRequestRefused 422."""
    try:
        return msgspec.json.decode(query[name], type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise FileRequestRefused(422, f"{name} must be a JSON object", name) from error


def member(value: object, *names: str) -> Any:  # noqa: ANN401  # whatever the JSON has there
    """Return a member of nested objects; None where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def strings(value: object, name: str) -> list[str]:
    """Read a list of strings. Raises FileRequestRefused 422."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise FileRequestRefused(422, f"{name} must be a list of strings", name)
    return value


def references_of(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Read `{data: [{type, id}]}`, or one of them. Raises FileRequestRefused 422."""
    data = body.get("data")
    found = data if isinstance(data, list) else [data]
    pairs = [(member(item, "type"), member(item, "id")) for item in found]
    if not all(isinstance(kind, str) and isinstance(name, str) for kind, name in pairs):
        raise FileRequestRefused(422, "data must name documents by type and id", "data")
    return pairs


def offset(query: Mapping[str, str], name: str) -> int:
    """Read a number from 0 on. Raises FileRequestRefused 422."""
    return 0 if query.get(name, "0") in ("", "0") else number(query, name, 0, 1 << 31)
