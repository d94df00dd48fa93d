"""The versions of a file as the editor's history shows them (office.md 1.7): pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from doctypes.files.node import File
from doctypes.files.version import Version
from server.office.document_keys import mark_of
from server.office.history_store import History

CURRENT = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One content of a file: `number` counts from 1, `version_id` is empty for what it has now."""

    number: int
    version_id: str
    blob: str
    size: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PastOf:
    """A file and all its contents that are there, the eldest first, with what was told of them."""

    domain: str
    owner: str
    file: File
    shown: Sequence[Shown]
    known: Mapping[str, History]

    def key_of(self, shown: Shown) -> str:
        """Return a document key for a content: always the same, and nobody's who edits."""
        told = f"{self.file.id} {shown.blob}".encode()
        return f"{mark_of(self.domain)}v{sha256(told).hexdigest()[:40]}"


def contents_of(file: File, versions: Sequence[Version]) -> list[Shown]:
    """Return what a file holds and held, the eldest first; `versions` come the latest first."""
    past = [
        Shown(number, version.id, version.blob, version.size, version.updated_at)
        for number, version in enumerate(reversed(versions), 1)
    ]
    return [*past, Shown(len(past) + 1, CURRENT, file.blob, file.size, file.updated_at)]


def refresh_history(past: PastOf) -> dict[str, Any]:
    """Return what `refreshHistory` takes."""
    rows = [_row(past, shown) for shown in past.shown]
    return {"currentVersion": past.shown[-1].number, "history": rows}


def _row(past: PastOf, shown: Shown) -> dict[str, Any]:
    row: dict[str, Any] = {
        "version": shown.number,
        "key": past.key_of(shown),
        "created": shown.made_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "user": {"id": "", "name": past.owner},
    }
    known = past.known.get(shown.blob)
    if known is None:
        return row
    told = known.told
    if told.user_name:
        row["user"] = {"id": told.user_id, "name": told.user_name}
    if told.changes:
        row["changes"] = told.changes
        row["serverVersion"] = told.server_version
    return row


def history_data(
    past: PastOf,
    number: int,
    content_url: Callable[[Shown], str],
    changes_url: Callable[[Shown], str],
) -> dict[str, Any] | None:
    """Return what `setHistoryData` takes, without its token; None for a version that is not there.

    Changes are shown where the content that they begin from is still there.
    """
    shown = next((one for one in past.shown if one.number == number), None)
    if shown is None:
        return None
    kind = past.file.name.rpartition(".")[2].lower()
    data: dict[str, Any] = {
        "version": number,
        "key": past.key_of(shown),
        "url": content_url(shown),
        "fileType": kind,
    }
    known = past.known.get(shown.blob)
    before = _before(past, shown, known)
    if known is not None and known.changes_blob is not None and before is not None:
        data["changesUrl"] = changes_url(shown)
        data["previous"] = {
            "key": past.key_of(before),
            "url": content_url(before),
            "fileType": kind,
        }
    return data


def _before(past: PastOf, shown: Shown, known: History | None) -> Shown | None:
    if known is None:
        return None
    earlier = [one for one in past.shown if one.number < shown.number]
    return next((one for one in reversed(earlier) if one.blob == known.told.before), None)
