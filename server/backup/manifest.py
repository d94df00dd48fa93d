"""What a backup says about itself: which home, as of when, and how much there must be in it."""

from enum import StrEnum
from pathlib import Path

import msgspec

FILE_NAME = "manifest.json"
FORMAT = 1


class Manifest(msgspec.Struct, kw_only=True, frozen=True):
    """`files` are the digests (SHA-256 in hex) of all files but the blobs; dates are RFC 3339.

    Blobs need no list: each is named by its digest. `blobs` and `bytes` count them.
    """

    format: int = FORMAT
    version: str
    domain: str
    uuid: str
    created_at: str
    files: dict[str, str]
    blobs: int
    bytes: int


class Flaw(StrEnum):
    """What is wrong with a backup."""

    NO_ARCHIVE = "it is no archive, or not all of one ({about})"
    NO_MANIFEST = "it does not begin with a manifest that can be read"
    LATER = "it has format {about}, of a later version of Foyer"
    DAMAGED = "{about} is damaged"
    LACKS = "it lacks {about}"
    FOREIGN = "{about} is none of a backup's files"


class BackupUnusable(Exception):
    """What was given is no backup, or not all of one; `about` is what the flaw is about."""

    def __init__(self, path: Path, flaw: Flaw, about: str = "") -> None:
        super().__init__(f"{path}: {flaw.format(about=about)}")
        self.path = path
        self.flaw = flaw
        self.about = about


def read_manifest(path: Path, content: bytes) -> Manifest:
    """Read a manifest; `path` is the backup that has it. Raises BackupUnusable."""
    try:
        told = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupUnusable(path, Flaw.NO_MANIFEST) from error
    if told.format > FORMAT:
        raise BackupUnusable(path, Flaw.LATER, str(told.format))
    return told
