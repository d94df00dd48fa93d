"""`foyer export`: a whole home into one documented archive, also while a server has it."""

from pathlib import Path

import click

from replication.core.errors import ReplicationError
from server.cli.at_home import done_at_home
from server.cli.byte_bar import ByteBar
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals, refusals
from server.cli.where import Where
from server.export.exporting import head_of
from server.export.manifest import Manifest, Wanted
from server.export.packing import ContentCut
from server.export.to_file import export_to
from server.instances.founding import utc_now
from server.instances.instance import Instance
from server.instances.sizes import show_size


def export(where: Where, domain: str | None, to: Path, wanted: Wanted, *, force: bool) -> None:
    """Export a home. Raises Refusal."""
    target = to.absolute()
    if target.exists() and not force:
        raise Refusal(say("backup_there", path=to))
    if not target.parent.is_dir():
        raise Refusal(say("folder_missing", folder=target.parent))
    with ByteBar(to.name) as bar, refusals(), folder_refusals(target.parent):
        manifest = _exported(where, domain, target, wanted, bar)
    size = show_size(target.stat().st_size)
    click.echo(say("exported", path=to, members=manifest.members, size=size))
    if manifest.missing:
        count, first = len(manifest.missing), manifest.missing[0]
        raise Refusal(say("backup_lacks", count=count, first=first))


def _exported(
    where: Where, domain: str | None, target: Path, wanted: Wanted, bar: ByteBar
) -> Manifest:
    async def at_rest(home: Instance) -> Manifest:
        return await export_to(home, target, head_of(home.record, wanted, utc_now()), bar)

    try:
        return done_at_home(
            where.settings(),
            domain,
            lambda served: served.export(domain, target, wanted, bar),
            at_rest,
        )
    except (ReplicationError, ContentCut) as error:
        raise Refusal(say("export_failed", why=error)) from error
