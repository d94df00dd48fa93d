"""Speaking to a genuine Document Server as its editor's page does: Socket.IO over one websocket.

What a page sends was read in ONLYOFFICE/server (`DocsCoServer.js`, `auth` to `closeDocument`). An
edit is a change as the editor's engine writes it; none is made here, it is given.
"""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.support.document_server import hand_jwt

_PING, _PONG, _CONNECT, _EVENT = "2", "3", "40", "42"
_PATIENCE = 60.0
_QUIET, _QUIET_AT_END = 2.0, 12.0
_ANY_TOKEN = "fghhfgsjdgfjs"  # what every page sends where once was a password
_EDITORS = {"word": 0, "cell": 1, "slide": 2}


@dataclass
class Editor:
    """One editor's connection to one key; `heard` are the messages of the server, in order."""

    socket: aiohttp.ClientWebSocketResponse
    config: dict[str, Any]
    user: str
    heard: list[dict[str, Any]] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    listening: asyncio.Task[None] | None = None

    async def listen(self) -> None:
        """Take in what comes, and answer pings, until the line is cut."""
        async for message in self.socket:
            text = str(message.data)
            if text == _PING:
                await self.socket.send_str(_PONG)
            elif text.startswith(_EVENT):
                await self._hear(json.loads(text[len(_EVENT) :])[1])
            elif text.startswith(_CONNECT):
                await self._hear({"type": "connected"})
            elif text.startswith("44"):
                await self._hear({"type": "refused", "why": text[2:]})
        await self._hear({"type": "cut"})

    async def _hear(self, message: dict[str, Any]) -> None:
        async with self.news:
            self.heard.append(message)
            self.news.notify_all()
        if message.get("waitAuth"):  # somebody else comes in: say that all is sent
            await self.say(type="unLockDocument", isSave=False, unlock=True, releaseLocks=False)

    async def say(self, **message: Any) -> None:
        await self.socket.send_str(_EVENT + json.dumps(["message", message]))

    async def until(self, *types: str) -> dict[str, Any]:
        """Wait for a message of one of these types, and take it."""
        async with asyncio.timeout(_PATIENCE), self.news:
            while True:
                found = next((each for each in self.heard if each["type"] in types), None)
                if found is not None:
                    self.heard.remove(found)
                    return found
                await self.news.wait()

    async def join(self) -> None:
        """Open the document; raises AssertionError where the server does not let it be edited."""
        document, editor = self.config["document"], self.config["editorConfig"]
        await self.say(
            type="auth",
            docid=document["key"],
            documentCallbackUrl=editor["callbackUrl"],
            token=_ANY_TOKEN,
            user={"id": editor["user"]["id"], "username": editor["user"]["name"], "indexUser": -1},
            editorType=_EDITORS[self.config["documentType"]],
            lastOtherSaveTime=-1,
            block=[],
            sessionId=None,
            sessionTimeConnect=None,
            sessionTimeIdle=0,
            view=False,
            isCloseCoAuthoring=False,
            openCmd=self._open_command(),
            lang=editor["lang"],
            mode=editor["mode"],
            permissions=document["permissions"],
            jwtOpen=self.config["token"],
            supportAuthChangesAck=False,
        )

    def _open_command(self) -> dict[str, Any]:
        document = self.config["document"]
        return {
            "c": "open",
            "id": document["key"],
            "userid": self.config["editorConfig"]["user"]["id"],
            "format": document["fileType"],
            "url": document["url"],
            "title": document["title"],
            "lcid": 9,
            "nobase64": True,
        }

    async def until_open(self) -> None:
        """Wait until the document is here, converted."""
        while (told := await self.until("documentOpen"))["data"]["status"] != "ok":
            assert told["data"]["status"] == "updateversion", told

    async def edit(self, *changes: str) -> None:
        """Send changes as the page does: a lock to save, the changes, and wait for the word."""
        await self.say(type="isSaveLock", syncChangesIndex=0)
        await self.until("saveLock")
        await self.say(
            type="saveChanges",
            changes=json.dumps(changes),
            startSaveChanges=True,
            endSaveChanges=True,
            isCoAuthoring=True,
            isExcel=False,
            deleteIndex=-1,
            excelAdditionalInfo="{}",
            unlock=False,
            releaseLocks=True,
        )
        await self.until("unSaveLock")

    async def force_save(self) -> dict[str, Any]:
        """Press the button; returns what the page is told at the end."""
        self.heard = [each for each in self.heard if each["type"] != "forceSave"]  # of others
        await self.say(type="forceSaveStart")
        begun = (await self.until("forceSaveStart"))["messages"]
        if begun["code"] != 0:
            return dict(begun)
        return dict((await self.until("forceSave"))["messages"])

    async def leave(self, *, dropped: bool = False) -> None:
        """Close the page; where it is dropped, only the line is cut."""
        if not dropped:
            await self.say(type="close")
            await asyncio.sleep(0.2)
        await self.socket.close()
        if self.listening is not None:
            with suppress(asyncio.CancelledError):
                await self.listening


async def editor_at(
    client: aiohttp.ClientSession, server: str, config: dict[str, Any], user: str
) -> Editor:
    """Start an editor on a configuration, and wait until it may type."""
    key = config["document"]["key"]
    path = f"/doc/{key}/c/?shardkey={key}&EIO=4&transport=websocket"
    socket = await client.ws_connect(server.rstrip("/") + path, max_msg_size=0)
    await socket.receive_str()  # what the line offers
    editor = Editor(socket, config, user)
    editor.listening = asyncio.create_task(editor.listen())
    await socket.send_str(_CONNECT + json.dumps({"token": config["token"]}))
    await editor.until("connected", "refused")
    await editor.join()
    return editor


class Genuine:
    """A genuine Document Server for a play; `conversion` is told to a file its converter reads."""

    def __init__(self, client, address, secret, changes, mode_file):
        self.client, self.address, self.secret = client, address, secret
        self.changes, self.mode_file = changes, mode_file
        self.editors = {}

    async def open(self, url, who, headers):
        async with self.client.get(url, headers=headers) as response:
            told = (await response.json(content_type=None))["data"]["attributes"]["onlyoffice"]
        config = {
            "type": told["type"],
            "documentType": told["documentType"],
            "document": told["document"],
            "editorConfig": {**told["editor"], "user": {"id": who, "name": who}},
        }
        claims = {**config, "iat": int(time.time()), "exp": int(time.time()) + 600}
        config["token"] = hand_jwt.encode(claims, self.secret)
        self.editors[who] = await editor_at(self.client, self.address, config, who)
        await self.editors[who].until("auth")
        await self.editors[who].until_open()

    async def edit(self, who, number):
        await self.editors[who].edit(*self.changes[number])

    async def force_save(self, who):
        await self.editors[who].force_save()

    async def leave(self, who, *, dropped):
        await self.editors.pop(who).leave(dropped=dropped)

    async def conversion(self, mode):
        self.mode_file.write_text(mode)

    async def settle(self, gate, step):
        """Wait until nothing came for so long that nothing will."""
        if step.endswith("stumbles"):
            return
        quiet = _QUIET_AT_END if step.endswith(("leaves", "drops")) else _QUIET
        heard, since = len(gate.heard), time.monotonic()
        while time.monotonic() - since < quiet:
            await asyncio.sleep(0.1)
            if len(gate.heard) != heard:
                heard, since = len(gate.heard), time.monotonic()
