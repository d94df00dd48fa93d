"""What the admin address answers when it cannot do what was asked: a code, and a sentence."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from aiohttp import web

from replication.core.errors import StorageUnreachable
from server.apps.manifest import ManifestIllegal
from server.at_rest.host_key import KeyUnusable
from server.instances.changes import ChangeIllegal
from server.instances.directory import AppMissing
from server.instances.founding import DomainTaken, InstanceMissing
from server.instances.names import DomainIllegal
from server.instances.record import RecordUnreadable
from server.oauth.operator import AskedIllegal

CONTENT_TYPE = "application/vnd.api+json"
_NAMED = 20


def answer(status: int, told: object) -> web.Response:
    """Return JSON:API."""
    body = msgspec.json.encode(told) + b"\n"
    headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
    return web.Response(status=status, body=body, headers=headers)


def refusal(
    status: int, code: str, detail: str, meta: Mapping[str, object] | None = None
) -> web.Response:
    """Return one error."""
    error: dict[str, object] = {"status": str(status), "code": code, "detail": detail}
    return answer(status, {"errors": [{**error, "meta": meta} if meta else error]})


def refused(error: Exception) -> web.Response | None:
    """Return the answer to an error that was foreseen; None for another."""
    for kind in type(error).__mro__:
        row = _TABLE.get(kind)
        if row is not None:
            return refusal(*row(error))
    return None


_Told = tuple[int, str, str, dict[str, object]]


def _missing(error: InstanceMissing) -> _Told:
    meta: dict[str, object] = {"domain": error.domain, "domains": error.domains[:_NAMED]}
    return 404, "instance_missing", f"No home is called {error.domain}", meta


def _of_disk(error: OSError) -> _Told:
    why = error.strerror or str(error)
    return 507, "folder_unusable", why, {"why": why}


def _of_body(error: Exception) -> _Told:
    return 400, "body_illegal", str(error), {}


_TABLE: dict[type, Callable[[Any], _Told]] = {
    DomainIllegal: lambda error: (
        *(422, "domain_illegal", f"{error.text!r} is no domain name"),
        {"text": error.text},
    ),
    DomainTaken: lambda error: (
        *(409, "domain_taken", f"A home answers to {error.domain} already"),
        {"domain": error.domain},
    ),
    InstanceMissing: _missing,
    AppMissing: lambda error: (
        *(404, "app_missing", f"The home has no application {error.slug}"),
        {"slug": error.slug},
    ),
    ManifestIllegal: lambda error: (422, "manifest_illegal", error.why, {"why": error.why}),
    AskedIllegal: lambda error: (422, "asked_illegal", error.why, {"why": error.why}),
    ChangeIllegal: lambda error: (
        *(422, "change_illegal", str(error)),
        {"why": error.why.name, "about": error.about},
    ),
    RecordUnreadable: lambda error: (
        *(500, "record_unreadable", str(error)),
        {"path": str(error.path), "why": error.why},
    ),
    StorageUnreachable: lambda error: (
        *(503, "storage_unreachable", str(error)),
        {"place": error.place, "why": error.why},
    ),
    KeyUnusable: lambda error: (503, "key_unusable", str(error), {"why": str(error)}),
    msgspec.MsgspecError: _of_body,
    ValueError: _of_body,
    OSError: _of_disk,
}
