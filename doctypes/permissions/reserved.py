"""Types of documents that have doors of their own (cozy.md B5).

What is unreadable holds secrets, or is nobody's document at all. What is read-only stands for
something beside it (bytes, a process), and a document put there by hand would be a lie.
"""

from doctypes.permissions.errors import DoctypeReserved

UNREADABLE = frozenset(
    {
        *("io.cozy.instances", "io.cozy.account_types", "io.cozy.konnectors.maintenance"),
        *("io.cozy.remote.secrets", "io.cozy.sessions", "io.cozy.permissions", "io.cozy.intents"),
        *("io.cozy.oauth.clients", "io.cozy.oauth.access_codes", "io.cozy.oauth.device_codes"),
        *(
            "io.cozy.files.archives",
            "io.cozy.sharings",
            "io.cozy.shared",
            "io.cozy.accounts.soft_deleted",
        ),
        *(f"io.cozy.office.{one}" for one in ("edit", "review", "comment", "fill", "view")),
        *("io.cozy.settings.flags", "io.cozy.settings.capabilities", "io.cozy.auth.confirmations"),
    }
)
READ_ONLY = frozenset(
    {
        *("io.cozy.jobs", "io.cozy.triggers", "io.cozy.apps", "io.cozy.konnectors"),
        *("io.cozy.files", "io.cozy.files.versions", "io.cozy.notifications"),
        *("io.cozy.remote.requests", "io.cozy.sessions.logins", "io.cozy.notes.steps"),
        *("io.cozy.notes.images", "com.bitwarden.contacts", "io.cozy.audit"),
    }
)


def require_readable(doctype: str) -> None:
    """Raise DoctypeReserved for a type that generic doors do not show."""
    if doctype in UNREADABLE:
        raise DoctypeReserved(doctype, "unreadable")


def require_writable(doctype: str) -> None:
    """Raise DoctypeReserved for a type that generic doors do not change."""
    require_readable(doctype)
    if doctype in READ_ONLY:
        raise DoctypeReserved(doctype, "unwritable")
