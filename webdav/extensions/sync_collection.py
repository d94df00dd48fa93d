"""RFC 6578 `sync-collection`: what a client asks for."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from webdav.model.errors import BadRequest
from webdav.wire.headers import Depth
from webdav.wire.xml import DAV

TRUNCATED = "<D:number-of-matches-within-limits/>"


@dataclass(frozen=True, slots=True)
class SyncQuery:
    """What a client asks: everything after the state of `token` (None: from nothing)."""

    token: str | None
    is_deep: bool
    limit: int | None
    prop: Element | None


def parse_sync_query(root: Element, depth: Depth) -> SyncQuery:
    """Read the body (RFC 6578 6.1), and of older clients the Depth that stands for `sync-level`.

    RFC 6578 3.2 wants Depth 0 beside a `sync-level`; other values are common there and harmless,
    so they are passed over. Raises BadRequest.
    """
    return SyncQuery(
        token=_text(root, "sync-token") or None,
        is_deep=_is_deep(_text(root, "sync-level"), depth),
        limit=_limit(root.findtext(f"{DAV}limit/{DAV}nresults")),
        prop=root.find(f"{DAV}prop"),
    )


def _is_deep(level: str, depth: Depth) -> bool:
    if not level:
        if depth is Depth.ZERO:
            raise BadRequest("sync-collection needs a sync-level (RFC 6578 6.3)")
        return depth is Depth.INFINITY
    if level not in {"1", "infinite", "infinity"}:
        raise BadRequest("the sync-level is 1 or infinite (RFC 6578 6.3)")
    return level != "1"


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.strip().isdecimal() or not int(text):
        raise BadRequest("nresults is a number above 0 (RFC 5323 5.17)")
    return int(text)


def _text(root: Element, local: str) -> str:
    return (root.findtext(f"{DAV}{local}") or "").strip()
