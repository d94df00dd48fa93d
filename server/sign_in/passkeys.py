"""Passkeys: registering them, and what they sign (WebAuthn Level 3, by Yubico's fido2).

A passkey belongs to the home's own name; browsers offer none at addresses that are numbers. The
challenge goes to the browser and comes back sealed, so that any process can check; it is good once.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from server import keys
from server.auth.sealing import unseal
from server.sign_in.errors import PasskeyRefused
from server.sign_in.factors import Factors, Passkey
from server.sign_in.room import SIGN_IN

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

LIFETIME = timedelta(minutes=5)
HANDLE_LENGTH = 32
MOST_PASSKEYS = 20


class _Asked(msgspec.Struct, kw_only=True):
    state: dict[str, Any]
    until: float
    about: str


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One exchange with an authenticator, for one purpose: `register`, `sign in`, `second step`."""

    request: web.Request
    purpose: str

    def begin_registration(self, factors: Factors, handle: bytes) -> dict[str, Any]:
        """Return what `navigator.credentials.create` is asked, and the sealed state."""
        from fido2.webauthn import (
            PublicKeyCredentialUserEntity,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        owner = self.request[keys.INSTANCE].owner.name
        options, state = self._server().register_begin(
            PublicKeyCredentialUserEntity(id=handle, name=owner, display_name=owner),
            _credentials(factors.passkeys),
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        )
        return self._asked(dict(options), state)

    def end_registration(self, sealed: str, answer: Mapping[str, Any]) -> Passkey:
        """Return the passkey that a browser made, without a name. Raises PasskeyRefused."""
        state = self._state(sealed)
        try:
            made = self._server().register_complete(state, answer)
        except (ValueError, KeyError, TypeError) as error:
            raise PasskeyRefused from error
        data = made.credential_data
        if data is None:
            raise PasskeyRefused
        now = self.request.app[SIGN_IN].now().isoformat()
        return Passkey(
            id=_text(data.credential_id),
            data=_text(bytes(data)),
            name="",
            created_at=now,
            counter=made.counter,
        )

    def begin_assertion(self, passkeys: Sequence[Passkey], *, alone: bool) -> dict[str, Any]:
        """Return what `navigator.credentials.get` is asked; `alone`: without a passphrase.

        Alone it must know its owner, by a finger or a PIN, and names no passkey: who asks here is
        not known yet.
        """
        from fido2.webauthn import UserVerificationRequirement

        verification = (
            UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED
        )
        named = None if alone else _credentials(passkeys)
        options, state = self._server().authenticate_begin(named, verification)
        return self._asked(dict(options), state)

    def end_assertion(
        self, sealed: str, answer: Mapping[str, Any], passkeys: Sequence[Passkey]
    ) -> Passkey:
        """Return the passkey that signed, with its new counter. Raises PasskeyRefused."""
        from fido2.webauthn import AuthenticationResponse

        state = self._state(sealed)
        try:
            found = self._server().authenticate_complete(state, _credentials(passkeys), answer)
            said = AuthenticationResponse.from_dict(answer).response.authenticator_data
        except (ValueError, KeyError, TypeError) as error:
            raise PasskeyRefused from error
        used = next(key for key in passkeys if key.id == _text(found.credential_id))
        if said.counter and said.counter <= used.counter:  # 6.1.1: perhaps it was copied
            raise PasskeyRefused
        now = self.request.app[SIGN_IN].now().isoformat()
        return msgspec.structs.replace(used, counter=said.counter, last_used=now)

    def _asked(self, options: dict[str, Any], state: object) -> dict[str, Any]:
        room, home = self.request.app[SIGN_IN], self.request[keys.INSTANCE]
        until = (room.now() + LIFETIME).timestamp()
        asked = {"state": state, "until": until, "about": self.purpose}
        sealed = room.sealed(home, "passkey", msgspec.json.encode(asked))
        return {**options, "state": sealed}

    def _state(self, sealed: str) -> dict[str, Any]:
        room, home = self.request.app[SIGN_IN], self.request[keys.INSTANCE]
        plain = unseal(home.secret, "passkey", sealed)
        asked = msgspec.json.decode(plain, type=_Asked) if plain else None
        if asked is None or asked.about != self.purpose or room.now().timestamp() >= asked.until:
            raise PasskeyRefused
        if not room.used.use(sealed, asked.until):
            raise PasskeyRefused
        return asked.state

    def _server(self) -> "Fido2Server":
        from fido2.server import Fido2Server  # an eighth of a second
        from fido2.webauthn import PublicKeyCredentialRpEntity

        name = self.request.url.host or self.request[keys.INSTANCE].domain
        own = f"{self.request.scheme}://{self.request.host}"
        party = PublicKeyCredentialRpEntity(id=name, name="Foyer")
        return Fido2Server(party, verify_origin=lambda origin: origin == own)


def new_handle(random: bytes) -> str:
    """Return what authenticators are to know the owner by."""
    return _text(random)


def handle_bytes(handle: str) -> bytes:
    """Return a handle as WebAuthn has it."""
    return _bytes(handle)


def _credentials(passkeys: Sequence[Passkey]) -> "list[AttestedCredentialData]":
    from fido2.webauthn import AttestedCredentialData

    return [AttestedCredentialData(_bytes(passkey.data)) for passkey in passkeys]


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
