"""What a client says of itself, checked; and what it is told (RFC 7591, RFC 7592, cozy.md B4).

Pure: bodies to values, values to answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from server.devices.device import Device
from server.instances.collection import Kept
from server.oauth.errors import RegistrationRefused
from server.oauth.redirect_uri import OwnAddress, is_legal

LARGEST_BODY = 64 * 1024
"""Bytes of a registration."""

_LONGEST_TEXT = 2048
_MOST_URIS = 20
_PLATFORMS = frozenset({"", "android", "ios", "firebase", "apns", "huawei"})
_INVALID = "invalid_client_metadata"

REGISTRY = "registry://"
"""How the software of a client begins that stands for an application of the registry."""

_NEVER_LINKED = frozenset({"store", "settings"})


class Registration(msgspec.Struct, kw_only=True):
    """A client's own words; what it says beyond these fields is not kept."""

    redirect_uris: list[str] = []
    client_name: str = ""
    software_id: str = ""
    software_version: str = ""
    client_kind: str = ""
    client_uri: str = ""
    logo_uri: str = ""
    policy_uri: str = ""
    notification_platform: str = ""
    notification_device_token: str = ""


class Update(Registration, kw_only=True):
    """The same for a client that is registered; with its secret it asks for another one."""

    client_id: str = ""
    client_secret: str = ""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only the client itself is told; the home keeps none of it in clear."""

    client_secret: str = ""
    registration_access_token: str = ""


def read_registration(body: bytes, own: OwnAddress) -> Registration:
    """Read and check a registration. Raises RegistrationRefused."""
    return _checked(_decoded(body, Registration), own)


def read_update(body: bytes, own: OwnAddress, client_id: str) -> Update:
    """Read and check a change of a registration. Raises RegistrationRefused."""
    update: Update = _decoded(body, Update)
    if update.client_id != client_id:
        raise RegistrationRefused("invalid_client_id", "client_id is mandatory")
    _checked(update, own)
    return update


def linked_slug(software_id: str) -> str:
    """Return the application that a client stands for; empty for a client of its own."""
    return software_id.removeprefix(REGISTRY) if software_id.startswith(REGISTRY) else ""


def named_apart(name: str, taken: Iterable[str]) -> str:
    """Return a name that no other client has: `name`, or with the next number behind it."""
    others = set(taken)
    if name not in others:
        return name
    prefix = name + "-"
    ends = (other.removeprefix(prefix) for other in others if other.startswith(prefix))
    numbers = [int(end) for end in ends if end.isascii() and end.isdigit()]
    return f"{prefix}{max([1, *numbers]) + 1}"


def described(kept: Kept[Device], secrets: Secrets) -> dict[str, Any]:
    """Return a client as it is told what is known of it; without the secrets that are empty."""
    told: dict[str, Any] = {
        "client_id": kept.id,
        "client_secret_expires_at": 0,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_post",
        "redirect_uris": kept.value.redirect_uris,
    }
    for name in _TOLD:
        if value := getattr(kept.value, name):
            told[name] = value
    for name in ("client_secret", "registration_access_token"):
        if value := getattr(secrets, name):
            told[name] = value
    return told


_TOLD = (
    *("client_name", "client_kind", "client_uri", "logo_uri", "policy_uri", "client_os"),
    *("software_id", "software_version", "notification_platform", "notification_device_token"),
    *("pending", "flagship", "synchronized_at", "last_refreshed_at"),
)

_Words = Registration | Update


def _decoded(body: bytes, kind: type[Any]) -> Any:  # noqa: ANN401  # the kind that was asked for
    if len(body) > LARGEST_BODY:
        raise RegistrationRefused(_INVALID, f"more than {LARGEST_BODY} bytes")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise RegistrationRefused(_INVALID, str(error)) from error


def _checked(said: Registration, own: OwnAddress) -> Registration:
    if not said.redirect_uris:
        raise RegistrationRefused("invalid_redirect_uri", "redirect_uris is mandatory")
    for uri in said.redirect_uris:
        if not is_legal(uri, own):
            raise RegistrationRefused("invalid_redirect_uri", f"{uri} is invalid")
    for name in ("client_name", "software_id"):
        if not getattr(said, name).strip():
            raise RegistrationRefused(_INVALID, f"{name} is mandatory")
    _check_sizes(said)
    said.notification_platform = said.notification_platform.lower()
    if said.notification_platform not in _PLATFORMS:
        raise RegistrationRefused(_INVALID, "notification_platform is unknown")
    if linked_slug(said.software_id) in _NEVER_LINKED:
        raise RegistrationRefused("unapproved_software_id", "Link with store/settings is forbidden")
    return said


def _check_sizes(said: Registration) -> None:
    texts = [getattr(said, name) for name in Registration.__struct_fields__[1:]]
    too_long = any(len(text) > _LONGEST_TEXT for text in (*texts, *said.redirect_uris))
    if too_long or len(said.redirect_uris) > _MOST_URIS:
        raise RegistrationRefused(_INVALID, f"a text of more than {_LONGEST_TEXT} characters")
