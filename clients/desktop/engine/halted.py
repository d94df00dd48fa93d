"""Why nothing goes on."""

from clients.desktop.disk.port import RootState
from clients.desktop.engine.status import Reason
from clients.desktop.home import port as home


class Halted(Exception):
    """Nothing more is done until this is over. `reason` None: a side does not answer."""

    def __init__(self, reason: Reason | None, why: str = "") -> None:
        super().__init__(why)
        self.reason = reason
        self.why = why

    @property
    def is_lasting(self) -> bool:
        """Say whether it does not pass by itself: a person has to do something."""
        return self.reason in (Reason.REVOKED, Reason.MOVED)


def halted_by(error: home.HomeError) -> Halted:
    """Return what an error of the home means that is about no node."""
    if isinstance(error, home.Revoked):
        return Halted(Reason.REVOKED, error.why)
    if isinstance(error, home.Moved):
        return Halted(Reason.MOVED, error.why)
    if isinstance(error, home.Shut):
        return Halted(Reason.SHUT, error.why)
    return Halted(None, error.why)


def root_lost(state: RootState) -> Halted:
    """Return what it means that the folder is not there."""
    is_missing = state is RootState.MISSING
    return Halted(Reason.ROOT_MISSING if is_missing else Reason.ROOT_ANOTHER)
