"""What an editor's page asks for: history, other names, copies, other formats, pictures, people."""

import pytest

from server.office.office import OFFICE
from server.office.sweeping import forgotten_saves
from tests.support.document_server import hand_jwt
from tests.support.document_server.at_house import office_house
from tests.support.document_server.desk import SECRET
from tests.support.document_server.docx import new_docx, paragraphs_of
from tests.support.document_server.driver import document_server

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def address():
    with document_server(SECRET) as running:
        yield running


@pytest.fixture
async def at(tmp_path, address):
    async with office_house(tmp_path, address) as running:
        yield running


async def fetched(at, url):
    status, content = await at.double.fetch(url, signed_for=url)
    assert status == 200
    return content


async def test_the_history_has_each_save_and_who_made_it(at):
    file_id = await at.put("letter.docx")
    await at.edited(file_id, "One")
    told = await at.get(f"/office/{file_id}/history")
    assert told["currentVersion"] == 2
    first, second = told["history"]
    assert (first["version"], second["version"]) == (1, 2)
    assert second["serverVersion"] == "9.3.0"
    assert [change["user"]["id"] for change in second["changes"]] == ["alice"]
    assert "changes" not in first
    assert first["key"] != second["key"]
    assert len(second["created"]) == len("2026-11-23 10:00:00")


async def test_a_version_is_shown_with_the_changes_that_led_to_it(at):
    file_id = await at.put("letter.docx")
    await at.edited(file_id, "One")
    data = await at.get(f"/office/{file_id}/history/2")
    claims = hand_jwt.decode(data["token"], SECRET, 0)
    assert {name: value for name, value in claims.items() if name not in ("iat", "exp")} == {
        name: value for name, value in data.items() if name != "token"
    }
    assert paragraphs_of(await fetched(at, data["url"])) == ["Dear all,", "One"]
    assert paragraphs_of(await fetched(at, data["previous"]["url"])) == ["Dear all,"]
    origin = {"Origin": at.double.address}
    async with at.house.anybody.get(data["changesUrl"], headers=origin) as response:
        assert (response.status, await response.read()) == (200, b"PK")
        assert response.headers["Access-Control-Allow-Origin"] == at.double.address
    assert "previous" not in await at.get(f"/office/{file_id}/history/1")
    for number in ("0", "3", "x", "9" * 20):
        await at.get(f"/office/{file_id}/history/{number}", status=404)


async def test_what_is_lent_to_the_document_server_is_for_nobody_else(at):
    file_id = await at.put("letter.docx")
    url = (await at.get(f"/office/{file_id}/history/1"))["url"]
    assert (await at.double.fetch(url, signed_for=None))[0] == 403
    assert (await at.double.fetch(url + "0", signed_for=url + "0"))[0] == 403
    await at.put("letter.docx", new_docx("Anew"))
    assert paragraphs_of(await fetched(at, url)) == ["Dear all,"]  # it is a version now


async def test_a_version_is_brought_back_and_none_is_lost(at):
    file_id = await at.put("letter.docx")
    await at.edited(file_id, "One")
    told = await at.post(f"/office/{file_id}/history/1/restore")
    assert told["currentVersion"] == 2
    assert await at.texts("letter.docx") == ["Dear all,"]
    data = await at.get(f"/office/{file_id}/history/1")
    assert paragraphs_of(await fetched(at, data["url"])) == ["Dear all,", "One"]


async def test_another_name_is_shown_in_open_editors(at):
    file_id = await at.put("letter.docx")
    url = f"{at.house.address}/office/{file_id}/open"
    key = (await at.double.open(url, headers=dict(at.owner.headers)))["key"]
    assert await at.post(f"/office/{file_id}/rename", {"name": "Réponse"}) == {
        "name": "Réponse.docx"
    }
    assert (await at.double.log())["titles"][key] == "Réponse.docx"
    assert await at.id_of("R%C3%A9ponse.docx") == file_id
    await at.post(f"/office/{file_id}/rename", {"name": " "}, status=422)
    await at.post(f"/office/{file_id}/rename", {"name": "a/b"}, status=422)


