"""Where a play is played: a home in its own process, a gate before it, and a Document Server."""

import asyncio
import json
import urllib.error
import urllib.request
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import quote

from tests.support.document_server.docx import new_docx
from tests.support.document_server.driver import Driver, Refusal
from tests.support.document_server.gate import Gate, gate_before
from tests.support.document_server.play import TEXTS, texts_of
from tests.support.running_home import RunningHome

NAME = "letter.docx"


@dataclass
class Desk:
    """A home with one document, as those who play see it."""

    home: RunningHome
    gate: Gate
    file_id: str = ""

    @property
    def headers(self):
        return {"Authorization": self.home.authorization}

    @property
    def open_url(self):
        return f"{self.home.address}/office/{self.file_id}/open"

    async def asked(self, *what):
        return await asyncio.to_thread(self.ask, *what)

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.home.address + path, body, self.headers, method=method
        )
        with urllib.request.urlopen(request) as response:
            return response.read()

    async def texts(self):
        """Return what each document in the root says."""
        told = {}
        for name in (NAME, NAME.replace(".", " (2).")):
            try:
                told[name] = texts_of(
                    await asyncio.to_thread(self.ask, "GET", "/dav/files/" + quote(name))
                )
            except urllib.error.HTTPError:
                continue
        return told


@asynccontextmanager
async def desk_before(folder, server, secret):
    """Run a home with one document that a Document Server at this address edits."""
    home = RunningHome(folder / "home")
    async with gate_before(home) as gate:
        home.env = {
            "FOYER_OFFICE_SERVER": server,
            "FOYER_OFFICE_SECRET": secret,
            "FOYER_OFFICE_CALLBACK_BASE": gate.address,
            "FOYER_OFFICE_SWEEP_SECONDS": "3600",
        }
        with home:
            desk = Desk(home, gate)
            await desk.asked("PUT", f"/dav/files/{NAME}", new_docx("Dear all,"))
            found = await desk.asked("GET", f"/files/metadata?Path=/{NAME}")
            desk.file_id = json.loads(found)["data"]["id"]
            yield desk


class Doubled:
    """The double for a play."""

    def __init__(self, double: Driver):
        self.double, self.key = double, ""

    async def open(self, url, who, headers):
        with suppress(Refusal):
            self.key = (await self.double.open(url, who, headers=headers))["key"]

    async def edit(self, who, number):
        await self.double.edit(self.key, TEXTS[number], who)

    async def force_save(self, who):
        await self.double.force_save(self.key, who)

    async def leave(self, who, *, dropped):
        await self.double.leave(self.key, who, dropped=dropped)

    async def conversion(self, mode):
        await self.double.modes(conversion=mode)

    async def settle(self, gate, step):
        """Wait where something happens later: a save after a cut line, a home that starts again."""
        if step.endswith("drops"):
            before = len(gate.heard)
            async with asyncio.timeout(20):  # what is waited for happens in another process
                while len(gate.heard) == before or gate.heard[-1]["answer"] is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
