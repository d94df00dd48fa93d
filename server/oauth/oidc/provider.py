"""A provider as it answers: its endpoints, its keys, and tokens for a code.

What it says of itself is kept for an hour; a key that is not known is asked for anew, though not
at every garbage that names one.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import aiohttp
import msgspec

from server.oauth.oidc.errors import ProviderFailed
from server.oauth.oidc.id_token import Expected, Key, key_id, verified
from server.oauth.oidc.settings import OidcProvider, is_private

KEPT_SECONDS = 3600.0
SECONDS_BETWEEN_KEYS = 30.0
_LARGEST = 1 << 20
_TIMEOUT = aiohttp.ClientTimeout(total=10.0)
_OK = 200


class Endpoints(msgspec.Struct):
    """What the discovery document says (OpenID Connect Discovery 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


class _Answered(msgspec.Struct):
    id_token: str


@dataclass(slots=True)
class Provider:
    """One provider; `now` tells seconds since 1970, `client` is given when it is asked."""

    settings: OidcProvider
    now: Callable[[], float]
    _endpoints: tuple[float, Endpoints] | None = field(default=None, init=False)
    _keys: tuple[float, list[Key]] | None = field(default=None, init=False)

    async def endpoints(self, client: aiohttp.ClientSession) -> Endpoints:
        """Return where the provider answers. Raises ProviderFailed."""
        if self._endpoints is not None and self.now() < self._endpoints[0] + KEPT_SECONDS:
            return self._endpoints[1]
        address = self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found: Endpoints = self._decoded(await self._get(client, address), Endpoints)
        if found.issuer != self.settings.issuer:  # Discovery 4.3
            raise self._failed("it says that it is another issuer")
        for each in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            if not is_private(each):
                raise self._failed("one of its addresses has no TLS")
        self._endpoints = self.now(), found
        return found

    async def tokens(
        self, client: aiohttp.ClientSession, code: str, verifier: str, redirect_uri: str
    ) -> str:
        """Return the ID token for a code. Raises ProviderFailed."""
        endpoints, settings = await self.endpoints(client), self.settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"Accept": "application/json"}
        if "client_secret_basic" in endpoints.token_endpoint_auth_methods_supported:
            headers["Authorization"] = _basic(settings.client_id, settings.client_secret)
        else:
            form |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
        answered = await self._asked(
            client.post(
                endpoints.token_endpoint,
                data=form,
                headers=headers,
                allow_redirects=False,
                timeout=_TIMEOUT,
            )
        )
        told: _Answered = self._decoded(answered, _Answered)
        return told.id_token

    async def claims(
        self, client: aiohttp.ClientSession, token: str, expected: Expected
    ) -> Mapping[str, Any]:
        """Return what an ID token says, if it holds. Raises NotVouched, ProviderFailed."""
        keys = await self._keys_with(client, key_id(token))
        return verified(token, keys, expected, self.now())

    async def _keys_with(self, client: aiohttp.ClientSession, wanted: str) -> list[Key]:
        if self._keys is not None:
            age = self.now() - self._keys[0]
            known = any(key.get("kid") in (None, wanted) for key in self._keys[1])
            if age < (KEPT_SECONDS if known else SECONDS_BETWEEN_KEYS):
                return self._keys[1]
        address = (await self.endpoints(client)).jwks_uri
        keys: list[Key] = list(self._decoded(await self._get(client, address), _KeySet).keys)
        self._keys = self.now(), keys
        return keys

    async def _get(self, client: aiohttp.ClientSession, address: str) -> bytes:
        return await self._asked(client.get(address, allow_redirects=False, timeout=_TIMEOUT))

    async def _asked(self, asking: Any) -> bytes:  # noqa: ANN401  # aiohttp's own context manager
        try:
            async with asking as response:
                body: bytes = await response.content.read(_LARGEST + 1)
                while len(body) <= _LARGEST and not response.content.at_eof():
                    body += await response.content.read(_LARGEST)
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise self._failed(type(error).__name__) from error
        if status != _OK or len(body) > _LARGEST:
            raise self._failed(f"it answered {status}")
        return body

    def _decoded(self, body: bytes, kind: type[Any]) -> Any:  # noqa: ANN401  # the kind asked for
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.DecodeError as error:
            raise self._failed("it answered something else than was asked for") from error

    def _failed(self, why: str) -> ProviderFailed:
        return ProviderFailed(why, self.settings.title)


def _basic(client_id: str, secret: str) -> str:
    # Encoded as in a form first (RFC 6749 2.3.1), unlike passwords of people.
    login = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return "Basic " + b64encode(login.encode()).decode()
