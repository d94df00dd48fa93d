"""Lists of documents, trimmed to what Cozy's clients ask for."""

import json

from hypothesis import given
from hypothesis import strategies as st

from replication.core.document import Edit
from replication.store.memory import MemoryDocumentStore
from server.data.cozy.listings import page_of, trimmed

LISTED = {
    "total_rows": 2,
    "offset": 0,
    "rows": [
        {"id": "_design/x", "key": "_design/x", "doc": {"_id": "_design/x", "views": {}}},
        {"id": "a", "key": "a", "doc": {"_id": "a", "_rev": "1-a", "n": 1, "at": {"x": 1, "y": 2}}},
        {"key": "none", "error": "not_found"},
        {"id": "d", "key": "d", "value": {"deleted": True}, "doc": None},
    ],
}


def rows(fields, *, with_designs=True):
    listed = json.dumps(LISTED).encode()
    return json.loads(trimmed(listed, fields, with_designs=with_designs))["rows"]


def test_fields_are_kept_by_name_and_by_path():
    kept = rows(["at.x", "n", "nothing", "n.deep"])
    assert kept[1]["doc"] == {"_id": "a", "_rev": "1-a", "n": 1, "at": {"x": 1}}
    assert rows(["at.x", "at.y"])[1]["doc"]["at"] == {"x": 1, "y": 2}
    assert rows([]) == LISTED["rows"]


def test_rows_without_a_document_stay():
    assert [row.get("id") for row in rows(["n"], with_designs=False)] == ["a", None, "d"]


@given(
    st.sets(st.sampled_from([f"n{n}" for n in range(9)] + ["_design/a", "_design/b", "A", "zz"])),
    st.integers(1, 4),
    st.integers(0, 5),
)
async def test_pages_show_each_document_once_and_no_design(ids, limit, skip):
    database = await MemoryDocumentStore().create("org.example.notes")
    await database.write([Edit(name, b"{}") for name in ids])
    seen, after = [], None
    while True:
        page = await page_of(database, after, skip if after is None else 0, limit)
        seen += [row.document_id for row in page.rows]
        assert len(page.rows) <= limit
        if page.last is None:
            break
        after = page.last
    normal = sorted(name for name in ids if not name.startswith("_"))
    assert seen == normal[skip:]
