"""One process that answers questions in turn; a hung one is ended, a lost one replaced."""

import asyncio
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from replication.core.errors import Refused

PATIENCE = 15.0
"""Seconds by the clock for one answer; the process itself stops JavaScript well before."""

IDLE = 60.0
"""Seconds without a question after which the process ends, and its memory returns."""

FAREWELL = 2.0  # seconds for the process to end by itself
_ROOT = Path(__file__).parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from server.functions.worker import main; "
# -I keeps the folder one happens to stand in, and PYTHON* variables, out of it
COMMAND = (sys.executable, "-I", "-c", _START + "main()", str(_ROOT))
INDEXING = (sys.executable, "-I", "-c", _START + "main(selects=False)", str(_ROOT))
"""The command of a process that maps and reduces, and does nothing else."""


class WorkerProcess:
    """Starts its process at the first question, and again after one that did not survive."""

    def __init__(
        self, command: Sequence[str] = COMMAND, patience: float = PATIENCE, idle: float = IDLE
    ) -> None:
        self._command = command
        self._patience = patience
        self._idle = idle
        self._resting: asyncio.TimerHandle | None = None
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._asking: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def ask(self, header: bytes, body: bytes) -> bytes:
        """Return the answer. Raises Refused when it did not come in time, or the process ended.

        Whoever is cancelled meanwhile leaves the answer unheard, for the next one's sake.
        """
        task = asyncio.ensure_future(self._ask(header, body))
        self._asking.add(task)
        task.add_done_callback(self._heard)
        return await asyncio.shield(task)

    def _heard(self, task: asyncio.Task[Any]) -> None:
        self._asking.discard(task)
        if not task.cancelled():
            task.exception()

    async def _ask(self, header: bytes, body: bytes) -> bytes:
        async with self._turn:
            process = await self._running()
            self._rest_later()
            try:
                async with asyncio.timeout(self._patience):
                    return await _exchange(process, header, body)
            except TimeoutError:
                await self._end()
                raise Refused("os_process_error", "OS process timed out.") from None
            except (asyncio.IncompleteReadError, ConnectionError):
                await self._end()
                raise Refused("os_process_error", "OS process ended.") from None

    async def _running(self) -> Process:
        if self._closed:
            raise Refused("os_process_error", "The home is being closed.")
        if self._process is not None and self._process.returncode is not None:
            await self._end()
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, start_new_session=True
            )
        return self._process

    def _rest_later(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
        self._resting = asyncio.get_running_loop().call_later(self._idle, self._rest)

    def _rest(self) -> None:
        """End the process, unless somebody is asking."""
        if not self._turn.locked():
            task = asyncio.ensure_future(self._leave())
            self._asking.add(task)
            task.add_done_callback(self._heard)

    async def close(self) -> None:
        """End the process once it has answered what was asked; idempotent."""
        self._closed = True
        if self._resting is not None:
            self._resting.cancel()
        await self._leave()

    async def _leave(self) -> None:
        async with self._turn:
            if self._process is None:
                return
            if self._process.stdin is not None:
                self._process.stdin.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), FAREWELL)
            await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _exchange(process: Process, header: bytes, body: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise ConnectionResetError
    process.stdin.write(struct.pack(">II", len(header), len(body)) + header)
    process.stdin.write(body)
    await process.stdin.drain()
    (length,) = struct.unpack(">I", await process.stdout.readexactly(4))
    return await process.stdout.readexactly(length)
