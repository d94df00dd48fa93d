"""The states of the app itself, each reached as a person reaches it, and left as it was found."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.support.running_home import RunningHome
from tests.support.screens.camera import Eye
from tests.support.screens.content import LONG, rename
from tests.support.screens.phrases import phrase
from tests.support.web_app import act, choose_files, click, fill, names, offline, row


class Walk:
    """A browser in the app, in one language."""

    def __init__(self, camera: Eye, home: RunningHome) -> None:
        self.tab, self.home, self.camera, self.language = camera.tab, home, camera, camera.language

    def says(self, key: str) -> str:
        return phrase(self.language, key)

    async def at(self, screen: str, ready: str = "document.querySelector('.screen h1')") -> None:
        await self.tab.run(f"location.hash = '#/{screen}'")
        await self.tab.until(ready)

    async def menu(self, name: str, key: str) -> None:
        await self.at("", row(name))
        await act(self.tab, name, self.says(key))
        await self.tab.until("document.querySelector('dialog[open]:not(:has(.menu))')")

    async def shut(self) -> None:
        """Close whatever window is open, the last first."""
        await self.tab.run(
            "[...document.querySelectorAll('dialog[open]')].reverse().forEach(d => d.close())"
        )
        await self.tab.until("!document.querySelector('dialog')")

    async def focus_list(self) -> None:
        await self.tab.run("document.querySelector('#list').focus()")


async def lists(walk: Walk) -> None:
    await walk.at("", row("notes.md"))
    await walk.camera.take("drive-list")
    await click(walk.tab, f"[aria-label='{walk.says('asGrid')}']")
    await walk.tab.until("document.querySelector('.rows-box.grid img')")
    await walk.camera.take("drive-grid")
    await click(walk.tab, f"[aria-label='{walk.says('asList')}']")
    await walk.tab.run(f"{row('notes.md')}.querySelector('input').click()")
    await walk.tab.run(f"{row('garden.pdf')}.querySelector('input').click()")
    await walk.focus_list()
    await walk.camera.take("drive-selected")
    await walk.tab.run("document.querySelector('.marked button').click()")


async def folders(walk: Walk) -> None:
    await walk.tab.run(f"{row('Empty')}.querySelector('a').click()")
    await walk.tab.until("document.querySelector('.empty h2')")
    await walk.camera.take("drive-empty-folder")
    for name in ("Family", "Holidays", "Brittany 2024"):
        if name == "Family":
            await walk.at("", row(name))
        await walk.tab.until(row(name))
        await walk.tab.run(f"{row(name)}.querySelector('a').click()")
    await walk.tab.until(row("plan.txt"))
    await walk.camera.take("drive-deep")


async def searches(walk: Walk) -> None:
    await walk.at("search/g", row("garden.pdf"))
    await walk.camera.take("search")
    await fill(walk.tab, ".filters select", "image")
    await walk.tab.until("document.querySelector('.chip.on')")
    await walk.camera.take("search-filtered")
    await walk.at("search/nowhere", "document.querySelector('.empty')?.innerText")
    await walk.camera.take("search-nothing")


async def places(walk: Walk) -> None:
    for screen in ("recent", "favourites", "trash", "shared", "devices", "sending", "troubles"):
        await walk.at(screen)
        await walk.tab.until("document.querySelector('.empty')?.innerText !== ''")
        await walk.camera.take(f"place-{screen}")
    await walk.at("photos", "document.querySelector('.tile img')")
    await walk.camera.take("photos")


async def menus(walk: Walk) -> None:
    await walk.at("", row("notes.md"))
    await walk.tab.run(f"{row('notes.md')}.querySelector('button').click()")
    await walk.camera.take("menu-file")
    await walk.shut()
    await walk.tab.run(f"{row('Family')}.querySelector('button').click()")
    await walk.camera.take("menu-folder")
    await walk.shut()
    for key in ("rename", "tags", "move", "share", "details"):
        await walk.menu("shopping.txt", key)
        if key == "details":
            await walk.tab.until("document.querySelector('dialog .rows li')")
        await walk.camera.take(f"dialog-{key}")
        await walk.shut()
    await walk.menu("Photos", "share")
    await walk.tab.until("document.querySelector('dialog .link')")
    await walk.tab.run("document.querySelectorAll('dialog .link button')[1].click()")
    await walk.camera.take("dialog-share-links")
    await walk.shut()


async def deeper(walk: Walk) -> None:
    await walk.menu("shopping.txt", "details")
    await click(walk.tab, f"dialog [aria-label^='{walk.says('compare')}']")
    await walk.tab.until("document.querySelector('.compared tbody tr')")
    await walk.camera.take("compare")
    await walk.shut()
    await walk.menu("Work", "rewind")
    await fill(walk.tab, "#moment", "2026-01-01T08:00")
    await walk.tab.until("document.querySelector('dialog [role=status]')")
    await walk.camera.take("rewind")
    await walk.shut()
    await walk.at("")
    await walk.tab.run("document.querySelector('.tools button').click()")
    await fill(walk.tab, "dialog input", "Family")
    await walk.tab.enter()
    await walk.camera.take("new-folder-taken")
    await walk.shut()
    await walk.at("trash", row("old.txt"))
    await act(walk.tab, "old.txt", walk.says("destroy"))
    await walk.camera.take("dialog-destroy")
    await walk.shut()


async def viewers(walk: Walk) -> None:
    shown = {
        "notes.md": ".reading",
        "shopping.txt": ".stage pre",
        "clock.py": ".stage > *",
        "garden.pdf": ".stage iframe",
        "tone.wav": ".stage audio",
        "backup.zip": ".stage a",
        LONG: ".stage > *",
    }
    for name, part in shown.items():
        await walk.at("", row(name))
        await walk.tab.run(f"{row(name)}.querySelector('a').click()")
        await walk.tab.until(f"document.querySelector('dialog.full {part}')")
        await walk.camera.take(f"view-{name.rpartition('.')[2]}")
        await walk.shut()
    await walk.at("photos", "document.querySelector('.tile img')")
    await click(walk.tab, ".tile")
    await walk.tab.until("document.querySelector('.stage img')?.naturalWidth")
    await walk.camera.take("view-jpg")
    await walk.shut()


async def devices(walk: Walk) -> None:
    await walk.at("devices", "document.querySelector('.doing button')")
    await click(walk.tab, ".doing button")
    await walk.tab.until("document.querySelector('dialog #client')")
    await walk.camera.take("device-add")
    await fill(walk.tab, "#new-name", f"Laptop {walk.language}")
    await click(walk.tab, "dialog [type=submit]")
    await walk.tab.until("document.querySelector('dialog .qr')")
    await walk.camera.take("device-added")
    await walk.shut()
    await walk.tab.until("document.querySelector('.devices .button')")
    await walk.camera.take("devices-some")
    await click(walk.tab, ".devices .button")
    await walk.tab.until("document.querySelector('input[name=sees]')")
    await walk.tab.run("document.querySelectorAll('input[name=sees]')[1].click()")
    await walk.tab.until("document.querySelector('.folder')")
    await walk.tab.run("document.querySelector('.folder button')?.click()")
    await walk.tab.run("document.querySelectorAll('.folder input')[1].click()")
    await walk.camera.take("device-one")


async def settings(walk: Walk) -> None:
    await walk.at("settings", "document.querySelector('.legend')")
    await walk.tab.run("document.querySelector('details').open = true")
    await walk.tab.until("document.querySelector('details li')")
    await walk.camera.take("settings")
    await click(walk.tab, "#sign-out")
    await walk.camera.take("settings-sign-out")
    await walk.shut()
    await walk.tab.run("[...document.querySelectorAll('button.danger')].at(-2).click()")
    await walk.tab.until("document.querySelector('dialog #host')")
    await walk.camera.take("settings-delete")
    await walk.shut()


async def offline_states(walk: Walk) -> None:
    """Offline with changes that wait, uploads under way, and then a conflict."""
    scratch = Path(walk.home.folder) / "holiday film.bin"
    scratch.write_bytes(bytes(24 << 20))
    await walk.at("", row("clock.py"))
    await offline(walk.tab, without=True)
    await act(walk.tab, "clock.py", walk.says("rename"))
    await fill(walk.tab, "dialog input", f"mine-{walk.language}.py")
    await walk.tab.enter()
    await choose_files(walk.tab, scratch)
    await walk.tab.until("document.querySelector('.standing progress')")
    await walk.camera.take("offline")
    await walk.at("sending")
    await walk.camera.take("sending-some")
    rename(walk.home, "clock.py", "theirs.py")
    await offline(walk.tab, without=False)
    await walk.at("troubles", "document.querySelector('.sides')")
    await walk.camera.take("conflict")
    await walk.tab.run("document.querySelectorAll('.card .actions button')[1].click()")
    await walk.at("", row(scratch.name))
    await act(walk.tab, scratch.name, walk.says("throwAway"))
    await walk.tab.until("document.querySelector('.saying button')")
    await walk.camera.take("undo")
    rename(walk.home, "theirs.py", "clock.py")
    await walk.tab.until(f"{row('clock.py')} && !document.querySelector('.standing p')")
    assert "clock.py" in names(walk.home)


STATES: tuple[Callable[[Walk], Awaitable[None]], ...] = (
    lists, folders, searches, places, menus, deeper, viewers, devices, settings, offline_states,
)  # fmt: skip
