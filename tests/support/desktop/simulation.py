"""The whole engine on up to four devices and one home, in a world where all goes by seed.

Actions and faults come in any order. Now and then the world comes to rest: then all trees are the
same, and each byte string that a person wrote and did not let go of is somewhere.
"""

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import apsw

from clients.desktop.disk.port import EntryKind
from clients.desktop.engine.engine import Engine
from clients.desktop.engine.guard import Limits
from clients.desktop.engine.settings import Settings
from clients.desktop.engine.status import State
from clients.desktop.model.folding import Folding, folded
from clients.desktop.model.kind import Kind
from clients.desktop.trees.schema import prepare
from clients.desktop.trees.trees import Trees
from tests.support.desktop.fake_disk import FakeDisk
from tests.support.desktop.fake_home import FakeHome, FakeServer
from tests.support.desktop.faults import Faults
from tests.support.desktop.persons import Persons
from tests.support.desktop.virtual_loop import VirtualLoop

NAMES_OF_DEVICES = ("ada", "bob", "cyd", "dot")
FOLDINGS = (Folding(), Folding(case=True, unicode=True), Folding(), Folding(unicode=True))
START = datetime(2026, 11, 27, tzinfo=UTC)
PATIENCE = 4 * 3600.0
"""Seconds of its own time that the world may take to come to rest."""


ACTIONS = {
    "disk": 62,
    "browser": 24,
    "note": 6,
    "crash": 3,
    "jump": 2,
    "pause": 1.5,
    "resume": 1.5,
    "bring_back": 0,
}


class Broken(AssertionError):
    """A promise was broken."""


