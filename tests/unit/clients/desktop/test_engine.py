"""What the engine does when something is wrong, and what it tells of it."""

import asyncio
from contextlib import ExitStack

import pytest

from clients.desktop.disk.port import EntryKind, RootState
from clients.desktop.engine.guard import Limits
from clients.desktop.engine.settings import Settings
from clients.desktop.engine.status import Reason, State
from clients.desktop.home.port import ROOT_ID, Moved, Refused, Revoked, Shut, Unreachable
from clients.desktop.local.messages import say
from clients.desktop.local.telling import lines_of, told_of
from clients.desktop.model.folding import Folding
from clients.desktop.model.kind import Kind
from clients.desktop.model.names import parked_name
from clients.desktop.planner.operation import Obstacle
from tests.support.desktop.simulation import World

FILE, DIRECTORY = EntryKind.FILE, EntryKind.DIRECTORY


class Home:
    """One device, or more, without faults; `see` lets so much time pass, and returns its status."""

    def __init__(self, devices=1, folding=None):
        self.world = World(1, devices=devices, rate=0.0)
        self.server = self.world.server
        self.devices = self.world.devices
        self.one = self.devices[0]
        self.one.disk.folding = folding or Folding()
        self.one.disk.keeps_executable = True
        self.world.do(self.world.start())

    def see(self, seconds=5.0):
        return self.world.do(self._see(seconds))

    async def _see(self, seconds):
        for device in self.devices:
            device.engine.look_everywhere()
        await self.world.pass_time(seconds)
        return self.one.engine.status()

    def make(self, *paths, kind=FILE):
        for path in paths:
            data = path.encode("utf-8", "replace") if kind is FILE else b""
            self.one.disk.make(path, kind, data)

    def at_home(self):
        alive = [node for node in self.server.nodes.values() if self.server.is_alive(node.id)]
        return {self.server.path(node): node for node in alive}

    def on_disk(self):
        return dict(self.one.disk.walk())

    def restart(self, **settings):
        """Run another engine over the same trees."""
        self.one.settings = Settings(device="ada", **settings)
        self.world.do(self.one.crash())

    def close(self):
        self.world.do(self.world.stop())
        self.world.loop.close()


@pytest.fixture
def homes():
    with ExitStack() as stack:

        def open_home(**options):
            home = Home(**options)
            stack.callback(home.close)
            return home

        yield open_home


@pytest.fixture
def home(homes):
    return homes()


def test_both_ways(home):
    home.make("a", kind=DIRECTORY)
    home.make("a/one")
    home.server.make(ROOT_ID, "two", Kind.FILE, b"two")
    status = home.see()
    assert sorted(home.at_home()) == sorted(home.on_disk()) == ["a", "a/one", "two"]
    assert (status.state, status.files, status.waiting) == (State.IDLE, 2, 0)
    assert (status.bytes_up, status.bytes_down) == (5, 3)
    assert {(event.what, event.path) for event in status.recent} == {
        ("sent", "a"),
        ("sent", "a/one"),
        ("received", "two"),
    }


@pytest.mark.parametrize(
    ("state", "reason"),
    [(RootState.MISSING, Reason.ROOT_MISSING), (RootState.ANOTHER, Reason.ROOT_ANOTHER)],
)
def test_a_folder_that_is_not_there_is_not_a_folder_that_is_empty(home, state, reason):
    home.make("one", "two")
    home.see()
    home.one.disk.unlink("one")
    home.one.disk.state = state
    status = home.see()
    assert (status.state, status.reasons) == (State.PAUSED, (reason,))
    assert sorted(home.at_home()) == ["one", "two"]
    home.one.disk.state = RootState.HERE
    status = home.see(90.0)
    assert (status.state, status.reasons) == (State.IDLE, ())
    assert sorted(home.at_home()) == ["two"]


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [(Revoked("let in again"), Reason.REVOKED), (Moved("https://new.test"), Reason.MOVED)],
)
def test_what_does_not_pass_by_itself_waits_for_a_person(home, trouble, reason):
    home.see()
    home.make("one")
    home.one.home.trouble = trouble
    status = home.see(200.0)
    assert (status.state, status.reasons, status.why) == (State.PAUSED, (reason,), trouble.why)
    home.one.home.trouble = None
    home.see(200.0)
    assert home.at_home() == {}
    home.one.engine.resume()
    assert home.see().reasons == ()
    assert list(home.at_home()) == ["one"]


