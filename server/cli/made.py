"""A home that a command made."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Made:
    """A home that was made, as the admin address shows it, and a password that was made up."""

    home: dict[str, Any]
    password: str = field(default="", repr=False)
    set_up_token: str = field(default="", repr=False)
