import pytest

from webdav.memory import MemoryBackend
from webdav.model.errors import OutOfSpace
from webdav.wire.conditional import Conditions

DAV = "{DAV:}"


def lockinfo(scope="exclusive", owner="<a:href>me</a:href>", kind="write"):
    return (
        f'<a:lockinfo xmlns:a="DAV:"><a:lockscope><a:{scope}/></a:lockscope>'
        f"<a:locktype><a:{kind}/></a:locktype><a:owner>{owner}</a:owner></a:lockinfo>"
    ).encode()


async def take(dav, path, scope="exclusive", **headers):
    answer = await dav("LOCK", path, lockinfo(scope), **headers)
    assert answer.status in {200, 201}, answer
    return answer.headers["Lock-Token"]


async def test_lock_tells_its_token_and_what_it_is(dav):
    await dav("MKCOL", "/c")
    answer = await dav("LOCK", "/c", lockinfo(), Timeout="Infinite, Second-4100000000")
    active = answer.xml.find(f"{DAV}lockdiscovery/{DAV}activelock")
    token = active.findtext(f"{DAV}locktoken/{DAV}href")
    assert (answer.status, answer.headers["Lock-Token"]) == (200, f"<{token}>")
    assert active.find(f"{DAV}lockscope/{DAV}exclusive") is not None
    assert active.find(f"{DAV}locktype/{DAV}write") is not None
    assert active.findtext(f"{DAV}depth") == "infinity"
    assert active.findtext(f"{DAV}owner/{DAV}href") == "me"
    assert active.findtext(f"{DAV}lockroot/{DAV}href") == "/dav/files/c"
    left = int(active.findtext(f"{DAV}timeout").removeprefix("Second-"))
    assert 604_000 < left <= 604_800


async def test_lock_of_nothing_makes_an_empty_file(dav):
    answer = await dav("LOCK", "/new", lockinfo())
    assert answer.status == 201
    assert await dav.tree() == {"/new": b""}
    token = answer.headers["Lock-Token"]
    assert (await dav("PUT", "/new", b"x")).status == 423
    assert (await dav("PUT", "/new", b"x", If=f"({token})")).status == 204


async def test_lock_of_what_another_makes_meanwhile_is_200(dav):
    class Racing(MemoryBackend):
        async def stage(self, path, body, facts):
            upload = await super().stage(path, body, facts)
            self.put(path, b"theirs", facts, Conditions())
            return upload

    dav.backend = Racing(dav.clock, lambda: "id")
    assert (await dav("LOCK", "/new", lockinfo())).status == 200
    assert await dav.tree() == {"/new": b"theirs"}
    assert (await dav("PUT", "/new", b"x")).status == 423


async def test_lock_that_cannot_make_its_file_is_given_up(dav):
    class Full(MemoryBackend):
        async def stage(self, _path, _body, _facts):
            raise OutOfSpace

    dav.backend = Full(dav.clock, lambda: "id")
    assert (await dav("LOCK", "/new", lockinfo())).status == 507
    assert await dav.locks.covering(("new",)) == []


async def test_lock_below_no_collection_is_409(dav):
    assert (await dav("LOCK", "/missing/a", lockinfo())).status == 409
    assert (await dav("PUT", "/a", b"x")).status == 201


async def test_lock_that_makes_a_file_needs_the_collections_lock(dav):
    await dav("MKCOL", "/c")
    await take(dav, "/c", Depth="0")
    assert (await dav("LOCK", "/c/new", lockinfo())).status == 423
    assert await dav.tree() == {"/c": None}


async def test_lock_beside_an_exclusive_one_is_423_and_names_it(dav):
    await dav("MKCOL", "/c")
    await dav("PUT", "/c/a", b"x")
    await take(dav, "/c/a")
    answer = await dav("LOCK", "/c", lockinfo("shared"))
    assert answer.status == 423
    conflict = answer.xml.find(f"{DAV}no-conflicting-lock/{DAV}href")
    assert conflict.text == "/dav/files/c/a"


async def test_shared_locks_stand_beside_each_other(dav):
    await dav("PUT", "/a", b"x")
    one, two = await take(dav, "/a", "shared"), await take(dav, "/a", "shared")
    assert one != two
    assert (await dav("LOCK", "/a", lockinfo())).status == 423
    assert (await dav("PUT", "/a", b"y", If=f"({two})")).status == 204


