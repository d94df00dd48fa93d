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


def make_folder(home, path):
    ask(home, "POST", f"/files/?Type=directory&Recursive=true&Path={quote(path)}")


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
    await tab.until("!document.querySelector('dialog')")


async def eventually(told, patience=30):
    """Wait until the home has it: the app shows at once what it sends a moment later."""
    deadline = asyncio.get_running_loop().time() + patience
    while not await asyncio.to_thread(told):
        assert asyncio.get_running_loop().time() < deadline, inspect.getsource(told)
        await asyncio.sleep(0.1)


async def offline(tab, *, without):
    await tab.call(
        "Network.emulateNetworkConditions",
        offline=without, latency=0, downloadThroughput=-1, uploadThroughput=-1,
    )  # fmt: skip


async def make_directory(tab, name):
    await tab.run("document.querySelector('.tools button').click()")
    await answer(tab, name)


async def choose_files(tab, *paths):
    await give_files(tab, "input[multiple]", *paths)


async def give_files(tab, selector, *paths):
    """Choose files in a field, as the window of the system would."""
    script = f"document.querySelector({selector!r})"
    told = await tab.call("Runtime.evaluate", expression=script)
    await tab.call(
        "DOM.setFileInputFiles",
        files=[str(path) for path in paths],
        objectId=told["result"]["objectId"],
    )


SHIFT = 8


async def press(tab, key, code, modifiers=0):
    for kind in ("keyDown", "keyUp"):
        await tab.call(
            "Input.dispatchKeyEvent",
            type=kind, key=key, windowsVirtualKeyCode=code, modifiers=modifiers,
        )  # fmt: skip


async def walk_to(tab, wanted):
    """Press Tab until what has the focus, `e`, is what is wanted; each stop must be seen."""
    for _ in range(60):
        await press(tab, "Tab", 9)
        if not await tab.run("document.activeElement.matches(':focus-visible')"):
            continue  # the end of the page: the next is the browser's own
        shown = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        place = await tab.run("document.activeElement.outerHTML")
        assert 'id="list"' in place or await tab.run(shown), place
        if await tab.run(f"(e => Boolean({wanted}))(document.activeElement)"):
            return
    raise AssertionError(f"not reached by the keyboard: {wanted}")


async def click(tab, selector):
    """Click something once it is there."""
    await tab.until(f"document.querySelector({selector!r})")
    await tab.run(f"document.querySelector({selector!r}).click()")


async def fill(tab, selector, value):
    """Type into a field, or choose in a list, in place of what it holds."""
    await tab.until(f"document.querySelector({selector!r})")
    await tab.run(
        f"(e => {{ e.value = {json.dumps(value)};"
        "for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, {bubbles: true}))"
        f"}})(document.querySelector({selector!r}))"
    )


async def shown(tab):
    """Return the names in the list that is shown."""
    return await tab.run("[...document.querySelectorAll('.row .name')].map(e => e.innerText)")
