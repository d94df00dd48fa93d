"""A body is taken only if it is what was announced: its length, and its checksums."""

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from webdav.message import BodyIncomplete
from webdav.model.errors import BadRequest

# RFC 9530 2: `sha-256=:<base64>:`, several of them apart by commas.
_DIGEST = re.compile(r"\s*([a-z0-9-]+)\s*=\s*:([A-Za-z0-9+/=]*):\s*(?:,|$)")


class _Hash(Protocol):
    def update(self, piece: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class _Adler32:
    """Adler-32 in the shape of hashlib; ownCloud's clients fall back on it."""

    def __init__(self) -> None:
        self._value = 1

    def update(self, piece: bytes) -> None:
        self._value = zlib.adler32(piece, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


_ALGORITHMS: Mapping[str, Callable[[], _Hash]] = {
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "adler32": _Adler32,
}


@dataclass(frozen=True, slots=True)
class Checksum:
    """The digest that a body must have, by an algorithm known here."""

    algorithm: str
    digest: bytes


def parse_checksums(headers: Mapping[str, str]) -> tuple[Checksum, ...]:
    """Read `OC-Checksum`, `Content-MD5`, `Content-Digest` and `Repr-Digest` (RFC 9530).

    Algorithms not known here are passed over. Raises BadRequest for a value that is no digest.
    """
    announced = []
    algorithm, _, text = headers.get("oc-checksum", "").partition(":")
    announced.append((algorithm, text.strip(), bytes.fromhex))
    announced.append(("md5", headers.get("content-md5", "").strip(), _from_base64))
    for name in ("content-digest", "repr-digest"):
        for algorithm, text in _DIGEST.findall(headers.get(name, "")):
            announced.append((algorithm, text, _from_base64))
    return tuple(_checksum(*one) for one in announced if _is_known(*one[:2]))


def _is_known(algorithm: str, text: str) -> bool:
    return bool(text) and _key(algorithm) in _ALGORITHMS


def _key(algorithm: str) -> str:
    return algorithm.strip().lower().replace("-", "")


def _checksum(algorithm: str, text: str, decode: Callable[[str], bytes]) -> Checksum:
    try:
        return Checksum(_key(algorithm), decode(text))
    except ValueError:
        raise BadRequest(f"the {algorithm} checksum is not readable") from None


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as fault:
        raise ValueError(str(fault)) from fault


async def whole(body: AsyncIterator[bytes], length: int | None) -> AsyncIterator[bytes]:
    """Pass a body on, and raise BodyIncomplete unless it has just the announced length."""
    received = 0
    async for piece in body:
        received += len(piece)
        if length is not None and received > length:
            break
        yield piece
    if length is not None and received != length:
        raise BodyIncomplete(f"{length} bytes were announced, {received} came")


async def matching(
    body: AsyncIterator[bytes], checksums: Iterable[Checksum]
) -> AsyncIterator[bytes]:
    """Pass a body on, and raise BadRequest at its end unless it has all these checksums."""
    running = [(checksum, _ALGORITHMS[checksum.algorithm]()) for checksum in checksums]
    async for piece in body:
        for _, state in running:
            state.update(piece)
        yield piece
    for checksum, state in running:
        if state.digest() != checksum.digest:
            raise BadRequest(f"the body does not have the {checksum.algorithm} checksum announced")
