"""What tests of the web app do in a browser, and ask the home meanwhile."""

import asyncio
import inspect
import json
from urllib.parse import quote
from urllib.request import Request, urlopen

from tests.support.running_home import PASSWORD


def ask(home, method, path, body=None, kind="application/json"):
    headers = {"Authorization": home.authorization, "Content-Type": kind}
    with urlopen(Request(home.address + path, body, headers, method=method)) as response:
        return response.read()


def names(home, path="/"):
    told = json.loads(ask(home, "GET", f"/files/metadata?Path={quote(path)}"))
    return {each["attributes"]["name"]: each["id"] for each in told.get("included", [])}


async def enter(tab, home, language="en"):
    await tab.shape(1100, 800, language)
    await tab.go(f"http://localhost:{home.port}/auth/login?redirect=/")
    await tab.type("#passphrase", PASSWORD)
    await tab.enter()
    await tab.until("location.pathname === '/' && document.querySelector('.row')")


def row(name):
    return f"[...document.querySelectorAll('.row')].find(r => r.querySelector('.name')?.innerText === {name!r})"  # noqa: E501  # one script


async def act(tab, name, action):
    """Choose an action from the menu of a row, as a person does."""
    await tab.until(row(name))
    await tab.run(f"{row(name)}.querySelector('button').click()")
    await tab.until("document.querySelector('dialog[open] .menu')")
    await tab.run(
        "[...document.querySelectorAll('dialog .menu button')]"
        f".find(b => b.innerText.trim() === {action!r}).click()"
    )


async def answer(tab, text):
    """Type into the dialog that is open, and agree."""
    await tab.until("document.querySelector('dialog[open] input')")
    await tab.run(
        "(i => { i.value = " + json.dumps(text) + "; i.focus();"
        "i.dispatchEvent(new Event('input', {bubbles: true})); })"
        "(document.querySelector('dialog[open] input'))"
    )
    await tab.enter()
    await tab.until("!document.querySelector('dialog[open]')")


async def eventually(told):
    """Wait until the home has it: the app shows at once what it sends a moment later."""
    deadline = asyncio.get_running_loop().time() + 30
    while not await asyncio.to_thread(told):
        assert asyncio.get_running_loop().time() < deadline, inspect.getsource(told)
        await asyncio.sleep(0.1)


async def offline(tab, *, without):
    await tab.call(
        "Network.emulateNetworkConditions",
        offline=without, latency=0, downloadThroughput=-1, uploadThroughput=-1,
    )  # fmt: skip
