"""Tokens for clients: for a code, and for a refresh token (cozy.md B4, RFC 6749 4.1.3 and 6).

Nothing here is about HTTP. What a client is refused it is told in Cozy's words, which its library
parses.
"""

from dataclasses import dataclass, field
from datetime import datetime

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.scope import parse_scope
from server.auth.errors import TokenRefused
from server.auth.tokens import Audience, Claims, TokenKeys, keys_of
from server.devices.device import Device, devices_of, hashed
from server.instances.collection import Kept
from server.instances.instance import Instance
from server.oauth.challenge import answers
from server.oauth.errors import GrantRefused
from server.oauth.one_time_code import Codes, Opens

NOT_REGISTERED = "the client must be registered"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client is given; without `refresh` when it refreshed."""

    access: str = field(repr=False)
    scope: str
    refresh: str = field(default="", repr=False)

    def told(self) -> dict[str, str]:
        """Return them as the token endpoint answers (RFC 6749 5.1)."""
        told = {"access_token": self.access, "token_type": "bearer", "scope": self.scope}
        return {**told, "refresh_token": self.refresh} if self.refresh else told


@dataclass(frozen=True, slots=True)
class Granting:
    """Gives the clients of a home their tokens; `now` is aware."""

    instance: Instance
    now: datetime

    async def proven(self, client_id: str, secret: str) -> Kept[Device]:
        """Return the client that knows this secret. Raises GrantRefused."""
        kept = await devices_of(self.instance.store).get(client_id)
        if kept is None or not kept.value.secret_hash:
            raise GrantRefused(NOT_REGISTERED)
        if hashed(secret) != kept.value.secret_hash:
            raise GrantRefused("invalid client_secret")
        return kept

    async def for_code(
        self, client: Kept[Device], code: str, verifier: str, redirect_uri: str = ""
    ) -> Tokens:
        """Give tokens for a code, which is used up. Raises GrantRefused.

        A verifier that is wrong does not use the code up: who stole the code alone could else keep
        its owner from it.
        """
        codes = Codes(self.instance.store)
        kept = await codes.look(code, Opens.ACCESS, self.now)
        if kept is None or kept.value.client_id != client.id:
            raise GrantRefused("invalid code")
        if redirect_uri not in ("", kept.value.redirect_uri):
            raise GrantRefused("invalid code")
        challenge = kept.value.challenge
        if challenge and not answers(verifier, challenge):
            raise GrantRefused("invalid code_verifier")
        if not await codes.take(kept):
            raise GrantRefused("invalid code")
        return await self.of_scope(client.id, kept.value.scope)

    async def of_scope(self, client_id: str, scope: str) -> Tokens:
        """Give a client tokens of a scope that was consented to. Raises GrantRefused."""
        device = await self._used(client_id, scope)
        access = self._token(Audience.ACCESS, client_id, scope, device.stamp)
        refresh = self._token(Audience.REFRESH, client_id, scope, device.stamp)
        return Tokens(access, scope, refresh)

    async def refreshed(self, client: Kept[Device], token: str, scope: str = "") -> Tokens:
        """Give an access token for a refresh token, of its scope or a narrower one.

        Raises GrantRefused.
        """
        claims = self._read(token)
        if claims.subject != client.id or claims.stamp != client.value.stamp:
            raise GrantRefused("invalid refresh token")
        granted = _narrowed(claims.scope, scope) if scope else claims.scope
        device = await self._used(client.id, None)
        if device.stamp != claims.stamp:
            raise GrantRefused("invalid refresh token")
        return Tokens(self._token(Audience.ACCESS, client.id, granted, device.stamp), granted)

    def _read(self, token: str) -> Claims:
        try:
            claims = self._keys.read(token, self.now.timestamp())
        except TokenRefused as refused:
            raise GrantRefused("invalid refresh token") from refused
        if claims.audience is not Audience.REFRESH:
            raise GrantRefused("invalid refresh token")
        return claims

    async def _used(self, client_id: str, scope: str | None) -> Device:
        """Note that a client is in use; return it as it stands. Raises GrantRefused."""

        def used(device: Device) -> Device:
            device.pending = False
            device.last_refreshed_at = self.now.isoformat()
            device.scope = device.scope if scope is None else scope
            return device

        kept = await devices_of(self.instance.store).update(client_id, used)
        if kept is None:
            raise GrantRefused(NOT_REGISTERED)
        return kept.value

    def _token(self, audience: Audience, client_id: str, scope: str, stamp: str) -> str:
        issued = int(self.now.timestamp())
        claims = Claims(audience, self.instance.domain, client_id, issued, scope, stamp=stamp)
        return self._keys.issue(claims)

    @property
    def _keys(self) -> TokenKeys:
        return keys_of(self.instance)


def _narrowed(granted: str, asked: str) -> str:
    """Return a narrower scope (RFC 6749 6). Raises GrantRefused where it is none."""
    if asked == granted:
        return granted
    try:
        if parse_scope(granted).contains(parse_scope(asked)):
            return asked
    except RuleIllegal as error:
        raise GrantRefused("invalid_scope") from error
    raise GrantRefused("invalid_scope")
