"""What a file or directory may be called, and what it is called when its name is taken."""

import re
from collections.abc import Container
from itertools import count
from unicodedata import normalize

from doctypes.files.errors import IllegalName

MOST_BYTES = 1024

_FORBIDDEN = {"/": "a slash", "\0": "a null character", "\n": "a line feed", "\r": "a return"}
_NUMBERED = re.compile(r"(?s)(?P<stem>.+) \((?P<number>[2-9]|[1-9][0-9]{1,2})\)\Z")
_EXTENSION = re.compile(r"(?s)(?P<stem>.*?[^.])(?P<extension>(?:\.tar)?\.[^. ]{1,16})\Z")


def legal_name(name: str) -> str:
    """Return the name, which is kept as it was given: case, and the Unicode form of its letters.

    Raises IllegalName if it is empty, `.` or `..`, has a slash, null, line feed or return in it
    (cozy.md B7), cannot be written as UTF-8, or is longer than 1,024 bytes.
    """
    if name in ("", ".", ".."):
        raise IllegalName(name, "it has a meaning of its own in paths")
    for character, spelled in _FORBIDDEN.items():
        if character in name:
            raise IllegalName(name, f"{spelled} is in it")
    try:
        length = len(name.encode())
    except UnicodeEncodeError as error:
        raise IllegalName(name, "half a character is in it") from error
    if length > MOST_BYTES:
        raise IllegalName(name, f"it is longer than {MOST_BYTES} bytes")
    return name


def composed(name: str) -> str:
    """Return a name in Unicode NFC: names are the same if they are equal in it.

    macOS writes letters and accents one by one (NFD), most others write them as one.
    """
    return name if name.isascii() else normalize("NFC", name)


def look_alike(name: str) -> str:
    """Return what names have in common that differ by case or by width of letters at most.

    Disks of Windows and macOS cannot hold two of them side by side.
    """
    return normalize("NFKC", normalize("NFKC", name).casefold())


def split_extension(name: str) -> tuple[str, str]:
    """Split a file's name before its extension: `a.tar.gz` is `a` and `.tar.gz`.

    A leading dot starts no extension, and neither does one before a space.
    """
    found = _EXTENSION.match(name)
    return (found["stem"], found["extension"]) if found else (name, "")


def numbered_page(name: str, number: int) -> str:
    """Return the name of one page of a document: page 3 of `x.pdf` is `x (3).pdf`."""
    stem, extension = split_extension(name)
    return f"{stem} ({number}){extension}"


class ConflictNames:
    """The names that may stand in for one that is taken: `x (2).docx`, `x (3).docx` and so on.

    A name that is itself such a stand-in counts on: `x (2).docx` is followed by `x (3).docx`.
    A directory's name has no extension.
    """

    def __init__(self, name: str, *, is_file: bool) -> None:
        stem, self._extension = split_extension(name) if is_file else (name, "")
        numbered = _NUMBERED.match(stem)
        self._stem = _shortened(numbered["stem"] if numbered else stem, self._extension)
        self._first = int(numbered["number"]) + 1 if numbered else 2

    @property
    def beginning(self) -> str:
        """What every one of these names begins with."""
        return f"{self._stem} ("

    def first_free(self, taken: Container[str]) -> str:
        """Return the first that is not taken; `taken` holds names in NFC."""
        names = (f"{self.beginning}{number}){self._extension}" for number in count(self._first))
        return next(name for name in names if composed(name) not in taken)


def _shortened(stem: str, extension: str) -> str:
    """Leave room for the longest ending that is likely, such as ` (1000000).docx`."""
    room = MOST_BYTES - len(f" (1000000){extension}".encode())
    return stem.encode()[:room].decode(errors="ignore")