def test_a_home_that_is_shut_tells_why_and_is_asked_again(home):
    home.see()
    home.one.home.trouble = Shut("Sign the terms: https://host.test/terms")
    home.make("one")
    status = home.see(20.0)
    assert (status.state, status.reasons) == (State.PAUSED, (Reason.SHUT,))
    assert status.why == home.one.home.trouble.why
    home.one.home.trouble = None
    status = home.see(70.0)
    assert (status.state, status.reasons) == (State.IDLE, ())
    assert list(home.at_home()) == ["one"]


def test_a_disk_that_is_full_is_told_and_tried_again_when_there_may_be_room(home):
    home.server.make(ROOT_ID, "large", Kind.FILE, b"large")
    home.one.disk.is_full = True
    status = home.see(10.0)
    assert Reason.NO_ROOM_ON_DISK in status.reasons
    home.make("small")
    home.see(10.0)
    assert "small" in home.at_home()
    home.one.disk.is_full = False
    assert home.see(120.0).reasons == ()
    assert sorted(home.on_disk()) == ["large", "small"]


def test_a_home_that_is_full_is_told_and_what_is_thrown_away_there_makes_room(home):
    home.see()
    home.server.is_full = True
    home.make("one")
    assert Reason.NO_ROOM_IN_HOME in home.see(10.0).reasons
    home.server.is_full = False
    assert home.see(120.0).reasons == ()
    assert list(home.at_home()) == ["one"]


def test_a_home_that_does_not_answer_is_asked_again(home):
    home.see()
    home.one.home.trouble = Unreachable()
    home.make("one")
    assert home.see(20.0).state is State.OFFLINE
    home.one.home.trouble = None
    assert home.see(70.0).state is State.IDLE
    assert list(home.at_home()) == ["one"]


def test_who_is_paused_does_nothing_until_told_to(home):
    home.see()
    home.one.engine.pause()
    home.make("one")
    status = home.see(1000.0)
    assert (status.state, status.reasons) == (State.PAUSED, (Reason.BY_PERSON,))
    assert home.at_home() == {}
    home.one.engine.resume()
    home.see()
    assert list(home.at_home()) == ["one"]


def many(home):
    home.make("many", kind=DIRECTORY)
    home.make(*(f"many/{number}" for number in range(10)), "one")
    home.see()
    home.restart(limits=Limits(files=5, share=0.5))
    home.see()


@pytest.mark.parametrize("remove", [True, False])
def test_much_that_is_gone_from_the_disk_is_asked_about(home, remove):
    many(home)
    home.one.disk.unlink("many")
    home.make("new")
    status = home.see()
    assert (status.reasons, status.asked) == ((Reason.MANY_REMOVED_ON_DISK,), 10)
    assert len(home.at_home()) == 13  # what is new is sent meanwhile
    home.one.engine.confirm(remove=remove)
    status = home.see()
    assert (status.reasons, status.asked, status.waiting) == ((), 0, 0)
    assert len(home.at_home()) == len(home.on_disk()) == (2 if remove else 13)


@pytest.mark.parametrize("remove", [True, False])
def test_much_that_was_thrown_away_in_the_home_is_asked_about(home, remove):
    many(home)
    home.server.trash(home.at_home()["many"])
    status = home.see()
    assert (status.reasons, status.asked) == ((Reason.MANY_REMOVED_AT_HOME,), 10)
    assert len(home.on_disk()) == 12
    home.one.engine.confirm(remove=remove)
    status = home.see()
    assert (status.reasons, status.waiting) == ((), 0)
    assert len(home.at_home()) == len(home.on_disk()) == (1 if remove else 12)


def test_few_are_removed_unasked(home):
    many(home)
    for number in range(4):
        home.one.disk.unlink(f"many/{number}")
    assert home.see().reasons == ()
    assert len(home.at_home()) == 8


