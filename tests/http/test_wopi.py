"""The WOPI host, asked as Microsoft's validator asks it, and in Collabora's and ONLYOFFICE's ways.

The groups are those of github.com/Microsoft/wopi-validator-core, TestCases.xml.
"""

import time
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession

from server.wopi.settings import WopiSettings
from server.wopi.wopi import WOPI
from tests.support.document_server.docx import new_docx
from tests.support.house import house
from tests.support.wopi import signing
from tests.support.wopi.client import OpenFile, form_of, wopi_client

SIMPLE, BLANK, COMPLEX = new_docx("Simple"), new_docx(), new_docx("Complex", "More")
LONG = "1234567890" * 102 + "1234"
OFFICE_LOCK = '{"S":"0136ad16-9725-43c3-9ea0-5e01d2dbc162","E":2,"M":"DE997C5AC4E6"}'


class Host:
    """A house, and the client that it sends people to."""

    def __init__(self, running, client):
        self.house, self.client, self.owner = running, client, running.owner

    async def put(self, name, content=SIMPLE, status=(201, 204)):
        async with self.owner.put(f"/dav/files/{name}", data=content) as response:
            assert response.status in status
            return response

    async def id_of(self, name):
        async with self.owner.get(f"/files/metadata?Path=/{name}") as response:
            return (await response.json(content_type=None))["data"]["id"]

    async def page(self, name, session=None, query=""):
        path = f"/office/{await self.id_of(name)}/edit{query}"
        async with (session or self.owner).get(path) as response:
            assert response.status == 200, await response.text()
            return response, await response.text()

    async def open(self, name="letter.docx", session=None, query=""):
        """Open as an editor does: from the page's form."""
        _, html = await self.page(name, session, query)
        action, fields = form_of(html)
        source = parse_qs(urlsplit(action).query)["WOPISrc"][0]
        return OpenFile(self.client, f"{source}?access_token={fields['access_token']}")

    async def read(self, name):
        async with self.owner.get(f"/dav/files/{name}") as response:
            return await response.read() if response.status == 200 else None

    @asynccontextmanager
    async def link(self, **rule):
        body = {"data": {"attributes": {"permissions": {"it": rule}}}}
        async with self.owner.post("/permissions?codes=x", json=body) as response:
            data = (await response.json(content_type=None))["data"]
        code = data["attributes"]["codes"]["x"]
        headers = {"Authorization": f"Bearer {code}"}
        async with ClientSession(self.house.address, headers=headers) as session:
            yield data["id"], session


@pytest.fixture
async def host(tmp_path):
    async with (
        wopi_client() as client,
        house(tmp_path, wopi=WopiSettings(server=client.address)) as h,
    ):
        yield Host(h, client)


@pytest.fixture
async def file(host):
    await host.put("letter.docx")
    return await host.open()


async def test_check_file_info_says_what_each_client_needs(host, file):
    told = (await file.info()).json()
    assert (told["BaseFileName"], told["Size"]) == ("letter.docx", len(SIMPLE))
    assert (told["OwnerId"], told["UserId"]) == ("owner@localhost",) * 2
    assert told["UserFriendlyName"] == "owner"
    for yes in (
        *("UserCanWrite", "SupportsLocks", "SupportsGetLock", "SupportsUpdate", "SupportsRename"),
        *("SupportsExtendedLockLength", "UserCanRename", "SupportsDeleteFile"),
    ):
        assert told[yes] is True, yes
    for no in ("ReadOnly", "UserCanNotWriteRelative", "DisablePrint", "UserCanOnlyComment"):
        assert told[no] is False, no
    assert told["PostMessageOrigin"] == host.house.address
    assert told["LastModifiedTime"].endswith("Z")
    for url in ("CloseUrl", "HostEditUrl", "HostViewUrl", "BreadcrumbBrandUrl"):
        assert told[url].startswith("http://")


