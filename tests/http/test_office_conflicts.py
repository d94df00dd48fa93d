"""Saves that meet a file which moved on: every version stays readable, and nothing is doubled."""

import asyncio

import pytest

from doctypes.files.errors import StaleRevision
from doctypes.files.node import ROOT_ID
from replication.core.errors import StorageFull
from server.office.session import State
from server.office.session_store import SessionStore
from tests.support.document_server.desk import SECRET, desk_at
from tests.support.document_server.docx import new_docx
from tests.support.document_server.driver import document_server


@pytest.fixture(scope="module")
def address():
    with document_server(SECRET) as running:
        yield running


@pytest.fixture
async def desk(address):
    async with desk_at(address) as ready:
        yield ready


async def edited(desk, text="One", name="letter.docx"):
    file = await desk.host.put(name, new_docx("Dear all,"))
    key = (await desk.double.open(desk.host.open_url(file)))["key"]
    await desk.double.edit(key, text)
    return file, key


async def callback_url(desk, file, user="carol"):
    config = (await desk.double.open(desk.host.open_url(file), user))["config"]
    return config["editorConfig"]["callbackUrl"]


async def leaving_slowly(desk, key):
    """Leave, and return once the document is on its way; it takes its time."""
    await desk.double.modes(faults=["slow"], drip=0.8)
    leaving = asyncio.create_task(desk.double.leave(key))
    # What is waited for happens in another process:
    while not any(  # noqa: ASYNC110
        key in path for path in (await desk.double.log())["downloads"]
    ):
        await asyncio.sleep(0.01)
    return leaving


async def answered(desk, key):
    return [http for _, http, _ in await desk.double.callbacks(key)]


async def test_a_file_changed_outside_keeps_both(desk):
    file, key = await edited(desk)
    await desk.host.overwrite(file, new_docx("Written elsewhere"))
    await desk.double.leave(key)
    assert await desk.texts() == {
        "letter.docx": ["Written elsewhere"],
        "letter (2).docx": ["Dear all,", "One"],
    }


async def test_after_a_conflict_the_session_goes_on_in_its_copy(desk):
    file, key = await edited(desk)
    await desk.host.overwrite(file, new_docx("Written elsewhere"))
    await desk.double.force_save(key)
    await desk.double.edit(key, "Two")
    await desk.double.force_save(key)
    await desk.double.edit(key, "Three")
    await desk.double.leave(key)
    assert await desk.texts() == {
        "letter.docx": ["Written elsewhere"],
        "letter (2).docx": ["Dear all,", "One", "Two", "Three"],
    }


async def test_who_opens_the_copy_of_a_conflict_joins_its_editors(desk):
    file, key = await edited(desk)
    await desk.host.overwrite(file, new_docx("Written elsewhere"))
    await desk.double.force_save(key)
    copy = await desk.host.files.at("/letter (2).docx")
    assert (await desk.double.open(desk.host.open_url(copy), "bob"))["key"] == key


async def test_a_file_changed_outside_opens_under_a_new_key(desk):
    """The old editors and the new ones each save; the first to do so takes the file."""
    file, old = await edited(desk)
    await desk.host.overwrite(file, new_docx("Written elsewhere"))
    new = (await desk.double.open(desk.host.open_url(file), "bob"))["key"]
    assert new != old
    await desk.double.edit(new, "Two", "bob")
    await desk.double.leave(new, "bob")
    await desk.double.leave(old)
    assert await desk.texts() == {
        "letter.docx": ["Written elsewhere", "Two"],
        "letter (2).docx": ["Dear all,", "One"],
    }


async def test_a_file_that_was_renamed_and_moved_is_the_same_file(desk):
    file, key = await edited(desk)
    await desk.host.files.move(file.id, ROOT_ID, "report.docx")
    await desk.double.leave(key)
    assert await desk.texts() == {"report.docx": ["Dear all,", "One"]}


async def test_a_conflict_is_named_after_what_the_file_is_called_now(desk):
    file, key = await edited(desk)
    await desk.host.files.move(file.id, ROOT_ID, "report.docx")
    await desk.host.overwrite(file, new_docx("Written elsewhere"))
    await desk.double.leave(key)
    assert set(await desk.texts()) == {"report.docx", "report (2).docx"}


async def test_a_file_in_the_trash_is_recovered_beside(desk):
    file, key = await edited(desk)
    await desk.host.files.trash(file.id)
    assert (await desk.double.leave(key))["text"] == '{"error":0}'
    assert await desk.texts() == {
        "!letter.docx": ["Dear all,"],
        "letter.docx": ["Dear all,", "One"],
    }


async def test_bytes_that_are_only_in_the_trash_are_recovered_too(desk):
    file, key = await edited(desk)
    callback = await callback_url(desk, file)
    same = await desk.host.read(file.id)
    url = await desk.double.offer(f"/cache/{key}/same.docx", same)
    await desk.host.files.trash(file.id)
    body = {"key": key, "status": 2, "url": url, "filetype": "docx"}
    assert await desk.double.post(callback, body) == (200, {"error": 0})
    assert await desk.host.everything() == {"!letter.docx": same, "letter.docx": same}


