"""Commands over what this computer knows of the home without asking it."""

import asyncio
import json
from pathlib import Path

import click

from clients.desktop.local.messages import say
from clients.desktop.local.store import Store
from clients.desktop.local.telling import bytes_of, printable
from clients.desktop.program.finding import Refusal, home_of
from clients.desktop.program.options import command, home_option, json_option
from clients.desktop.replica.tree import Node, found, in_folder, nodes

_MOST = 50
_PATIENCE = 5.0
"""Seconds that the home has to answer before what is known is searched."""


@command("find")
@click.argument("words", nargs=-1, required=True)
@home_option
@json_option
def find(store: Store, words: tuple[str, ...], home: str, *, as_json: bool) -> None:
    """Find files of the home by their names, with the home or without."""
    client_id = home_of(store, home).client_id
    hits = found(asyncio.run(tree_of(store, client_id)), words)
    if as_json:
        told = [_as_json(store, client_id, node) for node in hits]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for node in hits[:_MOST]:
        click.echo(_line(store, client_id, node))
    if len(hits) > _MOST:
        click.echo(say("found_more", count=len(hits) - _MOST))
    if not hits:
        click.echo(say("found_nothing"))


@command("door")
@home_option
@click.option("--renew", is_flag=True, help=say("option_renew"))
def door(store: Store, home: str, *, renew: bool) -> None:
    """Lend the home's documents and files to programs of this computer until Ctrl-C."""
    from clients.desktop.door.keeping import USER, keep, known, made
    from clients.desktop.door.serving import HOST
    from clients.desktop.program.door_process import lend

    client_id = home_of(store, home).client_id
    kept = known(store, client_id)
    if kept is None or renew:
        kept, password = made(kept.port if kept else 0)
        keep(store, client_id, kept)
        click.echo(say("door_password", user=USER, password=password))

    def opened_at(port: int) -> None:
        kept.port = port
        keep(store, client_id, kept)
        click.echo(say("door_open", address=f"http://{HOST}:{port}"))

    try:
        asyncio.run(lend(store, client_id, kept, opened_at))
    except OSError as error:
        raise Refusal(say("door_taken", port=kept.port)) from error


async def tree_of(store: Store, client_id: str) -> list[Node]:
    """Return the home's tree, as the home has it or, without it, as it was known."""
    from clients.desktop.replica.opening import opened
    from clients.desktop.replica.place import place_of
    from clients.desktop.replica.pulling import pull
    from clients.desktop.replica.reading import documents_of

    try:
        await asyncio.wait_for(pull(store, client_id), _PATIENCE)
    except TimeoutError:
        click.echo(say("found_offline"), err=True)
    async with opened(place_of(store, client_id)) as database:
        return list(nodes(await documents_of(database)))


def _here(store: Store, client_id: str, node: Node) -> Path | None:
    """Return where a node lies on this computer, if it does."""
    for folder in store.folders():
        place = Path(folder.path) / in_folder(node)
        if folder.home == client_id and place.exists():
            return place
    return None


def _line(store: Store, client_id: str, node: Node) -> str:
    here = _here(store, client_id, node)
    size = "" if node.is_directory else bytes_of(node.size)
    shown = printable(str(here) if here else node.path)
    return (
        f"{size:>10}  {shown}{'/' if node.is_directory else ''}{'' if here else say('found_away')}"
    )


def _as_json(store: Store, client_id: str, node: Node) -> dict[str, object]:
    here = _here(store, client_id, node)
    return {
        "id": node.id,
        "path": node.path,
        "is_directory": node.is_directory,
        "size": node.size,
        "updated_at": node.document.updated_at,
        "here": str(here) if here else None,
    }