async def test_the_page_leads_to_the_client_with_a_token_that_ends(host):
    await host.put("letter.docx")
    response, html = await host.page("letter.docx")
    action, fields = form_of(html)
    assert action.startswith(f"{host.client.address}/edit?ui=en&WOPISrc=http%3A%2F%2F127.0.0.1")
    assert int(fields["access_token_ttl"]) > 1_700_000_000_000
    policy = response.headers["Content-Security-Policy"]
    assert f"form-action 'self' {host.client.address}" in policy
    assert f"frame-src {host.client.address}" in policy


@pytest.mark.parametrize("token", ["", "INVALID", "a.b", "ä.ö"])
async def test_a_wrong_token_opens_nothing(host, file, token):
    wrong = OpenFile(host.client, file.url.partition("?")[0] + f"?access_token={token}")
    assert (await wrong.info()).status == 401
    assert (await wrong.get()).status == 401
    assert (await wrong.put(BLANK, "L")).status == 401
    assert (await wrong.lock("L")).status == 401
    await host.put("other.docx")
    token = file.url.partition("?")[2]
    other = OpenFile(
        host.client, f"{(await host.open('other.docx')).at().partition('?')[0]}?{token}"
    )
    assert (await other.info()).status == 401


# Locks


@pytest.mark.parametrize("lock", ["LockString", LONG, OFFICE_LOCK])
async def test_a_lock_is_taken_refreshed_replaced_and_given_up(file, lock):
    assert (await file.lock(lock)).status == 200
    assert (await file.do("REFRESH_LOCK", Lock=lock)).status == 200
    assert (await file.do("GET_LOCK")).headers["X-WOPI-Lock"] == lock
    assert (await file.do("LOCK", Lock="New", OldLock=lock)).status == 200
    assert (await file.do("GET_LOCK")).headers["X-WOPI-Lock"] == "New"
    mismatch = await file.unlock(lock)
    assert (mismatch.status, mismatch.headers["X-WOPI-Lock"]) == (409, "New")
    assert (await file.unlock("New")).status == 200
    assert (await file.do("GET_LOCK")).headers["X-WOPI-Lock"] == ""


async def test_the_same_lock_twice_is_one(file):
    assert [(await file.lock("L")).status for _ in range(2)] == [200, 200]
    assert (await file.unlock("L")).status == 200


async def test_another_lock_is_told_the_one_that_is_there(file):
    await file.lock("L")
    for answer in (
        await file.lock("Other"),
        await file.unlock("Other"),
        await file.do("REFRESH_LOCK", Lock="Other"),
        await file.do("LOCK", Lock="New", OldLock="Other"),
        await file.put(BLANK, "Other"),
        await file.put(BLANK),
        await file.do("RENAME_FILE", Lock="Other", RequestedName="x"),
    ):
        assert (answer.status, answer.headers["X-WOPI-Lock"]) == (409, "L")


async def test_what_is_not_locked_is_told_an_empty_lock(file):
    for answer in (
        await file.unlock("L"),
        await file.do("REFRESH_LOCK", Lock="L"),
        await file.do("LOCK", Lock="New", OldLock="L"),
        await file.put(BLANK),
        await file.put(BLANK, "L"),
    ):
        assert (answer.status, answer.headers["X-WOPI-Lock"]) == (409, "")


@pytest.mark.parametrize("lock", ["", "x" * 1025])
async def test_what_is_no_lock(file, lock):
    assert (await file.lock(lock)).status == 400


# Editing


async def test_a_basic_edit(host, file):
    before = (await file.info()).json()
    await file.lock("L")
    got = await file.get()
    assert (got.content, got.headers["X-WOPI-ItemVersion"]) == (SIMPLE, before["Version"])
    versions = [before["Version"]]
    for content in (COMPLEX, SIMPLE, COMPLEX):
        saved = await file.put(content, "L")
        assert saved.status == 200
        versions.append(saved.headers["X-WOPI-ItemVersion"])
        assert saved.json()["LastModifiedTime"] == (await file.info()).json()["LastModifiedTime"]
    assert len(set(versions)) == 4
    assert (await file.unlock("L")).headers["X-WOPI-ItemVersion"] == versions[-1]
    assert (await file.get()).content == COMPLEX
    assert await host.read("letter.docx") == COMPLEX


