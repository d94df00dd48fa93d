"""Editing with a Document Server in its own process: what people do, in the order they do it."""

import asyncio

import pytest

from server.office.session import State
from tests.support.document_server.desk import SECRET, desk_at
from tests.support.document_server.docx import new_docx
from tests.support.document_server.driver import Refusal, document_server
from tests.support.document_server.host import office_host


@pytest.fixture(scope="module")
def address():
    with document_server(SECRET) as running:
        yield running


@pytest.fixture
async def desk(address):
    async with desk_at(address) as ready:
        yield ready


async def opened(desk, name="letter.docx", user="alice"):
    file = await desk.host.put(name, new_docx("Dear all,"))
    return file, (await desk.double.open(desk.host.open_url(file), user))["key"]


async def json_of(desk, path):
    async with desk.double.client.get(f"{desk.host.address}{path}") as response:
        return response.status, response.content_type, await response.json(content_type=None)


async def test_open_edit_close_and_the_file_has_a_new_revision(desk):
    file, key = await opened(desk)
    await desk.double.edit(key, "The meeting is on <Monday> & Tuesday.")

    answer = await desk.double.leave(key)

    assert answer == {"status": 200, "text": '{"error":0}'}
    assert await desk.texts() == {
        "letter.docx": ["Dear all,", "The meeting is on <Monday> & Tuesday."]
    }
    assert await desk.host.revision(file) != str(file.revision)
    assert [status for status, _, _ in await desk.double.callbacks(key)] == [1, 2]
    assert (await desk.host.session(key)).state is State.CLOSED


async def test_what_open_answers(desk):
    file = await desk.host.put("letter.docx", new_docx("Dear all,"))
    status, content_type, body = await json_of(desk, f"/office/{file.id}/open")
    assert (status, content_type) == (200, "application/vnd.api+json")
    data = body["data"]
    assert (data["type"], data["id"]) == ("io.cozy.office.url", file.id)
    office = data["attributes"].pop("onlyoffice")
    assert data["attributes"] == {
        "document_id": file.id,
        "subdomain": "flat",
        "protocol": "http",
        "instance": "home.example",
    }
    assert office.keys() == {"url", "token", "type", "documentType", "document", "editor"}
    assert office["url"] == desk.double.address
    assert office["editor"]["callbackUrl"].startswith(f"{desk.host.address}/office/callback?")


async def test_closing_without_a_change_changes_nothing(desk):
    file, key = await opened(desk)
    await desk.double.leave(key)
    assert [status for status, _, _ in await desk.double.callbacks(key)] == [1, 4]
    assert await desk.host.revision(file) == str(file.revision)
    assert (await desk.double.open(desk.host.open_url(file)))["key"] == key


async def test_two_people_edit_under_one_key(desk):
    file, key = await opened(desk)
    second = await desk.double.open(desk.host.open_url(file), "bob")
    assert second["key"] == key
    await desk.double.edit(key, "Alice was here", "alice")
    await desk.double.edit(key, "Bob was here", "bob")
    await desk.double.leave(key, "alice")
    await desk.double.leave(key, "bob")
    assert await desk.texts() == {"letter.docx": ["Dear all,", "Alice was here", "Bob was here"]}


async def test_people_who_open_at_once_get_one_key(desk):
    file = await desk.host.put("letter.docx", new_docx("Dear all,"))
    answers = await asyncio.gather(*(json_of(desk, f"/office/{file.id}/open") for _ in range(8)))
    keys = {body["data"]["attributes"]["onlyoffice"]["document"]["key"] for _, _, body in answers}
    assert len(keys) == 1


async def test_the_save_button_saves_and_editing_goes_on(desk):
    file, key = await opened(desk)
    await desk.double.edit(key, "One")
    assert (await desk.double.force_save(key))["text"] == '{"error":0}'
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}
    assert (await desk.double.open(desk.host.open_url(file), "bob"))["key"] == key

    await desk.double.edit(key, "Two")
    assert (await desk.double.force_save(key, kind=2))["text"] == '{"error":0}'
    await desk.double.edit(key, "Three")
    await desk.double.leave(key, "bob")
    await desk.double.leave(key)
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One", "Two", "Three"]}
    assert [s for s, _, _ in await desk.double.callbacks(key)] == [1, 6, 1, 6, 1, 2]


async def test_a_final_save_of_what_was_saved_already_makes_no_revision(desk):
    file, key = await opened(desk)
    await desk.double.edit(key, "One")
    await desk.double.force_save(key)
    saved = await desk.host.revision(file)
    await desk.double.leave(key)
    assert (await desk.double.log())["callbacks"][-1]["body"]["notmodified"] is True
    assert await desk.host.revision(file) == saved


async def test_after_the_final_save_the_next_opens_a_new_key(desk):
    file, key = await opened(desk)
    await desk.double.edit(key, "One")
    await desk.double.leave(key)
    again = await desk.double.open(desk.host.open_url(file))
    assert again["key"] != key
    await desk.double.edit(again["key"], "Two")
    await desk.double.leave(again["key"])
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One", "Two"]}


