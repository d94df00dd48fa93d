"""How commands on this machine find the admin address of a running server: `admin.json`.

The file is in the data folder, for its owner alone. The secret in it is random, made at the first
start and kept; one that the operator chose in the settings is not written down.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

FILE_NAME = "admin.json"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class AdminAccess:
    """Where the admin address is; `secret` is empty where the settings have it."""

    host: str
    port: int
    secret: str = field(default="", repr=False)


class ServerUnreachable(Exception):
    """The admin address of the server that has the folder does not answer as it should."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_access(folder: Path) -> AdminAccess | None:
    """Read how the admin address is reached; None where nobody said."""
    try:
        told = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return AdminAccess(str(told["host"]), int(told["port"]), str(told["secret"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_access(folder: Path, access: AdminAccess | None) -> None:
    """Say how the admin address is reached, or that it is not. Raises OSError."""
    path = folder / FILE_NAME
    if access is None:
        path.unlink(missing_ok=True)
        return
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"host": access.host, "port": access.port, "secret": access.secret}, file)
    temporary.replace(path)
