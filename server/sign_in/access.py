"""What the routes for signing in take, and those that anybody may ask, with the reason."""

from server.auth.access import IN_HANDLER, Access, Need
from server.sign_in.security_page import PAGE

PUBLIC_ROUTES = {
    ("GET", "/auth/login"): "the page for signing in",
    ("POST", "/auth/login"): "signs in by the passphrase; form token",
    ("POST", "/auth/logout"): "ends the session of the cookie; form token",
    ("GET", "/auth/twofactor"): "the page of the second step: sealed token of the first",
    ("POST", "/auth/twofactor"): "signs in by a second factor; sealed token, form token",
    ("POST", "/auth/twofactor/mail"): "mails a code; sealed token, form token",
    ("POST", "/auth/twofactor/passkey"): "asks for a passkey; sealed token, form token",
    ("POST", "/auth/passkey/options"): "a challenge for any passkey, which says nothing",
    ("POST", "/auth/passkey"): "signs in by what a passkey signed; form token",
    ("GET", "/auth/passphrase"): "chooses the first passphrase: token of the set-up link",
    ("POST", "/settings/passphrase"): "the same: token of the set-up link",
    ("GET", "/auth/passphrase_reset"): "what to do without the passphrase",
    ("POST", "/auth/passphrase_reset"): "mails a link to the owner; form token",
    ("POST", "/auth/hint"): "mails the hint to the owner; form token",
    ("GET", "/auth/passphrase_renew"): "chooses a new passphrase: token that was mailed",
    ("POST", "/auth/passphrase_renew"): "the same: token that was mailed, form token",
    ("POST", "/auth/session_code"): "by a token or the passphrase, which the handler checks",
}

_PERSON = Access(Need.PERSON, cookie=True)
_SESSION = Access(Need.CREDENTIAL, cookie=True)
_ACCESS = {
    ("DELETE", "/auth/login"): _SESSION,
    ("DELETE", "/auth/login/others"): _SESSION,
    ("GET", "/settings/passphrase"): _SESSION,
    ("PUT", "/settings/passphrase"): _PERSON,
    ("POST", "/settings/passphrase/check"): _SESSION,
    ("GET", "/settings/hint"): _SESSION,
    ("PUT", "/settings/hint"): _SESSION,
    ("POST", "/settings/vault"): Access(Need.OWNER, cookie=True),
    ("GET", "/settings/sessions"): _SESSION,
    ("GET", "/settings/sessions/current"): _SESSION,
    ("DELETE", "/settings/sessions/{id}"): _SESSION,
    ("PUT", "/settings/instance/auth_mode"): IN_HANDLER,
}


def sign_in_access(method: str, route: str) -> Access | None:
    """Return what a route for signing in takes; None for other doors."""
    if route == PAGE or route.startswith(PAGE + "/"):
        return _PERSON
    return _ACCESS.get((method, route))