async def test_an_empty_file_takes_its_first_content_without_a_lock(file):
    await file.lock("L")
    assert (await file.put(b"", "L")).status == 200
    await file.unlock("L")
    assert (await file.put(BLANK)).status == 200
    assert (await file.get()).content == BLANK
    assert (await file.put(SIMPLE)).status == 409


async def test_a_file_larger_than_expected_is_not_sent(file):
    assert (await file.get(MaxExpectedSize=str(len(SIMPLE)))).status == 200
    assert (await file.get(MaxExpectedSize=str(len(SIMPLE) - 1))).status == 412


async def test_what_nobody_knows_is_not_implemented(file):
    for override in ("", "COBALT", "PUT_USER_INFO", "ADD_ACTIVITIES"):
        assert (await file.do(override)).status == 501


# Copies and names


async def test_a_copy_under_a_suggested_name(host, file):
    first = await file.do("PUT_RELATIVE", BLANK, SuggestedTarget=".odt")
    assert first.json()["Name"] == "letter.odt"
    again = await file.do("PUT_RELATIVE", SIMPLE, SuggestedTarget="letter.odt")
    assert again.json()["Name"] == "letter (2).odt"
    copy = OpenFile(host.client, again.json()["Url"])
    assert (await copy.get()).content == SIMPLE
    assert again.json()["HostEditUrl"].endswith("/edit")
    assert (await copy.do("DELETE")).status == 200
    assert (await copy.info()).status == 404


async def test_a_copy_under_an_exact_name(host, file):
    name = "Änderung +1.docx".encode("utf-7").decode()
    made = await file.do("PUT_RELATIVE", BLANK, RelativeTarget=name)
    assert made.json()["Name"] == "Änderung +1.docx"
    taken = await file.do("PUT_RELATIVE", SIMPLE, RelativeTarget=name)
    assert taken.status == 409
    valid = taken.headers["X-WOPI-ValidRelativeTarget"].encode().decode("utf-7")
    assert valid == "Änderung +1 (2).docx"
    no = {"RelativeTarget": name, "OverwriteRelativeTarget": "false"}
    assert (await file.do("PUT_RELATIVE", SIMPLE, **no)).status == 409
    yes = {"RelativeTarget": name, "OverwriteRelativeTarget": "True"}
    over = await file.do("PUT_RELATIVE", SIMPLE, **yes)
    copy = OpenFile(host.client, over.json()["Url"])
    assert (await copy.get()).content == SIMPLE
    await copy.lock("L")
    locked = await file.do("PUT_RELATIVE", BLANK, **yes)
    assert (locked.status, locked.headers["X-WOPI-Lock"]) == (409, "L")
    assert (await copy.do("DELETE")).status == 409


async def test_names_that_cannot_be(file):
    both = {"SuggestedTarget": "a.docx", "RelativeTarget": "a.docx"}
    assert (await file.do("PUT_RELATIVE", BLANK, **both)).status == 501
    assert (await file.do("PUT_RELATIVE", BLANK)).status == 400
    for name in ("a/b.docx", "x" * 5000 + ".docx", "+AGEäA", ""):
        sent = name.encode("utf-8").decode("latin-1")
        assert (await file.do("PUT_RELATIVE", BLANK, RelativeTarget=sent)).status == 400, name
    bad = await file.do("RENAME_FILE", RequestedName="a/b")
    assert bad.status == 400
    assert bad.headers["X-WOPI-InvalidFileNameError"]


async def test_another_name(host, file):
    renamed = await file.do("RENAME_FILE", RequestedName="+AMQ-nderung")
    assert (renamed.status, renamed.json()) == (200, {"Name": "Änderung"})
    told = (await file.info()).json()
    assert told["BaseFileName"] == "Änderung.docx"
    await file.lock("L")
    assert (await file.do("RENAME_FILE", Lock="L", RequestedName="letter")).status == 200
    await host.put("taken.docx")
    renamed = await file.do("RENAME_FILE", Lock="L", RequestedName="taken")
    assert renamed.json() == {"Name": "taken (2)"}
    assert (await host.put("letter.docx", status=(201,))).status == 201
    await host.put("taken%20(2).docx", status=(423,))  # the lock went along
    assert (await file.unlock("L")).status == 200
    await host.put("taken%20(2).docx", status=(204,))


