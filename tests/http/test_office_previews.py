"""Previews of office documents where this machine has no program for them, and who may have one."""

import pytest

from server.app import build_app
from server.office.previews import PREVIEWS, Previews, forget_previews, place_of
from server.office.settings import OfficeSettings
from tests.support.document_server.docx import new_docx
from tests.support.house import house
from tests.support.shared_links import id_of, link_to, links_in, page_of

SERVER = OfficeSettings(server="http://127.0.0.1:9", secret="s" * 32)


def without_programs(settings, records):
    app = build_app(settings, records)
    app[PREVIEWS] = Previews([])
    return app


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path, build=without_programs) as running:
        yield running


async def put(home, name="letter.docx"):
    async with home.owner.put(f"/dav/files/{name}", data=new_docx("Dear all,")) as response:
        assert response.status == 201
    async with home.owner.get(f"/files/metadata?Path=/{name}") as response:
        return (await response.json(content_type=None))["data"]["id"]


async def asked(home, path, **headers):
    async with home.owner.get(path, headers=headers, allow_redirects=False) as response:
        return response.status, response.headers.get("Location"), await response.text()


async def test_without_any_program_it_is_said_what_would_help(home):
    status, _, told = await asked(home, f"/office/{await put(home)}/preview")
    assert status == 501
    assert "LibreOffice" in told


async def test_without_an_editor_its_page_leads_to_the_preview(home):
    file_id = await put(home)
    told = await asked(home, f"/office/{file_id}/edit?bearer_token=x")
    assert told[:2] == (303, f"/office/{file_id}/preview?bearer_token=x")


async def test_a_document_server_does_what_no_program_here_does(tmp_path):
    async with house(tmp_path, build=without_programs, office=SERVER) as home:
        file_id = await put(home)
        told = await asked(home, f"/office/{file_id}/preview?bearer_token=x")
        assert told[:2] == (303, f"/office/{file_id}/download?bearer_token=x&to=pdf")


async def test_a_pdf_has_no_preview_of_its_own(home):
    assert (await asked(home, f"/office/{await put(home, 'form.pdf')}/preview"))[0] == 422


async def test_who_may_look_in_the_editor_alone_gets_none(home):
    file_id = await put(home)
    rule = {"type": "io.cozy.office.comment", "verbs": ["GET"], "values": [file_id]}
    body = {"data": {"attributes": {"permissions": {"it": rule}}}}
    async with home.owner.post("/permissions?codes=x", json=body) as response:
        code = (await response.json(content_type=None))["data"]["attributes"]["codes"]["x"]
    headers = {"Authorization": f"Bearer {code}"}
    async with home.anybody.get(f"/office/{file_id}/preview", headers=headers) as response:
        assert response.status == 403


async def test_the_page_of_a_link_leads_to_it_where_there_can_be_one(tmp_path):
    async with house(tmp_path, build=without_programs) as home:
        page = await page_of_link(home, await put(home))
        assert not any("/preview" in link for link in links_in(page))
    async with house(tmp_path, build=without_programs, office=SERVER) as home:
        (leads,) = (link for link in links_in(await page_of_link(home)) if "/preview" in link)
        async with home.anybody.get(leads, allow_redirects=False) as response:
            assert response.status == 303
            assert response.headers["Location"].startswith(leads.partition("/preview")[0])


async def page_of_link(home, file_id=None):
    _, code = await link_to(home, file_id or await id_of(home, "/letter.docx"))
    return (await page_of(home, f"/public?sharecode={code}"))[1]


def test_what_was_given_up_is_forgotten_with_its_content(tmp_path):
    for suffix in (".pdf", ".none"):
        kept = place_of(tmp_path, "ab" * 32).with_suffix(suffix)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch()
    forget_previews(tmp_path, ["ab" * 32, "cd" * 32])
    assert list(tmp_path.rglob("*.*")) == []
