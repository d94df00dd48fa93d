"""A device: an OAuth client, or a password made for one program (`io.cozy.oauth.clients`).

Secrets are random and long, so a fast hash of them is all that is kept (SHA-256, in hex); nobody
finds a secret from it, and nobody needs to be slowed down.
"""

from hashlib import sha256

import msgspec

from doctypes.profiles.profile import EVERYTHING, Profile
from replication.store.protocol import DocumentStore, FieldIndex
from server.instances.collection import Collection

DOCTYPE = "io.cozy.oauth.clients"
BY_PASSWORD = FieldIndex("by-password", ("password_hash",))


class Device(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A client's registration (RFC 7591, cozy.md B4) or an app password; dates are RFC 3339.

    `scope` is what it was last granted; `password_hash` is there for app passwords alone, and
    `secret_hash` for OAuth clients alone. `pending` clients were never used, and are erased.
    The secret is made of `secret_seed` with the home's own, since clients are told it again when
    they change their registration. Tokens name the `stamp` that they were issued under: with
    another one they open nothing. `flagship` clients were certified by the owner, and may ask for
    everything. `sync_profile` is what it sees of the files.
    """

    client_name: str
    client_kind: str = ""
    software_id: str = ""
    software_version: str = ""
    redirect_uris: list[str] = []
    client_uri: str = ""
    logo_uri: str = ""
    policy_uri: str = ""
    client_os: str = ""
    notification_platform: str = ""
    notification_device_token: str = ""
    scope: str = ""
    secret_hash: str = ""
    secret_seed: str = ""
    password_hash: str = ""
    stamp: str = ""
    flagship: bool = False
    pending: bool = False
    created_at: str = ""
    last_refreshed_at: str = ""
    synchronized_at: str = ""
    sync_profile: Profile = EVERYTHING

    @property
    def is_password(self) -> bool:
        """Tell whether it is an app password and no OAuth client."""
        return bool(self.password_hash)


def devices_of(store: DocumentStore) -> Collection[Device]:
    """Return the devices of a home."""
    return Collection(store, DOCTYPE, Device, (BY_PASSWORD,))


def hashed(secret: str) -> str:
    """Return what is kept of a random secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
