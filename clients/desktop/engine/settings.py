"""How the engine works."""

from dataclasses import dataclass, field

from clients.desktop.engine.guard import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds.

    `device` is what people call this computer. `at_once` transfers run beside each other. `page` is
    how much of the feed is read at once. `patience` is how long a call for news of the home stays
    open, `settle` how long news are gathered before they are read. After a failure of the home it
    is asked again after `retry`, later each time; where there was no room, after `room_again`.
    """

    device: str
    at_once: int = 6
    page: int = 1000
    scan_every: float = 900.0
    patience: float = 60.0
    settle: float = 0.2
    retry: float = 1.0
    retry_at_most: float = 60.0
    room_again: float = 60.0
    limits: Limits = field(default_factory=Limits)
