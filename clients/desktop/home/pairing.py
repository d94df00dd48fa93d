"""A device that asks to be let in: registered (RFC 7591), then allowed by a code (RFC 8628)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec
from aiohttp import ClientSession, ClientTimeout

from clients.desktop.home.answers import json_of, member
from clients.desktop.home.client import connection_named
from clients.desktop.home.credentials import SCOPE, Credentials
from clients.desktop.home.port import Moved, Refused, Unreachable
from clients.desktop.home.refusals import refusal

T = TypeVar("T")

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_PATIENCE = ClientTimeout(60)
_SLOWER = 5.0


@dataclass(frozen=True, slots=True)
class Device:
    """What a device says of itself, for its owner to recognise it by."""

    name: str
    software_version: str


class Asked(msgspec.Struct):
    """Where the owner goes, and the code to type there; `interval`, `expires_in` in seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    expires_in: int
    verification_uri_complete: str = ""
    interval: float = 5.0


class _Registered(msgspec.Struct):
    client_id: str
    client_secret: str
    registration_access_token: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """One device and one home. All calls raise HomeError's kinds."""

    session: ClientSession = field(repr=False)
    address: str

    async def register(self, device: Device) -> Credentials:
        """Make an OAuth client, which is let into nothing yet."""
        said = {
            "client_name": device.name,
            "client_kind": "desktop",
            "software_id": "foyer-sync",
            "software_version": device.software_version,
            "redirect_uris": ["http://localhost/foyer-sync"],
        }
        body = await self._post("/auth/register", json=said)
        told = _converted(body, _Registered)
        secrets = told.client_secret, told.registration_access_token
        return Credentials(self.address, told.client_id, *secrets)

    async def ask(self, credentials: Credentials) -> Asked:
        """Ask for a code that the owner is to type."""
        form = {**_shown(credentials), "scope": SCOPE}
        return _converted(await self._post("/auth/device_authorization", form), Asked)

    async def allowed(self, credentials: Credentials, asked: Asked) -> Credentials:
        """Wait until the owner has answered. Raises Refused for a no, and when it took too long."""
        form = {**_shown(credentials), "grant_type": GRANT, "device_code": asked.device_code}
        pause = asked.interval
        while True:
            await asyncio.sleep(pause)
            status, body = await self._ask("/auth/access_token", form)
            word = member(json_of(body), "error")
            if status == 200:  # noqa: PLR2004
                tokens = [member(json_of(body), name) for name in ("access_token", "refresh_token")]
                access, refresh = (str(token or "") for token in tokens)
                return replace(credentials, access_token=access, refresh_token=refresh)
            if word == "slow_down":
                pause += _SLOWER
            elif word != "authorization_pending":
                raise Refused(str(word or f"HTTP {status}"))

    async def _post(
        self, path: str, form: Mapping[str, str] | None = None, *, json: object = None
    ) -> bytes:
        status, body = await self._ask(path, form, json=json)
        if status not in (200, 201):
            raise refusal(status, {}, body)
        return body

    async def _ask(
        self, path: str, form: Mapping[str, str] | None, *, json: object = None
    ) -> tuple[int, bytes]:
        with connection_named():
            async with self.session.post(
                self.address + path,
                data=form,
                json=json,
                headers={"Accept": "application/json"},
                allow_redirects=False,
                timeout=_PATIENCE,
            ) as response:
                body = await response.read()
                error = refusal(response.status, response.headers, body)
                if isinstance(error, Moved):
                    raise error
                return response.status, body


def _shown(credentials: Credentials) -> dict[str, str]:
    return {"client_id": credentials.client_id, "client_secret": credentials.client_secret}


def _converted(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreachable("no Foyer answers there") from error