def test_what_both_sides_wrote_is_kept_twice_and_told_of(home):
    home.make("one.txt")
    home.see()
    home.one.disk.write(home.one.disk.find("one.txt"), b"here")
    home.server.replace(home.at_home()["one.txt"], b"there")
    status = home.see()
    other = "one (conflict, ada, 2026-11-27).txt"
    assert {path: node.data for path, node in home.on_disk().items()} == {
        "one.txt": b"there",
        other: b"here",
    }
    assert [(event.path, event.other) for event in status.conflicts] == [(other, "one.txt")]
    home.one.disk.unlink(other)
    assert home.see().conflicts == ()


def test_the_same_written_on_both_sides_is_no_conflict(home):
    home.make("one.txt")
    home.server.make(ROOT_ID, "one.txt", Kind.FILE, b"one.txt")
    assert home.see().conflicts == ()
    assert list(home.on_disk()) == list(home.at_home()) == ["one.txt"]


def test_an_edit_outlives_a_deletion_and_so_does_its_directory(home):
    home.make("a", kind=DIRECTORY)
    home.make("a/one", "a/two")
    home.see()
    home.server.trash(home.at_home()["a"])
    home.one.disk.write(home.one.disk.find("a/one"), b"new")
    home.see()
    assert sorted(home.at_home()) == sorted(home.on_disk()) == ["a", "a/one"]


def test_an_edit_in_the_home_outlives_a_deletion_on_the_disk(home):
    home.make("a", kind=DIRECTORY)
    home.make("a/one", "a/two")
    home.see()
    home.one.disk.unlink("a")
    home.server.replace(home.at_home()["a/one"], b"new")
    home.see()
    assert sorted(home.at_home()) == sorted(home.on_disk()) == ["a", "a/one"]
    assert home.on_disk()["a/one"].data == b"new"


def test_what_is_new_in_a_directory_that_is_left_out_is_kept_beside_it(home):
    home.make("a", kind=DIRECTORY)
    home.make("a/one", "a/two")
    home.see()
    home.server.leave_out("ada", home.at_home()["a"].id, is_left_out=True)
    home.one.disk.write(home.one.disk.find("a/one"), b"new")
    home.make("a/three")
    home.see()
    assert sorted(home.on_disk()) == ["one", "three"]
    assert sorted(home.at_home()) == ["a", "a/one", "a/two", "one", "three"]


def test_two_names_that_are_one_to_the_disk_are_told_of(homes):
    home = homes(folding=Folding(case=True))
    for name in ("a", "A"):
        home.server.make(ROOT_ID, name, Kind.FILE, name.encode())
    problems = home.see().problems
    assert [(problem.path, problem.kind) for problem in problems] == [("A", Obstacle.NAMES_FOLD)]
    assert list(home.on_disk()) == ["a"]
    home.server.move(home.at_home()["A"], ROOT_ID, "b")
    assert home.see().problems == ()
    assert sorted(home.on_disk()) == ["a", "b"]


def test_a_name_that_is_no_text_is_told_of(home):
    home.make("one", "\udce9")
    assert [problem.kind for problem in home.see().problems] == [Obstacle.NO_TEXT]
    assert list(home.at_home()) == ["one"]


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "../b"])
def test_a_name_that_would_lead_elsewhere_is_told_of(home, name):
    home.server.make(ROOT_ID, name, Kind.FILE, b"x")
    assert [problem.kind for problem in home.see().problems] == [Obstacle.NO_NAME]
    assert home.on_disk() == {}


def test_links_are_counted_and_neither_followed_nor_sent(home):
    home.make("link", "other link", kind=EntryKind.LINK)
    home.make("one")
    status = home.see()
    assert (status.foreign, status.waiting, status.problems) == (2, 0, ())
    assert "  " + say("foreign_are", count=2) in lines_of(told_of(status))
    assert list(home.at_home()) == ["one"]
    home.one.disk.unlink("link")
    assert home.see().foreign == 1


def test_a_link_is_left_alone_and_told_of_where_it_is_in_the_way(home):
    home.make("a", kind=EntryKind.LINK)
    assert home.see().problems == ()
    home.server.make(ROOT_ID, "a", Kind.FILE, b"a")
    assert [problem.kind for problem in home.see().problems] == [Obstacle.IN_THE_WAY]
    assert home.on_disk()["a"].kind is EntryKind.LINK


