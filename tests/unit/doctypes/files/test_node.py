import json
from datetime import UTC, datetime

import pytest

from doctypes.files.errors import NotANode
from doctypes.files.node import Directory, File, parse_node
from replication.core.document import StoredRevision
from replication.core.revision import Revision
from replication.core.revision_tree import RevisionTree

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def stored(body):
    return StoredRevision("id", Revision(1, "a"), False, body, {}, RevisionTree(), 1)


def parse(**fields):
    return parse_node(stored(json.dumps(fields).encode()))


def test_a_file_of_the_least_fields_is_read():
    file = parse(type="file", name="a")
    assert isinstance(file, File)
    assert (file.size, file.blob, file.tags, file.trashed, file.executable) == (
        0, "", (), False, False
    )  # fmt: skip


@pytest.mark.parametrize("size", ["12", 12])
def test_a_size_is_a_string_or_a_number(size):
    assert parse(type="file", name="a", size=size).size == 12


@pytest.mark.parametrize(
    "date", ["2026-11-23T12:00:00Z", "2026-11-23T14:00:00+02:00", "2026-11-23T12:00:00"]
)
def test_dates_are_read_as_utc(date):
    file = parse(type="file", name="a", created_at=date, updated_at=date)
    assert file.created_at == file.updated_at == NOON
    assert file.created_at.tzinfo is UTC


def test_a_directory_is_read():
    directory = parse(type="directory", name="a", dir_id="d", path="/x/a", tags=["t"])
    assert isinstance(directory, Directory)
    assert (directory.path, directory.dir_id, directory.tags) == ("/x/a", "d", ("t",))


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"not json",
        b'{"type": "file"}',
        b'{"type": "directory", "name": "a"}',
        b'{"type": "wormhole", "name": "a"}',
        b'{"type": "file", "name": 5}',
        b'{"type": "file", "name": "a", "size": "many"}',
        b'{"type": "file", "name": "a", "updated_at": "yesterday"}',
        b'{"language": "javascript", "views": {}}',
    ],
)
def test_what_is_neither_file_nor_directory_is_told(body):
    with pytest.raises(NotANode):
        parse_node(stored(body))
