"""Scripts and styles go out packed to who takes them so, and as they are to everybody else."""

import gzip

import pytest

from server.pages.assets import address_of, assets
from server.web_app.built import build
from tests.support.house import house


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


def app_script():
    name = build().script.rpartition("/")[2]
    return build().script, build().files[name].content


FILES = {
    "script of the app": app_script,
    "style": lambda: (address_of("pages/style.css"), assets()["pages/style.css"].file.content),
    "service worker": lambda: ("/sw.js", build().worker.content),
}


async def given(home, address, accepted):
    headers = {"Accept-Encoding": accepted}
    async with home.anybody.get(address, headers=headers, auto_decompress=False) as response:
        assert response.status == 200
        return response.headers, await response.read()


@pytest.mark.parametrize("file", FILES)
async def test_a_text_is_packed_for_who_takes_it(home, file):
    address, content = FILES[file]()
    headers, body = await given(home, address, "gzip, deflate, br")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(body) == content
    assert len(body) < len(content)


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0"])
@pytest.mark.parametrize("file", FILES)
async def test_it_is_as_it_is_for_everybody_else(home, file, accepted):
    address, content = FILES[file]()
    headers, body = await given(home, address, accepted)
    assert "Content-Encoding" not in headers
    assert headers["Vary"] == "Accept-Encoding"
    assert body == content


async def test_a_picture_is_packed_already(home):
    headers, body = await given(home, address_of("web_app/icon-192.png"), "gzip")
    assert "Content-Encoding" not in headers
    assert body.startswith(b"\x89PNG")
