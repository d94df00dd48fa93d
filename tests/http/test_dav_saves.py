"""Saving by a new file that is moved over the old: the document stays who it is."""

import json

import pytest

from tests.http.test_dav_sync import sync
from tests.http.test_dav_views import ONLY_WORK, ask, device, home, seen  # noqa: F401
from tests.http.test_link_page import id_of, link_to

FILES = "/dav/files"
WORK = f"{FILES}/Documents/Work"
ALBUM = {"type": "io.cozy.photos.albums", "id": "album"}
PROPERTY = (
    b'<propertyupdate xmlns="DAV:"><set><prop><k xmlns="urn:x">kept</k></prop></set>'
    b"</propertyupdate>"
)


async def told(home, file):  # noqa: F811
    _, text, _ = await ask(home, "GET", f"/files/{file}", status=200)
    return json.loads(text)["data"]


async def save(home, content, who=None, path=f"{WORK}/c.txt"):  # noqa: F811
    """Save as KeePass does; return the headers of the PUT and of the MOVE."""
    *_, put = await ask(home, "PUT", f"{path}.tmp", who, 201, data=content)
    over = {"Destination": path, "Overwrite": "T"}
    *_, moved = await ask(home, "MOVE", f"{path}.tmp", who, 204, headers=over)
    await ask(home, "GET", f"{path}.tmp", who, 404)
    return put, moved


@pytest.fixture
async def document(home):  # noqa: F811
    """Mark a document in every way that hangs on its id; return that."""
    file = await id_of(home, "/Documents/Work/c.txt")
    attributes = {"tags": ["tax"], "cozyMetadata": {"favorite": True}}
    sent = {"data": {"type": "io.cozy.files", "id": file, "attributes": attributes}}
    await ask(home, "PATCH", f"/files/{file}", status=200, json=sent)
    path = f"/files/{file}/relationships/referenced_by"
    await ask(home, "POST", path, status=200, json={"data": [ALBUM]})
    await ask(home, "PROPPATCH", f"{WORK}/c.txt", status=207, data=PROPERTY)
    return file


async def test_what_hangs_on_a_document_is_there_after_a_save(home, document):  # noqa: F811
    _, code = await link_to(home, document)
    *_, before = await ask(home, "HEAD", f"{WORK}/c.txt")
    put, moved = await save(home, b"saved")
    assert moved["ETag"] == put["ETag"] != before["ETag"]
    assert await id_of(home, "/Documents/Work/c.txt") == document
    shown = await told(home, document)
    assert shown["attributes"]["tags"] == ["tax"]
    assert shown["attributes"]["cozyMetadata"]["favorite"] is True
    assert shown["relationships"]["referenced_by"]["data"] == [ALBUM]
    asked = b'<propfind xmlns="DAV:"><prop><k xmlns="urn:x"/></prop></propfind>'
    _, text, _ = await ask(home, "PROPFIND", f"{WORK}/c.txt", status=207, data=asked)
    assert ">kept<" in text
    _, text, _ = await ask(home, "GET", "/public", params={"sharecode": code}, status=200)
    assert "c.txt" in text
    async with home.anybody.get(
        f"/files/download/{document}", headers={"Authorization": f"Bearer {code}"}
    ) as response:
        assert (response.status, await response.read()) == (200, b"saved")


async def test_the_former_content_is_a_version_and_the_trash_stays_empty(
    home,  # noqa: F811
    document,
):
    await save(home, b"saved")
    (old,) = (await told(home, document))["relationships"]["old_versions"]["data"]
    _, text, _ = await ask(home, "GET", f"/files/download/{old['id']}", status=200)
    assert text == "work"
    _, text, _ = await ask(home, "GET", "/files/trash", status=200)
    assert json.loads(text)["data"] == []
    await ask(home, "POST", f"/files/revert/{old['id']}", status=200)
    assert (await ask(home, "GET", f"{WORK}/c.txt"))[1] == "work"


async def test_a_client_is_told_that_one_went_and_the_other_changed(home):  # noqa: F811
    await ask(home, "PUT", f"{WORK}/c.txt.tmp", status=201, data=b"saved")
    _, token = await sync(home)
    over = {"Destination": f"{WORK}/c.txt"}
    await ask(home, "MOVE", f"{WORK}/c.txt.tmp", status=204, headers=over)
    changes, _ = await sync(home, token)
    assert changes == {"/Documents/Work/c.txt": "200", "/Documents/Work/c.txt.tmp": "404"}


async def test_a_device_saves_what_it_sees_and_goes_over_nothing_else(home, document):  # noqa: F811
    _, phone = await device(home, **ONLY_WORK)
    await save(home, b"by phone", phone)
    assert await id_of(home, "/Documents/Work/c.txt") == document
    before = await seen(home)
    _, small = await device(home, mode="exclude", rules=[{"min_size": 6}])
    await ask(home, "PUT", f"{FILES}/x", small, 201, data=b"x")
    for method in ("MOVE", "COPY"):
        over = {"Destination": f"{WORK}/c.txt"}  # eight bytes, which that device leaves out
        await ask(home, method, f"{FILES}/x", small, 409, headers=over)
        over = {"Destination": f"{FILES}/Photos/a.jpg"}
        await ask(home, method, f"{FILES}/e.txt", phone, 404, headers=over)
    assert (await ask(home, "GET", f"{WORK}/c.txt"))[1] == "by phone"
    assert await seen(home) == sorted([*before, "/x"])


async def test_conditions_hold_for_what_is_saved(home, document):  # noqa: F811
    await ask(home, "PUT", f"{WORK}/tmp", status=201, data=b"saved")
    over = {"Destination": f"{WORK}/c.txt"}
    for refused in ({"Overwrite": "F"}, {"If-Match": '"x"'}, {"If": f'<{WORK}/c.txt> (["x"])'}):
        await ask(home, "MOVE", f"{WORK}/tmp", status=412, headers=over | refused)
    assert (await ask(home, "GET", f"{WORK}/c.txt"))[1] == "work"
    *_, there = await ask(home, "HEAD", f"{WORK}/c.txt")
    met = {"If": f"<{WORK}/c.txt> ([{there['ETag']}])"}
    await ask(home, "MOVE", f"{WORK}/tmp", status=204, headers=over | met)
    assert await id_of(home, "/Documents/Work/c.txt") == document
