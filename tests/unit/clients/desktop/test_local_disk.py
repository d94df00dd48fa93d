"""A folder of this computer: what is done, what is refused, and what others do in between."""

import asyncio
import hashlib
import os
import stat
import time
from dataclasses import replace

import pytest

from clients.desktop.disk import steps
from clients.desktop.disk.local_disk import LocalDisk
from clients.desktop.disk.port import Busy, Changed, EntryKind, NoRoomOnDisk, RootState, Unwritable
from clients.desktop.disk.receiving import GONE_ON_FROM, PIECE
from clients.desktop.disk.system_calls import Place, facts_at
from clients.desktop.model.content import Content
from replication.chunks.cutting import cut

FOLDER_ID = "a-folder"
MOMENT = 1_700_000_000_123_456_789


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "folder"
    made.mkdir()
    return made


@pytest.fixture
async def disk(folder):
    await LocalDisk.name(folder, FOLDER_ID)
    return await LocalDisk.open(folder, FOLDER_ID)


def content_of(data):
    return Content(hashlib.sha256(data).hexdigest(), len(data))


def pieces(*data):
    """Return a reader of a content that never goes on: these are too small."""
    return lambda _: read(*data)


async def read(*data):
    for piece in data:
        yield piece


async def put(disk, path, data, over=None, *, modified=MOMENT, executable=False):
    staged = await disk.stage(pieces(data), content_of(data))
    return await disk.place(staged, path, over, modified=modified, executable=executable)


def below(folder):
    """Return all that is in a folder but the client's own, and what is on its way there."""
    seen = {p.relative_to(folder).as_posix() for p in folder.rglob("*")}
    own = {name for name in seen if name == ".foyer" or name.startswith(".foyer/")}
    assert own == {".foyer", ".foyer/folder", ".foyer/incoming"}
    return seen - own


async def test_a_content_comes_with_its_time_and_mode(disk, folder):
    entry = await put(disk, "one", b"first", executable=True)
    assert (folder / "one").read_bytes() == b"first"
    assert (folder / "one").stat().st_mtime_ns == MOMENT == entry.modified
    assert (folder / "one").stat().st_mode & 0o111
    assert entry == await disk.look("one")
    assert entry.executable
    assert entry.kind is EntryKind.FILE
    assert below(folder) == {"one"}


async def test_a_replaced_file_keeps_its_rights(disk, folder):
    await put(disk, "one", b"first")
    (folder / "one").chmod(0o640)
    entry = await put(disk, "one", b"second", await disk.look("one"), executable=True)
    assert (folder / "one").read_bytes() == b"second"
    assert stat.S_IMODE((folder / "one").stat().st_mode) == 0o750
    assert await disk.look("one") == entry
    assert below(folder) == {"one"}


async def test_an_inode_and_a_birth_stay_with_what_is_renamed(disk, folder):
    before = await put(disk, "one", b"first")
    (folder / "one").rename(folder / "two")
    after = await disk.look("two")
    assert after.identity == before.identity
    assert facts_at(Place(None, str(folder / "two"))).birth == after.identity.birth
    assert await disk.look("one") is None


async def test_listing_tells_all_kinds_and_not_the_clients_own(disk, folder):
    (folder / "file").write_bytes(b"12")
    (folder / "folder").mkdir()
    (folder / "link").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    kinds = {entry.name: entry.kind for entry in await disk.list("")}
    assert kinds == {"file": "file", "folder": "directory", "link": "link", "pipe": "other"}
    assert {entry.name: entry for entry in await disk.list("")} == {
        name: await disk.look(name) for name in kinds
    }
    assert await disk.look(".foyer") is None


async def test_a_directory_stays_the_same_while_its_children_come_and_go(disk, folder):
    entry = await disk.make_directory("a")
    await put(disk, "a/b", b"x")
    assert await disk.look("a") == entry
    with pytest.raises(Changed):
        await disk.remove_directory("a", entry)
    await disk.remove_file("a/b", await disk.look("a/b"))
    await disk.remove_directory("a", entry)
    assert below(folder) == set()


async def test_names_of_any_bytes(disk, folder):
    name = os.fsdecode(b"\xff\xfe caf\xc3\xa9")
    await put(disk, name, b"x")
    assert (folder / name).read_bytes() == b"x"
    assert (await disk.look(name)).name == name
    assert name in {entry.name for entry in await disk.list("")}


def change_of_kind(folder, kind):
    """Do something to `one` that a step does not expect."""
    (folder / "one").unlink()
    if kind == "directory":
        (folder / "one").mkdir()
    elif kind == "link":
        (folder / "one").symlink_to("two")
    elif kind == "file":
        (folder / "one").write_bytes(b"theirs")


