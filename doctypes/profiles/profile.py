"""What one device is to see of the files, as its owner wrote it down (design D8).

A profile says what is shown where no rule decides, and rules in order, of which the first that
takes something in decides. Without one, a device sees all.
"""

from enum import StrEnum

import msgspec

MOST_RULES = 100
MOST_CHARACTERS = 4096
"""Of a path, or a pattern."""

MOST_TYPES = 50


class Mode(StrEnum):
    """What is shown where no rule decides, and what a rule means that does not say."""

    ALL = "all"
    """Everything; the rules rest."""
    INCLUDE = "include"
    """Nothing but what the rules take in."""
    EXCLUDE = "exclude"
    """Everything but what the rules take in."""


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What has all that is named here: a place, a pattern of names, a size, a type.

    `folder` is the id of a directory and follows it, `path` is where something lies; either takes
    in all below. `glob` is as in `patterns`. Sizes are in bytes, both ends included; `types` are
    Cozy's classes, media types, or halves like `image/*`. Sizes and types are those of files:
    directories are hidden by neither. `show` overrules what the mode makes of a rule. Without
    `new_siblings`, folders that come to lie directly in the place later are not shown; `known` are
    the ids of those that were there, filled in when the profile is saved.
    """

    folder: str = ""
    path: str = ""
    glob: str = ""
    min_size: int = 0
    max_size: int | None = None
    types: tuple[str, ...] = ()
    show: bool | None = None
    new_siblings: bool = True
    known: tuple[str, ...] = ()

    @property
    def has_place(self) -> bool:
        """Tell whether it is about a certain directory."""
        return bool(self.folder or self.path)


class Profile(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a device sees, and whether it may write; `hide_junk` hides what systems leave behind."""

    mode: Mode = Mode.ALL
    rules: tuple[Rule, ...] = ()
    read_only: bool = False
    hide_junk: bool = False


EVERYTHING = Profile()
