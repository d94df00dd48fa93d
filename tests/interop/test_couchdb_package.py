"""The couchdb package of PyPI, a blocking client of 2018, against `foyer couch` and a home."""

import couchdb
import couchdb.http
import pytest

from tests.support.running_home import RunningHome

BYTES = bytes(range(256)) * 300


@pytest.fixture(scope="module", params=["couch", "serve"])
def server(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("couchdb") / "home"
    with RunningHome(folder, command=request.param) as running:
        prefix = "/" if request.param == "couch" else "/couchdb/"
        server = couchdb.Server(running.address_with_login + prefix)
        yield server
        for connection in [
            c for kept in server.resource.session.connection_pool.conns.values() for c in kept
        ]:
            connection.close()


@pytest.fixture
def database(server):
    made = server.create("things")
    yield made
    server.delete("things")


@pytest.fixture
def filled(database):
    database.update([{"_id": f"d{n}", "n": n} for n in range(6)])
    return database


def test_databases_come_and_go(server):
    assert server.version().startswith("3.5")
    assert "made" not in server
    made = server.create("made")
    assert made.name == "made"
    assert "made" in server
    assert "made" in list(server)
    with pytest.raises(couchdb.http.PreconditionFailed):
        server.create("made")
    del server["made"]
    with pytest.raises(couchdb.http.ResourceNotFound):
        server["made"].info()


def test_uuids_and_tasks_are_told(server):
    assert len(set(server.uuids(5))) == 5
    assert isinstance(server.tasks(), list)


def test_a_document_is_created_read_changed_and_deleted(database):
    id_, rev = database.save({"_id": "été/1", "n": 1})
    assert id_ in database
    document = database[id_]
    assert (document.id, document.rev, document["n"]) == ("été/1", rev, 1)
    document["n"] = 2
    database[id_] = document
    assert database[id_]["n"] == 2
    assert len(database) == 1
    with pytest.raises(couchdb.http.ResourceConflict):
        database.save({"_id": id_, "_rev": rev, "n": 3})
    database.delete(document)
    assert id_ not in database
    assert database.get(id_) is None


def test_revisions_are_read_back(database):
    database["one"] = {"n": 1}
    database["one"] = {**database["one"], "n": 2}
    assert [old["n"] for old in database.revisions("one")] == [2, 1]


def test_a_document_without_a_name_gets_one(database):
    id_, _ = database.save({"n": 1})
    assert database[id_]["n"] == 1


def test_a_document_is_copied(filled):
    rev = filled.copy("d1", "copied")
    assert filled["copied"].rev == rev
    assert filled["copied"]["n"] == 1
    filled.copy("d2", filled["copied"])
    assert filled["copied"]["n"] == 2


def test_many_are_written_at_once_and_each_is_answered(database):
    first = database.update([{"_id": "a"}, {"_id": "b"}])
    assert [(ok, id_) for ok, id_, _ in first] == [(True, "a"), (True, "b")]
    (ok, id_, error), (later, _, _) = database.update([{"_id": "a"}, {"_id": "c"}])
    assert (ok, id_, later) == (False, "a", True)
    assert isinstance(error, couchdb.http.ResourceConflict)


def test_documents_are_listed(filled):
    assert sorted(filled) == [f"d{n}" for n in range(6)]
    rows = filled.view("_all_docs", startkey="d1", endkey="d4", include_docs=True, skip=1)
    assert [row.doc["n"] for row in rows] == [2, 3, 4]
    rows = filled.view("_all_docs", keys=["d5", "nowhere"])
    assert [(row.id, row.error) for row in rows] == [("d5", None), (None, "not_found")]
    back = filled.view("_all_docs", descending=True, limit=2)
    assert [row.id for row in back] == ["d5", "d4"]
    assert back.total_rows == 6
    paged = filled.iterview("_all_docs", 4)
    assert [row.id for row in paged] == [f"d{n}" for n in range(6)]


def test_attachments_go_in_and_come_out(filled):
    filled.put_attachment(filled["d1"], BYTES, "data.bin", "application/octet-stream")
    document = filled["d1"]
    assert document["_attachments"]["data.bin"]["length"] == len(BYTES)
    assert filled.get_attachment(document, "data.bin").read() == BYTES
    assert filled.get_attachment("d1", "none", default="nothing") == "nothing"
    filled.delete_attachment(document, "data.bin")
    assert "_attachments" not in filled["d1"]


def test_changes_are_told_once_and_as_they_come(filled):
    told = filled.changes()
    assert sorted(row["id"] for row in told["results"]) == [f"d{n}" for n in range(6)]
    filled["late"] = {}
    after = filled.changes(since=told["last_seq"], include_docs=True)
    assert [row["doc"]["_id"] for row in after["results"]] == ["late"]
    lines = filled.changes(feed="continuous", since=told["last_seq"], timeout=300)
    heard = list(lines)
    assert heard[0]["id"] == "late"
    assert heard[-1]["last_seq"] == after["last_seq"]


def test_the_caretaker_is_obeyed(filled):
    assert filled.compact() is True
    assert filled.cleanup() is True
    assert filled.commit()["ok"] is True
    purged = filled.purge([filled["d0"]])
    assert list(purged["purged"]) == ["d0"]
    assert "d0" not in filled


def test_a_security_object_is_kept(filled):
    wanted = {"admins": {"names": ["me"], "roles": []}, "members": {"names": [], "roles": ["us"]}}
    filled.security = wanted
    assert filled.security == wanted


def test_a_database_is_replicated(server, filled):
    filled.put_attachment(filled["d1"], "kept", "t.txt", "text/plain")
    source = filled.resource.url
    told = server.replicate(
        with_login(server, source), with_login(server, source) + "-copy", create_target=True
    )
    try:
        copy = server["things-copy"]
        assert told["ok"] is True
        assert len(copy) == 6
        assert copy["d1"].rev == filled["d1"].rev
        assert copy.get_attachment("d1", "t.txt").read() == b"kept"
    finally:
        server.delete("things-copy")


def test_a_view_is_asked(filled):
    filled["_design/app"] = {
        "views": {"by_n": {"map": "function (doc) { emit(doc.n, 1); }", "reduce": "_sum"}},
        "filters": {"even": "function (doc) { return doc.n % 2 === 0; }"},
    }
    rows = filled.view("app/by_n", reduce=False, startkey=2, endkey=4, include_docs=True)
    assert [(row.key, row.doc["n"]) for row in rows] == [(2, 2), (3, 3), (4, 4)]
    assert [row.value for row in filled.view("app/by_n")] == [6]
    assert [row.value for row in filled.view("app/by_n", group=True, keys=[5, 1])] == [1, 1]
    even = filled.changes(filter="app/even")
    assert sorted(row["id"] for row in even["results"]) == ["d0", "d2", "d4"]


def with_login(server, url):
    name, password = server.resource.credentials
    return url.replace("://", f"://{name}:{password.replace(' ', '%20')}@")