async def test_a_copy_under_another_name_lies_beside_the_document(at):
    file_id = await at.put("letter.docx")
    url = await at.double.offer("/cache/copy/output.docx", new_docx("A copy"))
    told = {"title": "letter.docx", "url": url}
    made = await at.post(f"/office/{file_id}/save-as", told)
    assert made["name"] == "letter (2).docx"
    assert made["edit"] == f"/office/{made['id']}/edit"
    assert await at.texts("letter%20(2).docx") == ["A copy"]
    for elsewhere in (
        "http://169.254.169.254/latest",
        f"{at.house.address}/",
        "file:///etc/passwd",
    ):
        told = {"title": "x.docx", "url": elsewhere}
        await at.post(f"/office/{file_id}/save-as", told, status=422)


async def test_a_format_that_is_only_shown_becomes_one_that_is_edited(at):
    file_id = await at.put("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + new_docx("Old"))
    made = await at.post(f"/office/{file_id}/convert", status=502)
    assert "did not arrive" in made["errors"][0]["detail"]  # the double converts nothing
    file_id = await at.put("text.odt", new_docx("A text"))
    made = await at.post(f"/office/{file_id}/convert", {"to": "docx"})
    assert made["name"] == "text.docx"
    assert await at.texts("text.docx") == ["A text"]
    await at.post(f"/office/{file_id}/convert", {"to": "exe"}, status=422)


async def test_a_document_is_downloaded_in_another_format(at):
    file_id = await at.put("text.odt", new_docx("A text"))
    async with at.owner.get(f"/office/{file_id}/download?to=docx") as response:
        assert response.status == 200
        assert response.headers["Content-Disposition"].endswith("text.docx")
        assert paragraphs_of(await response.read()) == ["A text"]


async def test_pictures_of_the_folder_are_lent_to_the_editor(at):
    file_id = await at.put("letter.docx")
    picture = await at.put("sun.png", PNG)
    assert await at.get(f"/office/{file_id}/images") == {
        "images": [{"id": picture, "name": "sun.png"}]
    }
    told = await at.post(f"/office/{file_id}/images", {"c": "add", "ids": [picture, file_id]})
    (image,) = told["images"]
    assert image["fileType"] == "png"
    claims = hand_jwt.decode(told["token"], SECRET, 0)
    assert (claims["c"], claims["images"]) == ("add", told["images"])
    async with at.house.anybody.get(image["url"]) as response:
        assert await response.read() == PNG


async def test_people_are_named_and_told(at):
    file_id = await at.put("letter.docx")
    await at.edited(file_id)
    (owner,) = (await at.get(f"/office/{file_id}/users"))["users"]
    assert owner == {"id": "owner@localhost", "name": "owner", "email": "owner@localhost"}
    told = {"message": "Look", "emails": ["owner@localhost"]}
    assert await at.post(f"/office/{file_id}/notify", told) == {"told": 1, "mailed": False}


async def test_a_link_without_download_takes_nothing_out(at):
    file_id, picture = await at.put("letter.docx"), await at.put("sun.png", PNG)
    rule = {"type": "io.cozy.office.comment", "verbs": ["GET"], "values": [file_id]}
    async with await at.link(**rule) as guest:
        url = await at.double.offer("/cache/copy/output.docx", new_docx("A copy"))
        told = {"title": "mine.docx", "url": url}
        for path, body in (
            ("save-as", told),
            ("convert", {"to": "pdf"}),
            ("rename", {"name": "x"}),
            ("history/1/restore", {}),
            ("images", {"ids": [picture]}),
        ):
            await at.post(f"/office/{file_id}/{path}", body, guest, status=403)
        for path in ("download?to=pdf", "history", "history/1"):
            await at.get(f"/office/{file_id}/{path}", guest, status=403)
        assert await at.get(f"/office/{file_id}/images", guest) == {"images": []}
        assert (await at.get(f"/office/{file_id}/open", guest))["data"]["id"] == file_id
    assert await at.names() == ["letter.docx", "sun.png"]


async def test_without_a_document_server_it_is_said(tmp_path, address):
    async with office_house(tmp_path, address, internal_server="http://127.0.0.1:9") as at:
        file_id = await at.put("text.odt", new_docx("A text"))
        told = await at.post(f"/office/{file_id}/convert", {"to": "docx"}, status=503)
        assert "not reachable" in told["errors"][0]["detail"]
        assert await at.post(f"/office/{file_id}/rename", {"name": "b"}) == {"name": "b.odt"}


LOCK_BODY = (
    b'<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    b"<D:locktype><D:write/></D:locktype><D:owner>Zoe's laptop</D:owner></D:lockinfo>"
)


async def put_status(at, name):
    async with at.owner.put(f"/dav/files/{name}", data=new_docx("Elsewhere")) as response:
        return response.status


async def test_who_edits_holds_a_lock_that_programs_see(at):
    file_id = await at.put("letter.docx")
    url = f"{at.house.address}/office/{file_id}/open"
    key = (await at.double.open(url, headers=dict(at.owner.headers)))["key"]
    assert await put_status(at, "letter.docx") == 423
    await at.double.open(url, "bob", headers=dict(at.owner.headers))
    await at.double.leave(key)
    assert await put_status(at, "letter.docx") == 423  # bob is there
    await at.double.edit(key, "Bob", "bob")
    assert (await at.double.leave(key, "bob"))["text"] == '{"error":0}'
    assert await at.texts("letter.docx") == ["Dear all,", "Bob"]
    assert await put_status(at, "letter.docx") == 204


async def test_what_a_program_has_locked_is_opened_to_read(at):
    file_id = await at.put("letter.docx")
    async with at.owner.request("LOCK", "/dav/files/letter.docx", data=LOCK_BODY) as response:
        assert response.status == 200
        token = response.headers["Lock-Token"]
    attributes = (await at.get(f"/office/{file_id}/open"))["data"]["attributes"]
    assert attributes["held_by"] == "Zoe's laptop"
    assert attributes["onlyoffice"]["editor"]["mode"] == "view"
    async with at.owner.get(f"/office/{file_id}/edit") as response:
        assert "Zoe&#39;s laptop has locked this document" in await response.text()
    headers = {"Lock-Token": token}
    async with at.owner.request("UNLOCK", "/dav/files/letter.docx", headers=headers) as response:
        assert response.status == 204
    attributes = (await at.get(f"/office/{file_id}/open"))["data"]["attributes"]
    assert attributes["onlyoffice"]["editor"]["mode"] == "edit"


async def test_a_lock_ends_when_the_document_server_knows_the_key_no_more(at):
    file_id = await at.put("letter.docx")
    config = (await at.get(f"/office/{file_id}/open"))["data"]["attributes"]["onlyoffice"]
    told = {"key": config["document"]["key"], "status": 1, "users": ["alice"]}
    assert await at.double.post(config["editor"]["callbackUrl"], told) == (200, {"error": 0})
    assert await put_status(at, "letter.docx") == 423
    office, forgotten = at.house.app[OFFICE], forgotten_saves(at.house.app)
    await forgotten.forget_who_left(list(office.edited))  # it may still be fetching the document
    assert await put_status(at, "letter.docx") == 423
    await forgotten.forget_who_left(list(office.edited))
    assert office.edited == set()
    assert await put_status(at, "letter.docx") == 204


@pytest.mark.parametrize(
    ("language", "kind", "name"),
    [
        ("en", "docx", "New document.docx"),
        ("fr", "ods", "Nouvelle feuille de calcul.ods"),
        ("fr", "pptx", "Nouvelle présentation.pptx"),
        ("en", "pdf", "New form.pdf"),
    ],
)
async def test_a_new_document_is_made_and_opens(at, language, kind, name):
    headers = {"Accept-Language": language}
    async with at.owner.post("/office/new", json={"type": kind}, headers=headers) as response:
        made = await response.json(content_type=None)
    assert made["name"] == name
    assert made["edit"] == f"/office/{made['id']}/edit"
    config = (await at.get(f"/office/{made['id']}/open"))["data"]["attributes"]["onlyoffice"]
    assert config["editor"]["mode"] == "edit"
    again = await at.post("/office/new", {"type": kind, "name": name.rpartition(".")[0]})
    assert again["name"] == name.replace(f".{kind}", f" (2).{kind}")


async def test_a_new_document_takes_the_right_to_put_something_there(at):
    file_id = await at.put("letter.docx")
    for body in ({}, {"type": "exe"}, {"type": ["docx"]}, {"type": "docx", "dir_id": file_id}):
        await at.post("/office/new", body, status=422)
    await at.post("/office/new", {"type": "docx", "dir_id": "x" * 32}, status=404)
    rule = {"type": "io.cozy.files", "verbs": ["GET", "PUT"], "values": [file_id]}
    async with await at.link(**rule) as guest:
        await at.post("/office/new", {"type": "docx"}, guest, status=403)
