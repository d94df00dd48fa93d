"""A path inside the mounted space: its segments, decoded once from the request target.

The root is the empty tuple. A trailing slash is not part of a path: clients rename folders with
and without it, and RFC 4918 5.2 asks servers to take both.
"""

import re
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

from webdav.model.errors import BadRequest, NotFound

Path = tuple[str, ...]

ROOT: Path = ()

# No "+" is left as it is (decoders of forms read a space), and nothing that XML would have to
# escape a second time.
_UNSAFE = re.compile(r"[^A-Za-z0-9\-._~!$()*,:@=]")
_AMBIGUOUS = re.compile("%(2f|00)", re.IGNORECASE)


def parse_path(raw: str, mount: str) -> Path:
    """Decode the path part of a request target below `mount` ("/dav/files", or "" for all).

    The mount is encoded, as it goes into hrefs. Empty segments fall away. Raises BadRequest for
    dot segments, an encoded slash, a NUL or a fragment, and NotFound outside the mount.
    """
    path = raw.partition("?")[0]
    if "#" in path or _AMBIGUOUS.search(path) or "\0" in path:
        raise BadRequest("the path holds a fragment, an encoded slash or a NUL")
    segments = tuple(_decode(segment) for segment in path.split("/") if segment)
    if "." in segments or ".." in segments:
        raise BadRequest("dot segments are not resolved here")
    prefix = tuple(_decode(segment) for segment in mount.split("/") if segment)
    if segments[: len(prefix)] != prefix:
        raise NotFound
    return segments[len(prefix) :]


def _decode(segment: str) -> str:
    raw = unquote_to_bytes(segment)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")  # Windows XP's redirector sends it


def href(mount: str, path: Path, *, is_collection: bool) -> str:
    """Encode a path as multistatus bodies name it: absolute, a collection with a final slash."""
    encoded = "/".join((mount, *(quote_segment(segment) for segment in path)))
    return f"{encoded}/" if is_collection else encoded


def quote_segment(segment: str) -> str:
    """Percent-encode one segment, with upper-case digits."""
    return _UNSAFE.sub(_quote_character, segment)


@lru_cache(maxsize=4096)
def _by_bytes(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _quote_character(found: re.Match[str]) -> str:
    return _by_bytes(found[0])


def composed(path: Path) -> Path:
    """Return a path in Unicode NFC: spellings of a name that look alike are one name to a lock."""
    if all(segment.isascii() for segment in path):
        return path
    return tuple(normalize("NFC", segment) for segment in path)


def is_within(path: Path, ancestor: Path) -> bool:
    """Tell whether a path is `ancestor` or lies below it."""
    return path[: len(ancestor)] == ancestor
