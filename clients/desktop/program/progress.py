"""Lines about a folder as they are due: what changed since the last one."""

from collections.abc import Callable, Iterable

from clients.desktop.disk.port import RootState
from clients.desktop.engine.status import State, Status
from clients.desktop.local.messages import say
from clients.desktop.local.telling import bar, bytes_of, event_line, lines_of, told_of
from clients.desktop.program.progress_lines import Lines

_BAR = 20


class Progress:
    """Says what is new."""

    def __init__(self, lines: Lines) -> None:
        self._say = lines.say
        self._over = lines.over
        self._told: tuple[str, ...] = ()
        self._last = 0

    def root(self, state: RootState) -> None:
        """Say that the folder is not there, once."""
        self._new((say(f"root_{state}"),))

    def recovered(self, names: Iterable[str]) -> None:
        """Say what a crash had left aside."""
        for name in names:
            self._say(say("recovered", name=name))

    def status(self, status: Status) -> None:
        """Say what was done, and how things are, where that is new."""
        told = told_of(status)
        newest = [event for event in told["recent"] if event["at"] > self._last]
        if self._last:
            for event in reversed(newest):
                self._say(event_line(event))
        self._last = max([self._last, 1, *(event["at"] for event in newest)])
        if status.state is State.WORKING:
            done = bar(status.files, status.files + status.waiting, _BAR)
            line = say(
                "working_line",
                waiting=status.waiting,
                up=bytes_of(status.bytes_up),
                down=bytes_of(status.bytes_down),
            )
            self._new((f"{done}  {line}",), self._over)
        else:
            self._new(tuple(lines_of(told)))

    def _new(self, lines: tuple[str, ...], tell: Callable[[str], None] | None = None) -> None:
        if lines != self._told:
            self._told = lines
            for line in lines:
                (tell or self._say)(line)
