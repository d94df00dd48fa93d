"""Everything the operator may choose: a TOML file and `FOYER_*` variables, checked at start."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from server.office.settings import OfficeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The operator's choices; docs/settings.md says what each is for."""

    host: str = "127.0.0.1"
    port: int = 8080
    dir: Path
    admin: str = "127.0.0.1:6060"
    trusted_proxies: tuple[str, ...] = ()
    log_format: Literal["auto", "text", "json"] = "auto"
    idle_seconds: float = 600.0
    owner_password: str | None = field(default=None, repr=False)
    office: OfficeSettings | None = None