class Device:
    """A computer: its disk outlives the program, and so does the file of its trees, or an older."""

    def __init__(self, world, name, folding):
        self.world = world
        self.name = name
        self.disk = FakeDisk(
            *(world.faults, name),
            folding=folding,
            reuses=world.random.random() < 0.7,
            keeps_executable=world.random.random() < 0.8,
        )
        self.home = FakeHome(world.server, name, world.faults)
        self.skew = timedelta()
        self.settings = None
        self.is_ignored = lambda _: False
        self.snapshots = []
        self.connection = None
        self.engine = None
        self.task = None

    def clock(self):
        return START + timedelta(seconds=asyncio.get_running_loop().time()) + self.skew

    def start(self, file=None):
        self.connection = apsw.Connection(":memory:")
        if file is not None:
            self.connection.deserialize("main", file)
        prepare(self.connection)
        settings = self.settings or Settings(
            device=self.name,
            at_once=3,
            page=self.world.random.choice((2, 5, 1000)),
            scan_every=self.world.random.choice((60.0, 900.0)),
            limits=Limits(files=10_000),
        )
        trees = Trees(self.connection, self.disk.folding)
        self.engine = Engine(
            *(self.disk, self.home, trees, settings),
            clock=self.clock,
            is_ignored=self.ignores,
        )
        self.trees = trees
        self.task = asyncio.create_task(self.engine.run())

    def ignores(self, path):
        return self.is_ignored(path)

    def keep(self):
        self.snapshots = [*self.snapshots[-2:], self.connection.serialize("main")]

    async def crash(self):
        """Cut the program off wherever it is; the power may take its last notes with it."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        file = self.connection.serialize("main")
        if self.snapshots and self.world.random.random() < 0.4:
            file = self.world.random.choice(self.snapshots)
        self.snapshots = []
        self.connection.close()
        self.start(file)

    def check_alive(self):
        if self.task.done():
            self.task.result()
            raise Broken(f"{self.name} ended")


@dataclass
class Counts:
    actions: int = 0
    rests: int = 0


class World:
    """One run. `steps` of the loop, actions and rests are counted.

    `has_browser`: people act in the home too. `loses_notes`: a crash may take the last of the notes
    with it, as a power cut does. `late`: the share of answers of the home that come late.
    `restores`: how often, among ACTIONS, the home is backed up, or brought back.
    """

    def __init__(  # noqa: PLR0913  # all are by name, and most have their usual value
        self,
        seed,
        *,
        devices=None,
        rate=0.03,
        has_browser=True,
        loses_notes=True,
        keeps_lines=False,
        late=0.0,
        restores=0.0,
    ):
        self.seed = seed
        self.random = Random(seed)
        self.loop = VirtualLoop(self.random)
        self.faults = Faults(self.random, rate=rate, late=late)
        self.faults.keeps_lines = keeps_lines
        self.rate = rate
        self.has_browser = has_browser
        self.loses_notes = loses_notes
        self.server = FakeServer()
        self.persons = Persons(self.random, self.server)
        self.weights = ACTIONS if not restores else {**ACTIONS, "bring_back": restores}
        self.backup = None
        self.counts = Counts()
        number = devices or self.random.choice((1, 2, 2, 3, 4))
        names = NAMES_OF_DEVICES[:number]
        foldings = [FOLDINGS[0], *(self.random.choice(FOLDINGS) for _ in names[1:])]
        self.devices = [
            Device(self, name, folding) for name, folding in zip(names, foldings, strict=True)
        ]

    def run(self, actions, *, between_rests=25):
        """Let so many things happen; raises Broken where a promise does not hold."""
        with self.running():
            while self.counts.actions < actions:
                for _ in range(self.random.randint(1, between_rests)):
                    self.do(self.act())
                self.do(self.rest())
        return self.faults.trace

    @contextmanager
    def running(self):
        self.do(self.start())
        try:
            yield self
        finally:
            self.do(self.stop())
            self.loop.close()

    def do(self, what):
        return self.loop.run_until_complete(what)

    async def start(self):
        for device in self.devices:
            device.start()

    async def stop(self):
        for device in self.devices:
            device.task.cancel()
        await asyncio.gather(*(device.task for device in self.devices), return_exceptions=True)

    async def act(self):
        """Let one thing happen, and some time pass."""
        self.counts.actions += 1
        device = self.random.choice(self.devices)
        kind = self.random.choices(list(self.weights), list(self.weights.values()))[0]
        await getattr(self, kind)(device)
        pause = self.random.random()
        await self.pass_time(0 if pause < 0.3 else 0.05 if pause < 0.6 else pause**6 * 5)

    async def pass_time(self, seconds):
        await asyncio.sleep(seconds)
        for device in self.devices:
            device.check_alive()

    async def disk(self, device):
        verb, touched = self.persons.act_on_disk(device)
        self.note_touched(device, verb, touched)

    async def browser(self, _device):
        if self.has_browser:
            self.faults.note("person", "home", self.persons.act_at_home(self.devices))

    async def note(self, device):
        """Remember the notes as they are: a power cut may bring them back so."""
        if self.loses_notes:
            device.keep()

    async def crash(self, device):
        self.faults.note("crash", device.name)
        await device.crash()

    async def bring_back(self, _device):
        """Bring the home back from a backup; what it alone had since is gone with it."""
        if self.backup is not None and self.random.random() < 0.5:
            self.faults.note("home brought back")
            dead = {it.data for it in self.server.nodes.values() if not self.server.is_alive(it.id)}
            self.server.bring_back(self.backup)
            there = self._somewhere() - dead  # a device may be taking what was thrown away
            for data in [data for data in self.persons.kept if data not in there]:
                self.persons.let_go(data)
        self.backup = self.server.backup()

    async def jump(self, device):
        device.skew += timedelta(days=self.random.uniform(-400, 400))

    async def pause(self, device):
        device.engine.pause()

    async def resume(self, device):
        device.engine.resume()

    def note_touched(self, device, verb, touched):
        """Let the watcher tell of it, or not."""
        self.faults.note("person", device.name, verb, *sorted(touched))
        for _ in range(self.random.choice((0, 1, 1, 1, 2))):  # lost, told, told twice
            delay = self.random.random() ** 3
            self.loop.call_later(delay, lambda: device.engine.hint(touched))

    async def rest(self):
        """Let no more faults happen, wait until nothing is left to do, and check the promises."""
        self.counts.rests += 1
        self.faults.rate = 0.0
        self.faults.note("rest")
        end = self.loop.time() + PATIENCE
        await asyncio.sleep(1.0)
        for _ in range(2):  # what one sends may be news to another that had come to rest
            for device in self.devices:
                device.engine.resume()
            while not all(self._is_at_rest(device) for device in self.devices):
                await asyncio.sleep(2.0)
                if self.loop.time() > end:
                    raise Broken(f"no rest: {[self._restless(it) for it in self.devices]}")
                for device in self.devices:
                    device.check_alive()
        self.check()
        self.faults.rate = self.rate

    def _is_at_rest(self, device):
        status = device.engine.status()
        is_heard = device.trees.feed_place == self.server.place
        blocked = len(device.engine._blocked)
        return status.state is State.IDLE and is_heard and (status.waiting == 0 or blocked > 0)

    def _restless(self, device):
        suspects = device.trees.suspects
        status = device.engine.status()
        return (
            *(device.name, status.state, suspects.ids, suspects.keys),
            *(status.problems, device.trees.feed_place, self.server.place),
        )

    def check(self):
        for device in self.devices:
            self._check_equal(device)
        self._check_kept()

    def _check_equal(self, device):
        left_out = self._blocked(device)
        home = self._home_tree(device, left_out)
        disk = self._disk_tree(device, left_out)
        if home != disk:
            only_home = sorted(home.items() - disk.items())
            only_disk = sorted(disk.items() - home.items())
            raise Broken(f"{device.name}: home {only_home}, disk {only_disk}, {left_out}")

    def _blocked(self, device):
        """Return the paths of what is blocked, and of what waits for that."""
        problems = [problem.path for problem in device.engine.status().problems]
        if not problems:
            return []
        suspects = device.trees.suspects
        waiting = [device.engine._telling.path_of(who) for who in (*suspects.ids, *suspects.keys)]
        seen = [device.trees.remote.seen(node_id) for node_id in suspects.ids]
        at_home = [self.server.path(self.server.nodes[node.id]) for node in seen if node]
        return [_spelling(device, path) for path in (*problems, *waiting, *at_home)]

    def _home_tree(self, device, left_out):
        found = {}
        for node in self.server.nodes.values():
            if self.server.seen(device.name, node):
                path = _spelling(device, self.server.path(node))
                if not _is_under(path, left_out):
                    found[path] = _facts_at_home(device, node)
        return found

    def _disk_tree(self, device, left_out):
        return {
            spelling: _facts_on_disk(node)
            for path, node in device.disk.walk()
            if node.kind is not EntryKind.LINK
            and not _is_under(spelling := _spelling(device, path), left_out)
        }

    def _somewhere(self):
        found = {node.data for node in self.server.nodes.values()}  # versions do not count
        for device in self.devices:
            found |= {node.data for _, node in device.disk.walk()}
        return found

    def _check_kept(self):
        found = self._somewhere()
        lost = sorted(data for data in self.persons.kept if data not in found)
        if lost:
            raise Broken(f"lost {lost}")


def _is_under(path, places):
    return any(path == place or path.startswith(f"{place}/") for place in places)


def _spelling(device, path):
    return folded(path, device.disk.folding)


def _facts_at_home(device, node):
    mark = node.executable and device.disk.keeps_executable
    return (node.kind.value, node.data, mark) if node.kind is Kind.FILE else (node.kind.value,)


def _facts_on_disk(node):
    if node.kind is EntryKind.DIRECTORY:
        return (node.kind.value,)
    return (node.kind.value, node.data, node.executable)
