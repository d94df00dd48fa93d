"""What a folder held at a moment in the past, decided on what is still known of it.

Three things tell of the past. Documents keep some of the bodies they had, and each says when it
was written; those give names and places. Versions say from when to when they were a file's content.
What was thrown away says when, and from where. What was destroyed, and contents that no version
kept, are beyond reach.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from doctypes.files.document import Fields, fields_of, metadata_of
from doctypes.files.node import TRASH_ID, Directory, File, Node
from doctypes.files.paths import ROOT_PATH, joined, names_of
from doctypes.files.trash import restore_name, thrown_away_at
from doctypes.files.version import Version


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node was, and (for a file) the SHA-256 of what it held; empty if nobody knows."""

    dir_id: str
    name: str
    blob: str = ""


@dataclass(frozen=True, slots=True)
class PastNode:
    """A node as it was: at `path`, in the place it had.

    `version` holds the content it had, None where it has it still (or is a directory). `lost` says
    that the content it had is kept nowhere.
    """

    node: Node
    path: str
    place: Place
    version: Version | None = None
    lost: bool = False

    @property
    def is_moved(self) -> bool:
        """Tell whether it is elsewhere now, or called otherwise."""
        return (self.node.dir_id, self.node.name) != (self.place.dir_id, self.place.name)


@dataclass(frozen=True, slots=True)
class Past:
    """What a folder held, each directory before what it held; and what has come into it since."""

    nodes: tuple[PastNode, ...]
    newcomers: tuple[Node, ...]


def changed_at(fields: Fields) -> datetime | None:
    """Return when a body was written, as it says itself."""
    return _moment(metadata_of(fields).get("updatedAt"))


def born_at(node: Node) -> datetime:
    """Return when a node came into this home."""
    return _moment(metadata_of(fields_of(node)).get("createdAt")) or node.created_at


def place_then(node: Node, body: Fields | None, directories: Mapping[str, str]) -> Place:
    """Return where a node was; `body` is the last one written before then, if it is kept.

    Without it, the node was where it is, or where it was thrown away from; `directories` gives the
    ids by path.
    """
    if body is not None:
        dir_id, name, blob = (str(body.get(key, "")) for key in ("dir_id", "name", "sha256sum"))
        return Place(dir_id, name, blob)
    if thrown_away_at(node) is not None:
        path = fields_of(node).get("restore_path", ROOT_PATH)
        return Place(directories.get(path, ""), restore_name(node))
    return Place(node.dir_id, node.name)


def content_then(
    file: File, blob: str, versions: Sequence[Version], moment: datetime
) -> tuple[Version | None, bool]:
    """Return the version with what a file held, None if the file has it still; and if it is lost.

    `blob` is its digest where it is known. Where it is not, it is the last content that came before
    the moment, of those that are kept.
    """
    uploaded = _moment(metadata_of(fields_of(file)).get("uploadedAt")) or file.updated_at
    if blob:
        found = next((version for version in versions if version.blob == blob), None)
        return (None, False) if blob == file.blob else (found, found is None)
    if uploaded <= moment:
        return None, False
    before = [version for version in versions if version.uploaded_at <= moment]
    latest = max(before, key=lambda version: version.uploaded_at, default=None)
    return latest, latest is None


def past_paths(places: Mapping[str, Place], folder_id: str, path: str) -> Iterator[tuple[str, str]]:
    """Yield the ids of what lay below a folder and their paths then, from the top down."""
    children: dict[str, list[str]] = {}
    for node_id, place in places.items():
        children.setdefault(place.dir_id, []).append(node_id)
    waiting, seen = [(folder_id, path)], {folder_id}
    while waiting:
        here, its_path = waiting.pop()
        for node_id in sorted(children.get(here, ())):
            if node_id not in seen:
                seen.add(node_id)
                below = joined(its_path, places[node_id].name)
                yield node_id, below
                waiting.append((node_id, below))


def was_in_trash(places: Mapping[str, Place], node_id: str) -> bool:
    """Tell whether a node lay in the trash then, itself or inside something."""
    seen = set[str]()
    while node_id in places and node_id not in seen:
        seen.add(node_id)
        node_id = places[node_id].dir_id
    return node_id == TRASH_ID


def by_depth(nodes: Sequence[PastNode]) -> list[PastNode]:
    """Order nodes so that a directory comes before what it holds."""
    return sorted(nodes, key=lambda past: (len(names_of(past.path)), past.path))


def paths_to_ids(directories: Sequence[Directory]) -> dict[str, str]:
    """Return the ids of directories by their paths."""
    return {directory.path: directory.id for directory in directories}


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
