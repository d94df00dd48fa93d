"""Every route against every kind of credential: the whole of who may do what, in one table.

The table is `matrix.txt` beside this file. A section names a family of routes and says in one line
what each kind of caller gets there: a status, or `in` for who gets through, whose status stands
with each route; `-` is not asked, for it would end what other rows rest on. Nothing of it is
computed from the code under test.

To add a route: put a line into the section whose cells fit (or make a section), as

    METHOD /pattern/as/aiohttp/has/it STATUS [as /a/path/to/ask] [with {"json": "body"}]

The pattern's parts get the values of `PARTS` unless `as` says otherwise. Choose a request that
changes nothing when it gets through (a document that is not there, a stale revision), so that rows
can be asked in any order; STATUS is what that answers. A route that is in no line fails
`test_every_route_is_in_the_table`; methods that a path refuses with 405 need no line.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from server.app import build_app
from server.settings import Settings
from tests.support.devices import (
    app_password,
    basic_of,
    bearer,
    oauth_token,
    revoked,
    signed_in,
)
from tests.support.house import basic, found, house

TABLE = Path(__file__).with_name("matrix.txt")
COLUMNS = (
    *("none", "expired", "revoked", "foreign", "scope", "reader", "link", "device"),
    *("session", "owner"),
)
"""Callers: nobody; an OAuth client whose token expired, or which was revoked; everything at another
home; everything but the documents asked for; who only reads them; who has a link to one of them; an
app password for them; the owner's cookie alone; the owner's passphrase."""

TYPE = "org.example.matrix.things"
PARTS = {
    "database": TYPE, "doctype": TYPE, "id": "a", "attachment": "file.txt", "path": "a.txt",
    "design": "d", "view": "v", "function": "f", "view_design": "d", "tail": "",
}  # fmt: skip
"""What parts of a pattern are when a line does not say; all others are `x`."""
OWN = "org.example.matrix.* io.cozy.files"
READING = "org.example.matrix.*:GET io.cozy.files:GET io.cozy.settings:GET io.cozy.doctypes:GET"
AT_ONCE = 8
PLACES = (
    {"X-Forwarded-For": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", "X-Forwarded-Proto": "https"}
    for n in count()
)
"""Each request comes from a place of its own: none is refused for what others have tried."""


@dataclass(frozen=True)
class Row:
    """One line: a method and a pattern, what to ask, and the status for each column or None."""

    method: str
    pattern: str
    path: str
    body: str | None
    expected: dict[str, int | None]


def read_table(text):
    rows, cells = [], {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            words = line.rpartition("]")[2].split()
            assert len(words) == len(COLUMNS), line
            cells = dict(zip(COLUMNS, words, strict=True))
            continue
        rows.append(_row(line, cells))
    return rows


def _row(line, cells):
    told = re.fullmatch(r"(\S+)\s+(\S+)\s+(\d+)(?:\s+as (\S+))?(?:\s+with (.+))?", line.strip())
    assert told is not None, f"not a line of the table: {line}"
    method, pattern, status, path, body = told.groups()
    own = {"in": int(status), "-": None}
    expected = {who: own[cell] if cell in own else int(cell) for who, cell in cells.items()}
    return Row(method, pattern, path or _filled(pattern), body, expected)


def _filled(pattern):
    return re.sub(r"\{(\w+)\}", lambda part: PARTS.get(part.group(1), "x"), pattern)


def routes_of(app):
    """Return method and pattern of all routes; HEAD goes with GET."""
    return {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.method != "HEAD"
    }


async def callers(home):
    """Return the headers of each column."""
    app, old = home.app, (datetime.now(UTC) - timedelta(days=8)).timestamp()
    gone = await oauth_token(app, "*", client="e" * 32)
    await revoked(app, "e" * 32)
    await app_password(app, OWN)
    link = {"it": {"type": TYPE, "verbs": ["GET"], "values": ["a"]}}
    body = {"data": {"attributes": {"permissions": link}}}
    async with home.owner.post("/permissions?codes=x", json=body) as response:
        code = (await response.json(content_type=None))["data"]["attributes"]["codes"]["x"]
    return {
        "none": {},
        "expired": bearer(await oauth_token(app, "*", client="a" * 32, issued=old)),
        "revoked": bearer(gone),
        "foreign": bearer(await oauth_token(app, "*", domain="other.example", client="a" * 32)),
        "scope": bearer(await oauth_token(app, "io.cozy.bills", client="b" * 32)),
        "reader": bearer(await oauth_token(app, READING, client="c" * 32)),
        "link": bearer(code),
        "device": basic_of("barafado-kilomuna-petisoga", "owner"),
        "session": await signed_in(app),
        "owner": {"Authorization": basic()},
    }


async def furnished(home):
    """Put in what the paths of the table name."""
    design = {
        "views": {"v": {"map": "function (doc) { emit(doc._id); }"}},
        "shows": {"f": "function (doc, req) { return 'shown'; }"},
    }
    for path, body in (("", None), ("/a", {"n": 1}), ("/_design/d", design)):
        async with home.owner.put(f"/couchdb/{TYPE}{path}", json=body) as response:
            assert response.status == 201
    index = {"index": {"fields": ["n"]}, "ddoc": "n"}
    async with home.owner.post(f"/couchdb/{TYPE}/_index", json=index) as response:
        assert response.status == 200
    async with home.owner.put("/dav/files/a.txt", data=b"x") as response:
        assert response.status == 201


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    found(tmp_path, "other.example", (), b"t" * 32)
    async with house(tmp_path, trusted_proxies=("127.0.0.1",)) as running:
        await furnished(running)
        yield running


async def status(home, row, headers):
    sent = {"data": row.body} if row.body else {}
    headers = {**headers, **next(PLACES), "Destination": "d" if row.path.endswith("/copy") else "a"}
    if row.body:
        headers["Content-Type"] = "application/json"
    asked = home.anybody.request(
        row.method, row.path, headers=headers, allow_redirects=False, **sent
    )
    async with asked as response:
        return response.status


async def test_each_credential_opens_what_the_table_says_and_no_more(home):
    table, shown = read_table(TABLE.read_text()), await callers(home)
    turns, wrong = asyncio.Semaphore(AT_ONCE), []

    async def ask(row, who):
        async with turns:
            answered = await status(home, row, shown[who])
        if answered != row.expected[who]:
            wrong.append(f"{row.method} {row.path} by {who}: {answered}, not {row.expected[who]}")

    asked = [(row, who) for row in table for who in COLUMNS if row.expected[who] is not None]
    await asyncio.gather(*(ask(row, who) for row, who in asked))
    assert not wrong, "\n".join(sorted(wrong))
    assert len(asked) > 1000


def test_every_route_is_in_the_table(tmp_path):
    app = build_app(Settings(dir=tmp_path), [])
    table = read_table(TABLE.read_text())
    lines = {(row.method, row.pattern) for row in table}
    patterns = {pattern for _, pattern in lines}
    routed = routes_of(app)
    missing = {
        f"{method} {pattern}"
        for method, pattern in routed
        if (method, pattern) not in lines and pattern not in patterns
    }
    assert not missing, "\n".join(sorted(missing))
    anything = {pattern for method, pattern in routed if method == "*"}
    dead = {line for line in lines if line not in routed and line[1] not in anything}
    assert not dead


async def test_methods_that_are_in_no_line_are_refused(home):
    table = read_table(TABLE.read_text())
    lines = {(row.method, row.pattern) for row in table}
    headers = (await callers(home))["owner"]
    wrong = []
    for method, pattern in sorted(routes_of(home.app) - lines):
        if method == "*":
            continue
        row = Row(method, pattern, _filled(pattern), None, {})
        if (answered := await status(home, row, headers)) != 405:
            wrong.append(f"{method} {row.path}: {answered}")
    assert not wrong, "\n".join(wrong)
