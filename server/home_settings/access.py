"""What the routes of settings take (cozy.md B9): any token, or a right that the handler asks for.

The session's cookie opens what a browser visits, and what our own pages ask.
"""

from server.auth.access import IN_HANDLER, Access, Need

_ANY = IN_HANDLER
_VISITED = Access(Need.CREDENTIAL, cookie=True)
_IN_PERSON = Access(Need.PERSON, cookie=True)

_ACCESS = {
    ("GET", "/settings/disk-usage"): _VISITED,
    ("GET", "/settings/capabilities"): _VISITED,
    ("GET", "/settings/instance"): _VISITED,
    ("PUT", "/settings/instance"): _ANY,
    ("PUT", "/settings/instance/sign_tos"): _VISITED,
    ("POST", "/settings/instance/deletion"): _IN_PERSON,
    ("POST", "/settings/instance/deletion/force"): _IN_PERSON,
    ("DELETE", "/settings/instance/moved_from"): _IN_PERSON,
    ("GET", "/settings/export"): _IN_PERSON,
    ("GET", "/settings/flags"): _VISITED,
    ("GET", "/settings/context"): _VISITED,
    ("GET", "/settings/warnings"): _VISITED,
    ("GET", "/settings/external-ties"): _VISITED,
    ("GET", "/settings/premium"): _VISITED,
    ("GET", "/settings/onboarded"): _VISITED,
    ("GET", "/settings/install_flagship_app"): _VISITED,
    ("POST", "/settings/synchronized"): _ANY,
    ("GET", "/settings/clients"): _ANY,
    ("DELETE", "/settings/clients/{id}"): _ANY,
    ("GET", "/settings/clients-usage"): _VISITED,
    ("GET", "/settings/clients/limit-exceeded"): _VISITED,
    ("PUT", "/settings/avatar"): _VISITED,
    ("DELETE", "/settings/avatar"): _VISITED,
    ("POST", "/settings/email"): _ANY,
    ("POST", "/settings/email/resend"): _ANY,
    ("DELETE", "/settings/email"): _ANY,
    ("GET", "/settings/email/confirm"): _IN_PERSON,
}


def settings_access(method: str, route: str) -> Access | None:
    """Return what a route of settings takes; None for other doors."""
    return _ACCESS.get((method, route))
