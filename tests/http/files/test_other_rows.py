"""`/files`: the rows of cozy.md B7 that are asked for seldom."""

import io
import json

import pypdfium2
import pytest

from tests.support import odd_files
from tests.support.devices import bearer, oauth_token
from tests.support.files import Drive, wrong
from tests.support.house import house

DRIVES = "io.cozy.files.shared-drives-dir"


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
def drive(home):
    return Drive(home.owner)


def pages_of(content):
    """Return the text of each page."""
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def three_pages():
    target = io.BytesIO()
    with pypdfium2.PdfDocument.new() as whole:
        for number in (1, 2, 3):
            text = f"BT /F1 12 Tf 20 50 Td (page {number}) Tj ET"
            with pypdfium2.PdfDocument(odd_files.pdf(text, font=True)) as single:
                whole.import_pages(single)
        whole.save(target)
    return target.getvalue()


async def test_metadata_may_come_in_the_query(drive):
    told = await drive.upload("a.txt", Metadata=json.dumps({"label": "bill"}))
    assert told["attributes"]["metadata"] == {"label": "bill"}
    told = await drive.upload("b.txt", Metadata="[]", status=422)
    assert wrong(told) == ("422", "Metadata")


async def test_names_that_look_alike_are_refused_on_request(drive):
    for name in ("Été.txt", "ÉTÉ.txt"):  # side by side, as on Linux
        await drive.upload(name)
    folder = await drive.directory("dir")
    other = await drive.upload("other.txt")
    for name in ("été.TXT", "\uff25\u0301te\u0301.txt", "Dir"):
        for kind in ("file", "directory"):
            query = {"Type": kind, "Name": name, "Distinct": "true"}
            told = await drive.ask("POST", "/files/", 409, params=query)
            assert wrong(told)[0] == "409"
        body = {"data": {"attributes": {"name": name}}}
        path = f"/files/{other['id']}?Distinct=true"
        assert wrong(await drive.ask("PATCH", path, 409, json=body))[0] == "409"
    path = f"/files/{folder['id']}?Distinct=true"
    told = await drive.ask("PATCH", path, 200, json={"data": {"attributes": {"name": "DIR"}}})
    assert told["data"]["attributes"]["name"] == "DIR"  # nothing but itself looks like it
    await drive.upload("été.TXT")


async def test_what_a_program_sends_when_it_does_not_know_says_nothing(drive):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    made = await drive.upload("a.txt", headers=headers)
    assert made["attributes"]["mime"] == "text/plain"


async def test_a_range_beyond_the_end_is_told_how_long_the_content_is(home, drive):
    file = await drive.upload("a.txt", b"0123456789")
    path, headers = f"/files/download/{file['id']}", {"Range": "bytes=10-"}
    async with home.owner.get(path, headers=headers) as response:
        assert (response.status, response.headers["Content-Range"]) == (416, "bytes */10")


async def test_certified_metadata_takes_a_right_of_its_own(home, drive):
    body = {"data": {"type": "io.cozy.files.metadata", "attributes": {"carbonCopy": True}}}
    await drive.ask("POST", "/files/upload/metadata", 201, json=body)
    shown = {"headers": bearer(await oauth_token(home.app, "io.cozy.files"))}
    visitor = Drive(home.anybody)
    await visitor.ask("POST", "/files/upload/metadata", 403, json=body, **shown)
    await visitor.ask("POST", "/files/a.txt?Type=file&Name=x&Metadata=1", 404, **shown)


async def test_a_head_tells_whether_something_is_there(home, drive):
    file, folder = await drive.upload("a.txt", b"abc"), await drive.directory("dir")
    for path, status in (
        (f"/files/{file['id']}", 200),
        (f"/files/{folder['id']}", 200),
        ("/files/nowhere", 404),
        (f"/files/download/{file['id']}", 200),
        ("/files/download?Path=/a.txt", 200),
        ("/files/download/nowhere", 404),
    ):
        async with home.owner.head(path) as response:
            assert (response.status, await response.read()) == (status, b""), path
            if "download" in path and status == 200:
                assert response.headers["Content-Length"] == "3"


async def test_what_is_named_by_its_path_is_changed(drive):
    await drive.upload("a b.txt")
    body = {"data": {"attributes": {"name": "c.txt"}}}
    told = await drive.ask("PATCH", "/files/metadata?Path=/a%20b.txt", 200, json=body)
    assert told["data"]["attributes"]["name"] == "c.txt"
    assert wrong(await drive.ask("PATCH", "/files/metadata?Path=/a", 404, json=body))[0] == "404"


