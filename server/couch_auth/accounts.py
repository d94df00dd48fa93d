"""From a name to the account behind it: the owner, an admin of the configuration, or a user."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec

from replication.core.errors import DatabaseMissing
from replication.store.protocol import DocumentStore
from server.auth.kdf import PLAIN, Kdf
from server.couch_auth.passwords import PASSWORD_FIELDS
from server.couch_auth.user import ADMIN_ROLE, User
from server.couch_auth.user_documents import PREFIX
from server.couch_auth.users_database import NAME
from server.instances.owner import Owner


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in.

    `salt` changes whenever the password does. What stands for the password is `phc` (of what
    `kdf` derives from it), or else the fields of a user document.
    """

    name: str
    roles: tuple[str, ...]
    salt: str
    phc: str | None = field(default=None, repr=False)
    kdf: Kdf = PLAIN
    fields: Mapping[str, object] = field(default_factory=dict, repr=False)

    def user(self, handler: str) -> User:
        """Return the user that this account makes of whoever has shown it."""
        return User(self.name, self.roles, handler)

    @property
    def stamp(self) -> str:
        """What changes with the password and with the roles."""
        return f"{self.name}\0{self.roles}\0{self.salt}\0{self.phc}\0{dict(self.fields)}"


def account_of_owner(owner: Owner) -> Account:
    """Return the account of the first admin."""
    salt = blake2b(owner.password_hash.encode(), digest_size=16).hexdigest()
    return Account(owner.name, (ADMIN_ROLE,), salt, phc=owner.password_hash, kdf=owner.kdf)


def account_of_admin(name: str, kept: str) -> Account | None:
    """Return the account of an admin of the configuration: `-pbkdf2:sha256-key,salt,iterations`.

    None for what is no hash.
    """
    scheme, _, rest = kept.removeprefix("-").partition("-")
    key, _, more = rest.partition(",")
    salt, _, iterations = more.partition(",")
    kind, _, prf = scheme.partition(":")
    if kind == "hashed":
        fields: dict[str, object] = {"password_scheme": "simple", "password_sha": key}
    elif kind == "pbkdf2" and iterations.isascii() and iterations.isdigit():
        fields = {"password_scheme": "pbkdf2", "pbkdf2_prf": prf or "sha", "derived_key": key}
        fields["iterations"] = int(iterations)
    else:
        return None
    return Account(name, (ADMIN_ROLE,), salt, fields={**fields, "salt": salt})


async def account_of_user(store: DocumentStore, name: str) -> Account | None:
    """Return the account that a document of `_users` makes; None when there is none."""
    try:
        database = await store.open(NAME)
    except DatabaseMissing:
        return None
    (found,) = await database.get_many([PREFIX + name])
    if found is None or found.deleted:
        return None
    told: dict[str, Any] = msgspec.json.decode(found.body)
    roles = tuple(role for role in told.get("roles", ()) if role != ADMIN_ROLE)
    salt = told.get("salt")
    fields = {key: value for key, value in told.items() if key in PASSWORD_FIELDS}
    return Account(name, roles, salt if isinstance(salt, str) else "", fields=fields)
