"""Settings as Cozy's clients ask for them: who may, what they read, what a write changes."""

import asyncio
import struct
import zlib
from io import BytesIO

import pytest

from tests.support.devices import (
    CLIENT,
    app_password,
    basic_of,
    bearer,
    oauth_token,
    signed_in,
)
from tests.support.house import house

DESKTOP = "io.cozy.files io.cozy.settings:GET:io.cozy.settings.disk-usage"
SETTINGS_APP = "io.cozy.settings io.cozy.oauth.clients"
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


async def ask(home, method, path, headers=None, **sent):
    async with home.anybody.request(method, path, headers=headers, **sent) as response:
        content = await response.read()
        json = await response.json(content_type=None) if content[:1] in (b"{", b"[") else None
        return response.status, json


async def told(home, path, headers):
    status, json = await ask(home, "GET", path, headers)
    assert status == 200, json
    return json["data"]["attributes"]


async def put_instance(home, headers, rev=None, **attributes):
    meta = {"rev": rev} if rev else {}
    body = {"data": {"type": "io.cozy.settings", "attributes": attributes, "meta": meta}}
    return await ask(home, "PUT", "/settings/instance", headers, json=body)


ANY_TOKEN = ["capabilities", "instance", "flags", "context"]


@pytest.mark.parametrize("setting", ANY_TOKEN)
async def test_any_credential_reads_what_every_client_needs(home, setting):
    token = bearer(await oauth_token(home.app, DESKTOP))
    status, json = await ask(home, "GET", f"/settings/{setting}", token)
    assert status == 200
    data = json["data"]
    assert (data["type"], data["id"]) == ("io.cozy.settings", f"io.cozy.settings.{setting}")
    assert data["links"]["self"] == f"/settings/{setting}"
    assert (await ask(home, "GET", f"/settings/{setting}"))[0] == 401


async def test_warnings_are_404_where_nothing_is_wrong(home):
    token = bearer(await oauth_token(home.app, DESKTOP))
    assert await ask(home, "GET", "/settings/warnings", token) == (404, {"errors": []})


async def test_disk_usage_counts_bytes_as_strings(home):
    token = bearer(await oauth_token(home.app, DESKTOP))
    async with home.owner.put("/dav/files/a.txt", data=b"12345") as response:
        assert response.status == 201
    assert await told(home, "/settings/disk-usage", token) == {
        "used": "5",
        "files": "5",
        "versions": "0",
    }
    async with home.owner.delete("/dav/files/a.txt") as response:
        assert response.status == 204
    with_trash = await told(home, "/settings/disk-usage?include=trash", token)
    assert (with_trash["used"], with_trash["trash"]) == ("5", "5")
    other = bearer(await oauth_token(home.app, "io.cozy.contacts", client="d" * 32))
    assert (await ask(home, "GET", "/settings/disk-usage", other))[0] == 403


async def test_settings_are_written_whole_over_the_revision_read(home):
    token = bearer(await oauth_token(home.app, SETTINGS_APP))
    status, json = await put_instance(home, token, public_name="Alice", tz="Europe/Paris", mine=[1])
    assert status == 200
    rev = json["data"]["meta"]["rev"]
    assert rev.startswith("1-")
    status, json = await put_instance(home, token, rev, public_name="Alice M.")
    assert status == 200
    attributes = await told(home, "/settings/instance", token)
    assert attributes["public_name"] == "Alice M."
    assert "mine" not in attributes
    assert (await put_instance(home, token, rev, public_name="Late"))[0] == 409
    assert (await told(home, "/settings/instance", token))["public_name"] == "Alice M."
    async with home.owner.get("/data/io.cozy.settings/io.cozy.settings.instance") as response:
        assert (await response.json())["_rev"] == json["data"]["meta"]["rev"]


async def test_what_the_home_alone_says_is_not_written(home):
    token = bearer(await oauth_token(home.app, SETTINGS_APP))
    before = await told(home, "/settings/instance", token)
    sent = {"email": "eve@example.com", "auth_mode": "two_factor_mail", "tos": "9", "uuid": "x"}
    sent |= {"onboarding_finished": False, "context": "other", "public_name": "Alice"}
    assert (await put_instance(home, token, **sent))[0] == 200
    assert await told(home, "/settings/instance", token) == {**before, "public_name": "Alice"}


