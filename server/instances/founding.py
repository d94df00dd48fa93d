"""Making a home: a legal name, an owner with a password, a secret of its own, a folder."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from server.at_rest.new_homes import Seal, left_open
from server.auth.kdf import DEFAULT_ITERATIONS, PLAIN, Kdf, login_hash, salt_of
from server.auth.passwords import READABLE_RANDOM, SALT_LENGTH, hash_password, readable_password
from server.instances.changes import NOTHING, Changes, changed
from server.instances.names import legal_alias, legal_domain
from server.instances.newness import mark_new
from server.instances.outline import Outline, each_outline
from server.instances.owner import Owner
from server.instances.record import (
    InstanceRecord,
    RecordUnreadable,
    read_record,
    read_records,
    rfc3339,
    write_record,
)

INSTANCES = "instances"
SECRET_LENGTH = 32
UUID_LENGTH = 16
LOCAL_DOMAIN = "localhost"
LOCAL_ALIASES = ("127.0.0.1", "::1")

RandomBytes = Callable[[int], bytes]
IsTaken = Callable[[str], bool]


def utc_now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


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
    set_up_token: str = field(default="", repr=False)
    """What the set-up link of a home without a passphrase holds."""


@dataclass(frozen=True, slots=True)
class HomeRegister:
    """The homes of a data folder, at rest. `random` returns so many random bytes.

    Passphrases are derived with `kdf_iterations`; 0 hashes them as they are. `seal` gives a new
    home the key that it is sealed with on the disk, if it is to be.
    """

    folder: Path
    random: RandomBytes
    kdf_iterations: int = DEFAULT_ITERATIONS
    now: Callable[[], datetime] = utc_now
    seal: Seal = left_open

    @property
    def instances(self) -> Path:
        """The folder that has a folder for each home."""
        return self.folder / INSTANCES

    def new_folder(self) -> Path:
        """Return where another home may be."""
        return self.instances / self.random(8).hex()

    def records(self) -> list[InstanceRecord]:
        """Return all homes, by domain. Raises RecordUnreadable, OSError."""
        return read_records(self.instances)

    def outlines(
        self, broken: Callable[[RecordUnreadable], None] = lambda _: None
    ) -> list[Outline]:
        """Return the homes whose records can be read, by domain; tell `broken` of the others.

        Raises OSError.
        """
        found = each_outline(self.instances, broken)
        return sorted(found, key=lambda outline: outline.domain)

    def found(
        self,
        domain: str,
        owner: str,
        *,
        aliases: tuple[str, ...] = (),
        password: str | None = None,
        begun: Changes = NOTHING,
        is_taken: IsTaken | None = None,
        set_up: bool = False,
    ) -> Founded:
        """Make a home; without a password, with a random one. `begun` is how it starts.

        With `set_up` it has none yet: whoever has the token that is returned chooses it.
        `is_taken` knows the names of all homes; without it their records are read. Raises
        DomainIllegal, DomainTaken, ChangeIllegal, KeyUnusable, OSError.
        """
        domain, aliases = legal_domain(domain), tuple(map(legal_alias, aliases))
        self.require_free((domain, *aliases), is_taken)
        chosen = "" if set_up else password or self.new_password()
        token = self.random(SECRET_LENGTH).hex() if set_up else ""
        nobody = Owner(owner, "", setup_hash=sha256(token.encode()).hexdigest() if set_up else "")
        plain = InstanceRecord(
            folder=self.new_folder(),
            domain=domain,
            aliases=aliases,
            owner=nobody if set_up else self._owner(nobody, chosen, domain),
            secret=self.random(SECRET_LENGTH),
            uuid=self.random(UUID_LENGTH).hex(),
            created_at=rfc3339(self.now()),
            onboarded=not set_up,
        )
        record = changed(plain, begun)
        record.folder.mkdir(parents=True, mode=0o700)
        mark_new(record.folder)
        self.seal(record.folder)
        write_record(record)
        return Founded(record, chosen, generated=not (password or set_up), set_up_token=token)

    def require_free(self, names: Iterable[str], is_taken: IsTaken | None = None) -> None:
        """Raise DomainTaken for a name that a home has."""
        if is_taken is None:
            hosts = {host for outline in each_outline(self.instances) for host in outline.hosts}
            is_taken = hosts.__contains__
        for name in names:
            if is_taken(name):
                raise DomainTaken(name)

    def found_first(
        self, owner: str, password: str | None, begun: Changes = NOTHING
    ) -> Founded | None:
        """Make the home of this machine if there is no home yet. Raises as `found` does."""
        if any(True for _ in each_outline(self.instances)):
            return None
        return self.found(
            LOCAL_DOMAIN, owner, aliases=LOCAL_ALIASES, password=password, begun=begun
        )

    def change_password(self, domain: str | None, password: str) -> InstanceRecord:
        """Give the owner of a home another password; None means the only home, or localhost.

        Raises InstanceMissing, OSError.
        """
        record = self.record(domain)
        after = self.with_password(record, password)
        write_record(after)
        return after

    def with_password(self, record: InstanceRecord, password: str) -> InstanceRecord:
        """Return a record with another passphrase for its owner; takes a second."""
        return record.with_owner(self._owner(record.owner, password, record.domain))

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

    def record(self, domain: str | None) -> InstanceRecord:
        """Return the record of a home by any of its names; None is the only one, or localhost.

        Raises InstanceMissing, RecordUnreadable, OSError.
        """
        outlines = self.outlines()
        if domain is None and len(outlines) == 1:
            return read_record(Path(outlines[0].folder))
        wanted = domain or LOCAL_DOMAIN
        for outline in outlines:
            if wanted.lower() in outline.hosts:
                return read_record(Path(outline.folder))
        raise InstanceMissing(wanted, [outline.domain for outline in outlines])
