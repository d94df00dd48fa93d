"""The tree to tick, in the terminal."""

import asyncio
import shutil

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

_CLEAR = "\x1b[H\x1b[2J"
_BESIDE = 4
"""Lines of a screen that are not the tree's."""


async def choose(device: HomeDevice) -> bool:
    """Let a person tick directories, and tell the home; False where they left without."""
    selection = Selection()
    await _read(device, selection, None)
    while True:
        _draw(selection)
        wish = selection.press(_KEYS.get(await asyncio.to_thread(click.getchar), ""))
        if wish is Wish.READ:
            await _read(device, selection, selection.current)
        elif wish is Wish.LEAVE:
            return False
        elif wish is Wish.SAVE:
            out, back = selection.changes()
            await device.leave_out(*out)
            await device.take_in(*back)
            return True


async def _read(device: HomeDevice, selection: Selection, branch: Branch | None) -> None:
    selection.read(branch, await device.folders(parent_id(branch)))


def _draw(selection: Selection) -> None:
    width, height = shutil.get_terminal_size()
    tree = drawn(selection, max(height - _BESIDE, 1), width) or [say("select_nothing")]
    head = say("select_head")[:width]
    keys = say("select_keys")[:width]
    click.echo(_CLEAR + "\n".join([head, "", *tree, "", keys]), nl=False)
