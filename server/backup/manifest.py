"""What a backup says about itself: which home, as of when, and how much there must be in it."""

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


class BackupUnusable(Exception):
    """What was given is no backup, or not all of one; the message says why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def read_manifest(path: Path, content: bytes) -> Manifest:
    """Read a manifest; `path` is the backup that has it. Raises BackupUnusable."""
    try:
        told = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupUnusable(path, f"its manifest cannot be read: {error}") from error
    if told.format > FORMAT:
        raise BackupUnusable(path, f"it has format {told.format}, of a later version of Foyer")
    return told
