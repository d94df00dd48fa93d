"""The commands and their options; what they do is in the files beside this one."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from server.cli.flag import Flag
from server.cli.messages import say
from server.cli.quota import NO_LIMIT, Quota
from server.cli.where import Where
from server.version import VERSION

Command = TypeVar("Command", bound=Callable[..., Any])

_folder = click.option("--dir", type=click.Path(path_type=Path), help=say("option_dir"))
_config = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("option_config"),
)


_as_json = click.option("--json", "as_json", is_flag=True, help=say("option_json"))


def _where(command: Command) -> Command:
    """Give a command the folder that it is about."""
    folder = click.option(
        "--dir", "folder", type=click.Path(path_type=Path), help=say("option_dir")
    )

    @wraps(command)
    def placed(*, folder: Path | None, config: Path | None, **asked: Any) -> Any:  # noqa: ANN401
        return command(where=Where(folder, config), **asked)

    return cast("Command", folder(_config(placed)))


def _of_home(command: Command) -> Command:
    """Give a command what can be said of a home, new or not."""
    for option in (
        click.option("--quota", type=Quota(), help=say("option_quota")),
        click.option("--context", help=say("option_context")),
        click.option("--timezone", help=say("option_timezone")),
        click.option("--locale", help=say("option_locale")),
    ):
        command = option(command)
    return command


def _told(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what somebody said: options that were left out say nothing."""
    told = {name: value for name, value in asked.items() if value not in (None, ())}
    return {name: None if value is NO_LIMIT else value for name, value in told.items()}


def _listening(command: Command) -> Command:
    host = click.option("--host", help=say("option_host"))
    port = click.option("--port", type=int, help=say("option_port"))
    return host(port(_folder(_config(command))))


@click.group(help=say("program"), context_settings={"help_option_names": ["-h", "--help"]})
def program() -> None:
    """Gather the commands."""


@program.command(help=say("serve"))
@click.option("--workers", type=click.IntRange(1), help=say("option_workers"))
@_listening
def serve(config: Path | None, **chosen: object) -> None:
    """Serve homes."""
    from server.app import build_app
    from server.cli.serve import House, run
    from server.cli.settings_of import settings_of

    run(
        settings_of(config, chosen),
        House("serve", "owner", build_app, derives=True, shared=build_app),
    )


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
@click.option("--set-up-link", "set_up", is_flag=True, default=None, help=say("option_set_up"))
@_of_home
@_where
def instance_add(where: Where, **asked: Any) -> None:  # noqa: ANN401
    """Make a home."""
    from server.cli.homes import add

    add(where, **_told(asked))


@instance.command("list", help=say("instance_list"))
@_as_json
@_where
def instance_list(where: Where, *, as_json: bool) -> None:
    """List homes."""
    from server.cli.homes import show_all

    show_all(where, as_json=as_json)


@instance.command("show", help=say("instance_show"))
@click.argument("domain")
@_as_json
@_where
def instance_show(where: Where, domain: str, *, as_json: bool) -> None:
    """Show a home."""
    from server.cli.homes import show

    show(where, domain, as_json=as_json)


@instance.command("modify", help=say("instance_modify"))
@click.argument("domain")
@click.option("--domain", "renamed", help=say("option_rename"))
@click.option("--add-alias", "add_aliases", multiple=True, help=say("option_alias"))
@click.option("--remove-alias", "remove_aliases", multiple=True, help=say("option_remove_alias"))
@_of_home
@click.option("--block", "blocked", metavar="REASON", help=say("option_block"))
@click.option("--unblock", is_flag=True, help=say("option_unblock"))
@click.option("--moved-to", "moved_to", help=say("option_moved_to"))
@click.option("--oidc-id", "oidc_id", help=say("option_oidc_id"))
@click.option("--flag", "flags", type=Flag(), multiple=True, help=say("option_flag"))
@_where
def instance_modify(where: Where, domain: str, *, unblock: bool, **asked: Any) -> None:  # noqa: ANN401
    """Change a home."""
    from server.cli.homes import modify

    flags = dict(asked.pop("flags"))
    told = {"domain": asked.pop("renamed"), **asked, "flags": flags or None}
    modify(where, domain, {**_told(told), **({"blocked": ""} if unblock else {})})


