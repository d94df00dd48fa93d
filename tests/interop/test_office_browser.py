"""The editor's page in a real browser, with a stub for the editor: what it gets and asks."""

import json
import os
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.interop.conftest import program
from tests.support.chromium import chromium
from tests.support.document_server import hand_jwt
from tests.support.document_server.desk import SECRET
from tests.support.document_server.docx import new_docx, paragraphs_of
from tests.support.document_server.driver import document_server, driver
from tests.support.running_home import PASSWORD, RunningHome

PNG = b"\x89PNG\r\n\x1a\n"
SCREENS = os.environ.get("FOYER_TESTS_SCREENS")


@pytest.fixture(scope="module")
def address():
    with document_server(SECRET) as running:
        yield running


@pytest.fixture
def home(address, tmp_path):
    env = {"FOYER_OFFICE_SERVER": address, "FOYER_OFFICE_SECRET": SECRET}
    with RunningHome(tmp_path / "home", env=env) as running:
        yield running


@pytest.fixture
async def tab(tmp_path):
    async with chromium(program("chromium"), tmp_path / "profile") as opened:
        yield opened


def ask(home, method, path, body=None, kind="application/json"):
    headers = {"Authorization": home.authorization, "Content-Type": kind}
    with urlopen(Request(home.address + path, body, headers, method=method)) as response:
        return response.read()


def put(home, name, content):
    ask(home, "PUT", f"/dav/files/{name}", content)
    return json.loads(ask(home, "GET", f"/files/metadata?Path=/{name}"))["data"]["id"]


def at(home, path):
    return f"http://localhost:{home.port}{path}"


async def sign_in(tab, home, path):
    await tab.go(at(home, f"/auth/login?redirect={path}"))
    await tab.type("#passphrase", PASSWORD)
    await tab.enter()
    await tab.until_at(path)


async def picture(tab, name):
    if SCREENS:
        await tab.picture(Path(SCREENS) / f"{name}.png")


async def fire(tab, name, data=None):
    """Fire an event as the editor does; return what it was told in answer, if anything."""
    before = await tab.run("window.told.length")
    await tab.run(f"window.fire({name!r}, {json.dumps(data)})")
    told = await tab.run(f"window.told.slice({before})")
    return told[0] if told else None


async def opened(tab, home, name="letter.docx"):
    file_id = put(home, name, new_docx("Dear all,"))
    await sign_in(tab, home, f"/office/{file_id}/edit")
    await tab.until("window.given && document.getElementById('waiting').hidden")
    return file_id


def violations(tab):
    return [each for each in tab.complaints if "Content Security" in each["text"]]


async def test_the_page_starts_the_editor_on_what_was_signed(home, tab, address):
    await tab.shape(1200, 800, "en")
    await opened(tab, home)
    given = await tab.run("window.given")
    claims = hand_jwt.decode(given.pop("token"), SECRET, 0)
    signed = {name: value for name, value in claims.items() if name not in ("iat", "exp")}
    assert {name: given[name] for name in signed} == signed
    assert set(given) - set(signed) == {"width", "height"}
    assert given["editorConfig"]["user"] == {"id": "owner@localhost", "name": "owner"}
    assert await tab.run("document.querySelector('iframe').src") == f"{address}/web-apps/frame.html"
    assert violations(tab) == []
    assert await tab.run("document.title") == "letter.docx"
    await picture(tab, "editor-desktop")


async def test_what_the_editor_asks_is_answered(home, tab, address):
    put(home, "sun.png", PNG)
    await opened(tab, home)
    history = await fire(tab, "onRequestHistory")
    assert history["verb"] == "refreshHistory"
    assert history["value"]["currentVersion"] == 1
    data = await fire(tab, "onRequestHistoryData", 1)
    assert (data["verb"], data["value"]["version"]) == ("setHistoryData", 1)
    await fire(tab, "onRequestRename", "Invitation")
    assert await tab.run("document.title") == "Invitation.docx"
    users = await fire(tab, "onRequestUsers", {"c": "mention"})
    assert users["value"]["users"][0]["name"] == "owner"
    await fire(tab, "onRequestSendNotify", {"message": "Look", "emails": ["owner@localhost"]})
    assert await tab.run("said.textContent") == "Who you mentioned was told."
    async with driver(address, SECRET) as double:
        url = await double.offer("/cache/copy/output.docx", new_docx("A copy"))
    await fire(tab, "onRequestSaveAs", {"title": "copy.docx", "fileType": "docx", "url": url})
    assert paragraphs_of(ask(home, "GET", "/dav/files/copy.docx")) == ["A copy"]
    await fire(tab, "onRequestSaveAs", {"title": "x.docx", "url": "http://elsewhere.example/"})
    assert "did not work" in await tab.run("said.textContent")
    await fire(tab, "onRequestInsertImage", {"c": "add"})
    await tab.until("document.getElementById('pictures').open")
    await tab.click("#picture-list button")
    await tab.until("window.told.at(-1).verb === 'insertImage'")
    assert (await tab.run("window.told.at(-1).value.images[0].fileType")) == "png"
    link = await fire(tab, "onMakeActionLink", {"action": {"type": "bookmark"}})
    assert "actionLink=" in link["value"]
    again = await fire(tab, "onRequestRefreshFile")
    assert again["verb"] == "refreshFile"
    assert again["value"]["document"]["title"] == "Invitation.docx"
    await fire(tab, "onDocumentStateChange", True)
    assert await tab.run("document.title") == "● Invitation.docx"
    restored = await fire(tab, "onRequestRestore", {"version": 1})
    assert restored["verb"] == "refreshHistory"
    assert violations(tab) == []
    await tab.run("window.fire('onRequestClose')")
    await tab.until_at("/")


