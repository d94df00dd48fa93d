"""What the operator chooses about sealing homes on the disk."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EncryptionSettings:
    """Where the host's key is: in `key_file`, or with a program that wraps and unwraps (`command`).

    New homes are sealed unless `new_homes` is off. Raises ValueError for both, or neither.
    """

    key_file: Path | None = None
    command: str = ""
    new_homes: bool = True

    def __post_init__(self) -> None:
        """Refuse what could not work, while somebody is looking."""
        if bool(self.key_file) == bool(self.command.strip()):
            raise ValueError("encryption.key_file or encryption.command: one of them is needed")
