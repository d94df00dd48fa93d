"""Settings, details and versions in the app."""

import json
from urllib.error import HTTPError
from zipfile import ZipFile

import pytest

from tests.support.web_app import act, ask, click, enter, eventually, fill, give_files, names, row

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000200012d8fb9d60000000049454e44ae426082"
)


def settings(home):
    return json.loads(ask(home, "GET", "/settings/instance"))["data"]["attributes"]


async def test_name_picture_and_language_are_the_owners_to_choose(home, tab, tmp_path):
    picture = tmp_path / "me.png"
    picture.write_bytes(PIXEL)
    await enter(tab, home)
    await tab.run("location.hash = '#/settings'")
    await fill(tab, "#public-name", "Léa Martin")
    await click(tab, ".card form [type=submit]")
    await eventually(lambda: settings(home)["public_name"] == "Léa Martin")
    await give_files(tab, ".portrait input", picture)
    await eventually(lambda: ask(home, "GET", "/public/avatar") == PIXEL)
    await tab.until("document.querySelector('.portrait img').naturalWidth === 1")
    await fill(tab, "#language", "fr")
    await click(tab, ".card form [type=submit]")
    await tab.until("document.querySelector('.places-bar').innerText.includes('Réglages')")
    assert settings(home)["locale"] == "fr"
    await tab.shape(1100, 800, "fr")  # who reads English on somebody's French browser
    await fill(tab, "#language", "en")
    await click(tab, ".card form [type=submit]")
    await tab.until("document.querySelector('.places-bar').innerText.includes('Settings')")
    assert settings(home)["follows_browser"] is False


async def test_storage_is_a_picture_and_what_happened_is_told(home, tab):
    ask(home, "PUT", "/dav/files/a.jpg", b"\xff\xd8\xff" + bytes(3_000_000), "image/jpeg")
    ask(home, "PUT", "/dav/files/b.txt", bytes(1_000_000), "text/plain")
    await enter(tab, home)
    await tab.run("location.hash = '#/settings'")
    await tab.until("document.querySelectorAll('.bar-of-use rect').length === 2")
    wide = "e => Number(e.getAttribute('width'))"
    pictures, documents = await tab.run(
        f"[...document.querySelectorAll('.bar-of-use rect')].map({wide})"
    )
    assert 2.5 < pictures / documents < 3.5
    assert "3 MB" in await tab.run("document.querySelector('.legend').innerText")
    await tab.run("document.querySelector('details').open = true")
    await tab.until("/Signed in/.test(document.querySelector('details').innerText)")


async def test_another_session_is_ended_from_here(home, tab):
    await enter(tab, home)
    await tab.run("location.hash = '#/settings'")
    await tab.until("/This browser/.test(document.body.innerText)")
    assert not await tab.run("document.querySelector('[aria-label^=End]')")
    await tab.call("Network.clearBrowserCookies")
    await enter(tab, home)
    await tab.run("location.hash = '#/settings'")
    await click(tab, "[aria-label^=End]")
    await tab.until("!document.querySelector('[aria-label^=End]')")
    assert len(json.loads(ask(home, "GET", "/settings/sessions"))["data"]) == 1


async def test_the_home_is_not_deleted_before_its_name_was_typed(home, tab):
    await enter(tab, home)
    await tab.run("location.hash = '#/settings'")
    ends = (
        "[...document.querySelectorAll('button.danger')].find(b => /Delete this/.test(b.innerText))"
    )
    await tab.until(ends)
    await tab.run(f"{ends}.click()")
    await tab.until("document.querySelector('dialog [type=submit]').disabled")
    await fill(tab, "#host", f"localhost:{home.port}")
    await click(tab, "dialog [type=submit]")
    await tab.until("location.pathname !== '/'")
    with pytest.raises(HTTPError):  # the home is shut
        names(home)


async def test_two_versions_are_compared_line_by_line_and_one_is_brought_back(home, tab):
    ask(home, "PUT", "/dav/files/plan.txt", b"same\nold\nend\n", "text/plain")
    ask(home, "PUT", "/dav/files/plan.txt", b"same\nnew\nmore\nend\n", "text/plain")
    await enter(tab, home)
    await act(tab, "plan.txt", "Details")
    await click(tab, "dialog [aria-label^=Compare]")
    await tab.until("document.querySelector('.compared tbody tr')")
    rows = "[...document.querySelectorAll('.differs')].map(r => r.innerText.trim())"
    assert await tab.run(rows) == ["\u2212 old\t+ new", "+ more"]
    await tab.run("document.querySelector('dialog.full').close()")
    await tab.until("!document.querySelector('dialog.full')")
    await click(tab, "dialog [aria-label^='Bring back']")
    await eventually(
        lambda: ask(home, "GET", "/files/download?Path=/plan.txt") == b"same\nold\nend\n"
    )
    await click(tab, ".saying button")  # and that is taken back
    await eventually(
        lambda: ask(home, "GET", "/files/download?Path=/plan.txt") == b"same\nnew\nmore\nend\n"
    )
    assert "plan.txt" in names(home)
    await tab.until(row("plan.txt"))


async def test_all_files_and_all_documents_are_taken_along(home, tab, tmp_path):
    ask(home, "PUT", "/dav/files/a.txt", b"taken along", "text/plain")
    ask(home, "PUT", "/data/org.example.notes/", b"")
    ask(home, "PUT", "/data/org.example.notes/n1", b'{"text": "a note"}')
    await enter(tab, home)
    await tab.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    await tab.run("location.hash = '#/settings'")
    for name in ("ZIP", "JSON"):
        wanted = (
            f"[...document.querySelectorAll('button')].find(b => b.innerText.includes('{name}'))"
        )
        await tab.until(f"{wanted} && !{wanted}.disabled")
        await tab.run(f"{wanted}.click()")
    archive, documents = tmp_path / "localhost.zip", tmp_path / "localhost.json"
    await eventually(lambda: archive.exists() and documents.exists())
    with ZipFile(archive) as opened:
        (entry,) = [name for name in opened.namelist() if name.endswith("a.txt")]
        assert opened.read(entry) == b"taken along"
    told = json.loads(documents.read_text())
    assert [row["text"] for row in told["org.example.notes"]] == ["a note"]
    assert any(row.get("name") == "a.txt" for row in told["io.cozy.files"])
