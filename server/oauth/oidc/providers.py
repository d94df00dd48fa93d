"""Which provider vouches for the owner of a home, and whom it must vouch for."""

import hmac
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from server import keys
from server.instances.instance import Instance
from server.oauth.oidc.errors import ProviderAbsent
from server.oauth.oidc.provider import Provider
from server.oauth.oidc.settings import OidcProvider


class Providers:
    """The providers of a server by context, each asked once for what it says of itself."""

    def __init__(self, settings: Mapping[str, OidcProvider], now: Callable[[], float]) -> None:
        self._by_context = {name: Provider(each, now) for name, each in settings.items()}

    def of(self, instance: Instance) -> Provider | None:
        """Return the provider of a home's context; None where there is none."""
        return self._by_context.get(instance.record.context)


PROVIDERS = web.AppKey("oidc_providers", Providers)


def provider_of(request: web.Request) -> Provider:
    """Return the provider of the home that is asked. Raises ProviderAbsent."""
    found = request.app[PROVIDERS].of(request[keys.INSTANCE])
    if found is None:
        raise ProviderAbsent("no provider is named for this home")
    return found


def is_owners(claims: Mapping[str, Any], settings: OidcProvider, instance: Instance) -> bool:
    """Tell whether claims name the owner of a home; nobody's where nobody was named."""
    said, owner = claims.get(settings.claim), instance.record.oidc_id
    return (
        bool(owner) and isinstance(said, str) and hmac.compare_digest(said.encode(), owner.encode())
    )


def start_address(redirect: str) -> str:
    """Return where a page for signing in leads to, for the provider."""
    return "/oidc/start?" + urlencode({"redirect": redirect})