# Proofs


async def test_proofs_as_the_validator_makes_them(host, file):
    client = host.client
    assert (await file.info()).status == 200
    client.spoil = ("X-WOPI-ProofOld",)
    assert (await file.info()).status == 200
    client.spoil = ("X-WOPI-Proof",)
    assert (await file.info()).status == 500
    client.spoil = ("X-WOPI-Proof", "X-WOPI-ProofOld")
    assert (await file.info()).status == 500
    client.spoil, client.skew = (), -21 * 60
    assert (await file.info()).status == 500
    client.skew = 0
    host.client.present, host.client.former = client.former, signing.new_key(3)
    assert (await file.info()).status == 200  # signed with what is the old key here


async def test_a_client_that_rotates_its_keys_is_believed(host, file):
    client = host.client
    client.rotate()
    assert (await file.info()).status == 200  # its old one is the present one here
    client.told = (client.present, client.former)
    client.rotate()
    client.rotate()
    client.told = None
    assert (await file.info()).status == 500  # asked for anew a minute after the last time
    discovery = host.house.app[WOPI].discovery
    discovery.clock = lambda: time.monotonic() + 61
    assert (await file.info()).status == 200


async def test_a_proof_is_for_one_address(host, file):
    stamp = signing.ticks(time.time())
    token = file.url.partition("access_token=")[2]
    message = signing.message(token, file.url.replace("127.0.0.1", "elsewhere.example"), stamp)
    headers = {
        "X-WOPI-Proof": host.client.present.sign(message),
        "X-WOPI-ProofOld": host.client.former.sign(message),
        "X-WOPI-TimeStamp": str(stamp),
    }
    async with host.client.session.get(file.url, headers=headers) as response:
        assert response.status == 500
    async with host.client.session.get(file.url) as response:
        assert response.status == 500


# Collabora, ONLYOFFICE, and others at the file


async def test_collabora_is_told_that_the_file_changed_meanwhile(file):
    based_on = (await file.info()).json()["LastModifiedTime"]
    await file.lock("L")
    saved = await file.put(COMPLEX, "L", X_COOL_WOPI_Timestamp=based_on)
    assert saved.status == 200
    stale = await file.put(SIMPLE, "L", X_COOL_WOPI_Timestamp=based_on)
    assert (stale.status, stale.json()) == (409, {"COOLStatusCode": 1010})
    stale = await file.put(SIMPLE, "L", X_LOOL_WOPI_Timestamp=based_on)
    assert (stale.status, stale.json()) == (409, {"LOOLStatusCode": 1010})
    fresh = saved.json()["LastModifiedTime"]
    assert (await file.do("RENAME_FILE", Lock="L", RequestedName="x")).status == 200
    assert (await file.put(SIMPLE, "L", X_COOL_WOPI_Timestamp=fresh)).status == 200
    assert (await file.put(COMPLEX, "L")).status == 200  # the person chose to overwrite


LOCK_BODY = (
    b'<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    b"<D:locktype><D:write/></D:locktype><D:owner>Zoe's laptop</D:owner></D:lockinfo>"
)


async def test_a_lock_of_a_program_opens_the_document_to_read(host, file):
    async with host.owner.request("LOCK", "/dav/files/letter.docx", data=LOCK_BODY) as response:
        assert response.status == 200
    answer = await file.lock("L")
    assert (answer.status, answer.headers["X-WOPI-Lock"]) == (409, "")
    assert "Zoe" in answer.headers["X-WOPI-LockFailureReason"]
    host.client.agent = "COOLWSD WOPI Agent 25.04"
    assert (await file.lock("L")).status == 423
    assert (await (await host.open()).info()).json()["UserCanWrite"] is False


async def test_editing_is_a_lock_to_programs(host, file):
    await file.lock("L")
    await host.put("letter.docx", COMPLEX, status=(423,))
    await file.unlock("L")
    await host.put("letter.docx", COMPLEX, status=(204,))


# Nothing is lost


