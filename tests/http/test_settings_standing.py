"""What the owner changes about their home itself: its language, address, terms, its end."""

import re
from dataclasses import replace

import pytest

from server import keys
from server.instances.context import Context
from server.instances.record import read_record, write_record
from server.mail.settings import MailSettings
from tests.support.devices import bearer, oauth_token, signed_in
from tests.support.house import PASSWORD, found, house
from tests.support.post_office import post_office

SCOPE = "io.cozy.settings"
TERMS = Context(terms_version="2.0.0-20200101", terms_url="https://host.example/terms")


async def ask(home, method, path, headers=None, **sent):
    async with home.anybody.request(method, path, headers=headers, **sent) as response:
        content = await response.read()
        json = await response.json(content_type=None) if content[:1] == b"{" else None
        return response.status, json


async def instance(home, headers):
    status, json = await ask(home, "GET", "/settings/instance", headers)
    assert status == 200
    return json["data"]["attributes"]


async def test_the_home_speaks_the_language_that_its_owner_chose(tmp_path):
    record = found(tmp_path)
    async with house(tmp_path) as home:
        token = bearer(await oauth_token(home.app, SCOPE))
        attributes = {"locale": "fr", "tz": "Europe/Paris"}
        body = {"data": {"attributes": attributes}}
        status, json = await ask(home, "PUT", "/settings/instance", token, json=body)
        assert status == 200
        assert json["data"]["attributes"]["locale"] == "fr"
        assert (await instance(home, token))["tz"] == "Europe/Paris"
        assert (await ask(home, "GET", "/public/prelogin"))[1]["locale"] == "fr"
    kept = read_record(record.folder)
    assert (kept.locale, kept.timezone) == ("fr", "Europe/Paris")


async def test_english_is_a_language_that_can_be_chosen_and_be_left_to_the_browser(tmp_path):
    record = found(tmp_path)
    french = {"Accept-Language": "fr"}
    async with house(tmp_path) as home:
        token = bearer(await oauth_token(home.app, SCOPE))

        async def put(**attributes):
            body = {"data": {"attributes": {**await instance(home, token), **attributes}}}
            assert (await ask(home, "PUT", "/settings/instance", token, json=body))[0] == 200

        async def page():
            async with home.anybody.get("/auth/login", headers=french) as response:
                return (await response.text()).split('lang="')[1][:2]

        assert (await page(), await instance(home, token)) == (
            "fr",
            {**await instance(home, token), "locale": "en", "follows_browser": True},
        )
        await put(public_name="Ann")  # what was read is sent back
        assert await page() == "fr"
        await put(follows_browser=False)
        assert await page() == "en"
        assert read_record(record.folder).locale == "en"
        await put(follows_browser=True)
        assert await page() == "fr"


async def test_terms_are_warned_of_and_signed(tmp_path):
    async with house(tmp_path, contexts={"default": TERMS}) as home:
        token = bearer(await oauth_token(home.app, SCOPE))
        status, json = await ask(home, "GET", "/settings/warnings", token)
        assert status == 402
        (warning,) = json["errors"]
        assert warning["code"] == "tos-updated"
        assert warning["links"]["self"] == TERMS.terms_url
        assert (await ask(home, "PUT", "/settings/instance/sign_tos", token))[0] == 204
        assert (await ask(home, "GET", "/settings/warnings", token))[0] == 404
        told = await instance(home, token)
        assert (told["tos"], told["tos_latest"]) == (TERMS.terms_version,) * 2


async def test_flags_are_set_by_the_home_by_its_host_and_by_contexts_in_this_order(tmp_path):
    shares = [{"ratio": 1, "value": "context"}]
    contexts = {
        "default": Context(flags={"a": "all", "b": "all", "c": "all", "d": "all"}),
        "school": Context(flags={"a": "school", "b": shares, "c": shares}),
    }
    own = {"a": "host", "b": "host"}
    write_record(replace(found(tmp_path), context="school", flags=own))
    async with house(tmp_path, contexts=contexts) as home:
        document = {"a": "home"}
        path = "/data/io.cozy.settings/io.cozy.settings.flags"
        async with home.owner.put(path, json=document) as response:
            assert response.status == 200
        token = bearer(await oauth_token(home.app, "io.cozy.bills"))
        _, json = await ask(home, "GET", "/settings/flags?include=source", token)
    assert json["data"]["attributes"] == {"a": "home", "b": "host", "c": "context", "d": "all"}
    sources = [(one["id"].rpartition(".")[2], one["attributes"]) for one in json["included"]]
    assert sources == [
        ("instance", document),
        ("manager", own),
        ("context", {"a": "school", "b": "context", "c": "context"}),
        ("default", dict.fromkeys("abcd", "all")),
    ]


