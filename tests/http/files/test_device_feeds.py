"""Two devices follow a home by all three of its feeds, whatever is left out, moved and taken in."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.devices import bearer, oauth_token
from tests.support.files import Drive
from tests.support.house import house

FILES = "io.cozy.files"
FEEDS = (
    "/files/_changes?include_docs=true&since=",
    f"/data/{FILES}/_changes?include_docs=true&since=",
    f"/couchdb/{FILES}/_changes?include_docs=true&style=all_docs&since=",
)
DEVICES = ("a" * 32, "b" * 32)
PICK = st.integers(0, 1000)
STEP = st.one_of(
    st.tuples(st.sampled_from(["exclude", "include"]), PICK, st.sampled_from(DEVICES)),
    st.tuples(st.sampled_from(["exclude", "include"]), PICK, st.sampled_from(DEVICES)),
    st.tuples(st.just("move"), PICK, PICK),
    st.tuples(st.sampled_from(["trash", "restore", "copy"]), PICK, PICK),
    st.tuples(st.sampled_from(["remove", "destroy"]), PICK, st.sampled_from(DEVICES)),
)


class Follower:
    """A device: what it has made of each feed."""

    def __init__(self, drive, token, since):
        self.drive = drive
        self.headers = bearer(token)
        self.since = dict.fromkeys(FEEDS, since)
        self.known = {feed: {} for feed in FEEDS}

    async def ask(self, method, path, **sent):
        async with self.drive.session.request(
            method, path, headers=self.headers, **sent
        ) as response:
            return response.status

    async def pull(self):
        for feed in FEEDS:
            path = feed + self.since[feed]
            told = await self.drive.ask("GET", path, 200, headers=self.headers)
            self.since[feed] = told["last_seq"]
            for row in told["results"]:
                assert row["doc"].get("_deleted", False) == row.get("deleted", False)
                if row.get("deleted"):
                    self.known[feed].pop(row["id"], None)
                else:
                    self.known[feed][row["id"]] = row["doc"]["_rev"]


@dataclass
class Picked:
    """What a step is about, by its numbers."""

    nodes: dict
    number: int
    other: int | str

    def one_of(self, ids, number=None):
        return sorted(ids)[(self.number if number is None else number) % len(ids)]

    @property
    def device(self):
        return self.other

    @property
    def node(self):
        return self.one_of(self.nodes)

    @property
    def directories(self):
        return [node for node, doc in self.nodes.items() if doc["type"] == "directory"]

    @property
    def directory(self):
        return self.one_of(self.directories)

    @property
    def target(self):
        return self.one_of(self.directories, self.other)


class World:
    """A tree of its own in a house that others used before, and two devices that follow it."""

    def __init__(self, home, number):
        self.owner, self.home, self.number = Drive(home.owner), home, number
        self.excluded = {device: set() for device in DEVICES}

    async def begin(self):
        self.start = (await self.owner.ask("GET", "/files/_changes", 200))["last_seq"]
        self.followers = {
            device: Follower(
                Drive(self.home.anybody),
                await oauth_token(self.home.app, FILES, client=device),
                self.start,
            )
            for device in DEVICES
        }
        top = (await self.owner.directory(f"{self.number}"))["id"]
        for name in ("a", "b"):
            outer = (await self.owner.directory(name, parent=top))["id"]
            inner = (await self.owner.directory("in", parent=outer))["id"]
            for parent in (outer, inner):
                await self.owner.upload("f", parent=parent)

    async def nodes(self):
        """All documents that were written since this world began, as the owner sees them."""
        path = f"/data/{FILES}/_changes?include_docs=true&since={self.start}"
        told = await self.owner.ask("GET", path, 200)
        return {row["id"]: row["doc"] for row in told["results"] if not row.get("deleted")}

    def line(self, nodes, node):
        found = []
        while node in nodes:
            found.append(node)
            node = nodes[node]["dir_id"]
        return found

    def seen(self, nodes, device):
        return {
            node: doc["_rev"]
            for node, doc in nodes.items()
            if not self.excluded[device] & set(self.line(nodes, node))
        }

    async def take(self, step):
        verb, number, other = step
        picked = Picked(await self.nodes(), number, other)
        if picked.directories:  # else all is gone
            await getattr(self, verb)(picked)
        nodes = await self.nodes()
        for device, follower in self.followers.items():
            await follower.pull()
            expected = self.seen(nodes, device)
            for feed, known in follower.known.items():
                assert known == expected, (step, feed)

    async def exclude(self, picked):
        await self._relate("POST", picked.directory, picked.device)
        self.excluded[picked.device].add(picked.directory)

    async def include(self, picked):
        known = self.excluded[picked.device] & set(picked.nodes)
        if known:
            node = picked.one_of(known)
            await self._relate("DELETE", node, picked.device)
            self.excluded[picked.device].discard(node)

    async def _relate(self, method, node, device):
        path = f"/data/io.cozy.oauth.clients/{device}/relationships/not_synchronizing"
        data = {"data": [{"type": FILES, "id": node}]}
        assert await self.followers[device].ask(method, path, json=data) == 204

    async def move(self, picked):
        name = f"n{picked.number % 3}"
        await self._change(picked.node, {"name": name, "dir_id": picked.target})

    async def _change(self, node, attributes):
        body = {"data": {"type": FILES, "id": node, "attributes": attributes}}
        async with self.owner.session.patch(f"/files/{node}", json=body) as response:
            assert response.status < 500

    async def trash(self, picked):
        await self._change(picked.node, {"move_to_trash": True})

    async def restore(self, picked):
        trashed = [one for one, doc in picked.nodes.items() if "restore_path" in doc]
        if trashed:
            await self.owner.ask("POST", f"/files/trash/{picked.one_of(trashed)}", 200)

    async def copy(self, picked):
        path = f"/files/{picked.node}/copy?DirID={picked.target}"
        async with self.owner.session.post(path) as response:
            assert response.status < 500

    async def remove(self, picked):
        await self._by_a_device("DELETE", picked)

    async def destroy(self, picked):
        attributes = {"permanent_delete": True}
        body = {"data": {"type": FILES, "id": picked.node, "attributes": attributes}}
        await self._by_a_device("PATCH", picked, json=body)

    async def _by_a_device(self, method, picked, **sent):
        nodes, device = picked.nodes, picked.device
        hidden = set(nodes) - set(self.seen(nodes, device))
        path = f"/files/{picked.node}"
        assert await self.followers[device].ask(method, path, **sent) < 500
        after = await self.nodes()
        assert {one: after.get(one) for one in hidden} == {one: nodes[one] for one in hidden}


@pytest.fixture
def running(tmp_path):
    """Return a house, and a loop to ask it in."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        home = runner.run(stack.enter_async_context(house(tmp_path)))
        yield runner, home
        runner.run(stack.aclose())


def test_each_device_sees_its_own_tree_by_every_feed(running):
    runner, home = running
    worlds = []

    @settings(max_examples=8, deadline=None, database=None)
    @given(steps=st.lists(STEP, min_size=6, max_size=14))
    def follow(steps):
        world = World(home, len(worlds))
        worlds.append(world)

        async def all_of_it():
            await world.begin()
            for step in steps:
                await world.take(step)

        runner.run(all_of_it())

    follow()
    assert len(worlds) >= 8
