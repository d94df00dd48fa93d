"""What an archive says about itself, at its beginning and at its end; and what can be wrong."""

from enum import StrEnum
from typing import Any

import msgspec

FORMAT = 1
HEAD, RECORD = "export.json", "home.json"
SUMS, MANIFEST, SEAL = "SHA256SUMS", "manifest.json", "manifest.sha256"


UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)
"""What is raised for JSON that is none."""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is exported beside documents and contents.

    `histories`: the former bodies of documents. `links`: shared links, with the secret that opens
    them. `devices`: all that lets the owner and their devices in, with that secret.
    """

    histories: bool = False
    links: bool = False
    devices: bool = False

    @property
    def secret(self) -> bool:
        """Tell whether the archive opens the home to who has it."""
        return self.links or self.devices


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first member: which home, and what of it. Dates are RFC 3339."""

    format: int = FORMAT
    version: str
    domain: str
    uuid: str
    created_at: str
    wanted: Wanted


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The last member but its own digest.

    `members` and `bytes` count what stands before `SHA256SUMS`; `sums` is that member's SHA-256,
    `archive` that of all bytes of the archive before this member. `missing` are the digests of
    contents that documents name and the home did not have.
    """

    members: int
    bytes: int
    sums: str
    archive: str
    missing: list[str] = []


class Flaw(StrEnum):
    """What is wrong with an archive; `name` is a member, `at` a place in bytes."""

    ENDS = "it ends at byte {at}, in {name}"
    HEADER = "at byte {at}, after {name}, stands no header as we write it"
    DAMAGED = "{name} is not what was written (found at byte {at})"
    NO_EXPORT = "it does not begin as an export of a home"
    LATER = "it has format {name}, of a later version of Foyer"
    FOREIGN = "{name} (at byte {at}) belongs to no export"
    LACKS = "it lacks the content {name}"
    AFTER = "after its end, at byte {at}, there is more"


class ExportUnusable(Exception):
    """An archive is no export, or not as it was written."""

    def __init__(self, flaw: Flaw, name: str = "", at: int = 0) -> None:
        super().__init__(flaw.format(name=name, at=at))
        self.flaw = flaw
        self.name = name
        self.at = at


def encoded(value: object) -> bytes:
    """Return JSON for people and programs, with a newline."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def read_head(content: bytes) -> Head:
    """Read the first member. Raises ExportUnusable."""
    try:
        head = msgspec.json.decode(content, type=Head)
    except UNREADABLE as error:
        told = _format_of(content)
        if told > FORMAT:
            raise ExportUnusable(Flaw.LATER, str(told)) from error
        raise ExportUnusable(Flaw.NO_EXPORT) from error
    if head.format > FORMAT:
        raise ExportUnusable(Flaw.LATER, str(head.format))
    return head


def _format_of(content: bytes) -> int:
    try:
        told: Any = msgspec.json.decode(content)
    except UNREADABLE:
        return 0
    found = told.get("format") if isinstance(told, dict) else None
    return found if isinstance(found, int) else 0
