"""Which texts of a document people search."""

import json

import pytest

from doctypes.contents.known import NothingKnown
from doctypes.searchable import SEARCHED, searched_doctypes, source_of, texts_at
from replication.core.document import Edit
from replication.store.memory import MemoryDocumentStore


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("name", ["Ada"]),
        ("email.address", ["a@x", "b@x"]),
        ("deep.list.n", ["1", "2.5"]),
        ("flag", []),
        ("name.given", []),
        ("missing", []),
        ("email", []),
    ],
)
def test_a_path_leads_through_objects_and_arrays(path, texts):
    document = {
        "name": "Ada",
        "email": [{"address": "a@x"}, {"address": "b@x"}],
        "deep": {"list": [[{"n": 1}], {"n": 2.5}]},
        "flag": True,
    }
    assert list(texts_at(document, path.split("."))) == texts


async def test_texts_come_by_field_whatever_the_document_is():
    database = await MemoryDocumentStore().create("io.cozy.bills")
    bodies = [{"vendor": "EDF", "amount": 12.5}, {"vendor": None}, {"vendor": 3}]
    await database.write([Edit(str(n), json.dumps(b).encode()) for n, b in enumerate(bodies)])
    await database.write([Edit("9", b'{"vendor":"EDF","n":1e999}')])
    source = source_of(database, NothingKnown())
    stored = [row for row in await database.get_many(["0", "1", "2", "9"]) if row]
    vendors = [texts.fields[0] for texts in await source.texts(stored)]
    assert vendors == [["EDF"], [], ["3"], []]


async def test_secrets_and_unknown_doctypes_are_not_searched():
    store = MemoryDocumentStore()
    for name in ("com.bitwarden.ciphers", "io.cozy.oauth.clients", "org.example.x"):
        assert source_of(await store.create(name), NothingKnown()) is None
        assert name not in searched_doctypes()


def test_each_declaration_tells_fields_apart():
    for doctype, fields in SEARCHED.items():
        names = [field.name for field in fields]
        assert len(set(names)) == len(names), doctype
        assert all(field.weight > 0 for field in fields)