@pytest.mark.parametrize("kind", ["gone", "directory", "link", "file"])
@pytest.mark.parametrize("step", ["place", "move", "remove", "mode", "digest", "read", "copy"])
async def test_nothing_is_done_where_something_else_is(disk, folder, kind, step):
    expected = await put(disk, "one", b"first")
    change_of_kind(folder, kind)
    before = await disk.list("")
    steps_of = {
        "place": lambda: put(disk, "one", b"mine", expected),
        "move": lambda: disk.move("one", "two", expected),
        "remove": lambda: disk.remove_file("one", expected),
        "mode": lambda: disk.set_executable("one", expected, executable=True),
        "digest": lambda: disk.digest("one", expected),
        "read": lambda: anext(disk.read("one", expected)),
        "copy": lambda: disk.stage_copy("one", expected, content_of(b"first")),
    }
    with pytest.raises(Changed):
        await steps_of[step]()
    assert await disk.list("") == before


@pytest.mark.parametrize("step", ["place", "move", "make"])
async def test_what_is_there_is_never_replaced_unseen(disk, folder, step):
    (folder / "there").write_bytes(b"theirs")
    mine = await put(disk, "mine", b"mine")
    steps_of = {
        "place": lambda: put(disk, "there", b"mine", None),
        "move": lambda: disk.move("mine", "there", mine),
        "make": lambda: disk.make_directory("there"),
    }
    with pytest.raises(Changed):
        await steps_of[step]()
    assert (folder / "there").read_bytes() == b"theirs"
    assert await disk.look("mine") == mine


def quicker(monkeypatch, name, act):
    """Let another program act between the last look and the step itself."""
    real = getattr(steps, name)
    acted = []

    def raced(*given):
        if not acted:
            acted.append(True)
            act()
        return real(*given)

    monkeypatch.setattr(steps, name, raced)


@pytest.mark.parametrize("how", ["in place", "over it", "away"])
async def test_a_write_in_the_last_moment_before_a_replacement_is_kept(
    disk, folder, monkeypatch, how
):
    expected = await put(disk, "one", b"first")

    def act():
        if how == "away":
            (folder / "one").rename(folder / "elsewhere")
        elif how == "in place":
            (folder / "one").write_bytes(b"theirs")
        else:
            (folder / "new").write_bytes(b"theirs")
            (folder / "new").rename(folder / "one")

    quicker(monkeypatch, "exchange", act)
    with pytest.raises(Changed):
        await put(disk, "one", b"mine", expected)
    if how == "away":
        assert (folder / "elsewhere").read_bytes() == b"first"
    else:
        assert (folder / "one").read_bytes() == b"theirs"
        assert below(folder) == {"one"}


async def test_a_write_in_the_last_moment_before_a_removal_is_kept(disk, folder, monkeypatch):
    expected = await put(disk, "one", b"first")
    quicker(monkeypatch, "rename_new", lambda: (folder / "one").write_bytes(b"theirs"))
    with pytest.raises(Changed):
        await disk.remove_file("one", expected)
    assert (folder / "one").read_bytes() == b"theirs"
    assert below(folder) == {"one"}


async def test_a_write_in_the_last_moment_before_a_move_stays_where_it_was(
    disk, folder, monkeypatch
):
    expected = await put(disk, "one", b"first")
    quicker(monkeypatch, "rename_new", lambda: (folder / "one").write_bytes(b"theirs"))
    with pytest.raises(Changed):
        await disk.move("one", "two", expected)
    assert (folder / "one").read_bytes() == b"theirs"
    assert below(folder) == {"one"}


async def test_where_nothing_can_be_exchanged_a_second_look_is_taken(disk, folder, monkeypatch):
    monkeypatch.setattr(steps, "exchange", lambda *_: False)
    expected = await put(disk, "one", b"first")
    await put(disk, "one", b"second", expected)
    assert (folder / "one").read_bytes() == b"second"
    assert below(folder) == {"one"}
    with pytest.raises(Changed):
        await put(disk, "one", b"third", expected)


@pytest.mark.usefixtures("disk")
async def test_what_a_crash_left_aside_is_thrown_away_or_brought_back(folder):
    incoming = folder / ".foyer" / "incoming"
    (incoming / "7-0.part").write_bytes(b"half")
    (incoming / "7-1_5.1000_9.2000.out").write_bytes(b"fives")
    os.utime(incoming / "7-1_5.1000_9.2000.out", ns=(1000, 1000))
    (incoming / "7-2_5.1000.out").write_bytes(b"theirs")
    again = await LocalDisk.open(folder, FOLDER_ID)
    assert [(folder / name).read_bytes() for name in again.recovered] == [b"theirs"]
    assert below(folder) == set(again.recovered)


