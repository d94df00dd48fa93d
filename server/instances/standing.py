"""Whether a home answers: one that is blocked, or whose terms are unsigned, keeps its doors shut.

By families of routes, as cozy-stack has them (cozy.md 0): pages refuse while the home is blocked,
interfaces also while terms are unsigned; the settings stay open so that the owner can mend it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.instances.context import Context
from server.instances.record import InstanceRecord

MENDING = frozenset({"settings", "apps", "konnectors", "compat", "assets"})
"""First segments of paths that stay open."""

INTERFACES = frozenset(
    {
        *("data", "files", "jobs", "permissions", "realtime", "notes", "office", "remote"),
        *("sharings", "bitwarden", "shortcuts", "ai", "move", "contacts", "intents"),
        *("notifications", "registry", "couchdb", "dav", "remote.php"),
    }
)
"""First segments of paths that programs ask."""

REPORTS = ("/office/callback",)
"""Paths that stay open too: what a Document Server brings back was written before."""


class Reason(StrEnum):
    """Why a home is blocked; clients know cozy-stack's codes, and other texts may stand for it."""

    UNKNOWN = "UNKNOWN"
    LOGIN_FAILED = "LOGIN_FAILED"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    IMPORTING = "IMPORTING"
    MOVING = "MOVING"
    DELETION = "DELETION"


_SENTENCES = {
    Reason.LOGIN_FAILED: "This home is blocked: somebody may have tried to break in.",
    Reason.PAYMENT_FAILED: "This home is blocked: a payment is missing.",
    Reason.IMPORTING: "This home is being filled with what comes from another host.",
    Reason.MOVING: "This home is moving to another host.",
    Reason.DELETION: "This home is to be deleted; until then whoever hosts it can bring it back.",
}


@dataclass(frozen=True, slots=True)
class InstanceWarning:
    """What somebody should do something about, as clients of Cozy read it (cozy.md B9)."""

    status: int
    title: str
    code: str
    detail: str
    link: str = ""

    def shown(self) -> dict[str, object]:
        """Return it as a JSON:API error object."""
        told: dict[str, object] = {
            "status": str(self.status),
            "title": self.title,
            "code": self.code,
            "detail": self.detail,
        }
        return {**told, "links": {"self": self.link}} if self.link else told


class HomeShut(Exception):
    """A home does not answer here; the warning says why, and what to do."""

    def __init__(self, warning: InstanceWarning) -> None:
        super().__init__(warning.title)
        self.warning = warning


def blocked_warning(record: InstanceRecord, context: Context) -> InstanceWarning | None:
    """Return why a home is blocked; None for one that is open."""
    reason = record.blocked or (Reason.DELETION.value if record.deletion_at else "")
    if not reason:
        return None
    known = reason in Reason.__members__
    sentence = _SENTENCES.get(Reason(reason)) if known else None
    told = sentence or "This home is blocked."
    ask = f" Ask {context.support_address}." if context.support_address else ""
    status = 402 if reason == Reason.PAYMENT_FAILED else 503
    return InstanceWarning(status, "Blocked", reason, told + ask)


def terms_warning(record: InstanceRecord, context: Context) -> InstanceWarning | None:
    """Return what is to be signed; None where nothing is."""
    if not context.terms_unsigned(record.terms_signed):
        return None
    return InstanceWarning(
        402,
        "TOS Updated",
        "tos-updated",
        "The terms of service have changed; read and sign them to go on.",
        context.terms_url,
    )


def check_standing(record: InstanceRecord, context: Context, path: str, today: date) -> None:
    """Raise HomeShut where a home does not answer."""
    family = path.lstrip("/").partition("/")[0]
    if family in MENDING or path in REPORTS:
        return
    blocked = blocked_warning(record, context)
    if blocked is not None:
        raise HomeShut(blocked)
    if family in INTERFACES and context.terms_from is not None and today >= context.terms_from:
        unsigned = terms_warning(record, context)
        if unsigned is not None:
            raise HomeShut(unsigned)
