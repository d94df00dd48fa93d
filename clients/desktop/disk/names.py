"""Which names a node of this computer can have: pure.

A name from a home is kept as it is, or not written at all; it is never mangled into another.
"""

import re

OWN = ".foyer"
"""The client's own folder inside the one that is kept."""

_RESERVED = re.compile(
    r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)( *\..*| *)$"
)
"""Windows: devices, with any ending (Microsoft, Naming Files, Paths, and Namespaces)."""
_WINDOWS = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


def impossible(path: str, *, windows: bool, few: bool = False) -> str:
    """Return why no node can be at a path; empty where one can.

    `few`: the disk takes only the characters that Windows takes, as exFAT and FAT do everywhere.
    """
    names = path.split("/")
    if names[0].casefold() == OWN:
        return f"{OWN} is Foyer's own"
    return next(
        (why for name in names if (why := _impossible_name(name, windows, few or windows))), ""
    )


def _impossible_name(name: str, windows: bool, few: bool) -> str:  # noqa: FBT001
    if name in ("", ".", "..") or "\0" in name:
        return f"{name!r} is no name"
    if few and _WINDOWS.search(name):
        return 'this disk takes none of < > : " / \\ | ? * in a name'
    if not windows:
        return ""
    if name[-1] in ". ":
        return "Windows takes no name that ends in a dot or a space"
    return "Windows keeps this name for a device" if _RESERVED.match(name) else ""
