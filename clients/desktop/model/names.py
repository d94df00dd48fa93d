"""Names that the client gives: to the local one of two contents, and to what has to make way."""

import re
import unicodedata
from collections.abc import Callable

LONGEST = 255
"""Bytes that a name may have on the file systems that people use."""

LONGEST_ENDING = 16
"""Characters after a dot that still say what kind a file is."""

_PARKED = ".foyer-parked-"
_CONFLICT = re.compile(r" \(conflict, [^()]*, \d{4}-\d\d-\d\d(?:, \d+)?\)$")


def conflict_name(name: str, device: str, date: str, is_taken: Callable[[str], bool]) -> str:
    """Return the name for a local content that lost its own to the home's.

    `report.txt` becomes `report (conflict, laptop, 2026-11-27).txt`; what an earlier conflict gave
    is put in the place of, not added to. Not longer than a file system takes, in bytes.
    """
    stem, dot, ending = name.rpartition(".")
    if not stem.strip(".") or len(ending) > LONGEST_ENDING or " " in ending:
        stem, dot, ending = name, "", ""
    stem = _CONFLICT.sub("", stem)
    who = re.sub(r"[()/\\:*?\"<>|\x00-\x1f]", "", device) or "device"
    number = 1
    while True:
        count = f", {number}" if number > 1 else ""
        addition = f" (conflict, {_cut(who, 60)}, {date}{count}){dot}{ending}"
        found = _cut(stem, LONGEST - len(_bytes(addition))) + addition
        if not is_taken(found):
            return found
        number += 1


def is_conflict_name(name: str) -> bool:
    """Say whether a name was given by `conflict_name`."""
    stem, _, _ = name.rpartition(".")
    return any(_CONFLICT.search(part) for part in (name, stem))


def parked_name(device: str, number: int) -> str:
    """Return the name of what makes way for a moment: the nodes of a cycle all wait for another."""
    return f"{_PARKED}{_tag(device)}-{number}"


def is_parked(name: str, device: str) -> bool:
    """Say whether this device gave the name; another's is a name like any."""
    return name.startswith(f"{_PARKED}{_tag(device)}-")


def yields(name: str, to: str) -> bool:
    """Say whether a name is another device's for what makes way, and gives way to one of ours.

    Where two devices took the other's for a person's name, one of them has to.
    """
    return name.startswith(_PARKED) and name < to


def composed(name: str) -> str:
    """Return a name as homes keep it, whatever form of Unicode a file system made of it."""
    return unicodedata.normalize("NFC", name)


def is_name(name: str) -> bool:
    """Say whether a name is one, and no way to somewhere else."""
    return name not in ("", ".", "..") and not {"/", "\0"} & set(name)


def is_told(name: str) -> bool:
    """Say whether a name can be told to a home: file systems know some that are no text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _tag(device: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", device)[:20] or "device"


def _cut(text: str, size: int) -> str:
    raw = _bytes(text)
    if len(raw) <= size:
        return text
    return raw[:size].decode("utf-8", "ignore")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
