"""The home's tree as a file system shows it: paths, attributes, members. Pure."""

import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clients.desktop.ondemand.kept import Content
from clients.desktop.replica.tree import Node

_DIRECTORY, _FILE, _PROGRAM = 0o500, 0o400, 0o500
"""For their owner alone, to read."""
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose files these are, as the system counts people."""

    user: int
    group: int


class View:
    """All nodes of a home by path."""

    def __init__(self, tree: Iterable[Node], owner: Owner) -> None:
        self._owner = owner
        self._nodes = {node.path: node for node in tree}
        self._members: dict[str, list[str]] = {}
        for path, node in self._nodes.items():
            if path != "/" and _is_name(node.name):
                self._members.setdefault(path.rpartition("/")[0] or "/", []).append(node.name)

    def at(self, path: str) -> Node | None:
        """Return what has a path."""
        return self._nodes.get(path)

    def members(self, path: str) -> list[str]:
        """Return the names in a directory."""
        return self._members.get(path, [])

    def is_directory(self, path: str) -> bool:
        """Tell whether a directory has a path; the root always has."""
        node = self.at(path)
        return path == "/" or (node is not None and node.is_directory)

    def below(self, node_ids: Iterable[str]) -> list[Node]:
        """Return the files that some ids name, or that lie in directories that they name."""
        wanted = set(node_ids)
        roots = [node.path for node in self._nodes.values() if node.id in wanted]
        return [
            node
            for node in self._nodes.values()
            if not node.is_directory
            and any(node.path == it or node.path.startswith(it.rstrip("/") + "/") for it in roots)
        ]

    def attributes(self, path: str) -> dict[str, int] | None:
        """Return what stat(2) tells of a path, times in nanoseconds; None where nothing is."""
        node = self.at(path)
        if node is None and path != "/":
            return None
        is_directory = node is None or node.is_directory
        size = 0 if node is None or is_directory else node.size
        changed = 0 if node is None else _nanoseconds(node.document.updated_at)
        kind = stat.S_IFDIR | _DIRECTORY if is_directory else stat.S_IFREG | _rights(node)
        return {
            "st_mode": kind,
            "st_nlink": 2 if is_directory else 1,
            "st_size": size,
            "st_uid": self._owner.user,
            "st_gid": self._owner.group,
            "st_mtime": changed,
            "st_ctime": changed,
            "st_atime": changed,
            "st_blocks": -(-size // _BLOCK),
        }


def _rights(node: Node | None) -> int:
    return _PROGRAM if node is not None and node.document.executable else _FILE


def _is_name(name: str) -> bool:
    """Tell whether a name of the home can be one here."""
    return name not in ("", ".", "..") and "/" not in name and "\0" not in name


def content_of(node: Node) -> Content:
    """Return what a file holds."""
    return Content(node.document.md5sum, node.size)


def _nanoseconds(text: str) -> int:
    try:
        return int(datetime.fromisoformat(text).timestamp()) * 1_000_000_000
    except ValueError:
        return 0
