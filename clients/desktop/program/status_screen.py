"""How all folders are, in the terminal: lines that fit it, once or as they change."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from os import terminal_size
from textwrap import wrap

import click

from clients.desktop.local.asking import statuses
from clients.desktop.local.control import Told
from clients.desktop.local.messages import say
from clients.desktop.local.store import Store
from clients.desktop.local.telling import bar, bytes_of, columns, fitted, lines_of, printable

_WAIT = 1.0
_HOME, _REST_OF_LINE, _REST_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"
_ASIDE, _BACK = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""The terminal's other screen, without a cursor, and back (xterm's private modes 1049, 25)."""
_BAR, _NARROW = 30, 24


def screen_size() -> terminal_size:
    """Return how much the terminal holds."""
    return shutil.get_terminal_size()


def lines_of_all(found: Sequence[Told], width: int) -> list[str]:
    """Return what a person is told of all folders, in lines that fit."""
    return [line for number, told in enumerate(found) for line in _of_one(told, width, number)]


def _of_one(told: Told, width: int, number: int) -> Iterator[str]:
    if number:
        yield ""
    yield fitted(printable(told["folder"]), width)
    lines = [say("is_stopped")] if told.get("stopped") else list(lines_of(told, width - 2))
    for line in lines:
        yield from folded("  " + line, width, 4 + len(line) - len(line.lstrip()))
    if told.get("state") == "working":
        yield "  " + _all_in_all(told, width - 2)


def folded(line: str, width: int, indent: int) -> list[str]:
    """Return a line as several that fit, all but the first indented; 0 has room for any."""
    if width <= 0 or columns(line) <= width:
        return [line]
    first = line[: len(line) - len(line.lstrip())]
    return wrap(
        line.lstrip(),
        max(width, _NARROW),
        initial_indent=first,
        subsequent_indent=" " * min(indent, max(width, _NARROW) // 2),
        break_on_hyphens=False,
        drop_whitespace=True,
        replace_whitespace=False,
    )


def _all_in_all(told: Told, width: int) -> str:
    """Return how much of all is the same by now, and what travelled."""
    whole = told["files"] + told["waiting"]
    drawn = bar(told["files"], whole, min(_BAR, width - 6))
    moved = say("moved_line", up=bytes_of(told["bytes_up"]), down=bytes_of(told["bytes_down"]))
    line = f"{drawn}  {moved}"
    return line if len(line) <= width else drawn


async def watch(store: Store) -> None:
    """Show how all folders are until Ctrl-C; the screen from before is there again then."""
    click.echo(_ASIDE, nl=False)
    try:
        while True:
            found = await statuses(store)
            width, height = screen_size()
            lines = [*lines_of_all(found, width), "", say("watch_keys")[:width]]
            click.echo(_HOME + _drawn(lines, height) + _REST_OF_SCREEN, nl=False)
            await asyncio.sleep(_WAIT)
    except asyncio.CancelledError:
        pass  # Ctrl-C
    finally:
        click.echo(_BACK, nl=False)


def _drawn(lines: Sequence[str], height: int) -> str:
    held = lines if len(lines) <= height else [*lines[: height - 1], lines[-1]]
    return "\r\n".join(line + _REST_OF_LINE for line in held)
