"""Bodies and parameters that nobody should send: told what is wrong, never an error of ours.

Desktop clients take 400 for being revoked (cozy.md C6), so that is no answer either.
"""

import json

import pytest

from tests.support.files import Drive
from tests.support.house import house

NONSENSE = [None, 1, -1.5, True, "", "x", "\ud800", "a/b", "9" * 40, [], [None], [1], {}, {"a": 1}]
DESTROYED = {"data": {"attributes": {"permanent_delete": True}}}
QUERIES = ["", "x", "-1", "1e9", "9" * 40, "\u0000", "true", "[]", "2020-13-45T99:99:99Z"]


class Asker(Drive):
    async def is_there(self, file):
        """Tell whether a file is there, and not in the trash."""
        async with self.session.get(f"/files/{file}") as response:
            told = await response.json(content_type=None)
            return response.status == 200 and not told["data"]["attributes"]["trashed"]


@pytest.fixture
async def drive(tmp_path):
    async with house(tmp_path) as running:
        yield Asker(running.owner)


def bodies(file, folder):
    """Well-formed requests with everything in them that is looked at."""
    attributes = {
        "name": "b.txt",
        "dir_id": folder,
        "tags": ["a"],
        "executable": True,
        "encrypted": False,
        "class": "text",
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2040-01-01T00:00:00Z",
        "metadata": {"label": "x"},
        "cozyMetadata": {"favorite": True, "sourceAccount": "a"},
        "move_to_trash": False,
        "permanent_delete": False,
    }
    parent = {"parent": {"data": {"id": folder}}}
    data = {"id": file, "meta": {"rev": ""}, "attributes": attributes, "relationships": parent}
    reference = [{"type": "io.cozy.albums", "id": "1"}]
    device = [{"type": "io.cozy.oauth.clients", "id": "1"}]
    archive = {"name": "x", "ids": [file], "files": ["/dir"], "pages": [{"id": file, "page": 1}]}
    selector = {"selector": {"name": "a"}, "fields": ["name"], "sort": ["name"], "limit": 1}
    return [
        ("PATCH", f"/files/{file}", {"data": data}),
        ("PATCH", "/files/", {"data": [data]}),
        ("POST", f"/files/{file}/relationships/referenced_by", {"data": reference}),
        ("DELETE", f"/files/{file}/relationships/referenced_by", {"data": reference}),
        ("POST", f"/files/{folder}/relationships/not_synchronized_on", {"data": device}),
        ("POST", "/files/upload/metadata", {"data": {"attributes": {"a": 1}}}),
        ("POST", "/files/archive", {"data": {"attributes": archive}}),
        ("POST", "/files/_find", {**selector, "skip": 1, "bookmark": "", "use_index": "x"}),
        ("POST", "/files/_all_docs", {"keys": [file]}),
        ("POST", f"/files/{file}/versions", {"data": {"attributes": {"tags": [], "metadata": {}}}}),
        ("POST", f"/files/{folder}/restore_at", {"data": {"attributes": {"at": "2020-01-01"}}}),
    ]


def spoilt(value):
    """Yield a value with each part of it replaced by each nonsense."""
    yield from NONSENSE
    if isinstance(value, dict):
        for name, part in value.items():
            for other in spoilt(part):
                yield {**value, name: other}
    elif isinstance(value, list):
        for number, part in enumerate(value):
            for other in spoilt(part):
                yield [*value[:number], other, *value[number + 1 :]]


async def test_a_body_of_nonsense_is_told_what_is_wrong(drive):
    wrong = []
    folder = (await drive.directory("dir"))["id"]
    headers = {"Content-Type": "application/json"}
    for method, pattern, body in bodies("the-file", folder):
        file = (await drive.upload("a.txt", status=201))["id"]
        for spoiled in spoilt(body):
            if not await drive.is_there(file):
                file = (await drive.upload("a.txt"))["id"]
            path, text = pattern.replace("the-file", file), json.dumps(spoiled)
            text = text.replace("the-file", file)
            async with drive.session.request(method, path, data=text, headers=headers) as response:
                if response.status >= 500 or response.status == 400:
                    wrong.append((method, path, text[:300], response.status))
        await drive.ask("PATCH", f"/files/{file}", 204, json=DESTROYED)
    assert wrong == []


async def test_parameters_of_nonsense_are_told_what_is_wrong(drive):
    folder, file = (await drive.directory("dir"))["id"], (await drive.upload("a.txt"))["id"]
    asked = [
        ("POST", f"/files/{folder}", {"Type": "file"}, "Name Executable Encrypted Size MetadataID"),
        ("POST", f"/files/{folder}", {"Type": "file", "Name": "a"}, "Metadata Tags CreatedAt"),
        ("POST", f"/files/{folder}", {"Type": "file", "Name": "b"}, "UpdatedAt SourceAccount"),
        ("POST", "/files/", {"Type": "directory"}, "Path Name Recursive Tags Distinct"),
        ("GET", "/files/_changes", {}, "since limit include_docs fields skip_deleted"),
        ("GET", f"/files/{folder}", {}, "page[limit] page[cursor] page[skip]"),
        ("GET", f"/files/download/{file}", {}, "Page Dl"),
        ("GET", "/files/metadata", {}, "Path"),
        ("GET", f"/files/{folder}/past", {}, "At"),
        ("POST", f"/files/{file}/copy", {}, "Name DirID"),
        ("POST", "/files/downloads", {}, "Path Id VersionId Filename"),
        ("POST", "/files/_find", {}, "page[limit] page[skip] page[cursor] cursor"),
        ("DELETE", f"/files/{file}", {}, "rev"),
    ]
    wrong = []
    for method, path, query, names in asked:
        for name in names.split():
            for value in QUERIES:
                params = {**query, name: value}
                async with drive.session.request(method, path, params=params) as response:
                    if response.status >= 500 or response.status == 400:
                        wrong.append((method, path, params, response.status))
    assert wrong == []