async def test_a_file_that_is_gone_is_recovered(desk):
    file, key = await edited(desk)
    await desk.host.files.destroy(file.id)
    await desk.double.force_save(key)
    await desk.double.edit(key, "Two")
    await desk.double.leave(key)
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One", "Two"]}


async def test_bytes_of_another_format_get_a_name_of_their_own(desk):
    file, key = await edited(desk)
    url = await desk.double.offer(f"/cache/{key}/output.odt", new_docx("Converted"))
    body = {"key": key, "status": 2, "url": url, "filetype": "odt"}
    assert await desk.double.post(await callback_url(desk, file), body) == (200, {"error": 0})
    assert await desk.texts() == {"letter.docx": ["Dear all,"], "letter.odt": ["Converted"]}


async def test_a_copy_whose_name_would_be_too_long_gets_a_plain_one(desk):
    name = "a" * 1020 + ".doc"
    file = await desk.host.put(name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    key = (await desk.double.open(desk.host.open_url(file)))["key"]
    url = await desk.double.offer(f"/cache/{key}/output.docx", new_docx("Converted"))
    body = {"key": key, "status": 2, "url": url, "filetype": "docx"}
    assert await desk.double.post(await callback_url(desk, file), body) == (200, {"error": 0})
    assert await desk.texts() == {name: [], "recovered.docx": ["Converted"]}


async def test_the_same_save_twice_is_one_save(desk):
    """The host stored it and the answer was lost; the second time comes with a new signature."""
    file, key = await edited(desk)
    callback = await callback_url(desk, file)
    await desk.double.leave(key, "carol")
    await desk.double.leave(key)
    saved, sent = await desk.host.revision(file), (await desk.double.log())["callbacks"][-1]
    await desk.host.overwrite(file, new_docx("Written elsewhere"))
    for _ in range(3):
        assert await desk.double.post(callback, sent["body"]) == (200, {"error": 0})
    assert await desk.texts() == {"letter.docx": ["Written elsewhere"]}
    assert await desk.host.revision(file) != saved


async def test_a_crash_between_the_file_and_its_session_doubles_nothing(desk, monkeypatch):
    file, key = await edited(desk)
    put, failures = SessionStore.put, [1]

    async def failing(self, session):
        if failures and session.committed:
            failures.pop()
            raise StorageFull(session.key)
        return await put(self, session)

    monkeypatch.setattr(SessionStore, "put", failing)
    assert (await desk.double.leave(key))["text"] == '{"error":0}'
    assert await answered(desk, key) == [200, 503, 200]
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}
    assert await desk.host.revision(file) == (await desk.host.session(key)).base_revision


async def test_a_change_that_arrives_during_the_download_is_kept(desk):
    file, key = await edited(desk)
    leaving = await leaving_slowly(desk, key)
    await desk.host.overwrite(file, new_docx("Written elsewhere"))
    assert (await leaving)["text"] == '{"error":0}'
    assert await desk.texts() == {
        "letter.docx": ["Written elsewhere"],
        "letter (2).docx": ["Dear all,", "One"],
    }


async def test_a_file_thrown_away_during_the_download_is_recovered(desk):
    file, key = await edited(desk)
    leaving = await leaving_slowly(desk, key)
    await desk.host.files.trash(file.id)
    assert (await leaving)["text"] == '{"error":0}'
    assert (await desk.texts())["letter.docx"] == ["Dear all,", "One"]


async def test_a_change_in_the_last_moment_is_kept(desk, monkeypatch):
    """The file changes after it was looked at, and before the write: the write is conditional."""
    file, key = await edited(desk)
    replace, once = desk.host.files.replace, [True]

    async def replaced(file_id, content, **expected):
        if once:
            once.pop()
            await desk.host.overwrite(file, new_docx("Written elsewhere"))
        return await replace(file_id, content, **expected)

    monkeypatch.setattr(desk.host.files, "replace", replaced)
    assert (await desk.double.leave(key))["text"] == '{"error":0}'
    assert await answered(desk, key) == [200, 200]  # at the first attempt
    assert await desk.texts() == {
        "letter.docx": ["Written elsewhere"],
        "letter (2).docx": ["Dear all,", "One"],
    }


async def test_a_file_thrown_away_in_the_last_moment_is_recovered(desk, monkeypatch):
    """Its content is the same still, so only its revision tells."""
    _, key = await edited(desk)
    replace, once = desk.host.files.replace, [True]

    async def replaced(file_id, content, **expected):
        if once:
            once.pop()
            await desk.host.files.trash(file_id)
        return await replace(file_id, content, **expected)

    monkeypatch.setattr(desk.host.files, "replace", replaced)
    assert (await desk.double.leave(key))["text"] == '{"error":0}'
    assert await answered(desk, key) == [200, 200]  # at the first attempt
    assert await desk.texts() == {
        "!letter.docx": ["Dear all,"],
        "letter.docx": ["Dear all,", "One"],
    }


