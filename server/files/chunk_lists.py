"""Lists of chunks, made when somebody first asks, and kept beside the home's documents.

They are named by the content, so that files which share one share its list. All of them can be made
again: a backup leaves them out, and one that a power cut left broken is made anew.
"""

from collections.abc import Iterable
from pathlib import Path

from replication.blobs.disk import full_disk_named
from replication.chunks.chunk import NoChunkList, unpacked

FOLDER = "chunk_lists"


def forget_chunk_lists(folder: Path, blobs: Iterable[str]) -> None:
    """Take away the lists of contents that are gone from the home in this folder; blocks."""
    for blob in blobs:
        place_of(folder, blob).unlink(missing_ok=True)


def place_of(folder: Path, blob: str) -> Path:
    """Return where the list of a content is, or would be, in a home's folder."""
    return folder / FOLDER / blob[:2] / blob


def kept(place: Path, size: int) -> bytes | None:
    """Return a list that was kept, packed, if it is of a content of this size; blocks."""
    try:
        data = place.read_bytes()
        return data if unpacked(data).size == size else None
    except (FileNotFoundError, NoChunkList):
        return None


def keep(place: Path, data: bytes) -> None:
    """Keep a list, packed; blocks. Raises StorageFull."""
    with full_disk_named():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = place.with_name(place.name + ".new")
        temporary.write_bytes(data)
        temporary.replace(place)
