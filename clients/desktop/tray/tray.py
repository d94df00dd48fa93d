"""The icon: how things are at a glance, the window at a click, a word when a person is needed."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from clients.desktop.local.asking import hold, statuses
from clients.desktop.local.control import Told
from clients.desktop.local.lock import Held, only_one
from clients.desktop.local.messages import say
from clients.desktop.local.store import KeptFolder, Store
from clients.desktop.tray.picture import picture_of
from clients.desktop.tray.x11 import hear_clicks
from clients.desktop.window.desk import Desk
from clients.desktop.window.notices import Notice, Watched
from clients.desktop.window.opening import notify
from clients.desktop.window.running import NoScreen, OpenWindow, place_of, show_running
from clients.desktop.window.view import Mood, View, view_of

if TYPE_CHECKING:
    from pystray import Icon

_LAST_MOMENT = 5.0
"""Seconds to end in: a display, a browser or a process that does not answer keeps nobody here."""
_LOOK = 2.0


class NoTray(Exception):
    """This screen can show no icon."""


def run(store: Store, begin: Callable[[Store, KeptFolder], None]) -> bool:
    """Stay until a person ends it; False where a window or an icon was there. Raises NoTray.

    Some systems want their icon in the first thread of a program; so the rest has the other one.
    """
    try:
        with only_one(place_of(store)):
            Tray(store, begin).run()
    except Held:
        return asyncio.run(show_running(store)) and False
    return True


class Tray:
    """The icon, and the window behind it."""

    def __init__(self, store: Store, begin: Callable[[Store, KeptFolder], None]) -> None:
        self._store = store
        self._desk = Desk(store, begin)
        self._view = view_of(())
        self._icon = self._made()
        self._watched: dict[str, Watched] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._window: OpenWindow | None = None
        self._holding_task: asyncio.Future[None] | None = None

    def _made(self) -> "Icon":
        try:
            return self._icon_of_this_system()
        except ImportError as error:
            raise NoTray(str(error)) from error
        except Exception as error:  # back ends look for a display, a bus, a service of notices
            raise NoTray(f"{type(error).__name__}: {error}") from error

    def _icon_of_this_system(self) -> "Icon":
        from pystray import Icon, Menu, MenuItem

        menu = Menu(
            MenuItem(lambda _: self._view.headline, None, enabled=False),
            MenuItem(say("tray_open"), self._told(self._show), default=True),
            MenuItem(lambda _: say(self._holding()[1]), self._told(self._hold)),
            MenuItem(say("tray_quit"), self._told(self._quit)),
        )
        icon = Icon("foyer-sync", picture_of(Mood.HELD), "Foyer", menu)
        hear_clicks(icon)
        return icon

    def run(self) -> None:
        """Show the icon until it is ended, by its menu or by a signal."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._told(self._quit)())
        self._icon.run(self._begun)

    def _begun(self, icon: "Icon") -> None:
        icon.visible = True
        try:
            asyncio.run(self._live())
        finally:
            icon.stop()

    def _told(self, act: Callable[[], object]) -> Callable[[], None]:
        """Return what a click does: the act, in the thread of the loop."""

        def clicked() -> None:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(act)

        return clicked

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with OpenWindow(self._store, self._desk).opened() as self._window:
            while not self._stopping.is_set():
                self._seen(await statuses(self._store))
                try:
                    await asyncio.wait_for(self._stopping.wait(), _LOOK)
                except TimeoutError:
                    continue

    def _seen(self, found: list[Told]) -> None:
        view = view_of(found)
        if (view.mood, view.headline) != (self._view.mood, self._view.headline):
            self._icon.icon = picture_of(view.mood)
            self._icon.title = f"Foyer: {view.headline}"
        if _faces(view) != _faces(self._view):
            self._icon.update_menu()
        self._view = view
        now = asyncio.get_running_loop().time()
        for told in found:
            for notice in self._watched.setdefault(told["id"], Watched()).look(told, now):
                self._notify(notice)

    def _notify(self, notice: Notice) -> None:
        if not notify(notice) and self._icon.HAS_NOTIFICATION:
            self._icon.notify(notice.text, notice.title)

    def _show(self) -> None:
        try:
            if self._window is not None:
                self._window.show()
        except NoScreen as error:
            self._notify(Notice("Foyer", say("no_browser", page=error.page)))

    def _holding(self) -> tuple[bool, str]:
        """Return whether the next click pauses, and its word."""
        is_held = self._view.mood is Mood.HELD
        return not is_held, "tray_resume" if is_held else "tray_pause"

    def _hold(self) -> None:
        paused, _ = self._holding()
        self._holding_task = asyncio.ensure_future(self._hold_all(paused=paused))

    async def _hold_all(self, *, paused: bool) -> None:
        for folder in self._store.folders():
            await hold(self._store, folder, paused=paused)
        self._seen(await statuses(self._store))

    def _quit(self) -> None:
        self._stopping.set()
        last = threading.Timer(_LAST_MOMENT, os._exit, (0,))
        last.daemon = True  # whoever ends by then is not held up
        last.start()


def _faces(view: View) -> tuple[str, bool]:
    """Return what the menu shows of a view."""
    return view.headline, view.mood is Mood.HELD
