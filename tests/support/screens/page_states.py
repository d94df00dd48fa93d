"""The pages that the server writes: signing in, consent, devices, links, and what went wrong."""

import asyncio
import json
import re
import time
from base64 import b32decode
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from server.auth.kdf import Kdf, login_hash, salt_of
from server.sign_in.totp import code_at, step_at
from tests.support.oauth import DESKTOP, asked_for
from tests.support.post_office import PostOfficeOpen
from tests.support.running_home import PASSWORD, RunningHome
from tests.support.screens.camera import Eye
from tests.support.screens.content import link
from tests.support.web_app import ask, choose_files

SECURITY = "/auth/security"


class Visit:
    """A browser at the pages of a home, in one language."""

    def __init__(self, camera: Eye, home: RunningHome, office: PostOfficeOpen, set_up: str) -> None:
        self.camera, self.tab = camera, camera.tab
        self.home, self.office, self.set_up = home, office, set_up

    async def see(self, state: str, path: str, login: str = "") -> None:
        """Go to a page, with a login where browsers would ask for one, and take its pictures."""
        await self.tab.shape(1440, 900, self.camera.language)
        await self.tab.go(f"http://{login}localhost:{self.home.port}{path}")
        await self.camera.take(state)

    async def sign_in(self, target: str = SECURITY) -> None:
        await self.tab.shape(1440, 900, self.camera.language)
        await self.tab.go(f"http://localhost:{self.home.port}/auth/login?redirect={target}")
        await self.tab.type("#passphrase", PASSWORD)
        await self.tab.enter()
        await self.tab.until("location.pathname !== '/auth/login'")

    async def mailed(self) -> str:
        """Wait for a letter; returns where its link leads."""
        for _ in range(300):
            if self.office.letters:
                break
            await asyncio.sleep(0.1)
        letter = self.office.letters.pop().get_content()
        found = re.search(r"https?://[^/\s]+(/\S+)", letter)
        assert found, letter
        return found[1]

    async def sign_out(self) -> None:
        await self.tab.call("Network.clearBrowserCookies")


def posted(home: RunningHome, path: str, body: bytes, kind: str) -> dict[str, str]:
    """Send something as a program does that nobody knows yet; returns what is told."""
    headers = {"Content-Type": kind, "Accept": "application/json"}
    with urlopen(Request(home.address + path, body, headers)) as response:
        told: dict[str, str] = json.load(response)
        return told


async def mail_address(visit: Visit) -> None:
    shown = login_hash(PASSWORD, Kdf(salt=salt_of("localhost"), iterations=50_000))
    body = json.dumps({"passphrase": shown, "email": "lea@example.org"}).encode()
    await asyncio.to_thread(ask, visit.home, "POST", "/settings/email", body)
    confirmed = await visit.mailed()
    await visit.sign_in()
    await visit.tab.go(f"http://localhost:{visit.home.port}{confirmed}")
    await visit.sign_out()


async def before_signing_in(visit: Visit) -> None:
    await visit.see("sign-in", "/auth/login")
    await visit.tab.type("#passphrase", "wrong")
    await visit.tab.enter()
    await visit.tab.until("!document.querySelector('[role=alert]').hidden")
    await visit.camera.take("sign-in-wrong")
    await visit.see("forgotten", "/auth/passphrase_reset")
    await visit.tab.run("document.querySelector('form').submit()")
    await visit.tab.until(
        "document.readyState === 'complete' && !document.querySelector('main form')"
    )
    await visit.camera.take("forgotten-sent")
    await visit.see("renew", await visit.mailed())
    await visit.see("set-up-over", "/auth/passphrase?registerToken=nothing")
    await visit.tab.go(visit.set_up)
    await visit.camera.take("set-up")
    await visit.tab.type("#passphrase", "short")
    await visit.tab.type("#repeated", "shorter")
    await visit.tab.enter()
    await visit.camera.take("set-up-wrong")


