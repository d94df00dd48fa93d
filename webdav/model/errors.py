"""Refusals of RFC 4918: a status, and where the RFC has one a precondition element.

Whatever the library or a backend refuses is raised as one of these; the handler renders it.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus


class DavError(Exception):
    """A request refused with `status`.

    `condition` is the XML inside `DAV:error` (RFC 4918 16), empty if there is no element for it;
    `headers` go out with the answer.
    """

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(
        self,
        message: str = "",
        *,
        condition: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or self.status.phrase)
        self.condition = condition
        self.headers = dict(headers or {})


class BadRequest(DavError):
    """The request breaks a rule of the protocol."""

    status = HTTPStatus.BAD_REQUEST


class Forbidden(DavError):
    """The request is understood, and will not be carried out for anybody."""

    status = HTTPStatus.FORBIDDEN


class NotFound(DavError):
    """Nothing has this path."""

    status = HTTPStatus.NOT_FOUND


class NotAllowed(DavError):
    """The resource does not take this method."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class ParentMissing(DavError):
    """The collection that would hold the resource is not there (RFC 4918 9.3.1, 9.7.1, 9.8.5)."""

    status = HTTPStatus.CONFLICT


class PreconditionFailed(DavError):
    """What the client believed about the resource no longer holds."""

    status = HTTPStatus.PRECONDITION_FAILED


class LengthRequired(DavError):
    """The method needs to know beforehand how long the body is."""

    status = HTTPStatus.LENGTH_REQUIRED


class TooLarge(DavError):
    """A body that must be read whole is larger than anybody needs."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnsupportedMedia(DavError):
    """A body of this type or coding means nothing to the method."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class RangeUnsatisfiable(DavError):
    """No byte of the resource lies in the range asked for (RFC 9110 15.5.17)."""

    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE


class BadGateway(DavError):
    """The destination is not a place that this server answers for (RFC 4918 9.9.4)."""

    status = HTTPStatus.BAD_GATEWAY


class OutOfSpace(DavError):
    """There is no room for what the request would store (RFC 4918 11.5)."""

    status = HTTPStatus.INSUFFICIENT_STORAGE


class NotImplementedMethod(DavError):
    """No method of this name."""

    status = HTTPStatus.NOT_IMPLEMENTED


class Busy(DavError):
    """Others write so much to the same place that this write did not get through; try again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Locked(DavError):
    """Locks stand against the request: `roots` are their paths.

    `element` is the precondition element that tells them, as hrefs, to the client.
    """

    status = HTTPStatus.LOCKED

    def __init__(self, roots: Iterable[tuple[str, ...]], element: str) -> None:
        super().__init__("locked")
        self.roots = tuple(dict.fromkeys(roots))
        self.element = element


class LockMissing(DavError):
    """The token is not that of a lock here (RFC 4918 9.11.1)."""

    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(condition="<D:lock-token-matches-request-uri/>")


class Unprocessable(DavError):
    """A value is of the right shape and makes no sense (RFC 4918 11.2)."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
