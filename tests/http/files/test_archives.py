"""Archives of files and folders: at once, by a link, and only of what may be read."""

import io
import zipfile

import pytest

from tests.support import odd_files
from tests.support.devices import bearer, oauth_token
from tests.support.files import Drive
from tests.support.house import house


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
def drive(home):
    return Drive(home.owner)


def asked(**attributes):
    return {"data": {"type": "io.cozy.archives", "attributes": attributes}}


async def opened(response):
    assert response.status == 200, await response.text()
    assert response.content_type == "application/zip"
    return zipfile.ZipFile(io.BytesIO(await response.read()))


async def test_an_archive_holds_folders_and_files_and_twins_apart(home, drive):
    folder = await drive.directory("dir")
    inner = await drive.directory("inner", parent=folder["id"])
    await drive.upload("a.txt", b"inside", parent=inner["id"])
    twin = await drive.upload("a.txt", b"top")
    other = await drive.upload("a.txt", b"other", parent=folder["id"])
    body = asked(name="Été", ids=[folder["id"], twin["id"]], files=["/dir/a.txt"])
    told = await drive.ask("POST", "/files/archive", 200, json=body)
    async with home.anybody.get(told["links"]["related"]) as response:
        found = await opened(response)
        assert "filename*=UTF-8''%C3%89t%C3%A9.zip" in response.headers["Content-Disposition"]
    assert set(found.namelist()) == {
        "Été/dir/",
        "Été/dir/inner/",
        "Été/dir/inner/a.txt",
        "Été/dir/a.txt",
        "Été/a.txt",
        "Été/a (2).txt",
    }
    assert (found.read("Été/a.txt"), found.read("Été/a (2).txt")) == (b"top", b"other")
    headers = {"Accept": "application/zip"}
    async with home.owner.post(
        "/files/archive", json=asked(ids=[other["id"]]), headers=headers
    ) as response:
        assert (await opened(response)).namelist() == ["archive/a.txt"]


async def test_an_archive_holds_single_pages(home, drive):
    file = await drive.upload("doc.pdf", odd_files.pdf())
    page = {"id": file["id"], "page": 1}
    body = asked(name="pages", pages=[page, page], ids=[file["id"]])
    related = (await drive.ask("POST", "/files/archive", 200, json=body))["links"]["related"]
    async with home.anybody.get(related) as response:
        found = await opened(response)
    assert found.namelist() == ["pages/doc.pdf", "pages/doc (1).pdf", "pages/doc (1) (2).pdf"]
    assert all(found.read(name).startswith(b"%PDF") for name in found.namelist())
    for wrong in ([{**page, "page": 2}], [{**page, "page": 0}], [{"id": 1}], 1):
        await drive.ask("POST", "/files/archive", 422, json=asked(pages=wrong))
    await drive.ask("POST", "/files/archive", 404, json=asked(pages=[{**page, "id": "nowhere"}]))
    token = bearer(await oauth_token(home.app, "io.cozy.files:GET:elsewhere"))
    other = Drive(home.anybody)
    await other.ask("POST", "/files/archive", 403, json=asked(pages=[page]), headers=token)


async def test_an_archive_stays_below_its_name(drive):
    file = await drive.upload("a.txt")
    for name in ("a/b", "..", "a\0"):
        body = asked(name=name, ids=[file["id"]])
        await drive.ask("POST", "/files/archive", 422, json=body)


async def test_what_may_not_be_read_is_in_no_archive(home, drive):
    file = await drive.upload("a.txt")
    token = await oauth_token(home.app, "io.cozy.files:GET:elsewhere")
    other = Drive(home.anybody)
    headers = bearer(token)
    body = asked(ids=[file["id"]])
    await other.ask("POST", "/files/archive", 403, json=body, headers=headers)
    await other.ask("POST", "/files/archive", 401, json=body)
    for wrong in (asked(), asked(ids="x"), {"data": 1}):
        await drive.ask("POST", "/files/archive", 422, json=wrong)
    await drive.ask("POST", "/files/archive", 404, json=asked(ids=["nowhere"]))
    async with home.anybody.get("/files/archive/guessed/x.zip") as response:
        assert response.status == 404