async def test_a_home_is_deleted_by_its_owner_in_person_after_a_while(tmp_path):
    record = found(tmp_path)
    async with house(tmp_path) as home:
        path = "/settings/instance/deletion"
        token = bearer(await oauth_token(home.app, "*"))
        assert (await ask(home, "POST", path, token))[0] == 403
        stale = await signed_in(home.app, proved=False, cookie="another-cookie-of-many-bytes")
        assert (await ask(home, "POST", path, stale))[0] == 403
        assert (await ask(home, "POST", path, await signed_in(home.app)))[0] == 204
        async with home.owner.get("/data/_all_doctypes") as response:
            assert response.status == 503
    assert read_record(record.folder).deletion_at


async def test_without_a_mail_server_the_passphrase_alone_changes_the_address(tmp_path):
    async with house(tmp_path) as home:
        token = bearer(await oauth_token(home.app, SCOPE))
        sent = {"passphrase": "wrong", "email": "alice@example.com"}
        assert (await ask(home, "POST", "/settings/email", token, json=sent))[0] == 403
        assert "email" not in await instance(home, token)
        sent["passphrase"] = PASSWORD
        assert (await ask(home, "POST", "/settings/email", token, json=sent))[0] == 204
        assert (await instance(home, token))["email"] == "alice@example.com"
        body = {"data": {"attributes": {"email": "eve@example.com", "public_name": "A"}}}
        assert (await ask(home, "PUT", "/settings/instance", token, json=body))[0] == 200
        assert (await instance(home, token))["email"] == "alice@example.com"


@pytest.mark.parametrize("email", ["", "alice", "a@b@c", "a b@c.example", "a@x\r\nBcc: e@x", 7])
async def test_what_is_no_address_is_refused(tmp_path, email):
    async with house(tmp_path) as home:
        token = bearer(await oauth_token(home.app, SCOPE))
        sent = {"passphrase": PASSWORD, "email": email}
        assert (await ask(home, "POST", "/settings/email", token, json=sent))[0] == 422


async def test_a_new_address_holds_once_its_letter_was_read(tmp_path):
    async with post_office() as office:
        mail = MailSettings(
            host="127.0.0.1", port=office.port, sender="foyer@host.example", security="none"
        )
        async with house(tmp_path, mail=mail) as home:
            token = bearer(await oauth_token(home.app, SCOPE))
            session = await signed_in(home.app)
            sent = {"passphrase": PASSWORD, "email": "alice@example.com"}
            assert (await ask(home, "POST", "/settings/email", token, json=sent))[0] == 204
            told = await instance(home, token)
            assert (told.get("email"), told["pending_email"]) == (None, "alice@example.com")
            assert (await ask(home, "POST", "/settings/email/resend", token))[0] == 204
            first, second = [
                re.search(r"/settings/email/confirm\?token=\w+", letter.get_content())[0]
                for letter in office.letters
            ]
            assert office.letters[1]["To"] == "alice@example.com"
            for path in (first, second + "0"):
                assert (await ask(home, "GET", path, session))[0] == 400
            assert (await ask(home, "GET", second))[0] == 401
            assert (await ask(home, "GET", second, session, allow_redirects=False))[0] == 303
            assert (await instance(home, token))["email"] == "alice@example.com"
            assert (await ask(home, "GET", second, session))[0] == 400
            assert (await ask(home, "DELETE", "/settings/email", token))[0] == 422
            home_of = home.app[keys.INSTANCES]
            async with home_of.borrow("localhost") as opened:
                everything = (opened.folder / "documents.db").read_bytes()
                everything += (opened.folder / "documents.db-wal").read_bytes()
            assert second.partition("=")[2].encode() not in everything


async def test_another_address_can_be_called_off(tmp_path):
    async with post_office() as office:
        mail = MailSettings(
            host="127.0.0.1", port=office.port, sender="foyer@host.example", security="none"
        )
        async with house(tmp_path, mail=mail) as home:
            token = bearer(await oauth_token(home.app, SCOPE))
            sent = {"passphrase": PASSWORD, "email": "alice@example.com"}
            assert (await ask(home, "POST", "/settings/email", token, json=sent))[0] == 204
            assert (await ask(home, "DELETE", "/settings/email", token))[0] == 204
            assert "pending_email" not in await instance(home, token)
            reading = bearer(await oauth_token(home.app, f"{SCOPE}:GET", client="d" * 32))
            assert (await ask(home, "POST", "/settings/email", reading, json=sent))[0] == 403
