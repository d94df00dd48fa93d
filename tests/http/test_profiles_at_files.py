"""A device's profile at Cozy's API for files: what it hides is not there, and stays where it is."""

import io
import json
import random
import re
import zipfile
from urllib.parse import quote, unquote

import pytest

from tests.support.devices import device_for_files, given_profile
from tests.support.house import found, house

DAV = "/dav/files"
ROOT, TRASH = "io.cozy.files.root-dir", "io.cozy.files.trash-dir"
HIDES_OLD = {"mode": "exclude", "rules": [{"path": "/Work/Old"}]}
PROPFIND = b'<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
REFERENCES = "/data/io.cozy.x/y/relationships/references"
TREE = {"Work/b.txt": b"bb", "Work/Old/c.txt": b"ccc", "Photos/a.jpg": b"a", "d.txt": b"dddd"}


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    async with house(tmp_path) as running:
        await grown(running, TREE)
        yield running


async def grown(home, files):
    folders = {path.rpartition("/")[0] for path in files if "/" in path}
    above = {
        "/".join(one.split("/")[: n + 1]) for one in folders for n in range(one.count("/") + 1)
    }
    for folder in sorted(above):
        assert (await ask(home, "MKCOL", f"{DAV}/{quote(folder)}"))[0] == 201
    for path, content in files.items():
        assert (await ask(home, "PUT", f"{DAV}/{quote(path)}", data=content))[0] == 201


async def ask(home, method, path, who=None, **sent):
    session = home.owner if who is None else home.anybody
    headers = {**(who or {}), **sent.pop("headers", {})}
    async with session.request(method, path, headers=headers, **sent) as response:
        return response.status, await response.read()


async def told(home, method, path, who=None, **sent):
    status, text = await ask(home, method, path, who, **sent)
    assert status in (200, 201), (method, path, status, text)
    return json.loads(text)


async def id_of(home, path):
    return (await told(home, "GET", f"/files/metadata?Path={quote(path)}"))["data"]["id"]


def attributes(node_id, **changed):
    return {"data": {"type": "io.cozy.files", "id": node_id, "attributes": changed}}


async def listed(home, who, node_id=ROOT):
    """Return all that is below a folder by its listings, page by page: ids and names."""
    found, waiting = {}, [node_id]
    while waiting:
        path = f"/files/{waiting.pop()}?page[limit]=2"
        while path:
            page = await told(home, "GET", path, who)
            for one in page["included"]:
                found[one["id"]] = one["attributes"]["name"]
                if one["attributes"]["type"] == "directory":
                    waiting.append(one["id"])
            path = page.get("links", {}).get("next")
    return found


async def asked_for(home, who):
    """Return the ids that a question for everything finds, outside of the trash."""
    question = {"selector": {"_id": {"$gt": None}}, "limit": 3}
    path, found = "/files/_find", set()
    while path:
        page = await told(home, "POST", path, who, json=question)
        found |= {one["id"] for one in page["data"]}
        path = page.get("links", {}).get("next")
    return found - {ROOT, TRASH}


async def walked(home, who):
    """Return the paths that are seen over WebDAV."""
    paths, waiting = set(), [f"{DAV}/"]
    while waiting:
        here = waiting.pop()
        headers = {"Depth": "1"}
        _, text = await ask(home, "PROPFIND", here, who, headers=headers, data=PROPFIND)
        for href in re.findall(r"<[dD]:href>([^<]*)<", text.decode()):
            paths.add(unquote(href.removeprefix(DAV)).strip("/"))
            if href.endswith("/") and href != here:
                waiting.append(href)
    return paths - {""}


@pytest.mark.parametrize(
    "door",
    [
        *("/files/{id}", "/files/{id}/size", "/files/{id}/relationships/contents"),
        *("/files/metadata?Path=/Work/Old", "/files/metadata?Path=/Work/Old/c.txt"),
        *("/files/download/{file}", "/files/download?Path=/Work/Old/c.txt", "/files/{file}"),
        *("/files/{id}/past?At=2030-01-01T00:00:00Z",),
    ],
)
async def test_what_is_hidden_is_not_there(home, door):
    phone, who = await device_for_files(home, **HIDES_OLD)
    names = {"id": await id_of(home, "/Work/Old"), "file": await id_of(home, "/Work/Old/c.txt")}
    assert (await ask(home, "GET", door.format(**names), who))[0] == 404
    await given_profile(home, phone, mode="all")
    assert (await ask(home, "GET", door.format(**names), who))[0] == 200