def test_what_the_home_refuses_does_not_hold_the_rest(home):
    create = home.one.home.create

    async def refusing(parent_id, name, *rest, **more):
        if name == "bad":
            raise Refused("too large")
        return await create(parent_id, name, *rest, **more)

    home.one.home.create = refusing
    home.make("bad", "good")
    problems = home.see(60.0).problems
    assert [(problem.path, problem.kind, problem.why) for problem in problems] == [
        ("bad", "refused", "too large")
    ]
    assert list(home.at_home()) == ["good"]


def test_a_swap_is_three_moves_and_no_transfer(home):
    home.make("one", "two")
    home.see()
    before = home.at_home()
    for old, new in (("one", "x"), ("two", "one"), ("x", "two")):
        home.one.disk.rename(old, new)
    up = home.see().bytes_up
    after = home.at_home()
    assert (after["two"].id, after["one"].id) == (before["one"].id, before["two"].id)
    assert up == 6


def test_a_folder_that_is_renamed_costs_one_move(homes):
    home = homes(devices=2)
    home.make("a", kind=DIRECTORY)
    home.make(*(f"a/{number}" for number in range(50)))
    home.see(60.0)
    home.one.disk.rename("a", "b")
    status = home.see(60.0)
    assert status.bytes_up == sum(len(f"a/{number}") for number in range(50))
    assert status.recent[0].what == "moved_at_home"
    assert len([path for path, _ in home.devices[1].disk.walk() if path.startswith("b/")]) == 50


def test_a_content_that_is_here_already_is_not_fetched(home):
    home.make("one")
    down = home.see().bytes_down
    home.server.make(ROOT_ID, "two", Kind.FILE, b"one")
    assert home.see().bytes_down == down
    assert home.on_disk()["two"].data == b"one"


class LateAnswer:
    """Holds the home's next answer to a creation back until it is let go."""

    def __init__(self, home):
        self._answer = home.one.home._answer
        self._go = asyncio.Event()
        home.one.home._answer = self

    async def __call__(self, *what):
        if what[0] in ("create", "mkdir"):
            await self._go.wait()
        await self._answer(*what)

    def let_go(self):
        self._go.set()


@pytest.mark.parametrize("kind", [FILE, DIRECTORY])
@pytest.mark.parametrize("comes_back", [False, True])
def test_what_went_away_in_the_home_before_it_said_that_it_made_it_is_gone(home, kind, comes_back):
    answer = LateAnswer(home)
    home.make("one", kind=kind)
    home.see()
    made = home.at_home()["one"]
    home.server.trash(made)
    home.see()
    if comes_back:
        home.server.restore(made)
        home.see()
    answer.let_go()
    status = home.see()
    assert (status.state, status.waiting) == (State.IDLE, 0)
    assert sorted(home.on_disk()) == sorted(home.at_home()) == (["one"] if comes_back else [])


def test_what_was_removed_while_the_home_made_it_is_thrown_away_there(home):
    answer = LateAnswer(home)
    home.make("one")
    home.see()
    assert list(home.at_home()) == ["one"]
    home.one.disk.unlink("one")
    home.see()
    assert home.on_disk() == {}
    answer.let_go()
    status = home.see()
    assert (status.state, status.waiting) == (State.IDLE, 0)
    assert home.on_disk() == home.at_home() == {}


def test_what_was_renamed_in_the_home_before_it_said_that_it_made_it_is_lost_nowhere(home):
    answer = LateAnswer(home)
    home.make("one")
    home.see()
    home.server.move(home.at_home()["one"], ROOT_ID, "two")
    home.see()
    answer.let_go()
    status = home.see(60.0)
    assert (status.state, status.waiting) == (State.IDLE, 0)
    assert sorted(home.on_disk()) == sorted(home.at_home())
    assert "two" in home.on_disk()


def test_a_home_that_was_brought_back_gets_what_it_lost_and_takes_nothing(home):
    home.make("both", "changed")
    home.see()
    backup = home.server.backup()
    home.one.disk.write(home.on_disk()["changed"], b"newer")
    home.make("new")
    home.server.trash(home.at_home()["both"])
    home.see(30.0)
    home.server.bring_back(backup)
    home.see(30.0)
    (aside,) = set(home.on_disk()) - {"both", "changed", "new"}
    assert aside.startswith("changed (conflict")
    assert {path: node.data for path, node in home.on_disk().items()} == {
        "both": b"both",
        "changed": b"changed",
        "new": b"new",
        aside: b"newer",
    }
    assert sorted(home.at_home()) == sorted(home.on_disk())


