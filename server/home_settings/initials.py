"""A picture for who has none: their initials on a colour of their own, or a silhouette. Pure."""

import zlib
from functools import cache
from hashlib import sha256
from html import escape
from math import ceil, sqrt

_COLOURS = (
    *("#a8401a", "#8a5a00", "#4d6b1f", "#1f6b3a", "#146a70", "#1d5f9e"),
    *("#4a4fa3", "#75449a", "#98356f", "#a3323f", "#6b5344", "#515c66"),
)
"""Each dark enough for white letters (WCAG 2: 4.5 to 1)."""
_GREY = "#6b6b6b"
_MOST_LETTERS = 2


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last word of a name, in capitals."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return ""
    chosen = words if len(words) <= _MOST_LETTERS else (words[0], words[-1])
    return "".join(word[0].upper()[0] for word in chosen)


def colour_of(name: str, *, grey: bool = False) -> str:
    """Return the colour of a name, always the same for one."""
    if grey:
        return _GREY
    return _COLOURS[sha256(name.encode("utf-8", "surrogatepass")).digest()[0] % len(_COLOURS)]


def svg(name: str, *, grey: bool = False, translucent: bool = False) -> bytes:
    """Return an avatar as SVG, 120 by 120; a silhouette for a name without initials."""
    letters, colour = initials_of(name), colour_of(name, grey=grey)
    inside = _letters(letters) if letters else _SILHOUETTE
    opacity = ' opacity="0.5"' if translucent else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" width="120" height="120">'
        f'<g{opacity}><circle cx="60" cy="60" r="60" fill="{colour}"/>{inside}</g></svg>\n'
    ).encode()


def _letters(letters: str) -> str:
    return (
        '<text x="60" y="60" dy="0.35em" text-anchor="middle" fill="#fff" font-size="50" '
        f'font-weight="600" font-family="system-ui, sans-serif">{escape(letters)}</text>'
    )


_SILHOUETTE = (
    '<circle cx="60" cy="47" r="20" fill="#fff"/>'
    '<path d="M22 104a38 34 0 0 1 76 0a60 60 0 0 1-76 0z" fill="#fff"/>'
)

_SIDE = 128
_FINE = 4
"""Lines of samples in each row of pixels, so that the edge is smooth."""

_Ellipse = tuple[float, float, float, float]
_DISC: _Ellipse = (64.0, 64.0, 64.0, 64.0)
"""The middle, across and down, and the radii."""
_PERSON: tuple[_Ellipse, ...] = ((64.0, 50.0, 21.5, 21.5), (64.0, 116.0, 41.0, 36.5))


def png(name: str, *, grey: bool = False) -> bytes:
    """Return a silhouette on the name's colour as PNG, 128 by 128 (letters would need a font)."""
    return _png(colour_of(name, grey=grey))


@cache
def _png(shown: str) -> bytes:
    """Return a picture, drawn once for each of our colours."""
    colour = bytes.fromhex(shown[1:])
    rows = b"".join(b"\0" + _row(y, colour) for y in range(_SIDE))
    header = _SIDE.to_bytes(4, "big") * 2 + bytes([8, 6, 0, 0, 0])  # 8 bits, RGBA
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    # The PNG specification, 5.3: length, kind, data, CRC of kind and data.
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def _row(y: int, colour: bytes) -> bytes:
    """Return a row of pixels, RGBA: how much of each is of the disc, and of the person in it."""
    disc, person = [0.0] * _SIDE, [0.0] * _SIDE
    for step in range(_FINE):
        line = y + (step + 0.5) / _FINE
        whole = _span(_DISC, line)
        _cover(disc, *whole)
        for part in _PERSON:
            left, right = _span(part, line)
            _cover(person, max(left, whole[0]), min(right, whole[1]))
    return b"".join(
        _pixel(colour, inside / _FINE, white / inside if inside else 0.0)
        for inside, white in zip(disc, person, strict=True)
    )


def _span(ellipse: _Ellipse, line: float) -> tuple[float, float]:
    """Return from where to where a horizontal line runs inside of an ellipse."""
    x, y, across, down = ellipse
    half = across * sqrt(max(0.0, 1 - ((line - y) / down) ** 2))
    return x - half, x + half


def _cover(pixels: list[float], left: float, right: float) -> None:
    """Add to each pixel how much of it lies between two places."""
    for x in range(int(left), min(_SIDE, ceil(right))):
        pixels[x] += max(0.0, min(x + 1, right) - max(x, left))


def _pixel(colour: bytes, opacity: float, white: float) -> bytes:
    shade = bytes(round(part + (255 - part) * white) for part in colour)
    return shade + bytes([round(255 * opacity)])