async def test_settings_change_with_a_right_alone(home):
    for scope in (DESKTOP, "io.cozy.settings:GET"):
        token = bearer(await oauth_token(home.app, scope))
        assert (await put_instance(home, token, public_name="Eve"))[0] == 403
    session = await signed_in(home.app)
    assert (await put_instance(home, session, public_name="Eve"))[0] == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"data": []}', b'{"data": {}}', b"\xff"])
async def test_what_is_no_document_is_422_and_never_400(home, body):
    token = bearer(await oauth_token(home.app, SETTINGS_APP))
    status, json = await ask(home, "PUT", "/settings/instance", token, data=body)
    assert status == 422
    assert json["errors"][0]["status"] == "422"


async def test_pages_elsewhere_do_not_read_with_the_owners_cookie(home):
    session = await signed_in(home.app)
    for origin, expected in [(None, 200), (home.address, 200), ("https://evil.example", 403)]:
        headers = {**session, **({"Origin": origin} if origin else {})}
        assert (await ask(home, "GET", "/settings/instance", headers))[0] == expected
    token = bearer(await oauth_token(home.app, DESKTOP))
    headers = {**token, "Origin": "https://app.example"}
    async with home.anybody.get("/settings/instance", headers=headers) as response:
        assert response.status == 200
        assert response.headers["Access-Control-Allow-Origin"] == "https://app.example"


async def test_clients_are_listed_in_pages_and_revoked(home):
    admin = bearer(await oauth_token(home.app, SETTINGS_APP))
    phone = await app_password(home.app, "io.cozy.files")
    _, json = await ask(home, "GET", "/settings/clients", admin)
    assert {row["id"] for row in json["data"]} == {CLIENT, phone}
    assert "hash" not in str(json)
    _, first = await ask(home, "GET", "/settings/clients?page[limit]=1", admin)
    _, second = await ask(home, "GET", first["links"]["next"], admin)
    assert [row["id"] for row in first["data"] + second["data"]] == sorted([CLIENT, phone])
    assert "next" not in second["links"]
    assert (await ask(home, "DELETE", f"/settings/clients/{phone}", admin))[0] == 204
    assert (await ask(home, "DELETE", f"/settings/clients/{phone}", admin))[0] == 404
    assert (await ask(home, "GET", "/settings/clients", bearer("-")))[0] == 400
    token = bearer(await oauth_token(home.app, DESKTOP, client="d" * 32))
    assert (await ask(home, "GET", "/settings/clients", token))[0] == 403
    assert (await ask(home, "DELETE", f"/settings/clients/{CLIENT}", token))[0] == 403


async def test_clients_usage_knows_the_limit_of_the_flags(home):
    owner = home.owner
    body = {"data": {"attributes": {"name": "A", "kind": "webdav"}}}
    async with owner.post("/settings/devices", json=body) as response:
        assert response.status == 201
    token = bearer(await oauth_token(home.app, "io.cozy.settings"))
    usage = {"count": 1, "limitReached": False, "limitExceeded": False}
    assert await told(home, "/settings/clients-usage", token) == usage
    flags = {"cozy.oauthclients.max": 1, "drive.x": True}
    async with owner.put("/data/io.cozy.settings/io.cozy.settings.flags", json=flags) as response:
        assert response.status in (200, 201)
    usage |= {"limit": 1, "limitReached": True}
    assert await told(home, "/settings/clients-usage", token) == usage
    assert await told(home, "/settings/flags", token) == flags
    _, json = await ask(home, "GET", "/settings/flags?include=source", token)
    assert json["included"][0]["attributes"] == flags


async def test_a_client_says_that_it_has_everything(home):
    token = bearer(await oauth_token(home.app, DESKTOP))
    assert (await ask(home, "POST", "/settings/synchronized", token))[0] == 204
    async with home.owner.get("/settings/devices") as response:
        rows = (await response.json(content_type=None))["data"]
    assert rows[0]["attributes"]["synchronized_at"].startswith("20")
    async with home.owner.post("/settings/synchronized") as response:
        assert response.status == 403


