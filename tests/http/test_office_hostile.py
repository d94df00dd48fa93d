"""Callbacks and readers that are not what they say: each is refused, and changes nothing."""

import logging

import pytest

from server.office.session_store import DATABASE
from tests.support.document_server.desk import SECRET, desk_at
from tests.support.document_server.docx import new_docx
from tests.support.document_server.driver import document_server
from tests.support.document_server.host import INSTANCE_SECRET

REFUSED = {"error": 1}


@pytest.fixture(scope="module")
def address():
    with document_server(SECRET) as running:
        yield running


@pytest.fixture
async def desk(address):
    async with desk_at(address) as ready:
        yield ready


class Case:
    """A file under edit, and a genuine save of it that a test can spoil."""

    def __init__(self, desk, file, config, url):
        self.desk, self.file, self.config = desk, file, config
        self.key = config["document"]["key"]
        self.callback = config["editorConfig"]["callbackUrl"]
        self.save = {"key": self.key, "status": 2, "url": url, "filetype": "docx"}

    async def is_untouched(self):
        host = self.desk.host
        session = await host.session(self.key)
        return (
            await host.revision(self.file) == str(self.file.revision)
            and list(await host.everything()) == ["letter.docx"]
            and not session.committed
        )


@pytest.fixture
async def case(desk):
    file = await desk.host.put("letter.docx", new_docx("Dear all,"))
    config = (await desk.double.open(desk.host.open_url(file)))["config"]
    key = config["document"]["key"]
    url = await desk.double.offer(f"/cache/{key}/output.docx", new_docx("Forged"))
    return Case(desk, file, config, url)


async def test_the_genuine_save_of_these_tests_is_taken(desk, case):
    assert await desk.double.post(case.callback, case.save) == (200, {"error": 0})
    assert await desk.texts() == {"letter.docx": ["Forged"]}


@pytest.mark.parametrize("where", ["sign", "sign_header"])
@pytest.mark.parametrize(
    "how",
    [
        {"secret": "t" * 32},
        {"secret": ""},
        {"algorithm": "none"},
        {"algorithm": "HS512"},
        {"exp": -3600},
        {"exp": None},
        {"iat": 3600, "exp": 7200},
    ],
)
async def test_a_bad_signature_is_refused(desk, case, where, how):
    assert await desk.double.post(case.callback, case.save, **{where: how}) == (403, REFUSED)
    assert await case.is_untouched()
    assert (await desk.double.log())["downloads"].count(f"/cache/{case.key}/output.docx") == 0


async def test_an_unsigned_callback_is_refused(desk, case):
    assert await desk.double.post(case.callback, case.save, plain=True) == (403, REFUSED)
    assert await case.is_untouched()


async def test_a_good_header_does_not_excuse_a_bad_body(desk, case):
    how = {"sign": {"secret": "t" * 32}, "sign_header": {}}
    assert await desk.double.post(case.callback, case.save, **how) == (403, REFUSED)
    assert await case.is_untouched()


async def test_fields_that_are_not_signed_do_not_count(desk, case):
    """The body says save, and its token says that somebody left."""
    claims = {"key": case.key, "status": 4}
    answer = await desk.double.post(case.callback, case.save, sign={"claims": claims})
    assert answer == (200, {"error": 0})
    assert await case.is_untouched()


async def test_the_configuration_of_an_editor_is_no_callback(desk, case):
    """Its token is signed with the same secret, and every user of the editor can read it."""
    body = {**case.save, "token": case.config["token"]}
    assert await desk.double.post(case.callback, body, plain=True) == (400, REFUSED)
    assert await case.is_untouched()


async def test_another_keys_callback_does_not_come_in_by_this_address(desk, case):
    other = await desk.host.put("other.docx", new_docx("Other"))
    config = (await desk.double.open(desk.host.open_url(other)))["config"]
    body = {**case.save, "key": config["document"]["key"]}
    assert await desk.double.post(case.callback, body) == (403, REFUSED)
    assert await desk.double.post(config["editorConfig"]["callbackUrl"], case.save) == (
        403,
        REFUSED,
    )
    assert (await desk.texts())["other.docx"] == ["Other"]


@pytest.mark.parametrize("spoil", [lambda url: url[:-1] + "x", lambda url: url.partition("?")[0]])
async def test_the_secret_of_the_address_is_needed_too(desk, case, spoil):
    assert await desk.double.post(spoil(case.callback), case.save) == (403, REFUSED)
    assert await case.is_untouched()


@pytest.mark.parametrize("key", ["cd" * 16, "nonsense", "_design/x", "a/b"])
async def test_an_unknown_key_is_not_found(desk, case, key):
    body = {**case.save, "key": key}
    assert await desk.double.post(case.callback, body) == (404, REFUSED)
    assert await case.is_untouched()


