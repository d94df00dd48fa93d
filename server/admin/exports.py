"""/instances/{domain}/exports on the admin address: a home into a file of this machine."""

import asyncio
from pathlib import Path

import msgspec
from aiohttp import web

from server import keys
from server.admin.export_step import Step
from server.export.exporting import head_of
from server.export.manifest import Manifest, Wanted
from server.export.to_file import export_to
from server.instances.founding import utc_now

_STEP = 1 << 22
"""Bytes between two lines."""


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """Where the archive is to be, an absolute path, and what of the home."""

    path: str
    wanted: Wanted


async def export_home(request: web.Request) -> web.StreamResponse:
    """POST /instances/{domain}/exports: lines of JSON, each a `Step`."""
    asked = msgspec.json.decode(await request.read(), type=Asked)
    record = request.app[keys.HOMES].record(request.match_info["domain"].lower())
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(request)
    steps: asyncio.Queue[Step] = asyncio.Queue()
    async with request.app[keys.INSTANCES].borrow(record.domain) as home:
        head = head_of(record, asked.wanted, utc_now())
        counted = _Counted(steps)
        work = asyncio.create_task(export_to(home, Path(asked.path), head, counted))
        work.add_done_callback(lambda done: steps.put_nowait(_ended(done)))
        try:
            while True:
                step = await steps.get()
                await response.write(msgspec.json.encode(step) + b"\n")
                if step.manifest is not None or step.error:
                    break
        finally:
            work.cancel()
            await asyncio.wait([work])
    await response.write_eof()
    return response


class _Counted:
    """Makes a step of every few MiB."""

    def __init__(self, steps: asyncio.Queue[Step]) -> None:
        self._steps = steps
        self._bytes = 0

    def __call__(self, more: int, total: int) -> None:
        """Take note of bytes."""
        self._bytes += more
        if self._bytes >= _STEP:
            self._steps.put_nowait(Step(bytes=self._bytes, total=total))
            self._bytes = 0


def _ended(done: asyncio.Task[Manifest]) -> Step:
    if done.cancelled():
        return Step(error="cancelled")
    error = done.exception()
    return Step(error=str(error) or type(error).__name__) if error else Step(manifest=done.result())


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes."""
    return [web.post("/instances/{domain}/exports", export_home)]
