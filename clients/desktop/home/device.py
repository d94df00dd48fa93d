"""This device as the home knows it: what it leaves out, how much room is left, its end."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from clients.desktop.home.answers import TRASH_ID, json_of, member
from clients.desktop.home.client import HomeClient, Request
from clients.desktop.home.port import ROOT_ID, Unreachable

_PAGE = "1000"


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory of the home, which this device keeps or leaves out."""

    id: str
    name: str
    left_out: bool


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes: what is used, and how many there may be (None: no limit)."""

    used: int
    quota: int | None


@dataclass(frozen=True, slots=True)
class HomeDevice:
    """The device of a client's credentials. All calls raise HomeError's kinds."""

    client: HomeClient

    async def folders(self, parent_id: str = ROOT_ID) -> list[Folder]:
        """Return the directories in a directory, those that are left out among them, by name."""
        found = [
            Folder(str(one["id"]), str(member(one, "attributes", "name")), self._leaves_out(one))
            async for one in self._children(parent_id)
            if member(one, "attributes", "type") == "directory" and one["id"] != TRASH_ID
        ]
        return sorted(found, key=lambda folder: folder.name.casefold())

    def _leaves_out(self, told: dict[str, Any]) -> bool:
        devices = member(told, "attributes", "not_synchronized_on")
        mine = self.client.credentials.client_id
        return isinstance(devices, list) and any(member(one, "id") == mine for one in devices)

    async def _children(self, parent_id: str) -> AsyncIterator[dict[str, Any]]:
        path = f"/files/{quote(parent_id, safe='')}/relationships/contents"
        query = {"page[limit]": _PAGE}
        while True:
            told = json_of((await self.client.ask(Request("GET", path, query))).body)
            rows = member(told, "data")
            if not isinstance(rows, list):
                raise Unreachable("the answer is none that a home gives")
            for row in rows:
                yield row
            following = member(told, "links", "next")
            if not isinstance(following, str):
                return
            path, query = following, {}

    async def leave_out(self, *folders: str) -> None:
        """See these directories no longer, with all that is in them."""
        await self._change("POST", folders)

    async def take_in(self, *folders: str) -> None:
        """See these directories again."""
        await self._change("DELETE", folders)

    async def _change(self, method: str, folders: tuple[str, ...]) -> None:
        mine = quote(self.client.credentials.client_id, safe="")
        path = f"/data/io.cozy.oauth.clients/{mine}/relationships/not_synchronizing"
        data = [{"type": "io.cozy.files", "id": folder} for folder in folders]
        if data:
            await self.client.ask(Request(method, path, json={"data": data}))

    async def room(self) -> Room:
        """Return how much room is used, and left."""
        told = json_of((await self.client.ask(Request("GET", "/settings/disk-usage"))).body)
        used, quota = (member(told, "data", "attributes", name) for name in ("used", "quota"))
        if not isinstance(used, str):
            raise Unreachable("the answer is none that a home gives")
        return Room(int(used), int(quota) if isinstance(quota, str) else None)

    async def leave(self) -> None:
        """End this device: its credentials open nothing any more."""
        held = self.client.credentials
        path = f"/auth/register/{quote(held.client_id, safe='')}"
        headers = {"Authorization": f"Bearer {held.registration_token}"}
        await self.client.ask(Request("DELETE", path, headers=headers))
