"""A link by which strangers put files into a folder, and see nothing of it."""

import io
from dataclasses import replace

import pytest
from aiohttp import FormData, encode_basic_auth

from server import keys
from tests.support.house import found, house
from tests.support.shared_links import id_of, link_to, make, page_of, put

TOKEN = "t" * 32


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    async with house(tmp_path) as running:
        await make(running, "/Inbox")
        await put(running, "/Inbox/secret plan.txt", b"secret")
        yield running


async def inbox(home, **options):
    return (await link_to(home, await id_of(home, "/Inbox"), verbs=["POST"], **options))[1]


async def send(home, code, *files, token=TOKEN, cookies=None):
    form = FormData(quote_fields=False)  # as browsers write names
    form.add_field("csrf_token", token)
    for name, content in files:
        form.add_field("files", io.BytesIO(content), filename=name)
    headers = {"Cookie": f"_csrf={TOKEN}" + "".join(f"; {c}" for c in cookies or ())}
    where = f"/public/drop?sharecode={code}"
    async with home.anybody.post(where, data=form, headers=headers, allow_redirects=False) as sent:
        return sent.status, sent.headers.get("Location", ""), await sent.text()


async def content_of(home, path):
    async with home.owner.get(f"/dav/files{path}") as response:
        return await response.read() if response.status == 200 else None


async def test_files_are_put_and_nothing_is_seen(home):
    code = await inbox(home)
    status, page, response = await page_of(home, f"/public?sharecode={code}")
    assert status == 200
    assert "Inbox" in page
    assert "secret" not in page
    assert "<script" not in page
    assert "script-src" not in response.headers["Content-Security-Policy"]
    status, where, _ = await send(home, code, ("a.txt", b"a"), ("b.txt", b"b" * 3_000_000))
    assert status == 303
    assert await content_of(home, "/Inbox/a.txt") == b"a"
    assert await content_of(home, "/Inbox/b.txt") == b"b" * 3_000_000
    assert "2 files have arrived" in (await page_of(home, where))[1]


async def test_what_is_there_is_never_replaced_nor_told_of(home):
    code = await inbox(home)
    assert (await send(home, code, ("secret plan.txt", b"another"), ("été.txt", b"3")))[0] == 303
    assert await content_of(home, "/Inbox/secret plan.txt") == b"secret"
    assert await content_of(home, "/Inbox/secret plan (2).txt") == b"another"
    assert await content_of(home, "/Inbox/été.txt") == b"3"


@pytest.mark.parametrize(
    "path",
    [
        "/files/{inbox}",
        "/files/{secret}",
        "/files/download/{secret}",
        "/files/{inbox}/relationships/contents",
        "/files/{inbox}/size",
        "/data/io.cozy.files/{secret}",
    ],
)
async def test_the_code_reads_nothing_by_any_other_door(home, path):
    code = await inbox(home)
    ids = {name: await id_of(home, at) for name, at in _PLACES.items()}
    headers = {"Authorization": f"Bearer {code}"}
    async with home.anybody.get(path.format(**ids), headers=headers) as response:
        assert response.status == 403
        assert "secret plan" not in await response.text()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PROPFIND", "/dav/files/"),
        ("PROPFIND", "/dav/files/Inbox/"),
        ("GET", "/dav/files/Inbox/secret%20plan.txt"),
        ("PROPFIND", "/remote.php/webdav/"),
        ("GET", "/couchdb/io.cozy.files/_all_docs"),
    ],
)
async def test_the_code_as_a_password_reads_nothing_either(home, method, path):
    login = encode_basic_auth("anybody", await inbox(home))
    headers = {"Authorization": login, "Depth": "1"}
    async with home.anybody.request(method, path, headers=headers) as response:
        assert response.status == 403
        assert "secret" not in await response.text()


_PLACES = {"inbox": "/Inbox", "secret": "/Inbox/secret plan.txt"}