async def test_a_save_into_a_file_that_is_gone_is_kept(host, file):
    await file.lock("L")
    file_id = await host.id_of("letter.docx")
    async with host.owner.delete(f"/files/{file_id}") as response:
        assert response.status == 200
    assert (await file.put(COMPLEX, "L")).status == 404
    assert await host.read("letter.docx") == COMPLEX
    assert (await file.put(COMPLEX, "L")).status == 404
    assert await host.read("letter%20(2).docx") is None


async def test_of_a_save_that_cannot_be_stored_the_owner_is_told(host, file, tmp_path):
    """ONLYOFFICE gives up at the first 500, and unlocks (office.md 2.3)."""
    await file.lock(OFFICE_LOCK)
    incoming = next(tmp_path.rglob("incoming"))
    aside = incoming.rename(incoming.with_name("aside"))
    incoming.write_bytes(b"")  # the disk takes no content
    assert (await file.put(COMPLEX, OFFICE_LOCK)).status == 500
    assert (await file.unlock(OFFICE_LOCK)).status == 200
    incoming.unlink()
    aside.rename(incoming)
    assert await host.read("letter.docx") == SIMPLE
    await host.put("letter.docx", COMPLEX, status=(204,))
    async with host.owner.get("/settings/audit") as response:
        told = [one["attributes"] for one in (await response.json(content_type=None))["data"]]
    (lost,) = [one for one in told if one["event"] == "office.save_lost"]
    assert lost["subject"] == "letter.docx"


async def test_who_lost_the_permission_saves_beside_the_file(host):
    await host.put("letter.docx")
    rule = {
        "type": "io.cozy.files",
        "verbs": ["GET", "PUT"],
        "values": [await host.id_of("letter.docx")],
    }
    async with host.link(**rule) as (link_id, guest):
        file = await host.open(session=guest, query="?name=Max")
        told = (await file.info()).json()
        assert (told["UserFriendlyName"], told["IsAnonymousUser"]) == ("Max", True)
        assert (told["UserCanRename"], told["UserCanNotWriteRelative"]) == (False, True)
        assert (await file.do("PUT_RELATIVE", BLANK, SuggestedTarget=".odt")).status == 501
        assert (await file.do("DELETE")).status == 401
        await file.lock("L")
        assert (await file.put(COMPLEX, "L")).status == 200
        async with host.owner.delete(f"/permissions/{link_id}") as response:
            assert response.status == 204
        assert (await file.info()).status == 401
        assert (await file.put(BLANK, "L")).status == 401
    assert await host.read("letter.docx") == COMPLEX
    assert await host.read("letter%20(2).docx") == BLANK


async def test_who_may_only_read_changes_nothing(host):
    await host.put("letter.docx")
    rule = {
        "type": "io.cozy.office.view",
        "verbs": ["GET"],
        "values": [await host.id_of("letter.docx")],
    }
    async with host.link(**rule) as (_, guest):
        file = await host.open(session=guest, query="?name=Max")
        told = (await file.info()).json()
        assert (told["UserCanWrite"], told["ReadOnly"], told["DisableExport"]) == (
            False,
            True,
            True,
        )
        assert (await file.lock("L")).status == 401
        assert (await file.put(BLANK, "L")).status == 401
        assert (await file.get()).content == SIMPLE
    assert await host.read("letter%20(2).docx") is None


async def test_too_large_is_refused_before_it_is_sent(tmp_path):
    async with wopi_client() as client:
        settings = WopiSettings(server=client.address, max_file=100)
        async with house(tmp_path, wopi=settings) as running:
            host = Host(running, client)
            await host.put("letter.docx")
            file = await host.open()
            await file.lock("L")
            assert (await file.put(b"x" * 101, "L")).status == 413
            assert await host.read("letter.docx") == SIMPLE


async def test_a_client_that_cannot_be_reached_is_said(tmp_path):
    settings = WopiSettings(server="http://127.0.0.1:9")
    async with house(tmp_path, wopi=settings) as running:
        host = Host(running, None)
        await host.put("letter.docx")
        _, html = await host.page("letter.docx")
        assert "The editor cannot be reached" in html
        assert "access_token" not in html
