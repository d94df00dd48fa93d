"""Lists of chunks, made when somebody first asks, and kept beside the home's documents.

They are named by the content, so that files which share one share its list. All of them can be made
again: a backup leaves them out, and one that a power cut left broken is made anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from replication.blobs.disk import full_disk_named
from replication.chunks.chunk import NoChunkList, unpacked
from server.at_rest.transit import Transit
from server.instances.instance import Instance

FOLDER = "chunk_lists"


@dataclass(frozen=True, slots=True)
class KeptLists:
    """The lists of one home, in its folder; `transit` is how they lie there."""

    folder: Path
    transit: Transit

    def find(self, blob: str, size: int) -> bytes | None:
        """Return a list that was kept, packed, if it is of a content of this size; blocks."""
        try:
            data = self.transit.unseal(self._place(blob).read_bytes())
            return data if unpacked(data).size == size else None
        except (FileNotFoundError, NoChunkList, ValueError):
            return None

    def keep(self, blob: str, data: bytes) -> None:
        """Keep a list, packed; blocks. Raises StorageFull."""
        place = self._place(blob)
        with full_disk_named():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary = place.with_name(place.name + ".new")
            temporary.write_bytes(self.transit.seal(data))
            temporary.replace(place)

    def forget(self, blobs: Iterable[str]) -> None:
        """Take away the lists of contents that are gone; blocks."""
        for blob in blobs:
            self._place(blob).unlink(missing_ok=True)

    def _place(self, blob: str) -> Path:
        name = self.transit.named(blob)
        return self.folder / FOLDER / name[:2] / name


def lists_of(home: Instance) -> KeptLists:
    """Return the lists of a home."""
    return KeptLists(home.folder, home.transit)
