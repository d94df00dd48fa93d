"""The kinds of app passwords: what each is for, and what one of that kind may do.

A kind is a scope in Cozy's grammar under a name that its owner knows. For CouchDB the owner chooses
among their documents; the others are what their programs need, and no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.reserved import UNREADABLE
from doctypes.permissions.scope import WHOLE, parse_scope
from server.devices.errors import DeviceIllegal

MOST_DOCTYPES = 50
"""Types of documents that one password may name."""

_READING = ":GET"
_QUOTA = "io.cozy.settings:GET:io.cozy.settings.disk-usage"


class PasswordKind(StrEnum):
    """What an app password is for; the values stand in `client_kind` of its device."""

    WEBDAV = "webdav"
    COUCHDB = "couchdb"
    DAV_GROUPWARE = "groupware"
    """CalDAV and CardDAV."""
    BITWARDEN = "bitwarden"
    EVERYTHING = "everything"


_DOCTYPES = {
    PasswordKind.WEBDAV: ("io.cozy.files",),
    PasswordKind.DAV_GROUPWARE: (
        *("io.cozy.contacts", "io.cozy.contacts.groups", "io.cozy.contacts.accounts"),
        *("io.cozy.calendar", "io.cozy.calendar.events", "io.cozy.calendar.todos"),
    ),
    PasswordKind.BITWARDEN: (
        *("com.bitwarden.ciphers", "com.bitwarden.folders", "com.bitwarden.organizations"),
        *("com.bitwarden.collections", "com.bitwarden.profiles", "com.bitwarden.contacts"),
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants an app password for.

    `doctypes` counts for CouchDB alone. `read_only` leaves the password the right to read.
    """

    kind: PasswordKind
    doctypes: tuple[str, ...] = ()
    read_only: bool = False

    @property
    def scope(self) -> str:
        """What it may do, as a scope. Raises DeviceIllegal."""
        if self.kind is PasswordKind.EVERYTHING:
            return self._whole()
        rules = [name + (_READING if self.read_only else "") for name in self._named()]
        if self.kind is PasswordKind.WEBDAV:
            rules.append(_QUOTA)
        return " ".join(rules)

    def _whole(self) -> str:
        if self.read_only:
            raise DeviceIllegal("read_only", "To read alone, choose what may be read.")
        return WHOLE

    def _named(self) -> Sequence[str]:
        if self.kind is not PasswordKind.COUCHDB:
            return _DOCTYPES[self.kind]
        named = tuple(dict.fromkeys(self.doctypes))
        if not named:
            raise DeviceIllegal(
                "doctypes", "Name the types of documents, such as io.cozy.contacts."
            )
        if len(named) > MOST_DOCTYPES:
            raise DeviceIllegal("doctype", f"One password may name {MOST_DOCTYPES} types.")
        for name in named:
            _require_doctype(name)
        return named


def _require_doctype(name: str) -> None:
    try:
        (rule,) = parse_scope(name).rules
    except (RuleIllegal, ValueError) as error:
        raise DeviceIllegal("doctype", f"{name} is no type of documents.") from error
    if rule.type != name or rule.type in UNREADABLE:
        raise DeviceIllegal("doctype", f"{name} is no type of documents for devices.")


def read_kind(text: object) -> PasswordKind:
    """Return a kind by its name. Raises DeviceIllegal."""
    try:
        return PasswordKind(str(text))
    except ValueError as error:
        names = ", ".join(PasswordKind)
        raise DeviceIllegal("kind", f"The kind of an app password is one of: {names}.") from error
