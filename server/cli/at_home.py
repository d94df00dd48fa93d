"""Work in one home, by the server that has it or, where none runs, by this command itself."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from server.admin.access import read_access
from server.cli.homes_served import HomesServed
from server.cli.messages import say
from server.cli.open_home import worked
from server.cli.refusals import Refusal
from server.instances.folder_lock import FolderInUse, FolderLock
from server.instances.instance import Instance
from server.settings import Settings

T = TypeVar("T")


def done_at_home(
    settings: Settings,
    domain: str | None,
    served: Callable[[HomesServed], T],
    at_rest: Callable[[Instance], Awaitable[T]],
) -> T:
    """Do it one way or the other; return what comes of it. Raises Refusal, and as the work does."""
    try:
        lock = FolderLock(settings.dir)
    except FolderInUse as error:
        access = read_access(settings.dir)
        if access is None:
            process = error.process or "?"
            raise Refusal(say("admin_off", folder=settings.dir, process=process)) from error
        return served(HomesServed(replace(access, secret=settings.admin_secret or access.secret)))
    from server.cli.homes_office import register_of

    try:
        return asyncio.run(worked(at_rest, register_of(settings).record(domain), settings))
    finally:
        lock.release()