CHANGES = [
    ("PATCH", "/files/{file}", attributes("x", name="other")),
    ("PATCH", "/files/{file}", attributes("x", permanent_delete=True)),
    ("PATCH", "/files/metadata?Path=/Work/Old/c.txt", attributes("x", tags=["t"])),
    ("DELETE", "/files/{file}", None),
    ("PUT", "/files/{file}", b"new content"),
    ("POST", "/files/{id}?Type=file&Name=new", b"new file"),
    ("POST", "/files/{id}/copy?Name=copy", None),
    ("POST", "/files/{file}/versions", {"data": {"attributes": {"metadata": {"a": "b"}}}}),
    ("POST", "/files/{id}/relationships/referenced_by", {"data": [{"type": "t", "id": "i"}]}),
    ("POST", "/files/downloads?Path=/Work/Old/c.txt", None),
    ("POST", "/files/archive", {"data": {"attributes": {"files": ["/Work/Old/c.txt"]}}}),
    (
        "POST",
        "/data/io.cozy.x/y/relationships/references",
        {"data": [{"type": "f", "id": "{file}"}]},
    ),
]


@pytest.mark.parametrize(("method", "path", "sent"), CHANGES)
async def test_what_is_hidden_cannot_be_changed_nor_taken(home, method, path, sent):
    _, who = await device_for_files(home, **HIDES_OLD)
    names = {"id": await id_of(home, "/Work/Old"), "file": await id_of(home, "/Work/Old/c.txt")}
    before = await told(home, "GET", f"/files/{names['file']}")
    if isinstance(sent, dict):
        body = {"json": json.loads(json.dumps(sent).replace("{file}", names["file"]))}
    else:
        body = {"data": sent}
    assert (await ask(home, method, path.format(**names), who, **body))[0] == 404
    assert await told(home, "GET", f"/files/{names['file']}") == before


async def test_lists_and_questions_leave_out_what_is_hidden(home):
    _, who = await device_for_files(home, **HIDES_OLD)
    hidden = {await id_of(home, "/Work/Old"), await id_of(home, "/Work/Old/c.txt")}
    everything = await listed(home, None)
    seen = {one: name for one, name in everything.items() if one not in hidden}
    assert await listed(home, who) == seen
    assert await asked_for(home, who) == set(seen)
    page = await told(home, "POST", "/files/_all_docs", who, json={"keys": sorted(everything)})
    assert {one["id"] for one in page["data"]} == set(seen)
    work = await id_of(home, "/Work")
    size = await told(home, "GET", f"/files/{work}/size", who)
    assert size["data"]["attributes"]["size"] == "2"


async def test_an_archive_holds_what_its_maker_sees(home):
    _, who = await device_for_files(home, **HIDES_OLD)
    sent = {"data": {"attributes": {"name": "all", "files": ["/Work"]}}}
    made = await told(home, "POST", "/files/archive", who, json=sent)
    accept = {"Accept": "application/zip"}
    for status, content in (
        await ask(home, "POST", "/files/archive", who, json=sent, headers=accept),
        await ask(home, "GET", made["links"]["related"], {}),
    ):
        assert status == 200
        names = {name.rstrip("/") for name in zipfile.ZipFile(io.BytesIO(content)).namelist()}
        assert names == {"all/Work", "all/Work/b.txt"}


async def test_the_past_and_all_versions_are_for_who_sees_all(home):
    _, who = await device_for_files(home, **HIDES_OLD)
    work, photos = await id_of(home, "/Work"), await id_of(home, "/Photos")
    moment = "At=2030-01-01T00:00:00Z"
    assert (await ask(home, "GET", f"/files/{work}/past?{moment}", who))[0] == 403
    assert (await ask(home, "GET", f"/files/{photos}/past?{moment}", who))[0] == 200
    at = {"data": {"attributes": {"at": "2020-01-01T00:00:00Z"}}}
    assert (await ask(home, "POST", f"/files/{work}/restore_at", who, json=at))[0] == 403
    assert (await ask(home, "DELETE", "/files/versions", who))[0] == 403


async def test_what_is_hidden_stays_where_it_is_when_its_folder_goes(home):
    _, who = await device_for_files(home, **HIDES_OLD)
    work, hidden = await id_of(home, "/Work"), await id_of(home, "/Work/Old/c.txt")
    sent = attributes(work, name="Job", tags=["t"])
    moved = await told(home, "PATCH", f"/files/{work}", who, json=sent)
    assert moved["data"]["attributes"]["path"] == "/Job"
    assert moved["data"]["attributes"]["tags"] == ["t"]
    assert await id_of(home, "/Work/Old/c.txt") == hidden
    assert (await ask(home, "GET", f"{DAV}/Job/b.txt"))[1] == b"bb"
    await given_profile(home, _, mode="exclude", rules=[{"path": "/Work/Old"}])
    copied = await told(home, "POST", f"/files/{work}/copy?Name=Copy", None)
    assert copied["data"]["attributes"]["path"] == "/Copy"


async def test_a_copy_takes_what_is_seen_along(home):
    _, who = await device_for_files(home, **HIDES_OLD)
    work = await id_of(home, "/Work")
    copied = await told(home, "POST", f"/files/{work}/copy?Name=Copy", who)
    assert set((await listed(home, None, copied["data"]["id"])).values()) == {"b.txt"}


