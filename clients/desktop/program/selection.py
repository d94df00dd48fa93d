"""The directories of a home as a tree to tick: what is shown, and what keys do. Pure.

Directories are read when they are opened, by whoever draws the tree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from clients.desktop.home.device import Folder
from clients.desktop.home.port import ROOT_ID


class Wish(Enum):
    """What a key asks for beyond the tree itself."""

    NOTHING = auto()
    READ = auto()
    SAVE = auto()
    LEAVE = auto()


@dataclass(slots=True)
class Branch:
    """A directory in the tree. `children` is None until they were read."""

    id: str
    name: str
    depth: int
    is_kept: bool
    was_kept: bool
    above: "Branch | None" = None
    is_open: bool = False
    children: "list[Branch] | None" = None

    @property
    def is_shown_kept(self) -> bool:
        """Tell whether the device will have it: not where one above is left out."""
        return self.is_kept and (self.above is None or self.above.is_shown_kept)


@dataclass(slots=True)
class Selection:
    """The tree, with a cursor on one of its lines."""

    tops: list[Branch] = field(default_factory=list)
    cursor: int = 0

    def read(self, parent: Branch | None, folders: Sequence[Folder]) -> None:
        """Take in the directories of a directory; None: of the home itself."""
        depth = 0 if parent is None else parent.depth + 1
        found = [
            Branch(it.id, it.name, depth, not it.left_out, not it.left_out, parent)
            for it in folders
        ]
        if parent is None:
            self.tops = found
        else:
            parent.children, parent.is_open = found, True

    def lines(self) -> list[Branch]:
        """Return what is to be seen, from above."""
        return [branch for top in self.tops for branch in _open(top)]

    @property
    def current(self) -> Branch | None:
        """Return the directory at the cursor."""
        lines = self.lines()
        return lines[min(self.cursor, len(lines) - 1)] if lines else None

    def press(self, key: str) -> Wish:
        """Do what a key means; READ: the directory at the cursor is to be read and opened."""
        branch = self.current
        match key:
            case "up" | "down":
                step = -1 if key == "up" else 1
                self.cursor = max(0, min(self.cursor + step, len(self.lines()) - 1))
            case "tick" if branch is not None:
                branch.is_kept = not branch.is_kept
            case "open" if branch is not None:
                return self._opened(branch)
            case "close" if branch is not None:
                self._close(branch)
            case "save":
                return Wish.SAVE
            case "leave":
                return Wish.LEAVE
        return Wish.NOTHING

    def _opened(self, branch: Branch) -> Wish:
        if branch.children is None:
            return Wish.READ
        branch.is_open = True
        return Wish.NOTHING

    def _close(self, branch: Branch) -> None:
        """Close a directory, or go to the one that it lies in."""
        if branch.is_open or branch.above is None:
            branch.is_open = False
        else:
            self.cursor = next(n for n, it in enumerate(self.lines()) if it is branch.above)

    def changes(self) -> tuple[list[str], list[str]]:
        """Return the ids to leave out, and those to take in again."""
        every = [branch for top in self.tops for branch in _all(top)]
        out = [it.id for it in every if it.was_kept and not it.is_kept]
        return out, [it.id for it in every if it.is_kept and not it.was_kept]


def _open(branch: Branch) -> Iterator[Branch]:
    yield branch
    if branch.is_open:
        for child in branch.children or ():
            yield from _open(child)


def _all(branch: Branch) -> Iterator[Branch]:
    yield branch
    for child in branch.children or ():
        yield from _all(child)


def parent_id(branch: Branch | None) -> str:
    """Return which directory to read for a branch."""
    return ROOT_ID if branch is None else branch.id


def drawn(selection: Selection, height: int, width: int) -> list[str]:
    """Return the lines of a screen: those round the cursor, cut to its width."""
    lines = selection.lines()
    top = max(0, min(selection.cursor - height // 2, len(lines) - height))
    return [
        _line(branch, number == selection.cursor)[:width]
        for number, branch in list(enumerate(lines))[top : top + height]
    ]


def _line(branch: Branch, is_current: bool) -> str:  # noqa: FBT001
    box = "[x]" if branch.is_shown_kept else "[ ]"
    sign = "▾" if branch.is_open else ("▸" if branch.children != [] else " ")
    return f"{'>' if is_current else ' '} {'   ' * branch.depth}{box} {sign} {branch.name}"
