"""What went wrong with a request, as HTTP says it: one value that every dialect can spell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """A status, CouchDB's word for it, and a sentence for whoever reads it.

    `of_engine` marks what the database itself answers, which Cozy spells unlike the rest; `spelt`
    is there when Cozy has one string of its own for it.
    `warnings` are what Cozy's clients get in place of it, as a bare list (cozy.md B1).
    `parameter` is the part of the request that is to blame, where JSON:API names it.
    """

    status: int
    word: str
    reason: str
    headers: Mapping[str, str] = field(default_factory=dict)
    of_engine: bool = False
    warnings: Sequence[Mapping[str, object]] = ()
    parameter: str = ""
    spelt: str = ""


WORDS = {
    400: "bad_request",
    401: "unauthorized",
    402: "payment_required",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "timeout",
    409: "conflict",
    411: "length_required",
    412: "precondition_failed",
    413: "too_large",
    415: "bad_content_type",
    416: "requested_range_not_satisfiable",
    429: "too_many_requests",
    503: "service_unavailable",
    507: "insufficient_storage",
}


def word_for(status: int) -> str:
    """Return CouchDB's word for a status that has no better one."""
    return WORDS.get(status, "internal_server_error" if status >= 500 else "error")  # noqa: PLR2004
