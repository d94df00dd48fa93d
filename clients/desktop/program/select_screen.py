"""The tree to tick, in the terminal."""

import asyncio
import re
import shutil
from textwrap import wrap

import click

from clients.desktop.home.device import HomeDevice
from clients.desktop.local.messages import say
from clients.desktop.program.selection import Branch, Selection, Wish, drawn, parent_id

_KEYS = {
    "\x1b[A": "up",
    "\x1bOA": "up",
    "k": "up",
    "\xe0H": "up",
    "\x1b[B": "down",
    "\x1bOB": "down",
    "j": "down",
    "\xe0P": "down",
    "\x1b[C": "open",
    "\x1bOC": "open",
    "l": "open",
    "\xe0M": "open",
    "\x1b[D": "close",
    "\x1bOD": "close",
    "h": "close",
    "\xe0K": "close",
    " ": "tick",
    "\r": "save",
    "\n": "save",
    "q": "leave",
    "\x1b": "leave",
}
"""What terminals send for arrows (ECMA-48 cursor keys; Windows: 0xE0), and Vim's letters."""

_ONE_KEY = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)|\xe0.|.", re.DOTALL)
"""A control sequence whole (ECMA-48 5.4), so that keys we do not know are not taken for Escape."""

_CLEAR = "\x1b[H\x1b[2J"
_BESIDE = 2
"""Empty lines round the tree."""


async def choose(device: HomeDevice) -> bool:
    """Let a person tick directories, and tell the home; False where they left without."""
    selection = Selection()
    await _read(device, selection, None)
    while True:
        _draw(selection)
        for key in keys_in(await asyncio.to_thread(click.getchar)):
            wish = selection.press(key)
            if wish is Wish.READ:
                await _read(device, selection, selection.current)
            elif wish is Wish.LEAVE:
                return False
            elif wish is Wish.SAVE:
                await _save(device, selection)
                return True


def keys_in(sent: str) -> list[str]:
    """Return the keys that a terminal sent at once: from quick fingers several come together."""
    return [_KEYS.get(one, "") for one in _ONE_KEY.findall(sent)]


async def _save(device: HomeDevice, selection: Selection) -> None:
    out, back = selection.changes()
    await device.leave_out(*out)
    await device.take_in(*back)


async def _read(device: HomeDevice, selection: Selection, branch: Branch | None) -> None:
    selection.read(branch, await device.folders(parent_id(branch)))


def _draw(selection: Selection) -> None:
    width, height = shutil.get_terminal_size()
    head, keys = wrap(say("select_head"), width), wrap(say("select_keys"), width)
    room = height - len(head) - len(keys) - _BESIDE
    tree = drawn(selection, max(room, 1), width) or [say("select_nothing")]
    click.echo(_CLEAR + "\n".join([*head, "", *tree, "", *keys]), nl=False)