@instance.command("delete", help=say("instance_delete"))
@click.argument("domain")
@click.option("--days", type=click.IntRange(0, 36_500), default=30, help=say("option_days"))
@click.option("--now", is_flag=True, help=say("option_now"))
@click.option("--yes", is_flag=True, help=say("option_yes"))
@_where
def instance_delete(where: Where, domain: str, **asked: Any) -> None:  # noqa: ANN401
    """Take a home away."""
    from server.cli.homes import delete

    delete(where, domain, **asked)


@instance.command("keep", help=say("instance_keep"))
@click.argument("domain")
@_where
def instance_keep(where: Where, domain: str) -> None:
    """Keep a home that was to be deleted."""
    from server.cli.homes import keep

    keep(where, domain)


@instance.command("client-oauth", help=say("client_oauth"))
@click.argument("domain")
@click.argument("redirect_uri")
@click.argument("client_name")
@click.argument("software_id")
@_where
def client_oauth(where: Where, domain: str, **said: str) -> None:
    """Register a client."""
    from server.cli.oauth import done
    from server.oauth.operator import Asked

    done(where, domain, Asked(what="register", **said))


@instance.command("certify-client", help=say("certify_client"))
@click.argument("domain")
@click.argument("client_id")
@_where
def certify_client(where: Where, domain: str, client_id: str) -> None:
    """Certify a client."""
    from server.cli.oauth import done
    from server.oauth.operator import Asked

    done(where, domain, Asked(what="certify", client_id=client_id))


@instance.command("token-oauth", help=say("token_oauth"))
@click.argument("domain")
@click.argument("client_id")
@click.argument("scope", nargs=-1, required=True)
@_where
def token_oauth(where: Where, domain: str, client_id: str, scope: tuple[str, ...]) -> None:
    """Make a token of a client."""
    from server.cli.oauth import done
    from server.oauth.operator import Asked

    done(where, domain, Asked(what="access", client_id=client_id, scope=" ".join(scope)))


@instance.command("token-cli", help=say("token_cli"))
@click.argument("domain")
@click.argument("scope", nargs=-1, required=True)
@_where
def token_cli(where: Where, domain: str, scope: tuple[str, ...]) -> None:
    """Make a token of no client."""
    from server.cli.oauth import done
    from server.oauth.operator import Asked

    done(where, domain, Asked(what="cli", scope=" ".join(scope)))


@program.group(help=say("app"))
def app() -> None:
    """Gather the commands about applications."""


@app.command("install", help=say("app_install"))
@click.argument("domain")
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_where
def app_install(where: Where, domain: str, source: Path) -> None:
    """Install an application."""
    from server.cli.apps import add

    add(where, domain, source)


@app.command("remove", help=say("app_remove"))
@click.argument("domain")
@click.argument("slug")
@_where
def app_remove(where: Where, domain: str, slug: str) -> None:
    """Take an application away."""
    from server.cli.apps import remove

    remove(where, domain, slug)


@program.command(help=say("backup"))
@click.argument("paths", nargs=-1, required=True, metavar="[DOMAIN] FILE|FOLDER/")
@click.option("--keep", type=click.IntRange(min=0), default=0, help=say("option_keep"))
@click.option("--force", is_flag=True, help=say("option_force"))
@_where
def backup(where: Where, paths: tuple[str, ...], **asked: Any) -> None:  # noqa: ANN401
    """Copy homes."""
    from server.cli.backup import backup

    if len(paths) > 2:  # noqa: PLR2004  # a home and a place
        raise click.UsageError(say("backup_usage"))
    backup(where, paths[0] if len(paths) > 1 else None, paths[-1], **asked)


