"""The parent of several processes: starts them, and again what crashed, and renews them one by one.

It serves nothing itself, so what makes a process crash does not reach it. SIGTERM and SIGINT stop
all, SIGHUP renews them: each is followed by another before it leaves, with the program as it is on
the disk then.
"""

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from server.serving import HomeUnopenable
from server.workers.worker import Build, Task, Unopenable, Word, work

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds until a process that crashed is started again; twice as long each time, if soon."""
SOON = 60.0
START = 60.0
"""Seconds that a process has to be ready."""
END = 90.0
"""Seconds that a process has to end; then it is ended."""

_log = logging.getLogger(__name__)


class WorkerFailed(Exception):
    """A process ended, or was not ready in time, when it was to begin."""


@dataclass(slots=True)
class Hand:
    """A process that was started, and the line to it."""

    task: Task
    process: SpawnProcess
    line: Connection
    since: float
    pause: float = FIRST_PAUSE

    def say(self, word: Word) -> None:
        """Tell it; one that ended hears nothing."""
        try:
            self.line.send(word)
        except OSError:
            _log.debug("process gone", extra={"worker": self.task.place.index})

    def end(self) -> None:
        """Wait until it ended."""
        self.process.join(END)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.line.close()


class Supervisor:
    """Keeps one process for each task running."""

    def __init__(self, tasks: Sequence[Task], build: Build) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._build = build
        self._tasks = tasks
        self._hands: list[Hand] = []
        self._leaving: list[Hand] = []
        self._restarts: list[tuple[float, Hand]] = []

    def run(self, started: Callable[[], None]) -> None:
        """Run until a signal stops it; call `started` once requests are taken.

        Raises HomeUnopenable, WorkerFailed.
        """
        with _signals() as (asked, woken):
            try:
                self._hands = [self._start(task) for task in self._tasks]
                for hand in self._hands:
                    self._ready(hand)
                for hand in self._hands:
                    hand.say(Word.GO)
                started()
                while True:
                    self._wait(woken)
                    if signal.SIGHUP in asked:
                        asked.discard(signal.SIGHUP)
                        self._renew()
                    elif asked:
                        return
                    self._restart()
            finally:
                self._stop()

    def _start(self, task: Task) -> Hand:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=work, args=(task, self._build, theirs), name=f"foyer-{task.place.index}"
        )
        process.start()
        theirs.close()
        return Hand(task, process, ours, time.monotonic())

    def _ready(self, hand: Hand) -> None:
        said: Any = None
        try:
            if hand.line.poll(START):
                said = hand.line.recv()
        except (EOFError, OSError):
            said = None
        if isinstance(said, Unopenable):
            raise HomeUnopenable(said.domain, said.why)
        if said is not Word.READY:
            raise WorkerFailed(f"process {hand.task.place.index} did not start")

    def _wait(self, woken: int) -> None:
        sentinels = [hand.process.sentinel for hand in (*self._hands, *self._leaving)]
        due = min((at for at, _ in self._restarts), default=None)
        wait([woken, *sentinels], None if due is None else max(0.0, due - time.monotonic()))
        with _quiet():
            os.read(woken, 64)

    def _restart(self) -> None:
        """Start again what crashed, after a pause; take leave of those that left."""
        for hand in [hand for hand in self._leaving if not hand.process.is_alive()]:
            self._leaving.remove(hand)
            hand.end()
        now = time.monotonic()
        waiting = [hand for _, hand in self._restarts]
        for hand in [h for h in self._hands if not h.process.is_alive() and h not in waiting]:
            pause = hand.pause if now - hand.since < SOON else FIRST_PAUSE
            told = {"worker": hand.task.place.index, "exit": hand.process.exitcode, "pause": pause}
            _log.error("process ended, starting it again", extra=told)
            hand.pause = min(2 * pause, LONGEST_PAUSE)
            self._restarts.append((now + pause, hand))
        for at, hand in list(self._restarts):
            if at <= now:
                self._restarts.remove((at, hand))
                self._replace(hand)

    def _replace(self, hand: Hand) -> None:
        """Start the process that follows one that is no more."""
        hand.end()
        following = self._start(replace(hand.task, follows=True))
        following.pause = hand.pause
        self._hands[self._hands.index(hand)] = following
        try:
            self._ready(following)
        except (HomeUnopenable, WorkerFailed) as error:
            _log.error("process not started", extra={"why": str(error)})
            following.process.kill()
            return
        following.say(Word.GO)

    def _renew(self) -> None:
        """Have another process follow each, one by one; one that cannot begin changes nothing."""
        for index, hand in enumerate(self._hands):
            following = self._start(replace(hand.task, follows=True))
            try:
                self._ready(following)
            except (HomeUnopenable, WorkerFailed) as error:
                _log.error("processes not renewed", extra={"why": str(error)})
                following.process.kill()
                following.end()
                return
            hand.say(Word.LEAVE)
            following.say(Word.GO)
            self._hands[index] = following
            self._leaving.append(hand)
            _log.info("process renewed", extra={"worker": hand.task.place.index})

    def _stop(self) -> None:
        for hand in (*self._hands, *self._leaving):
            hand.say(Word.STOP)
        for hand in (*self._hands, *self._leaving):
            hand.end()


@contextmanager
def _signals() -> Iterator[tuple[set[int], int]]:
    """Collect the signals that are for the parent, and a descriptor that is readable at each."""
    asked: set[int] = set()
    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    handlers = [signal.signal(number, lambda told, _: asked.add(told)) for number in numbers]
    try:
        yield asked, reading
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in zip(numbers, handlers, strict=True):
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


@contextmanager
def _quiet() -> Iterator[None]:
    try:
        yield
    except BlockingIOError:
        return
