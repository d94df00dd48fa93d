"""Commands about OAuth clients: register one, certify one, make a token; served or at rest."""

import asyncio
from dataclasses import replace

import click

from server.admin.access import read_access
from server.cli.homes_served import HomesServed
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals, refusals
from server.cli.where import Where
from server.instances.folder_lock import FolderInUse, FolderLock
from server.oauth.operator import Asked, AskedIllegal, Operator
from server.settings import Settings


def done(where: Where, domain: str, asked: Asked) -> None:
    """Do it, and print the id or the token, alone on its line. Raises Refusal."""
    settings = where.settings()
    with refusals(), folder_refusals(settings.dir):
        try:
            click.echo(_done(settings, domain, asked))
        except AskedIllegal as error:
            raise Refusal(say("asked_illegal", why=error.why)) from error


def _done(settings: Settings, domain: str, asked: Asked) -> str:
    try:
        lock = FolderLock(settings.dir)
    except FolderInUse as error:
        access = read_access(settings.dir)
        if access is None:
            process = error.process or "?"
            raise Refusal(say("admin_off", folder=settings.dir, process=process)) from error
        served = HomesServed(replace(access, secret=settings.admin_secret or access.secret))
        return served.about_clients(domain, asked)
    try:
        return asyncio.run(_at_rest(settings, domain, asked))
    finally:
        lock.release()


async def _at_rest(settings: Settings, domain: str, asked: Asked) -> str:
    from server.app import new_oauth, open_instance
    from server.cli.homes_office import register_of

    instance = await open_instance(register_of(settings).record(domain))
    try:
        return await Operator(instance, new_oauth()).do(asked)
    finally:
        await instance.close()
