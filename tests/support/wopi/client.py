"""A WOPI client for tests: its discovery, its proofs, and the requests of each dialect."""

import re
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape

import aiohttp
from aiohttp import web

from tests.support.wopi import signing

_FRAME = """<!DOCTYPE html><title>Editor</title><p>The editor.</p><script>
const tell = (id, values) =>
  parent.postMessage(JSON.stringify({ MessageId: id, Values: values }), "*");
addEventListener("message", (event) => {
  if (JSON.parse(event.data).MessageId === "Host_PostmessageReady") {
    tell("Doc_ModifiedStatus", { Modified: true });
  }
});
tell("App_LoadingStatus", { Status: "Frame_Ready" });
</script>"""
_PLACES = "&lt;ui=UI_LLCC&amp;&gt;&lt;x=Y&amp;&gt;"
_ACTIONS = "".join(
    f'<action name="{name}" ext="{ext}" urlsrc="{{base}}/edit?{_PLACES}"/>'
    for ext in ("docx", "odt", "xlsx", "doc")
    for name in ("view", "edit")
)


@dataclass
class WopiClient:
    """One client; `present` and `former` are its keys, `agent` how it calls itself."""

    address: str = ""
    present: signing.SigningKey = field(default_factory=lambda: signing.new_key(1))
    former: signing.SigningKey = field(default_factory=lambda: signing.new_key(2))
    told: tuple | None = None
    agent: str = "Validator"
    skew: float = 0.0
    spoil: tuple = ()
    asked: int = 0
    posted: dict = field(default_factory=dict)
    session: aiohttp.ClientSession | None = None

    async def discover(self, _):
        self.asked += 1
        current, old = self.told or (self.present, self.former)
        keys = f"<proof-key {current.told()} {old.told('old')}/>"
        xml = f"<wopi-discovery><net-zone><app>{_ACTIONS}</app></net-zone>{keys}</wopi-discovery>"
        return web.Response(text=xml.replace("{base}", self.address), content_type="text/xml")

    async def edit(self, request):
        """Answer the frame: it says that it is ready, and, once the page is too, what changed."""
        self.posted = dict(await request.post())
        return web.Response(text=_FRAME, content_type="text/html")

    def rotate(self):
        """Take a new key; discovery tells it to whoever asks anew."""
        self.former, self.present = self.present, signing.new_key(self.present.modulus % 1000)

    async def ask(self, method, url, headers=None, content=None):
        """Send a request, with its proof; returns the answer, read."""
        stamp = signing.ticks(time.time() + self.skew)
        token = url.partition("access_token=")[2]
        signed = signing.message(token, url, stamp)
        proofs = {
            "X-WOPI-Proof": self.present.sign(signed),
            "X-WOPI-ProofOld": self.former.sign(signed),
            "X-WOPI-TimeStamp": str(stamp),
        }
        for name in self.spoil:
            proofs[name] = proofs[name][::-1]
        sent = {**proofs, "User-Agent": self.agent, **(headers or {})}
        async with self.session.request(method, url, data=content, headers=sent) as response:
            return Answer(response.status, response.headers.copy(), await response.read())


@dataclass(frozen=True)
class Answer:
    status: int
    headers: object
    content: bytes

    def json(self):
        import json

        return json.loads(self.content)


@dataclass(frozen=True)
class OpenFile:
    """A file as an editor has it: its address with the token."""

    client: WopiClient
    url: str

    def at(self, tail=""):
        path, _, query = self.url.partition("?")
        return f"{path}{tail}?{query}"

    async def info(self):
        return await self.client.ask("GET", self.at())

    async def get(self, **headers):
        return await self.client.ask("GET", self.at("/contents"), _named(headers))

    async def put(self, content, lock=None, **headers):
        sent = {"X-WOPI-Override": "PUT", **_named(headers)}
        if lock is not None:
            sent["X-WOPI-Lock"] = lock
        return await self.client.ask("POST", self.at("/contents"), sent, content)

    async def do(self, override, content=None, **headers):
        sent = {"X-WOPI-Override": override, **_named(headers)}
        return await self.client.ask("POST", self.at(), sent, content)

    async def lock(self, lock, **headers):
        return await self.do("LOCK", Lock=lock, **headers)

    async def unlock(self, lock):
        return await self.do("UNLOCK", Lock=lock)


def _named(headers):
    return {
        name.replace("_", "-") if "_" in name else f"X-WOPI-{name}": value
        for name, value in headers.items()
    }


def form_of(html):
    """Return the frame's address and the fields of the page's form."""
    action = unescape(re.search(r'<form id="start" action="([^"]*)"', html)[1])
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', html))
    return action, {name: unescape(value) for name, value in fields.items()}


@asynccontextmanager
async def wopi_client():
    """Run a client on a free port."""
    client = WopiClient()
    app = web.Application()
    app.add_routes([web.get("/hosting/discovery", client.discover)])
    app.add_routes([web.post("/edit", client.edit)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    client.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession() as client.session:
            yield client
    finally:
        await runner.cleanup()
