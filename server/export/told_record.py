"""What an archive says of a home's record, and a record of that."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from server.export.manifest import RECORD, ExportUnusable, Flaw, Wanted
from server.instances.founding import SECRET_LENGTH
from server.instances.record import InstanceRecord, parsed, rendered

_OF_THIS_HOST = ("former", "blocked", "deletion_at", "moved_to")
_OF_THE_OWNER = ("password_hash", "setup_hash")


def told_of(record: InstanceRecord, wanted: Wanted) -> dict[str, Any]:
    """Return what goes into the archive: secrets only where they are wanted."""
    told: dict[str, Any] = {**rendered(record)}
    out = [*_OF_THIS_HOST, *(() if wanted.secret else ("secret",))]
    if not wanted.devices:
        out.append("oidc_id")
        left_out = _OF_THE_OWNER
        told["owner"] = {k: v for k, v in told["owner"].items() if k not in left_out}
    return {name: value for name, value in told.items() if name not in out}


def record_in(content: bytes, folder: Path, random: Callable[[int], bytes]) -> InstanceRecord:
    """Return the record in an archive, with a secret of its own where that has none.

    Nobody knows its passphrase where the archive does not. Raises ExportUnusable.
    """
    try:
        told = msgspec.json.decode(content, type=dict[str, Any])
        owner = {"password_hash": "", **told["owner"]}
        told = {"secret": random(SECRET_LENGTH).hex(), **told, "owner": owner}
        return parsed(folder, told, 0.0)
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExportUnusable(Flaw.DAMAGED, RECORD) from error