async def test_refresh_needs_the_token(dav):
    await dav("PUT", "/a", b"x")
    token = await take(dav, "/a", Timeout="Second-300")
    refreshed = await dav("LOCK", "/a", If=f"({token})", Timeout="Second-9000")
    assert refreshed.status == 200
    assert refreshed.headers["Lock-Token"] == token
    left = refreshed.xml.findtext(f".//{DAV}timeout").removeprefix("Second-")
    assert 8900 < int(left) <= 9000
    assert (await dav("LOCK", "/a")).status == 400
    assert (await dav("LOCK", "/a", If="(<urn:other>)")).status == 412
    assert (await dav("LOCK", "/a", If="(Not <urn:x>)")).status == 412


@pytest.mark.parametrize(
    "body",
    [lockinfo("mine"), lockinfo(kind="read"), b"<x/>", b"<",
     b'<a:lockinfo xmlns:a="DAV:"><a:locktype><a:write/></a:locktype></a:lockinfo>'],
)  # fmt: skip
async def test_lock_that_is_badly_asked_for_is_400(dav, body):
    await dav("PUT", "/a", b"x")
    assert (await dav("LOCK", "/a", body)).status == 400
    assert (await dav("PUT", "/a", b"y")).status == 204


async def test_lock_of_depth_1_is_400(dav):
    assert (await dav("LOCK", "/", lockinfo(), Depth="1")).status == 400


async def test_owner_is_kept_as_it_was_written(dav):
    owner = 'Ann &amp; <o:who xmlns:o="urn:o" o:id="1" plain="2">Bob</o:who> tail'
    await dav("PUT", "/a", b"x")
    answer = await dav("LOCK", "/a", lockinfo(owner=owner))
    shown = answer.xml.find(f".//{DAV}owner")
    assert shown.text == "Ann & "
    assert shown[0].attrib == {"{urn:o}id": "1", "plain": "2"}
    assert (shown[0].tag, shown[0].text, shown[0].tail) == ("{urn:o}who", "Bob", " tail")


async def test_unlock_frees(dav):
    await dav("PUT", "/a", b"x")
    token = await take(dav, "/a")
    assert (await dav("UNLOCK", "/a", Lock_Token=token.strip("<>"))).status == 204
    assert (await dav("PUT", "/a", b"y")).status == 204
    again = await dav("UNLOCK", "/a", Lock_Token=token)
    assert again.status == 409
    assert again.xml[0].tag == f"{DAV}lock-token-matches-request-uri"
    assert (await dav("UNLOCK", "/a")).status == 400


async def test_another_principal_cannot_use_a_token(dav):
    await dav("PUT", "/a", b"x")
    token = await take(dav, "/a")
    dav.principal = "somebody else"
    assert (await dav("PUT", "/a", b"y", If=f"({token})")).status == 423
    assert (await dav("UNLOCK", "/a", Lock_Token=token)).status == 409
    assert await dav.tree() == {"/a": b"x"}


@pytest.fixture
async def tree(dav):
    await dav("MKCOL", "/c")
    await dav("PUT", "/c/a", b"A")
    await dav("PUT", "/b", b"B")
    return await dav.tree()


WRITES = [
    ("PUT", "/c/a", {}),
    ("PUT", "/c/new", {}),
    ("DELETE", "/c/a", {}),
    ("DELETE", "/c", {}),
    ("MKCOL", "/c/new", {}),
    ("MOVE", "/c/a", {"Destination": "/d"}),
    ("MOVE", "/c", {"Destination": "/d"}),
    ("MOVE", "/b", {"Destination": "/c/a"}),
    ("MOVE", "/b", {"Destination": "/c/new"}),
    ("COPY", "/b", {"Destination": "/c/a"}),
    ("COPY", "/b", {"Destination": "/c"}),
]


@pytest.mark.parametrize(("method", "path", "headers"), WRITES)
async def test_every_write_under_a_lock_needs_its_token(dav, tree, method, path, headers):
    token = await take(dav, "/c")
    answer = await dav(method, path, **headers)
    assert answer.status == 423
    submitted = answer.xml.find(f"{DAV}lock-token-submitted/{DAV}href")
    assert submitted.text == "/dav/files/c"
    assert await dav.tree() == tree
    opened = await dav(method, path, If=f"</dav/files/c> ({token})", **headers)
    assert opened.status in {201, 204}


async def test_delete_of_a_collection_with_a_locked_member_is_all_or_nothing(dav, tree):
    await take(dav, "/c/a")
    answer = await dav("DELETE", "/c")
    assert answer.status == 423
    assert await dav.tree() == tree


