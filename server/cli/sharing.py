"""Serving with several processes: until they are stopped, or cannot begin."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from server.cli.messages import say
from server.cli.refusals import Refusal

if TYPE_CHECKING:
    from server.workers.worker import Build, Task


def share(tasks: "Sequence[Task]", build: "Build", welcome: Callable[[], str]) -> None:
    """Have a process for each task until stopped; show `welcome` once requests are taken.

    Raises Refusal.
    """
    from server.serving import HomeUnopenable
    from server.workers.supervisor import Supervisor, WorkerFailed

    try:
        Supervisor(tasks, build).run(lambda: click.echo(welcome()))
    except HomeUnopenable as error:
        raise Refusal(say("home_unopenable", domain=error.domain, why=error.why)) from error
    except WorkerFailed as error:
        raise Refusal(say("workers_failed", why=str(error))) from error
    click.echo(say("stopped"))
