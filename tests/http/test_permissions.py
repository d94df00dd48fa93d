"""Links to what is shared: who makes them, what they open, and how they end."""

from datetime import UTC, datetime, timedelta

import pytest

from server import keys
from server.permissions.permission import permissions_of
from tests.support.devices import app_password, basic_of, bearer, oauth_token
from tests.support.house import found, house

CONTACTS, BILLS = "io.cozy.contacts", "io.cozy.bills"
READ_A = {"contacts": {"type": CONTACTS, "verbs": ["GET"], "values": ["a"]}}


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    found(tmp_path, "other.example", (), b"t" * 32)
    async with house(tmp_path) as running:
        for doctype in (CONTACTS, BILLS):
            for name in ("a", "b"):
                async with running.owner.put(f"/data/{doctype}/{name}", json={"n": 1}) as response:
                    assert response.status in (200, 201)
        yield running


async def told(home, method, path, headers, **sent):
    async with home.anybody.request(method, path, headers=headers, **sent) as response:
        text = await response.read()
        return response.status, await response.json(content_type=None) if text else None


async def made(home, headers, permissions, query="?codes=bob", status=200, **attributes):
    body = {"data": {"attributes": {"permissions": permissions, **attributes}}}
    found, answer = await told(home, "POST", f"/permissions{query}", headers, json=body)
    assert found == status, answer
    return answer["data"] if status == 200 else answer["errors"][0]


async def opens(home, code, path=f"/data/{CONTACTS}/a", **sent):
    return (await told(home, "GET", path, bearer(code), **sent))[0]


async def patched(home, headers, link, **attributes):
    body = {"data": {"attributes": attributes}}
    return await told(home, "PATCH", f"/permissions/{link['id']}", headers, json=body)


async def test_everybody_is_told_what_they_may_do(home):
    token = await oauth_token(home.app, f"{CONTACTS}:GET {BILLS}")
    status, answer = await told(home, "GET", "/permissions/self", bearer(token))
    assert status == 200
    assert answer["data"]["attributes"] == {
        "type": "oauth",
        "source_id": "io.cozy.oauth.clients/" + "c" * 32,
        "permissions": {
            "rule0": {"type": CONTACTS, "verbs": ["GET"]},
            "rule1": {"type": BILLS, "verbs": ["ALL"]},
        },
    }


async def test_a_link_opens_what_it_names_by_either_code_and_every_carrier(home):
    maker = bearer(await oauth_token(home.app, CONTACTS))
    link = await made(home, maker, READ_A)
    attributes = link["attributes"]
    assert attributes["type"] == "share"
    assert attributes["permissions"] == READ_A
    code, short = attributes["codes"]["bob"], attributes["shortcodes"]["bob"]
    assert len(short) == 12
    for shown in (code, short):
        for headers in (bearer(shown), basic_of(shown)):
            assert (await told(home, "GET", f"/data/{CONTACTS}/a", headers))[0] == 200
            assert (await told(home, "GET", f"/data/{CONTACTS}/b", headers))[0] == 403
            assert (await told(home, "GET", f"/data/{CONTACTS}/_all_docs", headers))[0] == 403
            assert (await told(home, "DELETE", f"/data/{CONTACTS}/a?rev=1-a", headers))[0] == 403
        path = f"/data/{CONTACTS}/a?bearer_token={shown}"
        assert (await told(home, "GET", path, {}))[0] == 200
    status, own = await told(home, "GET", "/permissions/self", bearer(short))
    assert (status, own["data"]["id"]) == (200, link["id"])
    assert "codes" not in own["data"]["attributes"]
    other = {**bearer(code), "Host": "other.example"}
    assert (await told(home, "GET", f"/data/{CONTACTS}/a", other))[0] == 403


async def test_nobody_hands_on_more_than_they_may(home):
    reader = bearer(await oauth_token(home.app, f"{CONTACTS}:GET"))
    for larger in ([CONTACTS, []], [BILLS, ["GET"]], [CONTACTS, ["GET", "PUT"]]):
        rule = {"type": larger[0], "verbs": larger[1]}
        error = await made(home, reader, {"x": rule}, status=403)
        assert error["detail"] == "Attempt to create a larger permission set"
    link = await made(home, reader, READ_A)
    larger = {"more": {"type": CONTACTS, "verbs": ["DELETE"]}}
    assert (await patched(home, reader, link, permissions=larger))[0] == 403
    by_link = bearer(link["attributes"]["codes"]["bob"])
    body = {"data": {"attributes": {"permissions": READ_A}}}
    assert (await told(home, "POST", "/permissions", by_link, json=body))[0] == 403
    for method in ("GET", "PATCH", "DELETE"):
        answer = await told(home, method, f"/permissions/{link['id']}", by_link, json=body)
        assert answer[0] == 403


