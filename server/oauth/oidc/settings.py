"""What the operator says of outside providers: one section `[oidc.<context>]` for each context."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, get_type_hints
from urllib.parse import urlsplit

import msgspec

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcProvider:
    """A provider of OpenID Connect, as this server is registered there.

    `issuer` is the address below which its discovery document is. `claim` is what of an ID token
    names a home, and is compared with the home's `oidc_id`. `redirect_uri` is for hosts of many
    homes, where the provider knows one address only; empty for `/oidc/redirect` of each home.
    `native_client_ids` are those of applications that sign in there by themselves and bring the
    ID token here. Raises ValueError, with the setting's name.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    title: str = "OpenID Connect"
    scope: str = "openid"
    claim: str = "sub"
    redirect_uri: str = ""
    native_client_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not work, or would be read along."""
        if not is_private(self.issuer):
            raise ValueError("issuer: expected an address that begins with https://")
        if self.redirect_uri and not is_private(self.redirect_uri):
            raise ValueError("redirect_uri: expected an address that begins with https://")
        if not (self.client_id and self.client_secret):
            raise ValueError("client_id: is needed, and client_secret")
        if "openid" not in self.scope.split():
            raise ValueError("scope: must have openid in it")


def is_private(address: str) -> bool:
    """Tell whether nobody reads along: an address with TLS, or on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    on_this_machine = parts.scheme == "http" and host in _LOOPBACK
    return bool(host) and (parts.scheme == "https" or on_this_machine)


def read_providers(told: Mapping[str, Mapping[str, Any]]) -> dict[str, OidcProvider]:
    """Read providers by context, as the settings file has them. Raises ValueError."""
    return {context: _read(context, values) for context, values in told.items()}


def _read(context: str, values: Mapping[str, Any]) -> OidcProvider:
    if not isinstance(values, Mapping):
        raise ValueError(f"{context}: is a section, not a value")  # noqa: TRY004  # one kind for all
    types = get_type_hints(OidcProvider)
    for name in values:
        if name not in types:
            known = ", ".join(one.name for one in fields(OidcProvider))
            raise ValueError(f"{context}.{name}: no setting has this name; there are {known}")
    for name in ("issuer", "client_id", "client_secret"):
        if name not in values:
            raise ValueError(f"{context}.{name}: is needed")
    try:
        read = {name: msgspec.convert(value, types[name]) for name, value in values.items()}
        return OidcProvider(**read)
    except (ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"{context}.{error}") from error