@pytest.mark.usefixtures("tree")
async def test_copy_from_a_locked_collection_needs_no_token(dav):
    await take(dav, "/c")
    assert (await dav("COPY", "/c", Destination="/d")).status == 201
    assert (await dav("PUT", "/d/a", b"free")).status == 204


@pytest.mark.usefixtures("tree")
async def test_locks_go_with_what_they_locked(dav):
    token = await take(dav, "/c/a")
    assert (await dav("MOVE", "/c/a", Destination="/d", If=f"({token})")).status == 201
    assert (await dav("PUT", "/d", b"free")).status == 204
    assert (await dav("PUT", "/c/a", b"free")).status == 201


async def test_if_is_checked_before_locks(dav, tree):
    token = await take(dav, "/b")
    etag = (await dav("HEAD", "/b")).headers["ETag"]
    assert (await dav("PUT", "/b", b"x", If=f'({token} ["wrong"])')).status == 412
    assert (await dav("PUT", "/b", b"x", If="(<urn:wrong>)")).status == 412
    assert (await dav("PUT", "/b", b"x", If="(<urn:wrong>) (Not <urn:none>)")).status == 423
    assert (await dav("PUT", "/b", b"x", If="(<urn:wrong>")).status == 400
    assert await dav.tree() == tree
    assert (await dav("PUT", "/b", b"x", If=f"({token} [{etag}])")).status == 204


@pytest.mark.usefixtures("tree")
async def test_if_may_speak_of_other_resources(dav):
    etag = (await dav("HEAD", "/c/a")).headers["ETag"]
    there = f"<http://home.example/dav/files/c/a> ([{etag}])"
    assert (await dav("PUT", "/b", b"x", If=there)).status == 204
    assert (await dav("PUT", "/b", b"y", If='</dav/files/missing> (["e"])')).status == 412
    elsewhere = '<http://other.example/c/a> (["e"])'
    assert (await dav("PUT", "/b", b"y", If=elsewhere)).status == 412
    assert (await dav("GET", "/b", If=elsewhere)).status == 412


@pytest.mark.usefixtures("tree")
async def test_if_is_checked_again_when_the_bytes_are_there(dav):
    etag = (await dav("HEAD", "/b")).headers["ETag"]

    async def slow_body():
        yield b"mine"
        assert (await dav("PUT", "/b", b"theirs")).status == 204

    answer = await dav.stream("PUT", "/b", slow_body(), If=f"([{etag}])", Content_Length="4")
    assert answer.status == 412
    assert (await dav.tree())["/b"] == b"theirs"


async def test_lock_that_comes_during_an_upload_stops_it(dav, tree):
    async def slow_body():
        yield b"mine"
        await take(dav, "/b")

    answer = await dav.stream("PUT", "/b", slow_body(), Content_Length="4")
    assert answer.status == 423
    assert await dav.tree() == tree


@pytest.mark.usefixtures("tree")
async def test_propfind_shows_locks_and_that_there_may_be_some(dav):
    token = await take(dav, "/c", Depth="0")
    rows = (await dav("PROPFIND", "/", Depth="infinity")).rows()
    tokens = {
        href: row[200][f"{DAV}lockdiscovery"].findtext(f".//{DAV}locktoken/{DAV}href")
        for href, row in rows.items()
    }
    assert {href for href, shown in tokens.items() if shown} == {"/dav/files/c/"}
    assert tokens["/dav/files/c/"] == token.strip("<>")
    assert all(len(row[200][f"{DAV}supportedlock"]) == 2 for row in rows.values())


async def test_without_locks_nothing_is_promised(dav):
    dav.locks = None
    answer = await dav("OPTIONS", "/")
    assert answer.headers["DAV"] == "1, 3, extended-mkcol, sabredav-partialupdate"
    assert "LOCK" not in answer.headers["Allow"]
    assert (await dav("LOCK", "/a", lockinfo())).status == 501
    assert (await dav("UNLOCK", "/a", Lock_Token="<t>")).status == 501
    assert (await dav("DELETE", "/a")).status == 404
    assert (await dav("PUT", "/a", b"x")).status == 201
    row = (await dav("PROPFIND", "/a", Depth="0")).rows()["/dav/files/a"]
    assert f"{DAV}supportedlock" not in row[200]
    assert f"{DAV}lockdiscovery" not in row[200]
    assert (await dav("DELETE", "/a")).status == 204
