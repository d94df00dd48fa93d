"""Files on demand without a mount: blocks, what is kept of contents, what calls answer."""

import errno
import os
from base64 import b64encode
from hashlib import md5
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.desktop.home.port import Unreachable
from clients.desktop.ondemand.blocks import BLOCK, count, ranges, touched
from clients.desktop.ondemand.filesystem import HomeFiles
from clients.desktop.ondemand.kept import Content, KeptContents, WrongContent
from clients.desktop.ondemand.pins import pin, pinned, unpin
from clients.desktop.ondemand.view import Owner, View, content_of
from clients.desktop.replica.tree import nodes, read

BYTES = bytes(range(251)) * (5 * BLOCK // 251) + b"the last block is shorter than the others"


def hashed(data):
    return b64encode(md5(data, usedforsecurity=False).digest()).decode()


def content_named(data):
    return Content(hashed(data), len(data))


def bring(kept, data, start, stop):
    """Fetch what is missing, as the home would give it; returns how many bytes came."""
    content = content_named(data)
    spans = kept.missing(content, start, stop)
    for first, last in spans:
        kept.write(content, first, data[first:last])
    return sum(last - first for first, last in spans)


@given(st.integers(0, 9 * BLOCK), st.sets(st.integers(0, 8)))
def test_spans_are_the_bytes_of_the_blocks_and_none_else(size, blocks):
    wanted = sorted(block for block in blocks if block < count(size))
    spans = list(ranges(iter(wanted), size))
    assert all(first < last <= size for first, last in spans)
    assert [block for span in spans for block in touched(size, *span)] == wanted
    assert all(one[1] < other[0] for one, other in pairwise(spans))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, len(BYTES)), st.integers(0, 2 * BLOCK)), max_size=6))
def test_each_byte_is_fetched_once_and_reads_are_what_the_home_has(tmp_path_factory, reads):
    place = tmp_path_factory.mktemp("kept")
    content, came = content_named(BYTES), 0
    for start, length in reads:
        kept = KeptContents(place)  # as after a restart
        came += bring(kept, BYTES, start, start + length)
        assert kept.read(content, start, start + length) == BYTES[start : start + length]
        assert kept.missing(content, start, start + length) == []
    assert came <= len(BYTES)


def test_an_empty_content_needs_nothing(tmp_path):
    assert bring(KeptContents(tmp_path), b"", 0, 100) == 0
    assert KeptContents(tmp_path).read(content_named(b""), 0, 100) == b""


def test_a_content_that_is_not_what_was_told_is_not_kept(tmp_path):
    kept, content = KeptContents(tmp_path), content_named(b"right")
    with pytest.raises(WrongContent):
        kept.write(content, 0, b"wrong")
    assert kept.missing(content, 0, 5) == [(0, 5)]
    assert list(tmp_path.glob("*.data")) == []


def test_a_block_without_a_note_is_fetched_anew(tmp_path):
    content = content_named(BYTES)
    (tmp_path / f"{content.name}.data").write_bytes(b"\0" * len(BYTES))  # a crash between both
    kept = KeptContents(tmp_path)
    bring(kept, BYTES, 0, 10)
    assert kept.read(content, 0, 10) == BYTES[:10]


def test_the_least_used_makes_way_and_what_is_spared_stays(tmp_path):
    kept = KeptContents(tmp_path)
    files = [bytes([number]) * BLOCK for number in range(4)]
    for number, data in enumerate(files):
        bring(kept, data, 0, BLOCK)
        os.utime(tmp_path / f"{content_named(data).name}.have", (number, number))
    kept.used(content_named(files[1]))
    left = kept.trim(2 * BLOCK, [content_named(files[0])])
    assert left <= 2 * BLOCK
    shares = [kept.share(content_named(data)) for data in files]
    assert shares == [1.0, 1.0, 0.0, 0.0]
    assert kept.trim(0, [content_named(files[0])]) == BLOCK


DOCUMENTS = {
    "root": read(b'{"type":"directory","name":"","path":"/"}'),
    "d": read(b'{"type":"directory","name":"d","dir_id":"root","path":"/d"}'),
    "f": read(b'{"type":"file","name":"f","dir_id":"d","size":"3","executable":true}'),
    "g": read(b'{"type":"file","name":"g","dir_id":"root","size":"2"}'),
    "odd": read(b'{"type":"file","name":"a/b","dir_id":"root","size":"1"}'),
}
for _name, _data in (("f", b"abc"), ("g", b"de")):
    DOCUMENTS[_name].md5sum = hashed(_data)


@pytest.fixture
def view():
    return View(nodes(DOCUMENTS), Owner(7, 8))


@pytest.fixture
def files(view):
    def answer(node_id, _content, start, stop):
        if node_id == "g":
            raise Unreachable("offline")
        return b"abc"[start:stop]

    return HomeFiles(view, answer, lambda _: None)


def test_a_view_has_directories_files_and_their_owner(view):
    assert sorted(view.members("/")) == ["d", "g"]
    assert view.members("/d") == ["f"]
    told = view.attributes("/d/f")
    assert (told["st_mode"], told["st_size"], told["st_uid"]) == (0o100500, 3, 7)
    assert view.attributes("/d")["st_mode"] == 0o040500
    assert view.attributes("/nothing") is None
    assert View((), Owner(7, 8)).attributes("/")["st_mode"] == 0o040500
    assert [node.id for node in view.below({"d"})] == ["f"]
    assert {node.id for node in view.below({"root"})} == {"f", "g", "odd"}


def test_calls_answer_as_the_system_expects(files):
    def number_of(call, *given):
        with pytest.raises(OSError) as raised:
            call(*given)
        return raised.value.errno

    assert number_of(files.getattr, "/x") == errno.ENOENT
    assert number_of(files.readdir, "/g", 0) == errno.ENOTDIR
    assert number_of(files.open, "/d/f", os.O_RDWR) == errno.EROFS
    assert number_of(files.open, "/d", os.O_RDONLY) == errno.ENOENT
    handle = files.open("/g", os.O_RDONLY)
    assert number_of(files.read, "/g", 2, 0, handle) == errno.EIO
    assert sorted(files.readdir("/", 0)) == [".", "..", "d", "g"]


def test_who_has_a_file_open_goes_on_reading_it_as_it_was(files):
    handle = files.open("/d/f", os.O_RDONLY)
    before = files.opened()
    files.view = View((), Owner(7, 8))
    assert files.read("/d/f", 2, 1, handle) == b"bc"
    assert before == files.opened() == [Content(hashed(b"abc"), 3)]
    files.release("/d/f", handle)
    assert files.opened() == []


def test_wishes_are_kept_by_id(tmp_path):
    pin(tmp_path, "a")
    pin(tmp_path, "b")
    unpin(tmp_path, "a")
    assert pinned(tmp_path) == {"b"}


def test_a_file_has_the_content_that_its_document_tells(view):
    assert content_of(view.at("/d/f")) == Content(hashed(b"abc"), 3)