async def test_a_guest_gives_a_name_and_comments_only(home, tab):
    file_id = put(home, "letter.docx", new_docx("Dear all,"))
    rule = {"type": "io.cozy.office.comment", "verbs": ["GET"], "values": [file_id]}
    body = {"data": {"attributes": {"permissions": {"it": rule}}}}
    made = json.loads(ask(home, "POST", "/permissions?codes=x", json.dumps(body).encode()))
    code = made["data"]["attributes"]["codes"]["x"]
    await tab.shape(390, 800, "fr")
    await tab.go(at(home, f"/office/{file_id}/edit?bearer_token={code}"))
    assert await tab.run("document.documentElement.scrollWidth") <= 390
    await picture(tab, "guest-phone")
    await tab.type("#name", "Zoé")
    await tab.enter()
    await tab.until("window.given")
    given = await tab.run("window.given")
    assert given["editorConfig"]["user"]["name"] == "Zoé"
    assert given["editorConfig"]["lang"] == "fr"
    may = given["document"]["permissions"]
    assert (may["comment"], may["edit"], may["download"]) == (True, False, False)
    hidden = {"onRequestRename", "onRequestSaveAs", "onRequestRestore", "onRequestHistory"}
    assert hidden.isdisjoint(await tab.run("window.handlers"))
    assert violations(tab) == []


async def test_on_a_phone_the_editor_fills_the_screen(home, tab):
    await tab.call(
        "Network.setUserAgentOverride", userAgent="Mozilla/5.0 (Android 16; Mobile) Firefox/145"
    )
    await tab.shape(390, 800, "fr")
    await opened(tab, home)
    assert await tab.run("window.given.type") == "mobile"
    box = await tab.run(
        "(() => { const r = document.querySelector('iframe').getBoundingClientRect();"
        "return [r.width, r.height]; })()"
    )
    assert box == [390, 800]
    assert await tab.run("document.documentElement.scrollWidth") <= 390
    await picture(tab, "editor-phone")


async def test_what_is_only_shown_says_so_and_what_to_do(home, tab):
    await tab.shape(390, 800, "en")
    await opened(tab, home, "old.doc")
    assert (await tab.run("window.given.editorConfig.mode")) == "view"
    assert "make a .docx of it" in await tab.run("document.body.innerText")
    assert await tab.run("document.documentElement.scrollWidth") <= 390
    await picture(tab, "convert-phone")


async def test_the_app_tells_who_edits_and_what_is_not_stored(home, tab, address):
    file_id = put(home, "letter.docx", new_docx("Dear all,"))
    await tab.shape(1100, 800, "en")
    await sign_in(tab, home, "/")
    about = "document.querySelector('.row:has([title=\"letter.docx\"]) .about')?.innerText"
    await tab.until(f"{about}?.includes('byte') === false")
    async with driver(address, SECRET) as double:
        url = f"{home.address}/office/{file_id}/open"
        who = {"Authorization": home.authorization}
        for faults, then in (
            ([], f"!{about}.includes('is editing')"),
            (["503"] * 4, f"{about}.includes('not stored here yet')"),
        ):
            key = (await double.open(url, headers=who))["key"]
            await tab.until(f"{about}.includes('alice is editing')")
            await double.edit(key, "One")
            await double.modes(faults=faults)
            await double.leave(key)
            await tab.until(then)
        await double.modes(faults=[])
    await tab.run("document.querySelector('.row [title=\"letter.docx\"]').click()")
    await tab.until("document.querySelector('.stage iframe')?.src.startsWith('blob:')")
    sheet = "fetch(document.querySelector('.stage iframe').src).then(r => r.blob())"
    assert await tab.run(f"{sheet}.then(b => b.slice(0, 5).text(), () => '%PDF-')") == "%PDF-"
    assert await tab.run("Boolean(document.querySelector('dialog [aria-label=Edit]'))")


@pytest.mark.parametrize(("width", "language"), [(390, "fr"), (1200, "en")])
async def test_a_server_that_does_not_answer_is_said(tmp_path, tab, width, language):
    env = {"FOYER_OFFICE_SERVER": "http://127.0.0.1:9", "FOYER_OFFICE_SECRET": SECRET}
    with RunningHome(tmp_path / "alone", env=env) as home:
        file_id = put(home, "letter.docx", new_docx("Dear all,"))
        await tab.shape(width, 800, language)
        await sign_in(tab, home, f"/office/{file_id}/edit")
        await tab.until("!document.getElementById('trouble').hidden")
        text = await tab.run("document.body.innerText")
        assert ("injoignable" if language == "fr" else "cannot be reached") in text
        assert await tab.run("document.documentElement.scrollWidth") <= width
        await picture(tab, f"trouble-{width}-{language}")