@pytest.mark.parametrize("status", ["2", 0, 5, 99, None, True, 2.5, [2]])
async def test_a_status_that_is_none_is_malformed(desk, case, status):
    body = {**case.save, "status": status}
    assert await desk.double.post(case.callback, body) == (400, REFUSED)
    assert await case.is_untouched()


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:1/output.docx",
        "file:///etc/passwd",
        "ftp://127.0.0.1/output.docx",
        "{double}@evil.example/output.docx",
        "http://user:password@{host}/cache/output.docx",
        "{home}/office/callback",
        "output.docx",
        "//127.0.0.1/output.docx",
    ],
)
async def test_only_the_document_server_is_asked_for_bytes(desk, case, url):
    double, home = desk.double.address, desk.host.address
    url = url.format(double=double, home=home, host=double.partition("//")[2])
    body = {**case.save, "url": url}
    assert await desk.double.post(case.callback, body) == (200, {"error": 1})
    assert await case.is_untouched()
    assert "document server" in (await desk.host.session(case.key)).alarm


@pytest.mark.parametrize("status", [2, 3, 6, 7])
async def test_a_save_without_an_address_is_left_there(desk, case, status):
    body = {"key": case.key, "status": status}
    assert await desk.double.post(case.callback, body) == (200, {"error": 1})
    assert await case.is_untouched()


async def test_a_callback_without_end_is_cut_off(address):
    async with desk_at(address, max_callback=10_000) as desk:
        file = await desk.host.put("letter.docx", new_docx("Dear all,"))
        config = (await desk.double.open(desk.host.open_url(file)))["config"]
        body = {"key": config["document"]["key"], "status": 4, "history": "h" * 20_000}
        url = config["editorConfig"]["callbackUrl"]
        assert await desk.double.post(url, body) == (400, REFUSED)


async def test_a_huge_history_is_read(desk, case):
    changes = [{"created": "2026-11-23 10:00:00", "user": {"id": "a"}}] * 5000
    body = {**case.save, "history": {"changes": changes}}
    assert await desk.double.post(case.callback, body) == (200, {"error": 0})


@pytest.mark.parametrize("raw", [b"", b"null", b"[1]", b"{", b"\xff\xfe", b"token=abc"])
async def test_what_is_no_json_is_malformed(desk, case, raw):
    async with desk.double.client.post(case.callback, data=raw) as response:
        assert (response.status, await response.json()) == (400, REFUSED)
    assert await case.is_untouched()


@pytest.mark.parametrize(
    ("signed_for", "how"),
    [
        (None, {}),
        ("http://home.example/office/content/other", {}),
        ("", {}),
        ("http://[::1", {}),
        ("{url}", {"secret": "t" * 32}),
        ("{url}", {"exp": -3600}),
        ("{url}", {"algorithm": "HS512"}),
        ("{url}", {"claims": {}}),
        ("{url}", {"claims": {"payload": "text"}}),
        ("{url}", {"claims": {"payload": {"url": 1}}}),
    ],
)
async def test_a_reader_who_cannot_sign_for_the_address_reads_nothing(desk, case, signed_for, how):
    url = case.config["document"]["url"]
    signed_for = signed_for and signed_for.format(url=url)
    status, body = await desk.double.fetch(url, signed_for, sign=how)
    assert (status, body) == (403, b'{"error":1}')


async def test_an_address_for_one_document_does_not_open_another(desk, case):
    other = await desk.host.put("other.docx", new_docx("Other"))
    other_config = (await desk.double.open(desk.host.open_url(other)))["config"]
    mac = case.config["document"]["url"].rpartition(".")[2]
    mixed = other_config["document"]["url"].rpartition(".")[0] + "." + mac
    assert (await desk.double.fetch(mixed, mixed))[0] == 403


async def test_an_address_to_read_ends(address):
    async with desk_at(address, content_lifetime=-1) as desk:
        file = await desk.host.put("letter.docx", new_docx("Dear all,"))
        async with desk.double.client.get(desk.host.open_url(file)) as response:
            body = await response.json(content_type=None)
        url = body["data"]["attributes"]["onlyoffice"]["document"]["url"]
        assert (await desk.double.fetch(url, url))[0] == 403


async def test_a_file_that_is_gone_cannot_be_read(desk, case):
    await desk.host.files.destroy(case.file.id)
    url = case.config["document"]["url"]
    assert (await desk.double.fetch(url, url))[0] == 404


async def test_content_that_is_gone_cannot_be_read(desk, case):
    await desk.host.overwrite(case.file, new_docx("Written elsewhere"))
    await desk.host.blobs.delete(case.file.blob)
    url = case.config["document"]["url"]
    assert (await desk.double.fetch(url, url))[0] == 404


async def test_the_content_of_a_key_that_is_gone_cannot_be_read(desk, case):
    await desk.host.store.delete(DATABASE)
    url = case.config["document"]["url"]
    assert (await desk.double.fetch(url, url))[0] == 404


async def test_no_secret_is_logged(desk, case, caplog):
    caplog.set_level(logging.DEBUG)
    await desk.double.post(case.callback, case.save, sign={"secret": "t" * 32})
    await desk.double.post(case.callback, {"key": case.key, "status": 3})
    await desk.double.post(case.callback, case.save)
    logged = "\n".join(f"{r.getMessage()} {vars(r)}" for r in caplog.records)
    assert case.key in logged
    in_address = case.callback.partition("secret=")[2]
    for secret in (SECRET, INSTANCE_SECRET.decode(), in_address, case.config["token"], "md5="):
        assert secret not in logged
