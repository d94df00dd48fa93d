"""What a file is said to be before it is uploaded: kept for ten minutes (cozy.md B7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from aiohttp import web

from server import keys
from server.instances.collection import Collection

METADATA_TYPE = "io.cozy.files.metadata"
_DATABASE = "_upload_metadata"
KEPT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class UploadMetadata:
    """Members of a file's `metadata`."""

    attributes: dict[str, Any]


class _Kept(msgspec.Struct):
    until: str
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UploadMetadataStore:
    """Those of one home."""

    kept: Collection[_Kept]
    now: datetime
    new_id: str

    async def keep(self, metadata: UploadMetadata) -> str:
        """Keep it for a while; returns the id that uploads name."""
        until = (self.now + KEPT).isoformat()
        return (await self.kept.add(self.new_id, _Kept(until, metadata.attributes))).id

    async def get(self, metadata_id: str) -> UploadMetadata | None:
        """Return what was kept under an id; None when it is unknown or too old."""
        found = await self.kept.get(metadata_id)
        if found is None or datetime.fromisoformat(found.value.until) < self.now:
            return None
        return UploadMetadata(found.value.attributes)


def uploads_of(request: web.Request) -> UploadMetadataStore:
    """Return those of the request's home."""
    kept = Collection(request[keys.HOME].store, _DATABASE, _Kept)
    return UploadMetadataStore(kept, request.app[keys.NOW](), request.app[keys.NEW_ID]())