def pixels(png):
    """Read our PNG: width, height and the bytes of its rows."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (8, 6)
    length = struct.unpack(">I", png[33:37])[0]
    rows = zlib.decompress(png[41 : 41 + length])
    assert len(rows) == height * (1 + 4 * width)
    return width, height, rows


async def avatar(home, query="", headers=None):
    async with home.anybody.get(f"/public/avatar{query}", headers=headers) as response:
        return response.status, response.headers, await response.read()


async def test_an_avatar_stands_for_the_owner(home):
    token = bearer(await oauth_token(home.app, SETTINGS_APP))
    await put_instance(home, token, public_name="<Alice> Martin")
    status, headers, content = await avatar(home, "?fallback=initials")
    assert (status, headers["Content-Type"]) == (200, "image/svg+xml")
    assert b">M<" in content
    assert b"Alice" not in content
    for query in ("", "?fallback=default", "?fallback=initials&format=png"):
        status, headers, content = await avatar(home, query)
        assert (status, headers["Content-Type"]) == (200, "image/png")
        assert pixels(content)[:2] == (128, 128)
    assert (await avatar(home, "?fallback=404"))[0] == 404
    assert (await avatar(home, "?fallback=x"))[0] == 400
    default = {"If-None-Match": (await avatar(home))[1]["ETag"]}
    assert (await avatar(home, "", default))[0] == 304
    assert (await avatar(home, "?fallback=initials", default))[0] == 200


async def test_an_avatar_is_put_shown_and_taken_away(home):
    token = bearer(await oauth_token(home.app, SETTINGS_APP))
    assert (await ask(home, "PUT", "/settings/avatar", token, data=PNG))[0] == 204
    status, headers, content = await avatar(home, "?fallback=404")
    assert (status, headers["Content-Type"], content) == (200, "image/png", PNG)
    assert "max-age" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    tag = {"If-None-Match": headers["ETag"]}
    assert (await avatar(home, "", tag))[0] == 304
    assert (await ask(home, "PUT", "/settings/avatar", token, data=b"GIF89a other"))[0] == 204
    assert (await avatar(home, "", tag))[2] == b"GIF89a other"
    assert (await ask(home, "DELETE", "/settings/avatar", token))[0] == 204
    assert (await avatar(home, "?fallback=404"))[0] == 404


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"<svg onload='x'/>", 415), (b"", 415), (PNG + bytes(5_000_000), 413)],
)
async def test_what_is_no_picture_is_no_avatar(home, content, expected):
    token = bearer(await oauth_token(home.app, SETTINGS_APP))
    assert (await ask(home, "PUT", "/settings/avatar", token, data=BytesIO(content)))[0] == expected
    reading = bearer(await oauth_token(home.app, DESKTOP, client="d" * 32))
    assert (await ask(home, "PUT", "/settings/avatar", reading, data=PNG))[0] == 403


async def test_what_anybody_may_ask(home):
    status, json = await ask(home, "GET", "/public/prelogin")
    assert status == 200
    assert (json["Kdf"], json["OIDC"], json["magic_link"]) == (0, False, False)
    assert {"KdfIterations", "FranceConnect", "locale", "name"} <= set(json)
    for path, expected in [("/connection_check", 204), ("/version", 200), ("/status", 200)]:
        headers = {"Host": "nobody.example"}
        assert (await ask(home, "GET", path, headers))[0] == expected
    async with home.anybody.get("/.well-known/change-password", allow_redirects=False) as response:
        assert response.status == 302


async def test_prelogin_is_read_by_pages_of_other_origins(home):
    headers = {"Origin": "https://app.example"}
    async with home.anybody.get("/public/prelogin", headers=headers) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "https://app.example"
        assert response.content_type == "application/json"


async def test_an_app_password_tells_the_settings_of_its_home_too(home):
    await app_password(home.app, "io.cozy.files")
    shown = basic_of("barafado-kilomuna-petisoga")
    assert (await ask(home, "GET", "/settings/capabilities", shown))[0] == 200
    assert (await ask(home, "GET", "/settings/clients", shown))[0] == 403


async def test_two_first_settings_at_once_are_both_answered(home):
    token = bearer(await oauth_token(home.app, SETTINGS_APP))
    answers = await asyncio.gather(*(put_instance(home, token, tz=f"Zone/{n}") for n in range(4)))
    assert {status for status, _ in answers} <= {200, 409}
    assert 200 in {status for status, _ in answers}