async def test_a_dropped_line_saves_after_a_while(desk):
    _, key = await opened(desk)
    await desk.double.edit(key, "One")
    assert await desk.double.leave(key, dropped=True) is None
    async with asyncio.timeout(10):
        while "One" not in (await desk.texts())["letter.docx"]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_save_on_an_address_of_an_older_tab_arrives():
    """The callback address of the first tab is used after its user came back with another."""
    with document_server(SECRET, scale=0.3) as patient:
        async with desk_at(patient) as desk:
            file, key = await opened(desk)
            await desk.double.edit(key, "One")
            await desk.double.leave(key, dropped=True)
            back = await desk.double.open(desk.host.open_url(file))
            assert back["key"] == key
            await desk.double.edit(key, "Two")
            await desk.double.leave(key)
            assert await desk.texts() == {"letter.docx": ["Dear all,", "One", "Two"]}
            assert [s for s, _, _ in await desk.double.callbacks(key)] == [1, 1, 2]


@pytest.mark.parametrize("signing", ["both", "body", "header"])
async def test_either_token_is_enough(desk, signing):
    await desk.double.modes(signing=signing)
    _, key = await opened(desk)
    await desk.double.edit(key, "One")
    await desk.double.leave(key)
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


async def test_without_a_token_nothing_is_taken_and_nothing_lost(desk):
    _, key = await opened(desk)
    await desk.double.edit(key, "One")
    await desk.double.modes(signing="none")
    assert (await desk.double.leave(key))["status"] == 403
    assert await desk.texts() == {"letter.docx": ["Dear all,"]}
    await desk.check_nothing_is_lost(key, "One")


async def test_a_long_history_does_not_matter(desk):
    file, key = await opened(desk)
    await desk.double.open(desk.host.open_url(file), "bob")
    for number in range(60):
        await desk.double.edit(key, f"Change {number}", ("alice", "bob")[number % 2])
    await desk.double.leave(key, "bob")
    await desk.double.leave(key)
    assert (await desk.double.log())["callbacks"][-1]["body"]["history"] == {}
    assert len((await desk.texts())["letter.docx"]) == 61


async def test_a_document_server_with_another_secret_is_told_nothing(address):
    async with desk_at(address, secret="t" * 32) as desk:
        file = await desk.host.put("letter.docx", new_docx("Dear all,"))
        with pytest.raises(Refusal, match="not authorized"):
            await desk.double.open(desk.host.open_url(file))


async def test_a_page_cannot_give_itself_permissions(desk):
    file = await desk.host.put("letter.docx", new_docx("Dear all,"))
    with pytest.raises(Refusal, match="access denied"):
        await desk.double.open(desk.host.open_url(file), document={"permissions": {"edit": True}})


async def test_addresses_for_the_document_server_can_be_set_apart_from_the_browsers(address):
    """Browsers see one address, this process another; the saved url names the browsers'."""
    outside = "https://office.example/ds"
    async with desk_at(address, server=outside, internal_server=address) as desk:
        file, key = await opened(desk)
        _, _, body = await json_of(desk, f"/office/{file.id}/open")
        assert body["data"]["attributes"]["onlyoffice"]["url"] == outside
        url = await desk.double.offer("/cache/files/data/x/output.docx", new_docx("One"))
        status = await desk.double.post(
            (await callback_url(desk, file)),
            {"key": key, "status": 2, "url": url.replace(address, outside), "filetype": "docx"},
        )
        assert status == (200, {"error": 0})
        assert await desk.texts() == {"letter.docx": ["One"]}


async def callback_url(desk, file):
    _, _, body = await json_of(desk, f"/office/{file.id}/open")
    return body["data"]["attributes"]["onlyoffice"]["editor"]["callbackUrl"]


async def test_the_address_we_are_called_at_can_be_set(address):
    async with desk_at(address, callback_base="http://{domain}:81/") as desk:
        file = await desk.host.put("letter.docx", new_docx("Dear all,"))
        assert (await callback_url(desk, file)).startswith(
            "http://home.example:81/office/callback?"
        )


@pytest.mark.parametrize(
    ("name", "detail"),
    [("photo.jpg", "This is not an office document"), (None, "There is no such file")],
)
async def test_what_cannot_be_opened_is_said(desk, name, detail):
    file_id = (await desk.host.put(name, b"x")).id if name else "0" * 32
    status, content_type, body = await json_of(desk, f"/office/{file_id}/open")
    assert (status, content_type) == (404, "application/vnd.api+json")
    assert body == {"errors": [{"status": "404", "title": "Not Found", "detail": detail}]}


async def test_a_folder_and_what_is_in_the_trash_are_not_opened(desk):
    file = await desk.host.put("letter.docx", new_docx("Dear all,"))
    await desk.host.files.trash(file.id)
    for node in (file.id, "io.cozy.files.root-dir"):
        assert (await json_of(desk, f"/office/{node}/open"))[0] == 404


async def test_without_a_document_server_it_says_so(address):
    async with office_host(None) as host, desk_at(address) as desk:
        file = await host.put("letter.docx", new_docx("Dear all,"))
        async with desk.double.client.get(host.open_url(file)) as response:
            body = await response.json(content_type=None)
        assert response.status == 404
        assert body["errors"][0]["detail"] == "No Document Server is configured"
        async with desk.double.client.post(f"{host.address}/office/callback") as response:
            assert response.status == 404


async def test_the_bytes_that_were_opened_are_what_the_file_held(desk):
    content = new_docx("Dear all,", "é" * 1000) + bytes(1_000_000)  # several pieces
    file = await desk.host.put("letter.docx", content)
    config = (await desk.double.open(desk.host.open_url(file)))["config"]
    url = config["document"]["url"]
    status, fetched = await desk.double.fetch(url, signed_for=url)
    assert (status, fetched) == (200, content)
