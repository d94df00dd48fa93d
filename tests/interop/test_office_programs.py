"""Real documents, saved as the Document Server's own engine writes them, open afterwards."""

import pytest

from doctypes.contents.text import text_of
from server.office.blank import blank
from tests.interop.conftest import program
from tests.support.document_server.at_house import office_house
from tests.support.document_server.desk import SECRET
from tests.support.document_server.driver import document_server
from tests.support.office_programs import Programs, x2t_folder

PLAIN = {"docx": "txt", "xlsx": "csv", "pptx": "pdf"}
LETTER = rb"{\rtf1\ansi {\b Minutes}\par First item\par}"
ELSEWHERE = {"docx": ("rtf", LETTER), "xlsx": ("csv", b"Name,Sum\nFirst item,3\n")}


@pytest.fixture(scope="module")
def address():
    with document_server(SECRET) as running:
        yield running


@pytest.fixture
def programs(tmp_path):
    x2t = x2t_folder()
    if x2t is None:
        pytest.skip("document-builder is not installed")
    return Programs(x2t, program("soffice"), tmp_path)


def real(programs, kind):
    """Return a document that says `First item`: of LibreOffice, or from a template of ours."""
    if kind in ELSEWHERE:
        source, content = ELSEWHERE[kind]
        return programs.by_libreoffice(content, source, kind)
    return programs.typed(kind, blank(kind, "en"), "First item")


def says(content, kind):
    if kind == "pdf":
        return text_of(content, "application/pdf")
    return content.decode("utf-8-sig")


async def saved(at, file_id, kind, content):
    """Report a save as the Document Server does when its last editor leaves."""
    config = (await at.get(f"/office/{file_id}/open"))["data"]["attributes"]["onlyoffice"]
    key, callback = config["document"]["key"], config["editor"]["callbackUrl"]
    url = await at.double.offer(f"/cache/files/data/{key}_1/output.{kind}", content)
    body = {"key": key, "status": 2, "url": url, "users": ["alice"], "filetype": kind}
    return await at.double.post(callback, body)


async def opened(at, file_id):
    config = (await at.get(f"/office/{file_id}/open"))["data"]["attributes"]["onlyoffice"]
    url = config["document"]["url"]
    status, content = await at.double.fetch(url, signed_for=url)
    assert status == 200
    return content


@pytest.mark.parametrize("kind", PLAIN)
async def test_what_the_engine_saved_opens_elsewhere(tmp_path, address, programs, kind):
    async with office_house(tmp_path / "house", address) as at:
        file_id = await at.put(f"real.{kind}", real(programs, kind))
        for text in ("typed once", "typed twice"):
            typed = programs.typed(kind, await opened(at, file_id), text)
            assert await saved(at, file_id, kind, typed) == (200, {"error": 0})
        async with at.owner.get(f"/dav/files/real.{kind}") as response:
            stored = await response.read()
    assert stored == typed
    read = (programs.by_x2t, programs.by_libreoffice)
    texts = [says(convert(stored, kind, PLAIN[kind]), PLAIN[kind]) for convert in read]
    for told in texts:
        assert "First item" in told
        assert "typed twice" in told
