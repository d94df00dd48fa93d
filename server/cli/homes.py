"""Commands about homes at rest: add one, list them, change a password."""

import secrets
from pathlib import Path

import click

from server.cli.data_folder import held
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals, refusals
from server.cli.settings_of import settings_of
from server.instances.founding import HomeRegister

SHORTEST = 8
"""Characters of a password that a person chooses."""


def add(
    domain: str, owner: str, aliases: tuple[str, ...], folder: Path | None, config: Path | None
) -> None:
    """Make a home. Raises Refusal."""
    settings = settings_of(config, {"dir": folder})
    with held(settings.dir, settings.kdf_iterations) as register, folder_refusals(settings.dir):
        password = settings.owner_password
        founded = register.found(domain, owner, aliases=aliases, password=password)
    click.echo(say("instance_made", domain=founded.record.domain, owner=owner))
    if founded.generated:
        click.echo(say("password_is", password=founded.password))


def show(folder: Path | None, config: Path | None) -> None:
    """List the homes, a line each; works while the server runs. Raises Refusal."""
    settings = settings_of(config, {"dir": folder})
    with refusals(), folder_refusals(settings.dir):
        records = HomeRegister(settings.dir, secrets.token_bytes).records()
    if not records:
        raise Refusal(say("no_instances", folder=settings.dir))
    for record in records:
        click.echo("\t".join((record.domain, ",".join(record.aliases) or "-", record.owner.name)))


def change_password(
    domain: str | None, folder: Path | None, config: Path | None, *, generate: bool
) -> None:
    """Give an owner another password. Raises Refusal."""
    settings = settings_of(config, {"dir": folder})
    with held(settings.dir, settings.kdf_iterations) as register, folder_refusals(settings.dir):
        password = register.new_password() if generate else _asked()
        record = register.change_password(domain, password)
    click.echo(say("password_changed", owner=record.owner.name, domain=record.domain))
    if generate:
        click.echo(say("password_is", password=password))


def _asked() -> str:
    password: str = click.prompt(
        say("new_password"), hide_input=True, confirmation_prompt=say("repeat_password")
    )
    if len(password) < SHORTEST:
        raise Refusal(say("password_short", length=SHORTEST))
    return password
