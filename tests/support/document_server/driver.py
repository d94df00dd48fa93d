"""Starting the Document Server double as a process of its own, and pulling its strings."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.document_server import hand_jwt

_ROOT = Path(__file__).parents[3]


class Refusal(Exception):
    """The double would not do that; what its page would show."""


@dataclass(frozen=True)
class Driver:
    """One running double; every call is an HTTP request to it."""

    address: str
    secret: str
    client: aiohttp.ClientSession

    async def open(self, url: str, user: str = "alice", **said: Any) -> dict[str, Any]:
        """Open a file by its `/office/{id}/open` address; return key, config and `forgotten`."""
        return await self._do("open", url=url, user=user, **said)

    async def edit(self, key: str, text: str, user: str = "alice") -> None:
        await self._do("edit", key=key, user=user, text=text)

    async def leave(self, key: str, user: str = "alice", *, dropped: bool = False) -> Any:
        """Close an editor; return the host's last answer, or None when nothing was asked yet."""
        return await self._do("leave", key=key, user=user, dropped=dropped)

    async def force_save(self, key: str, user: str = "alice", kind: int = 1) -> Any:
        return await self._do("force-save", key=key, user=user, kind=kind)

    async def modes(self, **modes: Any) -> None:
        """Set `faults` of the next downloads, `drip`, `conversion` and `signing`."""
        await self._do("modes", **modes)

    async def expire(self) -> None:
        """Let it forget the documents that nobody edits."""
        await self._do("expire")

    async def offer(self, path: str, content: bytes) -> str:
        """Put bytes up for download and return their signed address."""
        return (await self._do("offer", path=path, hex=content.hex()))["url"]

    async def post(self, url: str, body: dict[str, Any], **how: Any) -> tuple[int, Any]:
        """Post a callback made by hand, signed in the body unless told otherwise."""
        answer = await self._do("post", url=url, body=body, **(how or {"sign": {}}))
        return answer["status"], json.loads(answer["text"])

    async def fetch(self, url: str, signed_for: str | None, **how: Any) -> tuple[int, bytes]:
        answer = await self._do("fetch", url=url, signed_for=signed_for, **how)
        return answer["status"], bytes.fromhex(answer["hex"])

    async def log(self) -> dict[str, Any]:
        async with self.client.get(f"{self.address}/control/log") as response:
            return await response.json()

    async def callbacks(self, key: str) -> list[tuple[int, int, str]]:
        """Return status, HTTP status and body of the answer, for each callback about a key."""
        return [
            (sent["body"].get("status"), sent["status"], sent["text"])
            for sent in (await self.log())["callbacks"]
            if sent["body"].get("key") == key
        ]

    async def forgotten(self) -> list[str]:
        """Ask by the command service which keys hold a save that no host took."""
        return (await self._command("getForgottenList"))["keys"]

    async def forgotten_bytes(self, key: str) -> bytes:
        url = (await self._command("getForgotten", key=key))["url"]
        async with self.client.get(url) as response:
            return await response.read()

    async def _command(self, name: str, **said: Any) -> dict[str, Any]:
        token = hand_jwt.encode({"c": name, **said}, self.secret)
        async with self.client.post(f"{self.address}/command", json={"token": token}) as response:
            return await response.json()

    async def _do(self, what: str, **said: Any) -> Any:
        async with self.client.post(f"{self.address}/control/{what}", json=said) as response:
            answer = await response.json()
            if response.status == 409:
                raise Refusal(answer["refused"])
            response.raise_for_status()
            return answer


@contextmanager
def document_server(secret: str, *, scale: float = 0.02) -> Iterator[str]:
    """Run the double and give its address; `scale` shortens its waits (1 is the real pace)."""
    command = [sys.executable, "-m", "tests.support.document_server"]
    process = subprocess.Popen(
        [*command, "--secret", secret, "--scale", str(scale)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:  # leaving closes its standard input, which ends it, and waits
        yield json.loads(process.stdout.readline())["address"]


@asynccontextmanager
async def driver(address: str, secret: str) -> AsyncIterator[Driver]:
    """Drive the double at this address, from its usual modes on."""
    async with aiohttp.ClientSession() as client:
        double = Driver(address, secret, client)
        await double.modes(faults=[], conversion="ok", signing="both", drip=0.2)
        yield double
