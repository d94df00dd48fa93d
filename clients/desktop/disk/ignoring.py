"""What is left alone: names that programs leave behind, and what `.foyerignore` says. Pure.

The file has the syntax of gitignore(5), with paths below the folder. What is ignored is neither
sent nor received nor removed, on either side.
"""

import re
from collections.abc import Iterable

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore import GitIgnorePatternError

IGNORE_FILE = ".foyerignore"

BUILT_IN = (
    *("~$*", ".~lock.*#", "~*.tmp", ".~*", "*~", ".#*"),  # Office, LibreOffice, WPS, Emacs
    *("*.sw[a-p]", "*.un~", "4913"),  # Vim, which tries whether it may write with 4913
    *("*.crdownload", "*.part", "*.partial", "*.download", "*.opdownload"),  # browsers
    *(".DS_Store", "._*", "Icon\r", ".AppleDouble", ".LSOverride"),  # macOS
    *(".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems", ".DocumentRevisions-V100"),
    *("Thumbs.db", "ehthumbs.db", "desktop.ini", "$RECYCLE.BIN", "System Volume Information"),
    *(".directory", ".Trash-*", ".goutputstream-*", ".fuse_hidden*", ".nfs*"),  # Linux
    *("._sync_*.db*", ".sync_*.db*", ".owncloudsync.log*", ".stfolder", ".syncthing.*.tmp"),
    *(".cozy-desktop", ".system-tmp-cozy-drive"),  # other programs of this kind
)
"""Patterns of names, wherever they are; case does not matter."""


def _alternative(pattern: str) -> str:
    held = re.escape(pattern).replace(r"\*", ".*")
    return re.sub(r"\\\[(\w)\\-(\w)\\\]", r"[\1-\2]", held)


_BUILT_IN = re.compile("|".join(map(_alternative, BUILT_IN)), re.IGNORECASE | re.DOTALL)


class IgnoreRules:
    """Says of a path whether it is left alone."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.wrong: list[str] = []
        """Lines that are no pattern; they are passed over."""
        self._spec = GitIgnoreSpec.from_lines(self._legal(lines))

    def _legal(self, lines: Iterable[str]) -> list[str]:
        legal = []
        for line in lines:
            try:
                GitIgnoreSpec.from_lines([line])
            except (GitIgnorePatternError, ValueError, re.error):
                self.wrong.append(line)
            else:
                legal.append(line)
        return legal

    def ignores(self, path: str, *, is_directory: bool) -> bool:
        """Tell whether a path is left alone; what lies in an ignored directory is not asked of."""
        name = path.rpartition("/")[2]
        told = self._spec.check_file(f"{path}/" if is_directory else path).include
        if told is not None:  # also `!Thumbs.db`, for who wants it
            return told
        return _BUILT_IN.fullmatch(name) is not None


def with_pattern(text: str, pattern: str) -> str:
    """Return the ignore file with one more line, unless it has that already."""
    lines = text.splitlines()
    return text if pattern in lines else "\n".join([*lines, pattern]) + "\n"
