"""What a home asks for besides the passphrase, in one document that nobody outside reads.

The database `_sign_in` is the home's own: names that begin with an underscore have no door.
"""

from collections.abc import Callable
from dataclasses import replace

import msgspec

from replication.core.errors import Conflict
from replication.store.protocol import DocumentStore
from server.instances.collection import Collection
from server.sign_in.recovery import kept as kept_of

DATABASE = "_sign_in"
FACTORS_ID = "factors"


class Passkey(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A public key of an authenticator: `data` is WebAuthn's attested credential data, base64url.

    `counter` is the last signature's, 0 for authenticators that do not count. Dates are RFC 3339.
    """

    id: str
    data: str
    name: str
    created_at: str
    last_used: str = ""
    counter: int = 0


class Factors(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The factors of a home.

    `totp` is the seed of an authenticator application, sealed; `totp_used` the last step taken.
    `mail` sends codes to the owner's address. `passkeys_after` asks for a passkey after the
    passphrase; any passkey signs in alone too. `recovery` holds hashes. `user_handle` is what
    authenticators know the owner by, base64url.
    """

    totp: str = ""
    totp_used: int = 0
    mail: bool = False
    passkeys: list[Passkey] = []
    passkeys_after: bool = False
    recovery: list[str] = []
    user_handle: str = ""

    @property
    def second_needed(self) -> bool:
        """Tell whether the passphrase alone signs nobody in."""
        return bool(self.totp or self.mail or (self.passkeys and self.passkeys_after))

    def with_recovery_used(self, code: str) -> "Factors | None":
        """Return the factors without a recovery code; None when that is none."""
        used = kept_of(code)
        if used not in self.recovery:
            return None
        left = [other for other in self.recovery if other != used]
        return msgspec.structs.replace(self, recovery=left)

    def with_mail(self, on: bool) -> "Factors":  # noqa: FBT001  # on or off is all there is
        """Return the factors with codes by mail on or off."""
        return msgspec.structs.replace(self, mail=on)

    def with_step_used(self, step: int) -> "Factors | None":
        """Return the factors after a TOTP code; None when it, or a later one, was taken before."""
        return msgspec.structs.replace(self, totp_used=step) if step > self.totp_used else None


Change = Callable[[Factors], Factors | None]


async def read_factors(store: DocumentStore) -> Factors:
    """Return what a home asks for."""
    kept = await _kept(store).get(FACTORS_ID)
    return kept.value if kept else Factors()


async def change_factors(store: DocumentStore, change: Change) -> Factors | None:
    """Change the factors, anew when somebody came first; `change` returns None to leave them.

    Returns what was written, None when nothing was.
    """
    while True:
        kept = await _kept(store).get(FACTORS_ID)
        changed = change(kept.value if kept else Factors())
        if changed is None:
            return None
        try:
            if kept is None:
                await _kept(store).add(FACTORS_ID, changed)
            else:
                await _kept(store).put(replace(kept, value=changed))
        except Conflict:
            continue
        return changed


def _kept(store: DocumentStore) -> Collection[Factors]:
    return Collection(store, DATABASE, Factors)
