"""Answers in the words that Nextcloud's clients read: sabre/dav's, prefix by prefix.

The iOS library takes `d:multistatus` by those letters, whatever the prefix means, so `d` it is; all
of them read a refusal's sentence out of sabre's `s:message`, and some decide by `s:exception`.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus

from webdav.message import XML_TYPE, DavResponse, FileSlice
from webdav.wire.xml import DECLARATION, escape

_EXCEPTIONS = {
    400: "BadRequest",
    401: "NotAuthenticated",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    412: "PreconditionFailed",
    413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType",
    416: "RequestedRangeNotSatisfiable",
    423: "Locked",
    501: "NotImplemented",
    503: "ServiceUnavailable",
    507: "InsufficientStorage",
}


def renamed(xml: bytes) -> bytes:
    """Write `d` where the library writes `D`.

    Only in markup: text has no `<` of its own.
    """
    return xml.replace(b"<D:", b"<d:").replace(b"</D:", b"</d:").replace(b"xmlns:D=", b"xmlns:d=")


def sabre_error(status: int, sentence: str, condition: str = "") -> bytes:
    """Write a refusal as sabre does; `condition` is a precondition element of RFC 4918."""
    exception = _EXCEPTIONS.get(status, "")
    name = f"Sabre\\DAV\\Exception{chr(92) + exception if exception else ''}"
    return (
        f'{DECLARATION}<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns">'
        f"<s:exception>{name}</s:exception><s:message>{escape(sentence)}</s:message>"
        f"{condition}</d:error>"
    ).encode()


def in_dialect(response: DavResponse) -> DavResponse:
    """Return an answer in these words; what is neither a listing nor a refusal stays."""
    body = response.body
    if response.status is HTTPStatus.MULTI_STATUS and not isinstance(body, FileSlice):
        return replace(response, body=renamed(body) if isinstance(body, bytes) else _renamed(body))
    if response.status < HTTPStatus.BAD_REQUEST or not isinstance(body, bytes):
        return response
    text = body.decode()
    condition = ""
    if "<D:error" in text:
        inner = text[text.index(">", text.index("<D:error")) + 1 : text.rindex("</D:error>")]
        condition = renamed(inner.encode()).decode()
    sentence = response.status.phrase if condition else text.strip()
    headers = {**response.headers, "Content-Type": XML_TYPE}
    return replace(
        response, headers=headers, body=sabre_error(response.status, sentence, condition)
    )


async def _renamed(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for piece in body:
        yield renamed(piece)
