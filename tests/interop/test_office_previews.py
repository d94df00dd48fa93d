"""Previews of office documents by the programs of this machine, and what those must not do."""

import zipfile
from io import BytesIO

import pytest
from aiohttp import web

from doctypes.contents.text import text_of
from server import keys
from server.app import build_app
from server.jobs.sweep_blobs import sweep_home
from server.office.converter import LibreOffice, X2t
from server.office.previews import PREVIEWS, Previews, place_of
from tests.interop.conftest import program
from tests.support.document_server.docx import new_docx
from tests.support.house import house
from tests.support.office_programs import x2t_folder

DAY = 86_400
PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing"><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData '
    'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://'
    'schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="1" name="p"/>'
    '<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="rId9" xmlns:r="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships"/></pic:blipFill><pic:spPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/>'
    "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


@pytest.fixture(params=["x2t", "LibreOffice"])
def converter(request):
    if request.param == "LibreOffice":
        return LibreOffice(program("soffice"))
    if x2t_folder() is None:
        pytest.skip("document-builder is not installed")
    return X2t(x2t_folder())


@pytest.fixture
async def home(tmp_path, converter):
    async with house(tmp_path, build=building(converter)) as running:
        yield running


def building(*programs):
    def build(settings, records):
        app = build_app(settings, records)
        app[PREVIEWS] = Previews(programs)
        return app

    return build


async def put(home, name, content):
    async with home.owner.put(f"/dav/files/{name}", data=content) as response:
        assert response.status in {201, 204}
    async with home.owner.get("/files/metadata", params={"Path": f"/{name}"}) as response:
        return (await response.json(content_type=None))["data"]["id"]


async def preview(home, file_id):
    async with home.owner.get(f"/office/{file_id}/preview") as response:
        return response.status, response.content_type, await response.read()


def pointing_at(address):
    """Return a document with a picture that lies elsewhere."""
    names = "http://schemas.openxmlformats.org"
    relations = (
        f'<Relationships xmlns="{names}/package/2006/relationships"><Relationship Id="rId9" Type='
        f'"{names}/officeDocument/2006/relationships/image" Target="{address}/p.png" '
        'TargetMode="External"/></Relationships>'
    )
    kept = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(new_docx("Dear all,"))) as plain,
        zipfile.ZipFile(kept, "w") as made,
    ):
        for name in plain.namelist():
            part = plain.read(name)
            if name == "word/document.xml":
                part = part.replace(b"<w:sectPr", PICTURE.encode() + b"<w:sectPr")
            made.writestr(name, part)
        made.writestr("word/_rels/document.xml.rels", relations)
    return kept.getvalue()


async def test_a_document_is_shown_as_pdf_and_made_once(home, tmp_path):
    content = new_docx("Dear all,", "Öl & <Tee>")
    status, kind, pdf = await preview(home, await put(home, "brief é & co.docx", content))
    assert (status, kind) == (200, "application/pdf")
    assert "Öl & <Tee>" in text_of(pdf, "application/pdf")
    (kept,) = tmp_path.rglob("previews/*/*")
    before = kept.stat()
    assert await preview(home, await put(home, "copy.docx", content)) == (200, kind, pdf)
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert list(tmp_path.rglob("making-*")) == []


async def test_what_cannot_be_read_is_said_and_not_tried_again(home, tmp_path):
    file_id = await put(home, "broken.docx", b"PK\x03\x04" + bytes(range(256)) * 20)
    assert (await preview(home, file_id))[0] == 422
    (kept,) = tmp_path.rglob("previews/*/*")
    assert kept.suffix == ".none"
    kept.write_bytes(b"as it was")
    assert (await preview(home, file_id))[0] == 422
    assert kept.read_bytes() == b"as it was"


async def test_what_a_document_points_to_is_not_fetched(home):
    fetched = []

    async def picture(request):
        fetched.append(request.path)
        return web.Response(body=b"", content_type="image/png")

    app = web.Application()
    app.router.add_get("/{path:.*}", picture)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        status, _, pdf = await preview(home, await put(home, "p.docx", pointing_at(address)))
    finally:
        await runner.cleanup()
    assert status == 200
    assert "Dear all," in text_of(pdf, "application/pdf")
    assert fetched == []


async def test_it_goes_with_the_content(home):
    file_id = await put(home, "letter.docx", new_docx("Dear all,"))
    assert (await preview(home, file_id))[0] == 200
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        blob = (await instance.files.get(file_id)).blob
        assert place_of(instance.folder, blob).exists()
        await instance.files.destroy(file_id)
        await sweep_home(instance, home.app[keys.NOW]().timestamp() + 2 * DAY)
        assert not place_of(instance.folder, blob).exists()