async def test_the_feed_takes_its_own_parameters_and_no_others(drive):
    file = await drive.upload("a.txt")
    query = {"include_docs": "true", "fields": "name,size"}
    told = await drive.ask("GET", "/files/_changes", 200, params=query)
    (row,) = [row for row in told["results"] if row["id"] == file["id"]]
    assert set(row["doc"]) == {"_id", "_rev", "name", "size"}
    assert row["changes"] == [{"rev": file["meta"]["rev"]}]
    for refused in (
        {"feed": "continuous"},
        {"descending": "true"},
        {"filter": "x"},
        {"skip_trashed": "true"},
        {"include_file_path": "true"},
    ):
        await drive.ask("GET", "/files/_changes", 400, params=refused)
    now = (await drive.ask("GET", "/files/_changes?since=now", 200))["last_seq"]
    assert (await drive.ask("GET", f"/files/_changes?since={now}", 200))["results"] == []


async def test_one_page_of_a_document_is_given(drive):
    file = await drive.upload("doc.pdf", three_pages())
    content, headers = await drive.bytes_of(f"/files/download/{file['id']}?Page=2")
    assert pages_of(content) == ["page 2"]
    assert headers["Content-Type"] == "application/pdf"
    assert 'filename="doc (2).pdf"' in headers["Content-Disposition"]
    assert headers["Content-Disposition"].startswith("inline")
    content, headers = await drive.bytes_of("/files/download?Path=/doc.pdf&Page=3&Dl=1")
    assert pages_of(content) == ["page 3"]
    assert headers["Content-Disposition"].startswith("attachment")
    other = await drive.upload("a.txt")
    broken = await drive.upload("broken.pdf", b"%PDF-1.4 nothing")
    for node, number in ((file, "4"), (file, "0"), (file, "x"), (other, "1"), (broken, "1")):
        path = f"/files/download/{node['id']}?Page={number}"
        assert wrong(await drive.ask("GET", path, 422)) == ("422", "Page")


async def test_a_link_leads_to_an_old_version_too(home, drive):
    file = await drive.upload("a.txt", b"one")
    told = await drive.overwrite(file["id"], b"two")
    version = told["included"][0]["id"]
    path = f"/files/downloads?VersionId={version}&Filename=old.txt"
    related = (await drive.ask("POST", path, 200))["links"]["related"]
    async with home.anybody.get(related) as response:
        assert (response.status, await response.read()) == (200, b"one")
        assert "old.txt" in response.headers["Content-Disposition"]


async def test_other_metadata_makes_a_version(drive):
    file = await drive.upload("a.txt", b"one", Metadata='{"label":"bill"}')
    body = {"data": {"type": "io.cozy.files.metadata", "attributes": {"label": "invoice"}}}
    told = await drive.ask("POST", f"/files/{file['id']}/versions", 200, json=body)
    assert told["data"]["attributes"]["metadata"] == {"label": "invoice"}
    assert told["included"][0]["attributes"]["metadata"] == {"label": "bill"}
    folder = await drive.directory("dir")
    told = await drive.ask("POST", f"/files/{folder['id']}/versions", 422, json=body)
    assert wrong(told)[0] == "422"


async def test_what_is_destroyed_is_what_was_seen(drive):
    file = await drive.upload("a.txt")
    path = f"/files/trash/{file['id']}"
    stale = {"headers": {"If-Match": file["meta"]["rev"]}}
    thrown = (await drive.ask("DELETE", f"/files/{file['id']}", 200))["data"]
    assert wrong(await drive.ask("DELETE", path, 412, **stale)) == ("412", "If-Match")
    await drive.ask("DELETE", path, 204, headers={"If-Match": thrown["meta"]["rev"]})


async def test_the_folder_of_shared_drives_is_made_once(drive):
    await drive.upload("Drives")
    for _ in range(2):
        told = (await drive.ask("POST", "/files/shared-drives", 200))["data"]
        assert (told["id"], told["attributes"]["path"]) == (DRIVES, "/Drives (2)")
    await drive.ask("DELETE", f"/files/{DRIVES}", 200)
    told = (await drive.ask("POST", "/files/shared-drives", 200))["data"]
    assert told["attributes"]["path"] == "/Drives (2)"
    await drive.ask("DELETE", f"/files/{DRIVES}", 200)
    await drive.ask("DELETE", "/files/trash", 204)
    told = (await drive.ask("POST", "/files/shared-drives", 200))["data"]
    assert told["attributes"]["path"] == "/Drives (2)"
