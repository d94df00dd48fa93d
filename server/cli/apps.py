"""Commands about the applications of a home: install one from a folder, take one away."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from server.apps.installed import install, uninstall
from server.apps.manifest import ManifestIllegal
from server.apps.package import read_package
from server.cli.at_home import done_at_home
from server.cli.homes_served import HomesServed
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals, refusals
from server.cli.where import Where
from server.instances.directory import AppMissing
from server.instances.hosts import app_host
from server.instances.instance import Instance


def add(where: Where, domain: str, folder: Path) -> None:
    """Install an application, or another version of it. Raises Refusal."""

    async def at_rest(home: Instance) -> str:
        return await install(home, read_package(folder), datetime.now(UTC))

    slug = _done(where, domain, lambda homes: homes.install_app(domain, folder), at_rest)
    host = app_host(domain, slug, flat=where.settings().subdomains == "flat")
    click.echo(say("app_installed", slug=slug, domain=domain, host=host))


def remove(where: Where, domain: str, slug: str) -> None:
    """Take an application away. Raises Refusal."""

    async def at_rest(home: Instance) -> str:
        if not await uninstall(home, slug):
            raise AppMissing(slug)
        return slug

    _done(where, domain, lambda homes: homes.remove_app(domain, slug), at_rest)
    click.echo(say("app_removed", slug=slug, domain=domain))


def _done(
    where: Where,
    domain: str,
    served: Callable[[HomesServed], str],
    at_rest: Callable[[Instance], Awaitable[str]],
) -> str:
    settings = where.settings()
    with refusals(), folder_refusals(settings.dir):
        try:
            return done_at_home(settings, domain, served, at_rest)
        except ManifestIllegal as error:
            raise Refusal(say("manifest_illegal", why=error.why)) from error
        except AppMissing as error:
            raise Refusal(say("app_missing", slug=error.slug, domain=domain)) from error
