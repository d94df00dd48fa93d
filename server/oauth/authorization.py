"""What a client asks its owner for (RFC 6749 4.1.1), and why that may be senseless. No I/O.

Two kinds of refusal: while it is not sure whom the answer would go to, the person is told; from
then on the client is (RFC 6749 4.1.2.1), for it can do something about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.scope import WHOLE, parse_scope
from server.devices.device import Device
from server.devices.entering import LOGIN
from server.oauth.challenge import METHOD, is_challenge
from server.oauth.linked import scope_of
from server.oauth.registration import linked_slug

FIELDS = (
    *("client_id", "redirect_uri", "state", "response_type", "scope"),
    *("code_challenge", "code_challenge_method"),
)
NO_CLIENT = "Error No registered client"
_LONGEST = 4096


class RequestSenseless(Exception):
    """It cannot be told who asks, or where the answer goes; the message is for the person."""


class RequestRefused(Exception):
    """The client is told `error`, a word of RFC 6749 4.1.2.1, at its own address."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request, as it came."""

    client_id: str
    redirect_uri: str
    state: str
    response_type: str
    scope: str
    code_challenge: str
    code_challenge_method: str

    @property
    def fields(self) -> dict[str, str]:
        """What a form carries of it to the answer."""
        named = {name: getattr(self, name) for name in FIELDS}
        return {name: value for name, value in named.items() if value}


def read_asked(values: Mapping[str, object]) -> Asked:
    """Read a request from a query or a form. Raises RequestSenseless."""
    found = {name: values.get(name) for name in FIELDS}
    asked = Asked(**{name: v.strip() if isinstance(v, str) else "" for name, v in found.items()})
    for name in ("state", "client_id", "redirect_uri"):
        if not getattr(asked, name):
            raise RequestSenseless(f"Error No {name} parameter")
    if any(len(value) > _LONGEST for value in asked.fields.values()):
        raise RequestSenseless("Error Invalid parameters")
    return asked


def check_address(asked: Asked, client: Device) -> None:
    """Raise RequestSenseless unless an answer at this address reaches the client."""
    if not client.secret_hash:
        raise RequestSenseless(NO_CLIENT)
    if asked.redirect_uri not in client.redirect_uris:
        raise RequestSenseless("Error Incorrect redirect_uri")


def asked_scope(asked: Asked, client: Device) -> str:
    """Return the scope that is asked for, which a client for an application does not choose.

    Raises RequestRefused.
    """
    _check_form(asked)
    if asked.scope == WHOLE and not asked.code_challenge:
        raise RequestRefused("invalid_request", f"scope {WHOLE} takes a code_challenge")
    slug = linked_slug(client.software_id)
    return asked.scope if asked.scope == WHOLE else _own_scope(asked.scope, slug)


def checked_scope(scope: str, client: Device) -> str:
    """Return the scope that a client gets which asks without a page. Raises RequestRefused.

    Everything is for those that the owner certified.
    """
    if scope == WHOLE and not client.flagship:
        raise RequestRefused("invalid_scope", "the client is not certified")
    return scope if scope == WHOLE else _own_scope(scope, linked_slug(client.software_id))


def _own_scope(scope: str, slug: str) -> str:
    if slug:
        return scope_of(slug)
    if not scope:
        raise RequestRefused("invalid_scope", "scope is mandatory")
    if scope != LOGIN:
        _check_rules(scope)
    return scope


def _check_form(asked: Asked) -> None:
    if asked.response_type != "code":
        raise RequestRefused("unsupported_response_type", "response_type must be code")
    if not (asked.code_challenge or asked.code_challenge_method):
        return
    if asked.code_challenge_method != METHOD:
        raise RequestRefused("invalid_request", f"code_challenge_method must be {METHOD}")
    if not is_challenge(asked.code_challenge):
        raise RequestRefused("invalid_request", "code_challenge is no SHA-256 in base64url")


def _check_rules(scope: str) -> None:
    try:
        parse_scope(scope)
    except RuleIllegal as error:
        raise RequestRefused("invalid_scope", f"scope has no meaning: {error}") from error
