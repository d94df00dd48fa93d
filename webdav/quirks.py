"""What clients do beside the standards, and how each is served: one place, with the reasons.

Keyed by what a client sends and not by who it says it is, wherever that can be. What only reads a
value tolerantly stands with the reader: a Lock-Token without its brackets (old Windows), Depth
`1,noroot` (Apple), a path in ISO-8859-1 (Windows XP), text between elements (ownCloud 2.11), a
Destination of another scheme (all behind a proxy), `X-Expected-Entity-Length` (Finder).
"""

import re
from collections.abc import Mapping

from webdav.extensions.properties import QUOTA_AVAILABLE, QUOTA_USED
from webdav.model.path import Path
from webdav.wire.xml import DAV

_APPLE_QUOTA = frozenset({f"{DAV}quota", f"{DAV}quotaused"})
_QUOTA = frozenset({QUOTA_USED, QUOTA_AVAILABLE})
_OFFICE = re.compile(r"microsoft office|ms-?office|ms frontpage", re.IGNORECASE)
_FINDER = re.compile(r"webdavfs|webdavlib", re.IGNORECASE)

NO_INDEX = frozenset({".metadata_never_index", ".ql_disablethumbnails"})
_PROBED = frozenset(
    {
        *(".hidden", ".localized", ".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems"),
        *(".apdisk", ".com.apple.timemachine.supported", ".metadata_direct_scope_only"),
        *("mach_kernel", "Backups.backupdb", ".metadata_never_index_unless_rootfs"),
        *(".file", ".vol", "DCIM", "Contents"),
    }
)


def left_out_of(asked: frozenset[str]) -> frozenset[str]:
    """Return the properties that an answer to these may not have.

    Finder 15.4 and later asks for Apple's own quota names along with RFC 4331's, and waits for 90
    seconds if an answer to such a request has the latter (copyparty#1242). It is content without.
    """
    return _QUOTA if asked & _APPLE_QUOTA else frozenset()


def takes_304(headers: Mapping[str, str]) -> bool:
    """Tell whether a client can be told that what it has is current.

    Office opens a document read-only where its conditional GET is answered with 304
    (FubarDevelopment/WebDavServer#41).
    """
    return _OFFICE.search(headers.get("user-agent", "")) is None


def is_finder(headers: Mapping[str, str]) -> bool:
    """Tell whether it is macOS's own file system for WebDAV: Finder and all beside it."""
    return _FINDER.match(headers.get("user-agent", "")) is not None


def is_sidecar(path: Path) -> bool:
    """Tell whether a name is what macOS keeps beside files: AppleDouble, and views of folders.

    Refusing them makes Finder give up whole copies with error -36 (copyparty#546); keeping them
    among the files shows them to everybody else.
    """
    return bool(path) and (path[-1].startswith("._") or path[-1] == ".DS_Store")


def is_probe(path: Path) -> bool:
    """Tell whether macOS asks for a name only to learn that it is not there.

    It does so hundreds of times for each mount. Nobody has such a file on purpose, but in the root
    of a disk; a folder below, which somebody may call "Contents", is none of them.
    """
    return len(path) == 1 and path[0] in _PROBED


def keeps_indexers_out(path: Path) -> bool:
    """Tell whether a file of this name, which is empty, stops Spotlight and QuickLook.

    Without it they fetch every file of the mount.
    """
    return len(path) == 1 and path[0] in NO_INDEX