def test_a_home_that_was_brought_back_is_read_to_its_end_before_anything_is_done(home):
    home.make("one", "two", "three")
    home.see()
    home.restart(page=1)
    home.see()
    home.server.bring_back(home.server.backup())
    home.one.home.trouble = None
    home.restart(page=1)
    status = home.see(30.0)
    assert (status.state, status.waiting, status.files) == (State.IDLE, 0, 3)
    assert sorted(home.at_home()) == sorted(home.on_disk()) == ["one", "three", "two"]
    assert [event.what for event in status.recent] == ["sent"] * 3


def test_two_devices_that_take_each_others_names_for_a_persons_come_to_rest(homes):
    home = homes(devices=2)
    one, two = home.devices
    home.make("a")
    home.see()
    (node,) = home.at_home().values()
    names = [parked_name(device.name, 0) for device in home.devices]
    for device, name in zip(home.devices, reversed(names), strict=True):
        device.disk.rename("a", name)
        device.trees.suspect_differing()
    home.server.move(node, ROOT_ID, names[0])
    home.see(120.0)
    before = home.server.sequence
    home.see(120.0)
    assert home.server.sequence == before
    assert list(home.at_home()) == [path for path, _ in one.disk.walk()]
    assert list(home.at_home()) == [path for path, _ in two.disk.walk()]


def ignoring(home, *names):
    """Have the device ignore these, directories with a slash behind."""
    home.one.is_ignored = lambda path: (
        path.rpartition("/")[2] in names
        or any(f"/{name}" in f"/{path}" for name in names if name.endswith("/"))
    )
    home.one.engine.ignore_anew()
    return home.see()


def test_what_is_ignored_is_not_brought_from_the_home_until_it_is_ignored_no_more(home):
    ignoring(home, "x.part", "build/")
    build = home.server.make(ROOT_ID, "build", Kind.DIRECTORY)
    below = home.server.make(build.id, "deep", Kind.DIRECTORY)
    for parent in (ROOT_ID, build.id, below.id):
        home.server.make(parent, "x.part", Kind.FILE, b"part")
        home.server.make(parent, "x", Kind.FILE, b"whole")
    status = home.see()
    assert (status.state, status.waiting, status.problems) == (State.IDLE, 0, ())
    assert list(home.on_disk()) == ["x"]
    home.restart()
    assert (home.see().waiting, list(home.on_disk())) == (0, ["x"])
    ignoring(home)
    home.see()
    assert sorted(home.on_disk()) == sorted(home.at_home())


def test_what_gets_a_name_that_is_not_ignored_comes(home):
    ignoring(home, "x.part")
    node = home.server.make(ROOT_ID, "x.part", Kind.FILE, b"whole")
    home.see()
    home.server.move(node, ROOT_ID, "x")
    home.see()
    assert list(home.on_disk()) == ["x"]


def test_a_directory_that_is_ignored_is_made_for_what_was_moved_into_it(home):
    ignoring(home, "build/")
    home.make("one")
    home.see()
    build = home.server.make(ROOT_ID, "build", Kind.DIRECTORY)
    home.server.make(build.id, "other", Kind.FILE, b"other")
    home.server.move(home.at_home()["one"], build.id, "one")
    status = home.see()
    assert (status.state, status.waiting) == (State.IDLE, 0)
    assert sorted(home.on_disk()) == ["build", "build/one"]


def test_a_directory_goes_to_the_trash_with_what_is_ignored_in_it(home):
    ignoring(home, ".DS_Store")
    home.make("photos", kind=DIRECTORY)
    home.make("photos/one")
    home.see()
    home.server.make(home.at_home()["photos"].id, ".DS_Store", Kind.FILE, b"litter")
    home.see()
    assert sorted(home.on_disk()) == ["photos", "photos/one"]
    home.one.disk.unlink("photos")
    status = home.see()
    assert (status.state, status.waiting) == (State.IDLE, 0)
    assert home.on_disk() == home.at_home() == {}
