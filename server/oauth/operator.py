"""What whoever runs the machine may do about clients of a home, without its owner (cozy.md C7)."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.scope import parse_scope
from server.auth.tokens import Audience, TokenKeys, keys_of
from server.devices.device import Device, devices_of
from server.instances.instance import Instance
from server.oauth.errors import OAuthRefused
from server.oauth.granting import Granting
from server.oauth.oauth import OAuth
from server.oauth.one_time_code import Codes, OneTimeCode, Opens
from server.oauth.redirect_uri import OwnAddress
from server.oauth.registering import registered
from server.oauth.registration import read_registration

_NAME_OF_CLI = "cli"


class Asked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to be done.

    `register` or `certify` a client, make an `access` token of one or a `cli` token of none, or
    `delegate`: a code that lets in, at `/oidc/access_token`, whoever was vouched for elsewhere.
    """

    what: Literal["register", "certify", "access", "cli", "delegate"]
    redirect_uri: str = ""
    client_name: str = ""
    software_id: str = ""
    client_id: str = ""
    scope: str = ""


class AskedIllegal(Exception):
    """It cannot be done; the message says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Operator:
    """Acts for whoever runs the machine, at one home."""

    instance: Instance
    oauth: OAuth

    async def do(self, asked: Asked) -> str:
        """Do what is asked; return a client's id, a token, or a code. Raises AskedIllegal."""
        try:
            return await self._done(asked)
        except OAuthRefused as refused:
            raise AskedIllegal(f"{refused.word} {refused.description}".strip()) from refused
        except RuleIllegal as error:
            raise AskedIllegal(f"scope: {error}") from error

    async def _done(self, asked: Asked) -> str:
        match asked.what:
            case "register":
                return await self._registered(asked)
            case "certify":
                return await self._certified(asked.client_id)
            case "access":
                parse_scope(asked.scope)
                granting = Granting(self.instance, self.oauth.clock())
                return (await granting.of_scope(asked.client_id, asked.scope)).access
            case "delegate":
                return await self._delegated()
            case "cli":
                parse_scope(asked.scope)
                keys, now = self._keys, self.oauth.clock().timestamp()
                return keys.token(Audience.CLI, _NAME_OF_CLI, now, asked.scope)

    async def _delegated(self) -> str:
        code, now = self.oauth.new_code(), self.oauth.clock().isoformat()
        made = OneTimeCode(opens=Opens.DELEGATED, issued_at=now)
        await Codes(self.instance.store).add(code, made)
        return code

    async def _registered(self, asked: Asked) -> str:
        said = {
            "redirect_uris": [asked.redirect_uri],
            "client_name": asked.client_name,
            "software_id": asked.software_id,
        }
        own = OwnAddress(frozenset({self.instance.domain}), 443)
        registration = read_registration(msgspec.json.encode(said), own)
        kept, _ = await registered(registration, self.instance, self.oauth, pending=False)
        return kept.id

    async def _certified(self, client_id: str) -> str:
        kept = await devices_of(self.instance.store).update(client_id, _flagship)
        if kept is None or kept.value.is_password:
            raise AskedIllegal(f"no client has the id {client_id}")
        return kept.id

    @property
    def _keys(self) -> TokenKeys:
        return keys_of(self.instance)


def _flagship(device: Device) -> Device | None:
    if not device.secret_hash:
        return None
    device.flagship = True
    return device
