"""Chromium without a window, driven over its DevTools protocol: pages, keys, authenticators."""

import asyncio
import itertools
import json
from base64 import b64decode
from contextlib import asynccontextmanager

from aiohttp import ClientSession, WSMsgType

PATIENCE = 60.0


class Tab:
    """One page of the browser."""

    def __init__(self, socket):
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting = {}
        self.complaints = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self):
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            told = json.loads(message.data)
            waiting = self._waiting.pop(told.get("id"), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(told)
            if told.get("method") == "Log.entryAdded":
                self.complaints.append(told["params"]["entry"])

    async def call(self, method, **params):
        told = await self._answer(method, params)
        assert "error" not in told, (method, told)
        return told["result"]

    async def _answer(self, method, params):
        number = next(self._ids)
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        return await asyncio.wait_for(waiting, PATIENCE)

    async def run(self, script):
        """Return what a script is, or what it promises."""
        told = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    async def go(self, address):
        await self.call("Page.navigate", url=address)
        await self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    async def until(self, condition):
        """Wait for a condition; a page that is being left answers nothing meanwhile."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            asked = {"expression": f"Boolean({condition})"}
            told = await self._answer("Runtime.evaluate", asked)
            if told.get("result", {}).get("result", {}).get("value"):
                return
            if asyncio.get_running_loop().time() > deadline:
                text = await self.run("location.href + '\\n' + document.body.innerText")
                raise AssertionError(f"not so: {condition}\n{text}")
            await asyncio.sleep(0.05)

    async def until_at(self, path):
        await self.until(f"location.pathname === {path!r} && document.readyState === 'complete'")

    async def click(self, selector):
        """Click as a person does: a script's click gives no passkey."""
        spot = await self.run(
            f"(() => {{ const e = document.querySelector({selector!r}); e.scrollIntoView("
            "{block: 'center'}); const r = e.getBoundingClientRect();"
            "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.call(
                "Input.dispatchMouseEvent",
                type=kind, x=spot[0], y=spot[1], button="left", clickCount=1,
            )  # fmt: skip

    async def type(self, selector, text):
        await self.run(f"document.querySelector({selector!r}).focus()")
        await self.call("Input.insertText", text=text)

    async def enter(self):
        for kind in ("keyDown", "keyUp"):
            await self.call(
                "Input.dispatchKeyEvent",
                type=kind, key="Enter", code="Enter", text="\r", windowsVirtualKeyCode=13,
            )  # fmt: skip

    async def authenticator(self, **options):
        """Give the browser an authenticator that agrees to everything; returns its id."""
        await self.call("WebAuthn.enable")
        told = await self.call(
            "WebAuthn.addVirtualAuthenticator",
            options={
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
                **options,
            },
        )
        return told["authenticatorId"]

    async def shape(self, width, height, language, *, dark=False):
        """Make it a phone or a desktop, of somebody who reads a language."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        await self.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])

    async def picture(self, path):
        """Keep a picture of the whole page."""
        told = await self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(b64decode(told["data"]))


@asynccontextmanager
async def chromium(program, folder):
    """Open a browser with one page; `folder` is its profile."""
    process = await asyncio.create_subprocess_exec(
        program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-dev-shm-usage", "--remote-debugging-port=0", f"--user-data-dir={folder}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        port = await _port(folder / "DevToolsActivePort")
        async with ClientSession(f"http://127.0.0.1:{port}") as session:
            async with session.get("/json/list") as response:
                pages = [page for page in await response.json() if page["type"] == "page"]
            async with session.ws_connect(
                pages[0]["webSocketDebuggerUrl"], max_msg_size=0
            ) as socket:
                tab = Tab(socket)
                for domain in ("Page", "Runtime", "Network", "Log"):
                    await tab.call(f"{domain}.enable")
                yield tab
    finally:
        process.kill()
        await process.wait()


async def _port(file):
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < deadline:
        if file.exists() and file.read_text().strip():
            return int(file.read_text().split()[0])
        await asyncio.sleep(0.05)
    raise AssertionError("chromium did not start")
