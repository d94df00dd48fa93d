"""What the routes of office editing take from the application: settings, clock, keys, locks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from server.office.key_locks import KeyLocks
from server.office.settings import OfficeSettings


@dataclass(frozen=True, slots=True)
class Office:
    """What these routes take from the application; without `settings` nothing can be opened."""

    settings: OfficeSettings | None
    clock: Callable[[], datetime]
    new_key: Callable[[], str]
    locks: KeyLocks = field(default_factory=KeyLocks)


OFFICE = web.AppKey("office", Office)
