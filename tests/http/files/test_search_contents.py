"""People find files by what is in them, soon after they came, and only what they may see."""

import asyncio
import os
import signal

import pytest

from server import keys
from server.media import kept_texts, text_following
from server.media.kept_texts import FOLDER
from server.media.media import MEDIA
from tests.support import odd_files
from tests.support.devices import CLIENT, bearer, oauth_token
from tests.support.files import Drive
from tests.support.house import house
from tests.support.office_files import docx, odt, zipped

FILES = "io.cozy.files"


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
def drive(home):
    return Drive(home.owner)


async def search(drive, text, headers=None, **options):
    query = {"q": text, **options}
    path = f"/data/{FILES}/_search"
    return (await drive.ask("GET", path, 200, params=query, headers=headers or {}))["rows"]


async def found(drive, text, count=1, **options):
    """Search until so many are found: texts are taken out behind the upload."""
    async with asyncio.timeout(60):
        while len(rows := await search(drive, text, **options)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return rows


def texts_in(folder):
    return sorted(path for path in folder.glob(f"instances/localhost/{FOLDER}/*/*/*"))


CONTENTS = {
    "a.txt": "Le chêne de la forêt".encode(),
    "b.md": "# Notes\n\nUn [chêne](https://example.org) abattu".encode(),
    "c.docx": docx("<w:p><w:r><w:t>Les chênes et les hêtres</w:t></w:r></w:p>"),
    "d.odt": odt("Un chêne encore"),
    "e.html": b"<p>Le ch&ecirc;ne</p><script>nothing</script>",
    "f.csv": "chêne;12".encode("cp1252"),
    "g.pdf": odd_files.pdf("BT /F1 12 Tf 20 50 Td (Le chene) Tj ET", font=True),
}


async def test_files_are_found_by_what_is_in_them(drive):
    ids = {}
    for name, content in CONTENTS.items():
        ids[(await drive.upload(name, content))["id"]] = name
    await drive.upload("other.txt", b"nothing of the kind")
    rows = await found(drive, "CHENE", len(CONTENTS))
    assert {ids[row["id"]] for row in rows} == set(CONTENTS)
    shown = {ids[row["id"]]: row["fields"]["content"] for row in rows}
    assert shown["a.txt"] == [["Le ", "chêne", " de la forêt"]]
    assert shown["b.md"] == [["# Notes\n\nUn ", "chêne", " abattu"]]
    assert shown["c.docx"] == [["Les ", "chênes", " et les hêtres"]]
    for text, names in (
        ("forê", {"a.txt"}),
        ("content:hetre ", {"c.docx"}),
        ('"un chêne"', {"b.md", "d.odt"}),
        ("chêne -forêt", set(CONTENTS) - {"a.txt"}),
        ("md abattu ", {"b.md"}),
        ("name:chêne", set()),
        ("nothing", {"other.txt"}),
    ):
        rows = await search(drive, text)
        assert {ids.get(row["id"], "other.txt") for row in rows} == names, text


async def test_names_lead_and_a_place_deep_in_a_long_text_is_shown(drive):
    filling = "mot " * 3000
    long = await drive.upload("long.txt", (filling + "aiguille dans le foin. " + filling).encode())
    often = await drive.upload("often.txt", b"aiguille " * 50)
    named = await drive.upload("Aiguille.txt", filling.encode())
    rows = await found(drive, "aiguille", 3)
    assert [row["id"] for row in rows] == [named["id"], often["id"], long["id"]]
    ((before, place, behind),) = rows[2]["fields"]["content"]
    assert place == "aiguille"
    assert before.startswith("…")
    assert before.endswith("mot ")
    assert behind.startswith(" dans le foin.")
    assert len(before + behind) < 300


async def test_a_content_that_files_share_is_looked_into_once(drive, tmp_path):
    first = await drive.upload("first.txt", b"shared by many")
    await found(drive, "shared")
    (kept,) = texts_in(tmp_path)
    made = kept.stat().st_mtime_ns
    second = await drive.upload("second.txt", b"shared by many")
    copied = await drive.ask("POST", f"/files/{first['id']}/copy", 201)
    rows = await found(drive, "shared", 3)
    assert {row["id"] for row in rows} == {first["id"], second["id"], copied["data"]["id"]}
    assert [path.stat().st_mtime_ns for path in texts_in(tmp_path)] == [made]


async def test_other_content_and_another_place_are_followed(drive):
    folder = await drive.directory("Maison")
    file = await drive.upload("a.txt", b"brouillon", parent=folder["id"])
    await found(drive, "maison brouillon")
    await drive.overwrite(file["id"], b"relecture")
    await found(drive, "maison relecture")
    assert await search(drive, "brouillon") == []
    await drive.patch(folder["id"], name="Chalet")
    assert len(await search(drive, "chalet relecture")) == 1
    await drive.ask("DELETE", f"/files/{folder['id']}", 200)
    assert await search(drive, "relecture") == []
    (row,) = await search(drive, "relecture", trashed="true", include_docs="true")
    assert row["doc"]["trashed"] is True
    await drive.ask("DELETE", "/files/trash", 204)
    assert await search(drive, "relecture", trashed="true") == []


async def test_a_device_finds_nothing_that_it_leaves_out_and_hides_nothing_from_others(home, drive):
    folder = await drive.directory("hidden")
    await drive.upload("a.txt", b"perdrix", parent=folder["id"])
    seen = await drive.upload("b.txt", b"perdrix")
    device, headers = Drive(home.anybody), bearer(await oauth_token(home.app, FILES))
    path = f"/files/{folder['id']}/relationships/not_synchronized_on"
    data = {"data": [{"type": "io.cozy.oauth.clients", "id": CLIENT}]}
    await drive.ask("POST", path, 200, json=data)
    for _ in range(2):
        assert await search(device, "hidden", headers) == []
        await found(drive, "perdrix", 2)
        rows = await search(device, "perdrix", headers)
        assert [row["id"] for row in rows] == [seen["id"]]
        assert len(await search(drive, "hidden")) == 2


async def test_who_may_not_read_all_files_does_not_search_them(home, drive):
    file = await drive.upload("a.txt", b"secret")
    await found(drive, "secret")
    for scope in (f"{FILES}:GET:{file['id']}", "io.cozy.contacts"):
        headers = bearer(await oauth_token(home.app, scope))
        path = f"/data/{FILES}/_search?q=secret"
        await Drive(home.anybody).ask("GET", path, 403, headers=headers)


async def test_what_cannot_be_read_hinders_nobody(drive, tmp_path):
    bomb = zipped(**{"word/document.xml": b"<a>" + b" " * (80 << 20)})
    for name, content in (
        ("broken.pdf", b"%PDF-1.4 1 0 obj << /Type"),
        ("bomb.docx", bomb),
        ("binary.txt", os.urandom(5000) + b"\0"),
        ("entities.docx", docx("<!DOCTYPE a [<!ENTITY b 'c'>]>&b;")),
        ("empty.txt", b""),
        ("no.odt", b"PK\x03\x04"),
    ):
        await drive.upload(name, content)
    last = await drive.upload("last.txt", b"hirondelle")
    (row,) = await found(drive, "hirondelle")
    assert row["id"] == last["id"]
    assert len(texts_in(tmp_path)) == 7
    assert len(await search(drive, "bomb")) == 1


async def test_a_process_that_dies_is_followed_by_another(home, drive):
    await drive.upload("a.txt", b"alouette")
    await found(drive, "alouette")
    os.kill(home.app[MEDIA]._background._process.pid, signal.SIGKILL)
    await drive.upload("b.txt", b"alouette encore")
    await found(drive, "alouette", 2)


async def test_texts_survive_a_restart_and_are_taken_out_anew_by_other_rules(tmp_path, monkeypatch):
    async with house(tmp_path) as home:
        await Drive(home.owner).upload("a.txt", b"mesange")
        await found(Drive(home.owner), "mesange")
    (kept,) = texts_in(tmp_path)
    made = kept.stat().st_mtime_ns
    async with house(tmp_path) as home:
        await Drive(home.owner).upload("b.txt", b"mesange bleue")
        await found(Drive(home.owner), "mesange", 2)
        assert kept.stat().st_mtime_ns == made
    monkeypatch.setattr(kept_texts, "VERSION", "of tomorrow")
    monkeypatch.setattr(text_following, "PLACE", "_local/texts-of-tomorrow")
    async with house(tmp_path) as home:
        await found(Drive(home.owner), "bleue")
        async with asyncio.timeout(20):
            while len(texts_in(tmp_path)) < 2:  # noqa: ASYNC110  # by the clock
                await asyncio.sleep(0.05)
    assert {path.parents[1].name for path in texts_in(tmp_path)} == {"of tomorrow"}


async def test_texts_go_with_their_contents(home, drive, tmp_path):
    file = await drive.upload("a.txt", b"rouge-gorge")
    await found(drive, "rouge-gorge")
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        node = await instance.files.get(file["id"])
        kept_texts.forget_texts(instance.folder, [node.blob])
    assert texts_in(tmp_path) == []
