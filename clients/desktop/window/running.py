"""A window from its opening to its end: one for each person, however often it is asked for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from clients.desktop.local.control import NotRunning, Told, ask, listening
from clients.desktop.local.lock import Held, only_one
from clients.desktop.local.store import Store
from clients.desktop.local.written import write_bytes
from clients.desktop.window.admission import Admission
from clients.desktop.window.desk import Desk
from clients.desktop.window.opening import open_page
from clients.desktop.window.serving import Window

_GRACE = 10.0
"""Seconds without a page after which the window is closed: a page that is read anew comes back."""
_FIRST = 120.0
"""Seconds that a browser may take to show the page for the first time."""
_LOOK = 1.0
_PAGE = """<!doctype html><meta charset="utf-8"><title>Foyer</title>\
<meta http-equiv="refresh" content="0;url={address}">"""


class NoScreen(Exception):
    """Nothing here can show a page; `page` is the file that leads to it."""

    def __init__(self, page: Path) -> None:
        super().__init__(str(page))
        self.page = page


def place_of(store: Store) -> Path:
    """Return where the window's own things are."""
    return store.folder / "window"


class OpenWindow:
    """The window of a store; `show` opens it, also again."""

    def __init__(
        self, store: Store, desk: Desk, open_page: Callable[[Path], bool] = open_page
    ) -> None:
        self._open_page = open_page
        self._place = place_of(store)
        self._admission = Admission(lambda: asyncio.get_running_loop().time())
        self._window = Window(desk, self._admission)
        self._address = ""

    def show(self) -> None:
        """Show the page. Raises NoScreen."""
        page = self._place / "window.html"
        address = escape(f"{self._address}#{self._admission.code()}")
        write_bytes(page, _PAGE.format(address=address).encode())
        if not self._open_page(page):
            raise NoScreen(page)

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator["OpenWindow"]:
        """Serve, and hear whoever wants it shown again, until left."""
        async with self._window.served() as self._address, listening(self._place, self._answer):
            try:
                yield self
            finally:
                (self._place / "window.html").unlink(missing_ok=True)

    async def _answer(self, command: str, _facts: Mapping[str, Any]) -> Told:
        if command == "show":
            self.show()
        return {}

    async def until_closed(self) -> None:
        """Wait until no page is open any more."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._window.was_open.wait(), _FIRST)
        left = _GRACE
        while left > 0:
            await asyncio.sleep(_LOOK)
            left = _GRACE if self._window.open_pages else left - _LOOK


async def show_running(store: Store) -> bool:
    """Have a window that is open shown again; False where there is none."""
    try:
        await ask(place_of(store), "show")
    except NotRunning:
        return False
    return True


async def run(store: Store, desk: Desk) -> None:
    """Show the window, and stay until it is closed. Raises NoScreen."""
    try:
        with only_one(place_of(store)):
            async with OpenWindow(store, desk).opened() as window:
                window.show()
                await window.until_closed()
    except Held:
        await show_running(store)
