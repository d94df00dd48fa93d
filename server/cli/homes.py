"""Commands about homes: make, list, show, change, take away. The server may run meanwhile."""

import json
from pathlib import Path
from typing import Any

import click

from server.cli.homes_office import office
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals, refusals
from server.cli.where import Where
from server.instances.founding import HomeRegister
from server.settings import Settings

SHORTEST = 8
"""Characters of a password that a person chooses."""


def add(where: Where, **asked: Any) -> None:  # noqa: ANN401  # the fields of NewHome
    """Make a home. Raises Refusal."""
    from server.instances.new_home import NewHome

    settings = where.settings()
    with office(settings) as homes:
        made = homes.found(NewHome(**asked, password=settings.owner_password or ""))
    click.echo(say("instance_made", domain=made.home["domain"], owner=made.home["owner"]))
    if made.password:
        click.echo(say("password_is", password=made.password))
    if made.set_up_token:
        click.echo(say("set_up_link", domain=made.home["domain"], token=made.set_up_token))


def show_all(where: Where, *, as_json: bool) -> None:
    """List the homes, a line each: domain, other names, owner, standing. Raises Refusal."""
    settings = where.settings()
    broken: list[str] = []
    with refusals(), folder_refusals(settings.dir):
        outlines = _register(settings).outlines(lambda error: broken.append(str(error)))
    for line in broken:
        click.echo(say("record_skipped", problem=line), err=True)
    if not outlines and not broken:
        raise Refusal(say("no_instances", folder=settings.dir))
    if as_json:
        from server.admin.shown import shown_instance
        from server.instances.record import read_record

        records = (read_record(Path(outline.folder)) for outline in outlines)
        click.echo(json.dumps([shown_instance(record)["attributes"] for record in records]))
        return
    lines = [
        "\t".join((o.domain, ",".join(o.aliases) or "-", o.owner.name, *_standing(o)))
        for o in outlines
    ]
    click.echo("\n".join(lines))


def _standing(record: Any) -> tuple[str, ...]:  # noqa: ANN401  # a record
    if record.moved_to:
        return (say("standing_moved", to=record.moved_to),)
    if record.deletion_at:
        return (say("standing_deletion", at=record.deletion_at),)
    return (say("standing_blocked", reason=record.blocked),) if record.blocked else ()


def show(where: Where, domain: str, *, as_json: bool) -> None:
    """Show all that is known of a home. Raises Refusal."""
    from server.admin.shown import shown_instance
    from server.instances.disk_usage import count_usage
    from server.instances.sizes import show_size

    settings = where.settings()
    with refusals(), folder_refusals(settings.dir):
        record = _register(settings).record(domain)
        usage = count_usage(record.folder)
    shown: Any = shown_instance(record)["attributes"]
    if as_json:
        told = {"documents": usage.documents, "blobs": usage.blobs}
        click.echo(json.dumps({**shown, "disk_usage": told, "folder": str(record.folder)}))
        return
    quota = say("no_limit") if record.quota is None else show_size(record.quota)
    rows = {
        say("field_domain"): record.domain,
        say("field_aliases"): ", ".join(record.aliases) or "-",
        say("field_former"): ", ".join(record.former) or "-",
        say("field_owner"): record.owner.name,
        say("field_uuid"): record.uuid,
        say("field_locale"): record.locale or "-",
        say("field_timezone"): record.timezone or "-",
        say("field_context"): record.context,
        say("field_quota"): quota,
        say("field_disk"): say(
            "disk_of", documents=show_size(usage.documents), blobs=show_size(usage.blobs)
        ),
        say("field_standing"): " ".join(_standing(record)) or say("standing_open"),
        say("field_created"): record.created_at,
        say("field_folder"): str(record.folder),
    }
    width = max(map(len, rows)) + 2
    for name, value in rows.items():
        click.echo(f"{name:{width}}{value}")


def modify(where: Where, domain: str, asked: dict[str, Any]) -> None:
    """Change a home. Raises Refusal."""
    from server.instances.changes import Changes

    settings = where.settings()
    if not asked:
        raise Refusal(say("nothing_to_change"))
    context = asked.get("context")
    if context is not None and context not in settings.contexts:
        known = ", ".join(sorted(settings.contexts))
        raise Refusal(say("context_missing", contexts=known))
    with office(settings) as homes:
        home = homes.change(domain, Changes(**asked))
    click.echo(say("instance_changed", domain=home["domain"]))
    if home["domain"] != domain.lower() and home["domain"] == asked.get("domain", "").lower():
        click.echo(say("instance_renamed", former=domain, domain=home["domain"]))


def delete(where: Where, domain: str, *, days: int, now: bool, yes: bool) -> None:
    """Shut a home, to be erased later; with `now` erase it at once. Raises Refusal."""
    settings = where.settings()
    with refusals(), folder_refusals(settings.dir):
        record = _register(settings).record(domain)
    if not now:
        with office(settings) as homes:
            home = homes.delete(record.domain, days)
        click.echo(say("deletion_planned", domain=record.domain, at=home["deletion_at"]))
        return
    if not yes:
        typed = click.prompt(
            say("confirm_erase", domain=record.domain), default="", show_default=False, err=True
        )
        if typed.strip().lower() != record.domain:
            raise Refusal(say("not_confirmed", domain=record.domain))
    with office(settings) as homes:
        homes.erase(record.domain)
    click.echo(say("instance_erased", domain=record.domain))


def keep(where: Where, domain: str) -> None:
    """Keep a home that was to be deleted. Raises Refusal."""
    from server.instances.changes import Changes

    with office(where.settings()) as homes:
        home = homes.change(domain, Changes(deletion_at=""))
    click.echo(say("instance_kept", domain=home["domain"]))


def change_password(where: Where, domain: str | None, *, generate: bool) -> None:
    """Give an owner another password. Raises Refusal."""
    settings = where.settings()
    with refusals(), folder_refusals(settings.dir):
        register = _register(settings)
        record = register.record(domain)
    password = register.new_password() if generate else _asked()
    with office(settings) as homes:
        home = homes.set_password(record.domain, password)
    click.echo(say("password_changed", owner=home["owner"], domain=home["domain"]))
    if generate:
        click.echo(say("password_is", password=password))


def _register(settings: Settings) -> HomeRegister:
    from secrets import token_bytes

    return HomeRegister(settings.dir, token_bytes, settings.kdf_iterations)


def _asked() -> str:
    password: str = click.prompt(
        say("new_password"), hide_input=True, confirmation_prompt=say("repeat_password")
    )
    if len(password) < SHORTEST:
        raise Refusal(say("password_short", length=SHORTEST))
    return password
