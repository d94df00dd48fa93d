"""The few requests that are made of a bucket, and what its refusals are called.

Requests are repeated by the client library, which knows when: each of them may be, for no key is
written with two contents.
"""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from replication.core.errors import StorageFull, StorageUnreachable

if TYPE_CHECKING:
    from obstore.store import S3Config

LISTED = 1000
PIECE = 1 << 18
PART = 1 << 23
"""Bytes of one part of an upload, at least; S3 takes none below 5 MiB but the last."""

_PARTS = 9000  # of one upload at most; S3 has 10,000
_AT_ONCE = 2

_RETRIES = 4
_RETRY_SECONDS = timedelta(seconds=30)
_SILENCE = timedelta(seconds=60)  # after which nobody is there any more
_WHOLE = timedelta(hours=12)  # for one request, however large

_CODE = re.compile(r"<Code>\s*([A-Za-z0-9]+)\s*</Code>")
_STATUS = re.compile(r"status code: (\d{3})")
_FULL = frozenset({"507", "QuotaExceeded", "StorageFull", "XMinioStorageFull", "EntityTooLarge"})
_FULL |= {"XMinioAdminBucketQuotaExceeded", "InsufficientCapacity", "InsufficientStorage"}


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Account:
    """Where a bucket is, and with which key it opens; without `endpoint` it is Amazon's."""

    bucket: str
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)

    def connect(self) -> "Bucket":
        """Return the bucket; nothing is asked of it yet. Raises ValueError."""
        config: S3Config = {"region": self.region}
        if self.endpoint:
            config["endpoint"] = self.endpoint.rstrip("/")
        if self.access_key:
            config["access_key_id"] = self.access_key
            config["secret_access_key"] = self.secret_key
        try:
            store = S3Store(
                self.bucket,
                config=config,
                client_options={
                    "allow_http": self.endpoint.startswith("http://"),
                    "timeout": _WHOLE,
                    "read_timeout": _SILENCE,
                    "connect_timeout": timedelta(seconds=5),
                },
                retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_SECONDS},
            )
        except BaseError as error:
            raise ValueError(str(error).partition("\n")[0]) from None
        return Bucket(store, f"{self.endpoint.rstrip('/') or 's3'}/{self.bucket}")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object: `stored_at` is seconds since the epoch by the bucket's clock."""

    key: str
    size: int
    stored_at: float


class Bucket:
    """Objects by key. All requests raise StorageUnreachable; those that write, StorageFull too."""

    def __init__(self, store: S3Store, name: str) -> None:
        self._store = store
        self._name = name

    async def put(self, key: str, content: bytes) -> None:
        """Store an object, whole."""
        with self._named():
            await obstore.put_async(self._store, key, content, use_multipart=False)

    async def put_parts(
        self, key: str, parts: AsyncIterator[bytes], length: int | None = None
    ) -> None:
        """Store an object as it arrives; whatever `parts` raises passes through.

        Then, as before the last part, there is no object. `length` is in bytes, if known.
        """
        size = PART if length is None else max(PART, -(-length // _PARTS))
        with self._named():
            await obstore.put_async(
                self._store,
                key,
                parts,
                use_multipart=True,
                chunk_size=size,
                max_concurrency=_AT_ONCE,
            )

    async def copy(self, source: str, target: str) -> None:
        """Copy an object inside the bucket. Raises FileNotFoundError."""
        with self._named():
            await obstore.copy_async(self._store, source, target)

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; those that are not there do not matter."""
        if keys:
            with self._named():
                await obstore.delete_async(self._store, keys)

    async def read(self, key: str, start: int, stop: int) -> AsyncIterator[bytes]:
        """Stream bytes from `start` to before `stop`. Raises FileNotFoundError.

        The first byte alone is asked for with its neighbour: s3rver sends all for `bytes=0-0`.
        """
        left = stop - start
        with self._named():
            asked = (start, max(stop, 2))
            found = await obstore.get_async(self._store, key, options={"range": asked})
            async for piece in found.stream(PIECE):
                yield bytes(piece[:left])
                left -= len(piece)

    async def listing(self, prefix: str) -> AsyncIterator[StoredObject]:
        """List the objects whose keys begin with `prefix` and a slash, by key."""
        with self._named():
            async for page in obstore.list(self._store, prefix, chunk_size=LISTED):
                for one in page:
                    at = one["last_modified"].timestamp()
                    yield StoredObject(one["path"], one["size"], at)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Raise our errors; without what they came from, which quotes requests and their keys."""
        try:
            yield
        except FileNotFoundError as error:
            if _code_of(str(error)) == "NoSuchBucket":
                raise StorageUnreachable(self._name, "NoSuchBucket") from None
            raise FileNotFoundError(self._name) from None
        except BaseError as error:
            code = _code_of(str(error))
            if code in _FULL:
                raise StorageFull(f"{self._name}: {code}") from None
            raise StorageUnreachable(self._name, code) from None


def _code_of(told: str) -> str:
    """Return S3's word for what went wrong, or a status, or which kind of error it is."""
    found = _CODE.search(told) or _STATUS.search(told)
    if found is not None:
        return found[1]
    return "no answer" if "HTTP error" in told else "no sensible answer"
