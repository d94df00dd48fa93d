"""The engine: looks at both sides, plans, has it done, rests until something stirs.

All decisions are made by one task. Everything it knows is in the trees; it may be killed at any
moment, and begins again with a look at everything.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from clients.desktop.disk.port import Disk
from clients.desktop.engine.asking import Asking
from clients.desktop.engine.halted import Halted
from clients.desktop.engine.looking import Looking
from clients.desktop.engine.meter import Meter
from clients.desktop.engine.performer import Performer
from clients.desktop.engine.settings import Settings
from clients.desktop.engine.sides import Sides
from clients.desktop.engine.status import Problem, Reason, State, Status
from clients.desktop.engine.telling import Telling
from clients.desktop.engine.troubles import Kind, Troubles
from clients.desktop.home.port import Home
from clients.desktop.planner.draft import Rules
from clients.desktop.planner.operation import (
    Blocked,
    Download,
    Overwrite,
    Replace,
    Step,
    Upload,
)
from clients.desktop.planner.planner import plan
from clients.desktop.trees.trees import Trees

_NEED_ROOM: dict[Reason, tuple[type, ...]] = {
    Reason.NO_ROOM_ON_DISK: (Download, Overwrite),
    Reason.NO_ROOM_IN_HOME: (Upload, Replace),
}

_PLAN_SHARE = 10
"""While transfers wait, planning takes one part in so many of the time."""


class Engine:
    """One folder and one home. `clock` tells the time of day, for names and the journal."""

    def __init__(
        self,
        disk: Disk,
        home: Home,
        trees: Trees,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        is_ignored: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._disk = disk
        self._trees = trees
        self._settings = settings
        self._clock = clock
        self._sides = Sides(disk, home, trees, Meter(_now))
        self._troubles = Troubles()
        self._telling = Telling(trees, clock)
        self._performer = Performer(
            *(self._sides, self._troubles),
            now=_now,
            at_once=settings.at_once,
            telling=self._telling,
        )
        self._wake = self._performer.went_on
        self._is_ignored = is_ignored
        self._looking = Looking(self._sides, settings, is_ignored, _now, self._wake)
        self._asking = Asking(trees, settings.limits)
        self._state = State.STARTING
        self._is_paused = False
        self._is_unplanned = True
        self._ended = 0
        self._retry_at = float("inf")
        self._plan_again = float("-inf")
        self._halted: Halted | None = None
        self._failures = 0
        self._blocked: tuple[Blocked, ...] = ()

    async def run(self) -> None:
        """Work until cancelled."""
        listener = asyncio.create_task(self._looking.listen())
        try:
            while True:
                await self._turn()
        finally:
            self._state = State.STOPPED
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
            await self._performer.stop()

    def hint(self, directories: Iterable[str]) -> None:
        """Say in which directories of the folder something may have changed."""
        self._looking.hint(directories)

    def look_everywhere(self) -> None:
        """Say that anything may have changed in the folder."""
        self._looking.everywhere()

    def ignore_anew(self) -> None:
        """Say that other names are ignored than before."""
        self._trees.suspect_differing()
        self._is_unplanned = True
        self._looking.everywhere()

    def pause(self) -> None:
        """Do nothing until told to go on; transfers under way end."""
        self._is_paused = True
        self._wake.set()

    def resume(self) -> None:
        """Go on, and try again at once what did not go."""
        self._is_paused = False
        self._halted = self._performer.halted = None
        self._failures = 0
        self._performer.full.clear()
        self._troubles.clear_all()
        self._is_unplanned = True
        self._looking.ask_home()
        self._looking.everywhere()

    def limit(self, *, up: int, down: int) -> None:
        """Let transfers take so many bytes a second each way; 0 for as many as there are."""
        self._sides.meter.pace_up.limit(up)
        self._sides.meter.pace_down.limit(down)

    def confirm(self, *, remove: bool) -> None:
        """Answer whether what was asked about is to be removed; if not, it is brought back."""
        self._asking.answer(remove=remove)
        self._is_unplanned = True
        self._wake.set()

    def status(self) -> Status:
        """Tell how things are."""
        halted = self._halted
        by_person = (Reason.BY_PERSON,) if self._is_paused else ()
        by_side = () if halted is None or halted.reason is None else (halted.reason,)
        suspects = self._trees.suspects
        return Status(
            state=self._state_now(),
            reasons=(*by_person, *by_side, *self._performer.full, *self._asking.reasons),
            why="" if halted is None else halted.why,
            files=self._trees.files(),
            waiting=len(suspects.ids) + len(suspects.keys),
            asked=self._asking.files,
            bytes_up=self._sides.meter.up,
            bytes_down=self._sides.meter.down,
            transfers=self._sides.meter.transfers(),
            problems=tuple(self._problems()),
            conflicts=self._telling.conflicts(),
            recent=tuple(self._trees.journal.recent()),
            foreign=self._trees.local.foreign(),
        )

    def _state_now(self) -> State:
        """Return what is done; who was only just told of something is not idle."""
        is_called = self._wake.is_set() or self._is_unplanned or self._looking.is_called_for
        return State.WORKING if self._state is State.IDLE and is_called else self._state

    def _problems(self) -> Iterable[Problem]:
        path_of = self._telling.path_of
        for blocked in self._blocked:
            yield Problem(path_of(blocked.subject), blocked.obstacle)
        for trouble in self._troubles.lasting():
            yield Problem(path_of(trouble.subject), trouble.kind, trouble.why)
        for path in self._looking.unreadable:
            yield Problem(path, Kind.UNWRITABLE)

    async def _turn(self) -> None:
        self._wake.clear()
        if self._is_paused or (self._halted is not None and self._halted.is_lasting):
            self._state = State.PAUSED
            await self._wake.wait()
            return
        try:
            await self._look()
            await self._act()
        except Halted as halted:
            await self._hold(halted)
            return
        is_due = self._is_unplanned and not self._has_enough()
        if not (is_due or self._looking.is_called_for):
            await self._rest()

    async def _look(self) -> None:
        """Look where something may have changed; what was seen calls for a plan."""
        self._looking_again()
        seen = self._trees.suspects.count
        await self._looking.look()
        self._halted, self._failures = None, 0
        if self._trees.suspects.count != seen:
            self._is_unplanned = True

    async def _act(self) -> None:
        """Plan, and do what was planned, where anything calls for it."""
        self._raise_halted()
        if self._has_enough() or not (self._is_unplanned or self._is_anybody_due()):
            return
        self._is_unplanned = False
        self._state = State.WORKING
        self._ended = self._performer.ended
        began = _now()
        found = plan(self._trees, self._rules())
        self._plan_again = _now() + _PLAN_SHARE * (_now() - began)
        self._trees.suspects.clear(set(found.equal_ids), set(found.equal_keys))
        self._troubles.keep_only(self._trees.suspects)
        self._blocked = found.blocked
        count = await self._performer.perform(self._allowed(list(found.steps)))
        self._is_unplanned |= count > 0
        self._looking_again()
        self._raise_halted()
        due = self._troubles.due(_now())
        self._retry_at = float("inf") if due is None else _now() + due

    def _has_enough(self) -> bool:
        """Say whether a plan can wait: many contents are under way, and planning has its price."""
        return self._performer.is_waiting and _now() < self._plan_again

    def _is_anybody_due(self) -> bool:
        """Say whether a transfer that others waited for is over, or something is tried again."""
        is_over = self._performer.ended != self._ended and not self._performer.is_waiting
        return is_over or _now() >= self._retry_at or bool(self._room_again())

    def _looking_again(self) -> None:
        """Look where something was found to be other than it was known to be."""
        if self._performer.look_at:
            self._looking.hint(path.rpartition("/")[0] for path in self._performer.look_at)
            self._performer.look_at.clear()
        if self._performer.asks_home:
            self._performer.asks_home = False
            self._looking.ask_home()

    def _raise_halted(self) -> None:
        halted, self._performer.halted = self._performer.halted, None
        if halted is not None:
            raise halted

    async def _hold(self, halted: Halted) -> None:
        """Stay still for a while, longer each time; then ask the home anew."""
        self._halted = halted
        self._state = State.OFFLINE if halted.reason is None else State.PAUSED
        self._is_unplanned = True
        self._looking.ask_home()
        if halted.is_lasting:
            return
        delay = self._settings.retry * 2 ** min(self._failures, 20)
        self._failures += 1
        await asyncio.sleep(min(delay, self._settings.retry_at_most))

    async def _rest(self) -> None:
        """Wait until something stirs, or something is due."""
        if not self._performer.running:
            self._state = State.IDLE
        plan_at = self._plan_again if self._is_unplanned else self._retry_at
        if self._has_enough():
            plan_at = max(plan_at, self._plan_again)
        due = min(self._looking.due(), plan_at - _now())
        if self._performer.full:
            due = min(due, self._settings.room_again)
        with suppress(TimeoutError):
            async with asyncio.timeout(None if due == float("inf") else max(due, 0.0)):
                await self._wake.wait()

    def _allowed(self, steps: list[Step]) -> list[Step]:
        """Return the steps that there is room for, and that nobody has to be asked about."""
        full = self._performer.full
        for reason in self._room_again():
            del full[reason]
        held = tuple(kind for reason in full for kind in _NEED_ROOM[reason])
        return self._asking.allowed([it for it in steps if not isinstance(it.operation, held)])

    def _room_again(self) -> list[Reason]:
        """Return where there was no room so long ago that there may be some."""
        before = _now() - self._settings.room_again
        return [reason for reason, since in self._performer.full.items() if since <= before]

    def _rules(self) -> Rules:
        return Rules(
            device=self._settings.device,
            date=self._clock().date().isoformat(),
            keeps_executable=self._disk.keeps_executable,
            skip={
                *self._troubles.waiting(_now()),
                *self._performer.running,
                *self._sides.being_made(),
            },
            hidden=self._troubles.hidden(),
            is_ignored=self._is_ignored,
        )


def _now() -> float:
    return asyncio.get_running_loop().time()
