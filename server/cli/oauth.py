"""Commands about OAuth clients: register one, certify one, make a token; served or at rest."""

import click

from server.cli.at_home import done_at_home
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals, refusals
from server.cli.where import Where
from server.instances.instance import Instance
from server.oauth.operator import Asked, AskedIllegal, Operator


def done(where: Where, domain: str, asked: Asked) -> None:
    """Do it, and print the id or the token, alone on its line. Raises Refusal."""

    async def at_rest(instance: Instance) -> str:
        from server.app import new_oauth

        return await Operator(instance, new_oauth()).do(asked)

    settings = where.settings()
    with refusals(), folder_refusals(settings.dir):
        try:
            told = done_at_home(
                settings, domain, lambda homes: homes.about_clients(domain, asked), at_rest
            )
        except AskedIllegal as error:
            raise Refusal(say("asked_illegal", why=error.why)) from error
    click.echo(told)
