"""Does what a plan says: contents beside each other, all else in order.

What a step raises is sorted here: the plan was old (look again), the node has a trouble (later),
or nothing goes at all (`halted`).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from clients.desktop.disk.port import Busy, Changed, DiskError, NoRoomOnDisk, Unwritable
from clients.desktop.engine import (
    steps_at_home,
    steps_in_trees,
    steps_on_disk,
    transfers,
)
from clients.desktop.engine.halted import Halted, halted_by
from clients.desktop.engine.sides import Outdated, Sides
from clients.desktop.engine.status import Reason
from clients.desktop.engine.telling import Telling
from clients.desktop.engine.troubles import Kind, Troubles
from clients.desktop.home import port as home
from clients.desktop.planner.operation import (
    Agree,
    Digest,
    Download,
    Forget,
    Join,
    MakeAtHome,
    MakeOnDisk,
    MarkAtHome,
    MarkOnDisk,
    MoveAtHome,
    MoveOnDisk,
    Operation,
    Overwrite,
    RemoveFromDisk,
    Replace,
    SetAside,
    Step,
    Subject,
    Trash,
    Upload,
)

# Each takes the step of its own type: the table says which.
_BY_KIND: dict[type, Callable[[Sides, Any], Awaitable[None]]] = {
    Join: steps_in_trees.join,
    Agree: steps_in_trees.agree,
    Forget: steps_in_trees.forget,
    Digest: transfers.digest,
    MakeOnDisk: steps_on_disk.make_on_disk,
    Download: transfers.download,
    Overwrite: transfers.overwrite,
    MoveOnDisk: steps_on_disk.move_on_disk,
    SetAside: steps_on_disk.set_aside,
    MarkOnDisk: steps_on_disk.mark_on_disk,
    RemoveFromDisk: steps_on_disk.remove_from_disk,
    MakeAtHome: steps_at_home.make_at_home,
    Upload: transfers.upload,
    Replace: transfers.replace_content,
    MoveAtHome: steps_at_home.move_at_home,
    MarkAtHome: steps_at_home.mark_at_home,
    Trash: steps_at_home.trash,
}
TRANSFERS = (Digest, Download, Overwrite, Upload, Replace)


class Performer:
    """Performs steps, and says afterwards where to look again.

    `now` counts seconds and never goes back.
    """

    def __init__(
        self,
        sides: Sides,
        troubles: Troubles,
        *,
        now: Callable[[], float],
        at_once: int,
        telling: Telling,
    ) -> None:
        self._sides = sides
        self._troubles = troubles
        self._now = now
        self._at_once = at_once
        self._telling = telling
        self._queue: deque[Step] = deque()
        self.running: dict[Subject, asyncio.Task[None]] = {}
        self.look_at: set[str] = set()
        """Paths of the disk where something else was found than was known."""
        self.asks_home = False
        self.full: dict[Reason, float] = {}
        """Where there is no room, and since when."""
        self.halted: Halted | None = None
        self.ended = 0
        """Counts the transfers that ended, well or not."""
        self.went_on = asyncio.Event()
        """Set whenever one does."""

    @property
    def is_waiting(self) -> bool:
        """Say whether transfers wait for others to end."""
        return bool(self._queue)

    async def perform(self, steps: Iterable[Step]) -> int:
        """Do all but transfers, and begin with these; returns how many are done.

        Transfers that had not begun are forgotten: what is still to be done was planned anew.
        """
        count = 0
        self._queue = deque()
        for step in steps:
            if self.halted is not None:
                break
            if isinstance(step.operation, TRANSFERS):
                self._queue.append(step)
            else:
                count += await self._try(step)
        self.begin()
        return count

    def begin(self) -> None:
        """Begin with as many transfers as may run beside each other."""
        while self._queue and len(self.running) < self._at_once and self.halted is None:
            step = self._queue.popleft()
            if step.subject not in self.running:
                self.running[step.subject] = asyncio.create_task(self._transfer(step))

    async def stop(self) -> None:
        """End all transfers; what was done of them is as good as not done."""
        self._queue.clear()
        tasks = list(self.running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _transfer(self, step: Step) -> None:
        try:
            await self._try(step)
        finally:
            del self.running[step.subject]
            self.ended += 1
            self.begin()
            self.went_on.set()

    async def _try(self, step: Step) -> bool:
        operation = step.operation
        before = self._telling.path_of(step.subject)
        try:
            await _BY_KIND[type(operation)](self._sides, operation)
        except Outdated:
            return False
        except DiskError as error:
            self._failed_on_disk(step, error)
            return False
        except home.HomeError as error:
            self._failed_at_home(step, error)
            return False
        self._troubles.clear(step.subject)
        self._telling.note(step, before)
        return True

    def _failed_on_disk(self, step: Step, error: DiskError) -> None:
        if isinstance(error, NoRoomOnDisk):
            self.full[Reason.NO_ROOM_ON_DISK] = self._now()
            return
        if isinstance(error, Changed):
            self.look_at.add(error.path)
            self.look_at.update(_targets(self._sides, step.operation))
        kind = _KINDS[type(error)]
        self._troubles.add(step.subject, kind, error.why, self._now())

    def _failed_at_home(self, step: Step, error: home.HomeError) -> None:
        if isinstance(error, home.NoRoomInHome):
            self.full[Reason.NO_ROOM_IN_HOME] = self._now()
        elif isinstance(error, home.Refused):
            self._troubles.add(step.subject, Kind.REFUSED, error.why, self._now())
        elif isinstance(error, home.Stale | home.Missing | home.NameTaken):
            self.asks_home = True
            is_name = isinstance(error, home.NameTaken)
            kind = Kind.NAME_TAKEN if is_name else Kind.CHANGING
            self._troubles.add(step.subject, kind, error.why, self._now())
        else:
            self.halted = halted_by(error)


_KINDS: dict[type, Kind] = {
    Changed: Kind.CHANGING,
    Unwritable: Kind.UNWRITABLE,
    Busy: Kind.BUSY,
    DiskError: Kind.UNWRITABLE,
}


def _targets(sides: Sides, operation: Operation) -> list[str]:
    """Return where on the disk a step would have put something."""
    if isinstance(operation, MakeOnDisk | Download | MoveOnDisk | SetAside):
        return [sides.path(operation.parent, operation.name)]
    return []
