"""The commands and their options; what they do is in the files beside this one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from server.cli.messages import say
from server.version import VERSION

Command = TypeVar("Command", bound=Callable[..., Any])

_folder = click.option("--dir", type=click.Path(path_type=Path), help=say("option_dir"))
_config = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("option_config"),
)


_in_folder = click.option(
    "--dir", "folder", type=click.Path(path_type=Path), help=say("option_dir")
)


def _listening(command: Command) -> Command:
    host = click.option("--host", help=say("option_host"))
    port = click.option("--port", type=int, help=say("option_port"))
    return host(port(_folder(_config(command))))


@click.group(help=say("program"), context_settings={"help_option_names": ["-h", "--help"]})
def program() -> None:
    """Gather the commands."""


@program.command(help=say("serve"))
@_listening
def serve(config: Path | None, **chosen: object) -> None:
    """Serve homes."""
    from server.app import build_app
    from server.cli.serve import House, run
    from server.cli.settings_of import settings_of

    run(settings_of(config, chosen), House("serve", "owner", build_app, derives=True))


@program.command(help=say("couch"))
@_listening
def couch(config: Path | None, **chosen: object) -> None:
    """Serve documents alone."""
    from server.cli.serve import House, run
    from server.cli.settings_of import settings_of
    from server.couch_app import build_couch_app

    run(settings_of(config, chosen), House("couch", "admin", build_couch_app, derives=False))


@program.group(help=say("instance"))
def instance() -> None:
    """Gather the commands about homes."""


@instance.command("add", help=say("instance_add"))
@click.argument("domain")
@click.option("--owner", default="owner", help=say("option_owner"))
@click.option("--alias", "aliases", multiple=True, help=say("option_alias"))
@_in_folder
@_config
def instance_add(domain: str, owner: str, aliases: tuple[str, ...], **where: Any) -> None:  # noqa: ANN401
    """Make a home."""
    from server.cli.homes import add

    add(domain, owner, aliases, **where)


@instance.command("list", help=say("instance_list"))
@_in_folder
@_config
def instance_list(**where: Any) -> None:  # noqa: ANN401
    """List homes."""
    from server.cli.homes import show

    show(**where)


@program.command(help=say("password"))
@click.option("--instance", "domain", help=say("option_instance"))
@click.option("--generate", is_flag=True, help=say("option_generate"))
@_in_folder
@_config
def password(domain: str | None, *, generate: bool, **where: Any) -> None:  # noqa: ANN401
    """Change a password."""
    from server.cli.homes import change_password

    change_password(domain, generate=generate, **where)


@program.command(help=say("version"))
def version() -> None:
    """Print the version."""
    click.echo(VERSION)
