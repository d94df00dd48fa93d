"""`foyer verify`: whether every document and every content of a home is what it should be."""

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from doctypes.files.verify_verbs import Verified
from server.cli.messages import say
from server.cli.open_home import with_home
from server.cli.where import Where
from server.instances.instance import Instance

_STEP = 1000  # contents between two lines of progress


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether to repair, to read all contents, and a folder of blobs to take copies from."""

    repair: bool
    contents: bool
    spare: Path | None


def run(where: Where, wanted: Wanted, domain: str | None) -> None:
    """Verify a home and say what was found; exit with 1 if something is wrong. Raises Refusal."""

    async def work(instance: Instance) -> Verified:
        from server.app import open_blobs

        spare = open_blobs(wanted.spare) if wanted.spare else None
        try:
            return await instance.files.verify(
                repair=wanted.repair, contents=wanted.contents, spare=spare, progress=_tell
            )
        finally:
            if spare is not None:
                await spare.close()

    found = with_home(work, where, domain)
    for finding in found.findings:
        what = say(f"fault_{finding.fault.name.lower()}")
        mended = say("verify_mended") if finding.repaired else ""
        click.echo(f"{finding.id}\t{finding.name}\t{what}{mended}")
    click.echo(
        say(
            "verify_done",
            nodes=found.nodes,
            versions=found.versions,
            contents=found.contents,
            megabytes=found.read // 1_000_000,
            faults=len(found.findings),
        )
    )
    if not found.is_sound:
        sys.exit(1)


def _tell(done: int, of: int) -> None:
    if not done % _STEP or done == of:
        click.echo(say("verify_progress", done=done, of=of), err=True)
