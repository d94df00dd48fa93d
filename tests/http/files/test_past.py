"""The past of a folder: seen, and brought back after something went through all of it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.files import ROOT, TRASH, Drive, wrong
from tests.support.house import house


@pytest.fixture
async def drive(tmp_path):
    async with house(tmp_path) as running:
        yield Drive(running.owner)


async def test_a_folder_that_was_ransacked_is_brought_back(drive):
    folder = await drive.directory("dir")
    inner = await drive.directory("inner", parent=folder["id"])
    kept = await drive.upload("kept.txt", b"right", parent=folder["id"])
    moved = await drive.upload("moved.txt", b"moved", parent=inner["id"])
    gone = await drive.upload("gone.txt", b"gone", parent=inner["id"])
    moment = datetime.now(UTC).isoformat()
    await drive.overwrite(kept["id"], b"encrypted, pay")
    await drive.patch(moved["id"], name="moved.txt.locked", dir_id=folder["id"])
    await drive.ask("DELETE", f"/files/{gone['id']}", 200)
    ransom = await drive.upload("PAY.txt", b"pay", parent=folder["id"])

    told = await drive.ask("GET", f"/files/{folder['id']}/past", 200, params={"At": moment})
    paths = {item["attributes"]["path"] for item in told["data"]}
    assert {"/dir/inner/moved.txt", "/dir/inner/gone.txt", "/dir/kept.txt"} <= paths
    assert [item["id"] for item in told["meta"]["newcomers"]] == [ransom["id"]]

    body = {"data": {"attributes": {"at": moment}}}
    told = await drive.ask("POST", f"/files/{folder['id']}/restore_at", 200, json=body)
    assert told["data"]["attributes"]["lost"] == []
    before = told["data"]["attributes"]["before"]
    for path, content in (
        ("/dir/kept.txt", b"right"),
        ("/dir/inner/moved.txt", b"moved"),
        ("/dir/inner/gone.txt", b"gone"),
    ):
        assert (await drive.bytes_of(f"/files/download?Path={path}"))[0] == content
    await drive.at("/dir/PAY.txt", 404)
    assert (await drive.get(ransom["id"]))["data"]["attributes"]["trashed"] is True

    undo = {"data": {"attributes": {"at": before}}}
    await drive.ask("POST", f"/files/{folder['id']}/restore_at", 200, json=undo)
    for path, content in (("/dir/kept.txt", b"encrypted, pay"), ("/dir/PAY.txt", b"pay")):
        assert (await drive.bytes_of(f"/files/download?Path={path}"))[0] == content
    await drive.at("/dir/moved.txt.locked", 200)
    await drive.at("/dir/inner/gone.txt", 404)


async def test_what_is_no_past_is_refused(drive):
    folder, file = await drive.directory("dir"), await drive.upload("a.txt")
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    path = f"/files/{folder['id']}/restore_at"
    for at in (None, "then", later):
        told = await drive.ask("POST", path, 422, json={"data": {"attributes": {"at": at}}})
        assert wrong(told) == ("422", "at")
    now = datetime.now(UTC).isoformat()
    body = {"data": {"attributes": {"at": now}}}
    await drive.ask("POST", f"/files/{TRASH}/restore_at", 422, json=body)
    await drive.ask("POST", f"/files/{file['id']}/restore_at", 409, json=body)
    await drive.ask("GET", f"/files/{ROOT}/past", 422)
