"""Members of an archive as POSIX has them (pax, IEEE Std 1003.1): headers to bytes, and back.

Each member has one spelling: what is read must be, to the byte, what would be written for it. So
no byte of an archive can change without being noticed, not even one that no program looks at.
"""

import tarfile
from collections.abc import Callable
from typing import NamedTuple

BLOCK = 512
END = bytes(2 * BLOCK)
"""What an archive ends with."""

_LONGEST_RECORDS = 1 << 20
_KIND = slice(156, 157)
_ENCODING, _ERRORS = "utf-8", "surrogateescape"


class Member(NamedTuple):
    """A file, or a directory, of an archive; `size` in bytes, `modified_at` in seconds of 1970."""

    name: str
    size: int = 0
    modified_at: int = 0
    is_directory: bool = False


class HeaderIllegal(ValueError):
    """Bytes that are no header as we write them."""


Read = Callable[[int], bytes]
"""Gives the next so many bytes of an archive, all of them."""


def header_of(member: Member) -> bytes:
    """Return what stands before a member's bytes."""
    about = tarfile.TarInfo(member.name)
    about.size, about.mtime = member.size, member.modified_at
    about.type = tarfile.DIRTYPE if member.is_directory else tarfile.REGTYPE
    about.mode = 0o700 if member.is_directory else 0o600
    return about.tobuf(tarfile.PAX_FORMAT, _ENCODING, _ERRORS)


def padding_of(size: int) -> bytes:
    """Return what fills the last block of a member."""
    return bytes(-size % BLOCK)


def read_header(read: Read) -> Member | None:
    """Read the next header; None at the end. Raises HeaderIllegal, and what `read` raises."""
    block = read(BLOCK)
    if not any(block):
        return None
    raw, records = block, dict[str, str]()
    if block[_KIND] == tarfile.XHDTYPE:
        size = _parsed(block).size
        if size > _LONGEST_RECORDS:
            raise HeaderIllegal(size)
        body = read(size + len(padding_of(size)))
        block = read(BLOCK)
        raw, records = raw + body + block, _records(body[:size])
    member = _member(_parsed(block), records)
    if header_of(member) != raw:
        raise HeaderIllegal(member.name)
    return member


def _parsed(block: bytes) -> tarfile.TarInfo:
    try:
        return tarfile.TarInfo.frombuf(block, _ENCODING, _ERRORS)
    except tarfile.HeaderError as error:
        raise HeaderIllegal(str(error)) from error


def _records(body: bytes) -> dict[str, str]:
    """Read `LENGTH NAME=VALUE` lines, the length that of the line."""
    found: dict[str, str] = {}
    while body:
        length, space, _ = body.partition(b" ")
        if not (space and length.isdigit() and len(length) < len(str(_LONGEST_RECORDS)) + 1):
            raise HeaderIllegal(body[:40])
        line, body = body[: int(length)], body[int(length) :]
        name, equals, value = line[len(length) + 1 :].partition(b"=")
        if not (equals and value.endswith(b"\n")):
            raise HeaderIllegal(line[:40])
        found[name.decode(_ENCODING, _ERRORS)] = value[:-1].decode(_ENCODING, _ERRORS)
    return found


def _member(about: tarfile.TarInfo, records: dict[str, str]) -> Member:
    name, is_directory = records.get("path", about.name), about.type == tarfile.DIRTYPE
    return Member(
        name.removesuffix("/") if is_directory else name,
        _number(records.get("size"), about.size),
        _number(records.get("mtime"), int(about.mtime)),
        is_directory,
    )


def _number(told: str | None, otherwise: int) -> int:
    return int(told) if told and told.isascii() and told.isdigit() else otherwise
