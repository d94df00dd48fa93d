"""RFC 6578 over a source that keeps a journal in memory."""

from dataclasses import dataclass

import pytest

from webdav.model.extension import Extensions
from webdav.model.resource import Located
from webdav.model.sync import ChangesSource, SyncChanges, SyncPage, TokenUnknown
from webdav.wire.xml import DAV


@dataclass
class Snapshots:
    """Compares the tree with the one that the token names, among the members alone."""

    dav: object

    def __post_init__(self):
        self.states = []

    async def token(self, collection):
        self.states.append(await self._state(collection))
        return f"data:,{len(self.states) - 1}"

    async def _state(self, collection):
        found = {}
        async for page in self.dav.backend.children(collection.resource):
            found |= {one.name: one for one in page}
        return found

    async def changes_since(self, collection, token, *, is_deep, limit):
        assert not is_deep
        before = {} if token is None else self._known(token)
        now = await self._state(collection)
        changed = [
            Located((*collection.path, name), one)
            for name, one in now.items()
            if before.get(name) != one
        ]
        removed = [(*collection.path, name) for name in before if name not in now]
        is_truncated = limit is not None and len(changed) + len(removed) > limit
        if is_truncated:
            changed, removed = changed[:limit], removed[: max(0, limit - len(changed))]
            told = {one.path[-1] for one in changed}
            reached = {name: one for name, one in before.items() if (name,) not in removed}
            self.states.append(reached | {name: now[name] for name in told})
        else:
            self.states.append(now)

        async def pages():
            yield SyncPage(changed, removed)

        return SyncChanges(pages(), f"data:,{len(self.states) - 1}", is_truncated)

    def _known(self, token):
        number = token.removeprefix("data:,")
        if not number.isdecimal() or int(number) >= len(self.states):
            raise TokenUnknown
        return self.states[int(number)]


_: type[ChangesSource] = Snapshots


def question(token="", level="1", limit=None):
    limit = f"<a:limit><a:nresults>{limit}</a:nresults></a:limit>" if limit else ""
    level = f"<a:sync-level>{level}</a:sync-level>" if level else ""
    return (
        f'<a:sync-collection xmlns:a="DAV:"><a:sync-token>{token}</a:sync-token>{level}{limit}'
        "<a:prop><a:getetag/></a:prop></a:sync-collection>"
    ).encode()


@pytest.fixture
def syncing(dav):
    dav.extensions = Extensions(changes=Snapshots(dav))
    return dav


async def sync(dav, token="", **asked):
    answer = await dav("REPORT", "/", question(token, **asked))
    assert answer.status == 207
    told = {
        row.findtext(f"{DAV}href").removeprefix("/dav/files"): row.findtext(f"{DAV}status")
        for row in answer.xml.findall(f"{DAV}response")
    }
    return told, answer.xml.findtext(f"{DAV}sync-token")


GONE, MORE = "HTTP/1.1 404 Not Found", "HTTP/1.1 507 Insufficient Storage"


async def test_client_is_told_what_changed_and_what_went(syncing):
    for name in "abc":
        await syncing("PUT", f"/{name}", name.encode())
    told, token = await sync(syncing)
    assert told == {"/a": None, "/b": None, "/c": None}
    assert await sync(syncing, token) == ({}, "data:,1")
    await syncing("PUT", "/a", b"other")
    await syncing("DELETE", "/b")
    await syncing("MKCOL", "/d")
    told, token = await sync(syncing, token)
    assert told == {"/a": None, "/d/": None, "/b": GONE}


async def test_long_answer_is_cut_short_and_goes_on(syncing):
    for name in "abcde":
        await syncing("PUT", f"/{name}", name.encode())
    seen, token = {}, ""
    for _ in range(3):
        told, token = await sync(syncing, token, limit=2)
        assert (told.pop("/", None) == MORE) is (len(seen) + len(told) < 5)
        seen |= told
    assert sorted(seen) == ["/a", "/b", "/c", "/d", "/e"]


async def test_rows_carry_the_properties_asked_for(syncing):
    put = await syncing("PUT", "/a", b"x")
    answer = await syncing("REPORT", "/", question())
    assert answer.rows()["/dav/files/a"][200][f"{DAV}getetag"].text == put.headers["ETag"]


@pytest.mark.parametrize("token", ["data:,7", "http://elsewhere", "%"])
async def test_unknown_token_is_refused_as_rfc_6578_says(syncing, token):
    answer = await syncing("REPORT", "/", question(token))
    assert (answer.status, b"<D:valid-sync-token/>" in answer.body) == (403, True)


@pytest.mark.parametrize(
    "asked",
    [question(level=""), question(level="2"), question(limit="0x"), question(limit="-1")],
)
async def test_what_is_no_question_is_refused(syncing, asked):
    assert (await syncing("REPORT", "/", asked)).status == 400


async def test_depth_1_of_older_clients_is_a_level(syncing):
    assert (await syncing("REPORT", "/", question(level=""), depth="1")).status == 207


async def test_file_has_no_members_to_tell_of(syncing):
    await syncing("PUT", "/a", b"x")
    assert (await syncing("REPORT", "/a", question())).status == 403


async def test_token_is_a_property_of_collections(syncing):
    await syncing("PUT", "/a", b"x")
    names = b"<a:sync-token/><a:supported-report-set/>"
    body = b'<a:propfind xmlns:a="DAV:"><a:prop>%s</a:prop></a:propfind>' % names
    rows = (await syncing("PROPFIND", "/", body, depth="1")).rows()
    token = rows["/dav/files/"][200][f"{DAV}sync-token"].text
    assert await sync(syncing, token) == ({}, "data:,1")
    assert set(rows["/dav/files/a"][404]) == {f"{DAV}sync-token"}
    reports = rows["/dav/files/"][200][f"{DAV}supported-report-set"]
    assert reports.find(f".//{DAV}sync-collection") is not None


async def test_without_a_source_there_is_no_such_report(dav):
    assert (await dav("REPORT", "/", question())).status == 403
