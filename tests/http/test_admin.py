"""The admin address: homes made, changed and taken away while others are served."""

from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestClient, TestServer

from server import keys
from server.admin_app import build_admin_app
from server.instances.context import Context
from tests.support.house import basic, house

SECRET = "s" * 40
SHOWN = {"Authorization": f"Bearer {SECRET}"}


@asynccontextmanager
async def admin(tmp_path, **settings):
    async with house(tmp_path, kdf_iterations=0, **settings) as opened:
        opened.app._frozen = False
        opened.app[keys.ADMIN_SECRET] = SECRET
        async with TestClient(TestServer(build_admin_app(opened.app)), headers=SHOWN) as client:
            yield opened, client


async def told(client, method, path, status=200, **options):
    async with client.request(method, path, **options) as response:
        text = await response.text()
        assert response.status == status, text
        assert response.content_type == "application/vnd.api+json"
        return await response.json(content_type=None)


async def asked(opened, host, password, path="/couchdb/_all_dbs"):
    headers = {"Host": host, "Authorization": basic("ann", password)}
    async with opened.anybody.get(path, headers=headers, allow_redirects=False) as response:
        return response.status


async def test_the_life_of_a_home(tmp_path):
    async with admin(tmp_path) as (opened, client):
        made = await told(
            client,
            *("POST", "/instances", 201),
            json={"domain": "Ann.example", "owner": "ann", "aliases": ["www.ann.example"]},
        )
        password = made["meta"]["password"]
        assert made["data"]["attributes"]["domain_aliases"] == ["www.ann.example"]
        assert password not in str(made["data"])
        assert await asked(opened, "www.ann.example", password) == 200

        renamed = await told(
            client, "PATCH", "/instances/ann.example", json={"domain": "b.example"}
        )
        assert renamed["data"]["id"] == made["data"]["id"]
        assert await asked(opened, "b.example", password) == 200
        assert await asked(opened, "ann.example", password) == 308

        await told(client, "PATCH", "/instances/b.example", json={"blocked": "spam"})
        assert await asked(opened, "b.example", password) == 503
        await told(client, "PATCH", "/instances/b.example", json={"blocked": ""})

        await told(client, "PUT", "/instances/b.example/password", json={"password": "another one"})
        assert await asked(opened, "b.example", "another one") == 200
        assert await asked(opened, "b.example", password) == 401

        shut = await told(client, "DELETE", "/instances/b.example?days=3")
        assert shut["data"]["attributes"]["deletion_at"] > shut["data"]["attributes"]["created_at"]
        assert await asked(opened, "b.example", "another one") == 503
        await told(client, "POST", "/instances/b.example/keep")
        assert await asked(opened, "b.example", "another one") == 200

        usage = await told(client, "GET", "/instances/b.example/disk-usage")
        assert int(usage["data"]["attributes"]["used"]) > 0

        await told(client, "DELETE", "/instances/b.example?now=true")
        assert await asked(opened, "b.example", "another one") == 404
        await told(client, "GET", "/instances/b.example", 404)
        assert len(list((tmp_path / "instances").iterdir())) == 1


async def test_homes_are_listed_in_pages(tmp_path):
    async with admin(tmp_path) as (_, client):
        for name in ("a", "b", "c"):
            await told(
                client, "POST", "/instances", 201, json={"domain": f"{name}.x", "password": "pw"}
            )
        page = await told(client, "GET", "/instances?page[limit]=2")
        assert page["meta"]["count"] == 4
        domains = [one["attributes"]["domain"] for one in page["data"]]
        rest = await told(client, "GET", page["links"]["next"])
        domains += [one["attributes"]["domain"] for one in rest["data"]]
        assert domains == ["a.x", "b.x", "c.x", "localhost"]
        assert "links" not in rest


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/instances", {"domain": "localhost"}, 409, "domain_taken"),
        ("POST", "/instances", {"domain": "a b"}, 422, "domain_illegal"),
        ("POST", "/instances", {"domain": "a.x", "context": "no"}, 422, "change_illegal"),
        ("POST", "/instances", {"domain": 1}, 400, "body_illegal"),
        ("POST", "/instances", {"domain": "a.x", "secret": "x"}, 400, "body_illegal"),
        ("PATCH", "/instances/localhost", {"quota": -1}, 422, "change_illegal"),
        ("PATCH", "/instances/none", {"locale": "fr"}, 404, "instance_missing"),
        ("DELETE", "/instances/localhost?days=x", None, 400, "body_illegal"),
        ("DELETE", "/instances/localhost?days=-1", None, 400, "body_illegal"),
        ("POST", "/restored", {"staged": "../instances"}, 400, "body_illegal"),
        ("GET", "/contexts/none", None, 404, "context_missing"),
        ("POST", "/instances/localhost/apps", {"folder": "/"}, 422, "manifest_illegal"),
        ("POST", "/instances/none/apps", {"folder": "/"}, 404, "instance_missing"),
        ("DELETE", "/instances/localhost/apps/none", None, 404, "app_missing"),
        ("GET", "/nothing", None, 404, "error"),
    ],
)
async def test_what_cannot_be_done_is_said(tmp_path, method, path, body, status, code):
    async with admin(tmp_path) as (_, client):
        answer = await told(client, method, path, status, json=body)
        assert answer["errors"][0]["code"] == code


async def test_contexts_are_shown(tmp_path):
    school = Context(title="School", quota=5)
    async with admin(tmp_path, contexts={"default": Context(), "school": school}) as (_, client):
        listed = await told(client, "GET", "/contexts")
        assert [one["id"] for one in listed["data"]] == ["default", "school"]
        shown = await told(client, "GET", "/contexts/school")
        assert shown["data"]["attributes"]["title"] == "School"
        body = {"domain": "a.x", "context": "school", "password": "pw"}
        made = await told(client, "POST", "/instances", 201, json=body)
        assert made["data"]["attributes"]["disk_quota"] == "5"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer " + "x" * 40}, 401),
        ({"Authorization": ""}, 401),
        ({"Origin": "http://localhost"}, 403),
        ({"Host": "evil.example"}, 403),
    ],
)
async def test_figures_are_for_all_and_homes_for_who_has_the_secret(tmp_path, headers, status):
    async with admin(tmp_path) as (_, client):
        async with client.get("/instances", headers=headers) as response:
            assert response.status == status
        for path in ("/metrics", "/healthz", "/readyz"):
            async with client.get(path, headers=headers) as response:
                assert response.status == 200


async def test_each_route_asks_for_the_secret_but_those_of_figures_and_health(tmp_path):
    async with admin(tmp_path) as (_, client):
        routes = {(r.method, r.resource.canonical) for r in client.app.router.routes()}
        asked = {
            (method, path)
            for method, path in routes
            if path not in ("/metrics", "/healthz", "/readyz")
        }
        assert len(asked) > 15
        for method, path in sorted(asked):
            for headers, status in (
                ({"Authorization": ""}, 401),
                ({"Authorization": "Bearer " + SECRET[:-1]}, 401),
                ({"Cookie": "a=b"}, 403),
            ):
                async with client.request(method, path, headers=headers) as response:
                    assert response.status == status, (method, path, headers)
