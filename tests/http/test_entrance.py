"""Which home a Host header leads to, and what one says that does not answer."""

import json
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from server.instances.context import Context
from server.instances.record import write_record
from tests.support.house import basic, found, house


@asynccontextmanager
async def home(tmp_path, domain="ann.example", aliases=(), settings=None, **changes):
    write_record(replace(found(tmp_path, domain, aliases), **changes))
    async with house(tmp_path, **(settings or {})) as opened:
        yield opened


async def ask(opened, host, path="/couchdb/_all_dbs", **headers):
    headers = {"Authorization": basic(), "Host": host, **headers}
    async with opened.anybody.get(path, headers=headers, allow_redirects=False) as response:
        return response, await response.text()


@pytest.mark.parametrize(
    "host", ["ann.example", "ANN.example:8080", "www.ann.example", "ann.example.", "[::1]:80"]
)
async def test_a_home_is_found_by_each_of_its_names(tmp_path, host):
    async with home(tmp_path, aliases=("www.ann.example", "::1")) as opened:
        assert (await ask(opened, host))[0].status == 200


@pytest.mark.parametrize("host", ["notes.ann.example", "ann-notes.example"])
@pytest.mark.parametrize("path", ["/", "/couchdb/_all_dbs", "/dav/files/", "/data/io.cozy.files"])
async def test_no_door_of_the_home_is_under_the_name_of_an_application(tmp_path, host, path):
    async with home(tmp_path) as opened:
        response, told = await ask(opened, host, path)
        assert response.status == 404
        assert "notes" in told


async def test_a_home_that_moved_sends_on(tmp_path):
    async with home(tmp_path, moved_to="ann.other.example") as opened:
        response, _ = await ask(opened, "ann.example:8080", "/data/x%2Fy?z=1&z")
        assert response.status == 308
        assert response.headers["Location"] == "https://ann.other.example/data/x%2Fy?z=1&z"


async def test_a_former_name_sends_on_to_the_present_one(tmp_path):
    async with home(tmp_path, former=("old.example",)) as opened:
        response, _ = await ask(opened, "old.example:8080", "/dav/files/a%20b")
        assert response.status == 308
        assert response.headers["Location"] == "http://ann.example:8080/dav/files/a%20b"


async def test_a_blocked_home_says_so_in_the_words_that_clients_look_for(tmp_path):
    async with home(tmp_path, blocked="UNKNOWN") as opened:
        for path in ("/data/io.cozy.files", "/office/x/open", "/public/prelogin"):
            response, told = await ask(opened, "ann.example", path)
            assert response.status == 503
            assert response.content_type == "application/json"
            [warning] = json.loads(told)
            assert (warning["title"], warning["code"]) == ("Blocked", "UNKNOWN")
        response, told = await ask(opened, "ann.example", "/couchdb/_all_dbs")
        assert (response.status, json.loads(told)["error"]) == (503, "service_unavailable")
        response, told = await ask(opened, "ann.example", "/dav/files/")
        assert (response.status, "blocked" in told) == (503, True)
        assert (await ask(opened, "ann.example", "/healthz"))[0].status == 200


async def test_unsigned_terms_are_402_with_the_page_to_visit(tmp_path):
    terms = Context(terms_url="https://example.org/t", terms_version="1.0.0-20200101")
    settings = {"contexts": {"default": terms}}
    async with home(tmp_path, settings=settings) as opened:
        response, told = await ask(opened, "ann.example", "/data/io.cozy.files")
        assert response.status == 402
        [warning] = json.loads(told)
        assert warning["code"] == "tos-updated"
        assert warning["links"]["self"] == "https://example.org/t"
        assert (await ask(opened, "ann.example", "/"))[0].status == 200


async def test_a_broken_record_of_one_home_shuts_that_one_alone(tmp_path):
    other = found(tmp_path, "bob.example", ())
    async with home(tmp_path) as opened:
        (other.folder / "instance.json").write_text("{")
        assert (await ask(opened, "bob.example"))[0].status == 500
        assert (await ask(opened, "ann.example"))[0].status == 200


async def test_pages_look_as_the_context_of_the_home_says(tmp_path):
    picture = tmp_path / "logo.svg"
    picture.write_text("<svg/>")
    school = Context(title="Cloud of the school", logo=picture, accent="#1d5fa8")
    settings = {"contexts": {"default": Context(), "school": school}}
    async with home(tmp_path, settings=settings, context="school") as opened:
        _, page = await ask(opened, "ann.example", "/", Accept="text/html")
        assert "Cloud of the school" in page
        assert "#1d5fa8" in page
        response, told = await ask(opened, "ann.example", "/assets/logo")
        assert (response.status, told, response.content_type) == (200, "<svg/>", "image/svg+xml")
        assert "sandbox" in response.headers["Content-Security-Policy"]
    async with home(tmp_path) as opened:
        assert (await ask(opened, "ann.example", "/assets/logo"))[0].status == 404


async def test_a_blocked_home_shows_a_page_to_a_person(tmp_path):
    async with home(tmp_path, blocked="PAYMENT_FAILED") as opened:
        response, page = await ask(opened, "ann.example", "/", Accept="text/html")
        assert response.status == 402
        assert response.content_type == "text/html"
        assert "a payment is missing" in page
