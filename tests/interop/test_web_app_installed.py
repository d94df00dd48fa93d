"""The app as an installed one: what browsers ask for that, new versions, contents kept at hand."""

import json
import shutil

from tests.support.running_home import ROOT
from tests.support.web_app import (
    act,
    ask,
    click,
    enter,
    eventually,
    make_directory,
    make_folder,
    names,
    row,
)


async def test_a_browser_finds_nothing_that_keeps_it_from_being_installed(home, tab):
    await enter(tab, home)
    await tab.until("navigator.serviceWorker.controller")
    told = await tab.call("Page.getAppManifest")
    assert told["errors"] == []
    manifest = json.loads(told["data"])
    assert manifest["display"] == "standalone"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    found = await tab.call("Page.getInstallabilityErrors")
    assert found["installabilityErrors"] == []


def newer_program(folder):
    """Put a program beside a home whose app is another build: it is taken in place of ours."""
    shutil.copytree(ROOT / "server", folder / "server")
    built = folder / "server" / "web_app" / "built"
    manifest = (built / "manifest.json").read_text()
    main = json.loads(manifest)["src/main.tsx"]["file"]
    (built / main).rename(built / "main-newer.js")
    (built / "manifest.json").write_text(manifest.replace(main, "main-newer.js"))
    worker = (built / "sw.js").read_text()
    assert "shell-" in worker
    (built / "sw.js").write_text(worker.replace("shell-", "shell-newer-", 1))


async def test_a_new_version_takes_no_work_away(home, tab, tmp_path):
    await enter(tab, home)
    await tab.until("navigator.serviceWorker.controller")
    home.kill()
    await make_directory(tab, "Unsent")
    await tab.run("document.querySelector('.tools button').click()")
    await tab.until("document.activeElement.id === 'name'")
    await tab.call("Input.insertText", text="Typed")
    newer_program(tmp_path)
    home.start()
    await tab.run("navigator.serviceWorker.getRegistration().then(found => found.update())")
    await tab.until(
        "(caches.keys().then(keys => window.shells = keys.filter(k => k.startsWith('shell-'))),"
        "window.shells?.length === 1 && window.shells[0].startsWith('shell-newer-'))"
    )
    assert await tab.run("document.querySelector('#name').value") == "Typed"  # nothing was reloaded
    await tab.enter()
    await eventually(lambda: {"Unsent", "Typed"} <= set(names(home)))
    await tab.call("Page.reload")
    await tab.until(f"document.querySelector('script[src$=\"main-newer.js\"]') && {row('Typed')}")


async def test_a_folder_that_is_kept_opens_without_the_home_and_follows_it(home, tab):
    make_folder(home, "/Train")
    ask(home, "PUT", "/dav/files/Train/book.txt", b"chapter one", "text/plain")
    ask(home, "PUT", "/dav/files/other.txt", b"not at hand", "text/plain")
    await enter(tab, home)
    await tab.until(row("other.txt"))
    await act(tab, "Train", "Keep on this device")
    kept = "caches.open('foyer-contents').then(c => c.keys()).then(k => window.kept = k.length)"
    await tab.until(f"({kept}, window.kept === 1)")
    ask(home, "PUT", "/dav/files/Train/book.txt", b"chapter two", "text/plain")
    text = (
        "caches.open('foyer-contents').then(async c => { const [k] = await c.keys();"
        "window.text = k && await (await c.match(k)).text() })"
    )
    await tab.until(f"({text}, window.text === 'chapter two')")
    await tab.until("navigator.serviceWorker.controller")
    home.kill()
    await tab.call("Page.reload")
    await tab.until(row("Train"))
    await tab.run(f"{row('Train')}.querySelector('a').click()")
    await tab.until(row("book.txt"))
    await tab.run(f"{row('book.txt')}.querySelector('a').click()")
    await tab.until("document.querySelector('.stage pre')?.innerText === 'chapter two'")
    await click(tab, "dialog[open] header button")
    await tab.run("location.hash = '#/'")
    await tab.until(row("other.txt"))
    await tab.run(f"{row('other.txt')}.querySelector('a').click()")
    await tab.until("/network/.test(document.querySelector('.stage .notice')?.innerText)")
