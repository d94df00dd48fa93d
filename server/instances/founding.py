"""Making a home: a legal name, an owner with a password, a secret of its own, a folder."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from server.auth.kdf import DEFAULT_ITERATIONS, PLAIN, Kdf, login_hash, salt_of
from server.auth.passwords import READABLE_RANDOM, SALT_LENGTH, hash_password, readable_password
from server.instances.owner import Owner
from server.instances.record import InstanceRecord, read_records, rfc3339, write_record

INSTANCES = "instances"
SECRET_LENGTH = 32
UUID_LENGTH = 16
LOCAL_DOMAIN = "localhost"
LOCAL_ALIASES = ("127.0.0.1", "::1")

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)\Z")
_LONGEST = 253

RandomBytes = Callable[[int], bytes]


def utc_now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


class DomainIllegal(Exception):
    """Text that is no domain name."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class DomainTaken(Exception):
    """A home answers to this name already."""

    def __init__(self, domain: str) -> None:
        super().__init__(domain)
        self.domain = domain


class InstanceMissing(Exception):
    """No home here has this domain; `domains` are those that there are."""

    def __init__(self, domain: str, domains: list[str]) -> None:
        super().__init__(domain)
        self.domain = domain
        self.domains = domains


@dataclass(frozen=True, slots=True)
class Founded:
    """A home just made, and the password that opens it; `generated` tells who chose that."""

    record: InstanceRecord
    password: str = field(repr=False)
    generated: bool


@dataclass(frozen=True, slots=True)
class HomeRegister:
    """The homes of a data folder, at rest. `random` returns so many random bytes.

    Passphrases are derived with `kdf_iterations`; 0 hashes them as they are.
    """

    folder: Path
    random: RandomBytes
    kdf_iterations: int = DEFAULT_ITERATIONS
    now: Callable[[], datetime] = utc_now

    def records(self) -> list[InstanceRecord]:
        """Return all homes, by domain. Raises RecordUnreadable, OSError."""
        return read_records(self.folder / INSTANCES)

    def found(
        self, domain: str, owner: str, *, aliases: tuple[str, ...] = (), password: str | None = None
    ) -> Founded:
        """Make a home; without a password, with a random one.

        Raises DomainIllegal, DomainTaken, OSError.
        """
        domain, aliases = legal_domain(domain), tuple(map(legal_alias, aliases))
        taken = {host for record in self.records() for host in record.hosts}
        for name in (domain, *aliases):
            if name in taken:
                raise DomainTaken(name)
        chosen = password or self.new_password()
        record = InstanceRecord(
            folder=self.folder / INSTANCES / self.random(8).hex(),
            domain=domain,
            aliases=aliases,
            owner=self._owner(Owner(owner, ""), chosen, domain),
            secret=self.random(SECRET_LENGTH),
            uuid=self.random(UUID_LENGTH).hex(),
            created_at=rfc3339(self.now()),
        )
        write_record(record)
        return Founded(record, chosen, generated=not password)

    def found_first(self, owner: str, password: str | None) -> Founded | None:
        """Make the home of this machine if there is no home yet. Raises as `found` does."""
        if self.records():
            return None
        return self.found(LOCAL_DOMAIN, owner, aliases=LOCAL_ALIASES, password=password)

    def change_password(self, domain: str | None, password: str) -> InstanceRecord:
        """Give the owner of a home another password; None means the only home, or localhost.

        Raises InstanceMissing, OSError.
        """
        record = self._record(domain)
        changed = record.with_owner(self._owner(record.owner, password, record.domain))
        write_record(changed)
        return changed

    def _owner(self, owner: Owner, password: str, domain: str) -> Owner:
        """Return the owner with a passphrase; the salt stays what it was, for vaults rest on it."""
        salt = owner.kdf.salt or salt_of(domain)
        kdf = Kdf(self.kdf_iterations, salt) if self.kdf_iterations else PLAIN
        derived = login_hash(unicodedata.normalize("NFC", password), kdf)
        password_hash = hash_password(derived, self.random(SALT_LENGTH))
        return replace(owner, password_hash=password_hash, kdf=kdf, setup_hash="")

    def new_password(self) -> str:
        """Return a random password that can be read out."""
        return readable_password(self.random(READABLE_RANDOM))

    def _record(self, domain: str | None) -> InstanceRecord:
        records = self.records()
        if domain is None and len(records) == 1:
            return records[0]
        wanted = domain or LOCAL_DOMAIN
        for record in records:
            if wanted.lower() in record.hosts:
                return record
        raise InstanceMissing(wanted, [record.domain for record in records])


def legal_alias(text: str) -> str:
    """Return a further name of a home: a domain, or an address in its usual form.

    Raises DomainIllegal.
    """
    try:
        return str(ip_address(text.strip().strip("[]")))
    except ValueError:
        return legal_domain(text)


def legal_domain(text: str) -> str:
    """Return a domain name as Host headers will have it: lower case, ASCII. Raises DomainIllegal.

    Addresses, ports and paths are no part of a name.
    """
    try:
        domain = text.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError as error:
        raise DomainIllegal(text) from error
    labels = domain.split(".")
    if len(domain) > _LONGEST or labels[-1].isdigit() or not all(map(_LABEL.match, labels)):
        raise DomainIllegal(text)
    return domain