async def test_other_bytes_than_announced_leave_nothing(disk, folder):
    with pytest.raises(Changed):
        await disk.stage(pieces(b"other"), content_of(b"bytes"))
    staged = await disk.stage(pieces(b"a" * 3_000_000, b"b"), content_of(b"a" * 3_000_000 + b"b"))
    await staged.drop()
    await staged.drop()
    assert below(folder) == set()


async def test_a_transfer_that_is_cut_off_leaves_nothing(disk, folder):
    stuck = asyncio.Event()

    async def slow():
        yield b"x" * 2_000_000
        stuck.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(disk.stage(lambda _: slow(), content_of(b"")))
    await stuck.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert below(folder) == set()


LARGE = bytes(range(256)) * (GONE_ON_FROM // 256) + b"the end"


def cut_after(count):
    """Return a reader of LARGE that is cut off after so many bytes; it notes where it began."""
    begun = []

    async def pieces(offset):
        begun.append(offset)
        for start in range(offset, count, 700_000):
            yield LARGE[start : min(start + 700_000, count)]
        if count < len(LARGE):
            raise ConnectionError

    return pieces, begun


async def stage_cut(disk, count):
    with pytest.raises(ConnectionError):
        await disk.stage(cut_after(count)[0], content_of(LARGE))


async def test_a_large_transfer_goes_on_behind_what_came_also_after_a_restart(disk, folder):
    await stage_cut(disk, 3_000_000)
    await stage_cut(disk, 5_000_000)
    again = await LocalDisk.open(folder, FOLDER_ID)
    pieces, begun = cut_after(len(LARGE))
    staged = await again.stage(pieces, content_of(LARGE))
    assert 3_000_000 < begun[0] <= 5_000_000
    await again.place(staged, "one", None, modified=MOMENT, executable=False)
    assert (folder / "one").read_bytes() == LARGE
    assert list((folder / ".foyer" / "incoming").iterdir()) == []


async def test_what_a_power_cut_did_to_the_beginning_is_seen_and_begun_anew(disk, folder):
    await stage_cut(disk, 3_000_000)
    (half,) = (folder / ".foyer" / "incoming").iterdir()
    half.write_bytes(bytes(half.stat().st_size))
    with pytest.raises(Changed):
        await disk.stage(cut_after(len(LARGE))[0], content_of(LARGE))
    pieces, begun = cut_after(len(LARGE))
    await (await disk.stage(pieces, content_of(LARGE))).drop()
    assert begun == [0]


async def test_more_than_there_is_to_a_content_is_no_beginning_of_it(disk, folder):
    await stage_cut(disk, 3_000_000)
    (half,) = (folder / ".foyer" / "incoming").iterdir()
    half.write_bytes(LARGE + b"x")
    pieces, begun = cut_after(len(LARGE))
    await disk.stage(pieces, content_of(LARGE))
    assert begun == [0]


async def test_one_content_may_come_twice_at_once(disk):
    slow, first = asyncio.Event(), asyncio.Event()

    async def waiting(_):
        first.set()
        await slow.wait()
        yield LARGE

    task = asyncio.create_task(disk.stage(waiting, content_of(LARGE)))
    await first.wait()
    other = await disk.stage(cut_after(len(LARGE))[0], content_of(LARGE))
    slow.set()
    for name, staged in (("one", await task), ("two", other)):
        await disk.place(staged, name, None, modified=MOMENT, executable=False)


async def test_a_full_disk_keeps_no_beginning(disk, folder):
    async def full(_):
        yield LARGE[:3_000_000]
        raise NoRoomOnDisk("")

    with pytest.raises(NoRoomOnDisk):
        await disk.stage(full, content_of(LARGE))
    assert list((folder / ".foyer" / "incoming").iterdir()) == []


async def test_a_beginning_that_nobody_went_on_with_goes_after_a_week(disk, folder):
    await stage_cut(disk, 3_000_000)
    (half,) = (folder / ".foyer" / "incoming").iterdir()
    for age, left in ((6, [half]), (8, [])):
        os.utime(half, (time.time() - age * 86_400,) * 2)
        await LocalDisk.open(folder, FOLDER_ID)
        assert list((folder / ".foyer" / "incoming").iterdir()) == left


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 70 * PIECE])
async def test_a_file_of_any_size_is_hashed(disk, folder, size):
    data = bytes(range(251)) * (size // 251 + 1)
    (folder / "one").write_bytes(data[:size])
    assert await disk.digest("one", await disk.look("one")) == content_of(data[:size])


async def test_a_file_is_cut_as_its_bytes_are(disk, folder):
    (folder / "one").write_bytes(LARGE)
    entry = await disk.look("one")
    assert await disk.cut("one", entry) == cut([LARGE])
    (folder / "one").write_bytes(b"other")
    with pytest.raises(Changed):
        await disk.cut("one", entry)


async def test_a_file_is_read_from_an_offset_and_hashed(disk, folder):
    data = os.urandom(2_500_000)
    (folder / "one").write_bytes(data)
    entry = await disk.look("one")
    assert await disk.digest("one", entry) == content_of(data)
    assert b"".join([piece async for piece in disk.read("one", entry)]) == data
    assert b"".join([piece async for piece in disk.read("one", entry, 2_000_001)]) == data[2000001:]
    staged = await disk.stage_copy("one", entry, content_of(data))
    await disk.place(staged, "two", None, modified=MOMENT, executable=False)
    assert (folder / "two").read_bytes() == data


async def test_a_write_during_reading_is_seen_by_the_end(disk, folder):
    (folder / "one").write_bytes(b"x" * 2_000_000)
    entry = await disk.look("one")

    async def read_slowly():
        async for _ in disk.read("one", entry):
            with (folder / "one").open("r+b") as file:
                file.write(b"y")

    with pytest.raises(Changed):
        await read_slowly()


async def test_two_writes_in_one_tick_of_the_clock_are_told_apart(disk, folder):
    for n in range(40):
        (folder / "one").write_bytes(b"%02d" % n)
        entry = await disk.look("one")
        told = await disk.digest("one", entry)
        (folder / "one").write_bytes(b"xx")
        if await disk.look("one") == entry:
            assert told != content_of(b"xx")
        with pytest.raises(Changed):
            await disk.digest("one", entry)


async def test_a_folder_is_left_alone_where_a_link_leads_out(disk, folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "theirs").write_bytes(b"theirs")
    (folder / "out").symlink_to(outside)
    theirs = replace(await disk.look("out"), name="theirs", kind=EntryKind.FILE)
    refused = [
        disk.list("out"),
        disk.make_directory("out/new"),
        put(disk, "out/new", b"x"),
        disk.remove_file("out/theirs", theirs),
        disk.move("out/theirs", "mine", theirs),
    ]
    for call in refused:
        with pytest.raises(Changed):
            await call
    assert await disk.look("out/theirs") is None
    assert [p.name for p in outside.iterdir()] == ["theirs"]


async def test_the_clients_own_folder_may_be_no_link(folder, tmp_path):
    await LocalDisk.name(folder, FOLDER_ID)
    (tmp_path / "outside").mkdir()
    (folder / ".foyer" / "incoming").symlink_to(tmp_path / "outside")
    with pytest.raises(Changed):
        await LocalDisk.open(folder, FOLDER_ID)


@pytest.mark.parametrize(
    "path", ["../x", "a/../x", "/x", "a//b", ".", ".foyer/x", ".FOYER/folder", "a\0b"]
)
async def test_no_path_leads_out_or_to_the_clients_own(disk, path):
    with pytest.raises((Unwritable, Changed)):
        await disk.make_directory(path)


async def test_a_name_that_is_too_long_is_told(disk):
    with pytest.raises(Unwritable):
        await put(disk, "é" * 200, b"x")


async def test_a_full_disk_and_a_busy_one_are_told(disk, monkeypatch):
    import errno

    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    def busy(*_):
        raise OSError(errno.EBUSY, "busy")

    monkeypatch.setattr(steps, "rename_new", full)
    with pytest.raises(NoRoomOnDisk):
        await put(disk, "one", b"x")
    monkeypatch.setattr(steps, "rename_new", busy)
    with pytest.raises(Busy):
        await put(disk, "one", b"x")


async def test_another_folder_in_its_place_is_not_touched(disk, folder, tmp_path):
    assert await disk.root_state() is RootState.HERE
    folder.rename(tmp_path / "moved")
    assert await disk.root_state() is RootState.MISSING
    folder.mkdir()
    assert await disk.root_state() is RootState.ANOTHER
    with pytest.raises(Changed):
        await disk.make_directory("x")
    assert list(folder.iterdir()) == []
    with pytest.raises(Changed):
        await LocalDisk.open(folder, FOLDER_ID)


async def test_a_lost_marker_is_another_folder(disk, folder):
    (folder / ".foyer" / "folder").unlink()
    assert await disk.root_state() is RootState.ANOTHER
    (folder / ".foyer" / "folder").write_text("another-id\n")
    assert await disk.root_state() is RootState.ANOTHER


async def test_this_disk_tells_case_and_forms_apart(disk, folder):
    (folder / "a").touch()
    assert disk.folding.case == (folder / "A").exists()
    assert disk.keeps_executable