async def test_names_with_folders_and_none_are_made_into_plain_ones(home):
    code = await inbox(home)
    files = [("../../up.txt", b"1"), ("C:\\\\fake\\\\win.txt", b"2"), ("..", b"3")]
    status, where, _ = await send(home, code, *files)
    assert status == 303
    assert where.endswith("put=2")
    assert await content_of(home, "/Inbox/up.txt") == b"1"
    assert await content_of(home, "/Inbox/win.txt") == b"2"
    assert await content_of(home, "/up.txt") is None


async def test_a_form_of_another_page_is_refused(home):
    code = await inbox(home)
    assert (await send(home, code, ("a.txt", b"a"), token="x" * 32))[0] == 403
    assert await content_of(home, "/Inbox/a.txt") is None


async def test_a_link_to_look_takes_no_files(home):
    _, code = await link_to(home, await id_of(home, "/Inbox"))
    assert (await send(home, code, ("a.txt", b"a")))[0] == 404
    assert await content_of(home, "/Inbox/a.txt") is None


async def test_a_link_that_ended_or_whose_folder_is_gone_takes_none(home):
    link, code = await link_to(home, await id_of(home, "/Inbox"), verbs=["POST"])
    async with home.owner.delete(f"/permissions/{link}") as response:
        assert response.status == 204
    assert (await send(home, code, ("a.txt", b"a")))[0] == 404
    code = await inbox(home)
    async with home.owner.delete("/dav/files/Inbox") as response:
        assert response.status == 204
    assert (await send(home, code, ("a.txt", b"a")))[0] == 404


async def test_a_password_is_asked_before_anything_is_taken(home):
    code = await inbox(home, password="sesame")
    _, page, _ = await page_of(home, f"/public?sharecode={code}")
    assert "This link has a password" in page
    status, _, page = await send(home, code, ("a.txt", b"a"))
    assert status == 200
    assert "This link has a password" in page
    assert await content_of(home, "/Inbox/a.txt") is None


async def test_a_link_to_look_and_to_put_shows_both(home):
    _, code = await link_to(home, await id_of(home, "/Inbox"), verbs=["GET", "POST"])
    _, page, _ = await page_of(home, f"/public?sharecode={code}")
    assert "secret plan.txt" in page
    assert "Put files here" in page
    status, where, _ = await send(home, code, ("a.txt", b"a"))
    assert status == 303
    status, page, _ = await page_of(home, where)
    assert "One file has arrived" in page
    assert "a.txt" in page


async def test_a_form_that_is_cut_off_leaves_no_half_file(home):
    code = await inbox(home)
    part = b"--x\r\nContent-Disposition: form-data; name="
    body = part + b'"csrf_token"\r\n\r\n' + TOKEN.encode() + b"\r\n"
    body += part + b'"files"; filename="half.txt"\r\n\r\nhalf of it'
    headers = {"Cookie": f"_csrf={TOKEN}", "Content-Type": "multipart/form-data; boundary=x"}
    where = f"/public/drop?sharecode={code}"
    async with home.anybody.post(where, data=body, headers=headers) as response:
        assert response.status == 409
        assert "cut off" in await response.text()
    assert await content_of(home, "/Inbox/half.txt") is None


async def test_where_there_is_no_room_what_arrived_stays_and_is_told(home):
    code = await inbox(home)
    await home.app[keys.HOMES].update("localhost", lambda record: replace(record, quota=1_000))
    status, _, page = await send(home, code, ("a.txt", b"a" * 600), ("b.txt", b"b" * 600))
    assert status == 409
    assert "no room" in page
    assert "Arrived before that: 1" in page
    assert await content_of(home, "/Inbox/a.txt") == b"a" * 600
    assert await content_of(home, "/Inbox/b.txt") is None


async def test_the_owner_finds_in_the_audit_that_files_came(home):
    await send(home, await inbox(home), ("a.txt", b"a"))
    async with home.owner.get("/settings/audit") as response:
        told = [entry["attributes"] for entry in (await response.json(content_type=None))["data"]]
    received = next(entry for entry in told if entry["event"] == "link.received")
    assert received["subject"] == "Inbox"
    assert received["details"] == {"count": "1"}