async def test_a_folder_thrown_away_in_the_last_moment_does_not_take_the_copy_along(
    desk, monkeypatch
):
    folder = await desk.host.files.make_directory(ROOT_ID, "letters")
    file, key = await edited(desk)
    await desk.host.files.move(file.id, folder.id, file.name)
    await desk.host.overwrite(file, new_docx("Written elsewhere"))
    create_copy, once = desk.host.files.create_copy, [True]

    async def created(parent_id, name, content, **more):
        if once:
            once.pop()
            await desk.host.files.trash(folder.id)
        return await create_copy(parent_id, name, content, **more)

    monkeypatch.setattr(desk.host.files, "create_copy", created)
    assert (await desk.double.leave(key))["text"] == '{"error":0}'
    assert await answered(desk, key) == [200, 200]  # at the first attempt
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


async def test_a_file_that_never_stands_still_is_asked_about_again(desk, monkeypatch):
    _, key = await edited(desk)
    replace, busy = desk.host.files.replace, list(range(5))

    async def replaced(file_id, content, **expected):
        if busy:
            raise StaleRevision(file_id, "one", f"another {busy.pop()}")
        return await replace(file_id, content, **expected)

    monkeypatch.setattr(desk.host.files, "replace", replaced)
    await desk.double.leave(key)
    assert await answered(desk, key) == [200, 503, 200]
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


async def test_a_forced_save_after_the_final_one_is_old(desk):
    file, key = await edited(desk)
    callback = await callback_url(desk, file)
    await desk.double.leave(key, "carol")
    await desk.double.leave(key)
    url = await desk.double.offer(f"/cache/{key}/old.docx", new_docx("Old"))
    body = {"key": key, "status": 6, "url": url, "filetype": "docx", "forcesavetype": 1}
    old = {**body, "lastsave": "2020-01-01T00:00:00.000Z"}
    assert await desk.double.post(callback, old) == (200, {"error": 0})
    assert await desk.double.post(callback, body) == (200, {"error": 0})
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


async def test_a_forced_save_of_editors_who_came_back_is_new(desk):
    """After some minutes a Document Server opens a burnt key again, for a tab that reconnects."""
    file, key = await edited(desk)
    callback = await callback_url(desk, file)
    await desk.double.leave(key, "carol")
    await desk.double.leave(key)
    url = await desk.double.offer(f"/cache/{key}/new.docx", new_docx("Newer"))
    body = {"key": key, "status": 6, "url": url, "filetype": "docx"}
    newer = {**body, "lastsave": "2199-01-01T00:00:00.000Z"}
    assert await desk.double.post(callback, newer) == (200, {"error": 0})
    assert await desk.texts() == {"letter.docx": ["Newer"]}
    assert (await desk.host.session(key)).state is State.CLOSED


async def test_a_save_before_anybody_was_reported_is_a_save(desk):
    file, key = await edited(desk)
    callback = await callback_url(desk, file)
    url = await desk.double.offer(f"/cache/{key}/early.docx", new_docx("Early"))
    for status in (4, 2):
        body = {"key": key, "status": status, "url": url, "filetype": "docx"}
        assert await desk.double.post(callback, body) == (200, {"error": 0})
    assert await desk.texts() == {"letter.docx": ["Early"]}


async def test_saves_of_one_key_that_arrive_at_once_are_taken_in_turn(desk):
    file, key = await edited(desk)
    callback = await callback_url(desk, file)
    bodies = []
    for number in range(6):
        url = await desk.double.offer(f"/cache/{key}/{number}.docx", new_docx(f"Save {number}"))
        status = 2 if number == 5 else 6
        bodies.append({"key": key, "status": status, "url": url, "filetype": "docx"})
    answers = await asyncio.gather(*(desk.double.post(callback, body) for body in bodies * 2))
    assert answers == [(200, {"error": 0})] * 12
    texts = await desk.texts()
    assert set(texts) == {"letter.docx"}
    assert texts["letter.docx"][0].startswith("Save ")


async def test_the_final_save_and_an_outside_change_at_once_keep_both(desk):
    for number in range(10):
        name = f"letter {number}.docx"
        file, key = await edited(desk, name=name)
        leaving = asyncio.create_task(desk.double.leave(key))
        await asyncio.sleep(0.002 * number)
        await desk.host.overwrite(file, new_docx("Written elsewhere"))
        await leaving
        texts = await desk.texts()
        assert texts[name] == ["Written elsewhere"]
        revisions = (await desk.host.files.get(file.id)).revision.generation
        copied = texts.get(f"letter {number} (2).docx") == ["Dear all,", "One"]
        assert copied is (revisions == 2)
        assert revisions in {2, 3}


async def test_the_editors_get_the_content_of_their_key_whatever_became_of_the_file(desk):
    content = new_docx("Dear all,")
    file = await desk.host.put("letter.docx", content)
    config = (await desk.double.open(desk.host.open_url(file)))["config"]
    await desk.host.overwrite(file, new_docx("Written elsewhere"))
    url = config["document"]["url"]
    assert await desk.double.fetch(url, signed_for=url) == (200, content)
