"""`foyer-sync`: its commands, which are in the files beside this one."""

from pathlib import Path

import click

from clients.desktop.local.environment import state_folder
from clients.desktop.local.messages import say
from clients.desktop.local.store import Store
from clients.desktop.program import asking, joining, lending, mount_commands, running, showing

_COMMANDS = (
    *(joining.connect, joining.add),
    *(running.run, running.start, running.stop, running.service),
    *(asking.status, asking.log, running.pause, running.resume, running.confirm),
    *(running.limit, asking.select, asking.ignore, asking.conflicts, asking.doctor),
    *(lending.find, lending.door),
    *mount_commands.ON_THIS_SYSTEM,
    *(showing.window, showing.tray),
    *(joining.address, joining.unlink),
)


@click.group(help=say("program"), context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--dir", "folder", type=click.Path(path_type=Path), help=say("option_dir"))
@click.pass_context
def program(context: click.Context, folder: Path | None) -> None:
    """Gather the commands."""
    context.obj = Store(folder or state_folder())


for _command in _COMMANDS:
    program.add_command(_command)