@program.command(help=say("restore"))
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="FILE|FOLDER")
@click.option("--instance", "domain", help=say("option_instance"))
@click.option("--as", "called", metavar="DOMAIN", help=say("option_as"))
@click.option("--replace", is_flag=True, help=say("option_replace"))
@_where
def restore(where: Where, source: Path, **asked: Any) -> None:  # noqa: ANN401
    """Bring a home back."""
    from server.cli.restore import restore

    restore(where, source, **asked)


@program.command(help=say("password"))
@click.option("--instance", "domain", help=say("option_instance"))
@click.option("--generate", is_flag=True, help=say("option_generate"))
@_where
def password(where: Where, domain: str | None, *, generate: bool) -> None:
    """Change a password."""
    from server.cli.homes import change_password

    change_password(where, domain, generate=generate)


@program.command("import", help=say("import"))
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="FOLDER|ARCHIVE")
@click.option("--into", default="/", help=say("option_into"))
@click.option("--move", is_flag=True, help=say("option_move"))
@click.option("--instance", "domain", help=say("option_instance"))
@click.option("--as", "called", metavar="DOMAIN", help=say("option_as"))
@_where
def import_folder(
    where: Where, source: Path, into: str, domain: str | None, called: str | None, *, move: bool
) -> None:
    """Import a folder, or a home."""
    from server.cli.importing import Import, run
    from server.cli.importing_home import import_home

    if source.is_dir():
        run(where, Import(source, into, move), domain)
    else:
        import_home(where, source, called)


@program.command(help=say("export"))
@click.argument("paths", nargs=-1, required=True, metavar="[DOMAIN] FILE")
@click.option("--histories", is_flag=True, help=say("option_histories"))
@click.option("--links", is_flag=True, help=say("option_links"))
@click.option("--devices", is_flag=True, help=say("option_devices"))
@click.option("--force", is_flag=True, help=say("option_force"))
@_where
def export(where: Where, paths: tuple[str, ...], *, force: bool, **wanted: bool) -> None:
    """Export a home."""
    from server.cli.exporting import export
    from server.export.manifest import Wanted

    if len(paths) > 2:  # noqa: PLR2004  # a home and a file
        raise click.UsageError(say("backup_usage"))
    domain = paths[0] if len(paths) > 1 else None
    export(where, domain, Path(paths[-1]), Wanted(**wanted), force=force)


@program.command(help=say("verify"))
@click.option("--repair", is_flag=True, help=say("option_repair"))
@click.option(
    "--spare",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=say("option_spare"),
)
@click.option("--quick", is_flag=True, help=say("option_quick"))
@click.option("--instance", "domain", help=say("option_instance"))
@_where
def verify(
    where: Where, domain: str | None, spare: Path | None, *, repair: bool, quick: bool
) -> None:
    """Verify a home."""
    from server.cli.verifying import Wanted, run

    run(where, Wanted(repair or spare is not None, not quick, spare), domain)


@program.group(help=say("office"))
def office() -> None:
    """Gather the commands about office editing."""


@office.command("check", help=say("office_check"))
@click.argument("domain", required=False)
@_where
def office_check(where: Where, domain: str | None) -> None:
    """Check the addresses of office editing."""
    from server.cli.office import check

    check(where, domain)


@program.command(help=say("mirror"))
@click.argument("url")
@click.option("--as", "name", default="", help=say("option_mirror_as"))
@click.option("--user", help=say("option_mirror_user"))
@click.option(
    "--way", type=click.Choice(["both", "pull", "push"]), default="both", help=say("option_way")
)
@click.option("--follow", is_flag=True, help=say("option_follow"))
@_where
def mirror(where: Where, url: str, name: str, user: str | None, way: str, *, follow: bool) -> None:
    """Mirror a database."""
    from server.cli.mirroring import Mirror, Way, run

    login = (user, click.prompt(say("mirror_password"), hide_input=True)) if user else None
    run(where, Mirror(url, name, Way(way), follow, login))


@program.command(help=say("version"))
def version() -> None:
    """Print the version."""
    click.echo(VERSION)
