"""The documents that are written and read: about 600 bytes each, shaped like file metadata."""

import json
import random
from collections.abc import Iterator, Sequence

MIMES = (
    ("image", "image/jpeg", "jpg"),
    ("pdf", "application/pdf", "pdf"),
    ("text", "text/plain", "txt"),
    ("audio", "audio/mpeg", "mp3"),
)


def document_ids(count: int, seed: int) -> list[str]:
    """Return random ids as CouchDB makes them: 32 hexadecimal digits."""
    chance = random.Random(seed)
    return [f"{chance.getrandbits(128):032x}" for _ in range(count)]


def document(document_id: str, number: int) -> dict[str, object]:
    """Return the metadata of one file."""
    kind, mime, suffix = MIMES[number % len(MIMES)]
    day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}T08:{number % 60:02}:11.327Z"
    return {
        "_id": document_id,
        "type": "file",
        "name": f"Holiday in the mountains {number:07}.{suffix}",
        "dir_id": f"{number // 100:032x}",
        "created_at": day,
        "updated_at": day,
        "size": str(number * 7919 % 10_000_000),
        "md5sum": "WXy5k3V/1TRmZo6Yx1iMQw==",
        "mime": mime,
        "class": kind,
        "executable": False,
        "trashed": False,
        "tags": ["holiday", "family"],
        "cozyMetadata": {
            "doctypeVersion": "1",
            "metadataVersion": 1,
            "createdAt": day,
            "createdByApp": "drive",
            "updatedAt": day,
            "updatedByApps": [{"slug": "drive", "date": day}],
            "uploadedBy": {"slug": "drive", "version": "1.52.0"},
        },
    }


def bulk_bodies(ids: Sequence[str], batch: int) -> Iterator[bytes]:
    """Yield bodies of `_bulk_docs` that write these documents, `batch` in each."""
    for start in range(0, len(ids), batch):
        part = enumerate(ids[start : start + batch], start)
        yield compact({"docs": [document(name, number) for number, name in part]})


def replicated_bodies(ids: Sequence[str], batch: int) -> Iterator[bytes]:
    """Yield bodies of `_bulk_docs` as a replicator sends them: third revisions, with history."""
    for start in range(0, len(ids), batch):
        docs = []
        for number, name in enumerate(ids[start : start + batch], start):
            digests = [f"{number * 31 + generation:032x}" for generation in (3, 2, 1)]
            history = {"_rev": f"3-{digests[0]}", "_revisions": {"start": 3, "ids": digests}}
            docs.append(document(name, number) | history)
        yield compact({"new_edits": False, "docs": docs})


def compact(value: object) -> bytes:
    """Return JSON without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()
