"""Commands that tell how things are, and take a decision about them."""

import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from clients.desktop.disk.ignoring import BUILT_IN, IGNORE_FILE, with_pattern
from clients.desktop.local import conflict_choice
from clients.desktop.local.asking import statuses
from clients.desktop.local.conflict_choice import Keep
from clients.desktop.local.control import Told
from clients.desktop.local.messages import say
from clients.desktop.local.store import Store
from clients.desktop.local.telling import event_line, printable
from clients.desktop.program.finding import Refusal, asked, folder_of, home_of
from clients.desktop.program.options import (
    command,
    folder_argument,
    folder_option,
    home_option,
    json_option,
)
from clients.desktop.program.status_screen import folded, lines_of_all, screen_size, watch

_BESIDE_WHEN = 21
"""Columns of a time and what is between it and what was done."""


@command("status")
@click.option("--watch", "is_watched", is_flag=True, help=say("option_watch"))
@json_option
def status(store: Store, *, is_watched: bool, as_json: bool) -> None:
    """Tell how all folders are."""
    if not store.folders() and not as_json:
        raise Refusal(say("no_folder"))
    if is_watched:
        asyncio.run(watch(store))
        return
    found = asyncio.run(statuses(store))
    if as_json:
        _as_json(found)
    else:
        click.echo("\n".join(lines_of_all(found, screen_size().columns)))


def _as_json(found: object) -> None:
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@command("log")
@folder_argument
@json_option
def log(store: Store, folder: str, *, as_json: bool) -> None:
    """Tell what was done lately, the latest last."""
    found = list(reversed(asked(store, folder_of(store, folder), "status").get("recent", [])))
    if as_json:
        _as_json(found)
    else:
        _tell(_events(found), "nothing_done")


def _tell(lines: Iterable[str], otherwise: str) -> None:
    click.echo("\n".join(lines) or say(otherwise))


def _events(found: Sequence[Told]) -> list[str]:
    """Return events as lines, which a terminal gets folded to its width."""
    width = screen_size().columns if sys.stdout.isatty() else 0
    return [line for event in found for line in folded(event_line(event), width, _BESIDE_WHEN)]


@command("conflicts")
@click.argument("path", default="")
@click.option("--keep", type=click.Choice([str(it) for it in Keep]), help=say("option_keep"))
@folder_option
@json_option
def conflicts(store: Store, path: str, keep: str | None, folder: str, *, as_json: bool) -> None:
    """List the conflicts, or decide one."""
    kept = folder_of(store, folder)
    found = asked(store, kept, "status").get("conflicts", [])
    if as_json:
        _as_json(found)
    elif not path:
        _tell(_events(found), "no_conflicts")
        if found:
            click.echo(say("conflicts_how", path=printable(found[0]["path"])))
    elif keep is None:
        raise Refusal(say("which_side"))
    else:
        try:
            mine, original = conflict_choice.original_of(found, path)
        except conflict_choice.NoConflict as error:
            raise Refusal(say("unknown_conflict", path=path)) from error
        conflict_choice.decide(kept.path, mine, original, Keep(keep))
        click.echo(say("decided", path=original))


@command("ignore")
@click.argument("patterns", nargs=-1)
@folder_option
def ignore(store: Store, patterns: tuple[str, ...], folder: str) -> None:
    """Add lines to the ignore file, or show what is left alone."""
    path = Path(folder_of(store, folder).path) / IGNORE_FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for pattern in patterns:
        text = with_pattern(text, pattern)
    if patterns:
        path.write_text(text, encoding="utf-8")
    click.echo(say("ignored", file=path))
    click.echo(text.rstrip() or say("ignored_nothing"))
    built_in = " ".join(BUILT_IN).replace("\r", "")
    click.echo(click.wrap_text(say("ignored_built_in", patterns=built_in), screen_size().columns))


@command("doctor")
def doctor(store: Store) -> None:
    """Say what was looked at; ends with 1 where something is wrong."""
    from clients.desktop.program.doctor import examine

    found = asyncio.run(examine(store))
    for finding in found:
        click.echo(finding.line())
    if not all(finding.is_good for finding in found):
        raise SystemExit(1)


@command("select")
@home_option
def select(store: Store, home: str) -> None:
    """Let a person tick the directories that this computer has."""
    from clients.desktop.program.connecting import on_device
    from clients.desktop.program.select_screen import choose

    credentials = home_of(store, home)
    chosen = asyncio.run(on_device(store, credentials, choose))
    click.echo(say("selected" if chosen else "not_selected"))
