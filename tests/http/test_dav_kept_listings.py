"""Listings over WebDAV that are asked again: given from memory, never those of another state."""

import gzip
import random
import re

import pytest

from doctypes.files.file_tree import FileTree
from tests.support.devices import app_password, basic_of, device_for_files, given_profile
from tests.support.house import house

FILES = "/dav/files"
PROPFIND = (
    b'<propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/><getetag/>'
    b"<displayname/></prop></propfind>"
)
WITH_LOCKS = PROPFIND.replace(b"<displayname/>", b"<displayname/><lockdiscovery/>")
NO_LOCKS = "<D:lockdiscovery/>"
NAMED = (
    b'<propertyupdate xmlns="DAV:"><set><prop><displayname>%d</displayname></prop></set>'
    b"</propertyupdate>"
)


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        for folder in ("a", "a/b", "c"):
            await ask(running, "MKCOL", f"{FILES}/{folder}")
        for path in ("a/1.txt", "a/b/2.txt", "c/3.txt"):
            await ask(running, "PUT", f"{FILES}/{path}", data=b"x")
        yield running


@pytest.fixture
def read(monkeypatch):
    """Return the ids of the folders whose members were read."""
    folders, really = [], FileTree.children

    def children(tree, directory, after=None):
        folders.append(directory.id)
        return really(tree, directory, after)

    monkeypatch.setattr(FileTree, "children", children)
    return folders


async def ask(home, method, path, who=None, **sent):
    session = home.owner if who is None else home.anybody
    headers = {**(who or {}), **sent.pop("headers", {})}
    async with session.request(method, path, headers=headers, **sent) as response:
        return response.status, await response.read()


async def listed(home, path, who=None, asked=PROPFIND, **headers):
    headers = {"Depth": "1", **headers}
    status, text = await ask(home, "PROPFIND", path, who, data=asked, headers=headers)
    return status, text.decode()


async def anew(home, path, who=None):
    """List a folder with something that no listing is kept with."""
    status, text = await listed(home, path, who, WITH_LOCKS)
    return status, text.replace(NO_LOCKS, "")


async def test_a_listing_is_read_once_while_nothing_changes(home, read):
    first = await listed(home, f"{FILES}/a/")
    assert first[0] == 207
    assert first == await listed(home, f"{FILES}/a/") == await listed(home, f"{FILES}/a/")
    assert len(read) == 1
    await ask(home, "PUT", f"{FILES}/c/other.txt", data=b"x")
    assert first == await listed(home, f"{FILES}/a/")
    assert len(read) == 1
    await ask(home, "PUT", f"{FILES}/a/b/deep.txt", data=b"x")
    assert first != await listed(home, f"{FILES}/a/")
    assert len(read) == 2


async def test_packed_or_not_it_is_the_same_listing(home, read):
    plain = await listed(home, f"{FILES}/a/", **{"Accept-Encoding": "identity"})
    for _ in range(2):
        headers = {"Depth": "1", "Accept-Encoding": "gzip", "Authorization": ""}
        headers["Authorization"] = home.owner.headers["Authorization"]
        async with home.anybody.request(
            "PROPFIND", f"{FILES}/a/", data=PROPFIND, headers=headers, auto_decompress=False
        ) as response:
            assert response.headers["Content-Encoding"] == "gzip"
            assert response.headers["Vary"].startswith("Accept-Encoding")
            text = await response.read()
        text = gzip.decompress(text) if text[:2] == b"\x1f\x8b" else text
        assert text.decode() == plain[1]
    assert len(read) == 2


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        (PROPFIND.replace(b"<displayname/>", b""), {}),
        (PROPFIND, {"Prefer": "depth-noroot"}),
        (PROPFIND, {"Prefer": "return=minimal"}),
        (WITH_LOCKS, {}),
        (b"", {}),
        (PROPFIND, {"Depth": "0"}),
    ],
)
async def test_another_question_has_an_answer_of_its_own(home, asked, headers):
    first = await listed(home, f"{FILES}/a/")
    other = await listed(home, f"{FILES}/a/", None, asked, **headers)
    assert other[1] != first[1] or headers.get("Prefer") == "return=minimal"
    assert await listed(home, f"{FILES}/a/", None, asked, **headers) == other
    assert await listed(home, f"{FILES}/a/") == first


async def test_who_sees_less_is_given_less(home):
    owners = await listed(home, f"{FILES}/a/")
    device, who = await device_for_files(home, mode="exclude", rules=[{"path": "/a/b"}])
    for _ in range(2):
        status, text = await listed(home, f"{FILES}/a/", who)
        assert (status, text) == await anew(home, f"{FILES}/a/", who)
        assert "/a/b/" not in text
    await given_profile(home, device, mode="all")
    assert "/a/b/" in (await listed(home, f"{FILES}/a/", who))[1]
    assert await listed(home, f"{FILES}/a/") == owners


async def test_who_may_read_one_file_is_given_that_alone(home):
    await listed(home, f"{FILES}/a/")
    async with home.owner.get("/files/metadata", params={"Path": "/a/1.txt"}) as response:
        file_id = (await response.json(content_type=None))["data"]["id"]
    await app_password(home.app, f"io.cozy.files:GET:{file_id}")
    who = basic_of("barafado-kilomuna-petisoga")
    for _ in range(2):
        status, text = await listed(home, f"{FILES}/a/", who)
        assert status == 207
        assert set(re.findall(r"<D:href>([^<]*)<", text)) == {f"{FILES}/a/", f"{FILES}/a/1.txt"}
    assert "/a/b/" in (await listed(home, f"{FILES}/a/"))[1]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_changes_each_listing_is_of_now(home, seed):
    chance = random.Random(seed)
    folders = ["", "a", "a/b", "c", "a/b/d"]
    for n in range(40):
        folder = chance.choice(folders)
        place = f"{FILES}/{folder}/" if folder else f"{FILES}/"
        other = chance.choice(folders)
        file = f"{place}{chance.randrange(3)}.txt"
        target = f"{home.address}{FILES}/{other}/{chance.randrange(3)}.txt"
        match chance.randrange(7):
            case 0:
                await ask(home, "PUT", file, data=b"%d" % n)
            case 1:
                await ask(home, "DELETE", file)
            case 2:
                await ask(home, "MOVE", file, headers={"Destination": target})
            case 3:
                await ask(home, "COPY", file, headers={"Destination": target})
            case 4:
                await ask(home, "MKCOL", place)
            case 5:
                await ask(home, "PROPPATCH", chance.choice([file, place]), data=NAMED % n)
            case 6 if folder:
                await ask(home, "DELETE", place)
        for one in folders:
            path = f"{FILES}/{one}/" if one else f"{FILES}/"
            assert await listed(home, path) == await anew(home, path)