async def test_a_link_is_governed_by_its_maker_and_who_may_as_much(home):
    maker = bearer(await oauth_token(home.app, f"{CONTACTS}:GET"))
    link = await made(home, maker, READ_A)
    stranger = bearer(await oauth_token(home.app, BILLS, client="d" * 32))
    equal = bearer(await oauth_token(home.app, CONTACTS, client="e" * 32))
    path = f"/permissions/{link['id']}"
    for headers, status in ((maker, 200), (equal, 200), (stranger, 403)):
        assert (await told(home, "GET", path, headers))[0] == status
    assert (await told(home, "GET", "/permissions/nothing", maker))[0] == 404
    assert (await told(home, "DELETE", path, stranger))[0] == 403
    assert (await told(home, "DELETE", path, equal))[0] == 204
    assert await opens(home, link["attributes"]["codes"]["bob"]) == 400
    assert await opens(home, link["attributes"]["shortcodes"]["bob"]) == 400


async def test_a_link_ends_when_it_was_to(home):
    maker = bearer(await oauth_token(home.app, CONTACTS))
    link = await made(home, maker, READ_A, "?codes=bob&ttl=1D")
    ends = datetime.fromisoformat(link["attributes"]["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=23) < ends <= timedelta(days=1)
    codes = link["attributes"]["codes"]["bob"], link["attributes"]["shortcodes"]["bob"]
    for code in codes:
        assert await opens(home, code) == 200
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    assert (await patched(home, maker, link, expires_at=past))[0] == 200
    for code in codes:
        assert await opens(home, code) == 400
    assert (await patched(home, maker, link, expires_at=""))[0] == 200
    for code in codes:
        assert await opens(home, code) == 200


async def test_expiry_holds_also_for_what_is_remembered(home):
    maker = bearer(await oauth_token(home.app, CONTACTS))
    soon = (datetime.now(UTC) + timedelta(seconds=0.4)).isoformat()
    link = await made(home, maker, READ_A, expires_at=soon)
    code = link["attributes"]["codes"]["bob"]
    statuses = [await opens(home, code)]
    while statuses[-1] == 200:
        statuses.append(await opens(home, code))
    assert statuses[0] == 200
    assert statuses[-1] == 400
    assert datetime.now(UTC) >= datetime.fromisoformat(soon)


async def test_codes_are_taken_back_one_by_one(home):
    maker = bearer(await oauth_token(home.app, CONTACTS))
    link = await made(home, maker, READ_A, "?codes=bob,jane")
    attributes = link["attributes"]
    assert set(attributes["codes"]) == set(attributes["shortcodes"]) == {"bob", "jane"}
    status, answer = await patched(home, maker, link, codes={"jane": "x"})
    assert status == 200
    assert answer["data"]["attributes"]["codes"] == {"jane": attributes["codes"]["jane"]}
    for kind in ("codes", "shortcodes"):
        assert await opens(home, attributes[kind]["bob"]) == 400
        assert await opens(home, attributes[kind]["jane"]) == 200


async def test_rules_of_a_link_are_changed_and_dropped(home):
    maker = bearer(await oauth_token(home.app, CONTACTS))
    link = await made(home, maker, READ_A)
    code = link["attributes"]["codes"]["bob"]
    more = {"b": {"type": CONTACTS, "verbs": ["GET"], "values": ["b"]}, "contacts": {}}
    status, answer = await patched(home, maker, link, permissions=more)
    assert status == 200
    assert set(answer["data"]["attributes"]["permissions"]) == {"b"}
    assert await opens(home, code) == 403
    assert await opens(home, code, f"/data/{CONTACTS}/b") == 200


async def test_a_link_with_a_password_opens_in_the_browser_that_gave_it(home):
    maker = bearer(await oauth_token(home.app, CONTACTS))
    link = await made(home, maker, READ_A, password="open sesame")
    assert link["attributes"]["password"] is True
    code = link["attributes"]["codes"]["bob"]
    assert await opens(home, code) == 403
    path = "/auth/share-by-link/password"
    form = {"perm_id": link["id"], "password": "wrong"}
    assert await told(home, "POST", path, {}, data=form) == (403, {"error": "Invalid password"})
    assert await opens(home, code) == 403
    async with home.anybody.post(path, data={**form, "password": "open sesame"}) as response:
        assert response.status == 200
        cookie = response.cookies["pass" + link["id"]]
        assert cookie["httponly"]
    home.anybody.cookie_jar.clear()
    shown = {"pass" + link["id"]: cookie.value}
    assert await opens(home, code, cookies=shown) == 200
    home.anybody.cookie_jar.clear()
    assert await opens(home, code, cookies={"pass" + link["id"]: "0" * 64}) == 403
    home.anybody.cookie_jar.clear()
    assert (await patched(home, maker, link, password="another"))[0] == 200
    assert await opens(home, code, cookies=shown) == 403
    home.anybody.cookie_jar.clear()
    assert (await patched(home, maker, link, password=""))[0] == 200
    assert await opens(home, code) == 200


async def test_tiny_codes_are_for_an_hour_and_cannot_be_guessed(home):
    maker = bearer(await oauth_token(home.app, CONTACTS))
    long = await made(home, maker, READ_A, "?codes=bob&ttl=2h&tinycode=true")
    assert len(long["attributes"]["shortcodes"]["bob"]) == 12
    link = await made(home, maker, READ_A, "?codes=bob&ttl=1h&tinycode=true")
    code = link["attributes"]["shortcodes"]["bob"]
    assert code.isdigit()
    assert len(code) == 6
    assert await opens(home, code) == 200
    wrong = [f"{number:06}" for number in range(40) if f"{number:06}" != code]
    statuses = [await opens(home, guess) for guess in wrong]
    assert statuses.count(429) >= 15
    assert statuses[-1] == 429
    assert await opens(home, code) == 200  # who was in stays in
    basics = [await told(home, "GET", f"/data/{CONTACTS}/a", basic_of(w)) for w in wrong[:1]]
    assert basics[0][0] == 401


async def test_nothing_kept_of_a_link_lets_anybody_in(home):
    maker = bearer(await oauth_token(home.app, CONTACTS))
    link = await made(home, maker, READ_A, "?codes=bob", password="open sesame")
    secrets = [
        link["attributes"]["codes"]["bob"],
        link["attributes"]["shortcodes"]["bob"],
        "open sesame",
    ]
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        kept = await permissions_of(instance.store).get(link["id"])
        database = await instance.store.open("io.cozy.permissions")
        body = (await database.get(kept.id)).body.decode()
        assert kept.value.password_hash.startswith("$argon2id$")
    assert not any(secret in body for secret in secrets)


async def test_which_documents_may_be_touched_is_told_for_each(home):
    token = bearer(await oauth_token(home.app, f"{CONTACTS}:GET,PUT:a io.cozy.files"))
    data = [
        {"type": CONTACTS, "id": "a"},
        {"type": CONTACTS, "id": "b"},
        {"type": "io.cozy.permissions", "id": "x"},
        {"type": "io.cozy.files", "id": "io.cozy.files.root-dir"},
    ]
    status, answer = await told(home, "POST", "/permissions/exists", token, json={"data": data})
    assert status == 200
    verbs = [["GET", "PUT"], [], [], ["GET"]]
    assert [row["verbs"] for row in answer["data"]] == verbs
    assert (await told(home, "POST", "/permissions/exists", token, data="{"))[0] == 422


async def test_links_to_a_type_are_listed_in_pages(home):
    maker = bearer(await oauth_token(home.app, CONTACTS))
    made_ids = {(await made(home, maker, READ_A))["id"] for _ in range(5)}
    bills = bearer(await oauth_token(home.app, BILLS, client="d" * 32))
    await made(home, bills, {"b": {"type": BILLS, "verbs": ["GET"]}})
    for alias in ("shared-by-link", "sharedByLink"):
        path, seen = f"/permissions/doctype/{CONTACTS}/{alias}?page[limit]=2", []
        while path:
            status, answer = await told(home, "GET", path, maker)
            assert status == 200
            assert len(answer["data"]) <= 2
            seen += [row["id"] for row in answer["data"]]
            path = answer["links"].get("next")
        assert len(seen) == 5
        assert set(seen) == made_ids
    some = bearer(await oauth_token(home.app, f"{CONTACTS}:GET:a", client="e" * 32))
    path = f"/permissions/doctype/{CONTACTS}/shared-by-link"
    for headers in (bills, some):
        assert (await told(home, "GET", path, headers))[0] == 403


@pytest.mark.parametrize(
    ("query", "attributes"),
    [
        ("?ttl=soon", {}),
        ("?ttl=99999999999Y", {}),
        ("", {"permissions": {"x": {"type": "UPPER"}}}),
        ("", {"permissions": {"x": {"verbs": ["GET"]}}}),
        ("", {"permissions": {"x": {"type": CONTACTS, "verbs": ["FETCH"]}}}),
        ("", {"permissions": []}),
        ("", {"expires_at": "tomorrow"}),
        ("", {"expires_at": "2030-01-01T00:00:00"}),
        ("", {"password": 5}),
        ("?codes=a,a", {}),
    ],
)
async def test_what_is_no_link_is_refused(home, query, attributes):
    body = {"data": {"attributes": {"permissions": READ_A, **attributes}}}
    login = home.owner.headers
    status, answer = await told(home, "POST", f"/permissions{query}", login, json=body)
    assert status == 422
    assert answer["errors"][0]["status"] == "422"


async def test_an_app_password_shares_what_it_may(home):
    await app_password(home.app, CONTACTS)
    headers = basic_of("barafado-kilomuna-petisoga")
    link = await made(home, headers, READ_A)
    assert link["attributes"]["source_id"].startswith("io.cozy.oauth.clients/")


async def test_what_became_of_a_link_stands_in_the_audit(home):
    maker = bearer(await oauth_token(home.app, CONTACTS))
    link = await made(home, maker, READ_A)
    assert (await patched(home, maker, link, password="open sesame"))[0] == 200
    assert (await told(home, "DELETE", f"/permissions/{link['id']}", maker))[0] == 204
    async with home.owner.get("/settings/audit") as response:
        text = await response.text()
    for event in ("link.made", "link.changed", "link.ended"):
        assert event in text
    assert link["id"] in text
    assert not any(
        secret in text
        for secret in (
            link["attributes"]["codes"]["bob"],
            link["attributes"]["shortcodes"]["bob"],
            "open sesame",
        )
    )