async def test_what_was_hidden_is_hidden_in_the_trash(home):
    _, who = await device_for_files(home, **HIDES_OLD)
    old, seen = await id_of(home, "/Work/Old"), await id_of(home, "/d.txt")
    for one in (old, seen):
        assert (await ask(home, "DELETE", f"/files/{one}"))[0] == 200
    trash = await told(home, "GET", "/files/trash", who)
    assert [one["id"] for one in trash["data"]] == [seen]
    for method in ("POST", "DELETE"):
        assert (await ask(home, method, f"/files/trash/{old}", who))[0] == 404
    assert (await ask(home, "DELETE", "/files/trash", who))[0] == 204
    assert [one["id"] for one in (await told(home, "GET", "/files/trash"))["data"]] == [old]


READ_ONLY = [
    *CHANGES[:9],
    ("POST", "/files/?Type=directory&Name=new", None),
    ("DELETE", "/files/trash", None),
    ("DELETE", "/files/versions", None),
    ("PATCH", "/files/", {"data": [{"id": "{file}", "attributes": {"tags": ["t"]}}]}),
    ("POST", "/files/{id}/relationships/not_synchronized_on", {"data": []}),
    ("POST", "/files/{id}/restore_at", {"data": {"attributes": {"at": "2020-01-01T00:00:00Z"}}}),
    (
        "POST",
        "/data/io.cozy.x/y/relationships/references",
        {"data": [{"type": "f", "id": "{file}"}]},
    ),
    ("MOVE", "/remote.php/dav/files/owner/d.txt", None),
    ("DELETE", "/dav/files/d.txt", None),
]


@pytest.mark.parametrize(("method", "path", "sent"), READ_ONLY)
async def test_who_may_read_only_is_refused_in_the_words_of_the_door(home, method, path, sent):
    phone, who = await device_for_files(home, mode="all", read_only=True)
    names = {"id": await id_of(home, "/Work/Old"), "file": await id_of(home, "/Work/Old/c.txt")}
    before = (await told(home, "GET", "/files/_changes"))["last_seq"]
    if isinstance(sent, dict):
        body = {"json": json.loads(json.dumps(sent).replace("{file}", names["file"]))}
    else:
        body = {"data": sent, "headers": {"Destination": "/remote.php/dav/files/owner/e.txt"}}
    status, text = await ask(home, method, path.format(**names), who, **body)
    assert status == 403, text
    if path.startswith("/files"):
        assert json.loads(text)["errors"][0]["status"] == "403"
    assert (await told(home, "GET", "/files/_changes"))["last_seq"] == before
    assert (await ask(home, "GET", f"/files/download/{names['file']}", who)) == (200, b"ccc")
    assert (await listed(home, who)) == (await listed(home, None))
    await given_profile(home, phone, mode="all", read_only=False)
    assert (await ask(home, method, path.format(**names), who, **body))[0] != 403


async def test_who_may_read_only_makes_no_link_that_writes(home):
    _, who = await device_for_files(home, mode="all", read_only=True)
    work = await id_of(home, "/Work")
    for verbs, status in ((["GET"], 200), (["ALL"], 403), (["POST"], 403)):
        rule = {"type": "io.cozy.files", "values": [work], "verbs": verbs}
        sent = {"data": {"type": "io.cozy.permissions", "attributes": {"permissions": {"f": rule}}}}
        assert (await ask(home, "POST", "/permissions?codes=a", who, json=sent))[0] == status


FOLDERS = ("A", "A/B", "A/B/C", "D", "D/E")
KINDS = ("txt", "jpg", "pdf")


def profile_of(chance):
    rules = []
    for _ in range(chance.randrange(1, 4)):
        rule = {"path": f"/{chance.choice(FOLDERS)}"} if chance.random() < 0.8 else {"path": "/"}
        kind = chance.random()
        if kind < 0.3:
            rule["glob"] = f"**/*.{chance.choice(KINDS)}"
        elif kind < 0.5:
            rule["min_size"] = chance.randrange(1, 5)
        if chance.random() < 0.3:
            rule["show"] = chance.random() < 0.5
        rules.append(rule)
    return {"mode": chance.choice(["include", "exclude"]), "rules": rules}


@pytest.mark.parametrize("seed", range(5))
async def test_every_door_shows_the_same_part_of_the_tree(tmp_path, seed):
    chance = random.Random(seed)
    found(tmp_path)
    async with house(tmp_path) as home:
        names = [f"{folder}/f{n}.{kind}" for folder in FOLDERS for n, kind in enumerate(KINDS)]
        await grown(home, {name: bytes(chance.randrange(6)) for name in [*names, "top.txt"]})
        paths = {path: await id_of(home, f"/{path}") for path in await walked(home, None)}
        phone, who = await device_for_files(home)
        for _ in range(6):
            await given_profile(home, phone, **profile_of(chance))
            seen = {paths[path] for path in await walked(home, who)}
            assert set(await listed(home, who)) == seen
            assert await asked_for(home, who) & set(paths.values()) == seen
            for path, one in paths.items():
                status = 200 if one in seen else 404
                assert (await ask(home, "HEAD", f"/files/{one}", who))[0] == status, path
        assert set(await listed(home, None)) >= set(paths.values())
