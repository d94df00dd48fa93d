"""`foyer office check`: which address of office editing fails, and what to do."""

import asyncio
import secrets
import sys
import time
from collections.abc import Mapping

import aiohttp
import click

from server.cli.messages import say
from server.cli.where import Where
from server.office.check_words import WORDS
from server.office.checking import Checking, Finding
from server.settings import Settings, language

_LOCAL = "localhost"


def check(where: Where, domain: str | None) -> None:
    """Look at each way, and end with 1 where one does not work."""
    settings = where.settings()
    words = WORDS[language()]
    findings = asyncio.run(_findings(settings, domain or _LOCAL))
    if not findings:
        raise click.ClickException(words["none"])
    for finding in findings:
        click.echo(_line(finding, words))
    if any(finding.fault for finding in findings):
        sys.exit(1)
    click.echo(say("office_all_well"))


async def _findings(settings: Settings, domain: str) -> list[Finding]:
    own = f"http://{settings.host}:{settings.port}"
    found: list[Finding] = []
    async with aiohttp.ClientSession() as client:
        if settings.office is not None:
            base = (settings.office.callback_base or own).replace("{domain}", domain)
            checking = Checking(client, time.time, base, secrets.token_hex(16))
            found += await checking.office(settings.office)
        if settings.wopi is not None:
            base = (settings.wopi.host_base or own).replace("{domain}", domain)
            checking = Checking(client, time.time, base, secrets.token_hex(16))
            found += await checking.wopi(settings.wopi)
    return found


def _line(finding: Finding, said: Mapping[str, str]) -> str:
    mark = "✗" if finding.fault else "✓"
    line = f"{mark} {said['way_' + finding.way.value]}: {finding.address}"
    if finding.told:
        line += f"\n  {said['said']} {finding.told}"
    if finding.fault:
        line += f"\n  {said['fault_' + finding.fault]}"
    return line