async def security(visit: Visit) -> None:
    await visit.sign_in()
    await visit.see("security", SECURITY)
    await visit.see("security-passphrase", f"{SECURITY}/passphrase")
    await visit.see("security-confirm", f"{SECURITY}/confirm")
    await visit.tab.go(f"http://localhost:{visit.home.port}{SECURITY}")
    await visit.tab.click(f'form[action="{SECURITY}/totp"] button')
    await visit.tab.until_at(f"{SECURITY}/totp")
    await visit.camera.take("security-totp")
    shown = await visit.tab.run("document.querySelector('code.address').innerText")
    secret = shown.replace(" ", "")
    seed = b32decode(secret + "=" * (-len(secret) % 8))
    await visit.tab.type("#code", code_at(seed, step_at(time.time())))
    await visit.tab.enter()
    await visit.tab.until_at(f"{SECURITY}/totp/confirm")
    await visit.camera.take("security-recovery-codes")
    await visit.sign_out()
    await visit.sign_in()
    await visit.camera.take("second-step")
    await visit.tab.type("#two-factor-passcode", "000000")
    await visit.tab.enter()
    await visit.tab.until("document.querySelector('[aria-invalid]')")
    await visit.camera.take("second-step-wrong")
    await visit.tab.run("document.querySelector('#two-factor-passcode').value = ''")
    await visit.tab.type("#two-factor-passcode", code_at(seed, step_at(time.time()) + 1))
    await visit.tab.enter()
    await visit.tab.until_at(SECURITY)
    await visit.tab.click(f'form[action="{SECURITY}/totp/remove"] button')
    await visit.tab.until("location.search.includes('done') && document.readyState === 'complete'")
    await visit.camera.take("security-done")


async def consents(visit: Visit) -> None:
    client = posted(visit.home, "/auth/register", json.dumps(DESKTOP).encode(), "application/json")
    scope = "io.cozy.files io.cozy.contacts:GET io.cozy.jobs:POST:sendmail:worker"
    await visit.see("consent", f"/auth/authorize?{urlencode(asked_for(client, scope))}")
    await visit.see("consent-senseless", "/auth/authorize?client_id=nobody")
    await visit.see("code", "/auth/device")
    await visit.see("code-wrong", "/auth/device?user_code=AAAA-BBBB")
    asks = {"kind": "webdav", "client_name": "Léa’s television"}
    told = posted(
        visit.home,
        "/auth/device_authorization",
        urlencode(asks).encode(),
        "application/x-www-form-urlencoded",
    )
    await visit.see("code-consent", f"/auth/device?user_code={told['user_code']}")
    await visit.tab.click("button[value=allow]")
    await visit.tab.until("!document.querySelector('button[value=allow]')")
    await visit.camera.take("code-allowed")


async def devices(visit: Visit) -> None:
    await visit.see("page-devices", "/devices")
    await visit.see("page-device-new", "/devices/new")
    await visit.see("connect", "/connect")
    await visit.see("folder-page", "/dav/files/", f"owner:{quote(PASSWORD)}@")
    await visit.see("office-check", "/office/check")
    await visit.see("not-found", "/nowhere")


async def without_script(visit: Visit) -> None:
    """The app's own page where no script runs: no inspector can look at it."""
    await visit.sign_in()
    await visit.tab.call("Emulation.setScriptExecutionDisabled", value=True)
    await visit.tab.call("Page.navigate", url=f"http://localhost:{visit.home.port}/")
    await asyncio.sleep(1)  # a page that runs no script cannot be asked whether it is there
    await visit.camera.take("app-without-script")
    await visit.tab.call("Emulation.setScriptExecutionDisabled", value=False)


async def links(visit: Visit) -> None:
    await visit.sign_out()
    home = visit.home
    shown = {
        "link-text": "/shopping.txt",
        "link-picture": "/Photos/IMG_0003.jpg",
        "link-sound": "/tone.wav",
        "link-pdf": "/garden.pdf",
        "link-folder": "/Family",
        "link-photos": "/Photos",
        "link-empty": "/Empty",
    }
    for state, path in shown.items():
        await visit.see(state, f"/public?sharecode={link(home, path, 'GET')}")
    both = link(home, "/Inbox", "GET", "POST")
    await visit.see("link-both", f"/public?sharecode={both}")
    put = link(home, "/Inbox", "POST")
    await visit.see("link-drop", f"/public?sharecode={put}")
    scratch = home.folder / "letter.txt"
    scratch.write_text("Hello")
    await choose_files(visit.tab, scratch)
    await visit.tab.run("document.querySelector('form button').click()")
    await visit.tab.until("document.readyState === 'complete' && document.querySelector('.good')")
    await visit.camera.take("link-dropped")
    locked = link(home, "/notes.md", "GET", password="secret")
    await visit.see("link-locked", f"/public?sharecode={locked}")
    await visit.tab.type("input[type=password]", "wrong")
    await visit.tab.enter()
    await visit.tab.until("document.querySelector('[role=alert], .bad')")
    await visit.camera.take("link-locked-wrong")
    await visit.see("link-over", "/public?sharecode=gone")


STATES: tuple[Callable[[Visit], Awaitable[None]], ...] = (
    mail_address, before_signing_in, security, consents, devices, links,
)  # fmt: skip
STILL = (without_script,)
