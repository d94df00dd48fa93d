"""What the window does for a person: each act about one folder, checked as a command is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientSession

from clients.desktop.home.client import HomeClient
from clients.desktop.home.device import Folder, HomeDevice
from clients.desktop.home.port import ROOT_ID, HomeError
from clients.desktop.local import conflict_choice
from clients.desktop.local.asking import hold, status_of, statuses
from clients.desktop.local.control import NotRunning, Told, ask
from clients.desktop.local.messages import say
from clients.desktop.local.store import KeptFolder, Store
from clients.desktop.window import opening
from clients.desktop.window.view import Room, room_of

R = TypeVar("R")


class CannotDo(Exception):
    """What was asked for cannot be done; its text is for the person."""


class Desk:
    """Acts on the folders of a store. `begin` starts the process of one."""

    def __init__(
        self,
        store: Store,
        begin: Callable[[Store, KeptFolder], None],
        show: Callable[[Path], None] = opening.open_path,
    ) -> None:
        self._store = store
        self._begin = begin
        self._show = show

    async def statuses(self) -> list[Told]:
        """Return how all folders are."""
        return await statuses(self._store)

    async def do(self, folder_id: str, act: str, facts: Mapping[str, Any]) -> None:
        """Do what a button says. Raises CannotDo."""
        folder = self._folder(folder_id)
        path, answer = str(facts.get("path", "")), str(facts.get("answer", ""))
        match act:
            case "pause" | "resume":
                await hold(self._store, folder, paused=act == "pause")
            case "start":
                await asyncio.to_thread(self._begin, self._store, folder)
            case "confirm":
                await self._ask(folder, "confirm", remove=answer == "remove")
            case "open" | "show":
                await self._open(folder, path, is_beside=act == "show")
            case "decide":
                await self._decide(folder, path, answer)
            case _:
                raise CannotDo(say("window_unknown"))

    def _folder(self, folder_id: str) -> KeptFolder:
        for folder in self._store.folders():
            if folder.id == folder_id:
                return folder
        raise CannotDo(say("window_unknown"))

    async def _ask(self, folder: KeptFolder, command: str, **facts: object) -> None:
        try:
            await ask(self._store.place(folder), command, **facts)
        except NotRunning as error:
            raise CannotDo(say("window_stopped")) from error

    async def _open(self, folder: KeptFolder, path: str, *, is_beside: bool) -> None:
        """Open what is in the folder, or show where it lies; a page names no other place."""
        place = Path(folder.path)
        wanted = place / path
        if ".." in wanted.parts or not wanted.is_relative_to(place):
            raise CannotDo(say("window_unknown"))
        if is_beside:
            wanted = wanted.parent if path else wanted
        if not await asyncio.to_thread(wanted.exists):
            raise CannotDo(say("window_not_there", path=path or folder.path))
        await asyncio.to_thread(self._show, wanted)

    async def _decide(self, folder: KeptFolder, path: str, answer: str) -> None:
        found = (await status_of(self._store, folder)).get("conflicts", [])
        try:
            mine, original = conflict_choice.original_of(found, path)
            keep = conflict_choice.Keep(answer)
            await asyncio.to_thread(conflict_choice.decide, folder.path, mine, original, keep)
        except (conflict_choice.NoConflict, ValueError, OSError) as error:
            raise CannotDo(say("window_not_there", path=path)) from error

    async def room(self, folder_id: str) -> Room:
        """Return how much room the folder's home has. Raises CannotDo."""
        return await self._at_home(folder_id, _room)

    async def directories(self, folder_id: str, parent_id: str) -> list[Folder]:
        """Return the directories in a directory of the folder's home. Raises CannotDo."""

        async def read(device: HomeDevice) -> list[Folder]:
            return await device.folders(parent_id or ROOT_ID)

        return await self._at_home(folder_id, read)

    async def select(self, folder_id: str, out: tuple[str, ...], back: tuple[str, ...]) -> None:
        """Leave directories out of this computer, and take others in again. Raises CannotDo."""

        async def tell(device: HomeDevice) -> None:
            await device.leave_out(*out)
            await device.take_in(*back)

        await self._at_home(folder_id, tell)

    async def _at_home(self, folder_id: str, work: Callable[[HomeDevice], Awaitable[R]]) -> R:
        credentials = self._store.home(self._folder(folder_id).home)
        if credentials is None:
            raise CannotDo(say("no_home"))
        try:
            async with ClientSession() as session:
                return await work(
                    HomeDevice(HomeClient(session, credentials, self._store.keep_home))
                )
        except HomeError as error:
            raise CannotDo(say("error_home", why=str(error))) from error


async def _room(device: HomeDevice) -> Room:
    room = await device.room()
    return room_of(room.used, room.quota)
