"""What all pages share: style at addresses of its own, and errors that people can read."""

import re

import pytest

from tests.support.house import house

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


async def test_the_style_is_served_for_ever_at_an_address_of_its_contents(home):
    async with home.owner.get("/") as response:
        address = re.search(r'href="(/assets/[^"]+\.css)"', await response.text())[1]
    async with home.anybody.get(address) as response:
        assert response.status == 200
        assert response.content_type == "text/css"
        assert "immutable" in response.headers["Cache-Control"]
        assert "--ember" in await response.text()
    async with home.anybody.get(address.replace("/assets/", "/assets/0")) as response:
        assert response.status == 404


@pytest.mark.parametrize(
    "path", ["/assets/x/pages/page.py", "/assets/x/pages/..%2fpage.py", "/assets/x/y/z"]
)
async def test_nothing_but_assets_is_served_there(home, path):
    async with home.anybody.get(path) as response:
        assert response.status == 404


async def test_who_looks_with_a_browser_gets_errors_as_pages(home):
    headers = {**BROWSER, "Accept-Language": "fr"}
    async with home.owner.get("/nowhere", headers=headers) as response:
        assert response.status == 404
        assert response.content_type == "text/html"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Il n’y a rien ici" in await response.text()
    async with home.owner.get("/nowhere") as response:
        assert response.content_type == "text/plain"
    async with home.owner.get("/auth/nowhere") as response:
        assert (response.status, await response.json()) == (404, {"error": "Not Found"})
    async with home.owner.get("/couchdb/nowhere", headers=headers) as response:
        assert response.content_type == "application/json"
