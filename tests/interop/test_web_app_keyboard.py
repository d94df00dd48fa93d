"""The app without a mouse: from signing in to a file that is named, moved, shared and looked at."""

from tests.support.running_home import PASSWORD
from tests.support.web_app import SHIFT, ask, eventually, make_folder, names, press, row, walk_to


async def type_(tab, text):
    await tab.call("Input.insertText", text=text)


async def down_to(tab, name):
    """Walk down the list, as far as a row."""
    for _ in range(20):
        if await tab.run(f"{row(name)}?.classList.contains('current')"):
            return
        await press(tab, "ArrowDown", 40)
    raise AssertionError(f"not reached: {name}")


async def test_all_is_done_by_keys(home, tab):
    make_folder(home, "/Old")
    ask(home, "PUT", "/dav/files/draft.txt", b"the draft", "text/plain")
    await tab.shape(1100, 800, "en")
    await tab.go(f"http://localhost:{home.port}/auth/login?redirect=/")
    await tab.until("document.activeElement.id === 'passphrase'")
    await type_(tab, PASSWORD)
    await tab.enter()
    await tab.until(row("draft.txt"))

    await walk_to(tab, "e.innerText === 'New folder'")
    await tab.enter()
    await tab.until("document.activeElement.id === 'name'")
    await type_(tab, "Trip")
    await tab.enter()
    await tab.until(row("Trip"))

    await walk_to(tab, "e.id === 'list'")
    await down_to(tab, "draft.txt")
    await press(tab, "F2", 113)
    await tab.until("document.activeElement.id === 'name'")
    await type_(tab, "plan")  # in place of what is before the dot
    await tab.enter()
    await tab.until(row("plan.txt"))
    await tab.until("document.activeElement.id === 'list'")  # back where one was
    await down_to(tab, "plan.txt")
    await press(tab, "F10", 121, SHIFT)
    await walk_to(tab, "e.innerText.trim() === 'Move'")
    await tab.enter()
    await walk_to(tab, "e.innerText.trim() === 'Trip'")
    await tab.enter()
    await walk_to(tab, "e.innerText.trim() === 'Move here'")
    await tab.enter()
    await eventually(lambda: "plan.txt" in names(home, "/Trip"))

    await tab.until("!document.querySelector('dialog[open]')")
    await press(tab, "/", 191)
    await tab.until("document.activeElement.type === 'search'")
    await type_(tab, "plan")
    await tab.until(f"{row('plan.txt')}")
    await tab.enter()
    await tab.until("document.activeElement.id === 'list'")
    await tab.enter()
    await tab.until("/the draft/.test(document.querySelector('.stage pre')?.innerText)")
    await press(tab, "Escape", 27)
    await tab.until("!document.querySelector('dialog[open]')")
    await tab.until("document.activeElement.id === 'list'")
    await press(tab, "F10", 121, SHIFT)
    await walk_to(tab, "e.innerText.trim() === 'Share'")
    await tab.enter()
    await walk_to(tab, "e.innerText.trim() === 'Make a link'")
    await tab.enter()
    await tab.until("document.querySelector('dialog .address')")
    assert "/public?sharecode=" in await tab.run("document.querySelector('.address').innerText")
