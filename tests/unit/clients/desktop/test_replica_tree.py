"""The tree of a replica, and finding in it."""

from hypothesis import given
from hypothesis import strategies as st

from clients.desktop.replica.tree import found, nodes, read

DOCUMENTS = {
    "root": read(b'{"type":"directory","name":"","dir_id":"","path":"/"}'),
    "t": read(b'{"type":"directory","name":".cozy_trash","dir_id":"root","path":"/.cozy_trash"}'),
    "p": read('{"type":"directory","name":"Été","dir_id":"root","path":"/Été"}'.encode()),
    "a": read(b'{"type":"file","name":"Plan 1.PDF","dir_id":"p","size":"12"}'),
    "b": read(b'{"type":"file","name":"plan","dir_id":"root","size":3}'),
    "c": read(b'{"type":"file","name":"gone","dir_id":"t","trashed":true}'),
    "d": read(b'{"type":"file","name":"lost","dir_id":"not here"}'),
    "e": read(b"[1]"),
}


def paths(*words):
    return [node.path for node in found(nodes(DOCUMENTS), words)]


def test_each_document_with_a_place_has_a_path():
    tree = {node.id: (node.path, node.size) for node in nodes(DOCUMENTS)}
    assert tree == {
        "root": ("/", 0),
        "p": ("/Été", 0),
        "a": ("/Été/Plan 1.PDF", 12),
        "b": ("/plan", 3),
    }


def test_case_and_accents_do_not_count_and_names_come_first():
    assert paths("PLAN") == ["/Été/Plan 1.PDF", "/plan"]
    assert paths("ete") == ["/Été"]
    assert paths("ete", "plan") == ["/Été/Plan 1.PDF"]
    assert paths("gone") == []


@given(st.text(min_size=1).filter(lambda text: "/" not in text))
def test_whoever_types_a_whole_name_finds_it(name):
    documents = {
        "root": DOCUMENTS["root"],
        "x": read(b'{"type":"file","dir_id":"root"}'),
    }
    documents["x"].name = name
    assert "x" in [node.id for node in found(nodes(documents), [name])]
